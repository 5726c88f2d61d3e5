"""The questions of a set and of one fact, by type and stem: never with their keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, select

from quizapp.database import db
from quizapp.models import Question, QuestionFact, QuestionRevision
from quizapp.operations.attempt_secrecy import find_closed_facts

if TYPE_CHECKING:
    import uuid

    from sqlalchemy import Select


@dataclass(frozen=True, slots=True)
class Probe:
    """A question that probes a fact, with how many facts it probes in all."""

    id: uuid.UUID
    revision: int
    type: str
    stem: str
    facts: int


@dataclass(frozen=True, slots=True)
class TypeCount:
    """How many questions of a type a set asks, and how many more on what its source invents."""

    type: str
    questions: int
    fictional: int


def list_questions(fact_id: uuid.UUID, learner_id: uuid.UUID | None = None) -> list[Probe]:
    """Return the questions that probe a fact, those of it alone first; none that also probes a closed fact."""
    closed = find_closed_facts(learner_id)
    facts = (
        select(QuestionFact.question_id, func.count().label("facts"))
        .where(QuestionFact.question_id.in_(_of_fact(fact_id)))
        .group_by(QuestionFact.question_id)
        .subquery()
    )
    asking = select(QuestionFact.question_id).where(QuestionFact.fact_id.in_(closed))
    rows = db.session.execute(
        select(Question.id, Question.revision, Question.type, QuestionRevision.content, facts.c.facts)
        .join(facts, facts.c.question_id == Question.id)
        .join(
            QuestionRevision,
            and_(QuestionRevision.question_id == Question.id, QuestionRevision.revision == Question.revision),
        )
        .where(Question.retired_at.is_(None), Question.id.not_in(asking))
        .order_by(case((facts.c.facts > 1, 1), else_=0), Question.position, Question.key)
    )
    return [
        Probe(question_id, revision, kind, content["stem"], count)
        for question_id, revision, kind, content, count in rows
    ]


def count_questions(question_set_id: uuid.UUID) -> list[TypeCount]:
    """Return how many questions of each type a set asks, the most frequent type first."""
    invented = func.sum(case((Question.standing == "fictional", 1), else_=0))
    rows = db.session.execute(
        select(Question.type, func.count(), invented)
        .where(Question.question_set_id == question_set_id, Question.retired_at.is_(None))
        .group_by(Question.type)
    )
    counts = [TypeCount(kind, total - int(fictional), int(fictional)) for kind, total, fictional in rows]
    return sorted(counts, key=lambda one: (-one.questions, one.type))


def _of_fact(fact_id: uuid.UUID) -> Select[uuid.UUID]:
    return select(QuestionFact.question_id).where(QuestionFact.fact_id == fact_id)
