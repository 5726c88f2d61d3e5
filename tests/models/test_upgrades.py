"""What was learned under a former schema is all there after an upgrade, and what is kept beside it agrees."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from quizapp.database import db
from quizapp.models import Card, DailyLoad, DailyRecall, DailyStatistics, Deck, Learner, Review
from tests.histories import review

if TYPE_CHECKING:
    import uuid

    from flask import Flask

    from tests.conftest import Clock
    from tests.factories import Factory


def _rows(table: Any, learner_id: uuid.UUID) -> list[dict[str, Any]]:
    columns = table.__table__.columns
    of = table.id if table is Learner else table.learner_id
    found = db.session.execute(
        sa.select(*columns).where(of == learner_id).order_by(*table.__table__.primary_key)
    )
    return [
        {
            name: pytest.approx(value) if isinstance(value, float) else value
            for name, value in row._mapping.items()
        }
        for row in found
    ]


def _without(rows: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [{column: value for column, value in row.items() if column != name} for row in rows]


def test_loads_recall_and_gains_are_made_of_the_cards_and_the_log(
    app: Flask, make: Factory, frozen: Clock
) -> None:
    made = make.question_set(facts=5, fictional=1)
    guest_id = make.guest()
    make.deck(guest_id, made, includes_fiction=True)
    for index, fact in enumerate(made.facts):
        review(app, guest_id, fact.id, days_ago=40, right=index != 1)
        review(app, guest_id, fact.id, days_ago=20 - index)
    review(app, guest_id, made.facts[0].id, days_ago=1, right=False)
    # The day on which a card was due is in the log only since the upgrade; where new facts begin is found again.
    made_anew = defaultdict(str, {"Review": "due_on", "Deck": "new_from"})
    kept = (Learner, Deck, Card, Review, DailyStatistics, DailyLoad, DailyRecall)
    with app.app_context():
        # What no card is shown on any more is no row after an upgrade.
        db.session.execute(sa.delete(DailyLoad).where(DailyLoad.cards == 0))
        db.session.commit()
        before = {table.__name__: _rows(table, guest_id) for table in kept}
        assert all(before.values())
        db.session.remove()
        downgrade(revision="0003")
        upgrade()
        after = {table.__name__: _rows(table, guest_id) for table in kept}
    for name, rows in before.items():
        assert _without(after[name], made_anew[name]) == _without(rows, made_anew[name]), name
