"""Where the marks of a bank's timeline and the points of a forgetting curve stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from quizapp.core.dates import MONTHS, PartialDate
from quizapp.core.memory import retrievability

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from quizapp.core.memory import Weights
    from quizapp.operations.reports import FactLine

#: Size of the drawing in its own units, which are pixels where it is shown at full width.
WIDTH = 940
_LEFT, _RIGHT = 14, 10
_LANE = 27
_TOP = 14
#: Labels beyond so many lanes are left out; their marks stand on the line itself.
_MOST_LANES = 11
_LABEL_GAP = 12
_MARK = 7
_LONGEST_LABEL = 30
_TICK_GAP = 64
_NARROW, _WIDE = frozenset("fijlrtI.,'’:;()|-– "), frozenset("mwMWGOQ@%&")


@dataclass(frozen=True, slots=True)
class Dated:
    """A fact that holds a date, and the date."""

    line: FactLine
    when: PartialDate

    @property
    def label(self) -> str:
        """What stands beside the mark."""
        name = str(self.line.content.get("subject") or self.line.statement)
        return name[:1].upper() + name[1:]

    @property
    def middle(self) -> float:
        """The day in the middle of what the date may mean, as an ordinal."""
        return (self.when.earliest.toordinal() + self.when.latest.toordinal()) / 2


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of the timeline: its place, its label (empty on the line itself), the span of an unprecise date."""

    item: Dated
    x: float
    y: float
    text: str
    span: tuple[float, float] | None

    @property
    def right(self) -> float:
        """Where its label ends."""
        return self.x + (_LABEL_GAP + text_width(self.text) if self.text else _MARK)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A drawing of `width` x `height`: marks above the line at `axis`, and ticks (x, label) below it."""

    width: int
    height: float
    axis: float
    marks: tuple[Mark, ...]
    ticks: tuple[tuple[float, str], ...]
    unlabelled: int


@dataclass(frozen=True, slots=True)
class Curve:
    """A forgetting curve in a square of 100 x 100: its points, today and the due day as (x, recall)."""

    points: tuple[tuple[float, float], ...]
    today: tuple[float, float]
    due: tuple[float, float]
    first_on: date
    last_on: date


def text_width(text: str) -> float:
    """Return how many units a label of 12 px takes at most."""
    return sum(4.4 if letter in _NARROW else 11.0 if letter in _WIDE else 7.2 for letter in text)


def dated_facts(lines: Iterable[FactLine], *, with_fiction: bool) -> list[Dated]:
    """Return the facts that may be shown and hold a date, in order; invented ones only where they are asked for."""
    found = []
    for line in lines:
        written = line.content.get("date")
        if not written or line.is_closed or not line.is_asked or (line.is_fictional and not with_fiction):
            continue
        try:
            found.append(Dated(line, PartialDate.parse(str(written))))
        except ValueError:
            continue
    return sorted(found, key=lambda item: (item.middle, item.when.latest))


def draw_timeline(items: Sequence[Dated]) -> Timeline | None:
    """Place marks and labels so that no label meets another label, mark or stem; None without a date.

    Labels stand right of their marks. Going from the latest to the earliest, a label gets the lowest lane above all
    the marks it passes over, so that their stems end beneath it.
    """
    if not items:
        return None
    earliest = min(item.when.earliest for item in items)
    latest = max(item.when.latest for item in items)
    days = max(1, (latest - earliest).days)
    texts = [_shortened(item.label) for item in items]
    shares = [(item.middle - earliest.toordinal()) / days for item in items]
    # The axis ends early enough that the last labels still fit.
    room = WIDTH - _LEFT - _RIGHT
    length = min(
        [room - _MARK]
        + [
            (room - _LABEL_GAP - text_width(text)) / share
            for text, share in zip(texts, shares, strict=True)
            if share
        ]
    )

    def place(ordinal: float) -> float:
        return _LEFT + length * (ordinal - earliest.toordinal()) / days

    lanes: list[tuple[float, int]] = []
    chosen: dict[int, int | None] = {}
    for index in reversed(range(len(items))):
        x = place(items[index].middle)
        end = x + _LABEL_GAP + text_width(texts[index]) + 2 * _MARK
        lane = 1 + max((other for other_x, other in lanes if x <= other_x <= end), default=-1)
        chosen[index] = lane if lane < _MOST_LANES else None
        if lane < _MOST_LANES:
            lanes.append((x, lane))
    highest = max((lane for _, lane in lanes), default=0)
    axis = _TOP + _LANE * (highest + 1)
    marks = []
    for index, item in enumerate(items):
        lane_or_none = chosen[index]
        is_day = item.when.earliest == item.when.latest
        marks.append(
            Mark(
                item=item,
                x=round(place(item.middle), 1),
                y=axis if lane_or_none is None else axis - _LANE * (lane_or_none + 1),
                text="" if lane_or_none is None else texts[index],
                span=None
                if is_day
                else (
                    round(place(item.when.earliest.toordinal()), 1),
                    round(place(item.when.latest.toordinal()), 1),
                ),
            )
        )
    ticks = tuple(
        (round(place(day.toordinal()), 1), label) for day, label in _ticks(earliest, latest, length)
    )
    return Timeline(
        WIDTH, axis + 26, axis, tuple(marks), ticks, sum(lane is None for lane in chosen.values())
    )


def _shortened(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1].rstrip(" ,;:–-") + "…"


def _ticks(earliest: date, latest: date, length: float) -> list[tuple[date, str]]:
    """Return months or years far enough apart for their labels; January bears its year."""
    months = (latest.year - earliest.year) * 12 + latest.month - earliest.month + 1
    steps = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000)
    step = next((step for step in steps if length * step / months >= _TICK_GAP), steps[-1])
    index = -(-(earliest.year * 12 + earliest.month - 1) // step) * step
    found = []
    while (index // 12, index % 12 + 1) <= (latest.year, latest.month):
        day = date(index // 12, index % 12 + 1, 1)
        if day >= earliest:
            found.append((day, str(day.year) if day.month == 1 else MONTHS[day.month - 1][:3]))
        index += step
    return found


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
