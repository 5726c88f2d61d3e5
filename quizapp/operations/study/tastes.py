"""A taste: one question of a set, for somebody who has not begun."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select

from quizapp.core.memory import hash_to_unit
from quizapp.core.questions import ChoiceQuestion, question_from_dict
from quizapp.database import db
from quizapp.models import Fact, Question, QuestionFact, QuestionRevision, QuestionSet
from quizapp.models.question_sets import list_published_sets
from quizapp.operations.attempt_secrecy import find_closed_facts
from quizapp.operations.study.decks import is_asked, today_of

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from quizapp.models import Learner


@dataclass(frozen=True, slots=True)
class Taste:
    """A question with what a review of its fact needs."""

    question_set: QuestionSet
    fact_id: uuid.UUID
    fact_revision: int
    question_id: uuid.UUID
    question_revision: int
    question: ChoiceQuestion


def find_taste(learner: Learner | None, now: datetime) -> Taste | None:
    """Return the choice question of the day: of the first published set that has one, the same all day long.

    Only documented facts, one to a question, and none that an open quiz of the learner asks. None where there is none.
    """
    day = today_of(learner, now).isoformat().encode()
    for question_set in list_published_sets():
        found = _question_ids(question_set.id, learner)
        if found:
            return _load(question_set, found[int(hash_to_unit(day) * len(found))])
    return None


def _question_ids(question_set_id: uuid.UUID, learner: Learner | None) -> list[uuid.UUID]:
    single = (
        select(QuestionFact.question_id)
        .join(Question, Question.id == QuestionFact.question_id)
        .where(Question.question_set_id == question_set_id)
        .group_by(QuestionFact.question_id)
        .having(func.count() == 1)
    )
    wanted = (
        select(Question.id)
        .join(QuestionFact, QuestionFact.question_id == Question.id)
        .join(Fact, Fact.id == QuestionFact.fact_id)
        .where(
            Question.question_set_id == question_set_id,
            Question.type == ChoiceQuestion.type,
            Question.retired_at.is_(None),
            Question.id.in_(single),
            is_asked(),
            Fact.standing == "documented",
        )
        .order_by(Question.position, Question.key)
    )
    if learner is not None:
        wanted = wanted.where(Fact.id.not_in(find_closed_facts(learner.id)))
    return list(db.session.execute(wanted).scalars())


def _load(question_set: QuestionSet, question_id: uuid.UUID) -> Taste | None:
    row = db.session.execute(
        select(Fact.id, Fact.revision, Question.revision, QuestionRevision.content)
        .select_from(Question)
        .join(
            QuestionRevision,
            and_(QuestionRevision.question_id == Question.id, QuestionRevision.revision == Question.revision),
        )
        .join(QuestionFact, QuestionFact.question_id == Question.id)
        .join(Fact, Fact.id == QuestionFact.fact_id)
        .where(Question.id == question_id)
    ).one()
    fact_id, fact_revision, question_revision, content = row
    question = question_from_dict(content)
    if not isinstance(question, ChoiceQuestion):
        return None
    return Taste(question_set, fact_id, fact_revision, question_id, question_revision, question)
