"""A bank seen by subject, relation, kind and value: built once a bank, so that no question has to look at every fact.

Where a bank offers very much of one kind, a question looks at a part of it: the nearest dates and counts, and entities
drawn by hash, the same whatever the order of the facts.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from quizapp.core.facts import DateValue, EntityValue, Fact, NumberValue, Standing, TextValue, Value
from quizapp.core.matching import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from quizapp.core.dates import PartialDate
    from quizapp.core.facts import Bank, Entity

# Up to this many values of one kind, every one is looked at; beyond it, a draw of that size.
MANY: Final = 128
# Up to this many names of one kind, all are kept from being slips of one another; beyond it, those that are alike.
MANY_NAMES: Final = 1000
_MOST_SLIPS: Final = 2
_LABEL: Final = "index"


def stable_hash(text: str) -> int:
    """Return the first 8 bytes of the SHA-256 of a text as a number."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])


def index_of(bank: Bank) -> BankIndex:
    """Return the index of a bank, built when it is first asked for and kept with the bank."""
    found = bank.lookups.get(_LABEL)
    if not isinstance(found, BankIndex):
        found = bank.lookups[_LABEL] = BankIndex(bank)
    return found


class Ring[Item]:
    """Items around a circle by the hash of their names; a draw takes those that follow a place on it."""

    def __init__(self, items: Iterable[tuple[str, Item]]) -> None:
        placed = sorted(((stable_hash(name), name, item) for name, item in items), key=lambda one: one[:2])
        self._places = [place for place, _, _ in placed]
        self._items = [item for _, _, item in placed]

    def draw(self, name: str, count: int = MANY) -> Sequence[Item]:
        """Return up to `count` items, beginning where `name` stands; all of them if there are no more."""
        if len(self._items) <= count:
            return self._items
        start = bisect_left(self._places, stable_hash(name))
        return [*self._items[start : start + count], *self._items[: max(0, start + count - len(self._items))]]


@dataclass(slots=True)
class Lent:
    """What facts may lend as wrong options: by value, the first fact by id that lends it."""

    entities: dict[str, str] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    related: dict[tuple[str, str], str] = field(default_factory=dict)
    numbers: dict[int | float, str] = field(default_factory=dict)
    dates: list[Fact] = field(default_factory=list)
    texts: dict[str, dict[str, Fact]] = field(default_factory=lambda: defaultdict(dict))


class BankIndex:
    """What is looked up in a bank time and again. Facts are listed in the order of their ids."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.facts = sorted(bank.facts, key=lambda fact: fact.id)
        self.linked: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        self.asking: dict[str, list[Fact]] = defaultdict(list)
        self.blanked: dict[str, list[Fact]] = defaultdict(list)
        self.lists: dict[str, list[Fact]] = defaultdict(list)
        self.values_of: dict[str, set[str]] = defaultdict(set)
        self.subjects_of: dict[str, set[str]] = defaultdict(set)
        self.kinds: dict[str, list[Entity]] = defaultdict(list)
        self.named: dict[str, list[Entity]] = defaultdict(list)
        self.notes: dict[Any, Any] = {}
        self._folds: dict[Value, frozenset[str]] = {}
        for fact in self.facts:
            self.linked[fact.subject, fact.relation].append(fact)
            self.asking[fold(fact.ask)].append(fact)
            self.blanked[fold(fact.statement_with(""))].append(fact)
            if fact.member_of is not None:
                self.lists[fact.member_of].append(fact)
            if isinstance(fact.value, EntityValue):
                self.values_of[fact.subject].add(fact.value.entity)
                self.subjects_of[fact.value.entity].add(fact.subject)
        for entity in sorted(bank.entities.values(), key=lambda entity: entity.id):
            self.kinds[entity.kind].append(entity)
            for name in dict.fromkeys(map(fold, entity.names)):
                self.named[name].append(entity)

    def folds_of(self, value: Value) -> frozenset[str]:
        """Return every right spelling of a value, folded."""
        found = self._folds.get(value)
        if found is None:
            found = self._folds[value] = frozenset(map(fold, self.bank.names_of(value)))
        return found

    @cached_property
    def inventions(self) -> frozenset[str]:
        """The entities that only fictional facts speak of."""
        spoken: dict[bool, set[str]] = {True: set(), False: set()}
        for fact in self.facts:
            value = {fact.value.entity} if isinstance(fact.value, EntityValue) else set()
            spoken[fact.standing is Standing.FICTIONAL] |= {fact.subject} | value
        return frozenset(spoken[True] - spoken[False])

    @cached_property
    def confusable(self) -> dict[str, list[tuple[str, ...]]]:
        """By fact, the sets of facts that are easily taken for one another."""
        groups: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for group in self.bank.sets:
            if group.kind == "confusable":
                for fact in group.facts:
                    groups[fact].append(group.facts)
        return groups

    def lent_to(self, fact: Fact) -> Lent:
        """Return what other facts may lend to this one: inventions never stand beside documented keys."""
        return self._lent_with_fiction if fact.standing is Standing.FICTIONAL else self._lent_by_record

    @cached_property
    def _lent_with_fiction(self) -> Lent:
        return _lent(self.facts)

    @cached_property
    def _lent_by_record(self) -> Lent:
        return _lent(fact for fact in self.facts if fact.standing is not Standing.FICTIONAL)

    def entities_for(self, fact: Fact, kind: str) -> dict[str, Entity]:
        """Return the entities of a kind among which wrong options for a fact are sought, by id."""
        if len(self.kinds[kind]) <= MANY:
            return {entity.id: entity for entity in self.kinds[kind]}
        lent = self.lent_to(fact)
        related = self._ring(("related", fact.relation, kind, lent is self._lent_by_record), lent, fact.relation)
        drawn = [*related.draw(fact.id, MANY // 2), *self._ring(("kind", kind)).draw(fact.id, MANY // 2)]
        return {entity.id: entity for entity in drawn}

    def _ring(self, label: tuple[Any, ...], lent: Lent | None = None, relation: str = "") -> Ring[Entity]:
        found = self.notes.get(label)
        if found is None:
            kind = label[2] if lent else label[1]
            ids = (
                [entity for entity, named in lent.related if named == relation]
                if lent
                else [entity.id for entity in self.kinds[kind]]
            )
            entities = (self.bank.entities[one] for one in ids)
            found = self.notes[label] = Ring((one.id, one) for one in entities if one.kind == kind)
        return found

