"""Choice questions: the key among provably wrong values of its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quizapp.core import item_checks
from quizapp.core.distractors import candidates, choose, order_of
from quizapp.core.facts import DateValue, NumberValue, TextValue
from quizapp.core.generation import members
from quizapp.core.generation.making import key_option, wrong_option
from quizapp.core.matching import fold
from quizapp.core.questions import ChoiceQuestion

if TYPE_CHECKING:
    from quizapp.core.distractors import Distractor
    from quizapp.core.generation.making import Making

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
    pool = candidates(bank, fact)
    if len(pool) < least:
        return None
    best: tuple[int, ChoiceQuestion] | None = None
    seen = set()
    for draw, (by_rank, count) in enumerate(_DRAWS):
        distractors = choose(bank, fact, pool, making.rng(f"draw {draw}"), count, by_rank=by_rank)
        drawn = frozenset(distractor.text for distractor in distractors)
        if len(drawn) < MIN_DISTRACTORS or drawn in seen:
            continue
        seen.add(drawn)
        question = _with(making, distractors)
        flaws = len(item_checks.check(bank, [question], item_checks.OPTION_RULES))
        if best is None or flaws < best[0]:
            best = flaws, question
        if flaws == 0:
            break
    return best[1] if best else None


def _with(making: Making, distractors: list[Distractor]) -> ChoiceQuestion:
    bank, fact = making.bank, making.fact
    pairs = [(fact.value, key_option(bank, fact))]
    pairs += [(distractor.value, wrong_option(bank, distractor)) for distractor in distractors]
    if isinstance(fact.value, DateValue | NumberValue):
        pairs.sort(key=lambda pair: order_of(pair[0]))
    else:
        pairs.sort(key=lambda pair: fold(pair[1].text))
    return ChoiceQuestion(stem=fact.ask, options=tuple(option for _, option in pairs), **making.common())
