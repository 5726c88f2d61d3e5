"""A quiz that ada gives to others, with attempts as rows: what its instructor sees and does is tried on it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from quizapp import clock
from quizapp.core.attempts import Cause, Save
from quizapp.core.disclosure import ALL_AFTER_CLOSE, disclosure_to_dict
from quizapp.core.marking import MarkingRules, rules_to_dict
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import Attempt, AttemptResponse, Quiz, QuizTaker
from quizapp.operations import quizzes

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask

    from tests.factories import Cast, Factory, MadeSet, Person

MINUTES = 60


class Taught:
    """A published quiz of ada's on a set of four facts, closing in a day; each attempt asks two questions."""

    def __init__(self, app: Flask, make: Factory, cast: Cast, slug: str = "rivers", **settings: Any) -> None:
        self.app, self.make, self.cast = app, make, cast
        self.set: MadeSet = make.question_set(slug, facts=4)
        self.id = new_row_id()
        values = {
            "time_limit_seconds": 30 * MINUTES,
            "closes_at": clock.now() + timedelta(days=1),
            "shows": disclosure_to_dict(ALL_AFTER_CLOSE),
            "question_count": 2,
        }
        with app.app_context():
            db.session.add(
                Quiz(
                    id=self.id,
                    kind="taught",
                    state="published",
                    question_set_id=self.set.id,
                    made_by=cast.ada.learner_id,
                    owner_id=cast.ada.user_id,
                    title="Two on rivers",
                    created_at=clock.now(),
                    **(values | settings),
                )
            )
            db.session.commit()

    def join(self, learner: Person | uuid.UUID, name: str = "", **terms: Any) -> uuid.UUID:
        """Have a learner come to the quiz by its link."""
        learner_id = learner if isinstance(learner, uuid.UUID) else learner.learner_id
        with self.app.app_context():
            db.session.add(
                QuizTaker(learner_id=learner_id, quiz_id=self.id, name=name, joined_at=clock.now(), **terms)
            )
            db.session.commit()
        return learner_id

    def start(self, learner_id: uuid.UUID, *, rules: MarkingRules | None = None, **values: Any) -> uuid.UUID:
        """Have a learner start an attempt; its questions are the choice and the short one of the first two facts."""
        attempt_id = new_row_id()
        asked = [
            ("choice", self.set.facts[0].questions["choice"], ["wrong-1", "right", "wrong-2", "wrong-3"]),
            ("short", self.set.facts[1].questions["short"], []),
        ]
        settings = {
            "time_limit_seconds": 30 * MINUTES,
            "deadline_at": clock.now() + timedelta(minutes=30),
            "marking": rules_to_dict(rules or MarkingRules()),
        }
        with self.app.app_context():
            db.session.add(
                Attempt(
                    learner_id=learner_id,
                    id=attempt_id,
                    quiz_id=self.id,
                    started_at=clock.now(),
                    **(settings | values),
                )
            )
            db.session.flush()
            db.session.add_all(
                AttemptResponse(
                    learner_id=learner_id,
                    attempt_id=attempt_id,
                    position=position,
                    question_id=question_id,
                    question_revision=1,
                    form=form,
                    option_order=order,
                )
                for position, (form, question_id, order) in enumerate(asked, 1)
            )
            db.session.commit()
        return attempt_id

    def save(
        self,
        learner_id: uuid.UUID,
        attempt_id: uuid.UUID,
        position: int = 1,
        value: str = "right",
        **more: Any,
    ) -> str:
        """Save a response now; returns what became of it."""
        content = {"option": value} if position == 1 else {"text": value}
        with self.app.app_context():
            slot = quizzes.find_slot(learner_id, attempt_id, position)
            assert slot is not None
            sent = Save(uuid.uuid4(), slot.sequence + 1, content, **more)
            done = run_tx(lambda: quizzes.save_response(learner_id, attempt_id, position, sent, clock.now()))
            assert done is not None
            return done.decision.value

    def submit(self, learner_id: uuid.UUID, attempt_id: uuid.UUID) -> bool:
        """Have the learner submit it."""
        with self.app.app_context():
            return quizzes.close_attempt(learner_id, attempt_id, clock.now(), Cause.SUBMIT)

    def finished(self, learner_id: uuid.UUID, **values: Any) -> uuid.UUID:
        """Have a learner give a right and a wrong response and submit."""
        attempt_id = self.start(learner_id, **values)
        self.save(learner_id, attempt_id, 1, "right")
        self.save(learner_id, attempt_id, 2, "Nothing of the kind")
        self.submit(learner_id, attempt_id)
        return attempt_id

    def row(self, learner_id: uuid.UUID, attempt_id: uuid.UUID) -> dict[str, Any]:
        """Return what the database has of an attempt."""
        with self.app.app_context():
            return _columns(db.session.get_one(Attempt, (learner_id, attempt_id)))

    def response(self, learner_id: uuid.UUID, attempt_id: uuid.UUID, position: int = 1) -> dict[str, Any]:
        """Return what the database has of one question of an attempt."""
        with self.app.app_context():
            return _columns(db.session.get_one(AttemptResponse, (learner_id, attempt_id, position)))


def _columns(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def later(**amount: float) -> datetime:
    """Return the moment so much later than now."""
    return clock.now() + timedelta(**amount)
