from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from quizapp.core.generation import generate
from quizapp.core.questions import TYPES, id_of_text, question_from_dict, question_to_dict
from tests.bank_strategies import full_bank, rich_banks
from tests.question_parts import question_of
from tests.question_strategies import matchings, new_types, orderings


@settings(max_examples=25, deadline=None)
@given(rich_banks())
def test_a_generated_question_survives_the_way_through_json(bank):
    for question in generate(bank, every_form=True):
        assert question_from_dict(json.loads(json.dumps(question_to_dict(question)))) == question


@given(new_types())
def test_a_question_of_several_parts_survives_the_way_through_json(question):
    assert question_from_dict(json.loads(json.dumps(question_to_dict(question)))) == question


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_survives_the_way_through_json(kind):
    question = question_of(kind, keys=("Oslo", "Lima", "Rome"))
    data = json.loads(json.dumps(question_to_dict(question)))

    assert data["type"] == kind
    assert question_from_dict(data) == question


@given(orderings())
def test_an_event_is_called_by_its_text_alone(question):
    for place, event in enumerate(question.sequence):
        assert event.id == id_of_text(event.text)
        assert str(place) != event.id


@given(matchings())
def test_right_sides_are_all_different_and_hold_each_pair_s_own(question):
    ids = [name for name, _ in question.rights]

    assert len(set(ids)) == len(ids)
    assert {pair.right_id for pair in question.pairs} <= set(ids)


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("ordering", {"because": ["one reason"]}),
        ("matching", {"pairs": [["one side"]]}),
        ("map", {"places": [{"id": "NOR", "point": None}]}),
        ("numeric", {"accept": 34}),
        ("multiple", {"options": ["Oslo"]}),
    ],
)
def test_a_part_of_the_wrong_shape_is_refused(kind, change):
    data = question_to_dict(question_of(kind, keys=("Oslo", "Lima", "Rome")))

    with pytest.raises(ValueError, match=r"wrong shape|unpack|shorter|longer"):
        question_from_dict(data | change)


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
