"""The clock of an attempt: which response still counts, to the second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.timing import (
    GRACE_SECONDS,
    ExtraTime,
    accepts,
    deadline,
    finished_at,
    question_end,
    remaining_seconds,
)

START = datetime(2024, 5, 10, 9, tzinfo=UTC)

limits = st.integers(1, 86400)
extras = st.integers(0, 300)
offsets = st.floats(-90000, 90000).map(lambda seconds: START + timedelta(seconds=seconds))


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def ending(limit: int, extra: int, closes_at: datetime | None = None) -> datetime:
    ends_at = deadline(START, limit, ExtraTime(percent=extra), closes_at)
    assert ends_at is not None
    return ends_at


@pytest.mark.parametrize(
    ("limit", "extra", "closes", "expected"),
    [
        (600, 0, None, 600),
        (600, 25, None, 750),
        (600, 100, None, 1200),
        (601, 50, None, 901.5),
        (600, 50, 700, 700),
        (600, 50, 901, 900),
        (600, 0, 600, 600),
        (None, 0, 700, 700),
        (None, 50, 700, 700),
    ],
)
def test_an_attempt_ends_with_its_time_or_with_the_quiz_if_that_is_earlier(
    limit: int | None, extra: int, closes: int | None, expected: float
) -> None:
    closes_at = None if closes is None else after(closes)

    assert deadline(START, limit, ExtraTime(percent=extra), closes_at) == after(expected)
    assert deadline(START, limit, ExtraTime(True, extra), closes_at) == closes_at


def test_an_attempt_without_limit_and_closing_has_no_end() -> None:
    assert deadline(START, None) is None
    assert accepts(START + timedelta(days=9999), None)
    assert remaining_seconds(START, None) is None
    assert finished_at(START, None) == START


@given(limits, extras, extras)
def test_more_extra_time_never_ends_an_attempt_earlier(limit: int, one: int, other: int) -> None:
    less, more = sorted((one, other))

    assert START < ending(limit, less) <= ending(limit, more)


@given(limits, extras, offsets)
def test_no_attempt_outlasts_the_quiz(limit: int, extra: int, closes_at: datetime) -> None:
    assert ending(limit, extra, closes_at) <= closes_at


@given(limits, extras)
def test_a_response_a_second_before_the_deadline_counts_and_one_a_second_after_grace_does_not(
    limit: int, extra: int
) -> None:
    ends_at = ending(limit, extra)
    second = timedelta(seconds=1)
    grace_ends = ends_at + timedelta(seconds=GRACE_SECONDS)

    assert accepts(ends_at - second, ends_at)
    assert accepts(ends_at, ends_at)
    assert accepts(grace_ends, ends_at)
    assert not accepts(grace_ends + timedelta(microseconds=1), ends_at)
    assert not accepts(grace_ends + second, ends_at)
    assert not accepts(ends_at + second, ends_at, grace_seconds=0)


@given(offsets, offsets)
def test_time_left_is_whole_seconds_never_negative_and_never_includes_grace(
    now: datetime, ends_at: datetime
) -> None:
    left = remaining_seconds(now, ends_at)

    assert isinstance(left, int)
    assert left >= 0
    assert now + timedelta(seconds=left) <= max(now, ends_at)
    assert now + timedelta(seconds=left + 1) > ends_at


@given(offsets, offsets)
def test_an_attempt_never_finishes_after_its_deadline(now: datetime, ends_at: datetime) -> None:
    assert finished_at(now, ends_at) == min(now, ends_at)


@pytest.mark.parametrize("limit", [0, -60])
def test_a_limit_of_nothing_is_refused(limit: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        deadline(START, limit)


def test_extra_time_that_takes_time_away_is_refused() -> None:
    with pytest.raises(ValueError, match="extra time"):
        ExtraTime(percent=-1)


@pytest.mark.parametrize(
    ("seconds", "extra", "ends_in", "expected"),
    [
        (60, ExtraTime(), None, 60),
        (60, ExtraTime(percent=50), 600, 90),
        (60, ExtraTime(percent=50), 80, 80),
        (60, ExtraTime(is_untimed=True), 600, None),
        (None, ExtraTime(percent=50), 600, None),
    ],
)
def test_the_time_of_a_question_has_extra_time_and_ends_with_the_attempt(
    seconds: int | None, extra: ExtraTime, ends_in: int | None, expected: int | None
) -> None:
    ends_at = None if ends_in is None else START + timedelta(seconds=ends_in)
    ends = None if expected is None else START + timedelta(seconds=expected)
    assert question_end(START, seconds, extra, ends_at) == ends
