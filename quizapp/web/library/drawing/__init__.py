"""Drawings of the library, placed by the server: timelines and forgetting curves."""

from quizapp.web.library.drawing.curve import Curve, draw_curve
from quizapp.web.library.drawing.dated import Dated, dated_facts
from quizapp.web.library.drawing.overview import Column, Dot, Overview, draw_overview
from quizapp.web.library.drawing.periods import (
    Period,
    count_in,
    find_period,
    list_ancestors,
    list_children,
    list_periods,
)
from quizapp.web.library.drawing.timeline import WIDTH, Mark, Timeline, draw_timeline, text_width

__all__ = [
    "WIDTH",
    "Column",
    "Curve",
    "Dated",
    "Dot",
    "Mark",
    "Overview",
    "Period",
    "Timeline",
    "count_in",
    "dated_facts",
    "draw_curve",
    "draw_overview",
    "draw_timeline",
    "find_period",
    "list_ancestors",
    "list_children",
    "list_periods",
    "text_width",
]
