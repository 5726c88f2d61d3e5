"""Wrong options that are provably wrong: other values of the same kind which no fact of the bank makes right.

Each keeps the strategy that chose it and the fact it belongs to, so that feedback can say where it is right.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from quizapp.core import numerals
from quizapp.core.bank_index import index_of
from quizapp.core.dates import PartialDate, read_date
from quizapp.core.facts import DateValue, EntityValue, Fact, NumberValue, Standing, TextValue, Value
from quizapp.core.matching import fold, holds

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Iterator

    from quizapp.core.bank_index import BankIndex
    from quizapp.core.facts import Bank

# Nobody should be tested on whether it was a year or a month earlier: options are five years or two months apart where
# that can be. The days are fewer than so many years or months have, and more than one less.
_GAPS: Final = {"year": (1825.0, 1460.0, 1095.0, 730.0, 365.0), "month": (56.0, 28.0)}
# A count this near to a right one is not offered: sources round, and nobody should be tested on rounding.
NEAR_COUNT: Final = 0.10

CONFUSION: Final = "recorded-confusion"
NEIGHBOUR: Final = "neighbouring-fact"
SIBLING: Final = "sibling-entity"
NEAREST_DATE: Final = "nearest-date"
COUNT: Final = "count-neighbour"
SOURCE_SAYS: Final = "source-says"
_RANK: Final = {CONFUSION: 0, NEIGHBOUR: 1, SIBLING: 2, NEAREST_DATE: 1, COUNT: 1, SOURCE_SAYS: 0}


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
    exact_numbers: frozenset[float] = frozenset()
    entity_kind: str | None = None


def truths_of(bank: Bank, fact: Fact) -> Truths:
    """Gather what is right, near to right or disputed for a fact: itself, its record and the facts beside it.

    Beside it stand the facts of its subject and relation, and those that are asked or told in the same words.
    """
    index = index_of(bank)
    link = (fact.subject, fact.relation)
    blanked = fold(fact.statement_with(""))
    same_words = [
        other
        for other in (*index.asking.get(fold(fact.ask), ()), *index.blanked.get(blanked, ()))
        if (other.subject, other.relation) != link
    ]
    kind = bank.entities[fact.value.entity].kind if isinstance(fact.value, EntityValue) else None
    of = (index, *link, type(fact.value), kind)
    if same_words or len(index.linked.get(link, ())) < 2:
        return _gathered(*of, same_words)
    # What the members of a list may not be told apart from is the same for all of them.
    return index.kept(_gathered, *of)


def _gathered(
    index: BankIndex,
    subject: str,
    relation: str,
    value_type: type[Value],
    kind: str | None,
    same_words: Iterable[Fact] = (),
) -> Truths:
    bank = index.bank
    values: list[Value] = []
    written: list[str] = []
    near: list[float] = []
    exact: list[float] = []
    for other in (*index.linked.get((subject, relation), ()), *same_words):
        own = [other.value, *([other.record.value] if other.record else [])]
        texts = [*other.accepted, *other.never_wrong]
        numbers = [value.number for value in own if isinstance(value, NumberValue)]
        numbers += [found for found in map(numerals.read, texts) if found is not None]
        (exact if other.is_exact else near).extend(numbers)
        values += own
        written += texts
    if kind is not None:
        # What other facts tie to the same subject, in either direction.
        linked = index.values_of.get(subject, set()) | index.subjects_of.get(subject, set())
        values += map(EntityValue, linked)
    entities = [bank.entities[value.entity] for value in values if isinstance(value, EntityValue)]
    dates = [value.date for value in values if isinstance(value, DateValue)]
    dates += [found for found in map(read_date, written) if found]
    return Truths(
        kind=value_type,
        entities=frozenset(entity.id for entity in entities),
        codes=frozenset(entity.code for entity in entities if entity.code),
        texts=frozenset(map(fold, written)).union(*(index.folds_of(value) for value in values)),
        dates=tuple(dates),
        numbers=tuple(near),
        exact_numbers=frozenset(exact),
        entity_kind=kind,
    )


def is_false(bank: Bank, truths: Truths, value: Value) -> bool:
    """Whether `value` is surely a wrong response: of the kind asked for, and none of `truths` makes it right or nearly so.

    Not surely wrong is a date that may mean the same day, a count within a tenth of a right one (unless that is exact),
    and an entity that some fact links with the same subject.
    """
    if type(value) is not truths.kind or index_of(bank).folds_of(value) & truths.texts:
        return False
    if isinstance(value, EntityValue):
        entity = bank.entities[value.entity]
        known = entity.id in truths.entities or entity.code in truths.codes or fold(entity.id) in truths.texts
        return entity.kind == truths.entity_kind and not known
    if isinstance(value, DateValue):
        return not any(value.date.overlaps(right) for right in truths.dates)
    if isinstance(value, NumberValue):
        is_right = value.number in truths.exact_numbers
        return not (is_right or any(_is_near(value.number, right) for right in truths.numbers))
    text = fold(value.text)
    return not any(text in right or right in text for right in truths.texts)


def candidates(bank: Bank, fact: Fact) -> list[Distractor]:
    """Return the sound distractors of the bank for a fact, each text once, in an order that facts' order cannot change.

    Of very many, those are returned that the bank's index draws.
    """
    truths = truths_of(bank, fact)
    key = bank.text_of(fact.value)
    found: dict[str, Distractor] = {}
    offers = sorted(_offers(bank, fact), key=lambda item: (_RANK[item.strategy], item.fact or "~", item.text))
    for distractor in offers:
        text = distractor.text
        if fold(text) in found or not is_false(bank, truths, distractor.value):
            continue
        # Neither what the stem names nor a text that holds the key's, or stands in it, is a fair option.
        if not (holds(fact.ask, text) or holds(key, text) or holds(text, key)):
            found[fold(text)] = distractor
    return list(found.values())


def outsiders(bank: Bank, fact: Fact) -> list[Distractor]:
    """Return the entities that are provably no members of the list a membership fact belongs to."""
    index = index_of(bank)
    truths = truths_of(bank, fact)
    invented = index.inventions() if fact.standing is not Standing.FICTIONAL else frozenset()
    return [
        Distractor(entity.name, EntityValue(entity.id), None, SIBLING)
        for entity in index.kinds.get(truths.entity_kind or "", ())
        if entity.id not in invented and is_false(bank, truths, EntityValue(entity.id))
    ]


def ranked(pool: list[Distractor], rng: random.Random, *, by_rank: bool = True) -> list[Distractor]:
    """Return the pool with the better strategies first (`by_rank`), and otherwise shuffled."""
    return sorted(pool, key=lambda item: (_RANK[item.strategy] if by_rank else 0, rng.random()))


def around(pool: list[Distractor], key: Value, before: int, count: int) -> list[Distractor]:
    """Return up to `count` dates or counts about the key, `before` of them below it where there are so many.

    They are the nearest of those that are apart from it and from one another: by the widest gap that leaves enough.
    """
    here = order_of(key)
    nearest = sorted(
        pool, key=lambda item: (_RANK[item.strategy], abs(order_of(item.value) - here), item.text)
    )
    fair: list[Distractor] = []
    for gap in gaps_of(key):
        fair = _apart(nearest, here, gap)
        if len(fair) >= count:
            break
    below = [item for item in fair if order_of(item.value) < here]
    above = [item for item in fair if order_of(item.value) >= here]
    first = max(min(before, len(below)), count - len(above), 0)
    return [*below[:first], *above[: max(count - first, 0)]][:count]


def gaps_of(key: Value) -> tuple[float, ...]:
    """Return by how many days the options of a date should be apart, the widest gap first; nothing keeps counts apart."""
    return (*_GAPS.get(key.date.precision, ()), 0.0) if isinstance(key, DateValue) else (0.0,)


def _apart(pool: Iterable[Distractor], here: float, gap: float) -> list[Distractor]:
    """Take of a pool, in its order, what is at least `gap` from `here` and from all that was taken before."""
    orders = [here]
    taken = []
    for item in pool:
        order = order_of(item.value)
        place = bisect_left(orders, order)
        if all(abs(order - beside) >= gap for beside in orders[max(place - 1, 0) : place + 1]):
            orders.insert(place, order)
            taken.append(item)
    return taken


def order_of(value: Value) -> float:
    """Return where a date (day number of its first day) or a count stands in the natural order."""
    if isinstance(value, DateValue):
        return value.date.earliest.toordinal()
    return value.number if isinstance(value, NumberValue) else 0.0


def _is_near(number: float, right: float) -> bool:
    return abs(number - right) <= NEAR_COUNT * max(abs(number), abs(right))


def _offers(bank: Bank, fact: Fact) -> Iterator[Distractor]:
    index = index_of(bank)
    is_fictional = fact.standing is Standing.FICTIONAL
    confused = {one for group in index.confusable.get(fact.id, ()) for one in group} - {fact.id}
    for other in filter(None, map(bank.by_id.get, sorted(confused))):
        if other.is_asked and (is_fictional or other.standing is not Standing.FICTIONAL):
            value = _as_asked(fact, other)
            if value is not None:
                yield Distractor(bank.text_of(value), value, other.id, CONFUSION)
    if isinstance(fact.value, EntityValue):
        yield from _entities(index, fact, fact.value)
    elif isinstance(fact.value, DateValue):
        for date, lender in index.dates_for(fact, fact.value.date):
            yield Distractor(date.text(), DateValue(date), lender, NEAREST_DATE)
    elif isinstance(fact.value, NumberValue):
        margin = 0.0 if fact.is_exact else NEAR_COUNT
        for number, lender in index.numbers_for(fact, fact.value.number, margin):
            count = NumberValue(number, fact.value.unit)
            yield Distractor(bank.text_of(count), count, lender, COUNT)
    else:
        for other in index.texts_for(fact):
            yield Distractor(bank.text_of(other.value), other.value, other.id, NEIGHBOUR)


def _entities(index: BankIndex, fact: Fact, key: EntityValue) -> Iterator[Distractor]:
    """Yield each entity of the key's kind once: lent by a fact of the same relation, by another one, or of itself."""
    lent = index.lent_to(fact)
    related = lent.related.get(fact.relation, {})
    invented = index.inventions() if fact.standing is not Standing.FICTIONAL else frozenset()
    for entity in index.entities_for(fact, index.bank.entities[key.entity].kind):
        lender = related.get(entity.id) or lent.entities.get(entity.id)
        if entity.id != fact.subject and (lender or entity.id not in invented):
            strategy = NEIGHBOUR if entity.id in related else SIBLING
            yield Distractor(entity.name, EntityValue(entity.id), lender, strategy)


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


def distinct(bank: Bank, pool: Iterable[Distractor], count: int) -> list[Distractor]:
    """Take the first `count` of which no two share a name, and no text holds another."""
    folds_of = index_of(bank).folds_of
    taken: list[Distractor] = []
    for distractor in pool:
        if len(taken) == count:
            break
        names = folds_of(distractor.value)
        clash = any(
            names & folds_of(one.value)
            or holds(one.text, distractor.text)
            or holds(distractor.text, one.text)
            for one in taken
        )
        if not clash:
            taken.append(distractor)
    return taken
