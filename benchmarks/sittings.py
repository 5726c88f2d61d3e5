"""Learners who have logged in and sit in open attempts: what the quiz bench and the crash test load a server with."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_security import hash_password

from quizapp import clock
from quizapp.core.quiz_contents import contents_to_list, one_rule
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import Learner, Quiz, User
from quizapp.models.question_sets import find_set
from quizapp.operations import quizzes
from quizapp.operations.accounts import make_learner

if TYPE_CHECKING:
    import random

    from flask import Flask

    from quizapp.operations.quizzes import Slot

#: Field of a form, and what stands in it.
Fields = dict[str, str]
_RIGHT = "="


@dataclass(frozen=True, slots=True)
class Sitter:
    """A learner in an open attempt: `cookie` and `token` let a request pass, `slots` are its questions."""

    learner_id: uuid.UUID
    attempt_id: uuid.UUID
    cookie: str
    token: str
    slots: tuple[Slot, ...]


def seat(
    app: Flask, learners: int, questions: int, *, bank: str = "countries", **settings: Any
) -> list[Sitter]:
    """Make users, give each a quiz of so many questions of a bank, and start it; `settings` are those of the quiz."""
    with app.app_context():
        password = hash_password(uuid.uuid4().hex)
    return [_seat(app, number, questions, bank, password, settings) for number in range(learners)]


def browser_of(app: Flask, user_id: uuid.UUID) -> Any:
    """Return a browser in which this user has logged in; use it outside any application context, which it would share."""
    client = app.test_client()
    with app.app_context():
        uniquifier = db.session.get_one(User, user_id).fs_uniquifier
    with client.session_transaction() as session:
        session.update({"_user_id": uniquifier, "_fresh": True, "fs_cc": "set"})
        session["fs_paa"] = clock.now().timestamp()
    return client


def cookie_of(app: Flask, client: Any) -> str:
    """Return the header `Cookie` of a browser."""
    name = app.config["SESSION_COOKIE_NAME"]
    return f"{name}={client.get_cookie(name).value}"


def make_user(number: int, password: str) -> tuple[uuid.UUID, uuid.UUID]:
    """Make a user and return its id with that of its learner; `password` is a hash."""

    def unit() -> tuple[uuid.UUID, uuid.UUID]:
        now = clock.now()
        user = User(
            email=f"sitter-{number}@example.org", password=password, fs_uniquifier=uuid.uuid4().hex,
            confirmed_at=now, created_at=now, name=f"Sitter {number}",
        )  # fmt: skip
        db.session.add(user)
        db.session.flush()
        learner: Learner = make_learner(user_id=user.id, time_zone="UTC", now=now)
        return user.id, learner.id

    return run_tx(unit)


def make_quiz(learner_id: uuid.UUID, questions: int, bank: str, settings: dict[str, Any]) -> Quiz:
    """Make a personal quiz of a bank with these settings."""
    found = find_set(bank)
    if found is None:
        raise AssertionError(f"the bank {bank} is loaded")
    quiz_id, set_id = new_row_id(), found.id

    def unit() -> None:
        db.session.add(
            Quiz(
                id=quiz_id, question_set_id=set_id, made_by=learner_id, title="Under load",
                contents=contents_to_list(one_rule(questions, set_id)), question_count=questions,
                created_at=clock.now(), **settings,
            )
        )  # fmt: skip

    run_tx(unit)
    return db.session.get_one(Quiz, quiz_id)


def start(learner_id: uuid.UUID, quiz: Quiz) -> uuid.UUID:
    """Start an attempt and return its id."""
    plan = quizzes.plan_attempt(learner_id, quiz, new_row_id())
    return run_tx(lambda: quizzes.start_attempt(learner_id, quiz, plan, clock.now()))


def some_response(slot: Slot, rng: random.Random) -> Fields:
    """Return the fields of a response to a question of this form, right only by chance."""
    order = list(slot.option_order)
    match slot.form:
        case "choice" | "true-false":
            return {"option": rng.choice(order)}
        case "multiple" | "map":
            return {f"mark-{name}": "yes" for name in rng.sample(order, rng.randint(1, len(order)))}
        case "ordering":
            return {
                f"place-{name}": str(place)
                for place, name in enumerate(rng.sample(order, len(order)), 1)
            }  # fmt: skip
        case "matching":
            rights = [name.removeprefix(_RIGHT) for name in order if name.startswith(_RIGHT)]
            return {f"pair-{name}": rng.choice(rights) for name in order if not name.startswith(_RIGHT)}
        case "date":
            parts = {"year": rng.randint(1000, 2020), "month": rng.randint(1, 12), "day": rng.randint(1, 28)}
            return {part: str(parts[part]) for part in order}
        case "numeric":
            return {"text": str(rng.randint(1, 10**6))}
        case _:
            return {"text": f"word {rng.randint(1, 10**6)}"}


def _seat(
    app: Flask, number: int, questions: int, bank: str, password: str, settings: dict[str, Any]
) -> Sitter:
    with app.app_context():
        user_id, learner_id = make_user(number, password)
        attempt_id = start(learner_id, make_quiz(learner_id, questions, bank, settings))
        slots = tuple(quizzes.list_slots(learner_id, attempt_id))
    client = browser_of(app, user_id)
    page = client.get(f"/quizzes/attempts/{attempt_id}/1").text
    found = re.search(r'name="csrf_token"\s+(?:type="hidden"\s+)?value="([^"]+)"', page)
    if found is None:
        raise AssertionError(f"the page of a question holds a token: {page[:300]}")
    return Sitter(learner_id, attempt_id, cookie_of(app, client), found[1], slots)
