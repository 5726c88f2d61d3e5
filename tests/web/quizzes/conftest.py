"""A browser in front of a quiz of ten minutes, with what it needs to sit it."""

from __future__ import annotations

import re
import uuid

import pytest
import sqlalchemy as sa

from quizapp.database import db
from quizapp.models import Attempt, AttemptResponse, Quiz
from tests.forms import post


class Desk:
    """Somebody's browser, and the quiz and attempt it is at."""

    def __init__(self, app, client, made):
        self.app = app
        self.client = client
        self.set = made
        self.quiz_url = None
        self.url = None

    def make(self, **fields):
        answer = post(
            self.client,
            f"/quizzes/new?set={self.set.slug}",
            {
                "quiz_id": str(uuid.uuid4()),
                "topics": ["length", "mouth"],
                "count": "other",
                "other_count": "5",
                "time": "10",
                **fields,
            },
        )
        if answer.status_code == 303:
            self.quiz_url = answer.location
        return answer

    def start(self):
        answer = post(self.client, f"{self.quiz_url}start")
        self.url = answer.location.rstrip("/")
        return answer

    @property
    def attempt_id(self):
        return uuid.UUID(self.url.rpartition("/")[2])

    def get(self, path=""):
        return self.client.get(f"{self.url}/{path}")

    def text(self, path=""):
        return self.get(path).get_data(as_text=True)

    def save(self, position, fields, *, sequence=1, key=None, go="save", as_json=True):
        data = {"save_key": str(key or uuid.uuid4()), "sequence": str(sequence), "go": go, **fields}
        return post(self.client, f"{self.url}/{position}", data, as_json=as_json)

    def submit(self):
        return post(self.client, f"{self.url}/submit")

    def rows(self):
        with self.app.app_context():
            return list(
                db.session.execute(
                    sa.select(AttemptResponse)
                    .where(AttemptResponse.attempt_id == self.attempt_id)
                    .order_by(AttemptResponse.position)
                ).scalars()
            )

    def attempts(self):
        with self.app.app_context():
            return list(db.session.execute(sa.select(Attempt)).scalars())

    def quizzes(self):
        with self.app.app_context():
            return list(db.session.execute(sa.select(Quiz)).scalars())

    def position_of(self, form):
        return next(row.position for row in self.rows() if row.form == form)

    def key_of(self, form):
        """Return the fields of the right response to the question of this type."""
        known = {
            "choice": {"option": "right"},
            "true-false": {"option": "true"},
            "date": {"day": "5", "month": "9", "year": "2014"},
        }
        if form in known:
            return known[form]
        stem = re.search(r'class="stem">(.*?)</h1>', self.text(str(self.position_of(form))), re.DOTALL)[1]
        return {"text": "Value " + re.search(r"[Ff]act (\d+)", stem)[1]}


@pytest.fixture
def made(make):
    return make.question_set(facts=6)


@pytest.fixture
def desk(app, client, made, frozen):
    """A guest who has made a quiz and started it."""
    sitting = Desk(app, client, made)
    sitting.make()
    sitting.start()
    return sitting


@pytest.fixture
def fresh(app, client, made, frozen):
    """A visitor who has not done anything so far."""
    return Desk(app, client, made)


@pytest.fixture
def sit(app, client, made, frozen):
    """Return what starts a quiz of five questions whose settings are these columns, and gives its desk."""

    def _sit(*, starts=True, **columns):
        sitting = Desk(app, client, made)
        sitting.make()
        if columns:
            with app.app_context():
                db.session.execute(
                    sa.update(Quiz)
                    .where(Quiz.id == uuid.UUID(sitting.quiz_url.rstrip("/").rpartition("/")[2]))
                    .values(**columns)
                )
                db.session.commit()
        if starts:
            sitting.start()
        return sitting

    return _sit
