"""Attempts that an instructor takes away, and brings back exactly: the record keeps all of their rows."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, or_, select

from quizapp.core.attempts import AttemptState
from quizapp.core.marking import rules_from_dict
from quizapp.database import UtcDateTime, Uuid16, db
from quizapp.models import Attempt, AttemptEvent, AttemptResponse, Regrade, RegradedResponse, User
from quizapp.operations.quizzes.events import Event, record
from quizapp.operations.quizzes.grading import (
    grade_slots,
    load_adjustments,
    load_slots,
    retotal,
    write_grades,
)
from quizapp.operations.quizzes.standing import review_anew
from quizapp.operations.quizzes.supervising.deciding import require_none_open, require_sitting
from quizapp.operations.quizzes.supervising.errors import NotDeletedError
from quizapp.operations.quizzes.supervising.listing import names_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Table

#: The rows of an attempt under their names in a snapshot; those of later ones hang on those of the first.
_TABLES: Final[dict[str, Any]] = {
    "attempt": Attempt.__table__,
    "responses": AttemptResponse.__table__,
    "regraded": RegradedResponse.__table__,
}
_OWNER: Final = "learner_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedAttempt:
    """An attempt that was taken away, when, by whom and why."""

    attempt_id: uuid.UUID
    learner_id: uuid.UUID
    name: str
    deleted_at: datetime
    deleted_by: str
    reason: str
    started_at: datetime
    score: float | None
    max_score: float | None


def delete_attempt(
    quiz_id: uuid.UUID, attempt_id: uuid.UUID, now: datetime, user_id: uuid.UUID, reason: str = ""
) -> None:
    """Take an attempt away with its responses; call it inside `run_tx`.

    Reviews that it became stay: what was recalled was recalled. Raises `NoSuchSittingError`.
    """
    attempt = require_sitting(quiz_id, attempt_id)
    learner_id = attempt.learner_id
    record(
        learner_id,
        quiz_id,
        attempt_id,
        Event.DELETED,
        now,
        detail={
            "reason": reason,
            "started_at": attempt.started_at.isoformat(),
            "score": attempt.score,
            "max_score": attempt.max_score,
            "snapshot": _snapshot(learner_id, attempt_id),
        },
        user_id=user_id,
    )
    for table in reversed(_TABLES.values()):
        db.session.execute(delete(table).where(*_of_attempt(table, learner_id, attempt_id)))
    db.session.expire_all()


def restore_attempt(
    quiz_id: uuid.UUID, attempt_id: uuid.UUID, now: datetime, user_id: uuid.UUID
) -> uuid.UUID:
    """Bring back an attempt that was deleted, as it was then, and return whose it is; call it inside `run_tx`.

    Only what was regraded since is graded as it is for everybody else now; where a regrade leaves scores that would fall
    as they are, it does so here too. Raises `NotDeletedError`, and `AnotherOpenError` where it was open and the learner has begun another since.
    """
    event = _find_deletion(quiz_id, attempt_id)
    if event is None:
        raise NotDeletedError
    learner_id, snapshot = event.learner_id, event.detail["snapshot"]
    if snapshot["attempt"][0]["state"] == AttemptState.OPEN:
        require_none_open(quiz_id, learner_id)
    regrades = set(db.session.execute(select(Regrade.id).where(Regrade.quiz_id == quiz_id)).scalars())
    for name, table in _TABLES.items():
        rows = [_unpacked(table, row, learner_id) for row in snapshot[name]]
        if name == "regraded":
            rows = [row for row in rows if row["regrade_id"] in regrades]
        if rows:
            db.session.execute(insert(table), rows)
    positions = _regrade(quiz_id, learner_id, attempt_id, event.at)
    detail = {"regraded": positions} if positions else {}
    record(learner_id, quiz_id, attempt_id, Event.RESTORED, now, detail=detail, user_id=user_id)
    return learner_id


def _regrade(quiz_id: uuid.UUID, learner_id: uuid.UUID, attempt_id: uuid.UUID, since: datetime) -> list[int]:
    """Grade anew what the quiz decided about since then, in an attempt that has ended; return the positions."""
    attempt = db.session.get_one(Attempt, (learner_id, attempt_id), populate_existing=True)
    decided = dict[uuid.UUID, bool]()
    for question_id, keeps_higher in db.session.execute(
        select(Regrade.question_id, Regrade.keeps_higher)
        .where(Regrade.quiz_id == quiz_id, or_(Regrade.applied_at > since, Regrade.undone_at > since))
        .order_by(Regrade.applied_at, Regrade.id)
    ):
        decided[question_id] = keeps_higher
    if attempt.state == AttemptState.OPEN or not decided:
        return []
    rows = {
        row.position: row
        for row in db.session.execute(
            select(AttemptResponse).where(
                AttemptResponse.learner_id == learner_id, AttemptResponse.attempt_id == attempt_id
            )
        ).scalars()
    }
    slots = [slot for slot in load_slots(learner_id, attempt_id) if slot.question_id in decided]
    grades = []
    for graded in grade_slots(slots, rules_from_dict(attempt.marking), load_adjustments(quiz_id)):
        row = rows[graded.position]
        is_kept = decided[row.question_id] and graded.score < (row.score or 0)
        if not is_kept and (graded.outcome, graded.score) != (row.outcome, row.score):
            grades.append(graded)
    write_grades(learner_id, attempt_id, grades)
    retotal(learner_id, attempt_id)
    for question_id in decided:
        review_anew(quiz_id, question_id, attempt_id)
    return [graded.position for graded in grades]


def find_deleted(quiz_id: uuid.UUID, attempt_id: uuid.UUID) -> DeletedAttempt | None:
    """Return an attempt at this quiz that is deleted now."""
    return next((one for one in list_deleted(quiz_id) if one.attempt_id == attempt_id), None)


def list_deleted(quiz_id: uuid.UUID) -> list[DeletedAttempt]:
    """Return the attempts at a quiz that are deleted now, the latest first; their rows are not read."""
    detail = AttemptEvent.detail
    rows = db.session.execute(
        select(
            AttemptEvent.attempt_id,
            AttemptEvent.learner_id,
            AttemptEvent.kind,
            AttemptEvent.at,
            User.name,
            detail["reason"].as_string(),
            detail["started_at"].as_string(),
            detail["score"].as_float(),
            detail["max_score"].as_float(),
        )
        .outerjoin(User, User.id == AttemptEvent.user_id)
        .where(
            AttemptEvent.quiz_id == quiz_id,
            AttemptEvent.user_id.is_not(None),
            AttemptEvent.kind.in_((Event.DELETED, Event.RESTORED)),
        )
        .order_by(AttemptEvent.at, AttemptEvent.id)
    ).all()
    last = {row.attempt_id: row for row in rows}
    deleted = [row for row in reversed(last.values()) if row.kind == Event.DELETED]
    names = names_of(quiz_id, [row.learner_id for row in deleted])
    return [
        DeletedAttempt(
            attempt_id=attempt_id,
            learner_id=learner_id,
            name=names.get(learner_id, "Guest"),
            deleted_at=at,
            deleted_by=by or "",
            reason=reason or "",
            started_at=datetime.fromisoformat(started_at),
            score=score,
            max_score=max_score,
        )
        for attempt_id, learner_id, _, at, by, reason, started_at, score, max_score in deleted
    ]


def _find_deletion(quiz_id: uuid.UUID, attempt_id: uuid.UUID) -> AttemptEvent | None:
    """Return the event that holds the rows of an attempt, unless they were brought back since."""
    last = (
        db.session.execute(
            select(AttemptEvent)
            .where(
                AttemptEvent.quiz_id == quiz_id,
                AttemptEvent.user_id.is_not(None),
                AttemptEvent.attempt_id == attempt_id,
                AttemptEvent.kind.in_((Event.DELETED, Event.RESTORED)),
            )
            .order_by(AttemptEvent.at.desc(), AttemptEvent.id.desc())
            .limit(1)
        )
        .scalars()
        .first()
    )
    return last if last is not None and last.kind == Event.DELETED else None


def _of_attempt(table: Table, learner_id: uuid.UUID, attempt_id: uuid.UUID) -> tuple[Any, Any]:
    own = table.c.id if table is Attempt.__table__ else table.c.attempt_id
    return table.c.learner_id == learner_id, own == attempt_id


def _snapshot(learner_id: uuid.UUID, attempt_id: uuid.UUID) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of an attempt as JSON holds them, without whose they are: guests become accounts."""
    return {
        name: [
            {column: _packed(value) for column, value in row.items() if column != _OWNER}
            for row in db.session.execute(
                select(table).where(*_of_attempt(table, learner_id, attempt_id)).order_by(*table.primary_key)
            ).mappings()
        ]
        for name, table in _TABLES.items()
    }


def _packed(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return str(value)
    return value.isoformat() if isinstance(value, datetime) else value


def _unpacked(table: Table, row: Mapping[str, Any], learner_id: uuid.UUID) -> dict[str, Any]:
    """Return a row as its table takes it; a column that the table no longer has is left out."""
    values: dict[str, Any] = {_OWNER: learner_id}
    for column in table.columns:
        if column.name not in row:
            continue
        value = row[column.name]
        if value is not None and isinstance(column.type, Uuid16):
            value = uuid.UUID(value)
        elif value is not None and isinstance(column.type, UtcDateTime):
            value = datetime.fromisoformat(value)
        values[column.name] = value
    return values
