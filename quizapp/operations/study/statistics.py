"""The statistics of each study day, kept as reviews come and go; charts read these, not the log."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, case, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from quizapp.core.memory import retrievability
from quizapp.database import db
from quizapp.models import DailyRecall, DailyStatistics, Fact, Review
from quizapp.models.reviews import FICTION
from quizapp.operations.statements import Statement

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Mapping
    from datetime import date

#: What a memory is worth is told by its chance of recall so many days later.
GAIN_DAYS: Final = 30
#: The tenth under which a probe without a prediction is counted.
UNPREDICTED: Final = -1

_DIALECTS: dict[str, Any] = {"postgresql": postgresql, "sqlite": sqlite}
#: What the statistics count of a review.
COUNTED: Final = (
    "source",
    "form",
    "is_right",
    "is_long_term",
    "predicted",
    "stability_before",
    "stability_after",
    "duration_ms",
)
_KEY = ("learner_id", "study_day", "question_set_id", "topic")
_RECALL_KEY = ("learner_id", "study_day", "question_set_id", "is_fiction", "form", "tenth")
_SUMS = (
    "reviews",
    "recalled",
    "predicted_reviews",
    "predicted_recall",
    "predicted_recalled",
    "new_facts",
    "duration_ms",
    "gained",
)
_RECALL_SUMS = ("reviews", "recalled", "predicted_recall", "duration_ms")


def _adding(table: str, key: tuple[str, ...], sums: tuple[str, ...]) -> Statement:
    names = (*key, *sums)
    return Statement(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)}) "  # noqa: S608
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET "
        + ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in sums)
    )


def _taking(table: str, key: tuple[str, ...], sums: tuple[str, ...]) -> Statement:
    return Statement(
        f"UPDATE {table} SET {', '.join(f'{name} = {name} + :{name}' for name in sums)} WHERE "  # noqa: S608
        + " AND ".join(f"{name} = :{name}" for name in key)
    )


_ADD = _adding("daily_statistics", _KEY, _SUMS)
_TAKE = _taking("daily_statistics", _KEY, _SUMS)
_ADD_RECALL = _adding("daily_recall", _RECALL_KEY, _RECALL_SUMS)
_TAKE_RECALL = _taking("daily_recall", _RECALL_KEY, _RECALL_SUMS)


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
    return {name: getattr(review, name) for name in COUNTED}


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
    """Add a review to the statistics of its day (sign 1), or take it out (sign -1).

    `review` has at least what `COUNTED` names. What was crammed counts as time and reviews, and says nothing of recall.
    """
    of_day = {"learner_id": learner_id, "study_day": day, "question_set_id": question_set_id}
    amounts = {name: sign * amount for name, amount in _amounts(review).items()}
    (_ADD if sign > 0 else _TAKE).run({**of_day, "topic": topic, **amounts})
    if review["source"] != "cram":
        bins = {name: sign * amount for name, amount in _recall_amounts(review).items()}
        key = {"is_fiction": topic == FICTION, "form": review["form"], "tenth": _tenth(review["predicted"])}
        (_ADD_RECALL if sign > 0 else _TAKE_RECALL).run({**of_day, **key, **bins})


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
        "gained": _in_a_month(review["stability_after"]) - _in_a_month(review["stability_before"]),
    }


def _recall_amounts(review: Mapping[Any, Any]) -> dict[str, float]:
    return {
        "reviews": 1,
        "recalled": int(review["is_right"]),
        "predicted_recall": review["predicted"] or 0.0,
        "duration_ms": review["duration_ms"],
    }


def _tenth(predicted: float | None) -> int:
    return UNPREDICTED if predicted is None else min(int(predicted * 10), 9)


def _in_a_month(stability: float | None) -> float:
    """Return the chance of recall after `GAIN_DAYS`, by the default weights: those of a day may be fitted anew later."""
    return 0.0 if stability is None else retrievability(stability, GAIN_DAYS)


def rebuild_statistics(learner_id: uuid.UUID, days: Collection[date] | None = None) -> None:
    """Rebuild the per-day statistics of a learner from the log, as after a merge; of these days alone, where given.

    Five statements however long the log is: others wait to write meanwhile. Flushes.
    """
    db.session.flush()
    for table in (DailyStatistics, DailyRecall):
        old = delete(table).where(table.learner_id == learner_id)
        db.session.execute(old if days is None else old.where(table.study_day.in_(days)))
    log = (
        select(
            Review.id,
            Review.learner_id,
            Review.cancels,
            Review.action,
            Review.study_day,
            Fact.question_set_id,
            counted_topic().label("topic"),
            *(getattr(Review, name) for name in COUNTED),
        )
        .join(Fact, Fact.id == Review.fact_id)
        .where(Review.learner_id == learner_id)
    )
    rows = db.session.execute(log if days is None else log.where(Review.study_day.in_(days))).mappings().all()
    # What cancels a review stands on the day of that review.
    cancelled = {row["cancels"] for row in rows}
    statistics: dict[tuple[Any, ...], dict[str, float]] = {}
    recall: dict[tuple[Any, ...], dict[str, float]] = {}
    for row in rows:
        if row["cancels"] is None and row["action"] is None and row["id"] not in cancelled:
            of_day = (learner_id, row["study_day"], row["question_set_id"])
            _add(statistics.setdefault((*of_day, row["topic"]), {}), _amounts(row))
            if row["source"] != "cram":
                key = (*of_day, row["topic"] == FICTION, row["form"], _tenth(row["predicted"]))
                _add(recall.setdefault(key, {}), _recall_amounts(row))
    for table, names, sums in ((DailyStatistics, _KEY, statistics), (DailyRecall, _RECALL_KEY, recall)):
        if sums:
            db.session.execute(
                insert(table),
                [{**dict(zip(names, key, strict=True)), **amounts} for key, amounts in sums.items()],
            )


def _add(sums: dict[str, float], amounts: Mapping[str, float]) -> None:
    for name, amount in amounts.items():
        sums[name] = sums.get(name, 0) + amount
