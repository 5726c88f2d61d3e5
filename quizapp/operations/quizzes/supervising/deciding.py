"""What an instructor decides about one attempt: open again, submitted for the learner, marked otherwise."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from quizapp.core import timing
from quizapp.core.attempts import AttemptState, Cause
from quizapp.core.grading import Outcome
from quizapp.core.marking import CERTAINTY_MARKS, MOST_CERTAIN, MarkingRules, rules_from_dict
from quizapp.core.timing import ExtraTime
from quizapp.database import db
from quizapp.models import Attempt, AttemptResponse
from quizapp.operations.quizzes.closing import close_attempt, close_if_over
from quizapp.operations.quizzes.events import Event, record
from quizapp.operations.quizzes.grading import retotal
from quizapp.operations.quizzes.supervising.errors import (
    AnotherOpenError,
    MarksOutOfRangeError,
    NoSuchSittingError,
    NoTimeLeftError,
    NotOpenError,
    NotScoredError,
    StillOpenError,
)

if TYPE_CHECKING:
    import uuid
    from datetime import datetime


def require_sitting(quiz_id: uuid.UUID, attempt_id: uuid.UUID) -> Attempt:
    """Return an attempt at this quiz as the database has it now; previews are none. Raises `NoSuchSittingError`."""
    attempt = db.session.execute(
        select(Attempt)
        .where(Attempt.quiz_id == quiz_id, Attempt.id == attempt_id, Attempt.is_preview.is_(False))
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if attempt is None:
        raise NoSuchSittingError
    return attempt


def require_none_open(quiz_id: uuid.UUID, learner_id: uuid.UUID) -> None:
    """Raise `AnotherOpenError` where the learner has an open attempt at the quiz."""
    other = db.session.execute(
        select(Attempt.id).where(
            Attempt.learner_id == learner_id,
            Attempt.quiz_id == quiz_id,
            Attempt.state == AttemptState.OPEN,
        )
    ).scalar_one_or_none()
    if other is not None:
        raise AnotherOpenError(other)


def reopen_attempt(
    quiz_id: uuid.UUID,
    attempt_id: uuid.UUID,
    until: datetime | None,
    now: datetime,
    user_id: uuid.UUID,
    reason: str = "",
) -> None:
    """Let a learner go on with an attempt that has ended; call it inside `run_tx`.

    It is open until the moment given, whatever limit and close of the quiz say, or without one until its old deadline.
    Its score goes, and what was not checked is graded anew when it ends. What was released stays released. Raises
    `NoSuchSittingError`, `StillOpenError`, `AnotherOpenError`, and `NoTimeLeftError` where that moment has passed.
    """
    attempt = require_sitting(quiz_id, attempt_id)
    if attempt.state == AttemptState.OPEN:
        raise StillOpenError
    ends_at = attempt.deadline_at if until is None else until
    if ends_at is not None and ends_at <= now:
        raise NoTimeLeftError
    require_none_open(quiz_id, attempt.learner_id)
    detail = {
        "reason": reason,
        "until": None if ends_at is None else ends_at.isoformat(),
        "score": attempt.score,
        "max_score": attempt.max_score,
        "was_released": attempt.released_at is not None,
    }
    attempt.state = AttemptState.OPEN
    attempt.finished_at = attempt.finished_by = None
    attempt.score = attempt.max_score = None
    attempt.releases_at = None
    if until is not None:
        attempt.deadline_at = attempt.granted_until = until
    try:
        db.session.flush()
    except IntegrityError as problem:
        # Begun between the look and the write.
        raise AnotherOpenError from problem
    record(attempt.learner_id, quiz_id, attempt_id, Event.REOPENED, now, detail=detail, user_id=user_id)
    _ungrade(attempt, now, user_id)


def _ungrade(attempt: Attempt, now: datetime, user_id: uuid.UUID) -> None:
    """Take back the grades of what was not checked, and give the question whose turn it is its time anew."""
    own = (AttemptResponse.learner_id == attempt.learner_id, AttemptResponse.attempt_id == attempt.id)
    db.session.execute(
        update(AttemptResponse)
        .where(*own, AttemptResponse.checked_at.is_(None))
        .values(outcome=None, score=None, marks=None)
        .execution_options(synchronize_session=False)
    )
    if attempt.turn is not None and attempt.question_seconds is not None:
        extra = ExtraTime(attempt.is_untimed, attempt.extra_time_percent)
        ends_at = timing.question_end(now, attempt.question_seconds, extra, attempt.deadline_at)
        db.session.execute(
            update(AttemptResponse)
            .where(*own, AttemptResponse.position == attempt.turn, AttemptResponse.checked_at.is_(None))
            .values(closes_at=ends_at)
            .execution_options(synchronize_session=False)
        )
        record(
            attempt.learner_id,
            attempt.quiz_id,
            attempt.id,
            Event.TURNED,
            now,
            position=attempt.turn,
            detail={"is_anew": True},
            user_id=user_id,
        )
    db.session.expire_all()


def submit_for(quiz_id: uuid.UUID, attempt_id: uuid.UUID, now: datetime, user_id: uuid.UUID) -> None:
    """End a running attempt for its learner, with what was saved, and release it where that is due.

    Has its own transactions, as `close_attempt` does. Raises `NoSuchSittingError` and `NotOpenError`.
    """
    learner_id = require_sitting(quiz_id, attempt_id).learner_id
    if not close_attempt(learner_id, attempt_id, now, Cause.SUBMIT, user_id=user_id):
        raise NotOpenError
    closed = db.session.get(Attempt, (learner_id, attempt_id), populate_existing=True)
    if closed is not None:
        close_if_over(closed, now)


def range_of_marks(weight: float, rules: MarkingRules) -> tuple[float, float]:
    """Return the lowest and the highest marks that a question of this weight can get."""
    if rules.certainty:
        return weight * CERTAINTY_MARKS[MOST_CERTAIN][1], weight * rules.highest
    return -weight * rules.negative_percent / 100, weight * rules.highest


def override_marks(
    quiz_id: uuid.UUID,
    attempt_id: uuid.UUID,
    position: int,
    marks: float | None,
    comment: str,
    now: datetime,
    user_id: uuid.UUID,
) -> None:
    """Set the marks of one question of an ended attempt, with a comment that its learner sees; call it inside `run_tx`.

    Without marks the question has those of its grading again; the comment is kept. The score of the attempt follows.
    Raises `NoSuchSittingError`, also for a position that it does not have, `StillOpenError`, `NotScoredError` and
    `MarksOutOfRangeError`.
    """
    attempt = require_sitting(quiz_id, attempt_id)
    learner_id = attempt.learner_id
    if attempt.state == AttemptState.OPEN:
        raise StillOpenError
    row = db.session.get(AttemptResponse, (learner_id, attempt_id, position), populate_existing=True)
    if row is None:
        raise NoSuchSittingError
    if marks is not None:
        if row.outcome == Outcome.NEUTRAL:
            raise NotScoredError
        lowest, highest = range_of_marks(row.weight, rules_from_dict(attempt.marking))
        if not (math.isfinite(marks) and lowest <= marks <= highest):
            raise MarksOutOfRangeError(lowest, highest)
    if (row.override_marks, row.override_comment) == (marks, comment):
        return
    before = {"marks_before": row.marks, "score_before": attempt.score}
    row.override_marks, row.override_comment = marks, comment
    score, _ = retotal(learner_id, attempt_id)
    db.session.refresh(row)
    record(
        learner_id,
        quiz_id,
        attempt_id,
        Event.OVERRIDDEN,
        now,
        position=position,
        detail={
            **before,
            "marks": row.marks,
            "score": score,
            "comment": comment,
            "is_taken_back": marks is None,
        },
        user_id=user_id,
    )
