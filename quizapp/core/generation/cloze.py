"""Cloze questions: the statement with its value left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quizapp.core import numerals
from quizapp.core.dates import read_date
from quizapp.core.facts import DateValue, NumberValue
from quizapp.core.generation.typed import has_rivals, is_typed, neutral_names, other_names
from quizapp.core.matching import fold
from quizapp.core.questions import ClozeQuestion

if TYPE_CHECKING:
    from quizapp.core.facts import Bank, Fact
    from quizapp.core.generation.making import Making

BLANK: Final = "____"


def make(making: Making) -> ClozeQuestion | None:
    """Return the question, or None where the value is too long to type or not the only right one."""
    bank, fact = making.bank, making.fact
    if fact.member_of is not None or has_rivals(fact, bank) or not is_typed(bank, fact):
        return None
    if isinstance(fact.value, DateValue) and fact.value.date.precision == "interval":
        return None
    stem = fact.statement_with(_blank(fact))
    return ClozeQuestion(
        stem=stem,
        accept=_accepted(bank, fact),
        neutral=neutral_names(bank, fact),
        others=other_names(bank, fact),
        **making.common(),
    )


def _blank(fact: Fact) -> str:
    # Of a count the unit stays: what is asked is the number.
    if isinstance(fact.value, NumberValue) and fact.value.unit and fact.marked.endswith(fact.value.unit):
        return f"{BLANK} {fact.value.unit}"
    return BLANK


def _accepted(bank: Bank, fact: Fact) -> tuple[str, ...]:
    value = fact.value
    if isinstance(value, NumberValue):
        names = (*numerals.spellings(value.number), *bank.names_of(value))
    else:
        names = bank.names_of(value)
    extra = _dates_in_words(fact) if isinstance(value, DateValue) else fact.accepted
    first: dict[str, str] = {}
    for name in (*names, *extra):
        first.setdefault(fold(name), name)
    return tuple(first.values())


def _dates_in_words(fact: Fact) -> tuple[str, ...]:
    dates = [read_date(text) for text in fact.accepted]
    return tuple(text for date in dates if date for text in date.spellings())
