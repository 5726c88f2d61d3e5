"""Saving a page of all questions at once, as a browser without scripts sends it: nothing of it is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, redirect, request, url_for

from quizapp import clock
from quizapp.core import timing
from quizapp.core.attempts import Decision, Navigation, Save
from quizapp.core.grading import ResponseError
from quizapp.database import run_tx
from quizapp.operations import quizzes
from quizapp.web.access import require_learner
from quizapp.web.quizzes.posted import certainty_in, read_posted, response_in, split_posted
from quizapp.web.quizzes.questions import CameBack, show_all
from quizapp.web.quizzes.saving import BLANK, OVERTAKEN, REFUSALS, check_saved, find_asked, leave
from quizapp.web.quizzes.sitting import find, flash_once, too_late
from quizapp.web.quizzes.views import bp

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import datetime

    from werkzeug.wrappers.response import Response as BaseResponse

    from quizapp.models import Attempt


@bp.post("/attempts/<uuid:attempt_id>/all")
def save_all(attempt_id: uuid.UUID) -> BaseResponse:
    """Save every response of the page that changed: what cannot be read keeps none of the others back."""
    learner_id, now = require_learner().id, clock.now()
    found = quizzes.find_attempt(learner_id, attempt_id)
    if found is None or found.navigation != Navigation.PAGE:
        abort(404)
    deadline_at = found.deadline_at
    posted = split_posted(request.form)
    way, target = _way()
    saves, back = _read(found, posted, way, target)

    def unit() -> dict[int, Decision]:
        done = {
            position: quizzes.save_response(learner_id, attempt_id, position, sent, now)
            for position, sent in saves.items()
        }
        return {position: one.decision for position, one in done.items() if one is not None}

    decisions = run_tx(unit) if saves else {}
    if Decision.CLOSED in decisions.values() or (back and not timing.accepts(now, deadline_at)):
        return too_late(attempt_id)
    for position, decision in decisions.items():
        if decision in OVERTAKEN:
            fields = posted[position]
            back[position] = CameBack(response_in(fields), certainty_in(fields), is_overtaken=True)
        elif decision in REFUSALS:
            flash_once(REFUSALS[decision])
    if back:
        code = 409 if all(one.is_overtaken for one in back.values()) else 422
        return show_all(find(attempt_id), back, code)
    return _leave(learner_id, attempt_id, way, target, now)


def _way() -> tuple[str, int | None]:
    """Return what the button does, and to which question: `check-7` checks the seventh."""
    way, _, number = request.form.get("go", "save").partition("-")
    return way, int(number) if number.isascii() and number.isdecimal() and len(number) < 4 else None


def _read(
    found: Attempt, posted: Mapping[int, Mapping[str, str]], way: str, target: int | None
) -> tuple[dict[int, Save], dict[int, CameBack]]:
    """Return what is to be saved, and what cannot be taken, by position."""
    asks_certainty = bool(found.marking.get("certainty"))
    saves: dict[int, Save] = {}
    back: dict[int, CameBack] = {}
    for slot in quizzes.list_slots(found.learner_id, found.id):
        fields = posted.get(slot.position)
        if fields is None or slot.checked_at is not None:
            continue
        one = read_posted(fields)
        is_meant = slot.position == target
        is_cleared = way == "clear" and is_meant
        certainty = one.certainty if asks_certainty and not is_cleared else None
        try:
            content = None if is_cleared else quizzes.read_response(slot, fields)
        except ResponseError as problem:
            back[slot.position] = CameBack(response_in(fields), certainty, problem)
            continue
        if way == "check" and is_meant and content is None:
            back[slot.position] = CameBack({}, certainty, ResponseError("", BLANK))
        elif content != slot.given or certainty != slot.certainty:
            saves[slot.position] = Save(one.key, one.sequence, content, certainty)
    return saves, back


def _leave(
    learner_id: uuid.UUID, attempt_id: uuid.UUID, way: str, target: int | None, now: datetime
) -> BaseResponse:
    """Go where a button of the page leads."""
    if way == "finish":
        return redirect(url_for("quizzes.review", attempt_id=attempt_id), 303)
    if target is None:
        flash_once("Saved: every response on this page.", "success")
        return redirect(url_for("quizzes.all_questions", attempt_id=attempt_id), 303)
    asked = find_asked(learner_id, attempt_id, target)
    if way == "check" and asked.checks:
        return check_saved(asked, learner_id, attempt_id, now)
    return leave(asked, learner_id, attempt_id, way, now)
