"""What is shown of a fact or a question that was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select

from quizapp.core.memory import retrievability
from quizapp.database import db
from quizapp.models import (
    Card,
    CardMark,
    Fact,
    FactRevision,
    Question,
    QuestionFact,
    QuestionRevision,
    QuestionSet,
)

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import date

    from quizapp.operations.search.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFact:
    """A fact with what one learner holds of it and decided about it; the figures are None for one never asked."""

    id: uuid.UUID
    key: str
    slug: str
    set_title: str
    topic: str
    standing: str
    is_asked: bool
    text: str
    stability: float | None = None
    recall: float | None = None
    due_on: date | None = None
    reps: int = 0
    lapses: int = 0
    is_suspended: bool = False
    hidden_through: date | None = None
    is_flagged: bool = False
    note: str = ""

    @property
    def is_begun(self) -> bool:
        """Whether the learner has a card of it."""
        return self.stability is not None


@dataclass(frozen=True, slots=True)
class FoundQuestion:
    """A question by its stem, never with its key; `fact_key` is that of the first fact it probes."""

    id: uuid.UUID
    type: str
    stem: str
    slug: str
    set_title: str
    topic: str
    standing: str
    fact_key: str
    facts: int


def load_facts(ids: Sequence[uuid.UUID], viewer: Viewer) -> dict[uuid.UUID, FoundFact]:
    """Return some facts by their ids, with what the viewer holds of each."""
    rows = db.session.execute(
        select(
            Fact.id,
            Fact.key,
            Fact.topic,
            Fact.standing,
            Fact.treatment,
            QuestionSet.slug,
            QuestionSet.title,
            FactRevision.content,
            Card.stability,
            Card.last_on,
            Card.due_on,
            Card.reps,
            Card.lapses,
            CardMark.suspended_at,
            CardMark.hidden_through,
            CardMark.flagged_at,
            CardMark.note,
        )
        .join(QuestionSet, QuestionSet.id == Fact.question_set_id)
        .join(FactRevision, and_(FactRevision.fact_id == Fact.id, FactRevision.revision == Fact.revision))
        .outerjoin(Card, viewer.is_card())
        .outerjoin(CardMark, viewer.is_mark())
        .where(Fact.id.in_(ids))
    )
    return {
        row.id: FoundFact(
            id=row.id,
            key=row.key,
            slug=row.slug,
            set_title=row.title,
            topic=row.topic,
            standing=row.standing,
            is_asked=row.treatment != "exclude",
            text=_text(row.content),
            stability=row.stability,
            recall=None
            if row.stability is None
            else retrievability(row.stability, (viewer.today - row.last_on).days, viewer.weights),
            due_on=row.due_on,
            reps=row.reps or 0,
            lapses=row.lapses or 0,
            is_suspended=row.suspended_at is not None,
            hidden_through=row.hidden_through
            if row.hidden_through is not None and row.hidden_through >= viewer.today
            else None,
            is_flagged=row.flagged_at is not None,
            note=row.note or "",
        )
        for row in rows
    }


def _text(content: dict[str, Any]) -> str:
    """Return a fact as one sentence; one written as a question with its response has none and gives both."""
    statement: str = content.get("statement") or ""
    return statement or f"{content.get('ask', '')} {content.get('key_text', '')}".strip()


def load_questions(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, FoundQuestion]:
    """Return some questions by their ids."""
    probed: dict[uuid.UUID, list[str]] = {}
    for question_id, key in db.session.execute(
        select(QuestionFact.question_id, Fact.key)
        .join(Fact, Fact.id == QuestionFact.fact_id)
        .where(QuestionFact.question_id.in_(ids))
        .order_by(QuestionFact.position)
    ):
        probed.setdefault(question_id, []).append(key)
    rows = db.session.execute(
        select(
            Question.id,
            Question.type,
            Question.topic,
            Question.standing,
            QuestionSet.slug,
            QuestionSet.title,
            QuestionRevision.content,
        )
        .join(QuestionSet, QuestionSet.id == Question.question_set_id)
        .join(
            QuestionRevision,
            and_(QuestionRevision.question_id == Question.id, QuestionRevision.revision == Question.revision),
        )
        .where(Question.id.in_(ids))
    )
    return {
        row.id: FoundQuestion(
            row.id,
            row.type,
            row.content["stem"],
            row.slug,
            row.title,
            row.topic,
            row.standing,
            next(iter(probed.get(row.id, ())), ""),
            len(probed.get(row.id, ())),
        )
        for row in rows
    }
