"""The record of an attempt: what the learner, the clock and its instructors did to it, in order."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from quizapp.database import db, new_row_id
from quizapp.models import AttemptEvent
from quizapp.operations.statements import Statement

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import datetime


class Event(StrEnum):
    """What can happen to an attempt, and to a learner's place at a quiz; at most 16 characters."""

    JOINED = "joined"
    STARTED = "started"
    SAVED = "saved"
    #: Refused: a later response was saved from another tab or device.
    OVERTAKEN = "overtaken"
    #: Refused: the time was over.
    LATE = "late"
    FLAGGED = "flagged"
    TURNED = "turned"
    CHECKED = "checked"
    SUBMITTED = "submitted"
    TIMED_OUT = "timed-out"
    RELEASED = "released"
    EXTRA_TIME = "extra-time"
    REOPENED = "reopened"
    DELETED = "deleted"
    RESTORED = "restored"
    OVERRIDDEN = "overridden"
    GRANTED = "granted"
    REGRADED = "regraded"
    #: By an instructor.
    VIEWED = "viewed"


_INSERT = Statement(
    "INSERT INTO attempt_events (learner_id, id, quiz_id, attempt_id, at, kind, position, detail, user_id) "
    "VALUES (:learner_id, :id, :quiz_id, :attempt_id, :at, :kind, :position, :detail, :user_id) "
    "ON CONFLICT DO NOTHING"
)
# Of the learner's own steps nothing is kept for a preview: it leaves no trace.
_INSERT_OWN = (
    "INSERT INTO attempt_events (learner_id, id, quiz_id, attempt_id, at, kind, position, detail, user_id) "
    "SELECT a.learner_id, {id}, a.quiz_id, a.id, {at}, {kind}, {position}, {detail}, NULL FROM attempts a "
    "WHERE a.learner_id = :learner_id AND a.id = :attempt_id AND NOT a.is_preview ON CONFLICT DO NOTHING"
)
_NAMES = ("id", "at", "kind", "position", "detail")
_TYPES = ("uuid", "timestamptz", "varchar", "integer", "json")
_RECORD_OWN = Statement(
    _INSERT_OWN.format(**{name: f":{name}" for name in _NAMES}),
    postgresql=_INSERT_OWN.format(
        **{name: f"CAST(:{name} AS {kind})" for name, kind in zip(_NAMES, _TYPES, strict=True)}
    ),
)


def record_own(
    learner_id: uuid.UUID,
    attempt_id: uuid.UUID,
    kind: Event,
    now: datetime,
    *,
    position: int | None = None,
    detail: Mapping[str, Any] | None = None,
    event_id: uuid.UUID | None = None,
) -> None:
    """Write down what the learner or the clock did to an attempt that is there; call it inside `run_tx`.

    As `record`, but for the quiz, which is the attempt's; of a preview nothing is kept.
    """
    _RECORD_OWN.run(
        {
            "learner_id": learner_id,
            "attempt_id": attempt_id,
            "id": event_id or new_row_id(),
            "at": now,
            "kind": kind.value,
            "position": position,
            "detail": json.dumps(detail or {}),
        }
    )


def record(
    learner_id: uuid.UUID,
    quiz_id: uuid.UUID,
    attempt_id: uuid.UUID,
    kind: Event,
    now: datetime,
    *,
    position: int | None = None,
    detail: Mapping[str, Any] | None = None,
    user_id: uuid.UUID | None = None,
    event_id: uuid.UUID | None = None,
) -> None:
    """Write down what happened to an attempt; call it inside `run_tx`.

    `detail` is what JSON holds. `user_id` is the instructor or administrator who did it. With an `event_id` the same
    event again is recorded once.
    """
    row = event_row(
        learner_id, quiz_id, attempt_id, kind, now, position=position, detail=detail, user_id=user_id
    )
    _INSERT.run(row if event_id is None else {**row, "id": event_id})


def event_row(
    learner_id: uuid.UUID,
    quiz_id: uuid.UUID,
    attempt_id: uuid.UUID,
    kind: Event,
    now: datetime,
    *,
    position: int | None = None,
    detail: Mapping[str, Any] | None = None,
    user_id: uuid.UUID | None = None,
) -> dict[str, Any]:
    """Return an event as `record_all` writes it, with others at once."""
    return {
        "learner_id": learner_id,
        "id": new_row_id(),
        "quiz_id": quiz_id,
        "attempt_id": attempt_id,
        "at": now,
        "kind": kind.value,
        "position": position,
        "detail": json.dumps(detail or {}),
        "user_id": user_id,
    }


def record_all(rows: Sequence[Mapping[str, Any]]) -> None:
    """Write down events made by `event_row`; call it inside `run_tx`."""
    _INSERT.run_all(rows)


def list_events(learner_id: uuid.UUID, attempt_id: uuid.UUID) -> list[AttemptEvent]:
    """Return what happened to an attempt, the earliest first."""
    return list(
        db.session.execute(
            select(AttemptEvent)
            .where(AttemptEvent.learner_id == learner_id, AttemptEvent.attempt_id == attempt_id)
            .order_by(AttemptEvent.at, AttemptEvent.id)
        ).scalars()
    )
