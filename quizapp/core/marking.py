"""From scores to marks: weights, partial credit, negative marks, certainty, lateness, and the score of several attempts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from quizapp.core.grading import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

#: Marks for a right and for a wrong response by certainty, per point of weight: the scale of Moodle's
#: certainty-based marking (docs.moodle.org, "Certainty-based marking"), after Gardner-Medwin.
CERTAINTY_MARKS: Final[Mapping[int, tuple[int, int]]] = {1: (1, 0), 2: (2, -2), 3: (3, -6)}
#: Whoever states no certainty is taken to be unsure.
LEAST_CERTAIN: Final = 1
MOST_CERTAIN: Final = 3


class Scoring(StrEnum):
    """Which of several attempts counts."""

    HIGHEST = "highest"
    AVERAGE = "average"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class MarkingRules:
    """How a score of 0 to 1 becomes marks; pinned with the attempt.

    `negative_percent` of a question's weight is taken off for a wrong response, 0 to 100. With certainty marking there
    are no negative marks but its own.
    """

    partial_credit: bool = True
    negative_percent: int = 0
    certainty: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.negative_percent <= 100:
            raise ValueError(f"negative marks lie between 0 and 100 %, not at {self.negative_percent}")

    @property
    def highest(self) -> int:
        """The most marks per point of weight."""
        return CERTAINTY_MARKS[MOST_CERTAIN][0] if self.certainty else 1


@dataclass(frozen=True, slots=True)
class LateStep:
    """Up to so many hours after the due moment, so many percent of the score count; 0 to 100."""

    hours: float
    percent: int

    def __post_init__(self) -> None:
        if self.hours <= 0 or not 0 <= self.percent <= 100:
            raise ValueError(f"not a step of a credit timeline: {self.percent} % up to {self.hours} hours")


def marks(
    outcome: Outcome, score: float, weight: float, rules: MarkingRules, certainty: int | None = None
) -> float:
    """Return the marks of one response: `weight` times its score, or what the rules make of it.

    Blank, neutral and unclear responses earn and cost nothing. Raises `ValueError` for a certainty outside 1 to 3.
    """
    if outcome in (Outcome.BLANK, Outcome.NEUTRAL, Outcome.UNCLEAR):
        return 0.0
    share = score if rules.partial_credit or score == 1 else 0.0
    if rules.certainty:
        level = LEAST_CERTAIN if certainty is None else certainty
        if level not in CERTAINTY_MARKS:
            raise ValueError(f"certainty is 1, 2 or 3, not {level}")
        right, wrong = CERTAINTY_MARKS[level]
        return 0.0 + weight * (right * share if share > 0 else wrong)
    if share > 0:
        return weight * share
    # Nothing is taken off as 0, never as -0.
    return 0.0 - weight * rules.negative_percent / 100


def total(points: Sequence[float]) -> float:
    """Return the sum of marks, which is never below nothing."""
    # fsum: thirds of points must add up to whole ones.
    return max(0.0, math.fsum(points))


def late_percent(finished_at: datetime, due_at: datetime | None, steps: Sequence[LateStep]) -> int:
    """Return how many percent of the score count for an attempt that finished then.

    All of it up to the due moment. After it the first step whose hours have not passed holds; after the last step
    nothing counts. Without steps lateness is noted and costs nothing.
    """
    if due_at is None or finished_at <= due_at or not steps:
        return 100
    hours = (finished_at - due_at).total_seconds() / 3600
    return next(
        (step.percent for step in sorted(steps, key=lambda step: step.hours) if hours <= step.hours), 0
    )


def score_of_attempts(scores: Sequence[float], scoring: Scoring) -> float | None:
    """Return the score that counts of those of all attempts, in the order in which they began; None without any."""
    if not scores:
        return None
    match scoring:
        case Scoring.HIGHEST:
            return max(scores)
        case Scoring.AVERAGE:
            return math.fsum(scores) / len(scores)
        case Scoring.FIRST:
            return scores[0]
        case Scoring.LAST:
            return scores[-1]


def rules_to_dict(rules: MarkingRules) -> dict[str, Any]:
    """Return the rules as they are kept with an attempt."""
    return {
        "partial_credit": rules.partial_credit,
        "negative_percent": rules.negative_percent,
        "certainty": rules.certainty,
    }


def rules_from_dict(data: Mapping[str, Any]) -> MarkingRules:
    """Return rules as `rules_to_dict` wrote them; what is missing is as by default."""
    default = MarkingRules()
    return MarkingRules(
        partial_credit=bool(data.get("partial_credit", default.partial_credit)),
        negative_percent=int(data.get("negative_percent", default.negative_percent)),
        certainty=bool(data.get("certainty", default.certainty)),
    )
