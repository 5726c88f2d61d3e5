"""What a learner did, from the statistics of each study day: never from the log, which only grows."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select

from quizapp.core import study_days
from quizapp.database import db
from quizapp.models import DailyStatistics, QuestionSet
from quizapp.models.reviews import FICTION
from quizapp.operations.accounts.export import neutral_cell

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayCount:
    """One study day: reviews, how many of them recalled, facts begun, seconds spent.

    `gained` is the growth of memory in facts still known in a month, `gaining_seconds` the time spent on it: what a
    source invents is in neither.
    """

    day: date
    reviews: int = 0
    recalled: int = 0
    new_facts: int = 0
    seconds: float = 0.0
    gained: float = 0.0
    gaining_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Span:
    """A day, a week from its Monday on, or a month, with the sums of its days; `days` counts those with reviews."""

    first: date
    days: int
    reviews: int
    recalled: int
    new_facts: int
    seconds: float
    gained: float
    gaining_seconds: float

    @property
    def gained_per_minute(self) -> float | None:
        """Facts more that will still be known in a month, for each minute; None where no time was spent."""
        return 60 * self.gained / self.gaining_seconds if self.gaining_seconds else None


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
    """All that was ever done: reviews, days with reviews, seconds, facts begun; the streak up to today; the first day.

    `predicted_reviews` had a prediction: weights are fitted to these.
    """

    reviews: int
    days: int
    seconds: float
    new_facts: int
    streak: int
    last_30_seconds: float
    first_on: date | None
    predicted_reviews: int


def list_days(learner_id: uuid.UUID, first: date, last: date) -> list[DayCount]:
    """Return every study day from first to last, those without reviews too."""
    table = DailyStatistics

    def plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.sum(case((table.topic == FICTION, 0), else_=column))

    rows = db.session.execute(
        select(
            table.study_day,
            func.sum(table.reviews),
            func.sum(table.recalled),
            func.sum(table.new_facts),
            func.sum(table.duration_ms),
            plain(table.__table__.c.gained),
            plain(table.__table__.c.duration_ms),
        )
        .where(table.learner_id == learner_id, table.study_day.between(first, last))
        .group_by(table.study_day)
    )
    known = {
        day: DayCount(
            day,
            int(reviews),
            int(recalled),
            int(new),
            float(all_ms) / 1000,
            float(gained),
            float(plain_ms) / 1000,
        )
        for day, reviews, recalled, new, all_ms, gained, plain_ms in rows
    }
    days = [first + _ONE_DAY * number for number in range((last - first).days + 1)]
    return [known.get(day) or DayCount(day) for day in days]


def heat_days(learner_id: uuid.UUID | None, today: date, weeks: int = 26) -> list[HeatDay]:
    """Return the days of so many weeks up to today, from a Monday on; levels as `heat_of` gives them."""
    first = today - _ONE_DAY * (today.weekday() + 7 * (weeks - 1))
    if learner_id is None:
        return heat_of([DayCount(first + _ONE_DAY * number) for number in range((today - first).days + 1)])
    return heat_of(list_days(learner_id, first, today))


def heat_of(days: Sequence[DayCount]) -> list[HeatDay]:
    """Return how much was done on each of the days.

    Levels are quarters of the learner's own busiest day among them, so that any habit shows a pattern.
    """
    most = max(day.reviews for day in days)
    return [HeatDay(day.day, day.reviews, -(-4 * day.reviews // most) if most else 0) for day in days]


def sum_spans(days: Sequence[DayCount]) -> list[Span]:
    """Return the days gathered so that a chart can show them: by day up to 92, by week up to a year, else by month."""
    gathered: dict[date, list[DayCount]] = {}
    for day in days:
        first = day.day
        if len(days) > 371:
            first = first.replace(day=1)
        elif len(days) > 92:
            first -= _ONE_DAY * first.weekday()
        gathered.setdefault(first, []).append(day)
    return [sum_days(first, some) for first, some in gathered.items()]


def sum_days(first: date, days: Sequence[DayCount]) -> Span:
    """Return the sums of some days."""
    return Span(
        first=first,
        days=sum(day.reviews > 0 for day in days),
        reviews=sum(day.reviews for day in days),
        recalled=sum(day.recalled for day in days),
        new_facts=sum(day.new_facts for day in days),
        seconds=sum(day.seconds for day in days),
        gained=sum(day.gained for day in days),
        gaining_seconds=sum(day.gaining_seconds for day in days),
    )


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


def count_totals(learner_id: uuid.UUID, today: date, pauses: Collection[tuple[date, date]] = ()) -> Totals:
    """Return what the learner did in all; pauses (first and last day) break no streak."""
    table = DailyStatistics
    rows = db.session.execute(
        select(
            table.study_day,
            func.sum(table.reviews),
            func.sum(table.duration_ms),
            func.sum(table.new_facts),
            func.sum(table.predicted_reviews),
        )
        .where(table.learner_id == learner_id, table.reviews > 0)
        .group_by(table.study_day)
    ).all()
    days, reviews, milliseconds, new_facts, predicted = zip(*rows, strict=True) if rows else ((),) * 5
    month_ago = today - 29 * _ONE_DAY
    lately = [spent for day, spent in zip(days, milliseconds, strict=True) if day >= month_ago]
    return Totals(
        reviews=int(sum(reviews)),
        days=len(days),
        seconds=float(sum(milliseconds)) / 1000,
        new_facts=int(sum(new_facts)),
        streak=study_days.streak_with_freezes(set(days), today, pauses).length,
        last_30_seconds=float(sum(lately)) / 1000,
        first_on=min(days, default=None),
        predicted_reviews=int(sum(predicted)),
    )


def daily_csv(learner_id: uuid.UUID) -> str:
    """Return the learner's statistics of every study day, set and topic as CSV with a header, oldest first.

    A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    columns = (
        "reviews", "recalled", "new_facts", "predicted_reviews", "predicted_recall", "predicted_recalled", "duration_ms",
        "gained",
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
