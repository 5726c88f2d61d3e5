"""What a learner did, from the statistics of each study day: never from the log, which only grows."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from quizapp.core import study_days
from quizapp.database import db
from quizapp.models import DailyStatistics, QuestionSet
from quizapp.models.reviews import FICTION
from quizapp.operations.accounts.export import neutral_cell

if TYPE_CHECKING:
    import uuid
    from datetime import date

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayCount:
    """One study day: reviews, how many of them recalled, facts begun, seconds spent."""

    day: date
    reviews: int = 0
    recalled: int = 0
    new_facts: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class HeatDay:
    """One study day of a heat map; `level` is 0 without a review, then 1 to 4."""

    day: date
    reviews: int
    level: int


@dataclass(frozen=True, slots=True)
class MonthRecall:
    """A month's reviews that had a prediction: mean predicted recall and share recalled, 0 to 1."""

    month: date
    reviews: int
    promised: float
    reached: float


@dataclass(frozen=True, slots=True)
class Totals:
    """All that was ever done: reviews, days with reviews, seconds, facts begun; the streak up to today."""

    reviews: int
    days: int
    seconds: float
    new_facts: int
    streak: int
    last_30_seconds: float


def list_days(learner_id: uuid.UUID, first: date, last: date) -> list[DayCount]:
    """Return every study day from first to last, those without reviews too."""
    table = DailyStatistics
    rows = db.session.execute(
        select(
            table.study_day,
            func.sum(table.reviews),
            func.sum(table.recalled),
            func.sum(table.new_facts),
            func.sum(table.duration_ms),
        )
        .where(table.learner_id == learner_id, table.study_day.between(first, last))
        .group_by(table.study_day)
    )
    known = {
        day: DayCount(day, int(reviews), int(recalled), int(new), float(milliseconds) / 1000)
        for day, reviews, recalled, new, milliseconds in rows
    }
    days = [first + _ONE_DAY * number for number in range((last - first).days + 1)]
    return [known.get(day) or DayCount(day) for day in days]


def heat_days(learner_id: uuid.UUID | None, today: date, weeks: int = 26) -> list[HeatDay]:
    """Return the days of so many weeks up to today, from a Monday on.

    Levels are quarters of the learner's own busiest day among them, so that any habit shows a pattern.
    """
    first = today - _ONE_DAY * (today.weekday() + 7 * (weeks - 1))
    if learner_id is None:
        days = [DayCount(first + _ONE_DAY * number) for number in range((today - first).days + 1)]
    else:
        days = list_days(learner_id, first, today)
    most = max(day.reviews for day in days)
    return [HeatDay(day.day, day.reviews, -(-4 * day.reviews // most) if most else 0) for day in days]


def recall_by_month(
    learner_id: uuid.UUID, today: date, months: int = 12, *, fiction: bool = False
) -> list[MonthRecall]:
    """Return the months up to today that had predictions, oldest first; invented facts only where asked for."""
    index = today.year * 12 + today.month - months
    first = today.replace(year=index // 12, month=index % 12 + 1, day=1)
    table = DailyStatistics
    rows = db.session.execute(
        select(
            table.study_day,
            func.sum(table.predicted_reviews),
            func.sum(table.predicted_recall),
            func.sum(table.predicted_recalled),
        )
        .where(
            table.learner_id == learner_id,
            table.study_day.between(first, today),
            table.predicted_reviews > 0,
            table.topic == FICTION if fiction else table.topic != FICTION,
        )
        .group_by(table.study_day)
    )
    sums: dict[date, list[float]] = {}
    for day, reviews, promised, reached in rows:
        entry = sums.setdefault(day.replace(day=1), [0, 0.0, 0])
        for place, amount in enumerate((reviews, promised, reached)):
            entry[place] += float(amount)
    return [
        MonthRecall(month, int(reviews), promised / reviews, reached / reviews)
        for month, (reviews, promised, reached) in sorted(sums.items())
    ]


def count_totals(learner_id: uuid.UUID, today: date) -> Totals:
    """Return what the learner did in all."""
    table = DailyStatistics
    rows = list(
        db.session.execute(
            select(
                table.study_day,
                func.sum(table.reviews),
                func.sum(table.duration_ms),
                func.sum(table.new_facts),
            )
            .where(table.learner_id == learner_id, table.reviews > 0)
            .group_by(table.study_day)
        )
    )
    days = [row[0] for row in rows]
    month_ago = today - 29 * _ONE_DAY
    return Totals(
        reviews=sum(int(row[1]) for row in rows),
        days=len(days),
        seconds=sum(float(row[2]) for row in rows) / 1000,
        new_facts=sum(int(row[3]) for row in rows),
        streak=study_days.streak(days, today),
        last_30_seconds=sum(float(row[2]) for row in rows if row[0] >= month_ago) / 1000,
    )


def daily_csv(learner_id: uuid.UUID) -> str:
    """Return the learner's statistics of every study day, set and topic as CSV with a header, oldest first.

    A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    columns = (
        "reviews", "recalled", "new_facts", "predicted_reviews", "predicted_recall", "predicted_recalled", "duration_ms",
    )  # fmt: skip
    rows = db.session.execute(
        select(DailyStatistics, QuestionSet.title)
        .join(QuestionSet, QuestionSet.id == DailyStatistics.question_set_id)
        .where(DailyStatistics.learner_id == learner_id)
        .order_by(DailyStatistics.study_day, QuestionSet.title, DailyStatistics.topic)
    )
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(["study_day", "question_set", "topic", *columns])
    for row, title in rows:
        topic = "invented by the source" if row.topic == FICTION else row.topic
        values = [getattr(row, name) for name in columns]
        writer.writerow([row.study_day.isoformat(), neutral_cell(title), neutral_cell(topic), *values])
    return target.getvalue()
