"""Making a plan, changing its minutes, giving it up, and recording each day what was reached."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from quizapp.core.study_days import UnknownTimeZoneError
from quizapp.database import NotSavedError, db, new_row_id, run_tx
from quizapp.models import Deck, Learner, PlanDay, StudyPlan
from quizapp.models.plans import OPEN
from quizapp.operations.plans.choosing import PlanError, known_on, sets_in_open_quizzes
from quizapp.operations.plans.listing import find_open_plan
from quizapp.operations.study import add_deck, find_deck, insert_into, today_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import date, datetime

    from quizapp.operations.plans.predicting import Point, Preview

_SETTINGS = ("desired_retention", "new_per_day")
_LONGEST_TITLE = 200

log = logging.getLogger("quizapp.plans")


class PlanOpenError(Exception):
    """There is an open plan of the set already; `plan_id` is it."""

    def __init__(self, plan_id: uuid.UUID) -> None:
        super().__init__(f"plan {plan_id} is open")
        self.plan_id = plan_id


@dataclass(frozen=True, slots=True)
class Settled:
    """What was recorded: days of plans, and plans whose day had come."""

    days: int = 0
    plans: int = 0

    def __add__(self, other: Settled) -> Settled:
        """Return the sums."""
        return Settled(self.days + other.days, self.plans + other.plans)


def make_plan(learner_id: uuid.UUID, preview: Preview, now: datetime) -> uuid.UUID:
    """Make a plan as it was previewed, and give its deck the plan's settings; call it inside `run_tx`.

    The set becomes a deck where it is none. Raises `PlanOpenError` where a plan of the set is open. Flushes.
    """
    standing = find_open_plan(learner_id, preview.question_set_id)
    if standing is not None:
        raise PlanOpenError(standing.id)
    add_deck(learner_id, preview.question_set_id, now)
    deck = db.session.get_one(Deck, (learner_id, preview.question_set_id))
    title = f"{preview.set_title}: {preview.query}" if preview.query else preview.set_title
    plan = StudyPlan(
        learner_id=learner_id,
        id=new_row_id(),
        question_set_id=preview.question_set_id,
        query=preview.query,
        title=title[:_LONGEST_TITLE],
        ready_on=preview.ready_on,
        daily_minutes=preview.daily_minutes,
        desired_retention=preview.settings.desired_retention,
        new_per_day=preview.settings.new_per_day,
        deck_before={name: getattr(deck, name) for name in _SETTINGS},
        predicted=preview.known,
        created_at=now,
    )
    db.session.add(plan)
    db.session.flush()
    _give_settings(deck, preview)
    _write_points(plan, preview.points)
    _record(plan, preview.today, preview.known_now)
    db.session.flush()
    return plan.id


def change_plan(learner_id: uuid.UUID, plan_id: uuid.UUID, preview: Preview, now: datetime) -> bool:
    """Go on with other minutes, from today: new settings, new predictions for the days to come; inside `run_tx`.

    What was promised when the plan was made stays as it was, for the reckoning. Returns whether the plan was open.
    """
    plan = _find_open(learner_id, plan_id)
    if plan is None:
        return False
    add_deck(learner_id, plan.question_set_id, now)
    deck = db.session.get_one(Deck, (learner_id, plan.question_set_id))
    for name in _SETTINGS:
        if getattr(deck, name) != getattr(plan, name):
            # The learner set it meanwhile: that is what comes back at the end.
            plan.deck_before = plan.deck_before | {name: getattr(deck, name)}
    plan.daily_minutes = preview.daily_minutes
    plan.desired_retention = preview.settings.desired_retention
    plan.new_per_day = preview.settings.new_per_day
    _give_settings(deck, preview)
    db.session.execute(
        delete(PlanDay).where(
            PlanDay.learner_id == learner_id, PlanDay.plan_id == plan_id, PlanDay.day > preview.today
        )
    )
    _write_points(plan, preview.points[1:])
    db.session.flush()
    return True


def lead_decks(learner_id: uuid.UUID, plan_ids: Sequence[uuid.UUID]) -> None:
    """Give the decks there are the settings of these plans, as if they were made now; inside `run_tx`. Flushes.

    For open plans that come to a learner who has the deck with settings of its own.
    """
    for plan_id in plan_ids:
        plan = _find_open(learner_id, plan_id)
        deck = None if plan is None else find_deck(learner_id, plan.question_set_id)
        if plan is not None and deck is not None:
            plan.deck_before = {name: getattr(deck, name) for name in _SETTINGS}
            for name in _SETTINGS:
                setattr(deck, name, getattr(plan, name))
    db.session.flush()


def give_up(learner_id: uuid.UUID, plan_id: uuid.UUID, now: datetime) -> bool:
    """End a plan before its day and put the deck's settings back; inside `run_tx`. Returns whether it was open."""
    plan = _find_open(learner_id, plan_id)
    if plan is None:
        return False
    _end(plan, "ended", now)
    return True


