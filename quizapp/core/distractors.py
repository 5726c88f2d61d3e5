"""Wrong options that are provably wrong: other values of the same kind which no fact of the bank makes right.

Each keeps the strategy that chose it and the fact it belongs to, so that feedback can say where it is right.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from quizapp.core import numerals
from quizapp.core.dates import PartialDate, read_date
from quizapp.core.facts import DateValue, EntityValue, Fact, NumberValue, Standing, TextValue, Value
from quizapp.core.matching import fold, holds

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable

    from quizapp.core.facts import Bank

# A count this near to a right one is not offered: sources round, and nobody should be tested on rounding.
NEAR_COUNT: Final = 0.10

CONFUSION: Final = "recorded-confusion"
NEIGHBOUR: Final = "neighbouring-fact"
SIBLING: Final = "sibling-entity"
NEAREST_DATE: Final = "nearest-date"
COUNT: Final = "count-neighbour"
_RANK: Final = {CONFUSION: 0, NEIGHBOUR: 1, SIBLING: 2, NEAREST_DATE: 1, COUNT: 1}


@dataclass(frozen=True, slots=True)
class Distractor:
    """A wrong option: its text and value, the fact it is right for (if any), and how it was chosen."""

    text: str
    value: Value
    fact: str | None
    strategy: str


@dataclass(frozen=True, slots=True)
class Truths:
    """All that must not be offered as wrong for one fact."""

    kind: type[Value]
    entities: frozenset[str]
    codes: frozenset[str]
    texts: frozenset[str]
    dates: tuple[PartialDate, ...]
    numbers: tuple[float, ...]
    entity_kinds: frozenset[str] = field(default_factory=frozenset)


def provably_false(bank: Bank, fact: Fact, value: Value) -> bool:
    """Whether `value` is surely a wrong response to `fact`, by every fact of the bank, alias, exception and record.

    A value of another kind than the key's is not provable, nor is a date that may mean the same day, a count within
    a tenth of a right one, or an entity that some fact links with the same subject.
    """
    return is_false(bank, truths_of(bank, fact), value)


def truths_of(bank: Bank, fact: Fact) -> Truths:
    """Gather what is right, near to right or disputed for a fact: itself, its record and the facts beside it."""
    values: list[Value] = []
    written: list[str] = []
    for other in bank.facts:
        if _asks_the_same(fact, other):
            values.append(other.value)
            values += [other.record.value] if other.record else []
            written += [*other.accepted, *other.never_wrong]
        values += _linked(fact, other)
    entities = [bank.entities[value.entity] for value in values if isinstance(value, EntityValue)]
    names = [name for value in values for name in bank.names_of(value)]
    dates = [value.date for value in values if isinstance(value, DateValue)]
    dates += [found for found in map(read_date, written) if found]
    numbers: list[float] = [value.number for value in values if isinstance(value, NumberValue)]
    numbers += [found for found in map(numerals.read, written) if found is not None]
    key = fact.value
    kinds = {bank.entities[key.entity].kind} if isinstance(key, EntityValue) else set()
    return Truths(
        kind=type(key),
        entities=frozenset(entity.id for entity in entities),
        codes=frozenset(entity.code for entity in entities if entity.code),
        texts=frozenset(map(fold, (*names, *written))),
        dates=tuple(dates),
        numbers=tuple(numbers),
        entity_kinds=frozenset(kinds),
    )


def is_false(bank: Bank, truths: Truths, value: Value) -> bool:
    """Whether `value` is of the kind asked for and none of `truths` makes it right or nearly so."""
    if type(value) is not truths.kind:
        return False
    folded = {fold(name) for name in bank.names_of(value)}
    if folded & truths.texts:
        return False
    if isinstance(value, EntityValue):
        entity = bank.entities[value.entity]
        known = entity.id in truths.entities or entity.code in truths.codes or fold(entity.id) in truths.texts
        return entity.kind in truths.entity_kinds and not known
    if isinstance(value, DateValue):
        return not any(value.date.overlaps(right) for right in truths.dates)
    if isinstance(value, NumberValue):
        return not any(_is_near(value.number, right) for right in truths.numbers)
    text = fold(value.text)
    return not any(text in right or right in text for right in truths.texts)


def candidates(bank: Bank, fact: Fact) -> list[Distractor]:
    """Return every sound distractor of the bank for a fact, each text once, in an order that facts' order cannot change."""
    truths = truths_of(bank, fact)
    key = bank.text_of(fact.value)
    found: dict[str, Distractor] = {}
    offers = sorted(_offers(bank, fact), key=lambda item: (_RANK[item.strategy], item.fact or "~", item.text))
    for distractor in offers:
        text = distractor.text
        # Neither what the stem names nor a text that holds the key's, or stands in it, is a fair option.
        is_fair = not (holds(fact.ask, text) or holds(key, text) or holds(text, key))
        if fold(text) not in found and is_fair and is_false(bank, truths, distractor.value):
            found[fold(text)] = distractor
    return list(found.values())


def outsiders(bank: Bank, fact: Fact) -> list[Distractor]:
    """Return every entity that is provably no member of the list a membership fact belongs to, the same for each member."""
    truths = truths_of(bank, fact)
    invented = _inventions(bank) if fact.standing is not Standing.FICTIONAL else set()
    return [
        Distractor(entity.name, EntityValue(entity.id), None, SIBLING)
        for entity in sorted(bank.entities.values(), key=lambda entity: entity.id)
        if entity.id not in invented and is_false(bank, truths, EntityValue(entity.id))
    ]


