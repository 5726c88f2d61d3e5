"""What an attempt would ask if it started now, told before the clock runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from quizapp.core.attempts import AttemptState
from quizapp.database import db
from quizapp.models import Attempt, Quiz
from quizapp.operations.quizzes.making import count_stock
from quizapp.operations.quizzes.starting import NoQuestionsError, plan_attempt, seed_of

if TYPE_CHECKING:
    import uuid


@dataclass(frozen=True, slots=True)
class Preview:
    """How many questions an attempt will ask, and what makes them fewer than the quiz wants.

    `holding` names the other open quizzes whose facts are missed (title and attempt), `tells` is set where questions
    are left out that would give responses away, `facts` is the number of facts where that is too small by itself.
    """

    count: int
    holding: tuple[tuple[str, uuid.UUID], ...] = ()
    tells: bool = False
    facts: int | None = None


def preview_attempt(learner_id: uuid.UUID, quiz: Quiz) -> Preview:
    """Return what an attempt that starts now will ask: as `plan_attempt` draws it for `seed_of` this quiz."""
    seed = seed_of(learner_id, quiz)
    count = _count_planned(learner_id, quiz, seed)
    if count == quiz.question_count:
        return Preview(count)
    there = count_stock(quiz.question_set_id).count(quiz.rule.topics, with_fiction=quiz.rule.includes_fiction)
    holding = _list_holding(learner_id, quiz)
    unhindered = _count_planned(learner_id, quiz, seed, with_open=True) if holding else count
    return Preview(
        count,
        holding=holding if unhindered > count else (),
        tells=unhindered < min(quiz.question_count, there),
        facts=there if there < quiz.question_count else None,
    )


def _count_planned(learner_id: uuid.UUID, quiz: Quiz, seed: bytes, *, with_open: bool = False) -> int:
    try:
        return len(plan_attempt(learner_id, quiz, quiz.id, seed, with_open=with_open).slots)
    except NoQuestionsError:
        return 0


def _list_holding(learner_id: uuid.UUID, quiz: Quiz) -> tuple[tuple[str, uuid.UUID], ...]:
    """Return title and attempt of the other quizzes of the same set that are open."""
    rows = db.session.execute(
        select(Quiz.title, Attempt.id)
        .join(Attempt, Attempt.quiz_id == Quiz.id)
        .where(
            Attempt.learner_id == learner_id,
            Attempt.state == AttemptState.OPEN,
            Quiz.id != quiz.id,
            Quiz.question_set_id == quiz.question_set_id,
        )
        .order_by(Attempt.started_at.desc(), Attempt.id)
    )
    return tuple((title, attempt_id) for title, attempt_id in rows)
