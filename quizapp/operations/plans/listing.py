"""Plans as they are listed: open ones, past ones with what they promised and reached, and the days of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select

from quizapp.database import db
from quizapp.models import PlanDay, QuestionSet, StudyPlan
from quizapp.operations.plans.choosing import sets_in_open_quizzes

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import date


@dataclass(frozen=True, slots=True)
class OpenPlan:
    """An open plan at a glance.

    `predicted` is the share promised for the day; `reached` the share known as the last recorded day began. Both are
    None while an open quiz asks facts of the set: how they stand is not told then.
    """

    id: uuid.UUID
    title: str
    slug: str
    query: str
    ready_on: date
    daily_minutes: int
    predicted: float | None
    reached: float | None
    reached_on: date | None


@dataclass(frozen=True, slots=True)
class PastPlan:
    """A plan that is over: promised when it was made, promised last (after minutes were changed), reached on the day.

    `reached` is None where the learner gave it up, and all three are while an open quiz asks facts of the set.
    """

    id: uuid.UUID
    title: str
    ready_on: date
    daily_minutes: int
    was_given_up: bool
    predicted: float | None
    predicted_last: float | None
    reached: float | None


@dataclass(frozen=True, slots=True)
class DayOfPlan:
    """One day of a plan: the share predicted and the share known as it began; None where it was not looked at."""

    day: date
    predicted: float | None
    reached: float | None


def find_plan(learner_id: uuid.UUID, plan_id: uuid.UUID) -> StudyPlan | None:
    """Return a learner's plan."""
    return db.session.get(StudyPlan, (learner_id, plan_id))


def find_open_plan(learner_id: uuid.UUID, question_set_id: uuid.UUID) -> StudyPlan | None:
    """Return the learner's open plan of a set."""
    return db.session.execute(
        select(StudyPlan).where(
            StudyPlan.learner_id == learner_id,
            StudyPlan.question_set_id == question_set_id,
            StudyPlan.state == "open",
        )
    ).scalar_one_or_none()


def list_open(learner_id: uuid.UUID) -> list[OpenPlan]:
    """Return a learner's open plans, the nearest day first: two queries, none of them over cards."""
    rows = db.session.execute(
        select(StudyPlan, QuestionSet.slug)
        .join(QuestionSet, QuestionSet.id == StudyPlan.question_set_id)
        .where(StudyPlan.learner_id == learner_id, StudyPlan.state == "open")
        .order_by(StudyPlan.ready_on, StudyPlan.id)
    ).all()
    if not rows:
        return []
    hidden = sets_in_open_quizzes(learner_id)
    reached = _read_reached(learner_id, [plan.id for plan, _ in rows])
    plans = []
    for plan, slug in rows:
        is_hidden = plan.question_set_id in hidden
        day, share = reached.get(plan.id, (None, None))
        plans.append(
            OpenPlan(
                id=plan.id,
                title=plan.title,
                slug=slug,
                query=plan.query,
                ready_on=plan.ready_on,
                daily_minutes=plan.daily_minutes,
                predicted=None if is_hidden else plan.predicted,
                reached=None if is_hidden else share,
                reached_on=None if is_hidden else day,
            )
        )
    return plans


def list_past(learner_id: uuid.UUID) -> list[PastPlan]:
    """Return a learner's plans that are over, the latest first."""
    rows = db.session.execute(
        select(StudyPlan, PlanDay.predicted)
        .outerjoin(
            PlanDay,
            and_(
                PlanDay.learner_id == StudyPlan.learner_id,
                PlanDay.plan_id == StudyPlan.id,
                PlanDay.day == StudyPlan.ready_on,
            ),
        )
        .where(StudyPlan.learner_id == learner_id, StudyPlan.state != "open")
        .order_by(StudyPlan.ended_at.desc(), StudyPlan.id)
    ).all()
    hidden = sets_in_open_quizzes(learner_id) if rows else frozenset()
    return [
        PastPlan(
            id=plan.id,
            title=plan.title,
            ready_on=plan.ready_on,
            daily_minutes=plan.daily_minutes,
            was_given_up=plan.state == "ended",
            predicted=None if plan.question_set_id in hidden else plan.predicted,
            predicted_last=None if plan.question_set_id in hidden else last,
            reached=None if plan.question_set_id in hidden else plan.reached,
        )
        for plan, last in rows
    ]


def list_days(plan: StudyPlan) -> list[DayOfPlan]:
    """Return the days of a plan that were predicted or recorded, the first one first."""
    rows = db.session.execute(
        select(PlanDay.day, PlanDay.predicted, PlanDay.reached)
        .where(PlanDay.learner_id == plan.learner_id, PlanDay.plan_id == plan.id)
        .order_by(PlanDay.day)
    )
    return [DayOfPlan(*row) for row in rows]


def mean_error(plans: Sequence[PastPlan]) -> float | None:
    """Return by how much first predictions missed, on average and without sign; None without two plans to judge by."""
    errors = [
        abs(plan.predicted - plan.reached)
        for plan in plans
        if plan.predicted is not None and plan.reached is not None
    ]
    return sum(errors) / len(errors) if len(errors) > 1 else None


def _read_reached(
    learner_id: uuid.UUID, plan_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, tuple[date, float]]:
    latest = (
        select(PlanDay.plan_id, func.max(PlanDay.day).label("day"))
        .where(PlanDay.learner_id == learner_id, PlanDay.plan_id.in_(plan_ids), PlanDay.reached.is_not(None))
        .group_by(PlanDay.plan_id)
        .subquery()
    )
    rows = db.session.execute(
        select(PlanDay.plan_id, PlanDay.day, PlanDay.reached)
        .join(latest, and_(latest.c.plan_id == PlanDay.plan_id, latest.c.day == PlanDay.day))
        .where(PlanDay.learner_id == learner_id)
    )
    return {plan_id: (day, share) for plan_id, day, share in rows if share is not None}
