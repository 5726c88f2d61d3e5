"""What grading gives: an outcome with its score, and what it says of each fact that was probed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What a response turned out to be."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    NEUTRAL = "neutral"
    BLANK = "blank"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Grade:
    """The result of grading: score from 0 to 1, feedback, and the accepted response or option it matched."""

    outcome: Outcome
    score: float
    feedback: str
    matched: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a response says of one fact: its place in `question.facts`, right or wrong, and the chance that it was luck."""

    fact: int
    right: bool
    guess: float


class ResponseError(ValueError):
    """A form field that cannot be read as a response; `field` names it, `message` says what to enter."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message
