"""The questions of an attempt: one a page, or all on one; a checked one is told, one out of its time stands still."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import abort, redirect, url_for

from quizapp import clock
from quizapp.core import timing
from quizapp.core.attempts import Navigation
from quizapp.database import new_row_id
from quizapp.operations import quizzes
from quizapp.web.quizzes.sitting import (
    POSITION,
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
    from collections.abc import Mapping
    from datetime import datetime

    from werkzeug.wrappers.response import Response as BaseResponse

    from quizapp.core.grading import ResponseError
    from quizapp.models import Attempt
    from quizapp.operations.quizzes import Shown, Slot, Told


@dataclass(frozen=True, slots=True)
class CameBack:
    """What was sent for one question and could not be taken: its fields as they came, and why.

    `leaves_blank` asks whether a question that is left for good is to stay as it is.
    """

    given: dict[str, str]
    certainty: int | None = None
    problem: ResponseError | None = None
    is_overtaken: bool = False
    leaves_blank: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One question as its page shows it: to be responded to, told with its key, or standing still.

    `remaining` are the seconds left for this question, None where it has no time of its own.
    """

    slot: Slot
    shown: Shown
    told: Told | None
    is_over: bool
    remaining: int | None
    given: Mapping[str, Any] | None
    certainty: int | None
    back: CameBack | None
    save_key: uuid.UUID = field(default_factory=new_row_id)

    @property
    def is_fixed(self) -> bool:
        """Whether the response can change no more."""
        return self.told is not None or self.is_over

    @property
    def sequence(self) -> int:
        """The number of the next save."""
        return self.slot.sequence + 1


@bp.get(f"/attempts/<uuid:attempt_id>/<{POSITION}>")
def question(attempt_id: uuid.UUID, position: int) -> BaseResponse:
    """Show one question: where one cannot go back, the one whose turn it is."""
    found = find(attempt_id)
    if is_closed(found):
        return to_result(attempt_id)
    return show_one(found, position)


@bp.get("/attempts/<uuid:attempt_id>/all")
def all_questions(attempt_id: uuid.UUID) -> BaseResponse:
    """Show all questions on one page, if that is how they are asked."""
    found = find(attempt_id)
    if is_closed(found):
        return to_result(attempt_id)
    if found.navigation != Navigation.PAGE:
        return redirect(url_for("quizzes.attempt", attempt_id=attempt_id), 303)
    return show_all(found)


def show_again(found: Attempt, position: int, back: CameBack, code: int) -> BaseResponse:
    """Return the page of a question with what was sent for it."""
    if is_closed(found):
        return to_result(found.id)
    if found.navigation == Navigation.PAGE:
        return show_all(found, {position: back}, code)
    return show_one(found, position, back, code)


def show_one(found: Attempt, position: int, back: CameBack | None = None, code: int = 200) -> BaseResponse:
    """Return the page of one question; another than the one whose turn it is leads there."""
    slots = quizzes.list_slots(found.learner_id, found.id)
    slot = next((one for one in slots if one.position == position), None)
    if slot is None:
        abort(404)
    if found.navigation == Navigation.PAGE or found.turn not in (None, position):
        return redirect(question_url(found.id, found.turn or position, found.navigation), 303)
    context = frame(found, slots)
    told: dict[int, Told] = {}
    if slot.checked_at is not None:
        told = quizzes.load_checked(
            found.learner_id, found.id, position=position, explains=context["explains"]
        )
    shown = quizzes.show_question(found.learner_id, found.id, position)
    return private_page(
        "quizzes/question.html",
        code,
        **context,
        slot=slot,
        entry=_entry(slot, shown, told, clock.now(), back),
    )


def show_all(found: Attempt, back: Mapping[int, CameBack] | None = None, code: int = 200) -> BaseResponse:
    """Return the page of all questions; `back` holds by position what could not be taken."""
    back = back or {}
    slots = quizzes.list_slots(found.learner_id, found.id)
    shown = quizzes.show_questions(found.learner_id, found.id)
    context, now = frame(found, slots), clock.now()
    told = quizzes.load_checked(found.learner_id, found.id, explains=context["explains"])
    return private_page(
        "quizzes/all.html",
        code,
        **context,
        entries=[_entry(slot, shown[slot.position], told, now, back.get(slot.position)) for slot in slots],
    )


def _entry(slot: Slot, shown: Shown, told: Mapping[int, Told], now: datetime, back: CameBack | None) -> Entry:
    return Entry(
        slot=slot,
        shown=shown,
        told=told.get(slot.position),
        is_over=slot.closes_at is not None and now >= slot.closes_at,
        remaining=timing.remaining_seconds(now, slot.closes_at),
        given=slot.given if back is None else back.given,
        certainty=slot.certainty if back is None else back.certainty,
        back=back,
    )
