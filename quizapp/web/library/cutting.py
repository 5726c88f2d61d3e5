"""Flashcards on paper: the facts of a set as sheets to be printed on both sides and cut out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import render_template, request

from quizapp import clock
from quizapp.operations import reports
from quizapp.operations.study import today_of
from quizapp.web.access import current_learner
from quizapp.web.library.views import bp, open_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quizapp.operations.reports import FactLine

_COLUMNS: Final = 2
_ON_A_SHEET: Final = 8
#: Most sheets at once: a browser lays them all out.
_MOST_SHEETS: Final = 50


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cards of one sheet of paper: the fronts in order, and the backs as they lie behind them."""

    number: int
    fronts: tuple[FactLine | None, ...]

    @property
    def backs(self) -> tuple[FactLine | None, ...]:
        """The cards row by row from right to left: a sheet is turned over its long edge."""
        rows = [self.fronts[start : start + _COLUMNS] for start in range(0, len(self.fronts), _COLUMNS)]
        return tuple(card for row in rows for card in reversed(row))


@bp.get("/<slug>/cards")
def cards(slug: str) -> str:
    """Show the facts of a set as cards to cut out."""
    question_set = open_set(slug)
    learner = current_learner()
    lines = reports.list_facts(question_set.id, learner, today_of(learner, clock.now()))
    topic, with_fiction = request.args.get("topic", ""), request.args.get("fiction") == "yes"
    chosen = [
        line
        for line in lines
        if line.is_asked
        and not line.is_closed
        and line.content.get("flashcard", True)
        and (with_fiction or not line.is_fictional)
        and topic in ("", line.topic)
    ]
    sheets = sheets_of(chosen)
    return render_template(
        "library/cards.html",
        question_set=question_set,
        sheets=sheets[:_MOST_SHEETS],
        count=min(len(chosen), _MOST_SHEETS * _ON_A_SHEET),
        left=max(0, len(chosen) - _MOST_SHEETS * _ON_A_SHEET),
        topic=topic,
        topics=[entry.topic for entry in reports.count_topics(question_set.topics, lines)],
        with_fiction=with_fiction,
        has_fiction=any(line.is_fictional and line.is_asked for line in lines),
        is_quizzed=any(line.is_closed for line in lines),
    )


def sheets_of(lines: Sequence[FactLine]) -> list[Sheet]:
    """Return the cards sheet by sheet; the last one is filled with blanks, so that fronts and backs still meet."""
    sheets = []
    for number, start in enumerate(range(0, len(lines), _ON_A_SHEET), 1):
        part = tuple(lines[start : start + _ON_A_SHEET])
        sheets.append(Sheet(number, part + (None,) * (_ON_A_SHEET - len(part))))
    return sheets
