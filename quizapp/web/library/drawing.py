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
_EDGE = 14
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
        content = self.line.content
        name = str(content.get("label") or content.get("subject") or self.line.statement)
        return name[:1].upper() + name[1:]

    @property
    def middle(self) -> float:
        """The day in the middle of what the date may mean, as an ordinal."""
        return (self.when.earliest.toordinal() + self.when.latest.toordinal()) / 2


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of the timeline: its place, its label (empty on the line itself), the span of an imprecise date."""

    item: Dated
    x: float
    y: float
    text: str
    is_left: bool
    span: tuple[float, float] | None

    @property
    def text_x(self) -> float:
        """Where the label begins, or ends if it stands left of its mark."""
        return round(self.x + (-_LABEL_GAP if self.is_left else _LABEL_GAP), 1)

    @property
    def extent(self) -> tuple[float, float]:
        """From where to where mark and label reach."""
        width = text_width(self.text)
        left = self.text_x - width if self.text and self.is_left else self.x - _MARK
        right = self.text_x + width if self.text and not self.is_left else self.x + _MARK
        return left, right


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

    Labels of the earlier marks stand left of them, of the later ones right; where the sides change is chosen so that
    the drawing is lowest. A label gets the lowest lane above all the marks that it passes over, so that their stems
    end beneath it.
    """
    if not items:
        return None
    texts = [_shortened(item.label) for item in items]
    earliest = min(item.when.earliest for item in items)
    latest = max(item.when.latest for item in items)
    days = max(1, (latest - earliest).days)
    shares = [(item.middle - earliest.toordinal()) / days for item in items]
    count = len(items)
    # Many marks: a few places to change sides are enough, and keep the work within bounds.
    turns = sorted({round(count * number / 24) for number in range(25)})
    plans = [_plan(shares, texts, turn) for turn in turns]
    plan = min(plans, key=lambda plan: (plan.unlabelled, plan.highest, abs(2 * plan.turn - count)))

    def place(ordinal: float) -> float:
        return round(plan.start + plan.length * (ordinal - earliest.toordinal()) / days, 1)

    axis = _TOP + _LANE * (plan.highest + 1)
    marks = []
    for index, (item, lane) in enumerate(zip(items, plan.lanes, strict=True)):
        first, last = item.when.earliest.toordinal(), item.when.latest.toordinal()
        marks.append(
            Mark(
                item=item,
                x=place(item.middle),
                y=axis if lane is None else axis - _LANE * (lane + 1),
                text="" if lane is None else texts[index],
                is_left=index < plan.turn,
                span=None if first == last else (place(first), place(last)),
            )
        )
    ticks = tuple((place(day.toordinal()), label) for day, label in _ticks(earliest, latest, plan.length))
    return Timeline(WIDTH, axis + 26, axis, tuple(marks), ticks, plan.unlabelled)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Labels of the first `turn` marks on the left: where the axis starts, its length, and each mark's lane."""

    turn: int
    start: float
    length: float
    lanes: list[int | None]

    @property
    def unlabelled(self) -> int:
        return sum(lane is None for lane in self.lanes)

    @property
    def highest(self) -> int:
        return max((lane for lane in self.lanes if lane is not None), default=0)


def _plan(shares: Sequence[float], texts: Sequence[str], turn: int) -> _Plan:
    widths = [_LABEL_GAP + text_width(text) for text in texts]
    start, length = _fit(shares, widths, turn)
    places = [start + length * share for share in shares]
    lanes: list[int | None] = [None] * len(shares)
    for index in range(turn):
        over = _highest_within(places, lanes, range(index - 1, -1, -1), places[index], -widths[index])
        lanes[index] = over + 1 if over + 1 < _MOST_LANES else None
    for index in range(len(shares) - 1, turn - 1, -1):
        over = max(
            _highest_within(places, lanes, range(index + 1, len(shares)), places[index], widths[index]),
            # Where the sides change, marks alone may be too near.
            _highest_within(places, lanes, range(turn - 1, -1, -1), places[index], 0),
        )
        lanes[index] = over + 1 if over + 1 < _MOST_LANES else None
    return _Plan(turn, start, length, lanes)


def _highest_within(
    places: Sequence[float], lanes: Sequence[int | None], others: range, x: float, reach: float
) -> int:
    """Return the highest lane among the marks that a label passes over, going outwards from its own; -1 for none."""
    highest = -1
    for other in others:
        if abs(places[other] - x) > abs(reach) + 2 * _MARK:
            break
        highest = max(highest, -1 if (lane := lanes[other]) is None else lane)
    return highest


def _fit(shares: Sequence[float], widths: Sequence[float], turn: int) -> tuple[float, float]:
    """Return where the axis starts and how long it is, so that every label stands within the drawing."""
    start = float(_EDGE)
    length = 0.0
    # A longer start makes the axis shorter, which moves what a label on the left needs: a few rounds settle it.
    for _ in range(8):
        rights = [
            (WIDTH - _EDGE - start - width) / share
            for share, width in zip(shares[turn:], widths[turn:], strict=True)
            if share
        ]
        length = max(1.0, min([WIDTH - _EDGE - start, *rights]))
        start = max(
            [
                start,
                *(
                    _EDGE + width - length * share
                    for share, width in zip(shares[:turn], widths[:turn], strict=True)
                ),
            ]
        )
    return start, length


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
