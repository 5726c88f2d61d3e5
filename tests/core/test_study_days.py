"""Study days across time zones and clock changes, and streaks of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.study_days import (
    MOST_FREEZES,
    Streak,
    UnknownTimeZoneError,
    day_bounds,
    has_break,
    streak,
    streak_with_freezes,
    study_day,
)

zones = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"}))
hours = st.integers(0, 23)
days = st.dates(date(1970, 1, 3), date(2060, 1, 1))
times = st.datetimes(datetime(1970, 1, 3), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 — zoned by `timezones`


@given(times, zones, hours)
def test_every_time_lies_within_the_bounds_of_its_study_day(at: datetime, zone: str, hour: int) -> None:
    start, end = day_bounds(study_day(at, zone, hour), zone, hour)

    assert start <= at < end


@given(days, zones, hours)
def test_a_day_starts_with_itself_and_ends_where_the_next_starts(day: date, zone: str, hour: int) -> None:
    start, end = day_bounds(day, zone, hour)

    assert end == day_bounds(day + timedelta(days=1), zone, hour)[0]
    if start < end:  # Not so for a day that a zone left out.
        assert study_day(start, zone, hour) == day
        assert study_day(end - timedelta(microseconds=1), zone, hour) == day


@given(times, zones, hours)
def test_study_days_never_run_backwards(at: datetime, zone: str, hour: int) -> None:
    assert study_day(at, zone, hour) <= study_day(at + timedelta(minutes=1), zone, hour)


@pytest.mark.parametrize(
    ("local", "expected"),
    [("2024-05-10T03:59:59", date(2024, 5, 9)), ("2024-05-10T04:00:00", date(2024, 5, 10))],
)
def test_a_day_begins_at_the_rollover_hour_of_the_learner(local: str, expected: date) -> None:
    at = datetime.fromisoformat(local).replace(tzinfo=timezone(timedelta(hours=2)))

    assert study_day(at, "Europe/Berlin", 4) == expected
    assert study_day(at.astimezone(UTC), "Europe/Berlin", 4) == expected


def test_the_same_instant_is_another_day_elsewhere() -> None:
    at = datetime(2024, 5, 10, 12, tzinfo=UTC)

    assert study_day(at, "Pacific/Kiritimati", 0) == date(2024, 5, 11)
    assert study_day(at, "Pacific/Pago_Pago", 4) == date(2024, 5, 9)


@pytest.mark.parametrize(
    ("day", "zone", "hours_long"),
    [
        (date(2024, 3, 30), "Europe/Berlin", 23),
        (date(2024, 10, 26), "Europe/Berlin", 25),
        (date(2024, 3, 9), "America/New_York", 23),
        (date(2024, 11, 2), "America/New_York", 25),
        (date(2024, 4, 6), "Australia/Lord_Howe", 24.5),
        (date(2024, 6, 1), "Europe/Berlin", 24),
    ],
)
def test_a_day_is_as_long_as_the_clocks_make_it(day: date, zone: str, hours_long: float) -> None:
    start, end = day_bounds(day, zone, 4)

    assert end - start == timedelta(hours=hours_long)
    assert start.tzinfo is UTC


def test_an_hour_left_out_starts_the_day_at_that_moment() -> None:
    assert day_bounds(date(2024, 3, 31), "Europe/Berlin", 2)[0] == datetime(2024, 3, 31, 1, tzinfo=UTC)


def test_an_hour_that_occurs_twice_starts_the_day_the_first_time() -> None:
    assert day_bounds(date(2024, 10, 27), "Europe/Berlin", 2)[0] == datetime(2024, 10, 27, 0, tzinfo=UTC)


def test_clocks_set_back_over_midnight_do_not_bring_yesterday_back() -> None:
    # At 00:01 on 7 November 2010 the clocks of Newfoundland went back to 23:01.
    minute_past = datetime(2010, 11, 7, 2, 30, 30, tzinfo=UTC)

    assert study_day(minute_past, "America/St_Johns", 0) == date(2010, 11, 7)
    assert study_day(minute_past + timedelta(minutes=5), "America/St_Johns", 0) == date(2010, 11, 7)


def test_a_day_that_a_zone_left_out_starts_and_ends_at_once() -> None:
    start, end = day_bounds(date(2011, 12, 30), "Pacific/Apia", 4)

    assert start == end
    assert study_day(start, "Pacific/Apia", 4) == date(2011, 12, 31)


@pytest.mark.parametrize(
    "name", ["Mars/Olympus", "America", "", "../etc/passwd", "/etc/passwd", "a\0b", "Zürich"]
)
def test_an_unknown_zone_is_named_in_the_error(name: str) -> None:
    with pytest.raises(UnknownTimeZoneError, match="unknown time zone"):
        study_day(datetime(2024, 5, 10, tzinfo=UTC), name, 4)
    with pytest.raises(ValueError, match="unknown time zone"):
        day_bounds(date(2024, 5, 10), name, 4)


@pytest.mark.parametrize("hour", [-1, 24])
def test_an_hour_that_no_day_has_is_refused(hour: int) -> None:
    with pytest.raises(ValueError, match="hour"):
        day_bounds(date(2024, 5, 10), "UTC", hour)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        study_day(datetime(2024, 5, 10), "UTC", 4)  # noqa: DTZ001 — that is the point


def ago(*counts: int) -> set[date]:
    return {TODAY - timedelta(days=count) for count in counts}


TODAY = date(2024, 3, 1)


@pytest.mark.parametrize(
    ("studied", "length"),
    [
        (ago(), 0),
        (ago(0), 1),
        (ago(0, 1, 2), 3),
        (ago(1, 2, 3), 3),
        (ago(2, 3), 0),
        (ago(0, 2, 3), 1),
        (ago(-1, 0, 1), 2),
    ],
)
def test_a_streak_counts_days_in_a_row_and_an_empty_today_does_not_break_it(
    studied: set[date], length: int
) -> None:
    assert streak(studied, TODAY) == length
    assert streak(sorted(studied), TODAY) == length


some_days = st.sets(st.integers(0, 40)).map(lambda counts: ago(*counts))
some_pauses = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 10)).map(
        lambda pair: (TODAY - timedelta(days=pair[0]), TODAY - timedelta(days=pair[0] - pair[1]))
    ),
    max_size=3,
)


@pytest.mark.parametrize(
    ("studied", "expected"),
    [
        (ago(), Streak()),
        (ago(0), Streak(1)),
        (ago(*range(1, 8)), Streak(7, 1)),
        (ago(*range(2, 9)), Streak(7, 0, (TODAY - timedelta(days=1),))),
        (ago(*range(3, 10)), Streak()),
        (ago(0, *range(2, 9)), Streak(8, 0, (TODAY - timedelta(days=1),))),
        (ago(0, *range(2, 8)), Streak(1)),
        (ago(*range(30)), Streak(30, 2)),
        (
            ago(0, *range(3, 17)),
            Streak(15, 0, (TODAY - timedelta(days=2), TODAY - timedelta(days=1))),
        ),
        (ago(0, *range(4, 30)), Streak(1)),
        (ago(-1, 0, 1), Streak(2)),
    ],
)
def test_every_seven_days_earn_a_freeze_that_a_missed_day_spends(
    studied: set[date], expected: Streak
) -> None:
    assert streak_with_freezes(studied, TODAY) == expected
    assert streak_with_freezes(sorted(studied), TODAY) == expected


def test_days_of_a_pause_neither_count_nor_break_nor_spend() -> None:
    pause = (TODAY - timedelta(days=20), TODAY - timedelta(days=2))

    assert streak_with_freezes(ago(0, 1, 21, 22), TODAY, [pause]) == Streak(4)
    assert streak_with_freezes(ago(1, 22), TODAY, [pause]) == Streak(1)
    assert streak_with_freezes(ago(21), TODAY, [(pause[0], date(9999, 12, 31))]) == Streak(1)
    assert streak_with_freezes(ago(0, 10, 21), TODAY, [(pause[0], TODAY)]) == Streak(3)


@given(some_days, some_pauses)
def test_freezes_and_pauses_never_shorten_a_streak(
    studied: set[date], pauses: list[tuple[date, date]]
) -> None:
    plain, frozen = streak(studied, TODAY), streak_with_freezes(studied, TODAY)

    assert frozen.length >= plain
    assert 0 <= frozen.freezes_left <= MOST_FREEZES
    assert not set(frozen.frozen_days) & studied
    assert TODAY not in frozen.frozen_days
    assert streak_with_freezes(studied, TODAY, pauses).length >= plain


@given(some_days, some_pauses)
def test_a_streak_holds_each_day_since_its_first_studied_frozen_or_paused(
    studied: set[date], pauses: list[tuple[date, date]]
) -> None:
    found = streak_with_freezes(studied, TODAY, pauses)
    counted = sorted(day for day in studied if day <= TODAY)[-found.length :] if found.length else []
    paused = {
        start + timedelta(days=number) for start, end in pauses for number in range((end - start).days + 1)
    }

    assert len(counted) == found.length
    if counted:
        since = [counted[0] + timedelta(days=n) for n in range((TODAY - counted[0]).days)]
        assert set(since) <= studied | set(found.frozen_days) | paused
        assert not set(found.frozen_days) & paused


@given(some_days, some_pauses, st.integers(0, 80))
def test_what_lies_before_a_break_says_nothing_of_a_streak(
    studied: set[date], pauses: list[tuple[date, date]], reach: int
) -> None:
    first = TODAY - timedelta(days=reach)
    lately = {day for day in studied if day >= first}
    if has_break(lately, first, TODAY, pauses):
        assert streak_with_freezes(lately, TODAY, pauses) == streak_with_freezes(studied, TODAY, pauses)


def test_a_break_is_more_days_in_a_row_than_freezes_bridge() -> None:
    assert has_break(ago(1, 5), TODAY - timedelta(days=6), TODAY)
    assert has_break([], TODAY - timedelta(days=3), TODAY)
    assert not has_break([], TODAY - timedelta(days=2), TODAY)
    assert not has_break(ago(1, 4, 7, 9), TODAY - timedelta(days=10), TODAY)
    [paused] = ago(3)
    assert not has_break(ago(1, 5), TODAY - timedelta(days=6), TODAY, [(paused, paused)])


@given(some_days)
def test_studying_today_adds_one_day(studied: set[date]) -> None:
    before = streak_with_freezes(studied - {TODAY}, TODAY)

    assert streak_with_freezes(studied | {TODAY}, TODAY).length == before.length + 1
