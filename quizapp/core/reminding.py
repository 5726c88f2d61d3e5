"""When a reminder is due: at an hour of the learner's own clock, once a study day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from quizapp.core.study_days import study_day

#: So long after its hour a reminder still makes sense, where the program did not run in between.
LATEST: Final = timedelta(hours=3)


def reminder_at(day: date, hour: int, time_zone: str, rollover_hour: int) -> datetime:
    """Return when the reminder of a study day is due, in UTC.

    An hour before the roll-over belongs to the end of the study day, on the next day of the calendar. An hour that the
    clocks leave out is due when they have moved; one that comes twice, the first time.
    """
    calendar_day = day if hour >= rollover_hour else day + timedelta(days=1)
    return datetime.combine(calendar_day, time(hour), tzinfo=ZoneInfo(time_zone)).astimezone(UTC)


def is_time(
    now: datetime, hour: int, time_zone: str, rollover_hour: int, reminded_on: date | None
) -> date | None:
    """Return the study day to remind of now; None where it is not the time, or that day had its reminder.

    Raises `UnknownTimeZoneError` as `study_day`.
    """
    today = study_day(now, time_zone, rollover_hour)
    if reminded_on is not None and reminded_on >= today:
        return None
    due = reminder_at(today, hour, time_zone, rollover_hour)
    return today if due <= now < due + LATEST else None
