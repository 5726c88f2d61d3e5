"""Deleting an account: what goes, what stays without a name, and the note that it was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, func, or_, select, update

from quizapp.database import db, run_tx
from quizapp.models import (
    Attempt,
    AttemptResponse,
    Card,
    Deck,
    Erasure,
    Fact,
    Learner,
    Question,
    QuestionSet,
    Quiz,
    QuizTaker,
    Review,
    User,
)
from quizapp.models.question_sets import SetState
from quizapp.models.quizzes import QuizKind
from quizapp.operations.mistakes import forget_reporters

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.sql.elements import ColumnElement

#: So many guests are erased in one transaction: others wait for it.
_BATCH = 50


@dataclass(frozen=True, slots=True)
class Losses:
    """What deleting takes away, in numbers, and the titles of the sets that go and that stay."""

    cards: int
    reviews: int
    attempts: int
    sets_deleted: list[str]
    sets_kept: list[str]


def count_losses(learner_id: uuid.UUID | None, user_id: uuid.UUID | None) -> Losses:
    """Return what `erase` would take away."""
    goes = _goes(user_id, learner_id)
    titles = db.session.execute(
        select(QuestionSet.title, goes).where(QuestionSet.owner_id == user_id).order_by(QuestionSet.title)
    ).all()
    return Losses(
        cards=_count(Card, learner_id),
        reviews=_count(Review, learner_id),
        attempts=_count(Attempt, learner_id),
        sets_deleted=[title for title, is_going in titles if is_going],
        sets_kept=[title for title, is_going in titles if not is_going],
    )


def erase(learner_id: uuid.UUID | None, user_id: uuid.UUID | None, now: datetime) -> None:
    """Delete a learner, its user and everything of theirs; a note of the two ids stays. Call it inside `run_tx`.

    Sets that others may have studied stay without an owner; drafts nobody else used go.
    """
    if user_id is not None:
        db.session.execute(
            delete(QuestionSet).where(QuestionSet.owner_id == user_id, _goes(user_id, learner_id)),
            execution_options={"synchronize_session": False},
        )
        db.session.execute(
            update(QuestionSet).where(QuestionSet.owner_id == user_id).values(owner_id=None),
            execution_options={"synchronize_session": False},
        )
        _delete(_quiz_goes(user_id, learner_id), Quiz)
    if learner_id is not None:
        _delete_learners([learner_id])
    if user_id is not None:
        _delete(User.id == user_id, User)
    db.session.expire_all()
    db.session.add(Erasure(learner_id=learner_id, user_id=user_id, erased_at=now))


def expire_guests(now: datetime, days: int) -> int:
    """Erase the guests that were not seen for so many days and return how many; a transaction for each batch.

    No note of them is kept: a restored backup makes them expire again.
    """
    last_day = (now - timedelta(days=days)).date()
    expired = 0
    while found := run_tx(lambda: _expire_batch(last_day)):
        expired += found
    return expired


def _expire_batch(last_day: date) -> int:
    is_expired = (Learner.user_id.is_(None)) & (Learner.seen_on < last_day)
    found = list(db.session.execute(select(Learner.id).where(is_expired).limit(_BATCH)).scalars())
    if found:
        _delete_learners(found)
    return len(found)


def _delete_learners(learner_ids: Sequence[uuid.UUID]) -> None:
    # Attempts before the quizzes they were made for; all else hangs on the learner and goes with it.
    _delete(Attempt.learner_id.in_(learner_ids), Attempt)
    # What others sit stays, without its instructor.
    _delete((Quiz.made_by.in_(learner_ids)) & (Quiz.kind == QuizKind.PERSONAL), Quiz)
    forget_reporters(learner_ids)
    _delete(Learner.id.in_(learner_ids), Learner)


def _quiz_goes(user_id: uuid.UUID, learner_id: uuid.UUID | None) -> ColumnElement[bool]:
    """Whether a quiz of this instructor goes: one that nobody else came to."""
    joined = exists().where(QuizTaker.quiz_id == Quiz.id, QuizTaker.learner_id != learner_id)
    sat = exists().where(Attempt.quiz_id == Quiz.id, Attempt.learner_id != learner_id)
    if learner_id is None:
        joined, sat = exists().where(QuizTaker.quiz_id == Quiz.id), exists().where(Attempt.quiz_id == Quiz.id)
    return (Quiz.owner_id == user_id) & ~or_(joined, sat)


def _goes(user_id: uuid.UUID | None, learner_id: uuid.UUID | None) -> ColumnElement[bool]:
    """Whether a set of this owner goes: a draft that was never published and that no other learner remembers."""
    used = [
        exists().where(
            AttemptResponse.question_id == Question.id,
            Question.question_set_id == QuestionSet.id,
            AttemptResponse.learner_id != learner_id,
        ),
        exists().where(Deck.question_set_id == QuestionSet.id, Deck.learner_id != learner_id),
        exists().where(Card.question_set_id == QuestionSet.id, Card.learner_id != learner_id),
        exists().where(
            Review.fact_id == Fact.id, Fact.question_set_id == QuestionSet.id, Review.learner_id != learner_id
        ),
    ]
    if learner_id is None:
        used = [
            exists().where(
                AttemptResponse.question_id == Question.id, Question.question_set_id == QuestionSet.id
            ),
            exists().where(Deck.question_set_id == QuestionSet.id),
            exists().where(Review.fact_id == Fact.id, Fact.question_set_id == QuestionSet.id),
        ]
    return (
        (QuestionSet.owner_id == user_id)
        & (QuestionSet.state == SetState.DRAFT)
        & QuestionSet.published_at.is_(None)
        & ~or_(*used)
    )


def _count(table: type[Card | Review | Attempt], learner_id: uuid.UUID | None) -> int:
    return db.session.execute(
        select(func.count()).select_from(table).where(table.learner_id == learner_id)
    ).scalar_one()


def _delete(condition: ColumnElement[bool], table: type[Attempt | Quiz | Learner | User]) -> None:
    db.session.execute(delete(table).where(condition), execution_options={"synchronize_session": False})
