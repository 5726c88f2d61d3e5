"""A bank seen by subject, relation, kind and value: built once a bank, so that no question has to look at every fact.

Where a bank has very much of one kind, a question looks at a part of it: the nearest dates and counts, phrases and
entities drawn by hash. Which part does not depend on the order of the facts.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final, TypeVar

from quizapp.core.facts import DateValue, EntityValue, Fact, Standing, TextValue, Value
from quizapp.core.matching import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from quizapp.core.dates import PartialDate, Precision
    from quizapp.core.facts import Bank, Entity

# Up to this many values of one kind, every one is looked at; beyond it, a part of them, or the nearest on either side.
MANY: Final = 128
_DRAWN: Final = 40
_NEAREST: Final = 16
# So many counts of one relation make options without those of others.
_ENOUGH: Final = 8
# Up to this many names of one kind, all are kept from being slips of one another; beyond it, those that are alike.
MANY_NAMES: Final = 256
_SLIPS: Final = 2
_LABEL: Final = "index"

_Kept = TypeVar("_Kept")


@lru_cache(maxsize=65_536)
def stable_hash(text: str) -> int:
    """Return the first 8 bytes of the SHA-256 of a text as a number."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])


def index_of(bank: Bank) -> BankIndex:
    """Return the index of a bank, built when it is first asked for and kept with the bank."""
    found = bank.lookups.get(_LABEL)
    if not isinstance(found, BankIndex):
        found = bank.lookups[_LABEL] = BankIndex(bank)
    return found


class Ring:
    """Ids around a circle by their hash; a draw takes those that follow a place on it."""

    def __init__(self, ids: Iterable[str]) -> None:
        placed = sorted((stable_hash(one), one) for one in ids)
        self._places = [place for place, _ in placed]
        self._ids = [one for _, one in placed]

    def draw(self, name: str, count: int) -> list[str]:
        """Return up to `count` ids, beginning where `name` stands; all of them if there are no more."""
        if len(self._ids) <= count:
            return self._ids
        start = bisect_left(self._places, stable_hash(name))
        drawn = self._ids[start : start + count]
        return drawn + self._ids[: count - len(drawn)]


@dataclass(frozen=True, slots=True)
class Lent:
    """What facts may lend as wrong options: each value with the fact that is first by id.

    `related`, `texts` and `counts` are by relation, `texts` further by the folded phrase; `members` are of lists alone.
    """

    entities: dict[str, str] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    related: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    texts: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    numbers: dict[float, str] = field(default_factory=dict)
    counts: dict[str, dict[float, str]] = field(default_factory=lambda: defaultdict(dict))
    dates: list[tuple[PartialDate, str]] = field(default_factory=list)

    def add(self, fact: Fact) -> None:
        """Take in a fact; those of lower ids come before it."""
        value = fact.value
        if isinstance(value, EntityValue):
            self.entities.setdefault(value.entity, fact.id)
            self.related[fact.relation].setdefault(value.entity, fact.id)
            if fact.member_of is not None:
                self.members.setdefault(value.entity, fact.id)
        elif isinstance(value, TextValue):
            self.texts[fact.relation].setdefault(fold(value.text), fact.id)
        elif isinstance(value, DateValue):
            self.dates.append((value.date, fact.id))
        elif "choice" not in fact.never:
            self.numbers.setdefault(value.number, fact.id)
            self.counts[fact.relation].setdefault(value.number, fact.id)


