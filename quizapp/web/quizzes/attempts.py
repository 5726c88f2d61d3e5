"""An attempt: one question a page, each response saved as it is given, a summary, the end and the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import abort, flash, jsonify, make_response, redirect, render_template, request, session, url_for

from quizapp import clock
from quizapp.core import timing
from quizapp.core.attempts import AttemptState, Cause, Decision, Save
from quizapp.core.grading import ResponseError
from quizapp.database import new_row_id, run_tx
from quizapp.operations import quizzes
from quizapp.operations.quizzes.making import MOST_QUESTIONS
from quizapp.operations.study import add_deck
from quizapp.web.access import require_learner, wants_json
from quizapp.web.quizzes.forms import posted_response, posted_save
from quizapp.web.quizzes.views import bp
from quizapp.web.rendering import day_text

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from flask import Response
    from werkzeug.wrappers.response import Response as BaseResponse

    from quizapp.models import Attempt
    from quizapp.operations.quizzes import Saved, Slot

# A number that no database holds is no position either.
_POSITION = f"int(max={MOST_QUESTIONS}):position"
_TOO_LATE = "This quiz was submitted in another tab or its time was up; your last change there came too late."


@bp.get("/attempts/<uuid:attempt_id>/")
def attempt(attempt_id: uuid.UUID) -> BaseResponse:
    """Go to where the learner left off."""
    found = _find(attempt_id)
    if found.state == AttemptState.CLOSED:
        return redirect(url_for("quizzes.result", attempt_id=attempt_id), 303)
    slots = quizzes.list_slots(found.learner_id, attempt_id)
    position = next((slot.position for slot in slots if slot.given is None), None)
    if position is None:
        return redirect(url_for("quizzes.review", attempt_id=attempt_id), 303)
    return redirect(url_for("quizzes.question", attempt_id=attempt_id, position=position), 303)


@bp.get(f"/attempts/<uuid:attempt_id>/<{_POSITION}>")
def question(attempt_id: uuid.UUID, position: int) -> BaseResponse:
    """Show one question."""
    found = _find(attempt_id)
    if found.state == AttemptState.CLOSED:
        return redirect(url_for("quizzes.result", attempt_id=attempt_id), 303)
    return _question_page(found, position)


@bp.post(f"/attempts/<uuid:attempt_id>/<{_POSITION}>")
def save(attempt_id: uuid.UUID, position: int) -> BaseResponse:
    """Save a response, and go where its button leads. Nothing here looks at the question or its key."""
    learner_id = require_learner().id
    found = quizzes.find_attempt(learner_id, attempt_id)
    slot = quizzes.find_slot(learner_id, attempt_id, position) if found is not None else None
    if found is None or slot is None:
        abort(404)
    deadline_at = found.deadline_at
    way = request.form.get("go", "save")
    key, sequence = posted_save()
    now = clock.now()
    try:
        content = None if way == "clear" else quizzes.read_response(slot, request.form)
    except ResponseError as problem:
        if _is_over(found):
            return _too_late(attempt_id)
        if wants_json():
            return _json(422, state="invalid", field=problem.field, message=problem.message)
        return _question_page(found, position, given=posted_response(), problem=problem, code=422)
    # Turning a page without a change saves nothing, so that it cannot overtake another tab either.
    if way not in ("save", "clear") and content == slot.given and not wants_json():
        return _leave(attempt_id, position, way, learner_id)
    done = run_tx(
        lambda: quizzes.save_response(learner_id, attempt_id, position, Save(key, sequence, content), now)
    )
    if done is None:
        abort(404)
    if done.decision == Decision.CLOSED:
        return _too_late(attempt_id)
    if wants_json():
        return _told(done, timing.remaining_seconds(now, deadline_at))
    if done.decision in (Decision.STALE, Decision.KEY_REUSED):
        return _question_page(_find(attempt_id), position, given=posted_response(), overtaken=True, code=409)
    return _leave(attempt_id, position, way, learner_id)


@bp.post(f"/attempts/<uuid:attempt_id>/<{_POSITION}>/flag")
def flag(attempt_id: uuid.UUID, position: int) -> BaseResponse:
    """Set a question's flag, or take it away, for a script; a form does it on its way."""
    learner_id = require_learner().id
    is_flagged = request.form.get("flagged") == "yes"
    if not run_tx(lambda: quizzes.flag_response(learner_id, attempt_id, position, is_flagged=is_flagged)):
        abort(404)
    return _json(200, state="saved", is_flagged=is_flagged)


