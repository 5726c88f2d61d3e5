"""A response against the key of its question: outcome, score and what to tell the learner.

Feedback may name the key; keeping it back until its time is the caller's matter.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from quizapp.core.dates import MONTHS, PartialDate, month_number
from quizapp.core.matching import match
from quizapp.core.questions import (
    AnyQuestion,
    ChoiceQuestion,
    DateQuestion,
    DateResponse,
    OptionResponse,
    Response,
    ShortQuestion,
    TextResponse,
    TrueFalseQuestion,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT_LIMIT: Final = 500
YEAR_ERROR: Final = "Give a year from 1 to 9999. Years before the common era (BCE) are not supported yet."


class Outcome(StrEnum):
    """What a response turned out to be."""

    RIGHT = "right"
    WRONG = "wrong"
    NEUTRAL = "neutral"
    BLANK = "blank"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Grade:
    """The result of grading: score from 0 to 1, feedback, and the accepted response or option it matched."""

    outcome: Outcome
    score: float
    feedback: str
    matched: str | None = None


class ResponseError(ValueError):
    """A form field that cannot be read as a response; `field` names it, `message` says what to enter."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def grade(question: AnyQuestion, response: Response | None) -> Grade:
    """Judge a response; None or an empty one is blank. Raises `ResponseError` for one of another question's form."""
    if response is None or _is_empty(response):
        return Grade(Outcome.BLANK, 0.0, "No response was given.")
    if isinstance(question, ChoiceQuestion | TrueFalseQuestion) and isinstance(response, OptionResponse):
        return _grade_option(question, response)
    if isinstance(question, DateQuestion) and isinstance(response, DateResponse):
        return _grade_date(question, response)
    if isinstance(question, ShortQuestion) and isinstance(response, TextResponse):
        return _grade_text(question, response)
    raise ResponseError(
        "response", f"A question of type {question.type} cannot be given a {type(response).__name__}."
    )


def chance_of_guessing(question: AnyQuestion) -> float:
    """Return the chance that a learner who knows nothing is right: 1/options, 0 for what is typed."""
    if isinstance(question, ChoiceQuestion | TrueFalseQuestion):
        return 1 / len(question.options)
    return 0.0


def key_text(question: AnyQuestion) -> str:
    """Return the right response as it is shown."""
    if isinstance(question, ChoiceQuestion | TrueFalseQuestion):
        return next(option.text for option in question.options if option.correct)
    if isinstance(question, DateQuestion):
        return PartialDate.parse(question.accept[0]).text()
    return question.accept[0]


def parse_response(question: AnyQuestion, form: Mapping[str, str]) -> Response | None:
    """Read the fields `option`, `text` or `day`, `month`, `year` of a form; None if they are empty.

    Raises `ResponseError` for an option the question does not have, too long a text, or a date that is incomplete
    or does not exist.
    """
    if isinstance(question, ChoiceQuestion | TrueFalseQuestion):
        return _read_option(question, form.get("option", "").strip())
    if isinstance(question, DateQuestion):
        return _read_date(question, form)
    text = form.get("text", "").strip()
    if len(text) > TEXT_LIMIT:
        raise ResponseError("text", f"The response is longer than {TEXT_LIMIT} characters. Shorten it.")
    return TextResponse(text) if text else None


def response_to_dict(response: Response) -> dict[str, Any]:
    """Return the response as plain data, for storage and for JSON."""
    return asdict(response)


def response_from_dict(data: Mapping[str, Any]) -> Response:
    """Read what `response_to_dict` wrote; raises `ValueError` for anything else."""
    fields = set(data)
    if fields == {"option"} and isinstance(data["option"], str):
        return OptionResponse(data["option"])
    if fields == {"text"} and isinstance(data["text"], str):
        return TextResponse(data["text"])
    if fields and fields <= {"year", "month", "day"} and all(_is_part(part) for part in data.values()):
        return DateResponse(**data)
    raise ValueError(f"not a response: {sorted(fields)}")


def _is_part(part: object) -> bool:
    return part is None or (isinstance(part, int) and not isinstance(part, bool))


def _is_empty(response: Response) -> bool:
    if isinstance(response, DateResponse):
        return response.year is None and response.month is None and response.day is None
    return not (response.option if isinstance(response, OptionResponse) else response.text).strip()


