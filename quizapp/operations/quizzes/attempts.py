"""One sitting: its slots, each response saved against the server's clock, flags and extra time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select, update

from quizapp.core import timing
from quizapp.core.attempts import AttemptState, AttemptView, Decision, Save, may_save
from quizapp.database import db
from quizapp.models import Attempt, AttemptResponse, Learner

if TYPE_CHECKING:
    import uuid
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """A question of an attempt as the navigator shows it, and what reading and saving a response needs."""

    position: int
    form: str
    option_order: tuple[str, ...]
    given: dict[str, Any] | None
    is_flagged: bool
    sequence: int
    save_key: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a save: the decision, and the sequence and the response that are kept now."""

    decision: Decision
    sequence: int
    kept: object


def find_attempt(learner_id: uuid.UUID, attempt_id: uuid.UUID) -> Attempt | None:
    """Return an attempt of this learner as the database has it now."""
    return db.session.get(Attempt, (learner_id, attempt_id), populate_existing=True)


def find_slot(learner_id: uuid.UUID, attempt_id: uuid.UUID, position: int) -> Slot | None:
    """Return one question's place in an attempt, without the question."""
    row = db.session.execute(
        _select_slots(learner_id, attempt_id).where(AttemptResponse.position == position)
    ).one_or_none()
    return None if row is None else _slot(row)


def list_slots(learner_id: uuid.UUID, attempt_id: uuid.UUID) -> list[Slot]:
    """Return the places of an attempt in order, without the questions."""
    rows = db.session.execute(_select_slots(learner_id, attempt_id).order_by(AttemptResponse.position))
    return [_slot(row) for row in rows]


def save_response(
    learner_id: uuid.UUID, attempt_id: uuid.UUID, position: int, sent: Save, now: datetime
) -> Saved | None:
    """Save a response if the attempt is open, in time, and nothing newer is kept; call it inside `run_tx`.

    Returns what became of it; None if the learner has no such attempt or position.
    """
    # One statement decides and writes: nothing can come between looking at the clock and saving.
    in_time = or_(
        Attempt.deadline_at.is_(None), Attempt.deadline_at >= now - timedelta(seconds=timing.GRACE_SECONDS)
    )
    saved = db.session.execute(
        update(AttemptResponse)
        .where(
            AttemptResponse.learner_id == learner_id,
            AttemptResponse.attempt_id == attempt_id,
            AttemptResponse.position == position,
            AttemptResponse.sequence < sent.sequence,
            AttemptResponse.save_key.is_distinct_from(sent.key),
            select(Attempt.id)
            .where(
                Attempt.learner_id == learner_id,
                Attempt.id == attempt_id,
                Attempt.state == AttemptState.OPEN,
                in_time,
            )
            .exists(),
        )
        .values(response=sent.content, sequence=sent.sequence, save_key=sent.key, responded_at=now)
        .returning(AttemptResponse.sequence)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if saved is not None:
        return Saved(Decision.SAVE, sent.sequence, sent.content)
    slot = find_slot(learner_id, attempt_id, position)
    attempt = db.session.execute(
        select(Attempt.state, Attempt.deadline_at).where(
            Attempt.learner_id == learner_id, Attempt.id == attempt_id
        )
    ).one_or_none()
    if slot is None or attempt is None:
        return None
    view = AttemptView(AttemptState(attempt.state), attempt.deadline_at)
    last = None if slot.save_key is None else Save(slot.save_key, slot.sequence, slot.given)
    decision = may_save(view, now, sent, last)
    # A sequence of 0 or less is newer than nothing, not even than a question never saved.
    return Saved(Decision.STALE if decision == Decision.SAVE else decision, slot.sequence, slot.given)


def flag_response(learner_id: uuid.UUID, attempt_id: uuid.UUID, position: int, *, is_flagged: bool) -> bool:
    """Set or take away the flag of a question while the attempt is open; call it inside `run_tx`."""
    is_open = (
        select(Attempt.id)
        .where(Attempt.learner_id == learner_id, Attempt.id == attempt_id, Attempt.state == AttemptState.OPEN)
        .exists()
    )
    changed = db.session.execute(
        update(AttemptResponse)
        .where(
            AttemptResponse.learner_id == learner_id,
            AttemptResponse.attempt_id == attempt_id,
            AttemptResponse.position == position,
            is_open,
        )
        .values(is_flagged=is_flagged)
        .returning(AttemptResponse.position)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    return changed is not None


def grant_extra_time(learner_id: uuid.UUID, percent: int) -> None:
    """Set a learner's extra time, for attempts to come and for open ones; call it inside `run_tx`."""
    learner = db.session.get_one(Learner, learner_id, populate_existing=True)
    learner.extra_time_percent = percent
    rows = db.session.execute(
        select(Attempt).where(Attempt.learner_id == learner_id, Attempt.state == AttemptState.OPEN)
    ).scalars()
    for attempt in rows:
        attempt.extra_time_percent = percent
        attempt.deadline_at = timing.deadline(
            attempt.started_at, attempt.time_limit_seconds, timing.ExtraTime(percent=percent)
        )
    db.session.flush()


def _select_slots(learner_id: uuid.UUID, attempt_id: uuid.UUID) -> Any:
    return select(
        AttemptResponse.position,
        AttemptResponse.form,
        AttemptResponse.option_order,
        AttemptResponse.response,
        AttemptResponse.is_flagged,
        AttemptResponse.sequence,
        AttemptResponse.save_key,
    ).where(AttemptResponse.learner_id == learner_id, AttemptResponse.attempt_id == attempt_id)


def _slot(row: Any) -> Slot:
    position, form, option_order, given, is_flagged, sequence, save_key = row
    return Slot(position, form, tuple(option_order), given, is_flagged, sequence, save_key)
