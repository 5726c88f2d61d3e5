"""Counts as people write them: digits with separators, and English words up to 999."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_LEADING = re.compile(r"\s*([-\u2212]?\d[\d,]*(?:\.\d+)?)(?![\w/.-]*\d)")

# Digits without a comma, or with one before each three of the whole part.
_GROUPED = re.compile(r"\D?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
_MULTIPLES: Final = frozenset(
    {"half", "quarter", "third", "dozen", "dozens", "hundred", "hundreds", "thousand", "thousands"}
    | {"million", "millions", "billion", "billions", "trillion", "trillions"}
)

_SMALL: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS: Final = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def digits(number: float) -> str:
    """Return the number in digits, with a comma every three of them, without a needless fraction."""
    whole = int(number)
    return f"{whole:,}" if whole == number else f"{number:,}"


def words(number: float) -> str | None:
    """Return a whole number from 0 to 999 in English words, None for any other number."""
    whole = int(number)
    if whole != number or not 0 <= whole <= 999:
        return None
    if whole < len(_SMALL):
        return _SMALL[whole]
    hundreds, rest = divmod(whole, 100)
    if hundreds:
        return f"{_SMALL[hundreds]} hundred" + (f" and {words(rest)}" if rest else "")
    tens, ones = divmod(rest, 10)
    return _TENS[tens] + (f"-{_SMALL[ones]}" if ones else "")


def spellings(number: float) -> tuple[str, ...]:
    """Return the ways to write the number, digits first."""
    written = words(number)
    return (digits(number), *([written] if written else []))


def read(text: str) -> float | None:
    """Return the number that a text opens with ("60 countries"), None if it opens with none."""
    found = _LEADING.match(text)
    return float(found[1].replace(",", "").replace("\u2212", "-")) if found else None


def understand(text: str) -> float | None:
    """Return the number that a typed text means: digits or English words up to 999, perhaps with a unit.

    None if it is no number or more than one, and for larger words and for commas that group no thousands, which would be
    understood wrongly: "two million", "1,5".
    """
    found = _LEADING.match(text)
    if found is not None:
        is_one = len(re.findall(r"[\d.,]*\d", text)) == 1 and _GROUPED.fullmatch(found[1].rstrip(","))
        return read(text) if is_one and not _speaks_of_numbers(_parts(text[found.end() :])) else None
    parts = _parts(text)
    for length in range(len(parts), 0, -1):
        number = _numbers_in_words().get(" ".join(parts[:length]))
        if number is not None:
            return None if _speaks_of_numbers(parts[length:]) else number
    return None


def _parts(text: str) -> list[str]:
    return re.findall(r"[\w/]+", text.casefold().replace("-", " "))


def _speaks_of_numbers(parts: Iterable[str]) -> bool:
    """Whether some word is a number or multiplies one: "or six", "million", "and a half"."""
    return any(part in _MULTIPLES or part in _numbers_in_words() for part in parts)


@cache
def _numbers_in_words() -> dict[str, int]:
    known = {}
    for number in range(1000):
        written = (words(number) or "").replace("-", " ")
        known[written] = known[written.replace(" and ", " ")] = number
        if written.startswith("one hundred"):
            known["a" + written.removeprefix("one")] = number
    return known
