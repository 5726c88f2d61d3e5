"""Reporting a mistake in a question or a fact, from wherever it is shown."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_limiter.util import get_remote_address

from quizapp import clock
from quizapp.core.attempts import AttemptState
from quizapp.database import run_tx
from quizapp.extensions import limiter
from quizapp.models.mistakes import ReportState
from quizapp.operations import mistakes
from quizapp.operations.quizzes import find_attempt
from quizapp.web.access import (
    current_learner,
    current_user_or_none,
    ensure_learner,
    guest_learner_id,
    require_learner,
)
from quizapp.web.library.forms import MistakeForm
from quizapp.web.library.views import bp

if TYPE_CHECKING:
    from werkzeug.wrappers.response import Response

    from quizapp.models import Attempt, MistakeReport

_UNPROCESSABLE = 422
_MOST_DIGITS = 6
_LONGEST_SLUG = 80


def _who() -> str:
    """Return whose reports are counted: a user's, a guest's, else those of an address."""
    user = current_user_or_none()
    return str(user.id if user is not None else guest_learner_id() or get_remote_address())


def _is_kept(response: Response) -> bool:
    return response.status_code != _UNPROCESSABLE


_by_learner = limiter.limit("20 per hour", key_func=_who, methods=["POST"], deduct_when=_is_kept)
_by_address = limiter.limit("120 per hour", methods=["POST"], deduct_when=_is_kept)


@bp.route("/questions/<uuid:question_id>/mistake", methods=["GET", "POST"])
@_by_learner
@_by_address
def question_mistake(question_id: uuid.UUID) -> str | Response | tuple[str, int]:
    """Report a mistake in a question: its stem is shown, its key never."""
    learner = current_learner()
    return _report(
        mistakes.find_question(question_id, None if learner is None else learner.id, _revision()),
        url_for("library.question_mistake", question_id=question_id, **_sitting(), **_studying()),
    )


@bp.route("/facts/<uuid:fact_id>/mistake", methods=["GET", "POST"])
@_by_learner
@_by_address
def fact_mistake(fact_id: uuid.UUID) -> str | Response | tuple[str, int]:
    """Report a mistake in a fact."""
    learner = current_learner()
    return _report(
        mistakes.find_fact(fact_id, None if learner is None else learner.id, _revision()),
        url_for("library.fact_mistake", fact_id=fact_id, **_sitting(), **_studying()),
    )


@bp.get("/attempts/<uuid:attempt_id>/<int(max=200):position>/mistake")
def attempt_mistake(attempt_id: uuid.UUID, position: int) -> Response:
    """Lead from a question of an attempt to its form, with the way back."""
    question_id = mistakes.find_asked(require_learner().id, attempt_id, position)
    if question_id is None:
        abort(404)
    form = url_for("library.question_mistake", question_id=question_id, attempt=attempt_id, position=position)
    return redirect(form, 303)


@bp.get("/mistakes")
def own_mistakes() -> str:
    """List what the learner reported, and what became of it."""
    learner = current_learner()
    outcomes = [] if learner is None else mistakes.list_outcomes(learner.id)
    user = current_user_or_none()
    return render_template(
        "library/mistakes.html",
        outcomes=outcomes,
        seen={outcome.question_set.id for outcome in outcomes if outcome.question_set.can_see(user)},
        most=mistakes.MOST_LISTED,
    )


@bp.post("/mistakes/seen")
def put_news_away() -> Response:
    """Tell no more on Today what became of these reports."""
    learner_id, now = require_learner().id, clock.now()
    shown = [found for found in map(_as_id, request.form.getlist("report")[: mistakes.MOST_LISTED]) if found]
    run_tx(lambda: mistakes.put_news_away(learner_id, shown, now))
    return redirect(url_for("home.index"), 303)


@bp.app_template_global("own_report")
def find_own(item_id: uuid.UUID) -> MistakeReport | None:
    """Return what the learner last reported on a question or a fact; read once for all of a page."""
    if "own_reports" not in g:
        learner = current_learner()
        g.own_reports = {} if learner is None else mistakes.list_own_reports(learner.id)
    found: MistakeReport | None = g.own_reports.get(item_id)
    return found


def _report(target: mistakes.Target | None, here: str) -> str | Response | tuple[str, int]:
    learner = current_learner()
    learner_id = None if learner is None else learner.id
    if target is None:
        abort(404)
    is_seen = target.question_set.can_see(current_user_or_none())
    if not is_seen and not mistakes.has_met(learner_id, target.question_set.id):
        abort(404)
    own = mistakes.find_own_report(learner_id, target)
    is_open = own is not None and own.state == ReportState.OPEN
    form = MistakeForm(
        of_fact=target.question_id is None,
        reason=own.reason if own is not None and is_open else None,
        words=own.words if own is not None and is_open else "",
        revision=str(target.revision),
    )
    if form.validate_on_submit():
        reason, words = form.reason.data, form.words.data
        reporter_id, now = ensure_learner().id, clock.now()
        run_tx(lambda: mistakes.report_mistake(reporter_id, target, reason, words, now))
        flash("Thank you, reported. Whoever keeps this set will look at it.", "success")
        return redirect(here, 303)
    sitting = _open_attempt()
    page = render_template(
        "library/mistake.html",
        form=form,
        target=target,
        own=own,
        is_open=is_open,
        here=here,
        ways=_ways(target, is_seen=is_seen),
        is_sitting=sitting is not None,
        is_timed=sitting is not None and sitting.deadline_at is not None,
        has_reported=own is not None or (learner_id is not None and mistakes.has_reported(learner_id)),
    )
    return (page, _UNPROCESSABLE) if form.errors else page


def _revision() -> int | None:
    """Return the revision that was shown where the link was, as the address or the form has it."""
    given = request.form.get("revision") or request.args.get("revision") or ""
    return int(given) if given.isascii() and given.isdecimal() and len(given) <= _MOST_DIGITS else None


def _sitting() -> dict[str, Any]:
    """Return the attempt and the position that the address names, for the way back."""
    try:
        attempt_id = uuid.UUID(request.args.get("attempt", ""))
        position = int(request.args.get("position", "")[:3])
    except ValueError:
        return {}
    return {"attempt": attempt_id, "position": position}


def _studying() -> dict[str, Any]:
    """Return what is studied, as the address names it, for the way back: a set or all, how many beyond the limit."""
    if "study" not in request.args:
        return {}
    more = request.args.get("more", "")
    is_number = more.isascii() and more.isdecimal() and len(more) <= _MOST_DIGITS
    return {"study": request.args["study"][:_LONGEST_SLUG], **({"more": more} if is_number else {})}


def _open_attempt() -> Attempt | None:
    """Return the open quiz that the form was opened from."""
    way, learner = _sitting(), current_learner()
    found = None if learner is None or not way else find_attempt(learner.id, way["attempt"])
    return found if found is not None and found.state == AttemptState.OPEN else None


def _ways(target: mistakes.Target, *, is_seen: bool) -> list[tuple[str, str]]:
    """Return words and address of each way on, the way back first: to the quiz, to studying, the fact, else the set."""
    way = _sitting()
    if way:
        names = {"attempt_id": way["attempt"]}
        if _open_attempt() is not None:
            question = url_for("quizzes.question", position=way["position"], **names)
            return [(f"Back to question {way['position']}", question)]
        result = url_for("quizzes.result", _anchor=f"question-{way['position']}", **names)
        return [("Back to the result", result)]
    ways = []
    studied = _studying()
    if studied:
        # The card that was looked at comes first, if it is not rated yet.
        slug, words = studied.pop("study"), {**studied, "card": target.fact_id}
        address = url_for("study.deck", slug=slug, **words) if slug else url_for("study.index", **words)
        ways.append(("Back to studying", address))
    slug = target.question_set.slug
    if not is_seen:
        ways.append(("Back to today", url_for("home.index")))
    elif target.fact_key is not None:
        ways.append(("To the fact", url_for("library.fact", slug=slug, key=target.fact_key)))
    else:
        ways.append(("To the set", url_for("library.bank", slug=slug)))
    return ways


def _as_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
