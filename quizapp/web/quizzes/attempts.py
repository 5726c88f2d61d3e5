"""An attempt: where it stands, what is missing before its end, and the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, url_for

from quizapp import clock
from quizapp.core import timing
from quizapp.core.attempts import Cause, Navigation
from quizapp.database import db, run_tx
from quizapp.models import Attempt
from quizapp.operations import quizzes
from quizapp.web.access import require_learner
from quizapp.web.quizzes.sitting import (
    answer_json,
    find,
    frame,
    is_closed,
    private_page,
    question_url,
    to_result,
)
from quizapp.web.quizzes.views import bp

if TYPE_CHECKING:
    import uuid

    from werkzeug.wrappers.response import Response as BaseResponse


@bp.get("/attempts/<uuid:attempt_id>/")
def attempt(attempt_id: uuid.UUID) -> BaseResponse:
    """Go to where the learner left off, on whatever device."""
    found = find(attempt_id)
    if is_closed(found):
        return to_result(attempt_id)
    if found.navigation == Navigation.PAGE:
        return redirect(url_for("quizzes.all_questions", attempt_id=attempt_id), 303)
    slots = quizzes.list_slots(found.learner_id, attempt_id)
    position = found.turn or next((slot.position for slot in slots if slot.given is None), None)
    if position is None:
        return redirect(url_for("quizzes.review", attempt_id=attempt_id), 303)
    return redirect(question_url(attempt_id, position, found.navigation), 303)


@bp.get("/attempts/<uuid:attempt_id>/state")
def state(attempt_id: uuid.UUID) -> BaseResponse:
    """Tell a page that is open where the attempt stands: another tab or a grant of time may have changed it."""
    found = find(attempt_id)
    slots = quizzes.list_slots(found.learner_id, attempt_id)
    now = clock.now()
    here = next((slot for slot in slots if slot.position == found.turn), None)
    return answer_json(
        200,
        state=found.state,
        remaining_seconds=timing.remaining_seconds(now, found.deadline_at),
        given=[slot.position for slot in slots if slot.given is not None],
        flagged=[slot.position for slot in slots if slot.is_flagged],
        turn=found.turn,
        question_seconds=None if here is None else timing.remaining_seconds(now, here.closes_at),
        sequences={slot.position: slot.sequence for slot in slots},
    )


@bp.get("/attempts/<uuid:attempt_id>/review")
def review(attempt_id: uuid.UUID) -> BaseResponse:
    """Show what is missing and what is flagged, before the end."""
    found = find(attempt_id)
    if is_closed(found):
        return to_result(attempt_id)
    return private_page("quizzes/review.html", 200, **frame(found))


@bp.post("/attempts/<uuid:attempt_id>/submit")
def submit(attempt_id: uuid.UUID) -> BaseResponse:
    """End the attempt; a second time, or after the deadline, it only leads to the result."""
    learner_id = require_learner().id
    if quizzes.find_attempt(learner_id, attempt_id) is None:
        abort(404)
    now = clock.now()
    quizzes.close_attempt(learner_id, attempt_id, now, Cause.SUBMIT)
    # Released and reviewed, if its time has come.
    find(attempt_id)
    return to_result(attempt_id)


@bp.post("/attempts/<uuid:attempt_id>/end")
def end_preview(attempt_id: uuid.UUID) -> BaseResponse:
    """End an instructor's preview: nothing of it stays."""
    learner_id = require_learner().id
    found = quizzes.find_attempt(learner_id, attempt_id)
    if found is None or not found.is_preview:
        abort(404)
    quiz_id = found.quiz_id
    run_tx(lambda: _forget(learner_id, attempt_id))
    flash("The preview ended; nothing of it was kept.", "success")
    return redirect(url_for("teaching.show", quiz_id=quiz_id), 303)


def _forget(learner_id: uuid.UUID, attempt_id: uuid.UUID) -> None:
    found = db.session.get(Attempt, (learner_id, attempt_id), populate_existing=True)
    if found is not None and found.is_preview:
        db.session.delete(found)
