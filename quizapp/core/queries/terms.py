"""Terms, queries, and the filters there are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from quizapp.core.facts import Standing
from quizapp.core.questions import TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Below this chance of recall, or from so many lapses on, a fact is weak.
WEAK_RECALL: Final = 0.8
WEAK_LAPSES: Final = 3
#: A memory is known once recall takes so many days to fall to 90 %.
KNOWN_DAYS: Final = 21

#: What `is:` knows, with what each means.
STATES: Final[Mapping[str, str]] = {
    "due": "due today in your decks",
    "new": "never asked so far",
    "weak": f"recall below {WEAK_RECALL:.0%}, or forgotten {WEAK_LAPSES} times or more".replace("%", " %"),
    "known": f"a memory that lasts {KNOWN_DAYS} days or more",
    "mistake": "responded to wrongly in your last quiz",
    "flagged": "flagged by you",
    "noted": "with a note of yours",
    "suspended": "never shown until you resume it",
    "hidden": "buried or resting today",
    "leech": "forgotten time and again",
    "corrected": "changed since you last saw it",
}


class Kind(StrEnum):
    """What kind of value a filter takes."""

    NAME = "name"
    CHOICE = "choice"
    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    DAY = "day"


class Comparison(StrEnum):
    """How a figure or a day is compared."""

    EQUAL = "="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Filter:
    """What a filter looks at, with an example; `choices` are all the values it knows, empty for any."""

    kind: Kind
    meaning: str
    example: str
    choices: tuple[str, ...] = ()

    @property
    def compares(self) -> bool:
        """Whether it takes <, <=, > and >=."""
        return self.kind in {Kind.NUMBER, Kind.PERCENT, Kind.DAY}


FILTERS: Final[Mapping[str, Filter]] = {
    "topic": Filter(Kind.NAME, "the topic", "topic:dates"),
    "set": Filter(Kind.NAME, "the question set, by its name in addresses", "set:countries"),
    "tag": Filter(Kind.NAME, "a tag of the fact", "tag:capitals"),
    "standing": Filter(
        Kind.CHOICE, "how the source stands to the record", "standing:inaccurate", tuple(Standing)
    ),
    "type": Filter(Kind.CHOICE, "a type of question that asks it", "type:map", tuple(TYPES)),
    "is": Filter(Kind.CHOICE, "how you stand to it", "is:due", tuple(STATES)),
    "due": Filter(Kind.DAY, "when it is due: a date, or days from today", "due:<=7"),
    "seen": Filter(Kind.DAY, "when you last saw it: a date, or days ago", "seen:>30"),
    "recall": Filter(Kind.PERCENT, "the chance that you recall it today, in per cent", "recall:<80"),
    "stability": Filter(Kind.NUMBER, "days until recall falls to 90 %", "stability:<7"),
    "difficulty": Filter(Kind.NUMBER, "from 1, easy, to 10", "difficulty:>8"),
    "lapses": Filter(Kind.NUMBER, "how often you forgot it", "lapses:>=3"),
    "reps": Filter(Kind.NUMBER, "on how many days it was asked", "reps:1"),
    "missed": Filter(
        Kind.NAME,
        "not right in one attempt at a quiz; its result leads to it",
        "missed:0192f0c0-7d3e-7a5b-9c1d-2e4f6a8b0c1d",
    ),
    "note": Filter(Kind.TEXT, "words of your own note", 'note:"a rhyme"'),
}

#: Words of the text, and filters by what a fact is rather than by what is remembered of it.
_LASTING: Final = frozenset({"", "topic", "set", "tag", "standing", "type", "missed", "note"})
_BARE: Final = re.compile(r"[^\s\"“”„()<>=][^\s\"“”„()]*")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that must hold, or must not: a word or a phrase where `name` is empty, else a filter.

    A day is a date, or a number of whole days: from today for `due`, before today for `seen`.
    """

    value: str | float | date
    name: str = ""
    comparison: Comparison = Comparison.EQUAL
    is_phrase: bool = False
    is_negated: bool = False

    def __str__(self) -> str:
        sign = "-" if self.is_negated else ""
        if not self.name:
            return f'{sign}"{self.value}"' if self.is_phrase else f"{sign}{self.value}"
        compared = "" if self.comparison is Comparison.EQUAL else self.comparison.value
        return f"{sign}{self.name}:{compared}{_value_text(self.value)}"


@dataclass(frozen=True, slots=True)
class Query:
    """Clauses that must all hold; a clause holds where one of its terms does."""

    clauses: tuple[tuple[Term, ...], ...] = ()

    def __str__(self) -> str:
        return " ".join(
            f"({' or '.join(map(str, clause))})" if len(clause) > 1 else str(clause[0])
            for clause in self.clauses
        )

    @property
    def terms(self) -> tuple[Term, ...]:
        """All terms in the order they were given."""
        return tuple(term for clause in self.clauses for term in clause)

    @property
    def lasting(self) -> Query:
        """The clauses that studying a fact changes nothing of: what it says, and where it belongs."""
        return Query(
            tuple(clause for clause in self.clauses if all(term.name in _LASTING for term in clause))
        )


def _value_text(value: str | float | date) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value if _BARE.fullmatch(value) else f'"{value}"'
    return f"{value:.4f}".rstrip("0").rstrip(".")