def _grade_option(question: ChoiceQuestion | TrueFalseQuestion, response: OptionResponse) -> Grade:
    for option in question.options:
        if option.id == response.option:
            outcome = Outcome.RIGHT if option.correct else Outcome.WRONG
            return Grade(outcome, float(option.correct), option.because, option.text)
    raise ResponseError("option", "This question has no such option. Choose one of those shown.")


def _grade_text(question: ShortQuestion, response: TextResponse) -> Grade:
    right = match(response.text, question.accept, (*question.others, *question.neutral))
    if right.kind == "exact":
        return Grade(Outcome.RIGHT, 1.0, "Right.", right.name)
    neutral = match(response.text, question.neutral, (*question.others, *question.accept))
    if neutral.kind == "exact":
        return _neutral(question, neutral.name)
    if right.kind == "close":
        return Grade(Outcome.RIGHT, 1.0, f"Right. It is spelled “{right.name}”.", right.name)
    if neutral.kind == "close":
        return _neutral(question, neutral.name)
    if right.kind == "ambiguous":
        feedback = f"Did you mean “{right.name}”? Another name is as near to what you typed: write it out."
        return Grade(Outcome.UNCLEAR, 0.0, feedback, right.name)
    return Grade(Outcome.WRONG, 0.0, f"The right response is “{key_text(question)}”.")


def _grade_date(question: DateQuestion, response: DateResponse) -> Grade:
    given = _as_date(response)
    missing = [part for part in question.parts if getattr(response, part) is None]
    if missing or given is None:
        wanted = " and ".join(missing) or "month"
        return Grade(Outcome.UNCLEAR, 0.0, f"The date is incomplete: give the {wanted} as well.")
    for edtf in question.accept:
        if PartialDate.parse(edtf).covers(given):
            return Grade(Outcome.RIGHT, 1.0, "Right.", edtf)
    for edtf in question.neutral:
        if PartialDate.parse(edtf).covers(given):
            return _neutral(question, edtf)
    return Grade(Outcome.WRONG, 0.0, f"The right date is {key_text(question)}.")


def _neutral(question: AnyQuestion, name: str | None) -> Grade:
    feedback = (
        "Not scored: this is not what is asked for here, yet it is not simply wrong; the explanation says why. "
        f"Asked for is “{key_text(question)}”."
    )
    return Grade(Outcome.NEUTRAL, 0.0, feedback, name)


def _read_option(question: ChoiceQuestion | TrueFalseQuestion, option: str) -> OptionResponse | None:
    if not option:
        return None
    if option not in {known.id for known in question.options}:
        raise ResponseError("option", "This question has no such option. Choose one of those shown.")
    return OptionResponse(option)


def _read_date(question: DateQuestion, form: Mapping[str, str]) -> DateResponse | None:
    given = {part: form.get(part, "").strip() for part in ("year", "month", "day")}
    if not any(given.values()):
        return None
    for part in question.parts:
        if not given[part]:
            raise ResponseError(part, f"Enter the {part} as well.")
    year = _number(given["year"], "year", 9999, YEAR_ERROR)
    month = month_number(given["month"]) if given["month"] else None
    if given["month"] and month is None:
        raise ResponseError("month", f"“{given['month'][:40]}” is not a month. Enter its name or 1 to 12.")
    day = _number(given["day"], "day", 31, "Enter the day as a number from 1 to 31.")
    response = DateResponse(year=year, month=month, day=day)
    if day is not None and _as_date(response) is None:
        shown = f"{day} {MONTHS[month - 1]} {year}" if month else f"Day {day} without a month"
        raise ResponseError("day", f"{shown} does not exist. Check the day and the month.")
    return response


def _number(text: str, field: str, most: int, message: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 4 and 1 <= int(text) <= most):
        raise ResponseError(field, message)
    return int(text)


def _as_date(response: DateResponse) -> PartialDate | None:
    """Return the date that was entered; None if it has no year, has a gap, or does not exist."""
    if response.year is None or (response.day is not None and response.month is None):
        return None
    parts = [f"{response.year:04}"]
    parts += [f"{part:02}" for part in (response.month, response.day) if part is not None]
    try:
        return PartialDate.parse("-".join(parts))
    except ValueError:
        return None
