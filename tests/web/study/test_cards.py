"""The cards that follow, fetched ahead: those not held yet, as many as wished, and nothing is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from quizapp.database import db
from quizapp.models import CardMark, Learner, Review
from quizapp.web.study.cards import mark_differences
from tests.histories import attempt
from tests.studying import rate

if TYPE_CHECKING:
    import uuid

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Clock
    from tests.factories import Factory, MadeSet

_words = st.lists(st.sampled_from(["a", "fact", "river", "of", "1901", "1902"]), max_size=9).map(" ".join)


@pytest.fixture
def made(make: Factory, frozen: Clock) -> MadeSet:
    return make.question_set(facts=6)


@pytest.fixture
def guest(make: Factory, made: MadeSet) -> uuid.UUID:
    learner_id = make.guest()
    make.deck(learner_id, made)
    return learner_id


@pytest.fixture
def tab(make: Factory, guest: uuid.UUID) -> FlaskClient:
    return make.browser_of_guest(guest)


def facts_in(html: str) -> list[str]:
    return re.findall(r'data-fact="([^"]+)"', html)


def test_the_next_cards_come_without_those_that_are_held(tab: FlaskClient, made: MadeSet) -> None:
    ids = [str(fact.id) for fact in made.facts]
    answer = tab.get("/study/cards", query_string={"scope": "rivers", "have": ",".join(ids[:2]), "want": 3})
    assert facts_in(answer.json["cards"]) == ids[2:5]
    assert answer.json["total"] == 6
    assert answer.headers["Cache-Control"] == "no-store"


def test_at_most_twenty_come_at_once_and_odd_wishes_are_passed_over(tab: FlaskClient, made: MadeSet) -> None:
    for words in ({"want": "9999"}, {"want": "-3"}, {"want": "many", "have": "x,,y"}, {"have": "," * 500}):
        answer = tab.get("/study/cards", query_string={"scope": "rivers", **words})
        assert answer.status_code == 200
        assert len(facts_in(answer.json["cards"])) <= 20
    assert facts_in(tab.get("/study/cards?scope=rivers&want=0").json["cards"]) == []


def test_they_follow_the_same_choice(tab: FlaskClient, made: MadeSet) -> None:
    answer = tab.get("/study/cards?scope=rivers&q=topic:mouth&mode=ahead")
    assert facts_in(answer.json["cards"]) == [str(fact.id) for fact in made.facts[1::2]]
    wrong = tab.get("/study/cards?scope=rivers&q=stability:%3C%3C1").json
    assert wrong["state"] == "unclear"
    assert wrong["error"]


def test_what_was_forgotten_returns_only_to_a_choice_of_its_kind(tab: FlaskClient, made: MadeSet) -> None:
    assert rate(tab, tab.get("/study/rivers/").text, 1).status_code == 303
    first = str(made.facts[0].id)

    def found(query: str) -> bool:
        answer = tab.get("/study/cards", query_string={"scope": "rivers", "q": query, "want": 20})
        return first in facts_in(answer.json["cards"])

    assert found("is:new")
    assert found("topic:length is:new")
    assert not found("topic:mouth is:new")
    assert not found("zebra")


def test_a_visitor_gets_them_too_and_nothing_is_written(
    app: Flask, client: FlaskClient, made: MadeSet
) -> None:
    assert len(facts_in(client.get("/study/cards?scope=rivers").json["cards"])) == 5
    with app.app_context():
        for table in (Learner, Review, CardMark):
            assert db.session.execute(select(table)).first() is None
    assert client.get("/study/cards?scope=no-such").status_code == 404
    assert client.get("/study/cards").json["cards"].strip() == ""


def test_none_of_them_is_of_an_open_quiz(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    attempt(app, guest, made, [made.facts[0].questions["choice"]])
    cards = tab.get("/study/cards?scope=rivers&want=20").json["cards"]
    assert str(made.facts[0].id) not in cards
    assert "Value 0" not in cards


@settings(max_examples=60)
@given(_words, _words)
def test_marked_or_not_both_texts_are_told_word_for_word(one: str, other: str) -> None:
    left, right = mark_differences(one, other)
    assert " ".join(text for text, _ in left) == one
    assert " ".join(text for text, _ in right) == other
    if one == other:
        assert not any(differs for _, differs in [*left, *right])
    same = " ".join(text for text, differs in left if not differs)
    if any(differs for _, differs in [*left, *right]):
        assert same == " ".join(text for text, differs in right if not differs)
