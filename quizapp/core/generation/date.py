"""Date questions: entry fields for exactly the parts that the source prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quizapp.core.dates import read_date
from quizapp.core.facts import DateValue
from quizapp.core.generation.typed import has_rivals, neutral_values
from quizapp.core.questions import DateQuestion

if TYPE_CHECKING:
    from quizapp.core.dates import PartialDate
    from quizapp.core.generation.making import Making

_PARTS: Final = {"day": ("day", "month", "year"), "month": ("month", "year"), "year": ("year",)}


def make(making: Making) -> DateQuestion | None:
    """Return the question, or None for seasons, intervals, approximate dates and dates that several facts give."""
    fact = making.fact
    if not isinstance(fact.value, DateValue) or has_rivals(fact, making.bank):
        return None
    date = fact.value.date
    if date.precision not in _PARTS or date.is_approximate:
        return None
    accept = [date, *_dates(fact.accepted)]
    neutral = [value.date for value in neutral_values(making.bank, fact) if isinstance(value, DateValue)]
    neutral += _dates(fact.never_wrong)
    return DateQuestion(
        stem=fact.ask,
        accept=tuple(dict.fromkeys(one.edtf for one in accept)),
        parts=_PARTS[date.precision],
        neutral=tuple(
            dict.fromkeys(one.edtf for one in neutral if not any(right.covers(one) for right in accept))
        ),
        **making.common(),
    )


def _dates(texts: tuple[str, ...]) -> list[PartialDate]:
    return [date for date in map(read_date, texts) if date]
