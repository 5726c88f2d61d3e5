from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.core.generation import generate
from quizapp.core.grading import (
    Outcome,
    ResponseError,
    chance_of_guessing,
    grade,
    key_text,
    parse_response,
    response_from_dict,
    response_to_dict,
)
from quizapp.core.questions import (
    Citation,
    DateQuestion,
    DateResponse,
    OptionResponse,
    ShortQuestion,
    TextResponse,
)
from tests.bank_strategies import banks, full_bank

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


def key_response(question):
    if question.type in {"choice", "true-false"}:
        return OptionResponse(next(option.id for option in question.options if option.correct))
    if question.type == "date":
        year, month, day = (*map(int, question.accept[0].split("-")), None, None)[:3]
        return DateResponse(year, month, day)
    return TextResponse(question.accept[0])


@settings(max_examples=25, deadline=None)
@given(banks())
def test_the_key_is_right_each_distractor_wrong_and_nothing_blank(bank):
    for question in generate(bank):
        assert grade(question, key_response(question)).outcome is Outcome.RIGHT
        assert grade(question, key_response(question)).score == 1
        assert grade(question, None).outcome is Outcome.BLANK
        for option in getattr(question, "options", ()):
            found = grade(question, OptionResponse(option.id))
            assert (found.outcome is Outcome.RIGHT) == option.correct
            assert found.score == float(option.correct)
            assert found.feedback == option.because


@settings(max_examples=25, deadline=None)
@given(banks())
def test_every_accepted_response_is_right_and_every_other_name_is_not(bank):
    for question in generate(bank):
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


def test_the_chance_of_guessing_follows_the_form():
    for question in generate(full_bank()):
        expected = {"choice": 1 / len(getattr(question, "options", "x")), "true-false": 0.5}.get(
            question.type, 0
        )
        assert chance_of_guessing(question) == expected


def test_the_key_is_shown_in_words():
    assert key_text(SHORT) == "Nigeria"
    assert key_text(DAY) == "14 December 2014"
    choice = next(question for question in generate(full_bank()) if question.type == "choice")
    assert key_text(choice) == next(option.text for option in choice.options if option.correct)


def test_a_response_of_another_form_is_refused():
    with pytest.raises(ResponseError, match="cannot be given"):
        grade(SHORT, OptionResponse("true"))
    choice = next(question for question in generate(full_bank()) if question.type == "choice")
    with pytest.raises(ResponseError, match="no such option"):
        grade(choice, OptionResponse("zzz"))


@pytest.mark.parametrize(
    ("question", "form", "response"),
    [
        (SHORT, {"text": "  Chad "}, TextResponse("Chad")),
        (SHORT, {"text": " "}, None),
        (SHORT, {}, None),
        (DAY, {"day": "5", "month": "Sept", "year": "2014"}, DateResponse(2014, 9, 5)),
        (DAY, {"day": "05", "month": "9", "year": "2014"}, DateResponse(2014, 9, 5)),
        (DAY, {"day": "", "month": " ", "year": ""}, None),
        (MONTH, {"month": "June", "year": "2014"}, DateResponse(2014, 6)),
        (MONTH, {"day": "13", "month": "June", "year": "2014"}, DateResponse(2014, 6, 13)),
    ],
)
def test_form_fields_become_a_response(question, form, response):
    assert parse_response(question, form) == response


@pytest.mark.parametrize(
    ("question", "form", "field"),
    [
        (DAY, {"day": "31", "month": "February", "year": "2014"}, "day"),
        (DAY, {"day": "29", "month": "2", "year": "2015"}, "day"),
        (DAY, {"day": "32", "month": "1", "year": "2014"}, "day"),
        (DAY, {"day": "x", "month": "1", "year": "2014"}, "day"),
        (DAY, {"day": "1", "month": "Smarch", "year": "2014"}, "month"),
        (DAY, {"day": "1", "month": "13", "year": "2014"}, "month"),
        (DAY, {"day": "1", "month": "1", "year": "14th"}, "year"),
        (DAY, {"day": "1", "month": "1", "year": "0"}, "year"),
        (DAY, {"day": "1", "month": "1", "year": "٢٠١٤"}, "year"),
        (DAY, {"day": "1", "month": "1"}, "year"),
        (DAY, {"month": "1", "year": "2014"}, "day"),
        (YEAR, {"day": "1", "year": "2014"}, "day"),
        (SHORT, {"text": "x" * 501}, "text"),
    ],
)
def test_what_cannot_be_read_names_its_field(question, form, field):
    with pytest.raises(ResponseError) as caught:
        parse_response(question, form)

    assert caught.value.field == field
    assert caught.value.message


def test_an_option_is_taken_only_if_the_question_has_it():
    choice = next(question for question in generate(full_bank()) if question.type == "choice")

    assert parse_response(choice, {"option": choice.options[1].id}) == OptionResponse(choice.options[1].id)
    assert parse_response(choice, {}) is None
    with pytest.raises(ResponseError, match="no such option"):
        parse_response(choice, {"option": "zzz"})


numbers = st.none() | st.integers(1, 9999)


@given(
    st.builds(OptionResponse, st.text())
    | st.builds(TextResponse, st.text())
    | st.builds(DateResponse, numbers, numbers, numbers)
)
def test_a_response_survives_the_way_through_json(response):
    assert response_from_dict(json.loads(json.dumps(response_to_dict(response)))) == response


@pytest.mark.parametrize(
    "data", [{}, {"option": 3}, {"text": None}, {"year": "2014"}, {"year": True}, {"other": "x"}]
)
def test_anything_else_is_no_response(data):
    with pytest.raises(ValueError, match="not a response"):
        response_from_dict(data)


def test_an_exact_record_beats_a_slip_of_the_key():
    question = replace(SHORT, accept=("Mauritania",), neutral=("Mauretania",), others=())

    assert grade(question, TextResponse("Mauretania")).outcome is Outcome.NEUTRAL
    assert grade(question, TextResponse("Mauritania")).outcome is Outcome.RIGHT
