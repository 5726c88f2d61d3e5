"""Facts that are easily confused: which they are, and an order of introduction that keeps them apart."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from rapidfuzz.distance import DamerauLevenshtein

from quizapp.core.dates import PartialDate
from quizapp.core.facts import (
    Bank,
    DateValue,
    Entity,
    EntityValue,
    Fact,
    NumberValue,
    Source,
    Standing,
    TextValue,
)
from quizapp.core.grading.wording import key_text
from quizapp.core.matching import fold, words_of
from quizapp.core.questions import DateQuestion, TrueFalseQuestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from quizapp.core.questions import AnyQuestion

Kind = Literal["turned", "named", "near"]

#: Most neighbours of one fact.
MOST: Final = 6
#: Dates so near, and numbers by such a share, are near.
NEAR_DAYS: Final = 45
NEAR_SHARE: Final = 0.1
#: Names are alike that differ in at most so many letters, and in at most this share of the words that differ.
_NEAR_LETTERS: Final = 2
_ALIKE: Final = 0.3
_SHORTEST_NAME: Final = 4

# In names, dates and numbers put in order, so many that follow are looked at: time grows with the bank, not its square.
_WINDOW: Final = 8
# A word that at most so many names share tells them from the others and not from one another.
_SHARED_BY: Final = 5
_SHORTEST_WORD: Final = 5
_WORD_BEGINNING: Final = 6
_MOST_WORDS: Final = 5
_SHARED_WORD: Final = 0.15
_PLAIN_WORDS: Final = frozenset(
    {"north", "northern", "south", "southern", "eastern", "western", "central", "island", "islands"}
    | {"republic", "united", "states", "saint", "great"}
)
# Of two names that are alike, facts are paired only where few have them: else it is no matter of names.
_FACTS_OF_A_NAME: Final = 4
# Of a set as small as this, every pair counts; of a larger one, those that stand near to each other in it.
_SMALL_SET: Final = 24

# Which confusion comes before which: the same pair, alike names, what the bank says, near dates and numbers.
_TURNED, _ALIKE_NAMES, _NAMED, _NEAR_VALUES = range(4)

_Pair = tuple[int, int]
_Placed = TypeVar("_Placed")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A fact that is confused with another; rank 0 is the most easily confused."""

    fact: str
    kind: Kind
    rank: int


def neighbours(bank: Bank) -> dict[str, tuple[Neighbour, ...]]:
    """Return for each fact that has any its neighbours, the most easily confused first, at most `MOST`.

    Each is the other's neighbour. `turned` tells the same pair the other way round, `named` stands in one set of the kind
    `confusable`, `near` is said by the same relation and has a near date or number, or a name like the other's. What
    is not asked has none, and what a source invents is no neighbour of the rest. The time grows with the number of facts
    and hardly more.
    """
    facts = [fact for fact in bank.facts if fact.is_asked]
    found: dict[_Pair, tuple[int, float]] = {}

    def add(one: int, other: int, strength: int, distance: float) -> None:
        if one == other or (facts[one].standing is Standing.FICTIONAL) != (
            facts[other].standing is Standing.FICTIONAL
        ):
            return
        pair = (min(one, other), max(one, other))
        found[pair] = min(found.get(pair, (strength, distance)), (strength, distance))

    for one, other in _turned(bank, facts):
        add(one, other, _TURNED, 0.0)
    for one, other, distance in _alike(bank, facts):
        add(one, other, _ALIKE_NAMES, distance)
    places = {fact.id: place for place, fact in enumerate(facts)}
    named: set[_Pair] = set()
    for group in bank.sets:
        if group.kind == "confusable":
            for one, other, distance in _in_set([places[fact] for fact in group.facts if fact in places]):
                add(one, other, _NAMED, distance)
                named.add((min(one, other), max(one, other)))
    for one, other, distance in _near_values(facts):
        add(one, other, _NEAR_VALUES, distance)
    return _strongest(facts, found, named)


