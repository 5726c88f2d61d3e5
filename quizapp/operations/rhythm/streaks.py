"""How many days in a row were studied, where freezes and pauses bridge those that were not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from quizapp.core.study_days import Streak, has_break, streak_with_freezes
from quizapp.database import db
from quizapp.models import DailyStatistics, Learner
from quizapp.operations.rhythm.pauses import list_pauses

if TYPE_CHECKING:
    from datetime import date

#: So many days back are read first; where no streak can have ended in them, twice as many, and so on to the last.
_FIRST_REACH: Final = 200
_LAST_REACH: Final = _FIRST_REACH * 2**5


def load_streak(learner: Learner, today: date) -> Streak:
    """Return the learner's streak up to today: any review keeps it, whatever the goal.

    Reads no further back than the streak makes necessary.
    """
    pauses = list_pauses(learner)
    reach = _FIRST_REACH
    while True:
        first = today - timedelta(days=reach)
        days = _read_days(learner, first)
        if reach >= _LAST_REACH or has_break(days, first, today, pauses):
            return streak_with_freezes(days, today, pauses)
        reach *= 2


def _read_days(learner: Learner, first: date) -> list[date]:
    days = select(DailyStatistics.study_day).where(
        DailyStatistics.learner_id == learner.id,
        DailyStatistics.study_day >= first,
        DailyStatistics.reviews > 0,
    )
    return list(db.session.execute(days.distinct()).scalars())
