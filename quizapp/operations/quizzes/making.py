"""Quizzes as rules for drawing: what a set has in stock, making one, and listing those of a learner."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select

from quizapp.core.disclosure import AFTER_THE_ATTEMPT, Disclosure, disclosure_to_dict
from quizapp.core.facts import Standing
from quizapp.core.quiz_contents import MOST_QUESTIONS, contents_to_list, one_rule
from quizapp.database import db
from quizapp.models import Attempt, Fact, Question, QuestionFact, QuestionSet, Quiz, QuizTaker
from quizapp.operations.quizzes.terms import find_quiz, is_there_for
from quizapp.operations.study import insert_into
from quizapp.operations.study.decks import is_asked

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from quizapp.core.quiz_contents import Contents

__all__ = [
    "MOST_QUESTIONS",
    "Practice",
    "Stock",
    "count_stock",
    "find_quiz",
    "list_attempts",
    "list_quizzes",
    "make_practice",
    "make_quiz",
]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """A quiz that a learner puts together: its name, what it asks, and how.

    `question_set_id` is the set it is begun from, a time limit of None is no limit.
    """

    title: str
    question_set_id: uuid.UUID
    contents: Contents
    time_limit_seconds: int | None
    shows: Disclosure = AFTER_THE_ATTEMPT


def make_practice(learner_id: uuid.UUID, quiz_id: uuid.UUID, practice: Practice, now: datetime) -> bool:
    """Make a quiz of a learner's own; call it inside `run_tx`.

    The same `quiz_id` again makes nothing more. Returns False if that id is somebody else's.
    """
    inserted = db.session.execute(
        insert_into(Quiz)
        .values(
            id=quiz_id,
            question_set_id=practice.question_set_id,
            made_by=learner_id,
            title=practice.title[:200],
            contents=contents_to_list(practice.contents),
            question_count=practice.contents.count,
            time_limit_seconds=practice.time_limit_seconds,
            shows=disclosure_to_dict(practice.shows),
            created_at=now,
        )
        .on_conflict_do_nothing()
        .returning(Quiz.id)
    ).scalar_one_or_none()
    return inserted is not None or find_quiz(learner_id, quiz_id) is not None


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
    """Make a quiz of one set; no topics means all. See `make_practice`."""
    names = ", ".join(topic or "without a topic" for topic in topics)
    practice = Practice(
        title=f"{question_set.title}: {names}" if topics else question_set.title,
        question_set_id=question_set.id,
        contents=one_rule(question_count, question_set.id, topics=topics, with_fiction=includes_fiction),
        time_limit_seconds=time_limit_seconds,
    )
    return make_practice(learner_id, quiz_id, practice, now)


def list_quizzes(learner_id: uuid.UUID, limit: int | None = 12) -> list[Quiz]:
    """Return the quizzes that are there for a learner (see `find_quiz`), the last made or joined first; None is all."""
    came_at = func.coalesce(QuizTaker.joined_at, Quiz.created_at)
    return list(
        db.session.execute(
            select(Quiz)
            .outerjoin(QuizTaker, and_(QuizTaker.quiz_id == Quiz.id, QuizTaker.learner_id == learner_id))
            .where(is_there_for(learner_id))
            .order_by(came_at.desc(), Quiz.id.desc())
            .limit(limit)
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
    """Return the learner's attempts with their quizzes, the newest first, and how many there are in all.

    Previews are none of them.
    """
    wanted = [Attempt.learner_id == learner_id, Attempt.is_preview.is_(False)]
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
