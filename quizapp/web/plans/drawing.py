"""The curve of a plan: places in a square of 100, from the first day to the day itself, shares from 0 to 1 upwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from quizapp.operations.plans import DayOfPlan, Point

_FAR_DAYS = 300


@dataclass(frozen=True, slots=True)
class Label:
    """A day under the axis; `anchor` is the class of its text: none at the left end, `middle`, `end`."""

    x: float
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A place that is told in words: its share too, since labels stand beside it."""

    x: float
    y: float
    share: float

    @property
    def is_right(self) -> bool:
        """Whether words about it stand to its left."""
        return self.x > 50


@dataclass(frozen=True, slots=True)
class Curve:
    """Lines as points of an SVG: what was promised, what was reached, what is expected from here with its spread."""

    promised: str
    reached: str
    expected: str
    band: str
    goal: Mark | None
    latest: Mark | None
    end: Mark | None
    labels: tuple[Label, ...]


def draw(
    first: date,
    last: date,
    days: Sequence[DayOfPlan] = (),
    points: Sequence[Point] = (),
    now: tuple[date, float] | None = None,
) -> Curve:
    """Return the curve of a plan from its days so far, today's share, and the course from today."""

    def place(day: date, share: float) -> tuple[float, float]:
        return round(100 * (day - first).days / max(1, (last - first).days), 2), round(100 - 100 * share, 2)

    promised = [place(row.day, row.predicted) for row in days if row.predicted is not None]
    reached = {row.day: row.reached for row in days if row.reached is not None}
    if now is not None:
        reached.setdefault(*now)
    known = [place(day, share) for day, share in sorted(reached.items())]
    expected = [place(point.day, point.known) for point in points]
    edge = [place(point.day, point.high) for point in points]
    edge += [place(point.day, point.low) for point in reversed(points)]
    return Curve(
        promised=_path(promised),
        reached=_path(known),
        expected=_path(expected),
        band=_path(edge),
        goal=_mark(promised),
        latest=_mark(known),
        end=_mark(expected),
        labels=_labels(first, last),
    )


def _path(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in places)


def _mark(places: Sequence[tuple[float, float]]) -> Mark | None:
    return Mark(*places[-1], share=1 - places[-1][1] / 100) if places else None


def _labels(first: date, last: date) -> tuple[Label, ...]:
    """Return four days at most, few enough for the narrowest screen."""
    span = (last - first).days
    pattern = "%b %Y" if span > _FAR_DAYS else "%-d %b"
    steps = min(3, max(1, span))
    days = [first + (last - first) * step // steps for step in range(steps + 1)]
    return tuple(
        Label(
            round(100 * (day - first).days / max(1, span), 2),
            day.strftime(pattern),
            "" if day == first else "end" if day == last else "middle",
        )
        for day in days
    )
