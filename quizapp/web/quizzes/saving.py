"""What an attempt is sent of one question: its response, its flag, a check; and where their buttons lead.

Saving is the hot path: it asks for the session, the place of the question and the save, and renders nothing. Nothing
here looks at a question or its key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import abort, redirect, request, url_for

from quizapp import clock
from quizapp.core import timing
from quizapp.core.attempts import CheckDecision, Decision, Navigation, Save
from quizapp.core.grading import ResponseError
from quizapp.database import run_tx
from quizapp.operations import quizzes
from quizapp.web.access import require_learner_id, wants_json
from quizapp.web.quizzes.posted import certainty_in, read_posted, response_in
from quizapp.web.quizzes.questions import CameBack, show_again
from quizapp.web.quizzes.sitting import POSITION, answer_json, find, flash_once, question_url, too_late
from quizapp.web.quizzes.views import bp

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from werkzeug.wrappers.response import Response as BaseResponse

    from quizapp.operations.quizzes import Asked, Saved

_KEPT: Final = frozenset({Decision.SAVE, Decision.DUPLICATE})
OVERTAKEN: Final = frozenset({Decision.STALE, Decision.KEY_REUSED})
#: Buttons that send a response whether or not it changed.
_SAVING: Final = frozenset({"save", "clear"})
REFUSALS: Final = {
    Decision.NOT_ITS_TURN: "You had gone on from that question; what was saved of it until then counts.",
    Decision.FIXED: "That question was checked already; its response stays as it was.",
    Decision.QUESTION_OVER: "The time for that question was over; what was saved of it until then counts.",
}
BLANK: Final = "Give a response first; a blank is not checked."


@bp.post(f"/attempts/<uuid:attempt_id>/<{POSITION}>")
def save(attempt_id: uuid.UUID, position: int) -> BaseResponse:
    """Save a response, and go where its button leads."""
    learner_id, now = require_learner_id(), clock.now()
    asked = find_asked(learner_id, attempt_id, position)
    fields = request.form
    way = fields.get("go", "save").partition("-")[0]
    if way == "check" and asked.checks:
        return check(attempt_id, position)
    # What is fixed stands without fields: only the button counts.
    if "save_key" not in fields and asked.is_fixed(now):
        return leave(asked, learner_id, attempt_id, way, now)
    posted = read_posted(fields)
    try:
        content = None if way == "clear" else quizzes.read_response(asked, fields)
    except ResponseError as problem:
        return _invalid(asked, attempt_id, problem, now)
    certainty = posted.certainty if asked.asks_certainty and way != "clear" else None
    if way == "next" and _is_missing(asked, content, certainty) and not wants_json():
        back = CameBack(response_in(fields), certainty, leaves_blank=True)
        return show_again(find(attempt_id), position, back, 422)
    # Turning a page without a change saves nothing, so that it cannot overtake another tab either.
    is_same = content == asked.given and certainty == asked.certainty
    if is_same and way not in _SAVING and not wants_json():
        return leave(asked, learner_id, attempt_id, way, now)
    sent = Save(posted.key, posted.sequence, content, certainty)
    done = run_tx(lambda: quizzes.save_response(learner_id, attempt_id, position, sent, now))
    refused = _refused(done, asked, attempt_id, now)
    if refused is not None:
        return refused
    if wants_json():
        return answer_json(200, state="saved", sequence=_sequence(done), **_clocks(asked, now))
    return leave(asked, learner_id, attempt_id, way, now)


@bp.post(f"/attempts/<uuid:attempt_id>/<{POSITION}>/check")
def check(attempt_id: uuid.UUID, position: int) -> BaseResponse:
    """Save a response and check it: it is fixed from then on, and its key is told. A blank one is not checked."""
    learner_id, now = require_learner_id(), clock.now()
    asked = find_asked(learner_id, attempt_id, position)
    if not asked.checks:
        abort(404)
    if not asked.is_its_turn:
        return _turned(asked, attempt_id, now)
    fields = request.form
    if not asked.is_checked and "save_key" in fields:
        posted = read_posted(fields)
        try:
            content = quizzes.read_response(asked, fields)
            if content is None:
                raise ResponseError("", BLANK)  # noqa: TRY301 - told as what cannot be read is
        except ResponseError as problem:
            return _invalid(asked, attempt_id, problem, now)
        certainty = posted.certainty if asked.asks_certainty else None
        if content != asked.given or certainty != asked.certainty:
            sent = Save(posted.key, posted.sequence, content, certainty)
            done = run_tx(lambda: quizzes.save_response(learner_id, attempt_id, position, sent, now))
            refused = _refused(done, asked, attempt_id, now)
            if refused is not None:
                return refused
    return check_saved(asked, learner_id, attempt_id, now)


@bp.post(f"/attempts/<uuid:attempt_id>/<{POSITION}>/flag")
def flag(attempt_id: uuid.UUID, position: int) -> BaseResponse:
    """Set a question's flag, or take it away, for a script; a form does it on its way."""
    learner_id, now = require_learner_id(), clock.now()
    is_flagged = request.form.get("flagged") == "yes"
    if not run_tx(
        lambda: quizzes.flag_response(learner_id, attempt_id, position, now, is_flagged=is_flagged)
    ):
        abort(404)
    return answer_json(200, state="saved", is_flagged=is_flagged)


