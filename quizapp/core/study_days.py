"""Study days: a learner's day, from the roll-over hour in their time zone to the next; and streaks of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Collection

_ONE_DAY = timedelta(days=1)


class UnknownTimeZoneError(ValueError):
    """No time zone has this name."""


def study_day(at: datetime, time_zone: str, rollover_hour: int) -> date:
    """Return the study day that an aware time falls on.

    `time_zone` is an IANA name, `rollover_hour` 0 to 23 on the learner's clock. Raises `UnknownTimeZoneError`, and
    `ValueError` for a naive time or another hour.
    """
    if at.tzinfo is None:
        raise ValueError("a time without a zone falls on no study day")
    zone = _find_zone(time_zone)
    day = at.astimezone(zone).date()
    while at < _start(day, zone, rollover_hour):
        day -= _ONE_DAY
    # Where clocks once went back over midnight, one instant's calendar day can lie before its study day.
    while at >= _start(day + _ONE_DAY, zone, rollover_hour):
        day += _ONE_DAY
    return day


def day_bounds(day: date, time_zone: str, rollover_hour: int) -> tuple[datetime, datetime]:
    """Return when a study day starts and ends (excluded), in UTC: 23, 24 or 25 hours apart.

    A day that a zone left out, as Samoa did with 30 December 2011, starts and ends at once. Raises as `study_day`.
    """
    zone = _find_zone(time_zone)
    return _start(day, zone, rollover_hour), _start(day + _ONE_DAY, zone, rollover_hour)


def streak(days_with_reviews: Collection[date], today: date) -> int:
    """Return how many study days in a row have reviews, up to today; a today still empty does not break it."""
    days = set(days_with_reviews)
    day = today if today in days else today - _ONE_DAY
    length = 0
    while day in days:
        length += 1
        day -= _ONE_DAY
    return length


def _find_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # OSError: a folder of zones, such as America
        raise UnknownTimeZoneError(f"unknown time zone: {name!r}") from error


def _start(day: date, zone: ZoneInfo, rollover_hour: int) -> datetime:
    # An hour that occurs twice starts the day the first time; one that is left out, at the moment it is left out.
    return datetime.combine(day, time(rollover_hour), tzinfo=zone).astimezone(UTC)
