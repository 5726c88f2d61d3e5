"""Where many dates stand when they are drawn without labels: dots piled up by period, each a fact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from quizapp.operations.reports import MemoryState
from quizapp.web.library.drawing.periods import LEVELS, Level, Period
from quizapp.web.library.drawing.timeline import WIDTH, make_ticks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from quizapp.web.library.drawing.dated import Dated

_EDGE = 14
_TALLEST = 190.0
_TOP = 24
_PITCH = 13.0
_NARROWEST = 9.0
#: Beyond so many facts a column is drawn as blocks of memory states and not dot by dot.
MOST_DOTS = 400
_ORDER: Final = (MemoryState.HELD, MemoryState.SLIPPING, MemoryState.NEW)


@dataclass(frozen=True, slots=True)
class Dot:
    """One fact in its column."""

    item: Dated
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Column:
    """A period of the drawing with its dots, or with blocks (state, y, height) where there are too many for dots."""

    period: Period
    x: float
    width: float
    top: float
    count: int
    dots: tuple[Dot, ...]
    blocks: tuple[tuple[MemoryState, float, float], ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """A drawing of `width` x `height`: columns upon the line at `axis`, ticks (x, label) below it, dots of a radius.

    `coarse` is how many facts have a date that is wider than a column: they stand in the list alone.
    """

    width: int
    height: float
    axis: float
    level: Level
    columns: tuple[Column, ...]
    ticks: tuple[tuple[float, str], ...]
    radius: float
    coarse: int


def draw_overview(items: Sequence[Dated], within: Period | None = None) -> Overview | None:
    """Pile up the facts by the finest period whose columns are wide enough; None without a date."""
    if not items:
        return None
    earliest = min(item.when.earliest for item in items) if within is None else within.earliest
    latest = max(item.when.latest for item in items) if within is None else within.latest
    level = _level(earliest, latest)
    first = Period.around(level, earliest).earliest
    last = Period.around(level, latest).latest
    length = WIDTH - 2 * _EDGE
    days = (last - first).days + 1

    def place(day: date) -> float:
        return round(_EDGE + length * (day - first).days / days, 1)

    piles = _pile(items, level)
    most = max((len(pile) for pile in piles.values()), default=1)
    narrowest = min((place(_after(period)) - place(period.earliest) for period in piles), default=_PITCH)
    pitch = min(_PITCH, _TALLEST / most, narrowest)
    axis = round(_TOP + pitch * most + 2, 1)
    is_dotted = len(items) <= MOST_DOTS
    columns = tuple(
        _column(period, pile, place(period.earliest), place(_after(period)), axis, pitch, is_dotted=is_dotted)
        for period, pile in sorted(piles.items(), key=lambda pair: pair[0].earliest)
    )
    ticks = tuple((place(day), label) for day, label in make_ticks(first, last, length))
    coarse = len(items) - sum(column.count for column in columns)
    return Overview(WIDTH, axis + 28, axis, level, columns, ticks, round(pitch / 2 - 0.75, 2), coarse)


def _level(earliest: date, latest: date) -> Level:
    """Return the finest level whose columns are wide enough to be told apart."""
    days = (latest - earliest).days + 1
    lengths = {"century": 36524, "decade": 3652, "year": 365, "quarter": 91, "month": 30}
    for level in reversed(LEVELS):
        if (WIDTH - 2 * _EDGE) * lengths[level] / days >= _NARROWEST:
            return level
    return LEVELS[0]


def _pile(items: Iterable[Dated], level: Level) -> dict[Period, list[Dated]]:
    piles: dict[Period, list[Dated]] = {}
    for item in items:
        period = Period.around(level, item.when.earliest)
        if item.when.latest <= period.latest:
            piles.setdefault(period, []).append(item)
    return piles


def _column(
    period: Period,
    pile: list[Dated],
    left: float,
    right: float,
    axis: float,
    pitch: float,
    *,
    is_dotted: bool,
) -> Column:
    ordered = sorted(pile, key=lambda item: (_ORDER.index(item.line.state), item.middle))
    x = round((left + right) / 2, 1)
    dots: tuple[Dot, ...] = ()
    blocks: list[tuple[MemoryState, float, float]] = []
    if is_dotted:
        dots = tuple(
            Dot(item, x, round(axis - pitch * (place + 0.5) - 2, 1)) for place, item in enumerate(ordered)
        )
    else:
        foot = axis
        for state in _ORDER:
            height = round(pitch * sum(item.line.state == state for item in ordered), 1)
            foot = round(foot - height, 1)
            blocks += [(state, foot, height)] if height else []
    return Column(
        period,
        left,
        round(right - left, 1),
        round(axis - pitch * len(pile), 1),
        len(pile),
        dots,
        tuple(blocks),
    )


def _after(period: Period) -> date:
    """Return the day after a period; at the end of time its last day."""
    following = period.following
    return following.earliest if following is not None else period.latest
