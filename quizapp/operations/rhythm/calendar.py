"""The load of the next days, for a calendar of the learner's own."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from quizapp.core import backlog
from quizapp.database import db
from quizapp.models import Learner
from quizapp.operations.rhythm.loads import open_decks, read_load
from quizapp.operations.study import today_of

if TYPE_CHECKING:
    from datetime import date, datetime

CALENDAR_DAYS: Final = 30


def load_calendar(learner: Learner, now: datetime) -> list[tuple[date, int]]:
    """Return how many cards each of the next 30 study days asks, those without any left out.

    What is overdue counts today, or day by day where it is spread; a pause asks nothing.
    """
    today = today_of(learner, now)
    sets = [made.id for _, made in open_decks(learner)]
    loads = read_load(learner.id, sets, today, CALENDAR_DAYS)
    paused = None
    if learner.paused_from is not None and learner.paused_through is not None:
        paused = (learner.paused_from, learner.paused_through)
    asked = backlog.cards_by_day(
        loads, today, CALENDAR_DAYS, relief_through=learner.relief_through, paused=paused
    )
    return [(day, cards) for day, cards in asked if cards]


def renew_calendar(learner_id: uuid.UUID) -> None:
    """Give the learner's calendar an address; one that it had leads nowhere from now on."""
    db.session.get_one(Learner, learner_id).calendar_key = uuid.uuid4()


def revoke_calendar(learner_id: uuid.UUID) -> None:
    """Let no address lead to the learner's calendar."""
    db.session.get_one(Learner, learner_id).calendar_key = None