def find_asked(learner_id: uuid.UUID, attempt_id: uuid.UUID, position: int) -> Asked:
    """Return one question's place in the learner's attempt; 404 without one."""
    asked = quizzes.find_asked(learner_id, attempt_id, position)
    if asked is None:
        abort(404)
    return asked


def _is_missing(asked: Asked, content: object, certainty: int | None) -> bool:
    """Whether a question that is left for good lacks something."""
    if asked.navigation != Navigation.FORWARD or not asked.is_its_turn:
        return False
    return content is None or (asked.asks_certainty and certainty is None)


def _clocks(asked: Asked, now: datetime) -> dict[str, int | None]:
    return {
        "remaining_seconds": timing.remaining_seconds(now, asked.deadline_at),
        "question_seconds": timing.remaining_seconds(now, asked.closes_at),
    }


def _sequence(done: Saved | None) -> int:
    return 0 if done is None else done.sequence


def _invalid(asked: Asked, attempt_id: uuid.UUID, problem: ResponseError, now: datetime) -> BaseResponse:
    """Give back what cannot be read as a response."""
    if not asked.is_open or not timing.accepts(now, asked.deadline_at):
        return too_late(attempt_id)
    if wants_json():
        return answer_json(422, state="invalid", field=problem.field, message=problem.message)
    back = CameBack(response_in(request.form), certainty_in(request.form), problem)
    return show_again(find(attempt_id), asked.position, back, 422)


def _refused(done: Saved | None, asked: Asked, attempt_id: uuid.UUID, now: datetime) -> BaseResponse | None:
    """Tell why a response was not saved; None where it was."""
    if done is None:
        abort(404)
    if done.decision in _KEPT:
        return None
    if done.decision == Decision.CLOSED:
        return too_late(attempt_id)
    is_overtaken = done.decision in OVERTAKEN
    if wants_json():
        state = "overtaken" if is_overtaken else done.decision.value
        return answer_json(409, state=state, sequence=done.sequence, **_clocks(asked, now))
    if is_overtaken:
        back = CameBack(response_in(request.form), certainty_in(request.form), is_overtaken=True)
        return show_again(find(attempt_id), asked.position, back, 409)
    flash_once(REFUSALS[done.decision])
    return redirect(question_url(attempt_id, asked.turn or asked.position, asked.navigation), 303)


def _turned(asked: Asked, attempt_id: uuid.UUID, now: datetime) -> BaseResponse:
    """Lead to the question whose turn it is."""
    if wants_json():
        return answer_json(
            409, state=Decision.NOT_ITS_TURN.value, sequence=asked.sequence, **_clocks(asked, now)
        )
    return redirect(question_url(attempt_id, asked.turn or asked.position, asked.navigation), 303)


def check_saved(asked: Asked, learner_id: uuid.UUID, attempt_id: uuid.UUID, now: datetime) -> BaseResponse:
    """Check what is saved of a question, and lead to where it is told."""
    done = quizzes.check_response(learner_id, attempt_id, asked.position, now)
    if done is None or done.decision == CheckDecision.OFF:
        abort(404)
    if done.decision == CheckDecision.CLOSED:
        return too_late(attempt_id)
    if done.decision == CheckDecision.NOT_ITS_TURN:
        return _turned(asked, attempt_id, now)
    if done.decision == CheckDecision.BLANK:
        return _invalid(asked, attempt_id, ResponseError("", BLANK), now)
    href = question_url(attempt_id, asked.turn or asked.position, asked.navigation)
    return answer_json(200, state="checked", href=href) if wants_json() else redirect(href, 303)


def leave(
    asked: Asked, learner_id: uuid.UUID, attempt_id: uuid.UUID, way: str, now: datetime
) -> BaseResponse:
    """Go where a button leads: next, back, finish, a number, the report of a mistake; a flag stays here."""
    position = asked.position
    if way == "report":
        return redirect(url_for("library.attempt_mistake", attempt_id=attempt_id, position=position), 303)
    if way in ("flag", "unflag"):
        run_tx(lambda: quizzes.flag_response(learner_id, attempt_id, position, now, is_flagged=way == "flag"))
        target = position
    elif way.isascii() and way.isdecimal() and len(way) < 4:
        target = int(way)
    else:
        target = position + {"next": 1, "leave": 1, "back": -1}.get(way, 0)
    last = len(quizzes.list_slots(learner_id, attempt_id))
    if way == "finish" or target > last:
        return redirect(url_for("quizzes.review", attempt_id=attempt_id), 303)
    if asked.turn is not None:
        # Sent twice it is the same turn; no button leads further than to the next.
        if target == position + 1 and asked.is_its_turn:
            run_tx(lambda: quizzes.turn_to(learner_id, attempt_id, target, now))
        else:
            target = asked.turn
    return redirect(question_url(attempt_id, max(1, target), asked.navigation), 303)
