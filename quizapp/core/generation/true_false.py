"""True-false questions: the statement as it is, or with another value in the place of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quizapp.core.distractors import around, distinct, order_of, ranked
from quizapp.core.facts import DateValue, NumberValue
from quizapp.core.generation import members
from quizapp.core.generation.making import sentence
from quizapp.core.matching import holds
from quizapp.core.questions import Option, TrueFalseQuestion

if TYPE_CHECKING:
    from quizapp.core.distractors import Distractor
    from quizapp.core.generation.making import Making

# A date a few days off is a slip of the pen, not a false statement worth judging.
MIN_DAYS_APART: Final = 7
_SWAPS: Final = 3


def can_be_false(making: Making) -> bool:
    """Whether another value can take the place of the fact's own, so that the statement would be provably false."""
    return making.fact.member_of is None and _swap(making) is not None


def make(making: Making) -> TrueFalseQuestion | None:
    """Return one statement for the fact: true or false by the hash of its id, true where nothing is provably false.

    A member's statement is about that member alone, hence true: made only where it cannot be picked out among others.
    """
    if making.fact.member_of is not None:
        return _judged(making, None) if members.make(making) is None else None
    return _judged(making, _swap(making) if making.rng("truth").random() < 1 / 2 else None)


def _swap(making: Making) -> Distractor | None:
    fact = making.fact
    for distractor in _swaps(making):
        is_slip = isinstance(fact.value, DateValue) and (
            abs(order_of(distractor.value) - order_of(fact.value)) < MIN_DAYS_APART
        )
        if not is_slip and not holds(fact.statement_with(""), distractor.text):
            return distractor
    return None


def _swaps(making: Making) -> list[Distractor]:
    """Return values to swap in: dates and counts from both sides of the key, others by strategy, then by chance.

    How many lie before the key is drawn, so that the key is not always in the middle.
    """
    pool, value, rng = making.pool.distractors, making.fact.value, making.rng("swap")
    if isinstance(value, DateValue | NumberValue):
        return around(pool, value, rng.randint(0, _SWAPS), _SWAPS)
    return distinct(making.bank, ranked(pool, rng), _SWAPS)


def _judged(making: Making, distractor: Distractor | None) -> TrueFalseQuestion:
    fact = making.fact
    right = sentence(fact.statement)
    if distractor is None:
        reasons = ("The statement is true.", "The statement says what the source says.")
        stem = fact.statement
    else:
        stem = fact.statement_with(making.bank.phrase_of(distractor.value))
        reasons = ("The source does not say so.", f"The statement is not true; the source says: {right}")
    is_true = distractor is None
    lent = (distractor.fact, distractor.strategy) if distractor else (None, None)
    options = (
        Option("true", "True", is_true, reasons[0], fact.id if is_true else lent[0], lent[1]),
        Option("false", "False", not is_true, reasons[1], fact.id, None),
    )
    return TrueFalseQuestion(stem=stem, options=options, **making.common())
