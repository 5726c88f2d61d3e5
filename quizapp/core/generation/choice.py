"""Choice questions: the key among provably wrong values of its kind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from quizapp.core import item_checks
from quizapp.core.distractors import choose, order_of
from quizapp.core.facts import DateValue, NumberValue, TextValue
from quizapp.core.generation import members
from quizapp.core.generation.making import key_option, wrong_option
from quizapp.core.matching import fold
from quizapp.core.questions import ChoiceQuestion

if TYPE_CHECKING:
    from quizapp.core.distractors import Distractor
    from quizapp.core.generation.making import Making
    from quizapp.core.questions import Option

MIN_DISTRACTORS: Final = 2
MIN_SIBLING_TEXTS: Final = 3
# Draws are made until one has no flaw, and the best is kept: no rule knows beforehand which names fit together.
# First the better strategies lead, then all are equal, and at last two wrong options that fit do instead of three.
_DRAWS: Final = ((True, 3),) * 16 + ((False, 3),) * 16 + ((False, 2),) * 24


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
    options = _Options(making)
    alone = ChoiceQuestion(stem=fact.ask, options=(), **making.common())
    best: tuple[int, ChoiceQuestion] | None = None
    seen = set()
    for draw, (by_rank, count) in enumerate(_DRAWS):
        distractors = choose(bank, fact, pool, making.rng(f"draw {draw}"), count, by_rank=by_rank)
        drawn = frozenset(distractor.text for distractor in distractors)
        if len(drawn) < MIN_DISTRACTORS or drawn in seen:
            continue
        seen.add(drawn)
        question = replace(alone, options=options.beside(distractors))
        flaws = len(item_checks.check(bank, [question], item_checks.OPTION_RULES))
        if best is None or flaws < best[0]:
            best = flaws, question
        if flaws == 0:
            break
    return best[1] if best else None


class _Options:
    """The options of one question: the key, and those that are drawn beside it, each written once."""

    def __init__(self, making: Making) -> None:
        self._bank, self._fact = making.bank, making.fact
        self._key = key_option(making.bank, making.fact)
        self._wrong: dict[str, Option] = {}

    def beside(self, distractors: list[Distractor]) -> tuple[Option, ...]:
        """Return the key among these distractors: dates and counts in their order, others by the alphabet."""
        pairs = [(self._fact.value, self._key)]
        for one in distractors:
            if one.text not in self._wrong:
                self._wrong[one.text] = wrong_option(self._bank, one)
            pairs.append((one.value, self._wrong[one.text]))
        if isinstance(self._fact.value, DateValue | NumberValue):
            pairs.sort(key=lambda pair: order_of(pair[0]))
        else:
            pairs.sort(key=lambda pair: fold(pair[1].text))
        return tuple(option for _, option in pairs)
