"""Marks: weights, partial credit, negative marks, certainty, lateness, and which of several attempts counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.grading import Outcome
from quizapp.core.marking import (
    LateStep,
    MarkingRules,
    Scoring,
    late_percent,
    marks,
    rules_from_dict,
    rules_to_dict,
    score_of_attempts,
    total,
)

PLAIN = MarkingRules()
CERTAIN = MarkingRules(certainty=True)
DUE = datetime(2024, 5, 10, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rules", "outcome", "score", "expected"),
    [
        (PLAIN, Outcome.RIGHT, 1.0, 2.0),
        (PLAIN, Outcome.PARTLY, 0.25, 0.5),
        (PLAIN, Outcome.WRONG, 0.0, 0.0),
        (MarkingRules(partial_credit=False), Outcome.PARTLY, 0.75, 0.0),
        (MarkingRules(negative_percent=25), Outcome.WRONG, 0.0, -0.5),
        (MarkingRules(negative_percent=25), Outcome.PARTLY, 0.5, 1.0),
        (MarkingRules(negative_percent=25, partial_credit=False), Outcome.PARTLY, 0.5, -0.5),
    ],
)
def test_marks_are_the_weight_times_what_the_rules_make_of_a_score(
    rules: MarkingRules, outcome: Outcome, score: float, expected: float
) -> None:
    assert marks(outcome, score, 2.0, rules) == expected


@pytest.mark.parametrize("outcome", [Outcome.BLANK, Outcome.NEUTRAL, Outcome.UNCLEAR])
@pytest.mark.parametrize("rules", [PLAIN, CERTAIN, MarkingRules(negative_percent=100)])
def test_what_was_not_judged_earns_and_costs_nothing(outcome: Outcome, rules: MarkingRules) -> None:
    assert marks(outcome, 0.0, 3.0, rules, 3) == 0


@pytest.mark.parametrize(("certainty", "right", "wrong"), [(1, 1, 0), (2, 2, -2), (3, 3, -6), (None, 1, 0)])
def test_certainty_pays_for_knowing_what_one_knows(certainty: int | None, right: int, wrong: int) -> None:
    assert marks(Outcome.RIGHT, 1.0, 1.0, CERTAIN, certainty) == right
    assert marks(Outcome.WRONG, 0.0, 1.0, CERTAIN, certainty) == wrong


def test_a_certainty_beyond_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="certainty"):
        marks(Outcome.RIGHT, 1.0, 1.0, CERTAIN, 4)


@given(
    st.sampled_from([Outcome.RIGHT, Outcome.PARTLY, Outcome.WRONG]),
    st.floats(0, 1),
    st.floats(0, 100),
    st.builds(MarkingRules, st.booleans(), st.integers(0, 100), st.booleans()),
    st.sampled_from([None, 1, 2, 3]),
)
def test_marks_never_exceed_the_highest_and_grow_with_the_score(
    outcome: Outcome, score: float, weight: float, rules: MarkingRules, certainty: int | None
) -> None:
    given_marks = marks(outcome, score, weight, rules, certainty)
    assert given_marks <= weight * rules.highest
    assert given_marks <= marks(Outcome.RIGHT, 1.0, weight, rules, certainty)
    assert given_marks >= marks(Outcome.WRONG, 0.0, weight, rules, certainty)


def test_a_total_is_never_below_nothing() -> None:
    assert total([-6, 2]) == 0
    assert total([1 / 10] * 10) == 1


@pytest.mark.parametrize(
    ("hours", "expected"), [(-1, 100), (0, 100), (0.5, 80), (24, 80), (25, 50), (48, 50), (48.5, 0)]
)
def test_lateness_costs_by_the_first_step_that_has_not_passed(hours: float, expected: int) -> None:
    steps = [LateStep(48, 50), LateStep(24, 80)]
    assert late_percent(DUE + timedelta(hours=hours), DUE, steps) == expected


def test_without_a_due_moment_or_steps_nothing_is_lost() -> None:
    late = DUE + timedelta(days=9)
    assert late_percent(late, None, [LateStep(24, 0)]) == 100
    assert late_percent(late, DUE, []) == 100


@pytest.mark.parametrize(
    ("scoring", "expected"),
    [(Scoring.HIGHEST, 9), (Scoring.AVERAGE, 5), (Scoring.FIRST, 4), (Scoring.LAST, 2)],
)
def test_of_several_attempts_one_score_counts(scoring: Scoring, expected: float) -> None:
    assert score_of_attempts([4, 9, 2], scoring) == expected
    assert score_of_attempts([], scoring) is None


@given(st.builds(MarkingRules, st.booleans(), st.integers(0, 100), st.booleans()))
def test_rules_are_kept_as_they_are(rules: MarkingRules) -> None:
    assert rules_from_dict(rules_to_dict(rules)) == rules


def test_an_attempt_of_before_has_the_rules_of_then() -> None:
    assert rules_from_dict({}) == MarkingRules(partial_credit=True, negative_percent=0, certainty=False)


@pytest.mark.parametrize("percent", [-1, 101])
def test_negative_marks_beyond_the_whole_are_refused(percent: int) -> None:
    with pytest.raises(ValueError, match="negative marks"):
        MarkingRules(negative_percent=percent)


@pytest.mark.parametrize(("hours", "percent"), [(0, 50), (24, 101), (24, -1)])
def test_a_step_that_is_none_is_refused(hours: float, percent: int) -> None:
    with pytest.raises(ValueError, match="step"):
        LateStep(hours, percent)
