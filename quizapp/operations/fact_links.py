"""What stands between the facts of a set: which are easily confused, and the words by which they can be chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import and_, bindparam, delete, insert, select

from quizapp.core.confusables import introduction_order
from quizapp.database import db
from quizapp.models import Fact, FactNeighbour, FactTag
from quizapp.operations.study import reopen_new

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Table

    from quizapp.core.confusables import Neighbour
    from quizapp.core.facts import Bank
    from quizapp.database import Model


def introduction_places(bank: Bank, confused: Mapping[str, Sequence[Neighbour]]) -> dict[str, int]:
    """Return the place of each fact of a bank in the order in which new ones are begun."""
    others = {key: [other.fact for other in found] for key, found in confused.items()}
    order = introduction_order([fact.id for fact in bank.facts], others)
    return {key: place for place, key in enumerate(order)}


def link_bank(
    question_set_id: uuid.UUID,
    bank: Bank,
    fact_ids: Mapping[str, uuid.UUID],
    confused: Mapping[str, Sequence[Neighbour]],
) -> None:
    """Say of a bank which facts are confused and what they can be chosen by: their tags, their sets and lists."""
    tags = {fact.id: set(fact.tags) for fact in bank.facts}
    for group in bank.sets:
        for key in group.facts:
            tags[key].add(group.id)
    link_neighbours(question_set_id, fact_ids, confused)
    link_tags(question_set_id, fact_ids, tags)
    reopen_new(question_set_id)


def link_neighbours(
    question_set_id: uuid.UUID,
    fact_ids: Mapping[str, uuid.UUID],
    neighbours: Mapping[str, Sequence[Neighbour]],
) -> None:
    """Say which facts of a set are easily confused; `fact_ids` are those of their keys. Writes only what changed."""
    wanted = {
        (fact_ids[key], fact_ids[other.fact]): {"kind": other.kind, "rank": other.rank}
        for key, others in neighbours.items()
        for other in others
    }
    _replace(FactNeighbour, ("fact_id", "neighbour_id"), question_set_id, wanted)


def link_tags(
    question_set_id: uuid.UUID, fact_ids: Mapping[str, uuid.UUID], tags: Mapping[str, Collection[str]]
) -> None:
    """Say which words the facts of a set can be chosen by. Writes only what changed."""
    wanted: dict[tuple[Any, Any], dict[str, Any]] = {
        (fact_ids[key], tag): {} for key, words in tags.items() for tag in words
    }
    _replace(FactTag, ("fact_id", "tag"), question_set_id, wanted)


def _replace(
    model: type[Model],
    key: tuple[str, str],
    question_set_id: uuid.UUID,
    wanted: Mapping[tuple[Any, Any], dict[str, Any]],
) -> None:
    """Make the rows of the facts of a set, each named by two columns, those that are wanted."""
    table = cast("Table", model.__table__)
    rows = db.session.execute(
        select(table).join(Fact, Fact.id == table.c.fact_id).where(Fact.question_set_id == question_set_id)
    ).mappings()
    known = {
        tuple(row[column] for column in key): {name: row[name] for name in row if name not in key}
        for row in rows
    }
    stale = [pair for pair, values in known.items() if wanted.get(cast("Any", pair)) != values]
    missing = [(pair, values) for pair, values in wanted.items() if known.get(pair) != values]
    if stale:
        # One statement for all of them, however many.
        first, second = (table.c[column] for column in key)
        db.session.execute(
            delete(table).where(and_(first == bindparam("one"), second == bindparam("other"))),
            [{"one": one, "other": other} for one, other in stale],
        )
    if missing:
        db.session.execute(
            insert(table), [dict(zip(key, pair, strict=True)) | values for pair, values in missing]
        )
