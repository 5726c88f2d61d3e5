"""What is held of each topic: counted where cards are few, from a census brought up to date where they are many."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from quizapp.core.memory import DEFAULT_WEIGHTS, retrievability
from quizapp.database import db
from quizapp.models import Card, DailyStatistics, Fact, Learner, MemoryCensus
from quizapp.operations.study import topics
from tests.histories import NOON, review

if TYPE_CHECKING:
    import uuid
    from datetime import date

    from flask import Flask

    from tests.conftest import Clock
    from tests.factories import Factory, MadeSet

TODAY = NOON.date()


@pytest.fixture
def rivers(make: Factory, frozen: Clock) -> MadeSet:
    return make.question_set("rivers", facts=60, fictional=6)


@pytest.fixture
def guest(app: Flask, make: Factory, rivers: MadeSet) -> uuid.UUID:
    """A guest who holds most of the facts, some fresh and some old."""
    guest = make.guest()
    make.deck(guest, rivers)
    rng = random.Random(2)
    with app.app_context():
        for fact in rivers.facts[10:]:
            elapsed = rng.randrange(40)
            last = TODAY - timedelta(days=elapsed)
            db.session.add(
                Card(
                    learner_id=guest, fact_id=fact.id, question_set_id=rivers.id, stability=rng.uniform(1, 60),
                    difficulty=5.0, first_on=last, last_on=last, last_at=NOON - timedelta(days=elapsed),
                    due_on=TODAY, shown_on=TODAY, reps=1,
                )
            )  # fmt: skip
        db.session.commit()
    return guest


def _list(learner_id: uuid.UUID, day: date) -> dict[str, topics.TopicMemory]:
    return {row.topic: row for row in topics.list_topic_memory(db.session.get_one(Learner, learner_id), day)}


def _recalled(learner_id: uuid.UUID, topic: str, day: date) -> float:
    """Return the exact sum, card by card."""
    rows = db.session.execute(
        sa.select(Card.stability, Card.last_on)
        .join(Fact, Fact.id == Card.fact_id)
        .where(Card.learner_id == learner_id, Fact.topic == topic, Fact.standing != "fictional")
    )
    return sum(retrievability(stability, (day - last).days, DEFAULT_WEIGHTS) for stability, last in rows)


def _review_again(learner_id: uuid.UUID, made: MadeSet, number: int, day: date) -> None:
    """Review a card on a day as the study path does, with the statistics that count it."""
    fact = db.session.get_one(Fact, made.facts[number].id)
    card = db.session.get(Card, (learner_id, fact.id))
    values = {"reviews": 1, "predicted_reviews": 0, "predicted_recall": 0.0, "new_facts": 0}
    if card is None:
        values["new_facts"] = 1
        card = Card(
            learner_id=learner_id, fact_id=fact.id, question_set_id=made.id, stability=2.3, difficulty=5.0,
            first_on=day, last_at=NOON, due_on=day, shown_on=day,
        )  # fmt: skip
        db.session.add(card)
    else:
        values["predicted_reviews"] = 1
        values["predicted_recall"] = retrievability(card.stability, (day - card.last_on).days)
        card.stability *= 2.0
    card.last_on = day
    key = (learner_id, day, made.id, fact.topic)
    row = db.session.get(DailyStatistics, key)
    if row is None:
        row = DailyStatistics(
            learner_id=learner_id, study_day=day, question_set_id=made.id, topic=fact.topic, reviews=0,
            predicted_reviews=0, predicted_recall=0.0, new_facts=0,
        )  # fmt: skip
        db.session.add(row)
    for name, value in values.items():
        setattr(row, name, getattr(row, name) + value)
    db.session.commit()


def test_few_cards_are_counted_as_they_are(app: Flask, rivers: MadeSet, guest: uuid.UUID) -> None:
    with app.app_context():
        rows = _list(guest, TODAY)
        assert [(row.topic, row.facts, row.begun, row.is_fiction) for row in rows.values()] == [
            ("length", 27, 22, False),
            ("mouth", 27, 22, False),
            ("*fiction", 6, 6, True),
        ]
        assert rows["length"].recalled == pytest.approx(_recalled(guest, "length", TODAY))
        share = rows["length"].share
        assert share == pytest.approx(_recalled(guest, "length", TODAY) / 27)


def test_a_deck_without_cards_has_its_topics_and_no_invented_ones(
    app: Flask, make: Factory, rivers: MadeSet
) -> None:
    guest = make.guest()
    make.deck(guest, rivers)
    with app.app_context():
        rows = _list(guest, TODAY)
        assert {(row.topic, row.begun, row.recall, row.share) for row in rows.values()} == {
            ("length", 0, None, None),
            ("mouth", 0, None, None),
        }


def test_a_probe_today_is_held_for_certain(app: Flask, make: Factory, rivers: MadeSet) -> None:
    guest = make.guest()
    review(app, guest, rivers.facts[0].id)
    with app.app_context():
        assert _list(guest, TODAY)["length"].recall == pytest.approx(1.0)


@pytest.mark.parametrize("later", [0, 1, 2, 5])
def test_a_census_brought_up_to_date_is_within_half_a_point_of_counting(
    app: Flask, rivers: MadeSet, guest: uuid.UUID, monkeypatch: pytest.MonkeyPatch, later: int
) -> None:
    monkeypatch.setattr(topics, "COUNTED_AT_ONCE", 10)
    day = TODAY + timedelta(days=later)
    with app.app_context():
        # What was reviewed before the census is in it, and not counted twice.
        _review_again(guest, rivers, 12, TODAY)
        topics.make_census(guest, NOON)
        for number in (0, 1, 14, 16, 21):
            _review_again(guest, rivers, number, day)
        rows = _list(guest, day)
        for topic in ("length", "mouth"):
            exact = _recalled(guest, topic, day)
            recalled = rows[topic].recalled
            assert recalled is not None
            assert abs(recalled - exact) / rows[topic].facts < 0.005
            assert rows[topic].begun == 23
        # Without a review since it is exact on the day of the census.
        if later == 0:
            recalled = rows["length"].recalled
            assert recalled == pytest.approx(_recalled(guest, "length", day))


def test_many_cards_that_were_never_counted_say_so(
    app: Flask, rivers: MadeSet, guest: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topics, "COUNTED_AT_ONCE", 10)
    with app.app_context():
        _review_again(guest, rivers, 0, TODAY)
        row = _list(guest, TODAY)["length"]
        assert (row.begun, row.recalled, row.recall, row.share) == (1, None, None, None)


def test_many_cards_are_not_read_by_a_page(
    app: Flask, guest: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topics, "COUNTED_AT_ONCE", 10)
    with app.app_context():
        topics.make_census(guest, NOON)
        monkeypatch.setattr(topics, "_foresee", None)
        assert _list(guest, TODAY)["length"].begun == 22


def test_who_has_many_cards_is_counted_once_a_study_day(
    app: Flask, make: Factory, guest: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.guest()
    with app.app_context():
        assert topics.list_uncounted(NOON) == []
        monkeypatch.setattr(topics, "COUNTED_AT_ONCE", 10)
        assert topics.list_uncounted(NOON) == [guest]
        topics.make_census(guest, NOON)
        assert topics.list_uncounted(NOON) == []
        assert topics.list_uncounted(NOON + timedelta(days=1)) == [guest]
        assert topics.list_uncounted(NOON + timedelta(days=9)) == []
        db.session.get_one(Learner, guest).time_zone = "Middle-earth/Shire"
        db.session.commit()
        assert topics.list_uncounted(NOON + timedelta(days=1)) == []
        monkeypatch.setattr(topics, "COUNTED_AT_ONCE", 1000)
        topics.make_census(guest, NOON)
        assert db.session.get(MemoryCensus, guest) is None
