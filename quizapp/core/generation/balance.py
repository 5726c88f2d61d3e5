"""Where the key stands among its options, spread evenly, so that no trick without knowledge pays.

A learner who always takes the longest, the shortest, the first, the last or the middle option should be right as often
as one who picks blindly. Hence every fact has an aim: how many of the wrong options are to stand before the key, and how
many are to be shorter. Facts whose siblings leave little room, as the shortest name of a kind, get theirs first; the
others make up for them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, product
from operator import ge
from typing import TYPE_CHECKING, Final

from quizapp.core.bank_index import index_of, stable_hash
from quizapp.core.distractors import CONFUSION, gaps_of, order_of
from quizapp.core.facts import DateValue, EntityValue, NumberValue
from quizapp.core.generation.selection import is_judged
from quizapp.core.matching import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from quizapp.core.bank_index import BankIndex
    from quizapp.core.distractors import Distractor
    from quizapp.core.facts import Fact, Value
    from quizapp.core.generation.making import Making

# A (before, shorter) pair says of a wrong option whether it stands before the key and whether it is shorter.
_Corner = tuple[bool, bool]
_CORNERS: Final[tuple[_Corner, ...]] = ((True, True), (True, False), (False, True), (False, False))
_OTHERS: Final = 3
_STEPS: Final = range(_OTHERS + 1)
# Beyond these an option is a flaw: three times as long as another, or as the key by far the longest.
_SPREAD: Final = 3
_MUCH_LONGER: Final = 1.25
# Of the names beside which a value may stand, so many show what is possible.
_SHOWN: Final = 64
# Where so many are shorter than the key and so many longer, none as long as it is needed.
_ENOUGH: Final = 6


@dataclass(frozen=True, slots=True)
class Aim:
    """How many of the wrong options are to stand before the key, and how many are to be shorter than it."""

    before: int
    shorter: int

    def miss(self, before: int, shorter: int) -> int:
        """Return how far such counts are from what is aimed at."""
        return abs(self.before - before) + abs(self.shorter - shorter)


_ALL: Final = [Aim(before, shorter) for before, shorter in product(_STEPS, _STEPS)]


def aim_of(making: Making, count: int) -> Aim:
    """Return what the choice of a fact aims at with `count` wrong options."""
    index = index_of(making.bank)
    aim = index.kept(_aims, index, making.seed)[making.fact.id]
    return Aim(round(aim.before * count / _OTHERS), round(aim.shorter * count / _OTHERS))


def corner_of(key: str, text: str) -> _Corner:
    """Return whether a wrong option stands before the key by the alphabet, and whether it is shorter.

    Of two that are equally long, one counts as the shorter, whichever of them is the key.
    """
    length, own = len(text), len(key)
    is_shorter = length < own if length != own else stable_hash(text) < stable_hash(key)
    return fold(text) < fold(key), is_shorter


def draws(
    key: str, orders: Sequence[Callable[[], Sequence[Distractor]]], aim: Aim, count: int
) -> Iterator[list[Distractor]]:
    """Yield sets of `count` wrong options, those nearest to the aim first; each order of the pool is tried in turn.

    Of the sets that miss the aim equally and are of one order, those come first that hold most recorded confusions.
    """
    sides: dict[str, _Corner] = {}
    sorted_out: list[dict[_Corner, list[Distractor]]] = []
    for splits in _splits(aim, count):
        # None of those that miss the aim equally is tried first in every question.
        start = stable_hash(key) % len(splits)
        for turn, order in enumerate(orders):
            if turn == len(sorted_out):
                drawn = order()
                sides = sides or {one.text: corner_of(key, one.text) for one in drawn}
                sorted_out.append(_by_corner(key, drawn, sides))
            corners = sorted_out[turn]
            found = (
                [
                    one
                    for corner, wanted in zip(_CORNERS, split, strict=True)
                    for one in corners[corner][:wanted]
                ]
                for split in (*splits[start:], *splits[:start])
            )
            whole = [taken for taken in found if len(taken) == count]
            yield from sorted(whole, key=lambda taken: -sum(one.strategy == CONFUSION for one in taken))


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """What a fact's value may stand beside: the texts, or the orders of dates and counts."""

    texts: tuple[str, ...] = ()
    orders: tuple[float, ...] = ()

    def room(self, key: str, confused: Iterable[str]) -> list[Aim]:
        """Return what can be aimed at for a text, beside as many as can be of those it is `confused` with."""
        beside = [(corner_of(key, text), len(text)) for text in self.texts if _is_fair(key, text)]
        corners = Counter(corner for corner, _ in beside)
        sought = Counter(corner_of(key, text) for text in confused if _is_fair(key, text))
        there = [max(corners[corner], sought[corner]) for corner in _CORNERS]
        reached: dict[Aim, int] = {}
        for split in chain.from_iterable(_splits(Aim(0, 0), _OTHERS)):
            if all(map(ge, there, split)):
                aim = Aim(split[0] + split[1], split[0] + split[2])
                held = sum(map(min, map(sought.__getitem__, _CORNERS), split)) if sought else 0
                reached[aim] = max(reached.get(aim, 0), held)
        most = max(reached.values(), default=0)
        room = {aim for aim, held in reached.items() if held == most}
        length = len(key)
        nearest = max((size for (_, is_shorter), size in beside if is_shorter), default=0)
        if length > max(_MUCH_LONGER * nearest, nearest + 2):
            room = {aim for aim in room if aim.shorter < _OTHERS}
        return sorted(room, key=lambda aim: (aim.before, aim.shorter)) or _ALL

    def tells_length(self, key: str) -> bool:
        """Whether a text can be told by its length at all: most of those beside it are longer or shorter."""
        return 2 * sum(len(text) == len(key) for text in self.texts) < len(self.texts)

    def places(self, order: float, gap: float) -> list[Aim]:
        """Return what can be aimed at for a date or a count, with options `gap` apart; its length tells nothing."""
        below = _steps(self.orders, range(bisect_left(self.orders, order) - 1, -1, -1), order, gap)
        above = _steps(self.orders, range(bisect_right(self.orders, order), len(self.orders)), order, gap)
        room = [Aim(step, 0) for step in _STEPS if step <= below and _OTHERS - step <= above]
        return room or [Aim(step, 0) for step in _STEPS]


