"""The end of an attempt: submitted or out of time, graded and closed once, whoever comes first."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from quizapp.core import timing
from quizapp.core.attempts import (
    AttemptState,
    AttemptView,
    Cause,
    Closing,
    QuestionGrade,
    Result,
    closes_as,
    result,
)
from quizapp.core.facts import Standing
from quizapp.core.grading import Outcome, grade, response_from_dict
from quizapp.core.questions import question_from_dict
from quizapp.database import db, run_tx
from quizapp.models import Attempt, AttemptResponse, QuestionRevision
from quizapp.models.quizzes import is_pinned
from quizapp.operations.quizzes.reviewing import review_attempt

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

#: Attempts that one sweep looks at; what is left waits a minute.
SWEEP_LIMIT = 500
_TRIES = 20

log = logging.getLogger("quizapp.quizzes")


@dataclass(frozen=True, slots=True)
class _Graded:
    """Grades of what was saved at one moment, told by the sequences, and their sum."""

    sequences: dict[int, int]
    rows: list[dict[str, Any]]
    result: Result


def close_attempt(learner_id: uuid.UUID, attempt_id: uuid.UUID, now: datetime, cause: Cause) -> bool:
    """Grade an attempt and close it if it ends now; returns whether this call closed it.

    Has its own transactions: grading happens outside them, and a response saved in the meantime has the grading done
    again. What was saved counts, however the attempt ends; the end is never later than the deadline.
    """
    for _ in range(_TRIES):
        attempt = db.session.get(Attempt, (learner_id, attempt_id), populate_existing=True)
        if attempt is None:
            return False
        deadline_at = attempt.deadline_at
        closing = closes_as(AttemptView(AttemptState(attempt.state), deadline_at), now, cause)
        if closing is None:
            return False
        graded = _grade(learner_id, attempt_id)
        if _close(learner_id, attempt_id, deadline_at, closing, graded):
            return True
    raise RuntimeError(f"attempt {attempt_id} changed each time it was to be closed")


def close_if_over(attempt: Attempt, now: datetime) -> bool:
    """Close an attempt whose time and grace ran out, and review it; returns whether it is closed.

    Whatever touches an attempt calls this first: no sweep is needed for the clock to hold.
    """
    if attempt.state == AttemptState.OPEN and timing.accepts(now, attempt.deadline_at):
        return False
    learner_id, attempt_id, is_reviewed = attempt.learner_id, attempt.id, attempt.reviewed_at is not None
    if attempt.state == AttemptState.OPEN:
        close_attempt(learner_id, attempt_id, now, Cause.SWEEP)
    if not is_reviewed:
        review_attempt(learner_id, attempt_id, now)
    return True


def close_overdue(now: datetime) -> int:
    """Close every attempt whose time and grace ran out, finish reviews left undone; returns how many were closed.

    Reads across learners, by the indexes of open deadlines and of what is not reviewed. One attempt that fails is
    logged and does not keep the others waiting.
    """
    overdue = select(Attempt.learner_id, Attempt.id).where(
        Attempt.state == AttemptState.OPEN,
        Attempt.deadline_at < now - timedelta(seconds=timing.GRACE_SECONDS),
    )
    closed = 0
    for learner_id, attempt_id in _read(overdue.order_by(Attempt.deadline_at)):
        try:
            closed += close_attempt(learner_id, attempt_id, now, Cause.SWEEP)
        except Exception:
            db.session.rollback()
            log.exception("attempt %s could not be closed", attempt_id)
    unreviewed = select(Attempt.learner_id, Attempt.id).where(
        Attempt.reviewed_at.is_(None), Attempt.released_at <= now
    )
    for learner_id, attempt_id in _read(unreviewed.order_by(Attempt.released_at)):
        try:
            review_attempt(learner_id, attempt_id, now)
        except Exception:
            db.session.rollback()
            log.exception("the responses of attempt %s could not become reviews", attempt_id)
    return closed


def _read(statement: Any) -> list[tuple[uuid.UUID, uuid.UUID]]:
    return [
        (learner_id, attempt_id)
        for learner_id, attempt_id in db.session.execute(statement.limit(SWEEP_LIMIT))
    ]


def _grade(learner_id: uuid.UUID, attempt_id: uuid.UUID) -> _Graded:
    rows = db.session.execute(
        select(
            AttemptResponse.position,
            AttemptResponse.sequence,
            AttemptResponse.response,
            QuestionRevision.content,
        )
        .join(
            QuestionRevision,
            is_pinned(),
        )
        .where(AttemptResponse.learner_id == learner_id, AttemptResponse.attempt_id == attempt_id)
        .order_by(AttemptResponse.position)
    )
    sequences: dict[int, int] = {}
    grades: list[QuestionGrade] = []
    changes: list[dict[str, Any]] = []
    for position, sequence, given, content in rows:
        question = question_from_dict(content)
        done = grade(question, None if given is None else response_from_dict(given))
        sequences[position] = sequence
        changes.append(
            {
                "learner_id": learner_id,
                "attempt_id": attempt_id,
                "position": position,
                "outcome": done.outcome.value,
                "score": done.score,
                "marks": done.score,
            }
        )
        grades.append(
            QuestionGrade(
                topic=question.topic,
                points=done.score,
                is_neutral=done.outcome == Outcome.NEUTRAL,
                is_fictional=question.standing == Standing.FICTIONAL,
            )
        )
    return _Graded(sequences, changes, result(grades))


def _close(
    learner_id: uuid.UUID,
    attempt_id: uuid.UUID,
    deadline_at: datetime | None,
    closing: Closing,
    graded: _Graded,
) -> bool:
    def unit() -> bool:
        rows = db.session.execute(
            select(AttemptResponse.position, AttemptResponse.sequence).where(
                AttemptResponse.learner_id == learner_id, AttemptResponse.attempt_id == attempt_id
            )
        )
        if {row.position: row.sequence for row in rows} != graded.sequences:
            return False
        closed = db.session.execute(
            update(Attempt)
            .where(
                Attempt.learner_id == learner_id,
                Attempt.id == attempt_id,
                Attempt.state == AttemptState.OPEN,
                # Extra time granted in the meantime moves the deadline, and with it the decision.
                Attempt.deadline_at.is_not_distinct_from(deadline_at),
            )
            .values(
                state=AttemptState.CLOSED,
                finished_at=closing.finished_at,
                finished_by=closing.finished_by,
                releases_at=closing.finished_at,
                released_at=closing.finished_at,
                score=graded.result.score,
                max_score=graded.result.max_score,
            )
            .returning(Attempt.id)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        if closed is None:
            return False
        db.session.execute(update(AttemptResponse), graded.rows)
        return True

    return run_tx(unit)
