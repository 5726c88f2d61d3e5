"""Choice questions: the key among provably wrong values of its kind."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from quizapp.core import item_checks
from quizapp.core.distractors import around, distinct, order_of, ranked
from quizapp.core.facts import DateValue, NumberValue, TextValue
from quizapp.core.generation import balance, members
from quizapp.core.generation.making import key_option, wrong_option
from quizapp.core.matching import fold
from quizapp.core.questions import ChoiceQuestion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from quizapp.core.distractors import Distractor
    from quizapp.core.facts import Bank, Value
    from quizapp.core.generation.making import Making
    from quizapp.core.questions import Option

MIN_DISTRACTORS: Final = 2
MAX_DISTRACTORS: Final = 3
MIN_SIBLING_TEXTS: Final = 3
# So many sets of wrong options are looked at until one has no flaw, and the best is kept: no rule knows beforehand which
# names fit together.
_LOOKS: Final = 16
_LISTED: Final = 400
# A flaw that so many sets share in turn is one of the key or the stem.
_IN_VAIN: Final = 12


def make(making: Making) -> ChoiceQuestion | None:
    """Return the question, or None where the bank has too few sound distractors.

    The member of a list is picked out among outsiders, and not asked so where nothing asks which of them it is.
    """
    bank, fact = making.bank, making.fact
    if fact.member_of is not None:
        return members.make(making)
    least = MIN_SIBLING_TEXTS if isinstance(fact.value, TextValue) else MIN_DISTRACTORS
    pool = making.pool.distractors
    if len(pool) < least:
        return None
    alone = ChoiceQuestion(stem=fact.ask, options=(), **making.common())
    options = Options(fact.value, key_option(bank, fact), bank)
    return best_of(bank, alone, options, sets_for(making, fact.value, pool))


def sets_for(making: Making, key: Value, pool: list[Distractor]) -> Iterator[list[Distractor]]:
    """Yield sets of wrong options that may stand together, the more fitting ones first: of three, at last of two."""
    for count in (MAX_DISTRACTORS, MIN_DISTRACTORS):
        aim = balance.aim_of(making, count)
        if isinstance(key, DateValue | NumberValue):
            earlier = sorted(range(count + 1), key=lambda before: abs(before - aim.before))
            found: Iterator[list[Distractor]] = (around(pool, key, before, count) for before in earlier)
        else:
            found = balance.draws(making.bank.text_of(key), _orders(making, key, pool), aim, count)
        fitting = (
            taken for taken in islice(found, _LISTED) if len(distinct(making.bank, taken, count)) == count
        )
        yield from islice(fitting, _LOOKS)


def _orders(making: Making, key: Value, pool: list[Distractor]) -> list[Callable[[], list[Distractor]]]:
    """Return the orders in which a pool is looked at: the better strategies first, by chance, by likeness of length."""
    length = len(making.bank.text_of(key))

    def by_length() -> list[Distractor]:
        shuffled = ranked(pool, making.rng("length"), by_rank=False)
        return sorted(shuffled, key=lambda one: abs(len(one.text) - length))

    return [
        lambda: ranked(pool, making.rng("rank")),
        lambda: ranked(pool, making.rng("chance"), by_rank=False),
        by_length,
    ]


def best_of(
    bank: Bank, alone: ChoiceQuestion, options: Options, sets: Iterable[list[Distractor]]
) -> ChoiceQuestion | None:
    """Return the question with the first set of wrong options that shows no flaw, or else with the best of many."""
    best: tuple[int, ChoiceQuestion] | None = None
    in_vain = 0
    seen: set[frozenset[str]] = set()
    for taken in sets:
        texts = frozenset(one.text for one in taken)
        if texts in seen:
            continue
        seen.add(texts)
        question = replace(alone, options=options.beside(taken))
        flaws = len(item_checks.check(bank, [question], item_checks.OPTION_RULES))
        in_vain += 1
        if best is None or flaws < best[0]:
            best, in_vain = (flaws, question), 0
        if flaws == 0 or in_vain == _IN_VAIN:
            break
    return best[1] if best else None


class Options:
    """The options of one question: the key, and those that are drawn beside it, each written once."""

    def __init__(self, value: Value, key: Option, bank: Bank) -> None:
        self._value, self._key, self._bank = value, key, bank
        self._wrong: dict[str, Option] = {}

    def beside(self, distractors: Iterable[Distractor]) -> tuple[Option, ...]:
        """Return the key among these distractors: dates and counts in their order, others by the alphabet."""
        pairs = [(self._value, self._key)]
        for one in distractors:
            if one.text not in self._wrong:
                self._wrong[one.text] = wrong_option(self._bank, one)
            pairs.append((one.value, self._wrong[one.text]))
        if isinstance(self._value, DateValue | NumberValue):
            pairs.sort(key=lambda pair: order_of(pair[0]))
        else:
            pairs.sort(key=lambda pair: fold(pair[1].text))
        return tuple(option for _, option in pairs)
