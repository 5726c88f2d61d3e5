"""Quizzes as rules for drawing: what a set has in stock, making one, and listing those of a learner."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from quizapp.core.facts import Standing
from quizapp.core.quiz_contents import contents_to_list, one_rule
from quizapp.database import db
from quizapp.models import Attempt, Fact, Question, QuestionFact, QuestionSet, Quiz
from quizapp.operations.study import insert_into
from quizapp.operations.study.decks import is_asked

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence
    from datetime import datetime

#: Most questions of one quiz.
MOST_QUESTIONS = 200


@dataclass(frozen=True, slots=True)
class Stock:
    """How many facts of each topic can be asked, those the source invents apart."""

    plain: dict[str, int] = field(default_factory=dict)
    fictional: dict[str, int] = field(default_factory=dict)

    @property
    def has_fiction(self) -> bool:
        """Whether the source invents anything that can be asked."""
        return bool(self.fictional)

    def topics_in(self, order: Iterable[str]) -> list[str]:
        """Return the topics that have something to ask: in this order, then others, at last "" for none."""
        there = {topic for topic in (*self.plain, *self.fictional) if self.count([topic], with_fiction=True)}
        named = [topic for topic in order if topic in there]
        return [*named, *sorted(there - {*named, ""}), *([""] if "" in there else [])]

    def count(self, topics: Iterable[str] = (), *, with_fiction: bool = False) -> int:
        """Return how many facts there are in these topics, in all where none is named."""
        wanted = set(topics) or {*self.plain, *self.fictional}
        return sum(
            self.plain.get(topic, 0) + (self.fictional.get(topic, 0) if with_fiction else 0)
            for topic in wanted
        )


def count_stock(question_set_id: uuid.UUID) -> Stock:
    """Return what a set has to ask: facts with at least one question."""
    rows = db.session.execute(
        select(Fact.topic, Fact.standing, func.count(Fact.id.distinct()))
        .join(QuestionFact, QuestionFact.fact_id == Fact.id)
        .join(Question, Question.id == QuestionFact.question_id)
        .where(
            Fact.question_set_id == question_set_id,
            is_asked(),
            Question.retired_at.is_(None),
        )
        .group_by(Fact.topic, Fact.standing)
    )
    stock = Stock()
    for topic, standing, count in rows:
        shelf = stock.fictional if standing == Standing.FICTIONAL else stock.plain
        shelf[topic] = shelf.get(topic, 0) + count
    return stock


def make_quiz(
    learner_id: uuid.UUID,
    quiz_id: uuid.UUID,
    question_set: QuestionSet,
    *,
    topics: Sequence[str],
    question_count: int,
    time_limit_seconds: int | None,
    includes_fiction: bool,
    now: datetime,
) -> bool:
    """Make a quiz of a set for one learner; no topics means all; call it inside `run_tx`.

    The same `quiz_id` again makes nothing more. Returns False if that id is somebody else's.
    """
    names = ", ".join(topic or "without a topic" for topic in topics)
    title = f"{question_set.title}: {names}" if topics else question_set.title
    contents = one_rule(question_count, question_set.id, topics=topics, with_fiction=includes_fiction)
    inserted = db.session.execute(
        insert_into(Quiz)
        .values(
            id=quiz_id,
            question_set_id=question_set.id,
            made_by=learner_id,
            title=title[:200],
            contents=contents_to_list(contents),
            question_count=question_count,
            time_limit_seconds=time_limit_seconds,
            created_at=now,
        )
        .on_conflict_do_nothing()
        .returning(Quiz.id)
    ).scalar_one_or_none()
    return inserted is not None or find_quiz(learner_id, quiz_id) is not None


def find_quiz(learner_id: uuid.UUID, quiz_id: uuid.UUID) -> tuple[Quiz, QuestionSet] | None:
    """Return a quiz of this learner with its set."""
    row = db.session.execute(
        select(Quiz, QuestionSet)
        .join(QuestionSet, QuestionSet.id == Quiz.question_set_id)
        .where(Quiz.id == quiz_id, Quiz.made_by == learner_id)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def list_quizzes(learner_id: uuid.UUID, limit: int = 12) -> list[Quiz]:
    """Return the learner's quizzes, the newest first."""
    return list(
        db.session.execute(
            select(Quiz).where(Quiz.made_by == learner_id).order_by(Quiz.created_at.desc()).limit(limit)
        ).scalars()
    )


def list_attempts(
    learner_id: uuid.UUID,
    *,
    quiz_id: uuid.UUID | None = None,
    state: str | None = None,
    limit: int = 20,
    offset: int = 0,
) -> tuple[list[tuple[Attempt, Quiz]], int]:
    """Return the learner's attempts with their quizzes, the newest first, and how many there are in all."""
    wanted = [Attempt.learner_id == learner_id]
    if quiz_id is not None:
        wanted.append(Attempt.quiz_id == quiz_id)
    if state is not None:
        wanted.append(Attempt.state == state)
    total = db.session.execute(select(func.count()).select_from(Attempt).where(*wanted)).scalar_one()
    rows = db.session.execute(
        select(Attempt, Quiz)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(*wanted)
        .order_by(Attempt.started_at.desc(), Attempt.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [(attempt, quiz) for attempt, quiz in rows], total
