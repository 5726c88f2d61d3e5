"""What a learner may give in response, one class per way of giving it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OptionResponse:
    """The id of the option a learner picked."""

    option: str


@dataclass(frozen=True, slots=True)
class MarksResponse:
    """The ids of the options or places that were marked, each once."""

    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextResponse:
    """What a learner typed."""

    text: str


@dataclass(frozen=True, slots=True)
class NumberResponse:
    """The number that was typed, and how it was written."""

    number: float
    text: str


@dataclass(frozen=True, slots=True)
class DateResponse:
    """The parts of a date as entered; a part not asked for is None."""

    year: int | None = None
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True)
class OrderResponse:
    """The ids of all events, the earliest first."""

    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PairsResponse:
    """(left id, right id) of the pairs that were made, in the order of the left ids; what was left open is not there."""

    pairs: tuple[tuple[str, str], ...]


Response = (
    OptionResponse
    | MarksResponse
    | TextResponse
    | NumberResponse
    | DateResponse
    | OrderResponse
    | PairsResponse
)
