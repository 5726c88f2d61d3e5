"""A quiz that ada is making: a draft of her own that draws from a set, changed as its pages would."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from quizapp import clock
from quizapp.core.quiz_contents import Contents, FixedQuestion, Section
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import Quiz
from quizapp.operations import quizzes

if TYPE_CHECKING:
    from flask import Flask

    from quizapp.core.quiz_presets import Settings
    from tests.factories import MadeSet, Person


class Made:
    """A quiz of ada's on a set of four facts; it draws them all until a test says otherwise."""

    def __init__(self, app: Flask, made: MadeSet, ada: Person) -> None:
        self.app, self.set, self.ada, self.id = app, made, ada, new_row_id()
        with app.app_context():
            run_tx(
                lambda: quizzes.create_quiz(
                    self.id,
                    owner_id=ada.user_id,
                    learner_id=ada.learner_id,
                    title="Rivers of Asia",
                    question_set_id=made.id,
                    preset="practice",
                    now=clock.now(),
                )
            )

    def url(self, rest: str = "") -> str:
        return f"/teaching/quizzes/{self.id}/{rest}"

    @property
    def row(self) -> Quiz:
        """The quiz as the database has it, detached."""
        with self.app.app_context():
            quiz = db.session.get_one(Quiz, self.id, populate_existing=True)
            db.session.expunge(quiz)
            return quiz

    @property
    def settings(self) -> Settings:
        return quizzes.settings_of(self.row)

    @property
    def contents(self) -> Contents:
        return self.row.rule

    def change(self, **values: Any) -> None:
        wanted, version = replace(self.settings, **values), self.row.version
        with self.app.app_context():
            run_tx(lambda: quizzes.change_settings(self.id, wanted, version, clock.now()))

    def ask(self, contents: Contents) -> None:
        version = self.row.version
        with self.app.app_context():
            run_tx(lambda: quizzes.change_contents(self.id, contents, version))

    def fix(self, *places: int, kind: str = "choice", title: str = "") -> None:
        """Have it ask these facts of its set, and nothing else."""
        items = tuple(FixedQuestion(self.set.facts[place].questions[kind]) for place in places)
        self.ask(Contents((Section(title, items),)))

    def publish(self) -> None:
        with self.app.app_context():
            run_tx(lambda: quizzes.publish_quiz(self.id))
