"""Ordering questions: events to be put in order, the earliest first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from quizapp.core.dates import MONTHS, are_in_order
from quizapp.core.facts import DateValue
from quizapp.core.generation.making import sentence
from quizapp.core.matching import fold
from quizapp.core.questions import OrderingQuestion, event_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quizapp.core.dates import PartialDate
    from quizapp.core.facts import Fact
    from quizapp.core.generation.making import Gathering

FEWEST: Final = 3
MOST: Final = 7
_BY_SOURCE: Final = "According to the source, in which order did these events happen, the earliest first?"
_PLAIN: Final = "In which order did these events happen, the earliest first?"
_YEAR: Final = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_MONTH: Final = re.compile(rf"\b(?:{'|'.join(MONTHS)})\b")


def make(gathering: Gathering) -> list[OrderingQuestion]:
    """Return the question of a set; nothing where fewer than three events have a certain order and untold dates."""
    dated = [
        (fact.value.date, fact)
        for fact in gathering.facts
        if fact.is_asked and gathering.type not in fact.never and isinstance(fact.value, DateValue)
    ]
    dated = _untold(gathering, sorted(dated, key=lambda pair: pair[0].earliest))[:MOST]
    facts = [fact for _, fact in dated]
    texts = [event_text(gathering, fact) for fact in facts]
    if len(facts) < FEWEST or len(set(map(fold, texts))) < len(texts):
        return []
    if not are_in_order(fact.dates for fact in facts):
        return []
    sequence = tuple(event_of(text, f"{when(date)}.") for text, (date, _) in zip(texts, dated, strict=True))
    stem = gathering.group.ask or (_BY_SOURCE if gathering.is_by_source else _PLAIN)
    told = " ".join(sentence(f"{when(date)}: {text}") for text, (date, _) in zip(texts, dated, strict=True))
    return [OrderingQuestion(stem=stem, sequence=sequence, **gathering.common(facts, told))]


def event_text(gathering: Gathering, fact: Fact) -> str:
    """Return what stands for a fact without its value: its label, or the name of its subject."""
    text = fact.label or gathering.bank.entities[fact.subject].name
    return text[:1].upper() + text[1:]


def when(date: PartialDate) -> str:
    """Return a date as it opens a sentence: "On 5 September 2014", "In June 2014", "From May 2014 to June 2014"."""
    words = {"day": "On", "interval": "From"}.get(date.precision, "In")
    return f"{words} {date.text()}"


def _untold(
    gathering: Gathering, dated: Sequence[tuple[PartialDate, Fact]]
) -> list[tuple[PartialDate, Fact]]:
    """Return the events whose words do not tell when they were: no month, and no year where the years differ."""
    years = {date.earliest.year for date, _ in dated}
    kept = []
    for date, fact in dated:
        text = event_text(gathering, fact)
        if not _MONTH.search(text) and (len(years) == 1 or not _YEAR.search(text)):
            kept.append((date, fact))
    return kept
