"""The start of an attempt: its questions drawn and pinned, once, however often the button is pressed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, insert, select

from quizapp.core import timing
from quizapp.core.attempts import AttemptState
from quizapp.core.drawing import Candidate, draw, telling_texts
from quizapp.core.facts import Standing
from quizapp.core.questions import (
    AnyQuestion,
    ChoiceQuestion,
    DateQuestion,
    TrueFalseQuestion,
    question_from_dict,
)
from quizapp.database import db
from quizapp.models import (
    Attempt,
    AttemptResponse,
    Fact,
    Learner,
    Question,
    QuestionFact,
    QuestionRevision,
    Quiz,
)
from quizapp.operations.attempt_secrecy import select_facts_in_open_attempts
from quizapp.operations.study import insert_into
from quizapp.operations.study.decks import is_asked

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy import Select


class NoQuestionsError(Exception):
    """A quiz finds nothing to ask: its facts were retired since it was made, or another open quiz asks them."""


class StalePlanError(Exception):
    """Another quiz was started since the plan was made, and asks some of the same facts."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an attempt will hold: for each position its question, revision, form and the order of its options."""

    attempt_id: uuid.UUID
    slots: tuple[dict[str, Any], ...]


def plan_attempt(learner_id: uuid.UUID, quiz: Quiz, attempt_id: uuid.UUID) -> Plan:
    """Draw the questions of an attempt; its id is the seed. Reads only; raises `NoQuestionsError`.

    What another open quiz of the learner asks is left out: the first to end would tell the keys of the other.
    """
    found = _list_questions(learner_id, quiz)
    rng = random.Random(attempt_id.bytes)  # noqa: S311 - draws questions, guards nothing
    seen = _count_seen(learner_id)
    candidates = [
        Candidate(
            question=question_id,
            facts=tuple(item.facts),
            type=item.question.type,
            topic=item.topic,
            stem=item.question.stem,
            keys=telling_texts(item.question),
            times_seen=seen.get(question_id, 0),
        )
        for question_id, item in found.items()
    ]
    drawn = draw(candidates, quiz.question_count, rng)
    if not drawn:
        raise NoQuestionsError
    return Plan(
        attempt_id,
        tuple(
            {
                "position": position,
                "question_id": one.question,
                "question_revision": found[one.question].revision,
                "form": one.type,
                "option_order": _order_of(found[one.question].question, rng),
            }
            for position, one in enumerate(drawn, 1)
        ),
    )


def start_attempt(learner_id: uuid.UUID, quiz: Quiz, plan: Plan, now: datetime) -> uuid.UUID:
    """Start an attempt as planned and return its id; call it inside `run_tx`.

    Where an attempt at this quiz is open already, that one is returned and nothing is made. Raises `StalePlanError`.
    """
    learner = db.session.get_one(Learner, learner_id, populate_existing=True)
    inserted = db.session.execute(
        insert_into(Attempt)
        .values(
            learner_id=learner_id,
            id=plan.attempt_id,
            quiz_id=quiz.id,
            state=AttemptState.OPEN,
            started_at=now,
            time_limit_seconds=quiz.time_limit_seconds,
            extra_time_percent=learner.extra_time_percent,
            deadline_at=timing.deadline(now, quiz.time_limit_seconds, learner.extra_time_percent),
        )
        .on_conflict_do_nothing()
        .returning(Attempt.id)
    ).scalar_one_or_none()
    if inserted is None:
        return db.session.execute(
            select(Attempt.id).where(
                Attempt.learner_id == learner_id,
                Attempt.quiz_id == quiz.id,
                Attempt.state == AttemptState.OPEN,
            )
        ).scalar_one()
    taken = _facts_in_other_quizzes(learner_id, quiz).where(
        QuestionFact.fact_id.in_(
            select(QuestionFact.fact_id).where(
                QuestionFact.question_id.in_([slot["question_id"] for slot in plan.slots])
            )
        )
    )
    if db.session.execute(taken.limit(1)).first() is not None:
        raise StalePlanError
    db.session.execute(
        insert(AttemptResponse),
        [
            {
                "learner_id": learner_id,
                "attempt_id": plan.attempt_id,
                "is_flagged": False,
                "sequence": 0,
                **slot,
            }
            for slot in plan.slots
        ],
    )
    return plan.attempt_id


@dataclass(slots=True)
class _Found:
    question: AnyQuestion
    revision: int
    topic: str
    facts: list[uuid.UUID]


def _facts_in_other_quizzes(learner_id: uuid.UUID, quiz: Quiz) -> Select[uuid.UUID]:
    return select_facts_in_open_attempts(learner_id).where(Attempt.quiz_id != quiz.id)


def _list_questions(learner_id: uuid.UUID, quiz: Quiz) -> dict[uuid.UUID, _Found]:
    wanted = [
        Question.question_set_id == quiz.question_set_id,
        Question.retired_at.is_(None),
        is_asked(),
        Fact.id.not_in(_facts_in_other_quizzes(learner_id, quiz)),
    ]
    if quiz.topics:
        wanted.append(Fact.topic.in_(quiz.topics))
    if not quiz.includes_fiction:
        wanted.append(Fact.standing != Standing.FICTIONAL)
    rows = db.session.execute(
        select(Question.id, Question.revision, Fact.topic, Fact.id, QuestionRevision.content)
        .join(QuestionFact, QuestionFact.question_id == Question.id)
        .join(Fact, Fact.id == QuestionFact.fact_id)
        .join(
            QuestionRevision,
            and_(QuestionRevision.question_id == Question.id, QuestionRevision.revision == Question.revision),
        )
        .where(*wanted)
        .order_by(Question.position, Question.id, QuestionFact.position)
    )
    found: dict[uuid.UUID, _Found] = {}
    for question_id, revision, topic, fact_id, content in rows:
        if question_id in found:
            found[question_id].facts.append(fact_id)
        else:
            found[question_id] = _Found(question_from_dict(content), revision, topic, [fact_id])
    return found


def _count_seen(learner_id: uuid.UUID) -> dict[uuid.UUID, int]:
    rows = db.session.execute(
        select(AttemptResponse.question_id, func.count())
        .where(AttemptResponse.learner_id == learner_id)
        .group_by(AttemptResponse.question_id)
    )
    return {row[0]: row[1] for row in rows}


def _order_of(question: AnyQuestion, rng: random.Random) -> list[str]:
    if isinstance(question, DateQuestion):
        return list(question.parts)
    if not isinstance(question, ChoiceQuestion | TrueFalseQuestion):
        return []
    order = [option.id for option in question.options]
    # True stands before false, as everywhere.
    if isinstance(question, ChoiceQuestion):
        rng.shuffle(order)
    return order
