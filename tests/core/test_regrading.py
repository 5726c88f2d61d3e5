"""What was decided about a question: accepted, refused, credited, dropped; in this order from the last to the first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.grading import Outcome, grade
from quizapp.core.questions import (
    ChoiceQuestion,
    Citation,
    Option,
    OptionResponse,
    ShortQuestion,
    TextResponse,
)
from quizapp.core.regrading import (
    UNADJUSTED,
    Adjustment,
    adjustment_from_dict,
    adjustment_to_dict,
    is_same,
    regrade,
)

COMMON = {
    "id": "q",
    "facts": ("f",),
    "stem": "?",
    "explanation": "",
    "cite": Citation(""),
    "standing": "documented",
    "treatment": "ask",
    "topic": "",
}
CHOICE = ChoiceQuestion(
    **COMMON, options=tuple(Option(name, name, correct=name == "a", because="") for name in "abc")
)
SHORT = ShortQuestion(**COMMON, accept=("Rhône",))
GIVEN = [None, *(OptionResponse(name) for name in "abc")]
ADJUSTMENTS = st.builds(
    Adjustment,
    accepted=st.lists(st.sampled_from(GIVEN[1:]), max_size=2).map(tuple),
    refused=st.lists(st.sampled_from(GIVEN[1:]), max_size=2).map(tuple),
    is_credited=st.booleans(),
    is_dropped=st.booleans(),
)


@pytest.mark.parametrize("response", GIVEN)
def test_without_a_decision_it_is_graded_as_it_says(response):
    assert regrade(CHOICE, response, UNADJUSTED) == grade(CHOICE, response)


@given(ADJUSTMENTS, st.sampled_from(GIVEN))
def test_what_is_decided_of_all_goes_before_what_is_decided_of_one(adjustment, response):
    done = regrade(CHOICE, response, adjustment)
    if adjustment.is_dropped:
        assert (done.outcome, done.score) == (Outcome.NEUTRAL, 0)
    elif adjustment.is_credited:
        assert (done.outcome, done.score) == (Outcome.RIGHT, 1)
    elif response is None:
        assert done.outcome == Outcome.BLANK
    elif response in adjustment.accepted:
        assert (done.outcome, done.score) == (Outcome.RIGHT, 1)
    elif response in adjustment.refused:
        assert (done.outcome, done.score) == (Outcome.WRONG, 0)
    else:
        assert done == grade(CHOICE, response)


@given(ADJUSTMENTS)
def test_a_decision_comes_back_as_it_was_kept(adjustment):
    assert adjustment_from_dict(adjustment_to_dict(adjustment)) == adjustment
    assert bool(adjustment) == (adjustment != UNADJUSTED)


def test_typed_responses_are_the_same_apart_from_case_accents_and_spacing():
    accepted = Adjustment(accepted=(TextResponse("Rhodanus"),))
    assert regrade(SHORT, TextResponse(" RHODÁNUS "), accepted).outcome == Outcome.RIGHT
    assert regrade(SHORT, TextResponse("Rhodanu"), accepted).outcome != Outcome.RIGHT
    assert not is_same(TextResponse("a"), OptionResponse("a"))
