"""Reminders come at an hour of the learner's own clock, once a study day, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.reminding import LATEST, is_time, reminder_at
from quizapp.core.study_days import UnknownTimeZoneError, day_bounds

ZONES = st.sampled_from(
    ["UTC", "Pacific/Auckland", "Europe/Paris", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu"]
)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
HOURS = st.integers(0, 23)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hour", "expected"),
    [
        # New Zealand is 13 hours ahead in its summer and 12 after 5 April 2026, when clocks go back at 3:00.
        (date(2026, 4, 4), 7, utc(2026, 4, 3, 18)),
        (date(2026, 4, 5), 7, utc(2026, 4, 4, 19)),
        # The hour that comes twice counts the first time.
        (date(2026, 4, 4), 2, utc(2026, 4, 4, 13)),
        # They go forward at 2:00 on 27 September: the hour that is left out is the moment of it.
        (date(2026, 9, 26), 2, utc(2026, 9, 26, 14)),
        (date(2026, 9, 27), 7, utc(2026, 9, 26, 18)),
    ],
)
def test_in_auckland_the_hour_is_that_of_the_wall(day: date, hour: int, expected: datetime) -> None:
    assert reminder_at(day, hour, "Pacific/Auckland", 4) == expected


def test_an_hour_before_the_roll_over_belongs_to_the_day_before() -> None:
    assert reminder_at(date(2026, 3, 1), 1, "UTC", 4) == utc(2026, 3, 2, 1)
    assert is_time(utc(2026, 3, 2, 1), 1, "UTC", 4, None) == date(2026, 3, 1)


def test_it_is_time_from_the_hour_on_for_three_hours() -> None:
    due = utc(2026, 3, 1, 7)
    for wait, expected in (
        (-timedelta(minutes=1), None),
        (timedelta(), date(2026, 3, 1)),
        (LATEST - timedelta(minutes=1), date(2026, 3, 1)),
        (LATEST, None),
    ):
        assert is_time(due + wait, 7, "UTC", 4, None) == expected


def test_a_day_that_had_its_reminder_gets_no_other_even_after_moving_west() -> None:
    now = utc(2026, 3, 1, 19)
    assert is_time(now, 7, "Pacific/Auckland", 4, date(2026, 3, 1)) == date(2026, 3, 2)
    assert is_time(now, 7, "Pacific/Auckland", 4, date(2026, 3, 2)) is None
    assert is_time(now, 14, "America/New_York", 4, date(2026, 3, 2)) is None


def test_an_unknown_time_zone_is_told() -> None:
    with pytest.raises(UnknownTimeZoneError):
        is_time(utc(2026, 3, 1), 7, "Mars/Olympus", 4, None)


@given(DAYS, HOURS, ZONES, HOURS)
def test_each_study_day_has_its_reminder_within_it(day: date, hour: int, zone: str, rollover: int) -> None:
    start, end = day_bounds(day, zone, rollover)
    due = reminder_at(day, hour, zone, rollover)
    assert start <= due < end
    assert is_time(due, hour, zone, rollover, day - timedelta(days=1)) == day
    assert is_time(due, hour, zone, rollover, day) is None


@given(DAYS, HOURS, ZONES)
def test_the_wall_clock_shows_the_hour_or_the_clocks_just_left_it_out(
    day: date, hour: int, zone: str
) -> None:
    due = reminder_at(day, hour, zone, 0)
    shown = due.astimezone(ZoneInfo(zone))
    before = (due - timedelta(minutes=1)).astimezone(ZoneInfo(zone))
    assert shown.hour == hour or shown.utcoffset() != before.utcoffset()
