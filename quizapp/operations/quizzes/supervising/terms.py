"""The terms of one learner: more attempts, more time; at one quiz, or everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from quizapp.core.attempts import AttemptState
from quizapp.core.timing import ExtraTime
from quizapp.database import db
from quizapp.models import Attempt, Learner, QuizTaker
from quizapp.operations.quizzes.events import Event, record
from quizapp.operations.quizzes.retiming import retime_learner
from quizapp.operations.quizzes.supervising.errors import NoSuchSittingError

if TYPE_CHECKING:
    import uuid
    from datetime import datetime


def find_taker(quiz_id: uuid.UUID, learner_id: uuid.UUID) -> QuizTaker | None:
    """Return the terms of a learner who came to this quiz."""
    return db.session.get(QuizTaker, (learner_id, quiz_id), populate_existing=True)


def grant_attempts(
    quiz_id: uuid.UUID,
    learner_id: uuid.UUID,
    extra: int,
    now: datetime,
    user_id: uuid.UUID,
    reason: str = "",
) -> None:
    """Let a learner have so many attempts (0 to 100) beyond those of the quiz; call it inside `run_tx`.

    What happens to a learner's place at a quiz is recorded under the id of the quiz. Raises `NoSuchSittingError` for a
    learner who never came to it.
    """
    taker = _require_taker(quiz_id, learner_id)
    if taker.extra_attempts == extra:
        return
    detail = {"before": taker.extra_attempts, "after": extra, "reason": reason}
    taker.extra_attempts = extra
    db.session.flush()
    record(learner_id, quiz_id, quiz_id, Event.GRANTED, now, detail=detail, user_id=user_id)


def set_extra_time(
    quiz_id: uuid.UUID,
    learner_id: uuid.UUID,
    extra: ExtraTime,
    now: datetime,
    user_id: uuid.UUID,
    reason: str = "",
) -> None:
    """Set a learner's extra time at one quiz, for attempts to come and for the open one; call it inside `run_tx`.

    The largest of the learner's own, the quiz's and this one holds. Raises `NoSuchSittingError` for a learner who never
    came to the quiz.
    """
    taker = _require_taker(quiz_id, learner_id)
    before = ExtraTime(taker.is_untimed, taker.extra_time_percent)
    if before == extra:
        return
    taker.is_untimed, taker.extra_time_percent = extra.is_untimed, extra.percent
    db.session.flush()
    record(
        learner_id,
        quiz_id,
        quiz_id,
        Event.EXTRA_TIME,
        now,
        detail={**_told(before, extra), "reason": reason},
        user_id=user_id,
    )
    retime_learner(learner_id, now, user_id=user_id)


def set_learner_extra_time(
    learner_id: uuid.UUID,
    extra: ExtraTime,
    now: datetime,
    user_id: uuid.UUID | None = None,
    reason: str = "",
) -> None:
    """Set a learner's extra time at all quizzes, for attempts to come and for open ones; call it inside `run_tx`.

    `user_id` is the administrator, None at the terminal. It is recorded at each quiz that the learner came to by its
    link or is taking.
    """
    learner = db.session.get_one(Learner, learner_id, populate_existing=True)
    before = ExtraTime(learner.is_untimed, learner.extra_time_percent)
    if before == extra:
        return
    learner.is_untimed, learner.extra_time_percent = extra.is_untimed, extra.percent
    db.session.flush()
    running = select(Attempt.quiz_id).where(
        Attempt.learner_id == learner_id,
        Attempt.state == AttemptState.OPEN,
        Attempt.is_preview.is_(False),
    )
    came_to = select(QuizTaker.quiz_id).where(QuizTaker.learner_id == learner_id)
    for quiz_id in db.session.execute(running.union(came_to)).scalars().all():
        record(
            learner_id,
            quiz_id,
            quiz_id,
            Event.EXTRA_TIME,
            now,
            detail={**_told(before, extra), "everywhere": True, "reason": reason},
            user_id=user_id,
        )
    retime_learner(learner_id, now, user_id=user_id)


def _told(before: ExtraTime, after: ExtraTime) -> dict[str, object]:
    return {
        "before": {"is_untimed": before.is_untimed, "percent": before.percent},
        "after": {"is_untimed": after.is_untimed, "percent": after.percent},
    }


def _require_taker(quiz_id: uuid.UUID, learner_id: uuid.UUID) -> QuizTaker:
    taker = find_taker(quiz_id, learner_id)
    if taker is None:
        raise NoSuchSittingError
    return taker
