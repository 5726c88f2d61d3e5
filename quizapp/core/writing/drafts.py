"""Drafts: a question as it is typed, and everything about it that stands in the way of saving, field by field."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from quizapp.core.dates import PartialDate
from quizapp.core.facts import MARK
from quizapp.core.grading import TEXT_LIMIT
from quizapp.core.matching import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: The types that can be written by hand so far; the others are generated from facts.
WRITTEN_TYPES: Final = ("choice", "true-false", "short", "cloze", "date")
MAX_STEM: Final = 1_000
MAX_OPTION: Final = 300
MAX_REASON: Final = 500
MAX_RESPONSE: Final = min(200, TEXT_LIMIT)
MAX_EXPLANATION: Final = 2_000
MAX_CITE: Final = 300
MIN_WRONG: Final = 2
MAX_WRONG: Final = 9
MAX_ALSO: Final = 20


@dataclass(frozen=True, slots=True)
class DraftOption:
    """An option as it is typed; without a reason one is put in that says what is right."""

    text: str = ""
    because: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed into the row."""
        return not (self.text.strip() or self.because.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A question as it is typed; of the fields in the middle only those of its type count.

    choice: `right` and `wrong`, blank rows of which are passed over. true-false: `is_true`. short: `response` and
    `also`, further accepted ones. cloze: [[...]] in the stem marks the response; `also`. date: `year`, and as exactly
    as it is to be asked `month` and `day`.
    """

    type: str
    stem: str = ""
    right: DraftOption = DraftOption()
    wrong: tuple[DraftOption, ...] = ()
    is_true: bool | None = None
    response: str = ""
    also: tuple[str, ...] = ()
    year: int | None = None
    month: int | None = None
    day: int | None = None
    explanation: str = ""
    cite: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What stands in the way of saving: the field, rows as `wrong-0-text`, and words on what to do."""

    field: str
    message: str


class DraftError(ValueError):
    """A draft that cannot be saved; `problems` holds every reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{problem.field}: {problem.message}" for problem in problems))
        self.problems = tuple(problems)


def tidy(text: str, *, keep_lines: bool = False) -> str:
    """Return the text composed (NFC), without control characters and needless space, as one line or as lines."""
    whole = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    printable = "".join(
        " " if unicodedata.category(character) in {"Cc", "Cs"} and character != "\n" else character
        for character in whole
    )
    if not keep_lines:
        return " ".join(printable.split())
    return re.sub(
        r"\n{3,}", "\n\n", "\n".join(" ".join(line.split()) for line in printable.split("\n"))
    ).strip()


def tidied(draft: Draft) -> Draft:
    """Return the draft with every text on one line and without needless space."""

    def option(row: DraftOption) -> DraftOption:
        return DraftOption(tidy(row.text), tidy(row.because))

    also = [text for text in map(tidy, draft.also) if text]
    stem = MARK.sub(lambda found: f"[[{found[1].strip()}]]", tidy(draft.stem))
    return replace(
        draft,
        stem=stem,
        right=option(draft.right),
        wrong=tuple(map(option, draft.wrong)),
        response=tidy(draft.response),
        also=tuple(also),
        explanation=tidy(draft.explanation),
        cite=tidy(draft.cite),
    )


def problems_of(draft: Draft) -> Iterator[Problem]:
    """Yield what is missing, too long or impossible, field by field; raises `ValueError` for an unknown type."""
    if draft.type not in WRITTEN_TYPES:
        raise ValueError(f"unknown type {draft.type!r}, known are {', '.join(WRITTEN_TYPES)}")
    draft = tidied(draft)
    yield from _length_problems(draft)
    if not draft.stem:
        wanted = {"true-false": "statement", "cloze": "sentence"}.get(draft.type, "question")
        yield Problem("stem", f"Write the {wanted}.")
    match draft.type:
        case "choice":
            yield from _choice_problems(draft)
        case "true-false":
            yield from _statement_problems(draft)
        case "short":
            yield from _response_problems("response", draft.response, draft.also)
        case "cloze":
            yield from _cloze_problems(draft)
        case _:
            yield from _date_problems(draft)


def _length_problems(draft: Draft) -> Iterator[Problem]:
    texts = [("stem", draft.stem, MAX_STEM), ("explanation", draft.explanation, MAX_EXPLANATION)]
    texts.append(("cite", draft.cite, MAX_CITE))
    if draft.type == "choice":
        rows = [("right", draft.right), *((f"wrong-{place}", row) for place, row in enumerate(draft.wrong))]
        texts += [(f"{name}-text", row.text, MAX_OPTION) for name, row in rows]
        texts += [(f"{name}-because", row.because, MAX_REASON) for name, row in rows]
    elif draft.type == "short":
        texts.append(("response", draft.response, MAX_RESPONSE))
    for field, text, limit in texts:
        if len(text) > limit:
            yield Problem(field, f"This has {len(text):,} characters. Shorten it to {limit:,}.")


def _choice_problems(draft: Draft) -> Iterator[Problem]:
    if not draft.right.text:
        yield Problem("right-text", "Write the right option.")
    filled = [place for place, row in enumerate(draft.wrong) if row.text]
    for place, row in enumerate(draft.wrong):
        if row.because and not row.text:
            yield Problem(
                f"wrong-{place}-text", "There is a reason, but no option. Write it or clear the reason."
            )
    if len(filled) < MIN_WRONG:
        free = next((place for place, row in enumerate(draft.wrong) if row.is_blank), 0)
        count = "two wrong options" if not filled else "a second wrong option"
        yield Problem(f"wrong-{free}-text", f"Write {count}: a choice needs at least three options.")
    if len(filled) > MAX_WRONG:
        yield Problem(
            f"wrong-{filled[MAX_WRONG]}-text", f"At most {MAX_WRONG} wrong options. Leave the weakest out."
        )


def _statement_problems(draft: Draft) -> Iterator[Problem]:
    if draft.is_true is None:
        yield Problem("is_true", "Say whether the statement is true or false.")
    elif draft.is_true is False and not draft.explanation:
        yield Problem("explanation", "Say what is right instead: learners read it as the fact.")


def _response_problems(field: str, response: str, also: Sequence[str]) -> Iterator[Problem]:
    if not response:
        yield Problem(field, "Write the response that is right.")
    elif not fold(response):
        yield Problem(
            field, "It has no letter and no digit: what learners type could not be compared with it."
        )
    if len(also) > MAX_ALSO:
        yield Problem(
            "also", f"These are {len(also)} lines. At most {MAX_ALSO} further responses are accepted."
        )
    for text in also:
        if len(text) > MAX_RESPONSE:
            yield Problem("also", f"“{text[:30]}…” has {len(text)} characters. Shorten it to {MAX_RESPONSE}.")
        elif not fold(text):
            yield Problem("also", f"“{text}” has no letter and no digit. Leave it out.")


def _cloze_problems(draft: Draft) -> Iterator[Problem]:
    marked = MARK.findall(draft.stem)
    rest = MARK.sub("", draft.stem)
    if draft.stem and len(marked) != 1:
        count = "Nothing is marked" if not marked else f"{len(marked)} places are marked"
        yield Problem(
            "stem", f"{count}. Put [[ and ]] around exactly one word or phrase: it becomes the blank."
        )
    elif any(mark in text for mark in ("[[", "]]") for text in (rest, *marked)):
        yield Problem(
            "stem", "There are brackets left over. Put [[ and ]] around exactly one word or phrase."
        )
    elif "__" in rest:
        yield Problem("stem", "Leave the underscores out: the blank is made from what stands in [[ and ]].")
    elif draft.stem and not fold(rest):
        yield Problem("stem", "Write the sentence around the blank as well.")
    if len(marked) == 1:
        if len(marked[0]) > MAX_RESPONSE:
            yield Problem(
                "stem", f"What is marked has {len(marked[0])} characters. Mark at most {MAX_RESPONSE}."
            )
        yield from _response_problems("stem", marked[0], draft.also)


def _date_problems(draft: Draft) -> Iterator[Problem]:
    if draft.year is None:
        yield Problem("year", "Give the year.")
    elif not 1 <= draft.year <= 9999:
        yield Problem("year", "Give a year from 1 to 9999.")
    elif draft.month is not None and not 1 <= draft.month <= 12:
        yield Problem("month", "Give a month from 1 to 12.")
    elif draft.day is not None and draft.month is None:
        yield Problem("month", "A day needs its month. Choose it, or clear the day.")
    elif draft.day is not None:
        try:
            PartialDate.parse(f"{draft.year:04}-{draft.month:02}-{draft.day:02}")
        except ValueError:
            yield Problem("day", "This day does not exist. Check day, month and year.")
