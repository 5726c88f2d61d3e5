from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.grading import ResponseError, parse_response, response_from_dict, response_to_dict
from quizapp.core.questions import (
    DateQuestion,
    DateResponse,
    MarksResponse,
    NumberResponse,
    OptionResponse,
    OrderResponse,
    PairsResponse,
    TextResponse,
)
from tests.question_parts import question_of
from tests.question_strategies import common, form_of, new_types, responses

SHORT = question_of("short")
DAY = DateQuestion(**common(1), accept=("2014-12-14",), parts=("day", "month", "year"))
MONTH = DateQuestion(**common(1), accept=("2014-06",), parts=("month", "year"))
YEAR = DateQuestion(**common(1), accept=("2014",), parts=("year",))
MULTIPLE = question_of("multiple", keys=("Oslo", "Lima"))
MAP = question_of("map", keys=("Oslo", "Lima"))
ORDERING = question_of("ordering", keys=("Oslo", "Lima", "Rome"))
MATCHING = question_of("matching", keys=("Oslo", "Lima", "Rome"))
NUMERIC = question_of("numeric")


@given(st.data())
def test_a_response_survives_the_way_through_its_form_and_through_json(data):
    question = data.draw(new_types())
    response = data.draw(responses(question))

    assert parse_response(question, form_of(question, response)) == response
    if response is not None:
        assert response_from_dict(json.loads(json.dumps(response_to_dict(response)))) == response


@pytest.mark.parametrize("question", [MULTIPLE, MAP, ORDERING, MATCHING, NUMERIC], ids=lambda one: one.type)
def test_an_empty_form_is_no_response(question):
    assert parse_response(question, {}) is None


@pytest.mark.parametrize(
    ("question", "form", "field"),
    [
        (MULTIPLE, {"mark-zzz": "on"}, "marks"),
        (MAP, {"mark-Oslo": "on", "mark-Atlantis": "on"}, "marks"),
        (NUMERIC, {"text": "some"}, "text"),
        (NUMERIC, {"text": "3 or 4"}, "text"),
        (NUMERIC, {"text": "9" * 501}, "text"),
    ],
)
def test_what_a_question_does_not_show_or_ask_for_is_refused(question, form, field):
    with pytest.raises(ResponseError) as caught:
        parse_response(question, form)

    assert caught.value.field == field
    assert caught.value.message


@pytest.mark.parametrize("places", [("1", "2", ""), ("1", "1", "2"), ("1", "2", "4"), ("0", "1", "2")])
def test_an_order_with_a_gap_names_the_event_to_be_mended(places):
    fields = [f"place-{event.id}" for event in ORDERING.sequence]
    with pytest.raises(ResponseError) as caught:
        parse_response(ORDERING, dict(zip(fields, places, strict=True)))

    assert caught.value.field in fields


def test_a_right_side_of_another_question_is_refused_beside_its_left_side():
    field = f"pair-{MATCHING.pairs[1].id}"
    with pytest.raises(ResponseError) as caught:
        parse_response(MATCHING, {field: "zzz"})

    assert caught.value.field == field


@pytest.mark.parametrize("text", ["34", " 34 envoys ", "thirty-four", "Thirty four envoys"])
def test_a_number_is_read_in_digits_and_in_words(text):
    assert parse_response(NUMERIC, {"text": text}) == NumberResponse(34, text.strip())


@pytest.mark.parametrize(
    ("question", "form", "response"),
    [
        (SHORT, {"text": "  Chad "}, TextResponse("Chad")),
        (SHORT, {"text": " "}, None),
        (SHORT, {}, None),
        (DAY, {"day": "5", "month": "Sept", "year": "2014"}, DateResponse(2014, 9, 5)),
        (DAY, {"day": "05", "month": "9", "year": "2014"}, DateResponse(2014, 9, 5)),
        (DAY, {"day": "", "month": " ", "year": ""}, None),
        (DAY, {"day": "5", "month": "9", "year": "2014 AD"}, DateResponse(2014, 9, 5)),
        (MONTH, {"month": "June", "year": "2014"}, DateResponse(2014, 6)),
        (MONTH, {"day": "13", "month": "June", "year": "2014"}, DateResponse(2014, 6, 13)),
    ],
)
def test_form_fields_become_a_response(question, form, response):
    assert parse_response(question, form) == response


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2014 CE", 2014),
        ("2014ad", 2014),
        ("2014 A.D.", 2014),
        ("AD 2014", 2014),
        ("14 AD", 14),
        ("0014", 14),
        ("476", 476),
    ],
)
def test_a_year_is_read_with_its_era_and_a_short_one_where_it_is_plain(text, year):
    assert parse_response(YEAR, {"year": text}) == DateResponse(year)


@pytest.mark.parametrize("text", ["14", "7"])
def test_a_year_of_two_digits_is_asked_for_again_and_not_taken_for_antiquity(text):
    with pytest.raises(ResponseError, match="four digits, such as 2014") as caught:
        parse_response(YEAR, {"year": text})
    assert caught.value.field == "year"


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
    choice = question_of("choice")

    assert parse_response(choice, {"option": choice.options[1].id}) == OptionResponse(choice.options[1].id)
    assert parse_response(choice, {}) is None
    with pytest.raises(ResponseError, match="no such option"):
        parse_response(choice, {"option": "zzz"})


numbers = st.none() | st.integers(1, 9999)


@given(
    st.builds(OptionResponse, st.text())
    | st.builds(TextResponse, st.text())
    | st.builds(DateResponse, numbers, numbers, numbers)
    | st.builds(MarksResponse, st.lists(st.text()).map(tuple))
    | st.builds(NumberResponse, st.integers() | st.floats(allow_nan=False, allow_infinity=False), st.text())
    | st.builds(OrderResponse, st.lists(st.text()).map(tuple))
    | st.builds(PairsResponse, st.lists(st.tuples(st.text(), st.text())).map(tuple))
)
def test_a_response_survives_the_way_through_json(response):
    assert response_from_dict(json.loads(json.dumps(response_to_dict(response)))) == response


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"option": 3},
        {"text": None},
        {"year": "2014"},
        {"year": True},
        {"other": "x"},
        {"marks": "abc"},
        {"order": [1]},
        {"pairs": [["a"]]},
        {"number": "4", "text": "4"},
    ],
)
def test_anything_else_is_no_response(data):
    with pytest.raises(ValueError, match="not a response"):
        response_from_dict(data)