@bp.get("/attempts/<uuid:attempt_id>/state")
def state(attempt_id: uuid.UUID) -> BaseResponse:
    """Tell a page that is open where the attempt stands: another tab or a grant of time may have changed it."""
    found = _find(attempt_id)
    slots = quizzes.list_slots(found.learner_id, attempt_id)
    return _json(
        200,
        state=found.state,
        remaining_seconds=timing.remaining_seconds(clock.now(), found.deadline_at),
        given=[slot.position for slot in slots if slot.given is not None],
        flagged=[slot.position for slot in slots if slot.is_flagged],
    )


@bp.get("/attempts/<uuid:attempt_id>/review")
def review(attempt_id: uuid.UUID) -> BaseResponse:
    """Show what is missing and what is flagged, before the end."""
    found = _find(attempt_id)
    if found.state == AttemptState.CLOSED:
        return redirect(url_for("quizzes.result", attempt_id=attempt_id), 303)
    return _private("quizzes/review.html", 200, **_frame(found))


@bp.post("/attempts/<uuid:attempt_id>/submit")
def submit(attempt_id: uuid.UUID) -> BaseResponse:
    """End the attempt; a second time, or after the deadline, it only leads to the result."""
    learner_id = require_learner().id
    if quizzes.find_attempt(learner_id, attempt_id) is None:
        abort(404)
    now = clock.now()
    quizzes.close_attempt(learner_id, attempt_id, now, Cause.SUBMIT)
    quizzes.review_attempt(learner_id, attempt_id, now)
    return redirect(url_for("quizzes.result", attempt_id=attempt_id), 303)


@bp.get("/attempts/<uuid:attempt_id>/result")
def result(attempt_id: uuid.UUID) -> BaseResponse:
    """Show the result of a closed attempt."""
    found = _find(attempt_id)
    if found.state != AttemptState.CLOSED:
        return redirect(url_for("quizzes.attempt", attempt_id=attempt_id), 303)
    learner = require_learner()
    row = quizzes.find_quiz(learner.id, found.quiz_id)
    if row is None:
        abort(404)
    quiz, question_set = row
    is_filtered = request.args.get("show") == "wrong"
    told = quizzes.load_result(learner, found, question_set.id, clock.now())
    return _private(
        "quizzes/result.html",
        200,
        attempt=found,
        quiz=quiz,
        question_set=question_set,
        outcome=told,
        told_here=told.told_not_right if is_filtered else told.told,
        is_filtered=is_filtered,
        finished=_local_text(found.finished_at, learner.time_zone),
    )


@bp.post("/attempts/<uuid:attempt_id>/deck")
def deck(attempt_id: uuid.UUID) -> BaseResponse:
    """Put the facts of a closed attempt's set among one's decks."""
    found = _find(attempt_id)
    learner_id = found.learner_id
    row = quizzes.find_quiz(learner_id, found.quiz_id)
    if row is None or found.state != AttemptState.CLOSED:
        abort(404)
    question_set_id, title, slug = row[1].id, row[1].title, row[1].slug
    run_tx(lambda: add_deck(learner_id, question_set_id, clock.now()))
    flash(f"“{title}” is among your decks now: its facts come back when they are due.", "success")
    return redirect(url_for("study.deck", slug=slug), 303)


