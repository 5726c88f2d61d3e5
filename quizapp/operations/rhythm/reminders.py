"""Reminders: whose hour has come, whether there is something to remind of, and that it happens once a day."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, or_, select, update

from quizapp.core.reminding import is_time
from quizapp.core.study_days import UnknownTimeZoneError
from quizapp.database import db
from quizapp.models import Learner, User
from quizapp.operations import study
from quizapp.operations.rhythm.loads import open_decks
from quizapp.operations.rhythm.pauses import is_paused

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Reminder:
    """What one learner is reminded of on a study day: cards left and their minutes, minutes done of the goal."""

    learner_id: uuid.UUID
    day: date
    email: str
    name: str
    cards: int
    minutes: int
    minutes_done: int
    goal_minutes: int | None


def find_reminders(now: datetime) -> Iterator[Reminder]:
    """Yield whom to remind now: their hour has come, today had no reminder, and something is due or a goal open.

    Only learners with an account in use. This reads across learners, in batches of an index.
    """
    last: tuple[int, uuid.UUID] | None = None
    while True:
        batch = _read_batch(last)
        for row in batch:
            reminder = _reminder_for(row, now)
            if reminder is not None:
                yield reminder
        if len(batch) < _BATCH:
            return
        last = batch[-1].reminder_hour, batch[-1].id


def claim_reminder(learner_id: uuid.UUID, day: date) -> bool:
    """Note that a study day has its reminder; returns whether it had none, so that at most one is sent."""
    claimed = db.session.execute(
        update(Learner)
        .where(
            Learner.id == learner_id,
            Learner.reminder_hour.is_not(None),
            or_(Learner.reminded_on.is_(None), Learner.reminded_on < day),
        )
        .values(reminded_on=day)
        .returning(Learner.id)
    ).first()
    return claimed is not None


def stop_reminders(learner_id: uuid.UUID) -> bool:
    """Send this learner no reminders any more; returns whether there is such a learner."""
    stopped = db.session.execute(
        update(Learner).where(Learner.id == learner_id).values(reminder_hour=None).returning(Learner.id)
    ).first()
    return stopped is not None


_WANTED = (
    select(
        Learner.id,
        Learner.reminder_hour,
        Learner.time_zone,
        Learner.rollover_hour,
        Learner.reminded_on,
        User.email,
        User.name,
    )
    .join(User, User.id == Learner.user_id)
    .where(Learner.reminder_hour.is_not(None), User.active)
    .order_by(Learner.reminder_hour, Learner.id)
    .limit(_BATCH)
)


def _read_batch(last: tuple[int, uuid.UUID] | None) -> Sequence[Any]:
    wanted = _WANTED
    if last is not None:
        hour, learner_id = last
        is_later = and_(Learner.reminder_hour == hour, Learner.id > learner_id)
        wanted = wanted.where(or_(Learner.reminder_hour > hour, is_later))
    return db.session.execute(wanted).all()


def _reminder_for(row: Any, now: datetime) -> Reminder | None:
    try:
        day = is_time(now, row.reminder_hour, row.time_zone, row.rollover_hour, row.reminded_on)
    except UnknownTimeZoneError:
        return None
    learner = None if day is None else db.session.get(Learner, row.id)
    if day is None or learner is None or is_paused(learner, day):
        return None
    decks = [(made.id, deck) for deck, made in open_decks(learner)]
    if not decks:
        return None
    session = study.load_session(learner, decks, now)
    counts = session.queue.counts
    done = math.floor(session.seconds_today / 60)
    is_open = learner.goal_minutes is not None and done < learner.goal_minutes
    if not counts.due + counts.returning and not is_open:
        return None
    return Reminder(
        learner_id=learner.id,
        day=day,
        email=row.email,
        name=row.name,
        cards=counts.total,
        minutes=session.minutes_left,
        minutes_done=done,
        goal_minutes=learner.goal_minutes,
    )
