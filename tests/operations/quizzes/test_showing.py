"""What is shown of a question of each type before its time, and how a response to it is read."""

from __future__ import annotations

import random

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.grading import ResponseError, parse_response, response_to_dict
from quizapp.core.questions import (
    TYPES,
    Citation,
    MapQuestion,
    MatchingQuestion,
    OrderingQuestion,
    Place,
    event_of,
    pair_of,
)
from quizapp.database import db, run_tx
from quizapp.models import QuestionRevision
from quizapp.operations import quizzes
from quizapp.operations.quizzes.showing import order_of
from tests.factories import fields_of, other_key

COMMON = {
    "id": "x",
    "facts": (),
    "stem": "?",
    "explanation": "",
    "cite": Citation(""),
    "standing": "",
    "treatment": "",
    "topic": "",
}


def slot(form, order):
    return quizzes.Slot(1, form, tuple(order), None, False, 0, None)


@given(st.integers(3, 8), st.integers())
def test_events_are_never_shown_in_their_order(count, seed):
    question = OrderingQuestion(**COMMON, sequence=tuple(event_of(f"event {n}") for n in range(count)))
    key = [event.id for event in question.sequence]
    order = order_of(question, random.Random(seed))
    assert order != key
    assert sorted(order) == sorted(key)


def test_two_events_stand_in_either_order():
    question = OrderingQuestion(**COMMON, sequence=(event_of("first"), event_of("second")))
    orders = {tuple(order_of(question, random.Random(seed))) for seed in range(20)}
    assert len(orders) == 2


@given(st.permutations(["Île", "Albania", "Zambia", "iceland"]))
def test_places_stand_by_name_however_they_are_written(names):
    question = MapQuestion(**COMMON, places=tuple(Place(name, name) for name in names), targets=("Zambia",))
    assert order_of(question, random.Random(1)) == ["Albania", "iceland", "Île", "Zambia"]


def test_a_side_that_reads_like_one_across_is_told_from_it():
    question = MatchingQuestion(
        **COMMON, pairs=(pair_of("Luxembourg", "Luxembourg"), pair_of("France", "Paris")), extra=("Rome",)
    )
    order = order_of(question, random.Random(1))
    assert len(set(order)) == 5
    left, right = question.pairs[0].id, question.pairs[1].right_id
    told = quizzes.read_response(slot("matching", order), {f"pair-{left}": right})
    assert told == {"pairs": [[left, right]]}


def test_right_sides_stand_in_no_order_that_tells_their_pairs():
    pairs = tuple(pair_of(f"left {n}", f"right {n}") for n in range(4))
    question = MatchingQuestion(**COMMON, pairs=pairs, extra=("none",))
    orders = {tuple(order_of(question, random.Random(seed))[4:]) for seed in range(50)}
    assert len(orders) > 20
    assert {order.index(f"={pairs[0].right_id}") for order in orders} == set(range(5))


def test_what_is_shown_is_the_same_whatever_the_key_is(ten):
    before = {form: ten.shown(form) for form in TYPES}

    def turn():
        for row in ten.rows().values():
            revision = db.session.get(QuestionRevision, (row.question_id, 1))
            assert other_key(revision.content) != revision.content
            revision.content = other_key(revision.content)

    run_tx(turn)

    assert {form: ten.shown(form) for form in TYPES} == before
    assert "reason" not in repr(before)
    assert "Explained" not in repr(before)


def test_each_type_shows_what_its_control_needs(ten):
    shown = {form: ten.shown(form) for form in TYPES}
    rows = ten.rows()
    for form, name in (("choice", "options"), ("multiple", "options"), ("ordering", "events")):
        assert [one.id for one in getattr(shown[form], name)] == rows[form].option_order
    assert [left.text for left in shown["matching"].lefts] == ["Danube", "Rhine", "Volga"]
    assert sorted(right.text for right in shown["matching"].rights) == [
        "Baltic Sea",
        "Black Sea",
        "Caspian Sea",
        "North Sea",
    ]
    assert [(place.id, place.name, place.code, place.point) for place in shown["map"].places] == [
        ("FRA", "France", "FRA", None),
        ("ITA", "Italy", "ITA", None),
        ("ESP", "Spain", "ESP", None),
        ("weimar", "Weimar", None, (50.98, 11.33)),
    ]
    assert shown["date"].parts == ("day", "month", "year")
    assert shown["numeric"].unit == "bridges"


@pytest.mark.parametrize("how", ["right", "wrong", "part"])
def test_a_response_is_read_as_its_question_reads_it_without_looking_at_it(ten, how):
    questions = {form: ten.question(form) for form in TYPES}
    slots = {form: ten.slot(form) for form in TYPES}
    statements = []

    def note(_connection, _cursor, statement, _parameters, _context, _many):
        statements.append(statement)

    def sorted_marks(response):
        return response | {"marks": sorted(response["marks"])} if "marks" in response else response

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        for form, question in questions.items():
            fields = fields_of(question, how)
            wanted = response_to_dict(parse_response(question, fields))
            assert sorted_marks(quizzes.read_response(slots[form], fields)) == sorted_marks(wanted)
            assert quizzes.read_response(slots[form], {}) is None
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    assert statements == []


@pytest.mark.parametrize(
    ("form", "order", "fields", "field"),
    [
        ("ordering", ("a", "b", "c"), {"place-a": "1", "place-b": "2"}, "place-c"),
        ("ordering", ("a", "b", "c"), {"place-a": "1", "place-b": "1", "place-c": "2"}, "place-b"),
        ("ordering", ("a", "b", "c"), {"place-a": "1", "place-b": "2", "place-c": "4"}, "place-c"),
        ("multiple", ("a", "b"), {"mark-a": "yes", "mark-z": "yes"}, "marks"),
        ("map", ("FRA", "ESP"), {"mark-ITA": "yes"}, "marks"),
        ("matching", ("a", "=x", "=y"), {"pair-a": "a"}, "pair-a"),
        ("numeric", (), {"text": "many"}, "text"),
        ("numeric", (), {"text": "9" * 400}, "text"),
    ],
)
def test_what_is_no_whole_response_is_refused_and_names_its_field(form, order, fields, field):
    with pytest.raises(ResponseError) as refused:
        quizzes.read_response(slot(form, order), fields)
    assert refused.value.field == field


def test_a_pair_of_no_left_side_is_not_read():
    assert quizzes.read_response(slot("matching", ("a", "=x")), {"pair-": "x", "pair-z": "x"}) is None
