"""Study days: a learner's day, from the roll-over hour in their time zone to the next; and streaks of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Collection

#: So many days of a streak earn a freeze, which is spent on a day without reviews; so many are kept at most.
DAYS_PER_FREEZE: Final = 7
MOST_FREEZES: Final = 2

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Streak:
    """Days with reviews in a row, the freezes that are left, and the days without reviews that one was spent on."""

    length: int = 0
    freezes_left: int = 0
    frozen_days: tuple[date, ...] = ()


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


def streak_with_freezes(
    days_with_reviews: Collection[date], today: date, pauses: Collection[tuple[date, date]] = ()
) -> Streak:
    """Return the streak up to today, where freezes bridge missed days and pauses (first and last day) are no days.

    A today still empty neither breaks it nor spends anything. A day studied within a pause counts. Frozen days do not
    count. What is not bridged ends the streak, and its freezes with it. Days after today are left out.
    """
    length, freezes = 0, 0
    frozen: list[date] = []
    previous = None
    for day in [*sorted({day for day in days_with_reviews if day < today}), today]:
        missed: list[date] | None = [] if previous is None else _missed(previous, day, pauses)
        if missed is None or len(missed) > freezes:
            length, freezes, frozen = 0, 0, []
        else:
            freezes -= len(missed)
            frozen += missed
        if day == today and today not in days_with_reviews:
            break
        length += 1
        if length % DAYS_PER_FREEZE == 0:
            freezes = min(freezes + 1, MOST_FREEZES)
        previous = day
    return Streak(length, freezes, tuple(frozen))


def has_break(
    days_with_reviews: Collection[date], first: date, today: date, pauses: Collection[tuple[date, date]] = ()
) -> bool:
    """Return whether some days from `first` to today bridge nothing, however many freezes there were.

    Then no streak reaches over them, and no day before `first` matters to the one up to today.
    """
    studied = sorted(day for day in set(days_with_reviews) if first <= day < today)
    return any(
        _missed(one, other, pauses) is None for one, other in pairwise([first - _ONE_DAY, *studied, today])
    )


def _missed(after: date, before: date, pauses: Collection[tuple[date, date]]) -> list[date] | None:
    """Return the days between two that were missed; None where they are more than any freezes bridge."""
    missed: list[date] = []
    day = after + _ONE_DAY
    while day < before:
        # Over a pause in one step: it may last for years.
        paused_through = max((end for start, end in pauses if start <= day <= end), default=None)
        if paused_through is None:
            missed.append(day)
            if len(missed) > MOST_FREEZES:
                return None
        else:
            day = min(paused_through, before)
        day += _ONE_DAY
    return missed


def _find_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # OSError: a folder of zones, such as America
        raise UnknownTimeZoneError(f"unknown time zone: {name!r}") from error


def _start(day: date, zone: ZoneInfo, rollover_hour: int) -> datetime:
    # An hour that occurs twice starts the day the first time; one that is left out, at the moment it is left out.
    return datetime.combine(day, time(rollover_hour), tzinfo=zone).astimezone(UTC)