class BankIndex:
    """What is looked up in a bank time and again; facts and entities are listed in the order of their ids.

    `linked` is by subject and relation, `related` by relation, `asking` and `blanked` by the folded question and the folded
    statement without its value, `lists` by the list that members belong to, `picking` the lists by what asks which of
    several things stands on them, folded, `named` entities by folded name.
    """

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.facts = sorted(bank.facts, key=lambda fact: fact.id)
        self.linked: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        self.related: dict[str, list[Fact]] = defaultdict(list)
        self.asking: dict[str, list[Fact]] = defaultdict(list)
        self.blanked: dict[str, list[Fact]] = defaultdict(list)
        self.lists: dict[str, list[Fact]] = defaultdict(list)
        self.picking: dict[str, set[str]] = defaultdict(set)
        self.values_of: dict[str, set[str]] = defaultdict(set)
        self.subjects_of: dict[str, set[str]] = defaultdict(set)
        self.confusable: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        self.kinds: dict[str, list[Entity]] = defaultdict(list)
        self.named: dict[str, list[Entity]] = defaultdict(list)
        self._folds: dict[Value, frozenset[str]] = {}
        self._notes: dict[tuple[Any, ...], Any] = {}
        for fact in self.facts:
            self._add(fact)
        for group in bank.sets:
            for one in group.facts if group.kind == "confusable" else ():
                self.confusable[one].append(group.facts)
        for entity in sorted(bank.entities.values(), key=lambda entity: entity.id):
            self.kinds[entity.kind].append(entity)
            for name in dict.fromkeys(map(fold, entity.names)):
                self.named[name].append(entity)

    def _add(self, fact: Fact) -> None:
        self.linked[fact.subject, fact.relation].append(fact)
        self.related[fact.relation].append(fact)
        self.asking[fold(fact.ask)].append(fact)
        self.blanked[fold(fact.statement_with(""))].append(fact)
        if fact.member_of is not None:
            self.lists[fact.member_of].append(fact)
            self.picking[fold(fact.pick_ask)].add(fact.member_of)
        if isinstance(fact.value, EntityValue):
            self.values_of[fact.subject].add(fact.value.entity)
            self.subjects_of[fact.value.entity].add(fact.subject)

    def kept(self, make: Callable[..., _Kept], *of: Any) -> _Kept:
        """Return what `make` gives for `of`, made once for this bank."""
        label = (make.__qualname__, *of)
        if label not in self._notes:
            self._notes[label] = make(*of)
        found: _Kept = self._notes[label]
        return found

    def folds_of(self, value: Value) -> frozenset[str]:
        """Return every right spelling of a value, folded."""
        found = self._folds.get(value)
        if found is None:
            found = self._folds[value] = frozenset(map(fold, self.bank.names_of(value)))
        return found

    def lent_to(self, fact: Fact) -> Lent:
        """Return what facts may lend to this one: inventions never stand beside documented keys."""
        return self.kept(self._lent, fact.standing is Standing.FICTIONAL)

    def inventions(self) -> frozenset[str]:
        """Return the entities that only fictional facts speak of."""
        return self.kept(self._inventions)

    def entities_for(self, fact: Fact, kind: str) -> Iterable[Entity]:
        """Return the entities of a kind among which wrong options for a fact are sought."""
        if len(self.kinds[kind]) <= MANY:
            return self.kinds[kind]
        related = self.kept(self._related_ring, fact.relation, kind, fact.standing is Standing.FICTIONAL)
        of_kind = self.kept(self._kind_ring, kind)
        drawn = dict.fromkeys((*related.draw(fact.id, _DRAWN), *of_kind.draw(fact.id, _DRAWN)))
        return [self.bank.entities[one] for one in drawn]

    def texts_for(self, fact: Fact) -> Iterable[Fact]:
        """Return the facts whose phrases are sought among for wrong options: those of the same relation."""
        ring = self.kept(self._text_ring, fact.relation, fact.standing is Standing.FICTIONAL)
        return [self.bank.by_id[one] for one in ring.draw(fact.id, MANY)]

    def dates_for(self, fact: Fact, key: PartialDate) -> Sequence[tuple[PartialDate, str]]:
        """Return the bank's dates, as precise as a fact's own and nearest to it, each with the fact that gives it."""
        is_fictional = fact.standing is Standing.FICTIONAL
        days, dates = self.kept(self._dates, key.precision, key.is_approximate, is_fictional)
        if len(dates) <= MANY:
            return dates
        here = bisect_left(days, key.earliest.toordinal())
        return dates[max(0, here - _NEAREST) : here + _NEAREST]

    def numbers_for(self, fact: Fact, key: float, margin: float) -> Sequence[tuple[float, str]]:
        """Return the bank's counts nearest to a fact's own, each with the fact that gives it.

        They are of the same relation where that has enough of them. Where there are very many, those within `margin`, a
        share of the greater one, are passed over.
        """
        is_fictional = fact.standing is Standing.FICTIONAL
        numbers = self.kept(self._counts, fact.relation, is_fictional)
        if len(numbers) < _ENOUGH:
            numbers = self.kept(self._numbers, is_fictional)
        if len(numbers) <= MANY:
            return numbers
        ends = sorted((key * (1 - margin), key / (1 - margin)))
        below, above = bisect_left(numbers, (ends[0], "")), bisect_right(numbers, (ends[1], "~"))
        return [*numbers[max(0, below - _NEAREST) : below], *numbers[above : above + _NEAREST]]

    def names_beside(self, kind: str, names: Iterable[str]) -> list[str]:
        """Return the names of a kind that one might type for one of `names`: all, or of very many those that are alike.

        Two names are alike if they are the same once up to two letters are left out of each.
        """
        known = self.kept(self._names, kind)
        if len(known) <= MANY_NAMES:
            return known
        shortened = self.kept(self._shortened, kind)
        places = {
            place
            for name in names
            for short in _shortenings(fold(name))
            for place in shortened.get(short, ())
        }
        return [known[place] for place in sorted(places)]

    def _lent(self, is_fictional: bool) -> Lent:
        lent = Lent()
        for fact in self.facts:
            if fact.is_asked and (is_fictional or fact.standing is not Standing.FICTIONAL):
                lent.add(fact)
        return lent

    def _inventions(self) -> frozenset[str]:
        spoken: dict[bool, set[str]] = {True: set(), False: set()}
        for fact in self.facts:
            value = {fact.value.entity} if isinstance(fact.value, EntityValue) else set()
            spoken[fact.standing is Standing.FICTIONAL] |= {fact.subject} | value
        return frozenset(spoken[True] - spoken[False])

    def _related_ring(self, relation: str, kind: str, is_fictional: bool) -> Ring:
        related = self.kept(self._lent, is_fictional).related.get(relation, {})
        return Ring(one for one in related if self.bank.entities[one].kind == kind)

    def _kind_ring(self, kind: str) -> Ring:
        return Ring(entity.id for entity in self.kinds[kind])

    def _text_ring(self, relation: str, is_fictional: bool) -> Ring:
        return Ring(self.kept(self._lent, is_fictional).texts.get(relation, {}).values())

    def _numbers(self, is_fictional: bool) -> list[tuple[float, str]]:
        return sorted(self.kept(self._lent, is_fictional).numbers.items())

    def _counts(self, relation: str, is_fictional: bool) -> list[tuple[float, str]]:
        return sorted(self.kept(self._lent, is_fictional).counts.get(relation, {}).items())

    def _dates(
        self, precision: Precision, is_approximate: bool, is_fictional: bool
    ) -> tuple[list[int], list[tuple[PartialDate, str]]]:
        """Return every date once in that precision, in order, and the day numbers by which they are ordered."""
        first: dict[str, tuple[PartialDate, str]] = {}
        for date, fact in self.kept(self._lent, is_fictional).dates:
            coarse = date.coarsened(precision)
            if coarse is not None and coarse.is_approximate == is_approximate:
                first.setdefault(coarse.edtf, (coarse, fact))
        dates = sorted(first.values(), key=lambda pair: (pair[0].earliest, pair[0].edtf))
        return [date.earliest.toordinal() for date, _ in dates], dates

    def _names(self, kind: str) -> list[str]:
        return list(dict.fromkeys(name for entity in self.kinds[kind] for name in entity.names))

    def _shortened(self, kind: str) -> dict[int, tuple[int, ...]]:
        """Return the places of names by the hash of what is left of them; the hash saves keeping the texts."""
        # Of very many names this is the most by far; tuples of numbers cost the garbage collector nothing.
        places: dict[int, tuple[int, ...]] = {}
        for place, name in enumerate(self.kept(self._names, kind)):
            for short in _shortenings(fold(name)):
                places[short] = (*places.get(short, ()), place)
        return places


def _shortenings(text: str) -> set[int]:
    """Return the hashes of a text without none, one or two of its letters."""
    lengths = range(max(0, len(text) - _SLIPS), len(text) + 1)
    return {hash("".join(kept)) for length in lengths for kept in combinations(text, length)}
