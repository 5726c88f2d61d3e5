"""Gives learners cards that are due on chosen days, counted as the application counts them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from quizapp.database import db, run_tx
from quizapp.models import Card
from quizapp.operations.study.loads import rebuild_loads

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from flask import Flask

    from tests.factories import MadeSet

TODAY = date(2026, 3, 1)


def give_cards(
    app: Flask,
    learner_id: uuid.UUID,
    made: MadeSet,
    due_in_days: Sequence[int],
    *,
    stability: float = 10.0,
    today: date = TODAY,
) -> None:
    """Give the learner a card for each of the first facts of a set, due so many days from today (less than 0: before)."""

    def unit() -> None:
        for fact, days in zip(made.facts, due_in_days, strict=False):
            due = today + timedelta(days=days)
            last = due - timedelta(days=10)
            db.session.add(
                Card(
                    learner_id=learner_id,
                    fact_id=fact.id,
                    question_set_id=made.id,
                    stability=stability,
                    difficulty=5.0,
                    first_on=last,
                    last_on=last,
                    last_at=datetime(last.year, last.month, last.day, 12, tzinfo=UTC),
                    due_on=due,
                    shown_on=due,
                    reps=1,
                )
            )
        db.session.flush()
        rebuild_loads(learner_id)

    with app.app_context():
        run_tx(unit)