def _find(attempt_id: uuid.UUID) -> Attempt:
    """Return the learner's attempt, closed if its time is over; 404 for anybody else's."""
    learner_id = require_learner().id
    found = quizzes.find_attempt(learner_id, attempt_id)
    if found is None:
        abort(404)
    if quizzes.close_if_over(found, clock.now()):
        found = quizzes.find_attempt(learner_id, attempt_id)
        if found is None:
            abort(404)
    return found


def _is_over(found: Attempt) -> bool:
    return found.state == AttemptState.CLOSED or not timing.accepts(clock.now(), found.deadline_at)


def _leave(attempt_id: uuid.UUID, position: int, way: str, learner_id: uuid.UUID) -> BaseResponse:
    """Go where a button leads: next, back, finish, a number, the report of a mistake; a flag stays here."""
    if way == "report":
        return redirect(url_for("library.attempt_mistake", attempt_id=attempt_id, position=position), 303)
    if way in ("flag", "unflag"):
        run_tx(lambda: quizzes.flag_response(learner_id, attempt_id, position, is_flagged=way == "flag"))
        target = position
    elif way.isascii() and way.isdecimal() and len(way) < 4:
        target = int(way)
    else:
        target = position + {"next": 1, "back": -1}.get(way, 0)
    last = len(quizzes.list_slots(learner_id, attempt_id))
    if way == "finish" or target > last:
        return redirect(url_for("quizzes.review", attempt_id=attempt_id), 303)
    return redirect(url_for("quizzes.question", attempt_id=attempt_id, position=max(1, target)), 303)


def _too_late(attempt_id: uuid.UUID) -> BaseResponse:
    """Lead to the result, which tells that a change came after the end; once, however many came."""
    if ("error", _TOO_LATE) not in map(tuple, session.get("_flashes", [])):
        flash(_TOO_LATE, "error")
    href = url_for("quizzes.result", attempt_id=attempt_id)
    return _json(409, state="closed", href=href) if wants_json() else redirect(href, 303)


def _local_text(moment: datetime | None, time_zone: str) -> str:
    """Return a time in the learner's zone, as it stands until a script tells it in the browser's."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(time_zone))
    return f"{day_text(local)}, {local:%H:%M %Z}"


def _told(done: Saved, remaining: int | None) -> BaseResponse:
    if done.decision in (Decision.SAVE, Decision.DUPLICATE):
        return _json(200, state="saved", sequence=done.sequence, remaining_seconds=remaining)
    return _json(409, state="overtaken", sequence=done.sequence, remaining_seconds=remaining)


def _json(code: int, **content: Any) -> BaseResponse:
    answer = jsonify(content)
    answer.status_code = code
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _private(template: str, code: int, **context: Any) -> BaseResponse:
    """Return a page that no history keeps: going back asks the server, which knows whether it may still be filled."""
    answer: Response = make_response(render_template(template, **context), code)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _frame(found: Attempt) -> dict[str, Any]:
    row = quizzes.find_quiz(found.learner_id, found.quiz_id)
    if row is None:
        abort(404)
    return {
        "attempt": found,
        "quiz": row[0],
        "slots": quizzes.list_slots(found.learner_id, found.id),
        "remaining": timing.remaining_seconds(clock.now(), found.deadline_at),
    }


def _question_page(
    found: Attempt,
    position: int,
    *,
    given: dict[str, str] | None = None,
    problem: ResponseError | None = None,
    overtaken: bool = False,
    code: int = 200,
) -> BaseResponse:
    frame = _frame(found)
    slot: Slot | None = next((one for one in frame["slots"] if one.position == position), None)
    if slot is None:
        abort(404)
    return _private(
        "quizzes/question.html",
        code,
        **frame,
        slot=slot,
        shown=quizzes.show_question(found.learner_id, found.id, position),
        given=slot.given if given is None else given,
        problem=problem,
        overtaken=overtaken,
        save_key=new_row_id(),
        sequence=slot.sequence + 1,
    )
