"""Pasted lines, "question, tab, response": rows and line-numbered errors for a preview before anything is kept."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from quizapp.core.matching import fold

MAX_LINES: Final = 2_000
MAX_CHARACTERS: Final = 500
_LAYOUT = "write: question, tab, response (and, after another tab, further responses with | between them)"


@dataclass(frozen=True, slots=True)
class PasteRow:
    """One question with its response; `also` are further accepted ones. `line` counts from 1."""

    line: int
    question: str
    response: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PasteError:
    """What is wrong with a line, and what to do."""

    line: int
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.problem} — {self.remedy}"


@dataclass(frozen=True, slots=True)
class PasteResult:
    """The good rows and the errors of the others, each in the order of their lines; `unread` are lines too many."""

    rows: tuple[PasteRow, ...]
    errors: tuple[PasteError, ...]
    unread: tuple[int, ...] = ()


def read_lines(text: str) -> PasteResult:
    """Read pasted lines; blank ones are skipped, at most 2,000 are read, each field holds at most 500 characters."""
    rows: list[PasteRow] = []
    errors: list[PasteError] = []
    first_line: dict[str, int] = {}
    filled = [
        (number, line)
        for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1)
        if line.strip()
    ]
    for number, line in filled[:MAX_LINES]:
        row = _read_line(number, line)
        if isinstance(row, PasteRow):
            earlier = first_line.setdefault(fold(row.question), number)
            if earlier != number:
                row = PasteError(number, f"the same question stands on line {earlier}", "remove one of them")
        if isinstance(row, PasteRow):
            rows.append(row)
        else:
            errors.append(row)
    if len(filled) > MAX_LINES:
        problem = f"there are {len(filled):,} lines, {MAX_LINES:,} can be read at once"
        errors.append(PasteError(filled[MAX_LINES][0], problem, "paste the rest afterwards"))
    return PasteResult(tuple(rows), tuple(errors), tuple(number for number, _ in filled[MAX_LINES:]))


def _read_line(number: int, line: str) -> PasteRow | PasteError:
    fields = [_unquoted(field.strip()) for field in line.split("\t")]
    problem, remedy = _problem(fields)
    if problem:
        return PasteError(number, problem, remedy)
    also = [part.strip() for part in fields[2].split("|")] if len(fields) > 2 else []
    response = fields[1]
    further = {fold(part): part for part in also if fold(part) and fold(part) != fold(response)}
    return PasteRow(number, fields[0], response, tuple(further.values()))


def _unquoted(field: str) -> str:
    """Return what a spreadsheet wrapped in quotes because it has quotes in it, which it then writes twice."""
    inner = field[1:-1]
    is_wrapped = len(field) > 2 and field[0] == field[-1] == '"' and '""' in inner
    return inner.replace('""', '"').strip() if is_wrapped and '"' not in inner.replace('""', "") else field


def _problem(fields: list[str]) -> tuple[str, str]:
    if len(fields) < 2:
        return "there is no tab", _LAYOUT
    if len(fields) > 3:
        return f"there are {len(fields)} fields", _LAYOUT
    for name, field in zip(("question", "response"), fields, strict=False):
        if not fold(field):
            return f"the {name} is empty", _LAYOUT
    for field in fields:
        if len(field) > MAX_CHARACTERS:
            return f"a field has {len(field):,} characters", f"shorten it to {MAX_CHARACTERS}"
        if any(unicodedata.category(character) in {"Cc", "Cs"} for character in field):
            return "there is a control character", "type the line anew"
    return "", ""
