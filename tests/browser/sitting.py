"""Attempts of ben to open in a browser: quizzes with any settings, and a look at what of them is stored."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from quizapp import clock
from quizapp.core.quiz_contents import Contents, DrawRule, Section, contents_to_list
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import Attempt, AttemptResponse, Quiz
from quizapp.operations import quizzes

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from flask import Flask
    from playwright.sync_api import Locator, Page

#: Where responses are sent.
SAVES = re.compile(r"/attempts/[^/]+/\d+$")


class Attempts:
    """Ben's attempts at quizzes on a set of five facts."""

    def __init__(self, app: Flask, learner_id: uuid.UUID, set_id: uuid.UUID) -> None:
        self.app = app
        self.learner_id = learner_id
        self.set_id = set_id

    def start(
        self, seconds: int | None = 600, *, count: int = 5, types: tuple[str, ...] = (), **settings: Any
    ) -> uuid.UUID:
        """Begin one; without types there is a question of each. `settings` are columns of the quiz."""
        rule = DrawRule(count=count, sets=(self.set_id,), types=types)
        with self.app.app_context():
            quiz = Quiz(
                id=new_row_id(),
                question_set_id=self.set_id,
                made_by=self.learner_id,
                title="Rivers",
                contents=contents_to_list(Contents((Section("", (rule,)),))),
                question_count=count,
                time_limit_seconds=seconds,
                created_at=clock.now(),
                **settings,
            )
            quiz_id = quiz.id
            run_tx(lambda: db.session.add(quiz))
            kept = db.session.get_one(Quiz, quiz_id)
            plan = quizzes.plan_attempt(self.learner_id, kept, new_row_id())
            return run_tx(lambda: quizzes.start_attempt(self.learner_id, kept, plan, clock.now()))

    def address(self, attempt_id: uuid.UUID, *forms: str) -> str:
        """Return where a question of one of these forms is asked."""
        return f"/quizzes/attempts/{attempt_id}/{self.position(attempt_id, *forms)}"

    def position(self, attempt_id: uuid.UUID, *forms: str) -> int:
        """Return which question has one of these forms."""
        with self.app.app_context():
            slots = quizzes.list_slots(self.learner_id, attempt_id)
        return next(slot.position for slot in slots if slot.form in forms)

    def given(self, attempt_id: uuid.UUID) -> list[object]:
        """Return what is stored, without blanks."""
        with self.app.app_context():
            return [slot.given for slot in quizzes.list_slots(self.learner_id, attempt_id) if slot.given]

    def saves(self, attempt_id: uuid.UUID) -> list[int]:
        """Return how often each response was stored."""
        with self.app.app_context():
            return [slot.sequence for slot in quizzes.list_slots(self.learner_id, attempt_id)]

    def end_in(self, attempt_id: uuid.UUID, seconds: float) -> None:
        """Set the end of an attempt."""
        self._change(lambda: self._attempt(attempt_id), "deadline_at", seconds)

    def end_question_in(self, attempt_id: uuid.UUID, position: int, seconds: float) -> None:
        """Set the end of the time for a question."""
        key = (self.learner_id, attempt_id, position)
        self._change(lambda: db.session.get_one(AttemptResponse, key), "closes_at", seconds)

    def _attempt(self, attempt_id: uuid.UUID) -> Attempt:
        return db.session.get_one(Attempt, (self.learner_id, attempt_id))

    def _change(self, find: Callable[[], object], name: str, seconds: float) -> None:
        with self.app.app_context():
            run_tx(lambda: setattr(find(), name, clock.now() + timedelta(seconds=seconds)))


def open_attempt(page: Page, address: str) -> None:
    """Open a page of an attempt and wait until its scripts serve it: before that its forms are sent as they are."""
    page.goto(address)
    expect(page.locator("[data-attempt][data-ready]")).to_have_count(1)


def save_state(page: Page) -> Locator:
    """Return what the page says about saving."""
    return page.locator(".attempt-bar [data-save-state]")


def wake(page: Page) -> None:
    """Have a page believe that it was just shown again."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
