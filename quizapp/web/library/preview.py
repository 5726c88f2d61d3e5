"""What a timeline shows of some dates: marks with labels where they fit, else columns of dots; and where to zoom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from quizapp.operations import reports
from quizapp.web.library.drawing import (
    WIDTH,
    Dated,
    Overview,
    Period,
    Timeline,
    count_in,
    dated_facts,
    draw_overview,
    draw_timeline,
    list_children,
)

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import date

    from quizapp.models import Learner

#: More marks than this find no room for their labels, and trying costs time.
_MOST_LABELLED = 60
_MOST_UNLABELLED_SHARE = 0.2
_FEWEST_COLUMNS = 4
#: So much of the drawing's width stands on the screen of a phone.
_NARROW_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Preview:
    """One of the two drawings of some facts, the periods to zoom to with their counts, and whether one is begun."""

    items: Sequence[Dated]
    labelled: Timeline | None
    overview: Overview | None
    periods: list[tuple[Period, int]]
    begun: bool

    @property
    def begins_late(self) -> bool:
        """Whether a narrow screen, which shows a part of the drawing, shows more at the end of time than at its start."""
        if self.overview is not None:
            places = [(column.x + column.width / 2, column.count) for column in self.overview.columns]
        else:
            places = [(mark.x, 1) for mark in (self.labelled.marks if self.labelled else ())]
        early = sum(count for x, count in places if x <= WIDTH * _NARROW_SHARE)
        late = sum(count for x, count in places if x >= WIDTH * (1 - _NARROW_SHARE))
        return late > early


def make_preview(items: Sequence[Dated], period: Period | None = None) -> Preview:
    """Draw facts, the whole of them or those of a period, in the way that tells most."""
    shown = [item for item in items if period is None or period.touches(item)]
    labelled = draw_timeline(shown, period) if len(shown) <= _MOST_LABELLED else None
    overview = None
    if labelled is None or labelled.unlabelled > len(shown) * _MOST_UNLABELLED_SHARE:
        overview = draw_overview(shown, period)
        if labelled is not None and overview is not None and len(overview.columns) < _FEWEST_COLUMNS:
            overview = None
    return Preview(
        items=shown,
        labelled=None if overview is not None else labelled,
        overview=overview,
        periods=[(child, count_in(shown, child)) for child in list_children(items, period)],
        begun=any(item.line.memory is not None for item in items),
    )


def preview(question_set_id: uuid.UUID, learner: Learner | None, today: date) -> Preview | None:
    """Return the small timeline of a set's front page; None where nothing in it is dated.

    What the source invents is not on it, and what an open quiz asks neither.
    """
    lines = reports.list_facts(question_set_id, learner, today, only_dated=True)
    items = dated_facts(lines, with_fiction=False)
    return make_preview(items) if items else None
