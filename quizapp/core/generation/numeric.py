"""Numeric questions: a count or a measure to be typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quizapp.core import numerals
from quizapp.core.facts import NumberValue, Standing
from quizapp.core.generation.typed import has_rivals, neutral_values
from quizapp.core.questions import NumericQuestion

if TYPE_CHECKING:
    from quizapp.core.generation.making import Making


def make(making: Making) -> NumericQuestion | None:
    """Return the question, or None for what is no number, too vague a one, or one of several that would be right."""
    bank, fact = making.bank, making.fact
    if not isinstance(fact.value, NumberValue) or fact.member_of is not None:
        return None
    if fact.standing is Standing.VAGUE or has_rivals(fact, bank):
        return None
    also = [number for number in _numbers(fact.accepted) if number != fact.value.number]
    neutral = [value.number for value in neutral_values(bank, fact) if isinstance(value, NumberValue)]
    neutral += _numbers(fact.never_wrong)
    right = {fact.value.number, *also}
    return NumericQuestion(
        stem=fact.ask,
        number=fact.value.number,
        unit=fact.value.unit,
        also=tuple(dict.fromkeys(also)),
        neutral=tuple(dict.fromkeys(number for number in neutral if number not in right)),
        **making.common(),
    )


def _numbers(texts: tuple[str, ...]) -> list[float]:
    read = (number for number in map(numerals.understand, texts) if number is not None)
    return [int(number) if number == int(number) else number for number in read]
