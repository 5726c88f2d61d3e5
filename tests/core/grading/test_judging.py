from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from quizapp.core.generation import generate
from quizapp.core.grading import (
    Outcome,
    ResponseError,
    grade,
)
from quizapp.core.questions import (
    ChoiceQuestion,
    Citation,
    DateQuestion,
    DateResponse,
    OptionResponse,
    ShortQuestion,
    TextResponse,
    TrueFalseQuestion,
)
from tests.bank_strategies import full_bank, rich_banks
from tests.question_strategies import key_response

COMMON = {
    "id": "bank/fact/type",
    "facts": ("fact",),
    "stem": "Which land was host to the assembly?",
    "explanation": "It was Nigeria.",
    "cite": Citation("chapter one"),
    "standing": "documented",
    "treatment": "plain",
    "topic": "places",
}
SHORT = ShortQuestion(
    **COMMON,
    accept=("Nigeria", "Federal Republic of Nigeria"),
    neutral=("Cameroon",),
    others=("Niger", "Chad"),
)
DAY = DateQuestion(
    **COMMON, accept=("2014-12-14", "2014-12-15"), parts=("day", "month", "year"), neutral=("2014-12-03",)
)
MONTH = DateQuestion(**COMMON, accept=("2014-06",), parts=("month", "year"))
YEAR = DateQuestion(**COMMON, accept=("2014",), parts=("year",))


@settings(max_examples=25, deadline=None)
@given(rich_banks())
def test_of_what_is_generated_the_key_is_right_and_nothing_is_blank(bank):
    for question in generate(bank, every_form=True):
        done = grade(question, key_response(question))
        assert (done.outcome, done.score) == (Outcome.RIGHT, 1)
        assert grade(question, None).outcome is Outcome.BLANK


@settings(max_examples=25, deadline=None)
@given(rich_banks())
def test_of_what_is_generated_each_option_is_judged_as_it_says(bank):
    for question in generate(bank, every_form=True):
        for option in question.options if isinstance(question, ChoiceQuestion | TrueFalseQuestion) else ():
            found = grade(question, OptionResponse(option.id))
            assert (found.outcome is Outcome.RIGHT) == option.correct
            assert found.score == float(option.correct)
            assert found.feedback == option.because


@settings(max_examples=25, deadline=None)
@given(rich_banks())
def test_every_accepted_response_is_right_and_every_other_name_is_not(bank):
    for question in generate(bank, every_form=True):
        if isinstance(question, ShortQuestion):
            assert all(
                grade(question, TextResponse(name)).outcome is Outcome.RIGHT for name in question.accept
            )
            assert all(grade(question, TextResponse(name)).score == 0 for name in question.others)


@pytest.mark.parametrize(
    ("text", "outcome", "score"),
    [
        ("nigeria", Outcome.RIGHT, 1),
        ("Federal Republic of Nigeria", Outcome.RIGHT, 1),
        ("Nigerria", Outcome.RIGHT, 1),
        ("Niger", Outcome.WRONG, 0),
        ("Nigera", Outcome.UNCLEAR, 0),
        ("Cameroon", Outcome.NEUTRAL, 0),
        ("Camerooon", Outcome.NEUTRAL, 0),
        ("Peru", Outcome.WRONG, 0),
        ("   ", Outcome.BLANK, 0),
    ],
)
def test_a_typed_name_is_judged_with_care(text, outcome, score):
    found = grade(SHORT, TextResponse(text))

    assert (found.outcome, found.score) == (outcome, score)


def test_feedback_says_how_it_is_spelled_what_is_meant_and_why_it_is_not_scored():
    assert "spelled “Nigeria”" in grade(SHORT, TextResponse("Nigerria")).feedback
    assert "Did you mean “Nigeria”?" in grade(SHORT, TextResponse("Nigera")).feedback
    assert "Not scored" in grade(SHORT, TextResponse("Cameroon")).feedback
    assert "“Nigeria”" in grade(SHORT, TextResponse("Peru")).feedback


@pytest.mark.parametrize(
    ("question", "response", "outcome"),
    [
        (DAY, DateResponse(2014, 12, 14), Outcome.RIGHT),
        (DAY, DateResponse(2014, 12, 15), Outcome.RIGHT),
        (DAY, DateResponse(2014, 12, 3), Outcome.NEUTRAL),
        (DAY, DateResponse(2014, 12, 16), Outcome.WRONG),
        (DAY, DateResponse(2015, 12, 14), Outcome.WRONG),
        (DAY, DateResponse(2014, 12), Outcome.UNCLEAR),
        (DAY, DateResponse(2014, 2, 30), Outcome.UNCLEAR),
        (DAY, DateResponse(), Outcome.BLANK),
        (MONTH, DateResponse(2014, 6), Outcome.RIGHT),
        (MONTH, DateResponse(2014, 6, 13), Outcome.RIGHT),
        (MONTH, DateResponse(2014, 7), Outcome.WRONG),
        (MONTH, DateResponse(2014), Outcome.UNCLEAR),
        (YEAR, DateResponse(2014), Outcome.RIGHT),
        (YEAR, DateResponse(2014, 6, 13), Outcome.RIGHT),
        (YEAR, DateResponse(2014, None, 13), Outcome.UNCLEAR),
        (YEAR, DateResponse(2013), Outcome.WRONG),
    ],
)
def test_a_date_is_judged_at_the_printed_precision(question, response, outcome):
    assert grade(question, response).outcome is outcome


def test_a_response_of_another_form_is_refused():
    with pytest.raises(ResponseError, match="cannot be given"):
        grade(SHORT, OptionResponse("true"))
    choice = next(question for question in generate(full_bank()) if question.type == "choice")
    with pytest.raises(ResponseError, match="no such option"):
        grade(choice, OptionResponse("zzz"))


def test_an_exact_record_beats_a_slip_of_the_key():
    question = replace(SHORT, accept=("Mauritania",), neutral=("Mauretania",), others=())

    assert grade(question, TextResponse("Mauretania")).outcome is Outcome.NEUTRAL
    assert grade(question, TextResponse("Mauritania")).outcome is Outcome.RIGHT
