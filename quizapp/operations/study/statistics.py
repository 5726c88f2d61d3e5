"""The statistics of each study day, kept as reviews come and go; charts read these, not the log."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, case, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from quizapp.database import db
from quizapp.models import DailyStatistics, Fact, Review
from quizapp.models.reviews import FICTION

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import date

_DIALECTS: dict[str, Any] = {"postgresql": postgresql, "sqlite": sqlite}
_COUNTED = ("is_right", "is_long_term", "predicted", "stability_before", "duration_ms")
_KEY = ("study_day", "question_set_id", "topic")


def insert_into(table: Any) -> Any:
    """Return the INSERT of the database in use that knows ON CONFLICT."""
    return _DIALECTS[db.session.get_bind().dialect.name].insert(table)


def upsert_into(table: Any, key: tuple[str, ...], names: tuple[str, ...], *, adds: bool = False) -> Any:
    """Return the INSERT that, where the key is there, replaces these columns, or adds to them. Built once."""
    return _upsert(db.session.get_bind().dialect.name, table, key, names, adds)


@cache
def _upsert(dialect: str, table: Any, key: tuple[str, ...], names: tuple[str, ...], adds: bool) -> Any:
    statement = _DIALECTS[dialect].insert(table)
    new = {
        name: table.c[name] + statement.excluded[name] if adds else statement.excluded[name] for name in names
    }
    return statement.on_conflict_do_update(index_elements=key, set_=new)


def counted_of(review: Review) -> dict[str, Any]:
    """Return what the statistics count of a review."""
    return {name: getattr(review, name) for name in _COUNTED}


def counted_topic() -> ColumnElement[str]:
    """Return the topic under which a fact's reviews are counted: its own, or the one of all that sources invent."""
    return case((Fact.standing == "fictional", FICTION), else_=Fact.topic)


def count_review(
    learner_id: uuid.UUID,
    day: date,
    question_set_id: uuid.UUID,
    topic: str,
    review: Mapping[str, Any],
    sign: int,
) -> None:
    """Add a review to the statistics of its day (sign 1), or take it out (sign -1)."""
    amounts = {name: sign * amount for name, amount in _amounts(review).items()}
    key = {"learner_id": learner_id, "study_day": day, "question_set_id": question_set_id, "topic": topic}
    table = DailyStatistics.__table__
    if sign > 0:
        db.session.execute(upsert_into(table, tuple(key), tuple(amounts), adds=True), {**key, **amounts})
    else:
        db.session.execute(
            update(DailyStatistics)
            .where(*(table.c[name] == value for name, value in key.items()))
            .values({name: table.c[name] + amount for name, amount in amounts.items()})
        )


def _amounts(review: Mapping[Any, Any]) -> dict[str, float]:
    """Return what one review adds to each sum of its day."""
    predicted = review["predicted"]
    return {
        "reviews": 1,
        "recalled": int(review["is_right"]),
        "predicted_reviews": int(predicted is not None),
        "predicted_recall": predicted or 0.0,
        "predicted_recalled": int(predicted is not None and review["is_right"]),
        "new_facts": int(review["is_long_term"] and review["stability_before"] is None),
        "duration_ms": review["duration_ms"],
    }


def rebuild_statistics(learner_id: uuid.UUID) -> None:
    """Rebuild the per-day statistics of a learner from the log, as after a merge. Flushes.

    Three statements however long the log is: others wait to write meanwhile.
    """
    db.session.flush()
    db.session.execute(delete(DailyStatistics).where(DailyStatistics.learner_id == learner_id))
    rows = (
        db.session.execute(
            select(
                Review.id,
                Review.cancels,
                Review.study_day,
                Fact.question_set_id,
                counted_topic().label("topic"),
                *(getattr(Review, name) for name in _COUNTED),
            )
            .join(Fact, Fact.id == Review.fact_id)
            .where(Review.learner_id == learner_id)
        )
        .mappings()
        .all()
    )
    cancelled = {row["cancels"] for row in rows}
    days: dict[tuple[Any, ...], dict[str, float]] = {}
    for row in rows:
        if row["cancels"] is None and row["id"] not in cancelled:
            sums = days.setdefault(tuple(row[name] for name in _KEY), {})
            for name, amount in _amounts(row).items():
                sums[name] = sums.get(name, 0) + amount
    if days:
        db.session.execute(
            insert(DailyStatistics),
            [
                {"learner_id": learner_id, **dict(zip(_KEY, key, strict=True)), **sums}
                for key, sums in days.items()
            ],
        )
