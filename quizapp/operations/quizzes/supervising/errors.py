"""Why an instructor's decision on an attempt could not be carried out; nothing was changed then."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uuid


class SupervisingError(Exception):
    """Something stands in the way of a decision."""


class NoSuchSittingError(SupervisingError):
    """The quiz has no such attempt, or not any more, or the learner never came to it."""


class StillOpenError(SupervisingError):
    """The attempt has not ended, and what was asked for is done to ended ones."""


class NotOpenError(SupervisingError):
    """The attempt has ended already."""


class AnotherOpenError(SupervisingError):
    """The learner has another open attempt at this quiz: there can be one at a time."""

    def __init__(self, attempt_id: uuid.UUID | None = None) -> None:
        super().__init__("the learner has another open attempt at this quiz")
        self.attempt_id = attempt_id


class NoTimeLeftError(SupervisingError):
    """An attempt would be open until a moment that has passed."""


class MarksOutOfRangeError(SupervisingError):
    """Marks beyond what the weight of the question and the rules of the attempt allow."""

    def __init__(self, lowest: float, highest: float) -> None:
        super().__init__(f"marks lie between {lowest:g} and {highest:g}")
        self.lowest = lowest
        self.highest = highest


class NotScoredError(SupervisingError):
    """The question counts for nobody, so marks for it would count for nothing."""


class NotDeletedError(SupervisingError):
    """There is nothing to restore: the attempt was not deleted, or was restored already."""
