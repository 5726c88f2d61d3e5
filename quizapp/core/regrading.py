"""What an instructor decides about a question after it was asked, and how a response is graded with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quizapp.core.grading import Grade, Outcome, grade, response_from_dict, response_to_dict
from quizapp.core.matching import fold
from quizapp.core.questions import TextResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quizapp.core.questions import AnyQuestion, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """Decisions on one question of one quiz.

    `accepted` responses count as right and `refused` ones as wrong, whatever the key says: together they correct a key.
    With `is_credited` every learner gets all of its marks, whatever was given; a dropped question counts for nothing, as
    if it had not been asked.
    """

    accepted: tuple[Response, ...] = ()
    refused: tuple[Response, ...] = ()
    is_credited: bool = False
    is_dropped: bool = False

    def __bool__(self) -> bool:
        return bool(self.accepted or self.refused or self.is_credited or self.is_dropped)


#: Graded as the question says.
UNADJUSTED = Adjustment()


def regrade(question: AnyQuestion, response: Response | None, adjustment: Adjustment) -> Grade:
    """Return the grade of a response under an adjustment; without one it is that of `core.grading.grade`."""
    as_written = grade(question, response)
    if adjustment.is_dropped:
        return Grade(Outcome.NEUTRAL, 0.0, "This question was dropped: it counts for nobody.")
    if adjustment.is_credited:
        return Grade(Outcome.RIGHT, 1.0, "Everybody was given credit for this question.")
    if response is None:
        return as_written
    if any(is_same(response, one) for one in adjustment.accepted):
        return Grade(Outcome.RIGHT, 1.0, "Accepted on review.", as_written.matched)
    if any(is_same(response, one) for one in adjustment.refused):
        return Grade(Outcome.WRONG, 0.0, "Not accepted on review.")
    return as_written


def is_same(one: Response, other: Response) -> bool:
    """Return whether two responses say the same: typed ones apart from case, accents and spacing."""
    if isinstance(one, TextResponse) and isinstance(other, TextResponse):
        return fold(one.text) == fold(other.text)
    return one == other


def adjustment_to_dict(adjustment: Adjustment) -> dict[str, Any]:
    """Return an adjustment as it is kept."""
    return {
        "accepted": [response_to_dict(one) for one in adjustment.accepted],
        "refused": [response_to_dict(one) for one in adjustment.refused],
        "is_credited": adjustment.is_credited,
        "is_dropped": adjustment.is_dropped,
    }


def adjustment_from_dict(data: Mapping[str, Any]) -> Adjustment:
    """Return an adjustment as `adjustment_to_dict` wrote it."""
    return Adjustment(
        accepted=tuple(response_from_dict(one) for one in data["accepted"]),
        refused=tuple(response_from_dict(one) for one in data["refused"]),
        is_credited=data["is_credited"],
        is_dropped=data["is_dropped"],
    )
