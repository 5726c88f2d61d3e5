"""Dates as sources print them: a day, a month, a season, a year or an interval, and never more precise than that.

A partial date is written in a subset of EDTF (ISO 8601-2): `2014`, `2014-06`, `2014-06-13`, the seasons
`2014-21` to `2014-24`, an interval `a/b`, and `~`, `?` or `%` at the end for approximate, uncertain or both.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Precision = Literal["day", "month", "season", "year", "interval"]

MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
# Northern seasons by whole months; a winter is named by the year it begins in.
SEASONS: Final = {21: ("spring", 3), 22: ("summer", 6), 23: ("autumn", 9), 24: ("winter", 12)}

_SIMPLE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?([~?%])?")
_FORMS = "YYYY, YYYY-MM, YYYY-MM-DD, a season YYYY-21 to YYYY-24, or two of them with / between"
_FINER: Final[dict[str, int]] = {"day": 3, "month": 2, "year": 1}


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date with its printed precision; `earliest` and `latest` bound the days it may mean."""

    edtf: str
    earliest: date
    latest: date
    precision: Precision
    is_approximate: bool = False

    @classmethod
    def parse(cls, edtf: str) -> PartialDate:
        """Read an EDTF string of the subset; raises `ValueError` in words, also for impossible dates."""
        first, slash, second = edtf.partition("/")
        if not slash:
            return _parse_simple(edtf)
        start, end = _parse_simple(first), _parse_simple(second)
        if start.earliest > end.earliest or start.latest > end.latest:
            raise ValueError(f"the interval {edtf} ends before it begins")
        approximate = start.is_approximate or end.is_approximate
        return cls(edtf, start.earliest, end.latest, "interval", approximate)

    def text(self) -> str:
        """Return the date in English: "5 September 2014", "June 2014", "summer 2014"."""
        first, slash, second = self.edtf.partition("/")
        if slash:
            return f"{_simple_text(first)} to {_simple_text(second)}"
        return _simple_text(first)

    def spellings(self) -> tuple[str, ...]:
        """Return the forms in which a person may type the date, the English text first."""
        year = f"{self.earliest.year}"
        forms = [self.text()]
        if self.precision == "day":
            day, name = self.earliest.day, MONTHS[self.earliest.month - 1]
            for month in dict.fromkeys((name, name[:3], "Sept" if name == "September" else name[:3])):
                forms += [f"{day} {month} {year}", f"{month} {day}, {year}"]
                forms += [f"{_ordinal(day)} {month} {year}", f"{month} {_ordinal(day)}, {year}"]
                forms += [f"{_ordinal(day)} of {month} {year}"]
        elif self.precision == "month":
            name = MONTHS[self.earliest.month - 1]
            forms += [f"{name} {year}", f"{name[:3]} {year}", f"{name} of {year}"]
        elif self.precision == "season":
            names = [self.text().rsplit(" ", 1)[0].rsplit(" ", 1)[-1]]
            names += ["fall"] if names == ["autumn"] else []
            forms += [f"{name}{link}{year}" for name in names for link in (" ", " of ")]
        forms.append(self.edtf.rstrip("~?%"))
        return tuple(dict.fromkeys(forms))

    def covers(self, other: PartialDate) -> bool:
        """Whether every day that `other` may mean is one that this date may mean."""
        return self.earliest <= other.earliest and other.latest <= self.latest

    def overlaps(self, other: PartialDate) -> bool:
        """Whether some day is meant by both."""
        return self.earliest <= other.latest and other.earliest <= self.latest

    def is_before(self, other: PartialDate) -> bool:
        """Whether it surely lies before: its last possible day before the other's first."""
        return self.latest < other.earliest

    def coarsened(self, precision: Precision) -> PartialDate | None:
        """Return the month or year it lies in, itself if already that precise, None if it is coarser."""
        if self.precision == precision:
            return self
        if _FINER.get(self.precision, 0) <= _FINER.get(precision, 9):
            return None
        return PartialDate.parse(self.edtf[: 7 if precision == "month" else 4])


def are_in_order(events: Iterable[Collection[PartialDate]]) -> bool:
    """Whether events have one certain order, given all dates that may be right for each: none touch, and none is about."""
    known = list(events)
    spans = sorted((min(one.earliest for one in dates), max(one.latest for one in dates)) for dates in known)
    is_certain = not any(one.is_approximate for dates in known for one in dates)
    return is_certain and all(latest < later for (_, latest), (later, _) in pairwise(spans))


