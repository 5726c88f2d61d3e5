"""On which terms a learner takes a quiz: whether it is there for them, when and how often it starts, extra time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from quizapp.core.attempts import AttemptState
from quizapp.core.permits import Permit, Refusal, may_start
from quizapp.core.timing import ExtraTime
from quizapp.database import db
from quizapp.models import Attempt, Learner, QuestionSet, Quiz, QuizTaker
from quizapp.models.quizzes import QuizKind, QuizState

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement


class NotPermittedError(Exception):
    """No attempt may start now; `permit` says why and until when."""

    def __init__(self, permit: Permit) -> None:
        super().__init__(permit.refusal)
        self.permit = permit


class WrongPasswordError(Exception):
    """The word told in the room was not given, or another one."""


def find_quiz(learner_id: uuid.UUID, quiz_id: uuid.UUID) -> tuple[Quiz, QuestionSet] | None:
    """Return a quiz that this learner may take or has taken, with the set it was begun from.

    That is one of their own, or a taught one that is no draft and to which they came by its link.
    """
    row = db.session.execute(
        select(Quiz, QuestionSet)
        .join(QuestionSet, QuestionSet.id == Quiz.question_set_id)
        .outerjoin(QuizTaker, and_(QuizTaker.quiz_id == Quiz.id, QuizTaker.learner_id == learner_id))
        .where(Quiz.id == quiz_id, is_there_for(learner_id))
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def is_there_for(learner_id: uuid.UUID) -> ColumnElement[bool]:
    """Return the condition of `find_quiz`, where the learner's `QuizTaker`, if any, is joined."""
    return or_(
        and_(Quiz.kind == QuizKind.PERSONAL, Quiz.made_by == learner_id),
        and_(
            Quiz.kind == QuizKind.TAUGHT,
            Quiz.state != QuizState.DRAFT,
            QuizTaker.learner_id.is_not(None),
        ),
    )


def find_taker(learner_id: uuid.UUID, quiz_id: uuid.UUID) -> QuizTaker | None:
    """Return a learner's place at a taught quiz, as the database has it now."""
    return db.session.get(QuizTaker, (learner_id, quiz_id), populate_existing=True)


def permit_of(learner_id: uuid.UUID, quiz: Quiz, now: datetime) -> Permit:
    """Return whether the learner may start an attempt now; one that is open can be gone on with all the same."""
    return permits_of(learner_id, [quiz], now)[quiz.id]


def permits_of(learner_id: uuid.UUID, quizzes: Sequence[Quiz], now: datetime) -> dict[uuid.UUID, Permit]:
    """Return the permit for each of several quizzes by its id."""
    quiz_ids = [quiz.id for quiz in quizzes]
    finished: dict[uuid.UUID, list[datetime]] = {quiz_id: [] for quiz_id in quiz_ids}
    rows = db.session.execute(
        select(Attempt.quiz_id, Attempt.finished_at).where(
            Attempt.learner_id == learner_id,
            Attempt.quiz_id.in_(quiz_ids),
            Attempt.state == AttemptState.CLOSED,
            Attempt.is_preview.is_(False),
        )
    )
    for quiz_id, finished_at in rows:
        if finished_at is not None:
            finished[quiz_id].append(finished_at)
    granted = _list_granted(learner_id, quiz_ids)
    return {
        quiz.id: _permit(
            quiz, may_start(quiz.start_rules, finished[quiz.id], now, extra_attempts=granted.get(quiz.id, 0))
        )
        for quiz in quizzes
    }


def extra_time_of(learner_id: uuid.UUID, quiz: Quiz) -> ExtraTime:
    """Return the extra time of a learner on a quiz: the largest of the learner's, the quiz's, and theirs on this quiz."""
    learner = db.session.get_one(Learner, learner_id, populate_existing=True)
    taker = find_taker(learner_id, quiz.id)
    return largest_extra_time(learner, quiz, taker)


def largest_extra_time(learner: Learner, quiz: Quiz, taker: QuizTaker | None) -> ExtraTime:
    """Return which extra time holds of those set on a learner, on a quiz for all, and on it for this learner."""
    return max(
        ExtraTime(learner.is_untimed, learner.extra_time_percent),
        ExtraTime(percent=quiz.extra_time_percent),
        ExtraTime() if taker is None else ExtraTime(taker.is_untimed, taker.extra_time_percent),
    )


def _permit(quiz: Quiz, permit: Permit) -> Permit:
    return permit if quiz.state == QuizState.PUBLISHED else Permit(Refusal.CLOSED, None, permit.left)


def _list_granted(learner_id: uuid.UUID, quiz_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    rows = db.session.execute(
        select(QuizTaker.quiz_id, QuizTaker.extra_attempts).where(
            QuizTaker.learner_id == learner_id, QuizTaker.quiz_id.in_(list(quiz_ids))
        )
    )
    return {row[0]: row[1] for row in rows}
