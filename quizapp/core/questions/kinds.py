"""The ten types of question as plain data."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import ClassVar

from quizapp.core.matching import fold


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: why it is right or wrong, and for a distractor where it comes from."""

    id: str
    text: str
    correct: bool
    because: str
    fact: str | None = None
    strategy: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """Where the source says so, in words a person can follow, and the [start, end) spans."""

    words: str
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What every question carries, whatever its type. `difficulty` is a prior in [0, 1], replaced by data."""

    type: ClassVar[str] = ""

    id: str
    facts: tuple[str, ...]
    stem: str
    explanation: str
    cite: Citation
    standing: str
    treatment: str
    topic: str
    difficulty: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceQuestion(Question):
    """One right option among several."""

    type: ClassVar[str] = "choice"
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueFalseQuestion(Question):
    """A statement to be judged; its options have the ids `true` and `false`."""

    type: ClassVar[str] = "true-false"
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortQuestion(Question):
    """A short typed response; `accept` lists the right ones, the first is shown.

    `neutral` are responses that the record supports where the source differs: explained, not scored.
    `others` are names of other entities of the same kind, which a near miss must not be taken for.
    """

    type: ClassVar[str] = "short"
    accept: tuple[str, ...]
    neutral: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClozeQuestion(ShortQuestion):
    """A sentence with one blank, written as `____` in the stem."""

    type: ClassVar[str] = "cloze"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateQuestion(Question):
    """A date to be entered with exactly the printed precision.

    `accept` and `neutral` are EDTF strings; the first of `accept` is shown. `parts` names what is asked for, in
    order: a subset of day, month, year.
    """

    type: ClassVar[str] = "date"
    accept: tuple[str, ...]
    parts: tuple[str, ...]
    neutral: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleQuestion(Question):
    """Every right option is to be marked. A right option's `fact` is the one that marking it probes."""

    type: ClassVar[str] = "multiple"
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumericQuestion(Question):
    """A number to be typed; one at most `tolerance` away is right too.

    `also` are further right numbers, `neutral` those that the record supports where the source differs: explained,
    not scored. `unit` is the plural noun that is counted.
    """

    type: ClassVar[str] = "numeric"
    number: float
    tolerance: float = 0
    unit: str = ""
    also: tuple[float, ...] = ()
    neutral: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to be put in its place. `because` says when it was; it tells the key."""

    id: str
    text: str
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderingQuestion(Question):
    """Events to be put in order; `sequence` has the earliest first, and `facts` the fact of each."""

    type: ClassVar[str] = "ordering"
    sequence: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A left side with the right side that belongs to it, and why."""

    id: str
    left: str
    right_id: str
    right: str
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingQuestion(Question):
    """Left sides to be joined with right ones; `facts` has the fact of each pair, `extra` right sides that fit none."""

    type: ClassVar[str] = "matching"
    pairs: tuple[Pair, ...]
    extra: tuple[str, ...] = ()

    @property
    def rights(self) -> tuple[tuple[str, str], ...]:
        """(id, text) of every right side."""
        return (
            *((pair.right_id, pair.right) for pair in self.pairs),
            *((id_of_text(text), text) for text in self.extra),
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Something that can be marked on a map: a country by its ISO alpha-3 `code`, or a `point` (latitude, longitude)."""

    id: str
    name: str
    code: str | None = None
    point: tuple[float, float] | None = None
    fact: str | None = None
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapQuestion(Question):
    """Places to be marked on a map; `targets` are the ids of the right ones, and `facts` has the fact of each."""

    type: ClassVar[str] = "map"
    places: tuple[Place, ...]
    targets: tuple[str, ...]


AnyQuestion = (
    ChoiceQuestion
    | MultipleQuestion
    | TrueFalseQuestion
    | ShortQuestion
    | ClozeQuestion
    | DateQuestion
    | NumericQuestion
    | OrderingQuestion
    | MatchingQuestion
    | MapQuestion
)


def id_of_text(text: str) -> str:
    """Return a short id made from what is shown, so that it survives revisions that keep the text and tells no order."""
    return hashlib.sha256(fold(text).encode()).hexdigest()[:8]


def event_of(text: str, because: str = "") -> Event:
    """Return an event with the id of its text."""
    return Event(id_of_text(text), text, because)


def pair_of(left: str, right: str, because: str = "") -> Pair:
    """Return a pair with the ids of its texts."""
    return Pair(id_of_text(left), left, id_of_text(right), right, because)
