"""Living with it: a backlog spread over days, pauses, reminders, and the load as a calendar."""

from quizapp.operations.rhythm.backlog import SAMPLE, Backlog, end_relief, load_backlog, start_relief
from quizapp.operations.rhythm.calendar import CALENDAR_DAYS, load_calendar, renew_calendar, revoke_calendar
from quizapp.operations.rhythm.loads import Pace, count_overdue, load_pace, open_decks
from quizapp.operations.rhythm.pauses import is_paused, join_pauses, list_pauses, pause, resume
from quizapp.operations.rhythm.reminders import Reminder, claim_reminder, find_reminders, stop_reminders
from quizapp.operations.rhythm.streaks import load_streak
from quizapp.operations.rhythm.tokens import (
    calendar_token,
    read_calendar_token,
    read_reminder_token,
    reminder_token,
)

__all__ = [
    "CALENDAR_DAYS",
    "SAMPLE",
    "Backlog",
    "Pace",
    "Reminder",
    "calendar_token",
    "claim_reminder",
    "count_overdue",
    "end_relief",
    "find_reminders",
    "is_paused",
    "join_pauses",
    "list_pauses",
    "load_backlog",
    "load_calendar",
    "load_pace",
    "load_streak",
    "open_decks",
    "pause",
    "read_calendar_token",
    "read_reminder_token",
    "reminder_token",
    "renew_calendar",
    "resume",
    "revoke_calendar",
    "start_relief",
    "stop_reminders",
]
