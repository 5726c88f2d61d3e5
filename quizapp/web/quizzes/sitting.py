"""What the pages of an attempt share: whose it is, its frame, answers that nobody keeps, and being too late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import abort, flash, jsonify, make_response, redirect, render_template, session, url_for

from quizapp import clock
from quizapp.core import timing
from quizapp.core.attempts import AttemptState, Navigation
from quizapp.core.disclosure import Item, Phase
from quizapp.core.quiz_contents import MOST_QUESTIONS
from quizapp.database import db
from quizapp.models import Quiz
from quizapp.operations import quizzes
from quizapp.web.access import former_owner, owner_tag, require_learner, wants_json
from quizapp.web.rendering import day_text

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from flask import Response
    from werkzeug.wrappers.response import Response as BaseResponse

    from quizapp.models import Attempt
    from quizapp.operations.quizzes import Slot
    from quizapp.operations.quizzes.results import Line

#: A number that no database holds is no position either.
POSITION = f"int(max={MOST_QUESTIONS}):position"
_TOO_LATE = "This quiz was submitted in another tab or its time was up; your last change there came too late."


def find(attempt_id: uuid.UUID) -> Attempt:
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


def is_closed(found: Attempt) -> bool:
    """Return whether an attempt has ended."""
    return found.state == AttemptState.CLOSED


def frame(found: Attempt, slots: Sequence[Slot] | None = None) -> dict[str, Any]:
    """Return what every page of an open attempt shows around its questions."""
    now = clock.now()
    quiz = db.session.get_one(Quiz, found.quiz_id)
    slots = quizzes.list_slots(found.learner_id, found.id) if slots is None else slots
    return {
        "attempt": found,
        "quiz": quiz,
        "slots": slots,
        "titles": titles_of(quiz, slots),
        "asks_certainty": bool(found.marking.get("certainty")),
        "with_marks": any(slot.weight != 1 for slot in slots),
        "explains": quiz.disclosure.shows(Item.EXPLANATIONS, Phase.DURING),
        "shows_result": quiz.disclosure.shows(Item.SCORE, Phase.AFTER),
        "owner_mark": owner_tag(found.learner_id),
        "former_mark": former_owner(),
        "remaining": timing.remaining_seconds(now, found.deadline_at),
    }


def titles_of(quiz: Quiz, slots: Sequence[Slot | Line]) -> dict[int, str]:
    """Return the title of each section by its number; none where there is one section without a title."""
    sections = quiz.rule.sections
    return {
        number: sections[number - 1].title
        for number in sorted({slot.section for slot in slots})
        if number <= len(sections) and sections[number - 1].title
    }


def question_url(attempt_id: uuid.UUID, position: int, navigation: str) -> str:
    """Return where a question is shown."""
    if navigation == Navigation.PAGE:
        return url_for("quizzes.all_questions", attempt_id=attempt_id, _anchor=f"question-{position}")
    return url_for("quizzes.question", attempt_id=attempt_id, position=position)


def to_result(attempt_id: uuid.UUID) -> BaseResponse:
    """Lead to the result, or to what is told instead of it."""
    return redirect(url_for("quizzes.result", attempt_id=attempt_id), 303)


def too_late(attempt_id: uuid.UUID) -> BaseResponse:
    """Lead to the result, which tells that a change came after the end; once, however many came."""
    flash_once(_TOO_LATE)
    href = url_for("quizzes.result", attempt_id=attempt_id)
    return answer_json(409, state="closed", href=href) if wants_json() else redirect(href, 303)


def flash_once(words: str, kind: str = "error") -> None:
    """Tell something on the next page, once, however often it happened until then."""
    if (kind, words) not in map(tuple, session.get("_flashes", [])):
        flash(words, kind)


def local_text(moment: datetime | None, time_zone: str) -> str:
    """Return a time in the learner's zone, as it stands until a script tells it in the browser's."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(time_zone))
    return f"{day_text(local)}, {local:%H:%M %Z}"


def answer_json(code: int, **content: Any) -> BaseResponse:
    """Answer a script."""
    answer = jsonify(content)
    answer.status_code = code
    answer.headers["Cache-Control"] = "no-store"
    return answer


def private_page(template: str, code: int, **context: Any) -> BaseResponse:
    """Return a page that no history keeps: going back asks the server, which knows whether it may still be filled."""
    answer: Response = make_response(render_template(template, **context), code)
    answer.headers["Cache-Control"] = "no-store"
    return answer
