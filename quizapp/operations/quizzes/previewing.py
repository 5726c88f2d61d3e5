"""What an attempt would ask if it started now, told before the clock runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from quizapp.core.attempts import AttemptState
from quizapp.core.quiz_contents import FixedQuestion
from quizapp.database import db
from quizapp.models import Attempt, AttemptResponse, Question, Quiz
from quizapp.operations.quizzes.planning import HeldError, draw_plan, seed_of

if TYPE_CHECKING:
    import uuid


@dataclass(frozen=True, slots=True)
class Preview:
    """How many questions an attempt will ask, and what makes them fewer than the quiz wants.

    `holding` names the other open quizzes whose facts are missed (title and attempt), `tells` is set where questions
    are left out that would give responses away, `facts` is the number of facts where that is too small by itself,
    `withdrawn` how many of its fixed questions are not asked any more. Where the quiz `must_wait`, what another open
    one asks is fixed in it, and it cannot start before that ends.
    """

    count: int
    holding: tuple[tuple[str, uuid.UUID], ...] = ()
    tells: bool = False
    facts: int | None = None
    withdrawn: int = 0
    must_wait: bool = False


def preview_attempt(learner_id: uuid.UUID, quiz: Quiz) -> Preview:
    """Return what an attempt that starts now will ask: as `plan_attempt` draws it for `seed_of` this quiz."""
    seed = seed_of(learner_id, quiz)
    try:
        plan = draw_plan(learner_id, quiz, quiz.id, seed)
    except HeldError:
        return Preview(0, holding=_list_holding(learner_id, quiz), must_wait=True)
    count = len(plan.slots)
    if count == quiz.question_count:
        return Preview(count)
    holding = _list_holding(learner_id, quiz)
    freely = draw_plan(learner_id, quiz, quiz.id, seed, with_open=True) if holding else plan
    there = plan.facts + plan.withdrawn
    return Preview(
        count,
        holding=holding if len(freely.slots) > count else (),
        tells=len(freely.slots) + plan.withdrawn < min(quiz.question_count, there),
        facts=plan.facts if there < quiz.question_count else None,
        withdrawn=plan.withdrawn,
    )


def _list_holding(learner_id: uuid.UUID, quiz: Quiz) -> tuple[tuple[str, uuid.UUID], ...]:
    """Return title and attempt of the other open quizzes that keep a fact of one of the same sets secret."""
    fixed = [item.question_id for item in quiz.rule.items if isinstance(item, FixedQuestion)]
    asked = aliased(Question)
    of_fixed = select(asked.question_set_id).where(asked.id.in_(fixed))
    rows = db.session.execute(
        select(Quiz.title, Attempt.id)
        .join(Attempt, Attempt.quiz_id == Quiz.id)
        .where(
            Attempt.learner_id == learner_id,
            Attempt.state == AttemptState.OPEN,
            Attempt.is_preview.is_(False),
            Quiz.id != quiz.id,
            exists().where(
                AttemptResponse.learner_id == learner_id,
                AttemptResponse.attempt_id == Attempt.id,
                Question.id == AttemptResponse.question_id,
                or_(Question.question_set_id.in_(quiz.rule.sets), Question.question_set_id.in_(of_fixed)),
            ),
        )
        .order_by(Attempt.started_at.desc(), Attempt.id)
    )
    return tuple((title, attempt_id) for title, attempt_id in rows)
