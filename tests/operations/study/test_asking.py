"""Which questions may stand for a card: none that tells what an open quiz asks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from quizapp.database import db
from quizapp.models import FactRevision, Learner
from quizapp.operations.study.asking import Wish, choose_questions, find_candidates
from quizapp.operations.study.tastes import find_taste
from tests.histories import attempt

if TYPE_CHECKING:
    import uuid

    from flask import Flask

    from tests.conftest import Clock
    from tests.factories import Factory


def _say(fact_id: uuid.UUID, subject: str, key_text: str) -> None:
    row = db.session.execute(select(FactRevision).where(FactRevision.fact_id == fact_id)).scalar_one()
    row.content = row.content | {"subject": subject, "key_text": key_text}


def test_what_tells_the_key_of_an_open_quiz_is_asked_by_no_question(
    app: Flask, make: Factory, frozen: Clock
) -> None:
    made = make.question_set(facts=3)
    asked, turned, other = made.facts
    guest_id = make.guest()
    with app.app_context():
        _say(asked.id, "Norway", "Oslo")
        _say(turned.id, "Oslo", "Norway")
        db.session.commit()
        assert set(find_candidates(guest_id, [turned.id])) == {turned.id}
    attempt(app, guest_id, made, [asked.questions["choice"]])
    with app.app_context():
        assert set(find_candidates(guest_id, [asked.id, turned.id, other.id])) == {other.id}
        wishes = [Wish(fact.id, None, must=True) for fact in made.facts]
        assert set(choose_questions(guest_id, wishes)) == {other.id}
        assert set(find_candidates(None, [turned.id])) == {turned.id}
        tasted = {
            taste.fact_id
            for day in range(20)
            if (
                taste := find_taste(
                    db.session.get_one(Learner, guest_id), frozen.moment + timedelta(days=day)
                )
            )
        }
        assert tasted == {other.id}
