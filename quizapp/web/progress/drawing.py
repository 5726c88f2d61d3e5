"""Axes of charts: where they end, which ticks and labels they bear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Labels of days that stand beside one another on the narrowest screen.
_LABELS = 5


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis: where it ends, and its ticks, the lowest first."""

    top: int
    ticks: tuple[int, ...]


def scale_for(most: float) -> Scale:
    """Return an axis from 0 to a round number that holds `most`, in two to four equal steps."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if most <= 4 * step:
                return _in_steps(most, step)
        size *= 10


def minute_scale(most: float) -> Scale:
    """Return the same for minutes: above an hour in steps of quarters of an hour or whole hours."""
    if most <= 60:
        return scale_for(most)
    hours = next(step for step in (0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 1000) if most <= 240 * step)
    return _in_steps(most, int(60 * hours))


def recall_scale(shares: Iterable[float]) -> Scale:
    """Return an axis in per cent that holds these shares: from 50, or from 0 where one lies lower."""
    is_low = min(shares, default=1.0) < 0.5
    return Scale(100, (0, 25, 50, 75, 100) if is_low else (50, 60, 70, 80, 90, 100))


def spread_labels(count: int, *, from_end: bool = True) -> frozenset[int]:
    """Return which of so many places of a chart bear a label: few enough for the narrowest screen, the last always."""
    step = max(1, -(-count // _LABELS))
    return frozenset(range(count - 1, -1, -step) if from_end else range(0, count, step))


def _in_steps(most: float, step: int) -> Scale:
    count = max(2, -int(-most // step))
    return Scale(step * count, tuple(step * number for number in range(count + 1)))
