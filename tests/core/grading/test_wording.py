from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.grading import key_text, response_text
from quizapp.core.questions import DateQuestion, DateResponse, NumberResponse, OptionResponse, PairsResponse
from tests.question_parts import question_of
from tests.question_strategies import common, in_part, key_response, responses


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("choice", "Oslo"),
        ("multiple", "Oslo; Lima; Rome"),
        ("true-false", "True"),
        ("short", "Oslo"),
        ("numeric", "34 envoys"),
        ("ordering", "Oslo → Lima → Rome"),
        ("matching", "Fair of Oslo – Oslo; Fair of Lima – Lima; Fair of Rome – Rome"),
        ("map", "Oslo; Lima; Rome"),
    ],
)
def test_the_key_is_shown_in_words(kind, text):
    assert key_text(question_of(kind, keys=("Oslo", "Lima", "Rome"))) == text


def test_the_key_of_a_date_is_shown_in_english():
    date = DateQuestion(**common(1), accept=("2014-12-14", "2014-12-15"), parts=("day", "month", "year"))

    assert key_text(date) == "14 December 2014"


@given(st.data())
def test_the_whole_key_given_in_response_reads_as_the_key(data):
    question = data.draw(in_part())
    shown = {part for text in key_text(question).split("; ") for part in text.split(" → ")}
    given_back = response_text(question, key_response(question))

    assert {part for text in given_back.split("; ") for part in text.split(" → ")} == shown


@given(st.data())
def test_only_a_blank_response_has_no_words(data):
    question = data.draw(in_part())
    response = data.draw(responses(question))

    assert (response_text(question, response) is None) == (response is None)


def test_what_a_question_does_not_show_has_no_words():
    assert response_text(question_of("choice"), OptionResponse("zzz")) is None
    assert response_text(question_of("matching"), PairsResponse((("zzz", "zzz"),))) is None
    assert response_text(question_of("numeric"), NumberResponse(34, "thirty-four")) == "thirty-four"
    assert response_text(question_of("date"), DateResponse(2014, 9)) == "September 2014"
