from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from quizapp.core.generation import generate
from quizapp.core.questions import question_from_dict, question_to_dict
from tests.bank_strategies import banks, full_bank


@settings(max_examples=25, deadline=None)
@given(banks())
def test_a_question_survives_the_way_through_json(bank):
    for question in generate(bank):
        assert question_from_dict(json.loads(json.dumps(question_to_dict(question)))) == question


def test_all_five_types_survive_with_every_field():
    questions = generate(full_bank())

    assert {question.type for question in questions} == {"choice", "true-false", "short", "cloze", "date"}
    assert [question_from_dict(question_to_dict(question)) for question in questions] == questions


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"type": "riddle"}, "unknown type 'riddle'"),
        ({"type": None}, "unknown type"),
        ({"cite": "page 3"}, "wrong shape"),
        ({"options": [{"id": "a"}]}, "wrong shape"),
    ],
)
def test_a_damaged_question_is_refused_in_words(change, words):
    choice = next(question for question in generate(full_bank()) if question.type == "choice")

    with pytest.raises(ValueError, match=words):
        question_from_dict(question_to_dict(choice) | change)


@pytest.mark.parametrize("field", ["id", "facts", "stem", "explanation", "cite", "topic", "options"])
def test_a_missing_field_is_named(field):
    choice = next(question for question in generate(full_bank()) if question.type == "choice")
    data = question_to_dict(choice)
    del data[field]

    with pytest.raises(ValueError, match=f"'{field}' is missing"):
        question_from_dict(data)