def settle_all(now: datetime) -> Settled:
    """Record for every open plan of every learner what is reached as their study day began, and end those due.

    Each plan in a transaction of its own; doing it again changes nothing. A plan that cannot be reckoned now, or not
    be written, keeps no other from it.
    """
    rows = db.session.execute(
        select(StudyPlan.learner_id, StudyPlan.id).where(OPEN).order_by(StudyPlan.learner_id)
    ).all()
    db.session.rollback()
    done = Settled()
    for learner_id, plan_id in rows:
        try:
            done += settle(learner_id, plan_id, now)
        except (NotSavedError, PlanError, UnknownTimeZoneError) as problem:
            log.warning("plan %s is not settled: %s", plan_id, problem)
    return done


def settle_learner(learner_id: uuid.UUID, now: datetime) -> Settled:
    """Do the same for one learner: before a plan is made, so that one whose day has come does not stand in its way."""
    rows = db.session.execute(
        select(StudyPlan.id).where(StudyPlan.learner_id == learner_id, StudyPlan.state == "open")
    ).scalars()
    return sum((settle(learner_id, plan_id, now) for plan_id in list(rows)), Settled())


def settle(learner_id: uuid.UUID, plan_id: uuid.UUID, now: datetime) -> Settled:
    """Record what one open plan has reached as today began, or on its day, and end it when that has come.

    Reads first and writes in a transaction of its own. While an open quiz asks facts of the set nothing is recorded: it
    would tell how they stand. What is read afterwards is what stood as the day began all the same.
    """
    learner, plan = db.session.get(Learner, learner_id), _find_open(learner_id, plan_id)
    if learner is None or plan is None or plan.question_set_id in sets_in_open_quizzes(learner_id):
        return Settled()
    today = today_of(learner, now)
    day = min(today, plan.ready_on)
    is_over = plan.ready_on <= today
    if not is_over and _is_recorded(plan, day):
        return Settled()
    share = known_on(learner, plan.question_set_id, plan.query, day, now)

    def unit() -> Settled:
        mine = _find_open(learner_id, plan_id)
        # Its day may have been moved, or itself ended, while this was reckoned.
        if mine is None or (mine.ready_on <= today) != is_over:
            return Settled()
        days = 0 if share is None or _is_recorded(mine, day) else 1
        if share is not None:
            _record(mine, day, share)
        if not is_over:
            return Settled(days)
        mine.reached = share
        _end(mine, "reached", now)
        return Settled(days, 1)

    return run_tx(unit)


def _find_open(learner_id: uuid.UUID, plan_id: uuid.UUID) -> StudyPlan | None:
    return db.session.execute(
        select(StudyPlan).where(
            StudyPlan.learner_id == learner_id, StudyPlan.id == plan_id, StudyPlan.state == "open"
        )
    ).scalar_one_or_none()


def _end(plan: StudyPlan, state: str, now: datetime) -> None:
    plan.state = state
    plan.ended_at = now
    deck = find_deck(plan.learner_id, plan.question_set_id)
    if deck is not None:
        for name in _SETTINGS:
            # What the learner changed meanwhile stays as it was changed.
            if getattr(deck, name) == getattr(plan, name):
                setattr(deck, name, plan.deck_before.get(name))
    db.session.flush()


def _give_settings(deck: Deck, preview: Preview) -> None:
    deck.desired_retention = preview.settings.desired_retention
    deck.new_per_day = preview.settings.new_per_day


def _write_points(plan: StudyPlan, points: Sequence[Point]) -> None:
    rows: list[dict[str, Any]] = [
        {"learner_id": plan.learner_id, "plan_id": plan.id, "day": point.day, "predicted": point.known}
        for point in points
    ]
    if rows:
        db.session.execute(insert_into(PlanDay), rows)


def _record(plan: StudyPlan, day: date, share: float) -> None:
    statement = insert_into(PlanDay).values(
        learner_id=plan.learner_id, plan_id=plan.id, day=day, reached=share
    )
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["learner_id", "plan_id", "day"],
            set_={"reached": share},
            where=PlanDay.reached.is_(None),
        )
    )


def _is_recorded(plan: StudyPlan, day: date) -> bool:
    found = db.session.execute(
        select(PlanDay.reached).where(
            PlanDay.learner_id == plan.learner_id, PlanDay.plan_id == plan.id, PlanDay.day == day
        )
    ).scalar_one_or_none()
    return found is not None
