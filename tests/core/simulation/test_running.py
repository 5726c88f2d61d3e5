"""The laws of days run ahead, and their agreement with single cards stepped one by one."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.core import memory
from quizapp.core.memory import DEFAULT_WEIGHTS, Memory, Rating, Scheduling, retrievability
from quizapp.core.simulation import DRAWS, FactMemory, Pace, simulate

NEW = FactMemory()

seen_facts = st.builds(
    FactMemory,
    stability=st.floats(0.1, 400),
    difficulty=st.floats(1, 10),
    days_since=st.integers(0, 200),
    due_in=st.one_of(st.none(), st.integers(-30, 60)),
)
new_facts = st.builds(FactMemory, due_in=st.sampled_from([0, 0, 0, None]))
fact_lists = st.lists(st.one_of(seen_facts, new_facts), min_size=1, max_size=25)
paces = st.builds(
    Pace,
    seconds_per_review=st.floats(1, 60),
    seconds_per_new=st.floats(1, 120),
    first_recall=st.floats(0, 1),
)
schedulings = st.builds(Scheduling, desired_retention=st.floats(0.7, 0.97))


def run(facts, **options):
    usual = {
        "days": 30,
        "daily_seconds": 600.0,
        "pace": Pace(),
        "scheduling": Scheduling(),
        "new_per_day": 10,
    }
    return simulate(facts, **(usual | options))


@given(fact_lists, paces, schedulings, st.integers(0, 40), st.floats(0, 3000), st.integers(0, 99))
def test_shares_lie_between_none_and_all(facts, pace, scheduling, days, seconds, seed):
    done = run(facts, days=days, daily_seconds=seconds, pace=pace, scheduling=scheduling, seed=seed)
    assert all(0 <= share <= 1 for share in done.known)
    assert done.looked_on == tuple(range(days + 1))
    assert len(done.reviews) == len(done.minutes) == len(done.new) == days
    assert sum(done.new) <= sum(fact.stability is None and fact.due_in is not None for fact in facts)


@given(fact_lists, schedulings, st.integers(0, 40))
def test_without_a_minute_the_facts_are_forgotten_exactly_as_the_curve_says(facts, scheduling, days):
    done = run(facts, days=days, daily_seconds=0, scheduling=scheduling)
    for day, share in zip(done.looked_on, done.known, strict=True):
        expected = sum(
            retrievability(fact.stability, fact.days_since + day)
            for fact in facts
            if fact.stability is not None
        )
        assert share == pytest.approx(expected / len(facts), abs=1e-12)
    assert not any(done.reviews)


@given(fact_lists, st.integers(0, 99))
def test_the_same_seed_gives_the_same_days(facts, seed):
    assert run(facts, seed=seed) == run(facts, seed=seed)


def test_another_seed_gives_other_luck():
    facts = [FactMemory(5, 5, 5, 0)] * 20
    assert run(facts, seed=1).known != run(facts, seed=2).known


@settings(max_examples=25)
@given(st.lists(seen_facts, min_size=5, max_size=25), st.integers(1, 30), st.floats(30, 300))
def test_more_minutes_never_make_it_materially_worse(facts, days, seconds):
    def mean(daily_seconds):
        runs = [
            run(
                facts,
                days=days,
                daily_seconds=daily_seconds,
                scheduling=Scheduling(desired_retention=0.95),
                seed=seed,
            )
            for seed in range(5)
        ]
        return sum(done.on_the_day for done in runs) / len(runs)

    # A review a few days later may serve the last day a little better: that is cramming, and small.
    assert mean(2 * seconds) >= mean(seconds) - 0.03
    assert mean(seconds) >= mean(0) - 0.03


@settings(max_examples=30)
@given(
    fact_lists,
    paces,
    schedulings,
    st.integers(0, 25),
    st.floats(0, 900),
    st.integers(0, 5),
    st.integers(0, 9),
)
def test_days_agree_with_single_cards_stepped_one_by_one(
    facts, pace, scheduling, days, seconds, new_per_day, seed
):
    done = simulate(
        facts,
        days=days,
        daily_seconds=seconds,
        pace=pace,
        scheduling=scheduling,
        new_per_day=new_per_day,
        seed=seed,
    )
    known, reviews, minutes = step_one_by_one(facts, days, seconds, pace, scheduling, new_per_day, seed)
    assert done.known == pytest.approx(known, abs=1e-9)
    assert list(done.reviews) == reviews
    assert done.minutes == pytest.approx(minutes, abs=1e-9)


def step_one_by_one(facts, days, seconds, pace, scheduling, new_per_day, seed):
    """Do the same the slow and plain way, on memories and the steps that reviews take."""
    rng = Random(seed)
    luck = [rng.random() for _ in range(DRAWS * len(facts))]
    ordered = [fact for fact in facts if fact.stability is not None]
    cards = [
        {
            "memory": Memory(fact.stability, fact.difficulty),
            "last": -fact.days_since,
            "due": None if fact.due_in is None else max(fact.due_in, int(fact.days_since == 0)),
            "count": 0,
        }
        for fact in ordered
    ]
    waiting = sum(fact.stability is None and fact.due_in is not None for fact in facts)
    known, reviews, minutes, owed = [], [], [], 0.0

    def recall(card, day):
        return retrievability(card["memory"].stability, day - card["last"], scheduling.weights)

    def move(place, rating, day):
        card = cards[place]
        elapsed = 0 if card["memory"] is None else day - card["last"]
        card["memory"] = memory.step(card["memory"], rating, elapsed, scheduling.weights)
        card["last"] = day
        card["due"] = day + memory.due_in_days(card["memory"], scheduling)
        card["count"] += 1

    for day in range(days):
        known.append(sum(recall(card, day) for card in cards) / len(facts))
        budget, spent, count = seconds - owed, 0.0, 0
        due = [place for place, card in enumerate(cards) if card["due"] is not None and card["due"] <= day]
        for place in sorted(due, key=lambda place: (recall(cards[place], day), place)):
            if spent >= budget:
                break
            is_recalled = luck[cards[place]["count"] % DRAWS * len(facts) + place] < recall(cards[place], day)
            move(place, Rating.GOOD if is_recalled else Rating.AGAIN, day)
            spent += pace.seconds_per_review * (1 if is_recalled else 2)
            count += 1
        for _ in range(new_per_day):
            if spent >= budget or not waiting:
                break
            cards.append({"memory": None, "last": day, "due": day, "count": 0})
            is_known = luck[len(cards) - 1] < pace.first_recall
            move(len(cards) - 1, Rating.GOOD if is_known else Rating.AGAIN, day)
            spent += pace.seconds_per_new
            waiting -= 1
            count += 1
        owed = max(0.0, spent - budget)
        reviews.append(count)
        minutes.append(spent / 60)
    known.append(sum(recall(card, days) for card in cards) / len(facts))
    return known, reviews, minutes


def test_what_is_most_at_risk_comes_first_and_the_rest_is_carried_over():
    safe, shaky = FactMemory(100, 5, 5, 0), FactMemory(2, 5, 5, 0)
    after = [memory.step(Memory(2, 5), rating, 5).stability for rating in (Rating.AGAIN, Rating.GOOD)]
    known = run([safe, shaky], days=1, daily_seconds=1).known[1]
    reached = [(retrievability(100, 6) + retrievability(stability, 1)) / 2 for stability in after]
    assert any(known == pytest.approx(share) for share in reached)
    assert run([safe, shaky], days=2, daily_seconds=4, pace=Pace(4, 4, 1)).reviews == (1, 1)


def test_a_forgotten_card_takes_the_time_of_two():
    certain = FactMemory(1e9, 5, 1, 0)
    hopeless = FactMemory(0.001, 5, 10_000, 0)
    assert run([certain], days=1, pace=Pace(6, 10)).minutes == (pytest.approx(0.1),)
    assert run([hopeless], days=1, pace=Pace(6, 10), seed=3).minutes == (pytest.approx(0.2),)


def test_what_one_day_took_too_much_the_next_one_lacks():
    done = run([NEW] * 10, days=3, daily_seconds=20, pace=Pace(1, 30, 1))
    assert done.new == (1, 1, 0)


def test_new_facts_wait_until_what_is_due_is_done():
    due = [FactMemory(1e6, 5, 1, 0)] * 5
    assert run([*due, NEW], days=2, daily_seconds=40, pace=Pace(8, 8, 1)).new == (0, 1)


def test_today_lacks_what_was_done_already():
    done = run([NEW] * 10, days=2, daily_seconds=60, pace=Pace(1, 10, 1), spent_seconds=40, new_per_day=4)
    assert done.new == (2, 4)
    assert run([NEW] * 10, days=2, pace=Pace(1, 1, 1), new_per_day=4, new_today=3).new == (1, 4)


def test_facts_begun_shortly_before_the_day_count_by_their_recall_on_it():
    done = run([NEW] * 10, days=1, pace=Pace(1, 1, 1), new_per_day=10)
    good = memory.initial(Rating.GOOD).stability
    assert done.known == (0, pytest.approx(retrievability(good, 1)))


def test_suspended_facts_are_never_shown_but_count():
    done = run([FactMemory(10, 5, 0, None), FactMemory(due_in=None)], days=20)
    assert not any(done.reviews)
    assert done.known[-1] == pytest.approx(retrievability(10, 20) / 2)


def test_looking_more_seldom_changes_no_day():
    facts = [FactMemory(5, 5, 5, 0)] * 10 + [NEW] * 10
    often, seldom = run(facts, days=10), run(facts, days=10, every=4)
    assert seldom.looked_on == (0, 4, 8, 10)
    assert seldom.known == tuple(often.known[day] for day in seldom.looked_on)
    assert seldom.reviews == often.reviews


def test_weights_of_the_learner_are_used():
    strong = tuple(10 * weight if place == 2 else weight for place, weight in enumerate(DEFAULT_WEIGHTS))
    facts = [NEW] * 10
    usual = run(facts, days=2, pace=Pace(1, 1, 1))
    assert (
        run(facts, days=2, pace=Pace(1, 1, 1), scheduling=Scheduling(weights=strong)).known[-1]
        > usual.known[-1]
    )


@pytest.mark.parametrize(("facts", "days"), [([], 3), ([NEW], -1)])
def test_nothing_can_be_run_without_facts_or_for_days_gone(facts, days):
    with pytest.raises(ValueError, match="facts, and days"):
        run(facts, days=days)


def test_a_rating_of_today_does_not_come_again_today():
    done = run([replace(NEW, stability=0.3, days_since=0, due_in=0)], days=2)
    assert done.reviews == (0, 1)
