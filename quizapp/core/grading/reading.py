"""Responses out of forms and plain data; what is read never depends on the key."""

from __future__ import annotations

import math
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from quizapp.core import numerals
from quizapp.core.dates import MONTHS, month_number
from quizapp.core.grading.grades import ResponseError
from quizapp.core.grading.judging import as_date
from quizapp.core.questions import (
    AnyQuestion,
    ChoiceQuestion,
    DateQuestion,
    DateResponse,
    MapQuestion,
    MarksResponse,
    MatchingQuestion,
    MultipleQuestion,
    NumberResponse,
    NumericQuestion,
    OptionResponse,
    OrderingQuestion,
    OrderResponse,
    PairsResponse,
    Response,
    TextResponse,
    TrueFalseQuestion,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

TEXT_LIMIT: Final = 500
YEAR_ERROR: Final = "Give a year from 1 to 9999. Years before the common era (BCE) are not supported yet."
YEAR_DIGITS_ERROR: Final = "Write the year with four digits, such as 2014. If you mean one before the year 100, begin with zeros: 0014."
_ERA: Final = re.compile(r"^(?:ad|ce)\s*(?=\d)|(?<=\d)\s*(?:a\.?d\.?|c\.?e\.?)$", re.IGNORECASE)
_NO_OPTION: Final = "This question has no such option. Choose one of those shown."


def parse_response(question: AnyQuestion, form: Mapping[str, str]) -> Response | None:
    """Read the fields of a form; None if they are empty.

    Fields: `option`; `text`; `day`, `month` and `year`; `mark-<id>` for what is marked; `place-<id>` from 1 for
    events; `pair-<left id>` with the id of a right side. Raises `ResponseError` for an option the question does not
    have, too long a text, no number, a date that is incomplete or does not exist, or an order with gaps.
    """
    if isinstance(question, ChoiceQuestion | TrueFalseQuestion):
        return _read_option([option.id for option in question.options], form.get("option", "").strip())
    if isinstance(question, MultipleQuestion):
        return _read_marks([option.id for option in question.options], form)
    if isinstance(question, MapQuestion):
        return _read_marks([place.id for place in question.places], form)
    if isinstance(question, OrderingQuestion):
        return _read_order([event.id for event in question.sequence], form)
    if isinstance(question, MatchingQuestion):
        return _read_pairs([pair.id for pair in question.pairs], {name for name, _ in question.rights}, form)
    if isinstance(question, DateQuestion):
        return _read_date(question.parts, form)
    text = form.get("text", "").strip()
    if len(text) > TEXT_LIMIT:
        raise ResponseError("text", f"The response is longer than {TEXT_LIMIT} characters. Shorten it.")
    if not text:
        return None
    return _read_number(text) if isinstance(question, NumericQuestion) else TextResponse(text)


def response_to_dict(response: Response) -> dict[str, Any]:
    """Return the response as plain data, for storage and for JSON."""
    data = asdict(response)
    return {name: _listed(value) if isinstance(value, tuple) else value for name, value in data.items()}


def response_from_dict(data: Mapping[str, Any]) -> Response:
    """Read what `response_to_dict` wrote; raises `ValueError` for anything else."""
    fields = set(data)
    if fields == {"option"} and isinstance(data["option"], str):
        return OptionResponse(data["option"])
    if fields == {"text"} and isinstance(data["text"], str):
        return TextResponse(data["text"])
    if fields == {"number", "text"} and _is_number(data["number"]) and isinstance(data["text"], str):
        return NumberResponse(data["number"], data["text"])
    if fields == {"marks"} and _are_texts(data["marks"]):
        return MarksResponse(tuple(data["marks"]))
    if fields == {"order"} and _are_texts(data["order"]):
        return OrderResponse(tuple(data["order"]))
    if fields == {"pairs"} and isinstance(data["pairs"], list) and all(map(_is_pair, data["pairs"])):
        return PairsResponse(tuple((left, right) for left, right in data["pairs"]))
    if fields and fields <= {"year", "month", "day"} and all(_is_part(part) for part in data.values()):
        return DateResponse(**data)
    raise ValueError(f"not a response: {sorted(fields)}")


def _listed(items: tuple[Any, ...]) -> list[Any]:
    return [list(item) if isinstance(item, tuple) else item for item in items]


def _is_part(part: object) -> bool:
    return part is None or (isinstance(part, int) and not isinstance(part, bool))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_pair(value: object) -> bool:
    return _are_texts(value) and isinstance(value, list) and len(value) == 2


def _read_option(known: Iterable[str], option: str) -> OptionResponse | None:
    if not option:
        return None
    if option not in known:
        raise ResponseError("option", _NO_OPTION)
    return OptionResponse(option)


def _read_marks(known: Sequence[str], form: Mapping[str, str]) -> MarksResponse | None:
    posted = {
        name.removeprefix("mark-") for name, value in form.items() if name.startswith("mark-") and value
    }
    if not posted <= set(known):
        raise ResponseError("marks", "Something is marked that this question does not show. Reload it.")
    return MarksResponse(tuple(one for one in known if one in posted)) if posted else None


def _read_order(known: Sequence[str], form: Mapping[str, str]) -> OrderResponse | None:
    written = {one: form.get(f"place-{one}", "").strip() for one in known}
    if not any(written.values()):
        return None
    places: dict[str, str] = {}
    for one, place in written.items():
        if not place:
            raise ResponseError(f"place-{one}", "Give every event its place, or clear them all.")
        if place not in map(str, range(1, len(known) + 1)):
            raise ResponseError(f"place-{one}", f"Give a place from 1 to {len(known)}.")
        if place in places:
            raise ResponseError(
                f"place-{one}", f"Place {place} is given twice. Give each event a place of its own."
            )
        places[place] = one
    return OrderResponse(tuple(places[place] for place in sorted(places, key=int)))


def _read_pairs(lefts: Sequence[str], rights: set[str], form: Mapping[str, str]) -> PairsResponse | None:
    pairs = []
    for left in lefts:
        right = form.get(f"pair-{left}", "").strip()
        if right and right not in rights:
            raise ResponseError(f"pair-{left}", _NO_OPTION)
        if right:
            pairs.append((left, right))
    return PairsResponse(tuple(pairs)) if pairs else None


def _read_number(text: str) -> NumberResponse:
    number = numerals.understand(text)
    if number is None or not math.isfinite(number):
        raise ResponseError("text", "That is not a number. Enter one in digits or in words, such as 34.")
    return NumberResponse(number, text)


def _read_date(parts: Sequence[str], form: Mapping[str, str]) -> DateResponse | None:
    given = {part: form.get(part, "").strip() for part in ("year", "month", "day")}
    if not any(given.values()):
        return None
    for part in parts:
        if not given[part]:
            raise ResponseError(part, f"Enter the {part} as well.")
    year = _year(given["year"])
    month = month_number(given["month"]) if given["month"] else None
    if given["month"] and month is None:
        raise ResponseError("month", f"“{given['month'][:40]}” is not a month. Enter its name or 1 to 12.")
    day = _whole(given["day"], "day", 31, "Enter the day as a number from 1 to 31.")
    response = DateResponse(year=year, month=month, day=day)
    if day is not None and as_date(response) is None:
        shown = f"{day} {MONTHS[month - 1]} {year}" if month else f"Day {day} without a month"
        raise ResponseError("day", f"{shown} does not exist. Check the day and the month.")
    return response


def _year(text: str) -> int | None:
    """Read a year, with or without its era; two digits may mean any century, so they are asked for again."""
    bare = _ERA.sub("", text)
    if bare == text and 0 < len(bare) < 3 and bare.isascii() and bare.isdecimal() and int(bare):
        raise ResponseError("year", YEAR_DIGITS_ERROR)
    return _whole(bare, "year", 9999, YEAR_ERROR)


def _whole(text: str, field: str, most: int, message: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 4 and 1 <= int(text) <= most):
        raise ResponseError(field, message)
    return int(text)
