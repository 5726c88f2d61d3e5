"""Pages of progress: how learning went, and what comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request

from quizapp import clock
from quizapp.operations import reports
from quizapp.operations.study import today_of
from quizapp.web.access import current_learner, require_learner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quizapp.operations.reports import HeatDay, MonthRecall

bp = Blueprint("progress", __name__, url_prefix="/progress")

_PERIODS = (30, 90)


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis: where it ends, and its ticks, the lowest first."""

    top: int
    ticks: tuple[int, ...]


@bp.get("/")
def index() -> str:
    """Show the learner's charts, each with its numbers."""
    learner = current_learner()
    if learner is None:
        return render_template("progress/empty.html")
    today = today_of(learner, clock.now())
    totals = reports.count_totals(learner.id, today)
    topics = reports.list_topic_memory(learner, today)
    quizzes = reports.list_quizzes(learner.id)
    if not totals.reviews and not quizzes:
        return render_template("progress/empty.html")
    period = 90 if request.args.get("days") == "90" else 30
    days = reports.list_days(learner.id, today - timedelta(days=period - 1), today)
    heat = reports.heat_days(learner.id, today)
    months = reports.recall_by_month(learner.id, today)
    due = reports.forecast(learner.id, today)
    return render_template(
        "progress/index.html",
        totals=totals,
        topics=[
            (title, list(rows)) for title, rows in groupby(topics, key=lambda row: (row.title, row.slug))
        ],
        quizzes=quizzes,
        period=period,
        periods=_PERIODS,
        days=days,
        review_scale=scale_for(max(day.reviews for day in days)),
        minute_scale=scale_for(max(day.seconds for day in days) / 60),
        labelled=_labelled(len(days)),
        heat=heat,
        weeks=_weeks(heat),
        months=months,
        fiction_months=reports.recall_by_month(learner.id, today, fiction=True),
        recall_scale=recall_scale(months),
        due=due,
        due_scale=scale_for(max(day.cards for day in due)),
        wanted=learner.desired_retention,
        today=today,
    )


@bp.get("/daily.csv")
def daily() -> Response:
    """Send the statistics of every study day as a file."""
    learner = require_learner()
    return Response(
        # A byte order mark, so that spreadsheets read it as UTF-8.
        "\ufeff" + reports.daily_csv(learner.id),
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="quizapp-daily-statistics.csv"'},
    )


def scale_for(most: float) -> Scale:
    """Return an axis from 0 to a round number that holds `most`, in two to four equal steps."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if most <= 4 * step:
                count = max(2, -int(-most // step))
                return Scale(step * count, tuple(step * number for number in range(count + 1)))
        size *= 10


def recall_scale(months: Sequence[MonthRecall]) -> Scale:
    """Return an axis in per cent for shares of recall: from 50, or from 0 where one lies lower."""
    lowest = min((min(month.promised, month.reached) for month in months), default=1.0)
    return Scale(100, (50, 60, 70, 80, 90, 100) if lowest >= 0.5 else (0, 25, 50, 75, 100))


def _labelled(days: int) -> frozenset[int]:
    """Return which days of a chart bear a label: few enough for the narrowest screen, today always."""
    step = 7 if days <= 30 else 28
    return frozenset(range(days - 1, -1, -step))


def _weeks(heat: Sequence[HeatDay]) -> list[tuple[HeatDay, int, int]]:
    """Return (first day, reviews, days with reviews) of every week, the latest first."""
    weeks = [heat[start : start + 7] for start in range(0, len(heat), 7)]
    return [
        (week[0], sum(day.reviews for day in week), sum(day.reviews > 0 for day in week))
        for week in reversed(weeks)
    ]
