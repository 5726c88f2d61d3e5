"""The facts of a set as one learner stands to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, null, or_, select

from quizapp.core import evidence
from quizapp.core.matching import words_of
from quizapp.core.memory import retrievability
from quizapp.database import db
from quizapp.models import Card, Fact, FactRevision, Review
from quizapp.operations.attempt_secrecy import find_closed_facts
from quizapp.operations.study import logged, scheduling_of
from quizapp.operations.study.decks import is_asked

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy import ColumnElement

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
    shown then, and its card waits.
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
        return _folded(" ".join(str(self.content.get(name) or "") for name in names))


@lru_cache(maxsize=20_000)
def _folded(text: str) -> frozenset[str]:
    """Return the words of a text as they are compared; facts rarely change, and folding them is most of a search."""
    return frozenset(words_of(text))


def list_facts(
    question_set_id: uuid.UUID,
    learner: Learner | None,
    today: date,
    *,
    with_content: bool = True,
    only_dated: bool = False,
) -> list[FactLine]:
    """Return all facts of a set, retired ones too, in its order, with what the learner holds of each today.

    Without content a line knows nothing of what its fact says, which is most of the work; `only_dated` leaves out the
    facts that hold no date.
    """
    wanted = [Fact.question_set_id == question_set_id]
    if only_dated:
        wanted.append(FactRevision.content["date"].as_string().is_not(None))
    return _load(learner, today, *wanted, with_content=with_content or only_dated)


def find_facts(
    fact_ids: Iterable[uuid.UUID], learner: Learner | None, today: date
) -> dict[uuid.UUID, FactLine]:
    """Return some facts by their ids, whole."""
    return {line.id: line for line in _load(learner, today, Fact.id.in_(fact_ids))}


def find_fact(question_set_id: uuid.UUID, key: str, learner: Learner | None, today: date) -> FactLine | None:
    """Return one fact of a set by its key."""
    found = _load(learner, today, Fact.question_set_id == question_set_id, Fact.key == key)
    return found[0] if found else None


def find_neighbours(
    question_set_id: uuid.UUID, line: FactLine, learner: Learner | None, today: date
) -> tuple[FactLine | None, FactLine | None]:
    """Return the asked facts before and after one in the order of its set; what the source invents stays apart.

    What an open quiz closes is passed over.
    """
    place = select(Fact.position).where(Fact.id == line.id).scalar_subquery()
    is_alike = Fact.standing == "fictional" if line.is_fictional else Fact.standing != "fictional"
    closed = find_closed_facts(None if learner is None else learner.id)
    found: list[uuid.UUID | None] = []
    for is_beyond, order in (
        (
            or_(Fact.position < place, and_(Fact.position == place, Fact.key < line.key)),
            (Fact.position.desc(), Fact.key.desc()),
        ),
        (
            or_(Fact.position > place, and_(Fact.position == place, Fact.key > line.key)),
            (Fact.position, Fact.key),
        ),
    ):
        nearest = (
            select(Fact.id)
            .where(Fact.question_set_id == question_set_id, is_asked(), is_alike, is_beyond)
            .where(Fact.id.not_in(closed))
            .order_by(*order)
            .limit(1)
        )
        found.append(db.session.execute(nearest).scalar_one_or_none())
    lines = find_facts([fact_id for fact_id in found if fact_id is not None], learner, today)
    before, after = (None if fact_id is None else lines[fact_id] for fact_id in found)
    return before, after


def has_closed_facts(question_set_id: uuid.UUID, learner: Learner | None) -> bool:
    """Return whether an open quiz of the learner closes anything of a set."""
    closed = find_closed_facts(None if learner is None else learner.id)
    some = select(Fact.id).where(Fact.question_set_id == question_set_id, Fact.id.in_(closed)).limit(1)
    return bool(closed) and db.session.execute(some).first() is not None


def count_holding(question_set_id: uuid.UUID, name: str) -> int:
    """Return of how many of the facts asked the content has something under a name, such as `where` or `place`."""
    held = FactRevision.content[name].as_string()
    return db.session.execute(
        select(func.count())
        .select_from(Fact)
        .join(FactRevision, _is_current())
        .where(Fact.question_set_id == question_set_id, is_asked(), held.is_not(None), held != "")
    ).scalar_one()


def _is_current() -> ColumnElement[bool]:
    return and_(FactRevision.fact_id == Fact.id, FactRevision.revision == Fact.revision)


def _load(
    learner: Learner | None, today: date, *wanted: ColumnElement[bool], with_content: bool = True
) -> list[FactLine]:
    learner_id = None if learner is None else learner.id
    closed = find_closed_facts(learner_id)
    weights = scheduling_of(learner).weights
    # Columns, not objects: a set may have thousands of facts.
    rows = db.session.execute(
        select(
            Fact.id,
            Fact.key,
            Fact.topic,
            Fact.standing,
            Fact.treatment,
            Fact.retired_at,
            FactRevision.content if with_content else null().label("content"),
            Card.stability,
            Card.last_on,
            Card.due_on,
            Card.reps,
            Card.lapses,
        )
        .join(FactRevision, _is_current())
        .outerjoin(Card, and_(Card.fact_id == Fact.id, Card.learner_id == learner_id))
        .where(*wanted)
        .order_by(Fact.position, Fact.key)
    )
    lines = []
    for fact_id, key, topic, standing, treatment, retired_at, content, *card in rows:
        memory = None
        if card[0] is not None:
            stability, last_on, due_on, reps, lapses = card
            memory = MemoryNow(
                recall=retrievability(stability, (today - last_on).days, weights),
                stability=stability,
                last_on=last_on,
                due_on=due_on,
                reps=reps,
                lapses=lapses,
                is_due=due_on <= today,
            )
        lines.append(
            FactLine(
                id=fact_id,
                key=key,
                topic=topic,
                standing=standing,
                treatment=treatment,
                is_retired=retired_at is not None,
                content=content or {},
                memory=memory,
                is_closed=fact_id in closed,
            )
        )
    return lines


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
