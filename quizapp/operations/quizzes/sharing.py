"""Quizzes that go from hand to hand by a link: shared, looked at, joined or copied."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, update

from quizapp.database import db, new_row_id
from quizapp.models import QuestionSet, Quiz, QuizTaker
from quizapp.models.quizzes import QuizKind, QuizState
from quizapp.operations.study import insert_into

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

#: Longest name under which a learner joins.
LONGEST_NAME: Final = 80
#: What a copy has of its own, or has not; everything else is as in the quiz that it is made after.
_OWN: Final = frozenset(
    {"id", "kind", "state", "made_by", "owner_id", "share_key", "copied_from", "created_at", "version"}
)


def share_quiz(quiz_id: uuid.UUID) -> str:
    """Share a quiz by a link and return the key that stands in it, the same until sharing ends; call it in `run_tx`."""
    quiz = db.session.get_one(Quiz, quiz_id, populate_existing=True)
    if quiz.share_key is None:
        quiz.share_key = secrets.token_urlsafe(24)
        db.session.flush()
    return quiz.share_key


def unshare_quiz(quiz_id: uuid.UUID) -> None:
    """End the sharing of a quiz: its link leads nowhere from now on, who came by it stays. Call it in `run_tx`."""
    db.session.execute(
        update(Quiz)
        .where(Quiz.id == quiz_id)
        .values(share_key=None)
        .execution_options(synchronize_session=False)
    )


def find_shared(share_key: str) -> tuple[Quiz, QuestionSet] | None:
    """Return the quiz behind a link with the set it was begun from; None where sharing ended or it is not published."""
    row = db.session.execute(
        select(Quiz, QuestionSet)
        .join(QuestionSet, QuestionSet.id == Quiz.question_set_id)
        .where(Quiz.share_key == share_key, Quiz.state == QuizState.PUBLISHED)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def join_quiz(learner_id: uuid.UUID, quiz_id: uuid.UUID, name: str, now: datetime) -> None:
    """Give a learner a place at a taught quiz under a name; who has one keeps it as it is. Call it in `run_tx`."""
    db.session.execute(
        insert_into(QuizTaker)
        .values(learner_id=learner_id, quiz_id=quiz_id, name=name[:LONGEST_NAME], joined_at=now)
        .on_conflict_do_nothing()
    )


def copy_quiz(learner_id: uuid.UUID, quiz_id: uuid.UUID, now: datetime) -> uuid.UUID:
    """Return the learner's own copy of a personal quiz, made where there is none yet; call it in `run_tx`.

    Their own quiz is its own copy.
    """
    quiz = db.session.get_one(Quiz, quiz_id, populate_existing=True)
    if quiz.made_by == learner_id:
        return quiz.id
    values = {
        column.key: getattr(quiz, column.key)
        for column in Quiz.__mapper__.column_attrs
        if column.key not in _OWN
    }
    inserted: uuid.UUID | None = db.session.execute(
        insert_into(Quiz)
        .values(
            id=new_row_id(),
            kind=QuizKind.PERSONAL,
            state=QuizState.PUBLISHED,
            made_by=learner_id,
            copied_from=quiz_id,
            created_at=now,
            **values,
        )
        .on_conflict_do_nothing()
        .returning(Quiz.id)
    ).scalar_one_or_none()
    if inserted is not None:
        return inserted
    return db.session.execute(
        select(Quiz.id).where(Quiz.made_by == learner_id, Quiz.copied_from == quiz_id)
    ).scalar_one()
