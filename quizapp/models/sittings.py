"""What stands beside quizzes and attempts: who takes a quiz under which terms, what happened, and what was decided later."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.database import Model, UtcDateTime, Uuid16, new_row_id


class QuizTaker(Model):
    """A learner who came to a taught quiz by its link, and the terms that an instructor set for them alone."""

    __tablename__ = "quiz_takers"
    __table_args__ = (
        CheckConstraint("extra_time_percent BETWEEN 0 AND 400", name="extra_time_percent"),
        CheckConstraint("extra_attempts BETWEEN 0 AND 100", name="extra_attempts"),
        # Read across learners by the quiz's instructor alone.
        Index("ix_quiz_takers_quiz_id_joined_at", "quiz_id", "joined_at"),
        {"sqlite_with_rowid": False},
    )

    learner_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True
    )
    quiz_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("quizzes.id", ondelete="CASCADE"), primary_key=True
    )
    #: As the learner writes it for the instructor: a guest has no other.
    name: Mapped[str] = mapped_column(String(80), default="")
    extra_time_percent: Mapped[int] = mapped_column(default=0)
    is_untimed: Mapped[bool] = mapped_column(default=False)
    #: Attempts granted beyond those of the quiz.
    extra_attempts: Mapped[int] = mapped_column(default=0)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AttemptEvent(Model):
    """Something that happened to an attempt. It outlives the attempt: a deletion is recorded too."""

    __tablename__ = "attempt_events"
    __table_args__ = (
        Index("ix_attempt_events_learner_id_attempt_id", "learner_id", "attempt_id"),
        # What instructors did; read across learners by the quiz's record alone.
        Index(
            "ix_attempt_events_quiz_id_by_user",
            "quiz_id",
            sqlite_where=text("user_id IS NOT NULL"),
            postgresql_where=text("user_id IS NOT NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

    learner_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[uuid.UUID] = mapped_column(Uuid16, primary_key=True, default=new_row_id)
    quiz_id: Mapped[uuid.UUID] = mapped_column(Uuid16)
    attempt_id: Mapped[uuid.UUID] = mapped_column(Uuid16)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: A word of `operations.quizzes.events.Event`.
    kind: Mapped[str] = mapped_column(String(16))
    position: Mapped[int | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: The instructor or administrator who did it; None for the learner and the clock.
    user_id: Mapped[uuid.UUID | None] = mapped_column(Uuid16)


class QuizAdjustment(Model):
    """What holds now of a question in a quiz beyond what it says: see `core.regrading.Adjustment`."""

    __tablename__ = "quiz_adjustments"

    quiz_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("quizzes.id", ondelete="CASCADE"), primary_key=True
    )
    question_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True
    )
    adjustment: Mapped[dict[str, Any]] = mapped_column(JSON)


class Regrade(Model):
    """One decision on a question of a quiz, applied to all its attempts; undone, it stays recorded."""

    __tablename__ = "regrades"
    __table_args__ = (
        Index("ix_regrades_quiz_id_applied_at", "quiz_id", "applied_at"),
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid16, primary_key=True, default=new_row_id)
    quiz_id: Mapped[uuid.UUID] = mapped_column(Uuid16, ForeignKey("quizzes.id", ondelete="CASCADE"))
    question_id: Mapped[uuid.UUID] = mapped_column(Uuid16, ForeignKey("questions.id", ondelete="CASCADE"))
    #: What held before and what holds since; None is nothing.
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    reason: Mapped[str] = mapped_column(String(500), default="")
    #: Whether scores that would fall were left as they stood.
    keeps_higher: Mapped[bool] = mapped_column(default=True)
    applied_at: Mapped[datetime] = mapped_column(UtcDateTime)
    applied_by: Mapped[uuid.UUID] = mapped_column(Uuid16)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[uuid.UUID | None] = mapped_column(Uuid16)


class RegradedResponse(Model):
    """What a regrade changed of one response and of the score of its attempt."""

    __tablename__ = "regraded_responses"
    __table_args__ = (
        ForeignKeyConstraint(
            ["learner_id", "attempt_id"], ["attempts.learner_id", "attempts.id"], ondelete="CASCADE"
        ),
        # Read across learners by the regrade alone.
        Index("ix_regraded_responses_regrade_id", "regrade_id"),
        {"sqlite_with_rowid": False},
    )

    learner_id: Mapped[uuid.UUID] = mapped_column(Uuid16, primary_key=True)
    regrade_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("regrades.id", ondelete="CASCADE"), primary_key=True
    )
    attempt_id: Mapped[uuid.UUID] = mapped_column(Uuid16, primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    #: `outcome`, `score`, `marks` of the response; `attempt_score`, `attempt_max` of its attempt.
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
