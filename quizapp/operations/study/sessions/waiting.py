"""What waits to be studied: the first due cards and new facts of a deck, found by index, however many there are."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from quizapp.core.memory import hash_to_unit
from quizapp.core.study_queue import DueOrder
from quizapp.operations.statements import Statement, as_content, as_day, as_id, as_moment
from quizapp.operations.study.decks import APART_SQL, ASKED_SQL

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

#: Of a backlog, the cards due longest are looked through for those most at risk.
WINDOW: Final = 5000
#: The search for new facts that wait behind today's limits ends here.
MOST_WAITING: Final = 1000

_KEPT = (
    "SELECT fact_id, shown_on, stability, {elapsed} / stability AS risk FROM ("  # noqa: S608
    "SELECT fact_id, shown_on, last_on, stability FROM cards WHERE learner_id = :learner_id "
    f"AND question_set_id = :set_id AND shown_on <= :today ORDER BY shown_on LIMIT {WINDOW}"
    ") AS earliest WHERE fact_id NOT IN :left_out ORDER BY 4 DESC, fact_id LIMIT :kept"
)
# For one learner's weights, the longer ago in terms of its stability, the less likely is a card recalled.
_ELAPSED = {"sqlite": "(julianday(:today) - julianday(last_on))", "postgresql": "(:today - last_on)"}


def _due_statement(order: str) -> Statement:
    first = f"SELECT fact_id, shown_on, stability, risk FROM ({_KEPT}) AS kept ORDER BY {order} LIMIT :count"  # noqa: S608
    return Statement(
        first.format(elapsed=_ELAPSED["sqlite"]), postgresql=first.format(elapsed=_ELAPSED["postgresql"])
    )


_DUE = Statement(
    _KEPT.format(elapsed=_ELAPSED["sqlite"]), postgresql=_KEPT.format(elapsed=_ELAPSED["postgresql"])
)
_DUE_IN_ORDER = {
    DueOrder.DUE: _due_statement("shown_on, fact_id"),
    DueOrder.STABILITY: _due_statement("stability, fact_id"),
}
_IS_NEW = (
    "NOT EXISTS (SELECT 1 FROM cards c WHERE c.learner_id = :learner_id AND c.fact_id = f.id) "
    "AND NOT EXISTS (SELECT 1 FROM card_marks m WHERE m.learner_id = :learner_id AND m.fact_id = f.id "
    "AND (m.suspended_at IS NOT NULL OR m.hidden_through >= :today))"
)
_NEW = Statement(
    "SELECT f.introduced, f.id FROM facts f WHERE f.question_set_id = :set_id AND f.introduced >= :new_from "  # noqa: S608
    f"AND {ASKED_SQL} AND f.standing <> 'fictional' AND {_IS_NEW} ORDER BY f.introduced LIMIT :count"
)
_NEW_FICTION = Statement(
    f"SELECT f.introduced, f.id FROM facts f WHERE f.question_set_id = :set_id AND ({APART_SQL}) "  # noqa: S608
    f"AND {ASKED_SQL} AND f.standing = 'fictional' AND {_IS_NEW} ORDER BY f.introduced LIMIT :count"
)
_CORRECTED = Statement(
    "SELECT c.fact_id, f.question_set_id, c.shown_on, c.fact_revision, f.revision "
    "FROM facts f CROSS JOIN cards c WHERE f.question_set_id IN :set_ids AND f.revision > 1 "
    "AND c.learner_id = :learner_id AND c.fact_id = f.id AND c.fact_revision < f.revision AND c.shown_on IS NOT NULL"
)
_CONTENTS = Statement(
    "SELECT fact_id, revision, content FROM fact_revisions WHERE fact_id IN :fact_ids AND revision IN :revisions"
)
_DETAILS = Statement(
    "SELECT f.id, f.question_set_id, f.topic, f.introduced, f.standing, f.treatment, f.retired_at, "
    "c.shown_on, c.stability, c.last_on, c.fact_revision, m.suspended_at, m.hidden_through, m.skipped_on, m.skipped_at "
    "FROM facts f LEFT JOIN cards c ON c.learner_id = :learner_id AND c.fact_id = f.id "
    "LEFT JOIN card_marks m ON m.learner_id = :learner_id AND m.fact_id = f.id WHERE f.id IN :fact_ids"
)
_SKIPPED = Statement(
    "SELECT s.fact_id FROM card_steps s WHERE s.learner_id = :learner_id AND s.made_at >= :since "
    "AND s.action = 'skip' AND s.undone_at IS NULL"
)
_NEIGHBOURS = Statement(
    "SELECT fact_id, neighbour_id FROM fact_neighbours WHERE fact_id IN :fact_ids ORDER BY fact_id, rank"
)
_BEGUN = Statement(
    "SELECT fact_id, first_on, stability FROM cards WHERE learner_id = :learner_id AND fact_id IN :fact_ids"
)
#: The id of nobody and of nothing.
_NOBODY: Final = uuid.UUID(int=0)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One fact with its card and its marks, as far as a session needs them; `shown_on` is None for a new one."""

    fact: uuid.UUID
    set_id: uuid.UUID
    topic: str
    introduced: int
    is_asked: bool
    is_fiction: bool
    has_card: bool
    shown_on: date | None
    stability: float
    last_on: date | None
    #: Whether it is kept back by a mark today: suspended, buried or resting.
    is_hidden: bool
    skipped_at: datetime | None


