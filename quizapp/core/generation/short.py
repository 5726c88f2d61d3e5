"""Short questions: a name to be typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quizapp.core.facts import DateValue, NumberValue
from quizapp.core.generation.typed import has_rivals, is_typed, neutral_names, other_names
from quizapp.core.questions import ShortQuestion

if TYPE_CHECKING:
    from quizapp.core.generation.making import Making


def make(making: Making) -> ShortQuestion | None:
    """Return the question for an entity or a phrase that can be typed, None for dates, counts, members and long values."""
    bank, fact = making.bank, making.fact
    if isinstance(fact.value, DateValue | NumberValue) or fact.member_of is not None:
        return None
    if has_rivals(fact, bank) or not is_typed(bank, fact):
        return None
    return ShortQuestion(
        stem=fact.ask,
        accept=tuple(dict.fromkeys((*bank.names_of(fact.value), *fact.accepted))),
        neutral=neutral_names(bank, fact),
        others=other_names(bank, fact),
        **making.common(),
    )