def neighbours_of_questions(questions: Iterable[AnyQuestion]) -> dict[str, tuple[Neighbour, ...]]:
    """Return the neighbours of the facts that hand-written questions bring along, by the rules of a bank.

    What is known of them is what they ask and their key, a date where the type says so: the same told both ways round,
    and within a topic stems, keys and dates that are near. A statement to be judged has none.
    """
    facts = []
    entities = {}
    for question in questions:
        if isinstance(question, TrueFalseQuestion):
            continue
        [key] = question.facts
        text = key_text(question)
        entities[key] = Entity(key, "stem", question.stem)
        value = (
            DateValue(PartialDate.parse(question.accept[0]))
            if isinstance(question, DateQuestion)
            else TextValue(text)
        )
        facts.append(Fact(key, question.topic, key, question.topic, value, question.stem, text))
    return neighbours(Bank("", "", "en", (), Source(), entities, tuple(facts)))


def introduction_order(
    facts: Sequence[str], neighbours: Mapping[str, Iterable[str]], apart: int = 20
) -> list[str]:
    """Return the facts in their order, except that neighbours stand at least `apart` places from each other.

    The next is always the first one that has no neighbour among the last `apart` - 1; where each of those left has one,
    the one whose neighbour is farthest back.
    """
    places = {fact: place for place, fact in enumerate(facts)}
    allowed_from = [0] * len(facts)
    free = list(range(len(facts)))
    waiting: list[tuple[int, int]] = []
    is_placed = [False] * len(facts)
    order: list[str] = []
    while len(order) < len(facts):
        here = len(order)
        while waiting and waiting[0][0] <= here:
            heapq.heappush(free, heapq.heappop(waiting)[1])
        while free and allowed_from[free[0]] > here:
            place = heapq.heappop(free)
            heapq.heappush(waiting, (allowed_from[place], place))
        if free:
            place = heapq.heappop(free)
        else:
            allowed, place = heapq.heappop(waiting)
            if allowed < allowed_from[place]:
                heapq.heappush(waiting, (allowed_from[place], place))
                continue
        is_placed[place] = True
        order.append(facts[place])
        for other in neighbours.get(facts[place], ()):
            if other in places and not is_placed[places[other]]:
                allowed_from[places[other]] = here + apart
    return order


def _strongest(
    facts: Sequence[Fact], found: Mapping[_Pair, tuple[int, float]], named: set[_Pair]
) -> dict[str, tuple[Neighbour, ...]]:
    """Return the strongest pairs, as long as both have room for one more."""
    kept: defaultdict[int, list[Neighbour]] = defaultdict(list)
    for pair, (strength, _) in sorted(found.items(), key=lambda item: (item[1], item[0])):
        if any(len(kept[place]) >= MOST for place in pair):
            continue
        kind: Kind = "turned" if strength == _TURNED else "named" if pair in named else "near"
        for one, other in (pair, pair[::-1]):
            kept[one].append(Neighbour(facts[other].id, kind, len(kept[one])))
    return {facts[place].id: tuple(kept[place]) for place in sorted(kept) if kept[place]}


def _turned(bank: Bank, facts: Sequence[Fact]) -> Iterator[_Pair]:
    """Yield facts whose subject is the other's value, and the other way round."""
    by_pair: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for place, fact in enumerate(facts):
        value = fold(_text_of(bank, fact))
        words = words_of(bank.entities[fact.subject].name)
        # “atomic number 26” as a subject is 26 as a value.
        subjects = {fold(" ".join(words))} | {word for word in words[-1:] if word.isdigit()}
        for subject in subjects:
            by_pair[subject, value].append(place)
    for (subject, value), ones in by_pair.items():
        yield from product(ones[:MOST], by_pair.get((value, subject), ())[:MOST])


def _alike(bank: Bank, facts: Sequence[Fact]) -> Iterator[tuple[int, int, float]]:
    """Yield facts of one relation of which the subjects or the values have names that are alike."""
    groups: defaultdict[tuple[str, str, str], defaultdict[str, list[int]]]
    groups = defaultdict(lambda: defaultdict(list))
    for place, fact in enumerate(facts):
        subject = bank.entities[fact.subject]
        groups["subject", fact.relation, subject.kind][subject.name].append(place)
        if isinstance(fact.value, EntityValue):
            entity = bank.entities[fact.value.entity]
            groups["value", fact.relation, entity.kind][entity.name].append(place)
        elif isinstance(fact.value, TextValue):
            groups["value", fact.relation, ""][fact.value.text].append(place)
    for names in groups.values():
        few = {name: places for name, places in names.items() if len(places) <= _FACTS_OF_A_NAME}
        for one, other, distance in _alike_names(list(few)):
            for pair in product(few[one], few[other]):
                yield (*pair, distance)


