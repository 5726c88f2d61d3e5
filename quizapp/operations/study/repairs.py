"""Repairs: what may help with a fact that was forgotten time and again, and what it is confused with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from quizapp.core.form_growth import FLASHCARD
from quizapp.database import db
from quizapp.models import Fact, FactNeighbour, FactRevision, QuestionSet
from quizapp.operations.attempt_secrecy import find_closed_facts
from quizapp.operations.statements import Statement, as_id
from quizapp.operations.study.asking import find_candidates
from quizapp.operations.study.decks import ASKED_SQL, is_asked

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from typing import Any

#: So many are shown beside a fact at most: more would be confusing by themselves.
_MOST_BESIDE = 3

_CONFUSED = Statement(
    "SELECT DISTINCT n.fact_id FROM fact_neighbours n JOIN facts f ON f.id = n.neighbour_id "  # noqa: S608
    f"WHERE n.fact_id IN :facts AND {ASKED_SQL}"
)


@dataclass(frozen=True, slots=True)
class Repairs:
    """How a fact could be asked otherwise, by type of question or `flashcard`, and whether it is confused with another."""

    forms: tuple[str, ...]
    has_neighbour: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """A fact to be looked at beside another: `kind` says how the two are confused, empty for the fact itself."""

    id: uuid.UUID
    key: str
    topic: str
    standing: str
    set_slug: str
    language: str
    content: Mapping[str, Any]
    kind: str = ""


def find_repairs(
    learner_id: uuid.UUID, asked: Mapping[uuid.UUID, str], *, no_flashcard: Sequence[uuid.UUID] = ()
) -> dict[uuid.UUID, Repairs]:
    """Return what may help with each of these facts, given the form in which it was asked."""
    if not asked:
        return {}
    candidates = find_candidates(learner_id, list(asked))
    confused = {as_id(row[0]) for row in _CONFUSED.all({"facts": list(asked)})}
    found = {}
    for fact_id, form in asked.items():
        types = {one.type for one in candidates.get(fact_id, []) if one.facts == 1}
        if fact_id not in no_flashcard:
            types.add(FLASHCARD)
        found[fact_id] = Repairs(tuple(sorted(types - {form})), fact_id in confused)
    return found


def find_beside(learner_id: uuid.UUID | None, fact_id: uuid.UUID) -> tuple[Beside, list[Beside]] | None:
    """Return a fact with those it is most easily confused with; None where it is not there.

    What an open quiz of the learner closes is left out; where it closes the fact itself, there is None of it.
    """
    closed = find_closed_facts(learner_id)
    own = _read(select(FactNeighbour.neighbour_id).where(FactNeighbour.fact_id == fact_id), fact_id)
    by_id = {one.id: one for one in own}
    if fact_id not in by_id or fact_id in closed:
        return None
    order = db.session.execute(
        select(FactNeighbour.neighbour_id, FactNeighbour.kind)
        .where(FactNeighbour.fact_id == fact_id)
        .order_by(FactNeighbour.rank, FactNeighbour.neighbour_id)
    ).all()
    others = [
        Beside(one.id, one.key, one.topic, one.standing, one.set_slug, one.language, one.content, kind)
        for neighbour_id, kind in order
        if neighbour_id not in closed and (one := by_id.get(neighbour_id)) is not None
    ]
    return by_id[fact_id], others[:_MOST_BESIDE]


def _read(neighbours: Any, fact_id: uuid.UUID) -> list[Beside]:
    rows = db.session.execute(
        select(
            Fact.id,
            Fact.key,
            Fact.topic,
            Fact.standing,
            QuestionSet.slug,
            QuestionSet.language,
            FactRevision.content,
        )
        .join(FactRevision, and_(FactRevision.fact_id == Fact.id, FactRevision.revision == Fact.revision))
        .join(QuestionSet, QuestionSet.id == Fact.question_set_id)
        .where((Fact.id == fact_id) | Fact.id.in_(neighbours), is_asked())
    )
    return [Beside(*row) for row in rows]
