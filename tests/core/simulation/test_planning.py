"""Settings found by running ahead, other minutes, and how sure a prediction is."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from quizapp.core.memory import Scheduling
from quizapp.core.simulation import (
    FactMemory,
    Pace,
    Settings,
    compare_minutes,
    find_settings,
    foresee,
    least_minutes,
    planning,
)
from quizapp.core.simulation.planning import Situation


def situation(*, seen=60, new=60, days=20, **options):
    rng = Random(5)
    facts = [
        FactMemory(rng.lognormvariate(2, 1), rng.uniform(2, 9), rng.randrange(1, 20), rng.randrange(-3, 20))
        for _ in range(seen)
    ]
    return Situation((*facts, *[FactMemory()] * new), days, Pace(), Scheduling(), **options)


def test_settings_found_are_as_good_as_any_tried_by_hand():
    given = situation()
    found = find_settings(given, 10)
    best = given.run(10, found).on_the_day
    for retention in (0.7, 0.85, 0.95):
        for number in (1, 3, 6, 20):
            assert best >= given.run(10, Settings(retention, number)).on_the_day - 0.01


def test_few_minutes_ask_for_less_recall_than_many():
    given = situation(seen=0, new=200, days=40)
    assert find_settings(given, 4).desired_retention < find_settings(given, 60).desired_retention


def test_settings_fit_a_deck():
    for given in (situation(), situation(new=0), situation(seen=0, new=400, days=1), situation(days=300)):
        found = find_settings(given, 10)
        assert 0.7 <= found.desired_retention <= 0.99
        assert 0 <= found.new_per_day <= 999


def test_more_minutes_never_promise_less():
    forecast, rows = compare_minutes(situation(), 10, [20, 5, 10, 40])
    assert [row.daily_minutes for row in rows] == [5, 10, 20, 40]
    assert [row.known for row in rows] == sorted(row.known for row in rows)
    assert rows[1].known == forecast.on_the_day


def test_luck_never_has_more_minutes_promise_less(monkeypatch):
    lucky = {5: 0.9, 10: 0.8, 20: 0.7, 40: 0.85}
    usual = planning.foresee

    def foresee_by_luck(given, minutes, found, **options):
        return replace(usual(given, minutes, found, runs=1), known=(lucky[minutes],))

    monkeypatch.setattr(planning, "foresee", foresee_by_luck)
    forecast, rows = compare_minutes(situation(seen=5, new=0, days=2), 10, [5, 20, 40])
    assert forecast.on_the_day == 0.8
    assert [(row.daily_minutes, row.known) for row in rows] == [(5, 0.8), (10, 0.8), (20, 0.8), (40, 0.85)]
    assert rows[2].settings == rows[1].settings


def test_the_spread_of_a_sample_is_scaled_to_that_of_all_facts():
    given = situation(seen=2000, new=0, days=4)
    sample, share = given.sample(400)
    assert share == 0.2
    narrow, wide = foresee(given, 20, Settings(0.9, 0)), foresee(sample, 4, Settings(0.9, 0))
    width = wide.high[-1] - wide.low[-1]
    assert width > 0
    assert narrow.high[-1] - narrow.low[-1] == pytest.approx(width * share**0.5)


def test_the_spread_lies_around_the_mean_and_begins_at_nothing():
    seen = foresee(situation(), 10, Settings(0.9, 5))
    assert len(seen.known) == len(seen.looked_on) == 21
    for low, mean, high in zip(seen.low, seen.known, seen.high, strict=True):
        assert low <= mean <= high
    assert seen.low[0] == pytest.approx(seen.high[0])
    assert seen.low[-1] < seen.high[-1]
    assert 0 < seen.minutes <= 10.5


def test_the_same_is_foreseen_every_time():
    assert foresee(situation(), 10, Settings(0.9, 5)) == foresee(situation(), 10, Settings(0.9, 5))


def test_a_sample_of_many_facts_foresees_what_all_of_them_would():
    given = situation(seen=600, new=600, days=15)
    sampled = foresee(given, 30, Settings(0.9, 40))
    exact = given.run(30, Settings(0.9, 40))
    assert sampled.known[0] == pytest.approx(given.known_now, abs=1e-9)
    assert sampled.on_the_day == pytest.approx(exact.on_the_day, abs=0.02)
    assert sampled.minutes == pytest.approx(sum(exact.minutes) / 15, rel=0.1)
    assert sampled.new == pytest.approx(sum(exact.new), rel=0.1)


def test_a_long_time_is_looked_at_now_and_then():
    seen = foresee(situation(seen=10, new=10, days=700), 2, Settings(0.9, 1))
    assert len(seen.looked_on) < 130
    assert seen.looked_on[-1] == 700


def test_the_least_minutes_that_keep_a_promise_are_found():
    given = situation(seen=0, new=150, days=20)
    wanted = foresee(given, 15, find_settings(given, 15)).on_the_day - 0.01
    found = least_minutes(given, wanted, range(5, 61, 5))
    assert found is not None
    assert found.daily_minutes <= 15
    assert found.known >= wanted
    assert least_minutes(given, 0.9999, [5, 10]) is None


def test_what_was_begun_today_is_taken_off_today():
    given = situation(new=50, seen=0, days=2, new_today=5)
    assert given.run(60, Settings(0.9, 8)).new == (3, 8)


def test_what_is_left_without_study_is_what_a_run_without_a_minute_says():
    given = situation()
    run = given.run(0, Settings(0.9, 5))
    assert given.known_now == pytest.approx(run.known[0])
    assert given.left_after(20) == pytest.approx(run.on_the_day)
