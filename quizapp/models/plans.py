"""Plans (ready by a date) and fits (weights of the memory from a learner's own reviews)."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.database import Model, UtcDateTime, Uuid16, new_row_id

#: As the index of open plans says it, word for word.
OPEN = text("state = 'open'")


class StudyPlan(Model):
    """A set, or part of it, to be known on a day."""

    __tablename__ = "study_plans"
    __table_args__ = (
        CheckConstraint("daily_minutes BETWEEN 1 AND 600", name="daily_minutes"),
        CheckConstraint("state IN ('open', 'reached', 'ended')", name="state"),
        Index("ix_study_plans_learner_id_ready_on", "learner_id", "ready_on"),
        # A set has one open plan at a time. The hourly record reads these across learners.
        Index(
            "uq_study_plans_learner_id_question_set_id_open",
            "learner_id",
            "question_set_id",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        {"sqlite_with_rowid": False},
    )

    learner_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[uuid.UUID] = mapped_column(Uuid16, primary_key=True, default=new_row_id)
    question_set_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("question_sets.id", ondelete="CASCADE")
    )
    #: Which facts of the set, in the words of the search; empty means all.
    query: Mapped[str] = mapped_column(Text, default="")
    title: Mapped[str] = mapped_column(String(200), default="")
    #: The study day on which the facts are to be known.
    ready_on: Mapped[date]
    daily_minutes: Mapped[int]
    #: `open` until the day has come, then `reached`; `ended` where the learner gave it up.
    state: Mapped[str] = mapped_column(String(8), default="open")
    #: What the plan does to its deck while it is open.
    desired_retention: Mapped[float]
    new_per_day: Mapped[int]
    #: The deck's own settings, put back at the end: `desired_retention`, `new_per_day`.
    deck_before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: Share of the facts predicted to be known on the day, when the plan was made.
    predicted: Mapped[float]
    #: Share that was known on the day; None before.
    reached: Mapped[float | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PlanDay(Model):
    """One day of a plan: what was predicted at its making, and what was known."""

    __tablename__ = "plan_days"
    __table_args__ = (
        ForeignKeyConstraint(
            ["learner_id", "plan_id"], ["study_plans.learner_id", "study_plans.id"], ondelete="CASCADE"
        ),
        {"sqlite_with_rowid": False},
    )

    learner_id: Mapped[uuid.UUID] = mapped_column(Uuid16, primary_key=True)
    plan_id: Mapped[uuid.UUID] = mapped_column(Uuid16, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    #: Share of the facts, 0 to 1; None for a day that was not predicted.
    predicted: Mapped[float | None]
    #: Share that would have been recalled as the day began; None until it was looked at.
    reached: Mapped[float | None]


class Fit(Model):
    """One try at weights of a learner's own, whether it was used, and by how much it was better."""

    __tablename__ = "fits"
    __table_args__ = ({"sqlite_with_rowid": False},)

    learner_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[uuid.UUID] = mapped_column(Uuid16, primary_key=True, default=new_row_id)
    fitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Reviews fitted on, and later ones held back to judge by.
    reviews: Mapped[int]
    held_back: Mapped[int]
    weights: Mapped[list[float]] = mapped_column(JSON)
    #: Log loss on the held-back reviews, of the weights in use and of the fitted ones.
    loss_before: Mapped[float]
    loss_after: Mapped[float]
    #: Root mean square error of predicted recall on the held-back reviews, before and after.
    error_before: Mapped[float]
    error_after: Mapped[float]
    is_used: Mapped[bool] = mapped_column(default=False)