def _is_fair(key: str, text: str) -> bool:
    return text != key and len(text) <= _SPREAD * len(key) and len(key) <= _SPREAD * len(text)


def _steps(orders: Sequence[float], places: Iterable[int], start: float, gap: float) -> int:
    """Return how many of these places follow one another from `start` on, each `gap` from the last: as many as count."""
    last, steps = start, 0
    for place in places:
        if abs(orders[place] - last) >= gap:
            last, steps = orders[place], steps + 1
            if steps == _OTHERS:
                break
    return steps


def _aims(index: BankIndex, seed: int) -> dict[str, Aim]:
    """Return the aim of every fact, so that each place and each length comes as often as can be."""
    bank = index.bank
    rooms = {fact.id: _room(index, fact) for fact in index.facts}
    # Facts that are judged as statements come last: most of them are not asked as a choice.
    order = sorted(
        index.facts,
        key=lambda fact: (is_judged(bank, fact, seed), len(rooms[fact.id]), stable_hash(f"{seed}:{fact.id}")),
    )
    earlier: Counter[int] = Counter()
    shorters: Counter[int] = Counter()
    both: Counter[Aim] = Counter()
    aims: dict[str, Aim] = {}
    for fact in order:
        by_length = _row(index, fact).tells_length(bank.text_of(fact.value))
        aim = min(
            rooms[fact.id],
            key=lambda one: (earlier[one.before] + by_length * shorters[one.shorter], both[one]),
        )
        aims[fact.id] = aim
        if fact.is_asked and "choice" not in fact.never:
            earlier[aim.before] += 1
            both[aim] += 1
            shorters[aim.shorter] += by_length
    return aims


def _room(index: BankIndex, fact: Fact) -> list[Aim]:
    row = _row(index, fact)
    if isinstance(fact.value, DateValue | NumberValue):
        return row.places(order_of(fact.value), gaps_of(fact.value)[0])
    return index.kept(_Row.room, row, index.bank.text_of(fact.value), confused_with(index, fact))


def confused_with(index: BankIndex, fact: Fact) -> tuple[str, ...]:
    """Return the texts of what a fact's value is easily taken for, by the sets of the bank."""
    others = {one for group in index.confusable.get(fact.id, ()) for one in group}
    found = (index.bank.by_id.get(one) for one in sorted(others))
    values = dict.fromkeys(one.value for one in found if one and one.is_asked)
    return tuple(index.bank.text_of(value) for value in values if type(value) is type(fact.value))


def _row(index: BankIndex, fact: Fact) -> _Row:
    if isinstance(fact.value, EntityValue):
        kind = index.bank.entities[fact.value.entity].kind
        return index.kept(_row_of_kind, index, kind, fact.member_of if fact.pick_ask else None)
    return index.kept(_row_of_relation, index, fact.relation, type(fact.value))


def _row_of_kind(index: BankIndex, kind: str, of_list: str | None) -> _Row:
    """Return the names of a kind, but those of a list's members and of what is never wrong beside them."""
    facts = index.lists.get(of_list or "", ())
    members = {fact.value.entity for fact in facts if isinstance(fact.value, EntityValue)}
    disputed = {fold(text) for fact in facts for text in fact.never_wrong}
    names = (entity.name for entity in index.kinds[kind] if entity.id not in members)
    return _Row(_shown(name for name in names if fold(name) not in disputed))


def _row_of_relation(index: BankIndex, relation: str, kind: type[Value]) -> _Row:
    values = {fact.value for fact in index.related[relation] if isinstance(fact.value, kind)}
    if issubclass(kind, DateValue | NumberValue):
        return _Row(orders=tuple(sorted(map(order_of, values))))
    return _Row(_shown(map(index.bank.text_of, values)))


def _shown(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(texts, key=stable_hash)[:_SHOWN])


def _by_corner(
    key: str, order: Sequence[Distractor], sides: Mapping[str, _Corner]
) -> dict[_Corner, list[Distractor]]:
    """Sort a pool by corners; those as long as the key are left out where there are enough others."""
    lengths = [len(one.text) for one in order]
    shorter = sum(length < len(key) for length in lengths)
    longer = sum(length > len(key) for length in lengths)
    with_equal = min(shorter, longer) < _ENOUGH
    corners: dict[_Corner, list[Distractor]] = {corner: [] for corner in _CORNERS}
    for one, length in zip(order, lengths, strict=True):
        if with_equal or length != len(key):
            corners[sides[one.text]].append(one)
    return corners


@lru_cache(maxsize=256)
def _splits(aim: Aim, count: int) -> list[list[tuple[int, ...]]]:
    """Return how many options of each corner to take, the splits nearest to the aim in the first group."""
    groups: dict[int, list[tuple[int, ...]]] = {}
    for first, second, third in product(range(count + 1), repeat=3):
        if first + second + third <= count:
            split = (first, second, third, count - first - second - third)
            groups.setdefault(aim.miss(first + second, first + third), []).append(split)
    return [groups[miss] for miss in sorted(groups)]
