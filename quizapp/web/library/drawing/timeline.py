"""Where the marks of a timeline stand, with labels that meet nothing and bars for dates that are no single day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from quizapp.core.dates import MONTHS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quizapp.web.library.drawing.dated import Dated
    from quizapp.web.library.drawing.periods import Period

#: Size of the drawing in its own units, which are pixels where it is shown at full width.
WIDTH = 940
_EDGE = 14
_LANE = 27
_TOP = 14
#: Labels beyond so many lanes are left out; their marks stand on the line itself.
_MOST_LANES = 11
_LABEL_GAP = 12
_MARK = 7
#: Labels are as long as this, in characters, if the axis stays as long as this.
_LABEL_LENGTHS = (64, 52, 42, 36, 30)
_SHORTEST_AXIS = 0.55 * WIDTH
_TICK_GAP = 64
#: Bars stand in rows beneath the line; of more than can be told apart the marks alone are left.
_BAR_GAP = 6
_BAR_STEP = 9
_MOST_BAR_ROWS = 10
_NARROW, _WIDE = frozenset("fijlrtI.,'’:;()|-– "), frozenset("mwMWGOQ@%&")


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of the timeline: its place, its label (empty on the line itself), the span of an imprecise date.

    `bar_y` is the upper edge of the bar that draws the span.
    """

    item: Dated
    x: float
    y: float
    text: str
    is_left: bool
    span: tuple[float, float] | None
    bar_y: float | None = None

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
    """A drawing of `width` x `height`: marks above the line at `axis`, bars below it, ticks (x, label) at the `foot`."""

    width: int
    height: float
    axis: float
    foot: float
    marks: tuple[Mark, ...]
    ticks: tuple[tuple[float, str], ...]
    unlabelled: int


def text_width(text: str) -> float:
    """Return how many units a label of 12 px takes at most."""
    return sum(4.4 if letter in _NARROW else 11.0 if letter in _WIDE else 7.2 for letter in text)


def draw_timeline(items: Sequence[Dated], within: Period | None = None) -> Timeline | None:
    """Place marks and labels so that no label meets another label, mark or stem; None without a date.

    Labels of the earlier marks stand left of them, of the later ones right; where the sides change is chosen so that
    the drawing is lowest. A label gets the lowest lane above all the marks that it passes over, so that their stems
    end beneath it. Of dates that are no single day the bar stands beneath the line, as long as what they may mean. Drawn
    is all that the dates span, or the one period they are shown in.
    """
    if not items:
        return None
    earliest = min(item.when.earliest for item in items) if within is None else within.earliest
    latest = max(item.when.latest for item in items) if within is None else within.latest
    shown = sorted(
        (_clipped(item, earliest, latest) for item in items), key=lambda one: (one.middle, one.last)
    )
    days = max(1, (latest - earliest).days)
    plan = _best_plan(
        [(one.middle - earliest.toordinal()) / days for one in shown], [one.item.label for one in shown]
    )

    def place(ordinal: float) -> float:
        return round(plan.start + plan.length * (ordinal - earliest.toordinal()) / days, 1)

    axis = _TOP + _LANE * (plan.highest + 1)
    spans = [None if one.first == one.last else (place(one.first), place(one.last)) for one in shown]
    rows = _bar_rows(spans)
    marks = tuple(
        Mark(
            item=one.item,
            x=place(one.middle),
            y=axis if lane is None else axis - _LANE * (lane + 1),
            text="" if lane is None else plan.texts[index],
            is_left=index < plan.turn,
            span=spans[index],
            bar_y=None if row is None else axis + _BAR_GAP + row * _BAR_STEP,
        )
        for index, (one, lane, row) in enumerate(zip(shown, plan.lanes, rows, strict=True))
    )
    used = max((row + 1 for row in rows if row is not None), default=0)
    foot = axis + (_BAR_GAP + used * _BAR_STEP if used else 0)
    ticks = tuple((place(day.toordinal()), label) for day, label in make_ticks(earliest, latest, plan.length))
    return Timeline(WIDTH, foot + 26, axis, foot, marks, ticks, plan.unlabelled)


@dataclass(frozen=True, slots=True)
class _Shown:
    """The part of a fact's date that lies in what is drawn, as ordinals."""

    item: Dated
    first: int
    last: int

    @property
    def middle(self) -> float:
        return (self.first + self.last) / 2


def _clipped(item: Dated, earliest: date, latest: date) -> _Shown:
    first, last = max(item.when.earliest, earliest), min(item.when.latest, latest)
    return _Shown(item, first.toordinal(), last.toordinal())


def _bar_rows(spans: Sequence[tuple[float, float] | None]) -> list[int | None]:
    """Return a row for each bar, such that no two in a row meet; None where none is left."""
    ends: list[float] = []
    rows: list[int | None] = [None] * len(spans)
    order = sorted((span[0], -span[1], index) for index, span in enumerate(spans) if span is not None)
    for start, negative_end, index in order:
        row = next((row for row, end in enumerate(ends) if end < start), len(ends))
        if row == _MOST_BAR_ROWS:
            continue
        ends[row : row + 1] = [-negative_end]
        rows[index] = row
    return rows


@dataclass(frozen=True, slots=True)
class _Plan:
    """Labels of the first `turn` marks on the left: where the axis starts, its length, and each mark's lane."""

    texts: list[str]
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


def _best_plan(shares: Sequence[float], labels: Sequence[str]) -> _Plan:
    """Return the plan with the longest labels that leave each mark its label and the axis its length.

    Where some marks find no place for theirs, shorter labels would help nobody: as few as can be go without.
    """
    count = len(shares)
    # Many marks: a few places to change sides are enough, and keep the work within bounds.
    turns = sorted({round(count * number / 24) for number in range(25)})
    plans: list[_Plan] = []
    for longest in _LABEL_LENGTHS:
        texts = [_shortened(label, longest) for label in labels]
        plan = min(
            (_plan(shares, texts, turn) for turn in turns),
            key=lambda plan: (plan.unlabelled, plan.highest, abs(2 * plan.turn - count)),
        )
        plans.append(plan)
        if not plan.unlabelled and plan.length >= _SHORTEST_AXIS:
            return plan
    return min(plans, key=lambda plan: (plan.unlabelled, max(0.0, _SHORTEST_AXIS - plan.length)))


def _plan(shares: Sequence[float], texts: list[str], turn: int) -> _Plan:
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
    return _Plan(texts, turn, start, length, lanes)


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


def _shortened(label: str, longest: int) -> str:
    return label if len(label) <= longest else label[: longest - 1].rstrip(" ,;:–-") + "…"


def make_ticks(earliest: date, latest: date, length: float) -> list[tuple[date, str]]:
    """Return days of one month, months or years far enough apart for their labels; January bears its year."""
    if (earliest.year, earliest.month) == (latest.year, latest.month):
        step = max(1, round(_TICK_GAP / length * (latest - earliest).days))
        name = MONTHS[earliest.month - 1][:3]
        days = range(earliest.day, latest.day + 1, step)
        return [(earliest.replace(day=day), f"{day} {name}") for day in days]
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
