"""Where the points of a forgetting curve stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from quizapp.core.memory import retrievability

if TYPE_CHECKING:
    from quizapp.core.memory import Weights


@dataclass(frozen=True, slots=True)
class Curve:
    """A forgetting curve in a square of 100 x 100: its points, today and the due day as (x, recall)."""

    points: tuple[tuple[float, float], ...]
    today: tuple[float, float]
    due: tuple[float, float]
    first_on: date
    last_on: date


def draw_curve(stability: float, last_on: date, due_on: date, today: date, weights: Weights) -> Curve:
    """Return how recall falls from the last review on, until some days after it is due or after today."""
    days = max((due_on - last_on).days, (today - last_on).days, 1)
    span = max(3, round(days * 1.5))

    def at(elapsed: float) -> tuple[float, float]:
        return round(100 * elapsed / span, 2), retrievability(stability, elapsed, weights)

    return Curve(
        points=tuple(at(span * number / 60) for number in range(61)),
        today=at(max(0, (today - last_on).days)),
        due=at(max(0, (due_on - last_on).days)),
        first_on=last_on,
        last_on=last_on + timedelta(days=span),
    )