def find_due(
    learner_id: uuid.UUID,
    set_id: uuid.UUID,
    today: date,
    *,
    order: DueOrder,
    kept: int,
    count: int,
    left_out: Collection[uuid.UUID],
    lot: bytes,
) -> list[tuple[float, uuid.UUID]]:
    """Return the first `count` due cards of a set, of the `kept` most at risk, each with its place in the order.

    Places compare from set to set. `lot` is for the order by lot.
    """
    values = {
        "learner_id": learner_id,
        "set_id": set_id,
        "today": today,
        "left_out": _named(left_out),
        "kept": kept,
    }
    if order is DueOrder.DUE:
        rows = _DUE_IN_ORDER[order].all({**values, "count": count})
        return [(as_day(row.shown_on).toordinal(), as_id(row.fact_id)) for row in rows]
    if order is DueOrder.STABILITY:
        rows = _DUE_IN_ORDER[order].all({**values, "count": count})
        return [(row.stability, as_id(row.fact_id)) for row in rows]
    if order is DueOrder.SHUFFLED:
        facts = [as_id(row.fact_id) for row in _DUE.all(values)]
        return sorted((hash_to_unit(lot + fact.bytes), fact) for fact in facts)[:count]
    rows = _DUE.all({**values, "kept": min(kept, count)})
    return [(-row.risk, as_id(row.fact_id)) for row in rows]


def find_new(
    learner_id: uuid.UUID | None,
    set_id: uuid.UUID,
    today: date,
    *,
    new_from: int,
    includes_fiction: bool,
    count: int,
) -> list[tuple[int, uuid.UUID]]:
    """Return the first `count` facts of a set that are not begun, each with its place in the order of introduction."""
    values = {
        # A visitor has no cards: nobody's id finds none.
        "learner_id": learner_id or _NOBODY,
        "set_id": set_id,
        "today": today,
        "count": count,
    }
    rows = list(_NEW.all({**values, "new_from": new_from}))
    if includes_fiction:
        rows = sorted([*rows, *_NEW_FICTION.all(values)], key=lambda row: (row[0], row[1]))[:count]
    return [(place, as_id(fact)) for place, fact in rows]


def find_corrected(
    learner_id: uuid.UUID, set_ids: Sequence[uuid.UUID], today: date
) -> dict[uuid.UUID, tuple[uuid.UUID, bool]]:
    """Return the facts whose key is another one than the learner last saw, with their set and whether they are due anyway.

    Another wording alone is no correction.
    """
    rows = _CORRECTED.all({"learner_id": learner_id, "set_ids": list(set_ids)})
    if not rows:
        return {}
    facts = [as_id(row.fact_id) for row in rows]
    revisions = sorted({number for row in rows for number in (row.fact_revision, row.revision)})
    keys = {
        (as_id(row.fact_id), row.revision): as_content(row.content).get("key_text")
        for row in _CONTENTS.all({"fact_ids": facts, "revisions": revisions})
    }
    return {
        fact: (as_id(row.question_set_id), as_day(row.shown_on) <= today)
        for fact, row in zip(facts, rows, strict=True)
        if keys.get((fact, row.fact_revision)) != keys.get((fact, row.revision))
    }


def find_skipped(learner_id: uuid.UUID, since: datetime) -> set[uuid.UUID]:
    """Return the facts that were skipped since a moment, whether or not they still stand back."""
    return {as_id(row[0]) for row in _SKIPPED.all({"learner_id": learner_id, "since": since})}


def load_waiting(
    learner_id: uuid.UUID | None, fact_ids: Iterable[uuid.UUID], today: date
) -> dict[uuid.UUID, Waiting]:
    """Return these facts with their cards and marks; facts that are gone are left out."""
    wanted = list(fact_ids)
    if not wanted:
        return {}
    rows = _DETAILS.all({"learner_id": learner_id or _NOBODY, "fact_ids": wanted})
    return {waiting.fact: waiting for waiting in (_waiting(row, today) for row in rows)}


def load_neighbours(fact_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[uuid.UUID, ...]]:
    """Return the facts that each of these is confused with, the most easily confused first."""
    found: dict[uuid.UUID, tuple[uuid.UUID, ...]] = {}
    if fact_ids:
        for fact, neighbour in _NEIGHBOURS.all({"fact_ids": list(fact_ids)}):
            found[as_id(fact)] = (*found.get(as_id(fact), ()), as_id(neighbour))
    return found


def load_begun(
    learner_id: uuid.UUID | None, fact_ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, tuple[date, float]]:
    """Return the day on which each of these facts was begun, and its stability; those not begun are left out."""
    if learner_id is None or not fact_ids:
        return {}
    rows = _BEGUN.all({"learner_id": learner_id, "fact_ids": list(fact_ids)})
    return {as_id(row.fact_id): (as_day(row.first_on), row.stability) for row in rows}


def _waiting(row: Any, today: date) -> Waiting:
    return Waiting(
        fact=as_id(row.id),
        set_id=as_id(row.question_set_id),
        topic=row.topic,
        introduced=row.introduced,
        is_asked=row.retired_at is None and row.treatment != "exclude",
        is_fiction=row.standing == "fictional",
        has_card=row.stability is not None,
        shown_on=None if row.shown_on is None else as_day(row.shown_on),
        stability=row.stability or 0.0,
        last_on=None if row.last_on is None else as_day(row.last_on),
        is_hidden=row.suspended_at is not None
        or (row.hidden_through is not None and as_day(row.hidden_through) >= today),
        skipped_at=as_moment(row.skipped_at)
        if row.skipped_on is not None and as_day(row.skipped_on) == today
        else None,
    )


def _named(fact_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    # No value at all would be NULL, and nothing is known to be other than that.
    return list(fact_ids) or [_NOBODY]
