"""Pasted lines as questions of an instructor's set: first looked at, then brought in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from quizapp.core import writing
from quizapp.core.matching import fold
from quizapp.core.questions import ShortQuestion
from quizapp.operations.question_sets.questions import add_questions, list_written, new_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from quizapp.core.questions import AnyQuestion
    from quizapp.formats.paste import PasteRow
    from quizapp.models import QuestionSet


@dataclass(frozen=True, slots=True)
class Line:
    """A pasted line and what it becomes; `problem` says why it cannot be brought in."""

    row: PasteRow
    problem: str = ""
    item: tuple[dict[str, Any], AnyQuestion] | None = None


def check_rows(question_set: QuestionSet, rows: Sequence[PasteRow], topic: str = "") -> list[Line]:
    """Return what each row becomes: a short question, or the reason why not."""
    asked = [written.question for written in list_written(question_set) if not written.is_removed]
    known = {
        (fold(question.stem), fold(question.accept[0]))
        for question in asked
        if isinstance(question, ShortQuestion)
    }
    lines = [_line(question_set, row, topic, known) for row in rows]
    made = [line.item[1] for line in lines if line.item is not None]
    clashes = writing.clashes(made, asked)
    return [
        Line(line.row, clashes[line.item[1].id].message)
        if line.item is not None and line.item[1].id in clashes
        else line
        for line in lines
    ]


def import_rows(question_set: QuestionSet, rows: Sequence[PasteRow], topic: str, now: datetime) -> list[Line]:
    """Bring in every good row and return all of them as judged; call it inside `run_tx`. Flushes.

    A row that the set has already is no good row: what is sent twice is brought in once. Raises `FullSetError`, and
    then nothing is brought in.
    """
    lines = check_rows(question_set, rows, topic)
    add_questions(question_set, [line.item for line in lines if line.item is not None], now)
    return lines


def _line(question_set: QuestionSet, row: PasteRow, topic: str, known: set[tuple[str, str]]) -> Line:
    if (fold(row.question), fold(row.response)) in known:
        return Line(row, "The set has this question already.")
    draft = writing.Draft(type="short", stem=row.question, response=row.response, also=row.also, topic=topic)
    try:
        return Line(row, item=writing.write(draft, slug=question_set.slug, key=new_key()))
    except writing.DraftError as error:
        return Line(row, " ".join(problem.message for problem in error.problems))
