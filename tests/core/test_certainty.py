"""Certainty against correctness: where each certainty pays, and what a count of responses says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.certainty import Stated, Verdict, judge, range_of, sum_levels
from quizapp.core.grading import Outcome
from quizapp.core.marking import MarkingRules, marks

RULES = MarkingRules(certainty=True)


def stated(certainty: int | None, score: float, weight: float = 1.0) -> Stated:
    outcome = Outcome.RIGHT if score == 1 else Outcome.PARTLY if score else Outcome.WRONG
    return Stated(certainty, score, marks(outcome, score, weight, RULES, certainty), weight)


responses = st.builds(
    stated,
    st.sampled_from([None, 1, 2, 3]),
    st.sampled_from([0.0, 0.25, 1.0]),
    st.sampled_from([1.0, 2.5]),
)


def verdict_of(certainty: int, right: int, count: int) -> Verdict:
    (level,) = sum_levels([stated(certainty, float(number < right)) for number in range(count)])
    return level.verdict


def test_each_certainty_pays_where_it_brings_more_than_the_others() -> None:
    assert range_of(1) == (0, pytest.approx(2 / 3))
    assert range_of(2) == (pytest.approx(2 / 3), pytest.approx(0.8))
    assert range_of(3) == (pytest.approx(0.8), 1)


@given(st.integers(0, 40), st.integers(1, 40))
def test_the_best_certainty_is_the_one_whose_range_holds_the_share(right: int, count: int) -> None:
    right = min(right, count)
    (level,) = sum_levels([stated(2, float(number < right)) for number in range(count)])
    low, high = range_of(level.best)
    assert low - 1e-9 <= level.share <= high + 1e-9


@given(st.lists(responses))
def test_levels_hold_every_response_once_and_what_it_brought(given_: list[Stated]) -> None:
    levels = sum_levels(given_)
    assert sum(level.count for level in levels) == len(given_)
    assert sum(level.right for level in levels) == sum(one.score == 1 for one in given_)
    assert sum(level.marks for level in levels) == pytest.approx(sum(one.marks for one in given_))
    assert [level.certainty for level in levels] == sorted(
        {one.certainty or 1 for one in given_}, reverse=True
    )


@given(st.lists(responses))
def test_what_a_level_would_have_brought_as_it_was_stated_is_what_it_brought(given_: list[Stated]) -> None:
    for level in sum_levels(given_):
        assert level.if_stated[level.certainty] == pytest.approx(level.marks)


@pytest.mark.parametrize(
    ("certainty", "right", "count", "verdict"),
    [
        (3, 7, 8, Verdict.WELL),
        (3, 3, 8, Verdict.OVER),
        (3, 6, 8, Verdict.FEW),
        (3, 1, 1, Verdict.FEW),
        (2, 3, 4, Verdict.WELL),
        (2, 0, 4, Verdict.OVER),
        (2, 20, 20, Verdict.UNDER),
        (1, 8, 8, Verdict.UNDER),
        (1, 3, 3, Verdict.FEW),
        (1, 1, 5, Verdict.WELL),
        (1, 0, 20, Verdict.WELL),
    ],
)
def test_a_level_is_judged_by_what_chance_would_seldom_do(
    certainty: int, right: int, count: int, verdict: Verdict
) -> None:
    assert verdict_of(certainty, right, count) == verdict


@given(st.sampled_from([1, 2, 3]), st.integers(0, 30), st.integers(1, 30))
def test_one_more_right_response_never_makes_over_confident(certainty: int, right: int, count: int) -> None:
    order = {Verdict.OVER: 0, Verdict.FEW: 1, Verdict.WELL: 1, Verdict.UNDER: 2}
    right = min(right, count - 1)
    assert order[verdict_of(certainty, right, count)] <= order[verdict_of(certainty, right + 1, count)]


def test_all_levels_are_judged_together() -> None:
    over = [stated(3, 0.0)] * 5
    under = [stated(1, 1.0)] * 8
    well = [stated(2, 1.0)] * 3 + [stated(2, 0.0)]
    assert judge(sum_levels(well)) == Verdict.WELL
    assert judge(sum_levels([*well, *over])) == Verdict.OVER
    assert judge(sum_levels([*well, *under])) == Verdict.UNDER
    assert judge(sum_levels([*over, *under])) == Verdict.MIXED
    assert judge(sum_levels([stated(1, 1.0)])) == judge([]) == Verdict.FEW


def test_who_states_no_certainty_is_taken_to_be_unsure() -> None:
    (level,) = sum_levels([stated(None, 1.0), stated(1, 0.0)])
    assert (level.certainty, level.count, level.marks) == (1, 2, 1)
