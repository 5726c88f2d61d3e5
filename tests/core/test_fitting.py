"""Weights fitted to a learner predict that learner better, and are taken only if they do."""

from __future__ import annotations

import math
import random
import sys
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core import evidence, fitting, memory
from quizapp.core.memory import DEFAULT_WEIGHTS, Memory, Rating, Weights

_DAY = date(2025, 1, 1)
#: One who forgets sooner than most.
FORGETFUL = (*DEFAULT_WEIGHTS[:2], 0.8, *DEFAULT_WEIGHTS[3:8], 1.2, *DEFAULT_WEIGHTS[9:])


@dataclass(frozen=True)
class Row:
    id: uuid.UUID
    study_day: date
    reviewed_at: datetime
    source: str = "study"
    rating: int | None = 3
    is_right: bool = True
    guess: float = 0.0
    weight: float = 1.0
    action: str | None = None
    cancels: uuid.UUID | None = None


def _row(number: int, day: int, **others: object) -> Row:
    at = datetime(2025, 1, 1, 8, tzinfo=UTC) + timedelta(days=day, minutes=number)
    return replace(Row(uuid.UUID(int=number), _DAY + timedelta(days=day), at), **others)


def simulate(weights: Weights, facts: int, seed: int, days: int = 300) -> list[list[Row]]:
    """Return the log of each fact of a learner with these weights, scheduled by the default ones; half can be guessed."""
    rng = random.Random(seed)
    logs = []
    for _ in range(facts):
        day, last = rng.randrange(days // 2), 0
        true: Memory | None = None
        believed: Memory | None = None
        log: list[Row] = []
        while day < days:
            elapsed = day - last if true else 0
            recall = 0.3 if true is None else memory.retrievability(true.stability, elapsed, weights)
            is_recalled = rng.random() < recall
            guess = rng.choice((0.0, 0.25))
            right = is_recalled or rng.random() < guess
            true = memory.step(true, Rating.GOOD if is_recalled else Rating.AGAIN, elapsed, weights)
            done = evidence.probe(believed, right=right, guess=guess, elapsed_days=elapsed)
            believed = done.memory
            number = rng.getrandbits(100)
            row = _row(0, day, rating=None, is_right=right, guess=guess, weight=done.weight)
            log.append(replace(row, id=uuid.UUID(int=number)))
            last = day
            day += memory.fuzzed_interval(memory.interval_days(believed.stability, 0.9), rng.random())
        logs.append(log)
    return logs


def _histories(logs: list[list[Row]]) -> list[fitting.History]:
    return [history for log in logs for history in fitting.prepare(log)]


class TestPrepare:
    def test_only_the_first_standing_probe_of_a_day_counts_and_days_are_whole(self) -> None:
        undone = _row(4, 3)
        log = [
            _row(5, 3, rating=1),
            _row(1, 0),
            _row(2, 0, rating=1),
            undone,
            _row(6, 3, rating=None, is_right=False, cancels=undone.id),
            _row(7, 10, source="cram"),
            _row(8, 11, rating=4),
        ]
        (history,) = fitting.prepare(log)
        assert [(step.elapsed_days, step.fitted) for step in history] == [
            (0, Rating.GOOD),
            (3, Rating.AGAIN),
            (8, Rating.EASY),
        ]

    def test_a_reset_begins_anew_and_a_due_date_that_was_set_changes_nothing(self) -> None:
        log = [
            _row(1, 0),
            _row(2, 4, action="due", rating=None),
            _row(3, 5),
            _row(4, 6, action="reset", rating=None),
            _row(5, 6),
            _row(6, 9),
        ]
        assert [[step.elapsed_days for step in history] for history in fitting.prepare(log)] == [
            [0, 5],
            [0, 3],
        ]

    def test_a_log_that_was_all_taken_back_has_no_history(self) -> None:
        assert fitting.prepare([_row(1, 0), _row(2, 1, cancels=uuid.UUID(int=1))]) == []

    @given(st.integers(0, 2**100), st.floats(0.05, 1))
    def test_a_right_guess_is_good_or_again_by_its_recorded_weight(self, number: int, weight: float) -> None:
        row = _row(number % 1000, 0, rating=None, guess=0.5, weight=weight)
        row = replace(row, id=uuid.UUID(int=number))
        ((step,),) = fitting.prepare([row])
        assert step.fitted == evidence.fitter_rating(row.id, weight)
        assert (step.rated, step.is_right, step.guess) == (None, True, 0.5)

    def test_the_later_fifth_by_time_is_held_back(self) -> None:
        histories = [fitting.prepare([_row(1, start), _row(2, start + 1)])[0] for start in range(10)]
        assert fitting.split(histories) == _DAY + timedelta(days=9)
        assert fitting.split([fitting.prepare([_row(1, 0)])[0]]) is None


class TestLoss:
    def test_it_is_that_of_the_chances_our_own_step_predicts(self) -> None:
        (history,) = fitting.prepare([_row(1, 0), _row(2, 5, rating=None, is_right=True, guess=0.5)])
        first = memory.initial(Rating.GOOD)
        recall = memory.retrievability(first.stability, 5)
        found = fitting.loss(DEFAULT_WEIGHTS, [history], _DAY)
        expected = recall + (1 - recall) * 0.5
        assert found.log_loss == pytest.approx(-math.log(expected))
        assert found.error == pytest.approx(1 - expected)

    def test_reviews_before_the_day_are_not_judged(self) -> None:
        (history,) = fitting.prepare([_row(1, 0), _row(2, 5), _row(3, 30)])
        assert len(fitting.loss(DEFAULT_WEIGHTS, [history], _DAY + timedelta(days=6)).losses) == 1
        assert fitting.loss(DEFAULT_WEIGHTS, [history], _DAY + timedelta(days=31)).losses == ()

    def test_true_weights_beat_others_on_the_learner_they_are_of(self) -> None:
        histories = _histories(simulate(FORGETFUL, 150, seed=3))
        assert (
            fitting.loss(FORGETFUL, histories, _DAY).log_loss
            < fitting.loss(DEFAULT_WEIGHTS, histories, _DAY).log_loss
        )


class TestFit:
    def test_a_learner_who_forgets_sooner_gets_weights_that_predict_better(self) -> None:
        histories = _histories(simulate(FORGETFUL, 400, seed=1))
        trial = fitting.try_fit(histories, DEFAULT_WEIGHTS)
        assert trial is not None
        assert trial.is_better
        assert trial.after.error < trial.before.error
        assert trial.reviews + trial.held_back == fitting.count_predicted(histories)
        assert trial.weights[2] < DEFAULT_WEIGHTS[2]
        # Later reviews of a second learner like the first are predicted better too.
        others = _histories(simulate(FORGETFUL, 150, seed=2))
        assert (
            fitting.loss(trial.weights, others, _DAY).log_loss
            < fitting.loss(DEFAULT_WEIGHTS, others, _DAY).log_loss
        )

    def test_the_same_reviews_give_the_same_weights(self) -> None:
        histories = _histories(simulate(FORGETFUL, 60, seed=1))
        since = fitting.split(histories)
        assert since is not None
        assert fitting.fit(histories, since) == fitting.fit(histories, since)

    def test_weights_that_are_right_already_stay(self) -> None:
        trial = fitting.try_fit(_histories(simulate(DEFAULT_WEIGHTS, 400, seed=5)), DEFAULT_WEIGHTS)
        assert trial is not None
        assert not trial.is_better

    def test_too_few_reviews_are_not_fitted(self) -> None:
        histories = _histories(simulate(DEFAULT_WEIGHTS, 20, seed=1))
        assert fitting.count_predicted(histories) < fitting.ENOUGH
        assert fitting.try_fit(histories, DEFAULT_WEIGHTS) is None
        assert fitting.try_fit([], DEFAULT_WEIGHTS) is None
        assert fitting.fit([], _DAY) is None

    def test_reviews_that_are_all_right_are_fitted_without_harm(self) -> None:
        histories = [fitting.prepare([_row(1, n), _row(2, n + 3), _row(3, n + 9)])[0] for n in range(300)]
        trial = fitting.try_fit(histories, DEFAULT_WEIGHTS)
        assert trial is None or len(trial.weights) == 21

    def test_without_the_library_there_is_nothing_to_fit_with(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert fitting.is_available()
        monkeypatch.setitem(sys.modules, "fsrs_rs_python", None)
        assert not fitting.is_available()
        with pytest.raises(ImportError):
            fitting.fit([], _DAY)


class TestDecide:
    def _loss(self, *losses: float) -> fitting.Loss:
        return fitting.Loss(sum(losses) / len(losses), 0.1, losses)

    def test_a_gain_within_chance_is_none(self) -> None:
        assert not fitting.decide(self._loss(0.1, 0.9, 0.1, 0.9), self._loss(0.9, 0.05, 0.1, 0.9))
        assert fitting.decide(self._loss(0.5, 0.6, 0.5, 0.6), self._loss(0.4, 0.4, 0.4, 0.5))

    def test_a_loss_or_a_tie_is_none_either(self) -> None:
        worse, better = self._loss(0.5, 0.6, 0.5), self._loss(0.4, 0.4, 0.4)
        assert not fitting.decide(better, worse)
        assert not fitting.decide(better, better)
        assert not fitting.decide(self._loss(0.9), self._loss(0.1))

    @pytest.mark.parametrize(
        ("reviews", "fitted_on", "due"),
        [(399, None, False), (400, None, True), (479, 400, False), (480, 400, True)],
    )
    def test_a_fit_is_due_with_a_fifth_more_reviews(
        self, reviews: int, fitted_on: int | None, due: bool
    ) -> None:
        assert fitting.is_due(reviews, fitted_on) is due
