"""Pages of progress: how learning went, and what comes."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, render_template, request

from quizapp import clock
from quizapp.core.certainty import judge
from quizapp.models.reviews import FICTION
from quizapp.operations import fits, reports, rhythm
from quizapp.operations.study import today_of
from quizapp.web.access import current_learner, require_learner
from quizapp.web.progress.drawing import minute_scale, recall_scale, scale_for, spread_labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quizapp.models import Learner
    from quizapp.operations.reports import HeatDay, TopicMemory, TopicSum

bp = Blueprint("progress", __name__, url_prefix="/progress")

#: Days of a period by what stands in the address; None is from the first day on.
_PERIODS: dict[str, int | None] = {"30": 30, "90": 90, "365": 365, "all": None}
_WEEKS = 52


@bp.get("/")
def index() -> str:
    """Show the learner's charts, each with its numbers."""
    learner = current_learner()
    if learner is None:
        return render_template("progress/empty.html")
    today = today_of(learner, clock.now())
    totals = reports.count_totals(learner.id, today, rhythm.list_pauses(learner))
    quizzes = reports.list_quizzes(learner.id)
    if not totals.reviews and not quizzes:
        return render_template("progress/empty.html")
    period = request.args.get("days", "30")
    if period not in _PERIODS:
        period = "30"
    first = _first_day(period, today, totals.first_on)
    return render_template(
        "progress/index.html",
        totals=totals,
        quizzes=quizzes,
        states_certainty=bool(reports.load_certainty(learner.id, clock.now()).takes),
        period=period,
        periods=tuple(_PERIODS),
        since=first,
        today=today,
        shows_streak=learner.shows_streak,
        wanted=learner.desired_retention,
        **_days(learner, first, today),
        **_recall(learner, first, today),
        topics=_topics(learner, first, today),
        **_ahead(learner, today),
        **_weights(learner, totals.predicted_reviews),
    )


@bp.get("/certainty")
def certainty() -> str:
    """Show how certain the learner said to be in quizzes, against how often that was right."""
    learner = current_learner()
    report = None if learner is None else reports.load_certainty(learner.id, clock.now())
    return render_template(
        "progress/certainty.html",
        report=report if report is not None and report.levels else None,
        verdict=None if report is None else judge(report.levels),
        judge=judge,
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


def _first_day(period: str, today: date, first_on: date | None) -> date:
    days = _PERIODS[period]
    if days is not None:
        return today - timedelta(days=days - 1)
    # A chart of a single day says nothing.
    return min(first_on or today, today - timedelta(days=29))


def _days(learner: Learner, first: date, today: date) -> dict[str, Any]:
    """Return what was done on the days of the period, and on those of the last year."""
    heat_first = today - timedelta(days=today.weekday() + 7 * (_WEEKS - 1))
    every = reports.list_days(learner.id, min(first, heat_first), today)
    days = [day for day in every if day.day >= first]
    heat = reports.heat_of([day for day in every if day.day >= heat_first])
    spans = reports.sum_spans(days)
    return {
        "spans": spans,
        "step": "day" if len(days) <= 92 else "week" if len(days) <= 371 else "month",
        "period_sum": reports.sum_days(first, days),
        "labelled": spread_labels(len(spans)),
        "review_scale": scale_for(max(span.reviews for span in spans)),
        "minute_scale": minute_scale(max(span.seconds for span in spans) / 60),
        "gain_scale": scale_for(max(span.gained for span in spans)),
        "heat": heat,
        "halves": (heat[: 7 * _WEEKS // 2], heat[7 * _WEEKS // 2 :]),
        "weeks": _weeks(heat),
    }


def _recall(learner: Learner, first: date, today: date) -> dict[str, Any]:
    """Return recall promised and reached: in the period by tenths and by form, in the last year by month."""
    sums = reports.read_recall(learner.id, first, today)
    fiction = reports.read_recall(learner.id, first, today, fiction=True)
    calibration = reports.calibrate(sums)
    months = reports.recall_by_month(learner.id, today)
    lowest = [] if calibration is None else [tenth.low for tenth in calibration.tenths]
    lowest += [] if calibration is None else [tenth.promised for tenth in calibration.tenths]
    return {
        "calibration": calibration,
        "calibration_scale": recall_scale(lowest),
        "invented": reports.calibrate(fiction),
        "ways": reports.sum_ways(sums),
        "forms": reports.sum_forms(sums),
        "months": months,
        "month_scale": recall_scale([min(month.promised, month.reached) for month in months]),
    }


def _topics(
    learner: Learner, first: date, today: date
) -> list[tuple[tuple[str, str], list[tuple[TopicMemory, TopicSum | None]]]]:
    """Return for each set its topics, with the memory of today and what was done in the period."""
    done = reports.sum_topics(learner.id, first, today)
    rows = [
        (memory, done.get((memory.set_id, FICTION if memory.is_fiction else memory.topic)))
        for memory in reports.list_topic_memory(learner, today)
    ]
    return [
        (title, list(entries))
        for title, entries in groupby(rows, key=lambda row: (row[0].title, row[0].slug))
    ]


def _ahead(learner: Learner, today: date) -> dict[str, Any]:
    due = reports.forecast(learner.id, today)
    return {
        "overdue": due.overdue,
        "due": due.days,
        "due_scale": scale_for(max(day.cards for day in due.days)),
        "due_labelled": spread_labels(len(due.days), from_end=False),
    }


def _weights(learner: Learner, reviews: int) -> dict[str, Any]:
    """Return where the learner stands with weights of their own, and after how many days a new fact returns."""
    standing = fits.find_standing(learner.id, reviews)
    used = standing.used
    return {
        "fit": standing,
        "first_before": fits.first_return(standing.replaced, learner.desired_retention),
        "first_after": None
        if used is None
        else fits.first_return(tuple(used.weights), learner.desired_retention),
    }


def _weeks(heat: Sequence[HeatDay]) -> list[tuple[HeatDay, int, int]]:
    """Return (first day, reviews, days with reviews) of every week with reviews, the latest first."""
    weeks = [heat[start : start + 7] for start in range(0, len(heat), 7)]
    counted = [
        (week[0], sum(day.reviews for day in week), sum(day.reviews > 0 for day in week)) for week in weeks
    ]
    return [week for week in reversed(counted) if week[1]]