def month_number(text: str) -> int | None:
    """Return 1 to 12 for a month's number, its English name or a beginning of it of three letters or more."""
    folded = text.strip().rstrip(".").casefold()
    if folded.isdecimal():
        return int(folded) if len(folded) <= 2 and 1 <= int(folded) <= 12 else None
    if len(folded) < 3:
        return None
    found = [number for number, name in enumerate(MONTHS, 1) if name.casefold().startswith(folded)]
    return found[0] if found else None


def read_date(text: str) -> PartialDate | None:
    """Read a date as a person writes it in English, or EDTF; None if it is not one of the known forms."""
    stripped = " ".join(text.split())
    try:
        return PartialDate.parse(stripped)
    except ValueError:
        return _read_words(stripped)


def _read_words(text: str) -> PartialDate | None:
    words = re.sub(r"(?<=[0-9])[snrt][tdh]\b|,|\bof\b", " ", text, flags=re.IGNORECASE).split()
    if not words or not re.fullmatch(r"[0-9]{4}", words[-1]):
        return None
    year, rest = words[-1], words[:-1]
    seasons = {name: number for number, (name, _) in SEASONS.items()} | {"fall": 23}
    if len(rest) == 1 and rest[0].casefold() in seasons:
        return PartialDate.parse(f"{year}-{seasons[rest[0].casefold()]}")
    names = [word for word in rest if not word.isdecimal()]
    days = [word for word in rest if re.fullmatch(r"[0-9]{1,2}", word)]
    month = month_number(names[0]) if len(names) == 1 else None
    if month is None or len(names) + len(days) != len(rest) or len(days) > 1:
        return None
    try:
        return PartialDate.parse(f"{year}-{month:02}" + (f"-{int(days[0]):02}" if days else ""))
    except ValueError:
        return None


def _parse_simple(edtf: str) -> PartialDate:
    found = _SIMPLE.fullmatch(edtf)
    if not found:
        raise ValueError(f"{edtf!r} is not a date of the form {_FORMS}")
    year, month, day = (int(part) if part else None for part in found.group(1, 2, 3))
    approximate = found.group(4) is not None
    if not year:
        raise ValueError(f"{edtf!r} has the year 0, which no calendar here has")
    if month is None:
        return PartialDate(edtf, date(year, 1, 1), date(year, 12, 31), "year", approximate)
    if month in SEASONS and day is None:
        return _season(edtf, year, month, approximate)
    if not 1 <= month <= 12:
        raise ValueError(f"{edtf!r} has the month {month}: months are 01 to 12, seasons 21 to 24")
    last = calendar.monthrange(year, month)[1]
    if day is None:
        return PartialDate(edtf, date(year, month, 1), date(year, month, last), "month", approximate)
    if not 1 <= day <= last:
        raise ValueError(f"{edtf!r} does not exist: {MONTHS[month - 1]} {year} has {last} days")
    return PartialDate(edtf, date(year, month, day), date(year, month, day), "day", approximate)


def _season(edtf: str, year: int, season: int, approximate: bool) -> PartialDate:
    first_month = SEASONS[season][1]
    last_year, last_month = (year + 1, 2) if season == 24 else (year, first_month + 2)
    if last_year > date.max.year:
        raise ValueError(f"{edtf!r} ends after the last year that can be computed with")
    last = date(last_year, last_month, calendar.monthrange(last_year, last_month)[1])
    return PartialDate(edtf, date(year, first_month, 1), last, "season", approximate)


def _simple_text(edtf: str) -> str:
    bare = edtf.rstrip("~?%")
    year, _, rest = bare.partition("-")
    month, _, day = rest.partition("-")
    text = str(int(year))
    if month:
        name = SEASONS[int(month)][0] if int(month) in SEASONS else MONTHS[int(month) - 1]
        text = f"{name} {text}"
    if day:
        text = f"{int(day)} {text}"
    doubt = {"~": "about ", "?": "possibly ", "%": "possibly about "}
    return doubt.get(edtf[-1], "") + text


def _ordinal(day: int) -> str:
    ending = "th" if 10 < day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")  # codespell:ignore nd
    return f"{day}{ending}"
