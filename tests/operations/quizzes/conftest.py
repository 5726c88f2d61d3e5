"""A quiz with one question of each of the ten types, and a learner who sits it."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from quizapp import clock
from quizapp.core.attempts import Cause, Save
from quizapp.core.questions import question_from_dict
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import AttemptResponse, Learner, QuestionRevision, QuestionSet, Quiz, Review
from quizapp.operations import quizzes
from tests.factories import fields_of


class Sitting:
    """One learner at quizzes on a set, in an application context."""

    def __init__(self, frozen, made, learner_id):
        self.frozen = frozen
        self.set = made
        self.learner_id = learner_id
        self.attempt_id = None
        self.started = None

    def quiz(self, *, count=10, topics=(), fiction=False, **columns):
        """Make a quiz of ten minutes; `columns` of its row are set to other values."""
        quiz_id = new_row_id()
        question_set = db.session.get(QuestionSet, self.set.id)
        run_tx(
            lambda: quizzes.make_quiz(
                self.learner_id,
                quiz_id,
                question_set,
                topics=topics,
                question_count=count,
                time_limit_seconds=600,
                includes_fiction=fiction,
                now=clock.now(),
            )
        )
        if columns:
            self.set_quiz(quiz_id, **columns)
        return quiz_id

    def set_quiz(self, quiz_id, **columns):
        run_tx(lambda: db.session.execute(sa.update(Quiz).where(Quiz.id == quiz_id).values(**columns)))

    def start(self, **settings):
        quiz = db.session.get(Quiz, self.quiz(**settings))
        plan = quizzes.plan_attempt(self.learner_id, quiz, new_row_id())
        self.started = clock.now()
        self.attempt_id = run_tx(lambda: quizzes.start_attempt(self.learner_id, quiz, plan, clock.now()))
        return self

    def rows(self):
        return {
            row.form: row
            for row in db.session.execute(
                sa.select(AttemptResponse)
                .where(AttemptResponse.attempt_id == self.attempt_id)
                .execution_options(populate_existing=True)
            ).scalars()
        }

    def question(self, form):
        row = self.rows()[form]
        return question_from_dict(
            db.session.get(QuestionRevision, (row.question_id, row.question_revision)).content
        )

    def shown(self, form):
        return quizzes.show_question(self.learner_id, self.attempt_id, self.rows()[form].position)

    def slot(self, form):
        return quizzes.find_slot(self.learner_id, self.attempt_id, self.rows()[form].position)

    def row(self, position):
        return db.session.get(
            AttemptResponse, (self.learner_id, self.attempt_id, position), populate_existing=True
        )

    def send(self, position, content, *, sequence=1, key=None, certainty=None):
        """Save what was given at a position now."""
        sent = Save(key or uuid.uuid4(), sequence, content, certainty)
        return run_tx(
            lambda: quizzes.save_response(self.learner_id, self.attempt_id, position, sent, clock.now())
        )

    def key_of(self, position, *, right=True):
        """Return a response to the question at a position, as it is kept."""
        row = self.row(position)
        content = db.session.get(QuestionRevision, (row.question_id, row.question_revision)).content
        how = "right" if right else "wrong"
        return quizzes.read_response(
            quizzes.find_slot(self.learner_id, self.attempt_id, position),
            fields_of(question_from_dict(content), how),
        )

    def events(self, *kinds):
        """Return what was recorded of the attempt."""
        found = quizzes.list_events(self.learner_id, self.attempt_id)
        return [event for event in found if not kinds or event.kind in kinds]

    def after(self, **delay):
        self.frozen.moment += timedelta(**delay)

    def give(self, form, how="right"):
        """Send the fields of a response as a browser does."""
        slot = self.slot(form)
        sent = Save(
            uuid.uuid4(),
            slot.sequence + 1,
            quizzes.read_response(slot, fields_of(self.question(form), how)),
        )
        return run_tx(
            lambda: quizzes.save_response(self.learner_id, self.attempt_id, slot.position, sent, clock.now())
        )

    def submit(self):
        quizzes.close_attempt(self.learner_id, self.attempt_id, clock.now(), Cause.SUBMIT)

    def close(self):
        self.submit()
        return quizzes.review_attempt(self.learner_id, self.attempt_id, clock.now())

    def attempt(self):
        return quizzes.find_attempt(self.learner_id, self.attempt_id)

    def result(self):
        learner = db.session.get(Learner, self.learner_id)
        attempt = self.attempt()
        return quizzes.load_result(learner, attempt, db.session.get(Quiz, attempt.quiz_id), clock.now())

    def told(self, form):
        return next(one for one in self.result().told if one.question.type == form)

    def reviews(self, form=None):
        """Return the reviews by the key of their fact."""
        keys = {fact.id: fact.key for fact in self.set.facts}
        rows = db.session.execute(sa.select(Review).where(Review.learner_id == self.learner_id)).scalars()
        return {keys[row.fact_id]: row for row in rows if form in (None, row.form)}

    def keys(self, form):
        return [fact.key for fact in self.set.facts if form in fact.questions]


@pytest.fixture
def ten(app, make, frozen):
    """A guest in front of ten questions, one of each type."""
    made, learner_id = make.ten_types(), make.guest()
    with app.app_context():
        yield Sitting(frozen, made, learner_id).start()


@pytest.fixture
def sit(app, make, frozen):
    """Sits a quiz on a set that a test made."""
    learner_id = make.guest()
    with app.app_context():
        yield lambda made: Sitting(frozen, made, learner_id)
