"""The statistics of each study day, kept as reviews come and go; charts read these, not the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from quizapp.database import db
from quizapp.models import DailyStatistics, Fact, Review
from quizapp.models.reviews import FICTION

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import date

_COUNTED = ("is_right", "is_long_term", "predicted", "stability_before", "duration_ms")


def insert_into(table: Any) -> Any:
    """Return the INSERT of the database in use that knows ON CONFLICT."""
    return (postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite).insert(table)


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
    predicted = review["predicted"]
    is_new = review["is_long_term"] and review["stability_before"] is None
    amounts = {
        "reviews": sign,
        "recalled": sign * int(review["is_right"]),
        "predicted_reviews": sign * int(predicted is not None),
        "predicted_recall": sign * (predicted or 0.0),
        "predicted_recalled": sign * int(predicted is not None and review["is_right"]),
        "new_facts": sign * int(is_new),
        "duration_ms": sign * review["duration_ms"],
    }
    key = {"learner_id": learner_id, "study_day": day, "question_set_id": question_set_id, "topic": topic}
    table = DailyStatistics.__table__
    sums = {name: table.c[name] + amount for name, amount in amounts.items()}
    if sign > 0:
        db.session.execute(
            insert_into(DailyStatistics)
            .values(**key, **amounts)
            .on_conflict_do_update(index_elements=list(key), set_=sums)
        )
    else:
        db.session.execute(
            update(DailyStatistics)
            .where(*(table.c[name] == value for name, value in key.items()))
            .values(sums)
        )


def rebuild_statistics(learner_id: uuid.UUID) -> None:
    """Rebuild the per-day statistics of a learner from the log, as after a merge. Flushes."""
    db.session.flush()
    db.session.execute(delete(DailyStatistics).where(DailyStatistics.learner_id == learner_id))
    rows = list(
        db.session.execute(
            select(Review, Fact.question_set_id, counted_topic())
            .join(Fact, Fact.id == Review.fact_id)
            .where(Review.learner_id == learner_id)
        )
    )
    cancelled = {review.cancels for review, _, _ in rows if review.cancels is not None}
    for review, question_set_id, topic in rows:
        if review.cancels is None and review.id not in cancelled:
            count_review(learner_id, review.study_day, question_set_id, topic, counted_of(review), 1)
