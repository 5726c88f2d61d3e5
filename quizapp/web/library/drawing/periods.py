"""The periods that a timeline can be zoomed to: a century, a decade, a year, a quarter, a month."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Literal

from quizapp.core.dates import MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from quizapp.web.library.drawing.dated import Dated

Level = Literal["century", "decade", "year", "quarter", "month"]
LEVELS: Final[tuple[Level, ...]] = ("century", "decade", "year", "quarter", "month")
#: Years that the whole spans from which on its first periods are decades and centuries.
_DECADES_FROM, _CENTURIES_FROM = 20, 200
_SLUG = re.compile(r"(\d\dXX)|(\d{3}X)|(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time with a name in addresses; both days belong to it."""

    level: Level
    earliest: date
    latest: date

    @classmethod
    def parse(cls, slug: str) -> Period:
        """Read `17XX`, `178X`, `1784`, `1784-Q3` or `1784-07`; raises `ValueError` for anything else."""
        found = _SLUG.fullmatch(slug)
        if found is None:
            raise ValueError(f"{slug!r} is no period")
        century, decade, year, quarter, month = found.groups()
        if century:
            return cls.around("century", date(max(1, int(century[:2]) * 100), 1, 1))
        if decade:
            return cls.around("decade", date(max(1, int(decade[:3]) * 10), 1, 1))
        if quarter:
            return cls.around("quarter", date(int(year), int(quarter) * 3, 1))
        return cls.around("month" if month else "year", date(int(year), int(month or 1), 1))

    @classmethod
    def around(cls, level: Level, day: date) -> Period:
        """Return the period of a level in which a day lies."""
        if level in ("quarter", "month"):
            first = day.month if level == "month" else (day.month - 1) // 3 * 3 + 1
            last = first if level == "month" else first + 2
            end = date(day.year, last, calendar.monthrange(day.year, last)[1])
            return cls(level, date(day.year, first, 1), end)
        years = {"century": 100, "decade": 10}.get(level, 1)
        start = day.year // years * years
        return cls(level, date(max(1, start), 1, 1), date(start + years - 1, 12, 31))

    @property
    def slug(self) -> str:
        """Its name in addresses."""
        year = f"{self.latest.year:04}"
        names = {
            "century": f"{year[:2]}XX",
            "decade": f"{year[:3]}X",
            "year": year,
            "quarter": f"{year}-Q{self.latest.month // 3}",
        }
        return names.get(self.level, f"{year}-{self.latest.month:02}")

    @property
    def label(self) -> str:
        """Its name in words."""
        year = self.latest.year
        first, last = (MONTHS[day.month - 1] for day in (self.earliest, self.latest))
        names = {
            "century": f"{self.earliest.year} to {year}",
            "decade": f"{year // 10 * 10}s",
            "year": str(year),
            "quarter": f"{first} to {last} {year}",
        }
        return names.get(self.level, f"{first} {year}")

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.latest - self.earliest).days + 1

    @property
    def above(self) -> Period | None:
        """The period of the next level up that holds it."""
        place = LEVELS.index(self.level)
        return Period.around(LEVELS[place - 1], self.earliest) if place else None

    @property
    def following(self) -> Period | None:
        """The period after it; None at the end of time."""
        if self.latest == date.max:
            return None
        return Period.around(self.level, self.latest + timedelta(days=1))

    def touches(self, item: Dated) -> bool:
        """Whether the fact's date may lie in it."""
        return item.when.earliest <= self.latest and self.earliest <= item.when.latest


def first_level(items: Sequence[Dated]) -> Level:
    """Return the level of the first periods that the whole is zoomed to."""
    years = max(item.when.latest.year for item in items) - min(item.when.earliest.year for item in items)
    if years >= _CENTURIES_FROM:
        return "century"
    return "decade" if years >= _DECADES_FROM else "year"


def list_periods(items: Sequence[Dated], level: Level, within: Period | None = None) -> list[Period]:
    """Return the periods of a level with something in them, in order.

    A date that is no finer than the level above says nothing of which of its periods it means, and counts for none.
    """
    found: set[Period] = set()
    is_first = bool(items) and level == first_level(items)
    for item in items:
        above = Period.around(level, item.when.earliest).above
        if within is not None and not within.touches(item):
            continue
        if not is_first and above is not None and _days(item) >= above.days:
            continue
        period: Period | None = Period.around(level, item.when.earliest)
        while period is not None and period.earliest <= item.when.latest:
            if within is None or (within.earliest <= period.earliest and period.latest <= within.latest):
                found.add(period)
            period = period.following
    return sorted(found, key=lambda period: period.earliest)


def find_period(slug: str, items: Sequence[Dated]) -> Period | None:
    """Return the period of an address; None where it is none, or no level that these dates are zoomed to."""
    try:
        period = Period.parse(slug)
    except ValueError:
        return None
    if not items or LEVELS.index(period.level) < LEVELS.index(first_level(items)):
        return None
    return period


def list_children(items: Sequence[Dated], period: Period | None) -> list[Period]:
    """Return the periods that a period, or the whole, is zoomed to next."""
    if not items:
        return []
    if period is None:
        return list_periods(items, first_level(items))
    place = LEVELS.index(period.level) + 1
    return list_periods(items, LEVELS[place], period) if place < len(LEVELS) else []


def list_ancestors(items: Sequence[Dated], period: Period) -> list[Period]:
    """Return the periods above one, the widest first."""
    found: list[Period] = []
    top = LEVELS.index(first_level(items))
    above = period.above
    while above is not None and LEVELS.index(above.level) >= top:
        found.insert(0, above)
        above = above.above
    return found


def count_in(items: Iterable[Dated], period: Period) -> int:
    """Return how many facts a period shows."""
    return sum(period.touches(item) for item in items)


def _days(item: Dated) -> int:
    return (item.when.latest - item.when.earliest).days + 1
