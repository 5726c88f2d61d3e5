"""Makes people and content for tests: small, sound, with keys a test can rely on."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from flask_security import hash_password

from quizapp import clock
from quizapp.core.study_days import study_day
from quizapp.database import db, new_row_id
from quizapp.models import (
    Deck,
    Fact,
    FactRevision,
    Learner,
    Question,
    QuestionFact,
    QuestionRevision,
    QuestionSet,
    User,
)
from quizapp.models.users import find_role

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

PASSWORD = "a long walk by the river"


@dataclass(frozen=True)
class Person:
    """A user with its learner."""

    user_id: uuid.UUID
    learner_id: uuid.UUID
    email: str


@dataclass(frozen=True)
class Cast:
    """Who appears in every test of a page: ada teaches, ben learns, cleo is a stranger, olga administers."""

    ada: Person
    ben: Person
    cleo: Person
    olga: Person


@dataclass(frozen=True)
class MadeFact:
    """A fact with its questions by type."""

    id: uuid.UUID
    key: str
    questions: dict[str, uuid.UUID]


@dataclass(frozen=True)
class MadeSet:
    """A question set with its facts in order."""

    id: uuid.UUID
    slug: str
    facts: list[MadeFact]


class Factory:
    """Makes rows in the application's database, each in a transaction of its own."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def cast(self) -> Cast:
        return Cast(
            ada=self.person("ada", "instructor"),
            ben=self.person("ben"),
            cleo=self.person("cleo"),
            olga=self.person("olga", "administrator"),
        )

    def person(self, name: str, role: str | None = None) -> Person:
        """Make a user whose password is `PASSWORD`, and its learner."""
        now = clock.now()
        with self.app.app_context():
            user = User(
                email=f"{name}@example.org",
                name=name.capitalize(),
                password=_hash(PASSWORD),
                active=True,
                fs_uniquifier=uuid.uuid4().hex,
                created_at=now,
            )
            if role is not None:
                user.roles.append(find_role(role))
            db.session.add(user)
            db.session.flush()
            learner = Learner(user_id=user.id, created_at=now, seen_on=study_day(now, "UTC", 4))
            db.session.add(learner)
            db.session.commit()
            return Person(user.id, learner.id, user.email)

    def guest(self) -> uuid.UUID:
        """Make a learner without a user; `browser_of_guest` is its browser."""
        now = clock.now()
        with self.app.app_context():
            learner = Learner(created_at=now, seen_on=study_day(now, "UTC", 4))
            db.session.add(learner)
            db.session.commit()
            return learner.id

    def browser_of(self, person: Person) -> FlaskClient:
        """Return a browser in which this person has logged in."""
        client = self.app.test_client()
        with self.app.app_context():
            uniquifier = db.session.get_one(User, person.user_id).fs_uniquifier
        with client.session_transaction() as session:
            session["_user_id"] = uniquifier
            session["_fresh"] = True
            session["fs_cc"] = "set"
            session["fs_paa"] = clock.now().timestamp()
        return client

    def browser_of_guest(self, learner_id: uuid.UUID) -> FlaskClient:
        """Return the browser of a guest."""
        client = self.app.test_client()
        with client.session_transaction() as session:
            session["learner_id"] = str(learner_id)
        return client

    def question_set(
        self,
        slug: str = "rivers",
        *,
        owner: Person | None = None,
        state: str = "published",
        facts: int = 4,
        fictional: int = 0,
        topics: tuple[str, ...] = ("length", "mouth"),
    ) -> MadeSet:
        """Make a set whose fact i asks for the value `Value i`; the last `fictional` of its facts are invented.

        Each fact has a choice question (the right option has the id `right`, wrong ones `wrong-1` to `wrong-3`), a
        short one, a cloze, a date (the key is 2014-09-05) and a true-false one (the key is `true`).
        """
        now = clock.now()
        with self.app.app_context():
            made = QuestionSet(
                id=new_row_id(),
                slug=slug,
                title=slug.replace("-", " ").capitalize(),
                about="Made for a test.",
                origin="bank" if owner is None else "instructor",
                state=state,
                owner_id=None if owner is None else owner.user_id,
                topics=list(topics),
                source={},
                created_at=now,
                updated_at=now,
                published_at=now if state == "published" else None,
            )
            db.session.add(made)
            db.session.flush()
            made_facts = []
            for index in range(facts):
                standing = "fictional" if index >= facts - fictional else "documented"
                topic = topics[index % len(topics)] if topics else ""
                made_facts.append(self._fact(made, index, topic, standing))
            db.session.commit()
            return MadeSet(made.id, slug, made_facts)

    def deck(self, person: Person | uuid.UUID, made: MadeSet, **settings: Any) -> None:
        """Put a set among somebody's decks."""
        learner_id = person if isinstance(person, uuid.UUID) else person.learner_id
        with self.app.app_context():
            db.session.add(
                Deck(learner_id=learner_id, question_set_id=made.id, added_at=clock.now(), **settings)
            )
            db.session.commit()

    def _fact(self, made: QuestionSet, index: int, topic: str, standing: str) -> MadeFact:
        now = clock.now()
        treatment = "plain" if standing == "documented" else "according-to-source"
        fact = Fact(
            id=new_row_id(),
            question_set_id=made.id,
            key=f"fact-{index}",
            position=index,
            topic=topic,
            standing=standing,
            treatment=treatment,
        )
        db.session.add(fact)
        db.session.flush()
        db.session.add(
            FactRevision(
                fact_id=fact.id,
                revision=1,
                content={
                    "ask": f"Which value belongs to fact {index} of {made.slug}?",
                    "statement": f"Fact {index} of {made.slug} has the value Value {index}.",
                    "key_text": f"Value {index}",
                    "note": f"A note on fact {index}.",
                    "where": "A test, first sentence",
                    "cite": [[0, 4]],
                    "record_text": None,
                    "flashcard": True,
                },
                created_at=now,
            )
        )
        questions = {}
        for position, (kind, special) in enumerate(_special_fields(index).items()):
            question = Question(
                id=new_row_id(),
                question_set_id=made.id,
                key=f"{made.slug}/fact-{index}/{kind}",
                position=index * 10 + position,
                type=kind,
                topic=topic,
                standing=standing,
            )
            db.session.add(question)
            db.session.flush()
            db.session.add(QuestionFact(question_id=question.id, fact_id=fact.id))
            db.session.add(
                QuestionRevision(
                    question_id=question.id,
                    revision=1,
                    content={
                        "id": question.key,
                        "facts": [fact.key],
                        "type": kind,
                        "stem": f"Which value belongs to fact {index} of {made.slug}?",
                        "explanation": f"Fact {index} has the value Value {index}.",
                        "cite": {"words": "A test, first sentence", "spans": [[0, 4]]},
                        "standing": standing,
                        "treatment": treatment,
                        "topic": topic,
                        "difficulty": 0.5,
                        **special,
                    },
                    created_at=now,
                )
            )
            questions[kind] = question.id
        return MadeFact(fact.id, fact.key, questions)


@cache
def _hash(password: str) -> str:
    """Hash once for all tests: Argon2 is slow on purpose."""
    return str(hash_password(password))


def _special_fields(index: int) -> dict[str, dict[str, Any]]:
    def option(name: str, text: str, correct: bool) -> dict[str, Any]:
        because = "It is the value." if correct else "That belongs elsewhere."
        return {
            "id": name,
            "text": text,
            "correct": correct,
            "because": because,
            "fact": None,
            "strategy": None,
        }

    return {
        "choice": {
            "options": [
                option("right", f"Value {index}", True),
                *(option(f"wrong-{n}", f"Other {index}-{n}", False) for n in (1, 2, 3)),
            ]
        },
        "short": {"accept": [f"Value {index}"]},
        "cloze": {"stem": f"Fact {index} has the value ____.", "accept": [f"Value {index}"]},
        "date": {"accept": {"date": "2014-09-05", "ask": "day/month/year"}},
        "true-false": {
            "stem": f"Fact {index} has the value Value {index}.",
            "options": [option("true", "True", True), option("false", "False", False)],
        },
    }
