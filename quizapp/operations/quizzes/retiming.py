"""Deadlines of open attempts, computed anew after extra time or the close of their quiz changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select

from quizapp.core import timing
from quizapp.core.attempts import AttemptState
from quizapp.core.timing import ExtraTime
from quizapp.database import db
from quizapp.models import Attempt, AttemptEvent, AttemptResponse, Learner, Quiz, QuizTaker
from quizapp.operations.quizzes.events import Event, record
from quizapp.operations.quizzes.terms import largest_extra_time

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy import ColumnElement


def retime_quiz(quiz_id: uuid.UUID, now: datetime, *, user_id: uuid.UUID | None = None) -> int:
    """Compute the deadlines of a quiz's open attempts anew, after its close or its extra time changed.

    From the limits pinned at the start, the extra time and the close that hold now; an end that an instructor granted
    stands. No deadline moves into the past. Returns how many changed. Call it inside `run_tx`.
    """
    return _retime(Attempt.quiz_id == quiz_id, now, user_id)


def retime_learner(learner_id: uuid.UUID, now: datetime, *, user_id: uuid.UUID | None = None) -> int:
    """Compute the deadlines of a learner's open attempts anew, as `retime_quiz` does; call it inside `run_tx`."""
    return _retime(Attempt.learner_id == learner_id, now, user_id)


def grant_extra_time(
    learner_id: uuid.UUID, extra: ExtraTime, now: datetime, *, user_id: uuid.UUID | None = None
) -> None:
    """Set a learner's own extra time, for attempts to come and for open ones; call it inside `run_tx`."""
    learner = db.session.get_one(Learner, learner_id, populate_existing=True)
    learner.is_untimed, learner.extra_time_percent = extra.is_untimed, extra.percent
    db.session.flush()
    retime_learner(learner_id, now, user_id=user_id)


def _retime(which: ColumnElement[bool], now: datetime, user_id: uuid.UUID | None) -> int:
    db.session.flush()
    rows = db.session.execute(
        select(Attempt, Quiz, Learner, QuizTaker)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Learner, Learner.id == Attempt.learner_id)
        .outerjoin(
            QuizTaker,
            and_(QuizTaker.learner_id == Attempt.learner_id, QuizTaker.quiz_id == Attempt.quiz_id),
        )
        .where(which, Attempt.state == AttemptState.OPEN)
        .execution_options(populate_existing=True)
    ).all()
    changed = 0
    for attempt, quiz, learner, taker in rows:
        extra = largest_extra_time(learner, quiz, taker)
        changed += _change(attempt, extra, _deadline(attempt, extra, quiz.closes_at, now), now, user_id)
    db.session.flush()
    return changed


def _deadline(
    attempt: Attempt, extra: ExtraTime, closes_at: datetime | None, now: datetime
) -> datetime | None:
    if attempt.granted_until is not None:
        return attempt.granted_until
    ends_at = timing.deadline(attempt.started_at, attempt.time_limit_seconds, extra, closes_at)
    if ends_at is None or ends_at >= now:
        return ends_at
    is_over = attempt.deadline_at is not None and attempt.deadline_at < now
    # Whoever is in time is not found to have been late, nor to have been over before the last response.
    return attempt.deadline_at if is_over else now


def _change(
    attempt: Attempt, extra: ExtraTime, ends_at: datetime | None, now: datetime, user_id: uuid.UUID | None
) -> bool:
    had = ExtraTime(attempt.is_untimed, attempt.extra_time_percent)
    if had == extra and attempt.deadline_at == ends_at:
        return False
    attempt.is_untimed, attempt.extra_time_percent = extra.is_untimed, extra.percent
    attempt.deadline_at = ends_at
    _retime_question(attempt, extra, ends_at)
    if not attempt.is_preview:
        detail: dict[str, Any] = {
            "is_untimed": extra.is_untimed,
            "percent": extra.percent,
            "deadline_at": None if ends_at is None else ends_at.isoformat(),
        }
        record(
            attempt.learner_id,
            attempt.quiz_id,
            attempt.id,
            Event.EXTRA_TIME,
            now,
            detail=detail,
            user_id=user_id,
        )
    return True


def _retime_question(attempt: Attempt, extra: ExtraTime, ends_at: datetime | None) -> None:
    """Compute the end of the question whose turn it is anew, from the moment when its turn came."""
    if attempt.turn is None or attempt.question_seconds is None:
        return
    row = db.session.get_one(
        AttemptResponse, (attempt.learner_id, attempt.id, attempt.turn), populate_existing=True
    )
    turned_at = db.session.execute(
        select(func.max(AttemptEvent.at)).where(
            AttemptEvent.learner_id == attempt.learner_id,
            AttemptEvent.attempt_id == attempt.id,
            AttemptEvent.kind == Event.TURNED,
            AttemptEvent.position == attempt.turn,
        )
    ).scalar_one()
    row.closes_at = timing.question_end(
        turned_at or attempt.started_at, attempt.question_seconds, extra, ends_at
    )
