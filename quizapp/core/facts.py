"""Facts: atomic, typed, cited statements with one thing to recall, and the entities they speak of.

These classes say what a bank is once it has been read and validated. Reading files is the matter of `formats`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from quizapp.core import numerals
from quizapp.core.dates import read_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quizapp.core.dates import PartialDate

MARK: Final = re.compile(r"\[\[(.*?)\]\]")
# The value inside a `tell` sentence, written as [[value]].


class Standing(StrEnum):
    """How a statement of the source relates to the public record."""

    DOCUMENTED = "documented"
    INACCURATE = "inaccurate"
    FICTIONAL = "fictional"
    INCONSISTENT = "inconsistent"
    VAGUE = "vague"


class Treatment(StrEnum):
    """How a fact may be asked."""

    PLAIN = "plain"
    NOTE = "note"
    ACCORDING_TO_SOURCE = "according-to-source"
    EXCLUDE = "exclude"


@dataclass(frozen=True, slots=True)
class Entity:
    """A typed thing that facts speak of; distractors come from entities of the same kind.

    `code` is the ISO alpha-3 code of a country, `point` the (latitude, longitude) of a place, in degrees.
    """

    id: str
    kind: str
    name: str
    aliases: tuple[str, ...] = ()
    code: str | None = None
    point: tuple[float, float] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every right spelling, the shown one first."""
        return (self.name, *self.aliases)

    @property
    def phrase(self) -> str:
        """The name within a sentence: with its article where an alias gives it, as for the Netherlands."""
        with_article = f"the {self.name}"
        return with_article if with_article in self.aliases else self.name

    @property
    def place(self) -> str | None:
        """What it is called on a map: its code, or its id where it has a point; None if it has no place there."""
        return self.code or (self.id if self.point else None)


@dataclass(frozen=True, slots=True)
class EntityValue:
    """The value is an entity of the bank."""

    entity: str


@dataclass(frozen=True, slots=True)
class DateValue:
    """The value is a date with its printed precision (EDTF subset)."""

    date: PartialDate


@dataclass(frozen=True, slots=True)
class NumberValue:
    """The value is a count or a measure; `unit` is the plural noun that follows it."""

    number: int | float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class TextValue:
    """The value is a short phrase of its own."""

    text: str


Value = EntityValue | DateValue | NumberValue | TextValue


@dataclass(frozen=True, slots=True)
class Record:
    """What the public record says where the source differs, and where that stands; `ask` asks for it."""

    value: Value
    source: str
    ask: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One atomic, typed, cited statement.

    `cite` holds [start, end) spans of the source document in code points, or is empty when `record_key` names the
    record of a package. `accepted` are further right responses, `never_wrong` values that are never offered as
    wrong, `never` the question types that would be unsound. `member_of` names the set that a membership fact was
    expanded from, `pick_ask` asks which of several things belongs to it. `label` names the fact without its value, as an
    event to be put in order or a left side to be matched. A number that is `is_exact` has no near values that are nearly
    right. `tags` are words by which a learner can choose it. `line` is where the fact stands in its file.
    """

    id: str
    topic: str
    subject: str
    relation: str
    value: Value
    ask: str
    tell: str
    cite: tuple[tuple[int, int], ...] = ()
    record_key: str | None = None
    fingerprint: str = ""
    standing: Standing = Standing.DOCUMENTED
    treatment: Treatment = Treatment.PLAIN
    note: str = ""
    where: str = ""
    accepted: tuple[str, ...] = ()
    never_wrong: tuple[str, ...] = ()
    record: Record | None = None
    never: tuple[str, ...] = ()
    equivalent: bool = False
    member_of: str | None = None
    pick_ask: str = ""
    label: str = ""
    is_exact: bool = False
    tags: tuple[str, ...] = ()
    line: int = 0

    @property
    def is_asked(self) -> bool:
        """Whether questions may be made of it."""
        return self.treatment is not Treatment.EXCLUDE

    @property
    def statement(self) -> str:
        """The `tell` sentence as a learner reads it, without the marks."""
        return MARK.sub(r"\1", self.tell)

    @property
    def marked(self) -> str:
        """What `tell` marks as the value; empty if nothing is marked."""
        found = MARK.search(self.tell)
        return found[1] if found else ""

    @property
    def dates(self) -> tuple[PartialDate, ...]:
        """Every date that may be right for it: its own, those accepted, and the record's unless the source is asked."""
        values = [self.value]
        if self.record and self.treatment is not Treatment.ACCORDING_TO_SOURCE:
            values.append(self.record.value)
        own = (value.date for value in values if isinstance(value, DateValue))
        return (*own, *filter(None, map(read_date, self.accepted)))

    def statement_with(self, text: str) -> str:
        """Return the `tell` sentence with `text` in the place of the value, capitalised where it opens."""
        statement = MARK.sub(lambda _: text, self.tell)
        return statement[:1].upper() + statement[1:] if self.tell.startswith("[[") else statement


@dataclass(frozen=True, slots=True)
class FactSet:
    """A named list of facts, for questions of several facts; `ask` is the question for the whole list."""

    id: str
    kind: str
    facts: tuple[str, ...]
    ask: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """What a bank was curated from: a document with its fingerprint, or a package with its version."""

    name: str = ""
    about: str = ""
    document: str | None = None
    sha256: str | None = None
    package: str | None = None
    registry: str | None = None
    version: str | None = None
    licence: str | None = None

    @property
    def label(self) -> str:
        """What a citation calls the source."""
        package = f"{self.package} {self.version or ''}".strip() if self.package else ""
        return self.name or self.document or package


@dataclass(frozen=True, slots=True)
class Bank:
    """A validated bank: every reference resolves, every value has its kind."""

    id: str
    title: str
    language: str
    topics: tuple[str, ...]
    source: Source
    entities: Mapping[str, Entity]
    facts: tuple[Fact, ...]
    sets: tuple[FactSet, ...] = ()
    facts_sha256: str = ""
    by_id: Mapping[str, Fact] = field(init=False, repr=False, compare=False)
    #: What rules look up in this bank time and again, made on first use: a bank never changes.
    lookups: dict[str, object] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {fact.id: fact for fact in self.facts})

    def text_of(self, value: Value) -> str:
        """Return the value as it is shown: an entity's name, a date or a count with its unit in English."""
        return self.names_of(value)[0]

    def phrase_of(self, value: Value) -> str:
        """Return the value as it stands within a sentence: an entity with its article, all else as it is shown."""
        if isinstance(value, EntityValue):
            return self.entities[value.entity].phrase
        return self.text_of(value)

    def names_of(self, value: Value) -> tuple[str, ...]:
        """Return every right spelling of the value, the shown one first."""
        if isinstance(value, EntityValue):
            return self.entities[value.entity].names
        if isinstance(value, NumberValue):
            spellings = numerals.spellings(value.number)
            return (*(f"{text} {value.unit}" for text in spellings if value.unit), *spellings)
        return (value.text,) if isinstance(value, TextValue) else value.date.spellings()
