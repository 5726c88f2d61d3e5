"""The facts of a set as one learner stands to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select

from quizapp.core import evidence
from quizapp.core.matching import words_of
from quizapp.core.memory import retrievability
from quizapp.database import db
from quizapp.models import (
    Card,
    Fact,
    FactRevision,
    Question,
    QuestionFact,
    QuestionRevision,
    Review,
)
from quizapp.operations.attempt_secrecy import find_closed_facts, select_facts_in_open_attempts
from quizapp.operations.study import logged, scheduling_of

if TYPE_CHECKING:
    import uuid
    from datetime import date

    from quizapp.models import Learner

#: A memory that holds less than a day is not one yet, whatever day it is due.
_HOLDS_FROM_DAYS = 1.0
_HISTORY = 100


class MemoryState(StrEnum):
    """What a learner's memory of a fact is worth today."""

    NEW = "new"
    HELD = "held"
    SLIPPING = "slipping"


@dataclass(frozen=True, slots=True)
class MemoryNow:
    """One learner's memory of a fact today: chance of recall (0 to 1), and when it is due."""

    recall: float
    stability: float
    last_on: date
    due_on: date
    reps: int
    lapses: int
    is_due: bool

    @property
    def state(self) -> MemoryState:
        """Whether the fact is held, or slipping because it is due or was forgotten."""
        is_held = not self.is_due and self.stability >= _HOLDS_FROM_DAYS
        return MemoryState.HELD if is_held else MemoryState.SLIPPING


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact, what its current revision says, and what one learner holds of it.

    `is_closed` is set while an open quiz of this learner asks it, or another member of its list: nothing of it may be
    shown then. `is_resting` is set while such a quiz asks it itself: its card waits.
    """

    id: uuid.UUID
    key: str
    topic: str
    standing: str
    treatment: str
    is_retired: bool
    content: dict[str, Any] = field(repr=False)
    memory: MemoryNow | None = None
    is_closed: bool = False
    is_resting: bool = False

    @property
    def statement(self) -> str:
        """The fact as one sentence; a fact written as a question with its response has none and gives both."""
        text: str = self.content.get("statement") or ""
        return text or f"{self.content.get('ask', '')} {self.content.get('key_text', '')}".strip()

    @property
    def is_asked(self) -> bool:
        """Whether questions are made of it."""
        return self.treatment != "exclude" and not self.is_retired

    @property
    def is_fictional(self) -> bool:
        """Whether the source invents it."""
        return self.standing == "fictional"

    @property
    def list_key(self) -> str | None:
        """The list that a membership fact was expanded from."""
        found: str | None = self.content.get("member_of")
        return found

    @property
    def state(self) -> MemoryState:
        """What the learner's memory of it is worth."""
        return MemoryState.NEW if self.memory is None else self.memory.state

    @property
    def words(self) -> frozenset[str]:
        """The folded words that a search may hit."""
        names = ("statement", "ask", "key_text", "note", "subject", "record_text", "where")
        return frozenset(words_of(" ".join(str(self.content.get(name) or "") for name in names)))


def list_facts(question_set_id: uuid.UUID, learner: Learner | None, today: date) -> list[FactLine]:
    """Return all facts of a set, retired ones too, in its order, with what the learner holds of each today."""
    closed = find_closed_facts(None if learner is None else learner.id)
    resting = (
        frozenset()
        if learner is None
        else frozenset(db.session.execute(select_facts_in_open_attempts(learner.id)).scalars())
    )
    weights = scheduling_of(learner).weights
    mine = and_(Card.fact_id == Fact.id, Card.learner_id == (None if learner is None else learner.id))
    rows = db.session.execute(
        select(Fact, FactRevision.content, Card)
        .join(FactRevision, and_(FactRevision.fact_id == Fact.id, FactRevision.revision == Fact.revision))
        .outerjoin(Card, mine)
        .where(Fact.question_set_id == question_set_id)
        .order_by(Fact.position, Fact.key)
    )
    lines = []
    for fact, content, card in rows:
        memory = None
        if card is not None:
            recall = retrievability(card.stability, (today - card.last_on).days, weights)
            memory = MemoryNow(
                recall=recall,
                stability=card.stability,
                last_on=card.last_on,
                due_on=card.due_on,
                reps=card.reps,
                lapses=card.lapses,
                is_due=card.due_on <= today,
            )
        lines.append(
            FactLine(
                id=fact.id,
                key=fact.key,
                topic=fact.topic,
                standing=fact.standing,
                treatment=fact.treatment,
                is_retired=fact.retired_at is not None,
                content=content,
                memory=memory,
                is_closed=fact.id in closed,
                is_resting=fact.id in resting,
            )
        )
    return lines


def list_questions(fact_id: uuid.UUID) -> list[tuple[str, str]]:
    """Return (type, stem) of the questions that probe a fact; never their keys."""
    rows = db.session.execute(
        select(Question.type, QuestionRevision.content)
        .join(QuestionFact, QuestionFact.question_id == Question.id)
        .join(
            QuestionRevision,
            and_(QuestionRevision.question_id == Question.id, QuestionRevision.revision == Question.revision),
        )
        .where(QuestionFact.fact_id == fact_id, Question.retired_at.is_(None))
        .order_by(Question.position)
    )
    return [(kind, content["stem"]) for kind, content in rows]


def list_history(learner_id: uuid.UUID, fact_id: uuid.UUID) -> list[Review]:
    """Return the learner's last reviews of a fact that were not taken back, the latest first."""
    rows = list(
        db.session.execute(
            select(Review)
            .where(Review.learner_id == learner_id, Review.fact_id == fact_id)
            .order_by(Review.reviewed_at.desc(), Review.id.desc())
        ).scalars()
    )
    kept = {entry.id for entry in evidence.uncancelled(logged(rows))}
    return [row for row in rows if row.id in kept][:_HISTORY]