def _alike_names(names: Sequence[str]) -> Iterator[tuple[str, str, float]]:
    """Yield two names of few different letters, or that share a word which few others have; with their distance."""
    folded = {name: fold(name) for name in names}
    long_enough = [name for name in names if len(folded[name]) >= _SHORTEST_NAME]
    # Alike at the beginning, or at the end.
    for step in (1, -1):
        for one, other in _windows(sorted(long_enough, key=lambda name: folded[name][::step])):
            distance = DamerauLevenshtein.distance(folded[one], folded[other], score_cutoff=_NEAR_LETTERS)
            share = _differing(one, other, distance) if 0 < distance <= _NEAR_LETTERS else 1.0
            if share <= _ALIKE:
                yield one, other, share
    words = {name: _telling_words(name) for name in names}
    common = Counter(word for telling in words.values() for word in telling)
    by_word: defaultdict[str, list[str]] = defaultdict(list)
    for name, telling in words.items():
        for word in telling:
            if common[word] <= _SHARED_BY:
                by_word[word].append(name)
    for sharing in by_word.values():
        for one, other in combinations(sharing, 2):
            yield one, other, _SHARED_WORD


def _differing(one: str, other: str, distance: int) -> float:
    """Return the share of letters that differ in those words that differ: sentences of one pattern are alike in it."""
    ours, theirs = words_of(one), words_of(other)
    shorter = min(len(ours), len(theirs))
    start = next((place for place in range(shorter) if ours[place] != theirs[place]), shorter)
    end = next((back for back in range(shorter - start) if ours[~back] != theirs[~back]), shorter - start)
    longest = max(sum(map(len, words[start : len(words) - end])) for words in (ours, theirs))
    return distance / max(1, longest)


def _telling_words(name: str) -> set[str]:
    """Return the beginnings of the words of a name that are its own; none of a sentence."""
    words = words_of(name)
    telling = (word for word in words if len(word) >= _SHORTEST_WORD and word not in _PLAIN_WORDS)
    return {word[:_WORD_BEGINNING] for word in telling if len(words) <= _MOST_WORDS and not word.isdigit()}


def _in_set(places: Sequence[int]) -> Iterator[tuple[int, int, float]]:
    """Yield pairs of a set with how far apart they stand in it, as on a ring."""
    size = len(places)
    reach = size // 2 if size <= _SMALL_SET else MOST
    for start in range(size):
        for step in range(1, reach + 1):
            yield places[start], places[(start + step) % size], step / size


def _near_values(facts: Sequence[Fact]) -> Iterator[tuple[int, int, float]]:
    """Yield facts of one relation with near dates, or near numbers of one unit."""
    dates: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    numbers: defaultdict[tuple[str, str], list[tuple[float, int]]] = defaultdict(list)
    for place, fact in enumerate(facts):
        if isinstance(fact.value, DateValue):
            dates[fact.relation].append((fact.value.date.earliest.toordinal(), place))
        elif isinstance(fact.value, NumberValue):
            numbers[fact.relation, fact.value.unit].append((fact.value.number, place))
    for days in dates.values():
        for (day, one), (later, other) in _windows(sorted(days)):
            if later - day <= NEAR_DAYS:
                yield one, other, (later - day) / NEAR_DAYS
    for counts in numbers.values():
        for (number, one), (larger, other) in _windows(sorted(counts)):
            most = max(abs(number), abs(larger))
            if larger - number <= NEAR_SHARE * most:
                yield one, other, (larger - number) / most if most else 0.0


def _windows(ordered: Sequence[_Placed]) -> Iterator[tuple[_Placed, _Placed]]:
    for start, one in enumerate(ordered):
        for other in ordered[start + 1 : start + 1 + _WINDOW]:
            yield one, other


def _text_of(bank: Bank, fact: Fact) -> str:
    return f"{fact.value.number:g}" if isinstance(fact.value, NumberValue) else bank.text_of(fact.value)
