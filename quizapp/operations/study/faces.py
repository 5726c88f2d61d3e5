"""Faces: what a card shows on either side, and what each rating of it would lead to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, select, tuple_

from quizapp.core.memory import Memory, Rating, fuzz_factor, next_outcomes
from quizapp.core.questions import ChoiceQuestion, TrueFalseQuestion, question_from_dict
from quizapp.database import db
from quizapp.models import (
    Card,
    Deck,
    Fact,
    FactRevision,
    Learner,
    Question,
    QuestionFact,
    QuestionRevision,
    QuestionSet,
    Review,
)
from quizapp.operations.study.decks import scheduling_with, today_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

_FACES = (
    select(
        Fact,
        FactRevision.content,
        QuestionSet.slug,
        QuestionSet.title,
        QuestionSet.source,
        Deck.desired_retention,
        Card.stability,
        Card.difficulty,
        Card.last_on,
        Card.due_on,
        Card.reps,
        Card.fact_revision,
    )
    .join(FactRevision, and_(FactRevision.fact_id == Fact.id, FactRevision.revision == Fact.revision))
    .join(QuestionSet, QuestionSet.id == Fact.question_set_id)
    .outerjoin(Card, and_(Card.fact_id == Fact.id, Card.learner_id == bindparam("learner_id")))
    .outerjoin(
        Deck,
        and_(Deck.learner_id == bindparam("learner_id"), Deck.question_set_id == Fact.question_set_id),
    )
    .where(Fact.id.in_(bindparam("facts", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that stands in for a flashcard, because its fact makes a poor one.

    `probes` says how often its fact was probed, reviews that were taken back included: how often it was shown before.
    """

    id: uuid.UUID
    revision: int
    question: ChoiceQuestion | TrueFalseQuestion
    probes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One card to be shown.

    `content` is that of the current revision. `intervals` says for each rating in how many days the card is due then.
    `is_counted` says that a probe of this study day has moved the memory already: another one moves nothing. `asked` is
    the question to be graded, None where the learner rates. `old_statement` is what the learner last saw, where that
    was another one.
    """

    fact_id: uuid.UUID
    key: str
    revision: int
    topic: str
    standing: str
    treatment: str
    set_slug: str
    set_title: str
    source: Mapping[str, Any]
    content: Mapping[str, Any]
    is_new: bool
    is_counted: bool = False
    intervals: Mapping[Rating, int] = field(default_factory=dict)
    asked: Asked | None = None
    old_statement: str | None = None


def load_faces(learner: Learner | None, fact_ids: Sequence[uuid.UUID], now: datetime) -> list[Face]:
    """Return the faces of these facts, in their order; facts that are gone are left out.

    One query for the facts; one more where questions stand in, and one where a statement was corrected.
    """
    if not fact_ids:
        return []
    learner_id = None if learner is None else learner.id
    today = today_of(learner, now)
    found = db.session.execute(_FACES, {"learner_id": learner_id, "facts": list(fact_ids)})
    rows = {row.Fact.id: row for row in found}
    graded = [row for row in rows.values() if not row.content.get("flashcard", True)]
    asked = _load_questions(learner_id, graded)
    old = _load_old_statements(
        [row for row in rows.values() if (row.fact_revision or row.Fact.revision) < row.Fact.revision]
    )
    return [_face(rows[fact_id], learner, today, asked, old) for fact_id in fact_ids if fact_id in rows]


def _face(
    row: Any,
    learner: Learner | None,
    today: date,
    asked: Mapping[uuid.UUID, Asked],
    old: Mapping[uuid.UUID, str],
) -> Face:
    fact = row.Fact
    before = old.get(fact.id)
    return Face(
        fact_id=fact.id,
        key=fact.key,
        revision=fact.revision,
        topic=fact.topic,
        standing=fact.standing,
        treatment=fact.treatment,
        set_slug=row.slug,
        set_title=row.title,
        source=row.source,
        content=row.content,
        is_new=row.stability is None,
        is_counted=row.last_on is not None and row.last_on >= today,
        intervals=_intervals(row, learner, today),
        asked=asked.get(fact.id),
        old_statement=before if before != row.content.get("statement") else None,
    )


def _intervals(row: Any, learner: Learner | None, today: date) -> dict[Rating, int]:
    """Return what each rating leads to, by the same rule and the same fuzz that a review is stored with."""
    scheduling = scheduling_with(learner, row.desired_retention)
    fuzz = fuzz_factor(row.Fact.id.bytes, (row.reps or 0) + 1)
    if row.stability is None:
        outcomes = next_outcomes(None, 0, scheduling, fuzz)
    elif row.last_on >= today:
        # Probed today already: nothing moves any more.
        return dict.fromkeys(Rating, max(0, (row.due_on - today).days))
    else:
        memory = Memory(row.stability, row.difficulty)
        outcomes = next_outcomes(memory, (today - row.last_on).days, scheduling, fuzz)
    return {rating: outcome.interval_days for rating, outcome in outcomes.items()}


def _load_questions(learner_id: uuid.UUID | None, rows: Sequence[Any]) -> dict[uuid.UUID, Asked]:
    """Return for each fact a question to pick from, another one at each review."""
    if not rows:
        return {}
    probes = (
        select(func.count())
        .where(
            Review.learner_id == learner_id,
            Review.fact_id == QuestionFact.fact_id,
            Review.cancels.is_(None),
        )
        .scalar_subquery()
    )
    found: dict[uuid.UUID, list[Asked]] = {}
    for fact_id, question_id, revision, content, count in db.session.execute(
        select(QuestionFact.fact_id, Question.id, Question.revision, QuestionRevision.content, probes)
        .join(Question, Question.id == QuestionFact.question_id)
        .join(
            QuestionRevision,
            and_(QuestionRevision.question_id == Question.id, QuestionRevision.revision == Question.revision),
        )
        .where(
            QuestionFact.fact_id.in_([row.Fact.id for row in rows]),
            Question.type.in_(["choice", "true-false"]),
            Question.retired_at.is_(None),
        )
        .order_by(Question.position, Question.key)
    ):
        question = question_from_dict(content)
        if isinstance(question, ChoiceQuestion | TrueFalseQuestion):
            found.setdefault(fact_id, []).append(Asked(question_id, revision, question, count))
    return {
        row.Fact.id: found[row.Fact.id][(row.reps or 0) % len(found[row.Fact.id])]
        for row in rows
        if row.Fact.id in found
    }


def _load_old_statements(rows: Sequence[Any]) -> dict[uuid.UUID, str]:
    if not rows:
        return {}
    seen = [(row.Fact.id, row.fact_revision) for row in rows]
    return {
        fact_id: content.get("statement", "")
        for fact_id, content in db.session.execute(
            select(FactRevision.fact_id, FactRevision.content).where(
                tuple_(FactRevision.fact_id, FactRevision.revision).in_(seen)
            )
        )
    }
