"""The page of planning: what is overdue, a pause, easy days, and the address of one's calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for

from quizapp import clock
from quizapp.core import backlog as rules
from quizapp.database import db, run_tx
from quizapp.jobs.reminders import base_address
from quizapp.models import Learner
from quizapp.operations import rhythm, study
from quizapp.web.access import current_learner, require_learner
from quizapp.web.rendering import day_text
from quizapp.web.rhythm.forms import DAYS, EasyDaysForm, PauseForm, SpanForm

if TYPE_CHECKING:
    import uuid

    from werkzeug.wrappers.response import Response

bp = Blueprint("rhythm", __name__, url_prefix="/rhythm")


@bp.get("/")
def index() -> str | tuple[str, int]:
    """Show what is overdue, and what can be arranged; `days` is a span to look at."""
    learner = current_learner()
    if learner is None:
        return render_template("rhythm/empty.html")
    span = SpanForm(request.args, meta={"csrf": False}) if "days" in request.args else None
    if span is not None and not span.validate():
        return _page(learner, span=span)
    return _page(learner, looked_at=None if span is None else span.days.data)


@bp.get("/backlog")
@bp.get("/pause")
@bp.get("/easy-days")
def again() -> Response:
    """Lead who reloads the answer to a form back to the page."""
    return redirect(url_for("rhythm.index"))


@bp.post("/backlog")
def spread() -> Response | tuple[str, int] | str:
    """Spread what is overdue over some days."""
    learner = require_learner()
    form = SpanForm()
    if not form.validate():
        return _page(learner, span=form)
    learner_id, today, days = learner.id, study.today_of(learner, clock.now()), form.days.data
    through = run_tx(lambda: rhythm.start_relief(learner_id, days, today))
    flash(f"What is overdue is spread over {days} days, through {day_text(through)}.", "success")
    return redirect(url_for("rhythm.index"), 303)


@bp.post("/backlog/end")
def gather() -> Response:
    """Show everything that is due at once again."""
    learner_id = require_learner().id
    run_tx(lambda: rhythm.end_relief(learner_id))
    flash("Everything that is due is shown again.", "success")
    return redirect(url_for("rhythm.index"), 303)


@bp.post("/pause")
def pause() -> Response | tuple[str, int] | str:
    """Begin a pause, or move its end."""
    learner = require_learner()
    learner_id = learner.id
    today = study.today_of(learner, clock.now())
    form = PauseForm(today=today)
    if not form.validate():
        return _page(learner, pause=form)
    first, last = form.first.data, form.last.data
    run_tx(lambda: rhythm.pause(learner_id, first, last, today))
    days = f"on {day_text(first)}" if first == last else f"from {day_text(first)} through {day_text(last)}"
    flash(f"Nothing is due {days}, and your streak is kept.", "success")
    return redirect(url_for("rhythm.index"), 303)


@bp.post("/pause/end")
def resume() -> Response:
    """End a pause today."""
    learner = require_learner()
    learner_id, today = learner.id, study.today_of(learner, clock.now())
    run_tx(lambda: rhythm.resume(learner_id, today))
    flash("The pause is over. Your streak is kept.", "success")
    return redirect(url_for("home.index" if request.form.get("from") == "home" else "rhythm.index"), 303)


@bp.post("/easy-days")
def easy_days() -> Response | tuple[str, int] | str:
    """Say on which days of the week there is less to do."""
    learner = require_learner()
    learner_id = learner.id
    form = EasyDaysForm(shares=learner.easy_days)
    if not form.validate():
        return _page(learner, easy=form)
    shares = form.shares
    run_tx(lambda: _set_easy_days(learner_id, shares))
    flash("Your days are saved. New due dates keep to them.", "success")
    return redirect(url_for("rhythm.index", _anchor="days"), 303)


@bp.post("/calendar")
def renew_calendar() -> Response:
    """Give the calendar an address, or another one."""
    learner = require_learner()
    learner_id, had_one = learner.id, learner.calendar_key is not None
    run_tx(lambda: rhythm.renew_calendar(learner_id))
    words = (
        "The calendar has a new address; the old one leads nowhere." if had_one else "Here is the address."
    )
    flash(words, "success")
    return redirect(url_for("rhythm.index", _anchor="calendar"), 303)


@bp.post("/calendar/revoke")
def revoke_calendar() -> Response:
    """Let no address lead to the calendar."""
    learner_id = require_learner().id
    run_tx(lambda: rhythm.revoke_calendar(learner_id))
    flash("The address leads nowhere from now on.", "success")
    return redirect(url_for("rhythm.index", _anchor="calendar"), 303)


def _page(
    learner: Learner,
    *,
    looked_at: int | None = None,
    span: SpanForm | None = None,
    pause: PauseForm | None = None,
    easy: EasyDaysForm | None = None,
) -> str | tuple[str, int]:
    """Return the page, with the form that was refused as it was sent."""
    now = clock.now()
    today = study.today_of(learner, now)
    spans = sorted({*rules.SPANS, *([looked_at] if looked_at else [])})
    backlog = rhythm.load_backlog(learner, [made.id for _, made in rhythm.open_decks(learner)], now, spans)
    in_pause = rhythm.is_paused(learner, today)
    still_to_come = learner.paused_from is not None and learner.paused_from > today
    page = render_template(
        "rhythm/index.html",
        learner=learner,
        today=today,
        backlog=backlog,
        looked_at=looked_at,
        relief_through=learner.relief_through
        if learner.relief_through is not None and learner.relief_through >= today
        else None,
        in_pause=in_pause,
        has_pause=in_pause or still_to_come,
        days=list(zip(DAYS, EasyDaysForm.names(), strict=True)),
        span_form=span or SpanForm(formdata=None),
        pause_form=pause or PauseForm(formdata=None, today=today),
        easy_form=easy or EasyDaysForm(formdata=None, shares=learner.easy_days),
        calendar=_calendar_address(learner),
    )
    refused = [form for form in (span, pause, easy) if form is not None]
    return (page, 422) if refused else page


def _calendar_address(learner: Learner) -> str | None:
    """Return the full address of the learner's calendar, from the settings and never from what a request says."""
    if learner.calendar_key is None:
        return None
    config = current_app.config["QUIZAPP"]
    token = rhythm.calendar_token(config.secret_key, learner.id, learner.calendar_key)
    return (base_address(config) or "") + url_for("rhythm.calendar", token=token)


def _set_easy_days(learner_id: uuid.UUID, shares: list[int]) -> None:
    db.session.get_one(Learner, learner_id).easy_days = shares
