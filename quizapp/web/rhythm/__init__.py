"""Living with it: a backlog spread over days, a pause, easy days, the load as a calendar, and no more reminders."""

from quizapp.web.rhythm import calendar, unsubscribing
from quizapp.web.rhythm.views import bp

__all__ = ["bp", "calendar", "unsubscribing"]