def propose(bank: Bank, fact: Fact, rng: random.Random, count: int = 3) -> list[Distractor]:
    """Choose up to `count` distractors of the bank for a fact; see `choose`."""
    return choose(bank, fact, candidates(bank, fact), rng, count)


def choose(
    bank: Bank, fact: Fact, pool: list[Distractor], rng: random.Random, count: int, *, by_rank: bool = True
) -> list[Distractor]:
    """Choose from a pool: dates and counts from both sides of the key, others by strategy (`by_rank`), then by chance.

    How many lie before the key is drawn, so that the key is not always in the middle.
    """
    if isinstance(fact.value, DateValue | NumberValue):
        return _around(pool, fact.value, rng, count)
    shuffled = sorted(pool, key=lambda item: (_RANK[item.strategy] if by_rank else 0, rng.random()))
    return _distinct(bank, shuffled, count)


def order_of(value: Value) -> float:
    """Return where a date (day number of its first day) or a count stands in the natural order."""
    if isinstance(value, DateValue):
        return value.date.earliest.toordinal()
    return value.number if isinstance(value, NumberValue) else 0.0


def _asks_the_same(fact: Fact, other: Fact) -> bool:
    same_link = (fact.subject, fact.relation) == (other.subject, other.relation)
    return fact.id == other.id or same_link or fold(fact.ask) == fold(other.ask)


def _linked(fact: Fact, other: Fact) -> list[Value]:
    """Return what another fact ties to the same subject, in either direction."""
    if not isinstance(fact.value, EntityValue) or not isinstance(other.value, EntityValue):
        return []
    if other.subject == fact.subject:
        return [other.value]
    return [EntityValue(other.subject)] if other.value.entity == fact.subject else []


def _is_near(number: float, right: float) -> bool:
    return abs(number - right) <= NEAR_COUNT * max(abs(number), abs(right))


def _offers(bank: Bank, fact: Fact) -> Iterable[Distractor]:
    confused = {
        one
        for group in bank.sets
        if group.kind == "confusable" and fact.id in group.facts
        for one in group.facts
    }
    for other in bank.facts:
        if other.id != fact.id and _may_lend(fact, other):
            value = _as_asked(fact, other)
            if value is not None:
                strategy = CONFUSION if other.id in confused else _strategy(fact, other)
                yield Distractor(bank.text_of(value), value, other.id, strategy)
    if isinstance(fact.value, EntityValue):
        kind = bank.entities[fact.value.entity].kind
        invented = _inventions(bank) if fact.standing is not Standing.FICTIONAL else set()
        for entity in bank.entities.values():
            if entity.kind == kind and entity.id != fact.subject and entity.id not in invented:
                yield Distractor(entity.name, EntityValue(entity.id), None, SIBLING)


def _may_lend(fact: Fact, other: Fact) -> bool:
    """Whether another fact's value may stand among the options: inventions never stand beside documented keys."""
    return other.is_asked and (
        other.standing is not Standing.FICTIONAL or fact.standing is Standing.FICTIONAL
    )


def _inventions(bank: Bank) -> set[str]:
    """Return the entities that only fictional facts speak of."""
    spoken: dict[bool, set[str]] = {True: set(), False: set()}
    for fact in bank.facts:
        value = {fact.value.entity} if isinstance(fact.value, EntityValue) else set()
        spoken[fact.standing is Standing.FICTIONAL] |= {fact.subject} | value
    return spoken[True] - spoken[False]


def _as_asked(fact: Fact, other: Fact) -> Value | None:
    """Return the other fact's value in the precision or unit of this one; None if it has another kind."""
    key, value = fact.value, other.value
    if isinstance(key, DateValue) and isinstance(value, DateValue):
        date = value.date.coarsened(key.date.precision)
        return DateValue(date) if date and date.is_approximate == key.date.is_approximate else None
    if isinstance(key, NumberValue) and isinstance(value, NumberValue):
        return None if "choice" in other.never else NumberValue(value.number, key.unit)
    if isinstance(key, EntityValue) and isinstance(value, EntityValue):
        return value if value.entity != fact.subject else None
    is_sibling = (
        isinstance(key, TextValue) and isinstance(value, TextValue) and fact.relation == other.relation
    )
    return value if is_sibling else None


def _strategy(fact: Fact, other: Fact) -> str:
    if isinstance(fact.value, DateValue):
        return NEAREST_DATE
    if isinstance(fact.value, NumberValue):
        return COUNT
    return NEIGHBOUR if fact.relation == other.relation else SIBLING


def _around(pool: list[Distractor], key: Value, rng: random.Random, count: int) -> list[Distractor]:
    here = order_of(key)
    nearest = sorted(
        pool, key=lambda item: (_RANK[item.strategy], abs(order_of(item.value) - here), item.text)
    )
    before = [item for item in nearest if order_of(item.value) < here]
    after = [item for item in nearest if order_of(item.value) >= here]
    wanted = rng.randint(0, count)
    first = max(min(wanted, len(before)), count - len(after))
    return [*before[: max(first, 0)], *after[: max(count - first, 0)]][:count]


def _distinct(bank: Bank, pool: list[Distractor], count: int) -> list[Distractor]:
    """Take the first `count` of which no two share a name, and no text holds another."""
    taken: list[Distractor] = []
    for distractor in pool:
        names = set(map(fold, bank.names_of(distractor.value)))
        clash = any(
            names & set(map(fold, bank.names_of(one.value)))
            or holds(one.text, distractor.text)
            or holds(distractor.text, one.text)
            for one in taken
        )
        if not clash and len(taken) < count:
            taken.append(distractor)
    return taken
