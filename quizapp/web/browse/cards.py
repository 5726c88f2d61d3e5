"""Deciding about many cards at once, and taking it back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request

from quizapp import clock
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import Learner
from quizapp.operations import search, study
from quizapp.operations.study.marks import MOST_FACTS
from quizapp.operations.study.schedule import MOST_CARDS
from quizapp.web.access import require_learner
from quizapp.web.browse.searching import Search, read_search
from quizapp.web.browse.views import bp, show
from quizapp.web.rendering import day_text, plural

if TYPE_CHECKING:
    from datetime import datetime

    from werkzeug.wrappers.response import Response

#: What is decided, and how it is told of the facts that it changed.
_DONE = {
    "suspend": "suspended: never shown until you resume them",
    "resume": "resumed",
    "flag": "flagged",
    "unflag": "no longer flagged",
    "bury": "put off until tomorrow",
    "due": "due on {day}",
    "reset": "begun anew; the history stays",
}
_SCHEDULE = frozenset({"due", "reset"})
_LAST_DAY = date(9999, 12, 31)


class _NotDoneError(ValueError):
    """What was posted cannot be done; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class _Decision:
    """What was posted: an action on the facts named, or on all that the search finds."""

    action: str
    step_id: uuid.UUID
    asked: Search
    fact_ids: tuple[uuid.UUID, ...]
    is_of_all: bool
    due_on: date

    @property
    def most(self) -> int:
        """So many facts at most are changed."""
        return MOST_CARDS if self.action in _SCHEDULE else MOST_FACTS


@bp.post("/cards")
def change() -> str | Response | tuple[str, int]:
    """Decide the same about the facts that were checked, or about all that was found."""
    learner = require_learner()
    now = clock.now()
    asked = read_search(request.form)
    try:
        decision = _read(asked, study.today_of(learner, now))
        if decision.action == "reset" and request.form.get("confirm") != "yes":
            return _confirm(decision, learner, now)
        learner_id = learner.id
        changed = run_tx(lambda: _decide(db.session.get_one(Learner, learner_id), decision, now))
    except _NotDoneError as problem:
        return show(asked, learner, now, trouble=str(problem), due_on=request.form.get("due_on", "")[:10])
    except study.StepConflictError:
        flash(
            "This page was used before for something else, and nothing was changed. Try again from here.",
            "error",
        )
        return redirect(asked.url(), 303)
    if not changed:
        flash("Nothing had to be changed.", "info")
        return redirect(asked.url(), 303)
    done = _DONE[decision.action].format(day=day_text(decision.due_on))
    more = (
        " That is as many as are changed at once; do it again for the rest."
        if changed == decision.most
        else ""
    )
    flash(f"{plural(changed, 'fact')} {done}.{more}", "success")
    return redirect(asked.url(done=str(decision.step_id)), 303)


@bp.post("/undo")
def undo() -> Response:
    """Take back what was decided last."""
    learner = require_learner()
    asked = read_search(request.form)
    learner_id, now = learner.id, clock.now()
    try:
        step_id = uuid.UUID(request.form.get("step", ""))
        run_tx(
            lambda: study.undo_last(
                db.session.get_one(Learner, learner_id),
                undo_id=uuid.uuid5(step_id, "undo"),
                expected=step_id,
                now=now,
            )
        )
    except (ValueError, study.NothingToUndoError):
        flash("Nothing was taken back: something else was done since, or it was too long ago.", "error")
    else:
        flash("Taken back: everything is as it was.", "success")
    return redirect(asked.url(), 303)


def _read(asked: Search, today: date) -> _Decision:
    form = request.form
    action = form.get("action", "")
    if action not in _DONE:
        raise _NotDoneError("Choose what to do with the facts: suspend, flag, and so on.")
    try:
        step_id = uuid.UUID(form.get("step", ""))
        fact_ids = tuple(uuid.UUID(one) for one in form.getlist("fact")[:MOST_FACTS])
    except ValueError:
        raise _NotDoneError("The form came back incomplete, and nothing was changed. Try again.") from None
    is_of_all = form.get("which") == "all"
    if not is_of_all and not fact_ids:
        raise _NotDoneError("Check at least one fact first, or choose all that were found.")
    if is_of_all and asked.query is None:
        raise _NotDoneError("Mend the search first: what it finds would be changed.")
    return _Decision(
        action, step_id, asked, fact_ids, is_of_all, _read_due(today) if action == "due" else today
    )


def _read_due(today: date) -> date:
    try:
        day = date.fromisoformat(request.form.get("due_on", ""))
    except ValueError:
        raise _NotDoneError("Give the day on which they are to be due.") from None
    if not today <= day <= _LAST_DAY.replace(year=today.year + 100):
        raise _NotDoneError("The day on which they are to be due is today or later, within a hundred years.")
    return day


def _find_ids(decision: _Decision, learner: Learner, now: datetime) -> list[uuid.UUID]:
    """Return the facts that are meant and that the learner may see; those begun where the schedule is changed."""
    return search.list_fact_ids(
        decision.asked.query if decision.is_of_all else None,
        learner,
        now,
        among=None if decision.is_of_all else decision.fact_ids,
        only_begun=decision.action in _SCHEDULE,
        most=decision.most,
    )


def _decide(learner: Learner, decision: _Decision, now: datetime) -> int:
    """Do it and return how many facts it changed."""
    fact_ids = _find_ids(decision, learner, now)
    if decision.action == "reset":
        return study.reset_cards(learner, fact_ids, step_id=decision.step_id, now=now)
    if decision.action == "due":
        return study.set_due(learner, fact_ids, decision.due_on, step_id=decision.step_id, now=now)
    action = study.Action(decision.action)
    return study.change_marks(learner, fact_ids, action, step_id=decision.step_id, now=now).facts


def _confirm(decision: _Decision, learner: Learner, now: datetime) -> str:
    """Ask once more before memories are begun anew."""
    fact_ids = _find_ids(decision, learner, now)
    if not fact_ids:
        raise _NotDoneError("None of these facts was begun: there is nothing to reset.")
    return render_template(
        "browse/reset.html",
        asked=decision.asked,
        count=len(fact_ids),
        fact_ids=() if decision.is_of_all else fact_ids,
        is_of_all=decision.is_of_all,
        is_most=len(fact_ids) == decision.most,
        step_id=new_row_id(),
    )
