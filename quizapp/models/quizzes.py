"""Quizzes (questions with settings), attempts (one sitting by one learner) and the responses in them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    and_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.database import Model, UtcDateTime, Uuid16, new_row_id
from quizapp.models.question_sets import QuestionRevision


class Quiz(Model):
    """A rule for drawing questions from a set, and a time limit."""

    __tablename__ = "quizzes"
    __table_args__ = (
        CheckConstraint("question_count BETWEEN 1 AND 200", name="question_count"),
        CheckConstraint(
            "time_limit_seconds IS NULL OR time_limit_seconds BETWEEN 60 AND 86400", name="time_limit_seconds"
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid16, primary_key=True, default=new_row_id)
    question_set_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("question_sets.id", ondelete="CASCADE"), index=True
    )
    #: Who put it together; only that learner sees it. No foreign key: learners are spread, content is not.
    made_by: Mapped[uuid.UUID] = mapped_column(Uuid16, index=True)
    title: Mapped[str] = mapped_column(String(200))
    #: Slugs of topics to draw from; empty means all.
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)
    includes_fiction: Mapped[bool] = mapped_column(default=False)
    question_count: Mapped[int]
    #: None means untimed.
    time_limit_seconds: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Attempt(Model):
    """One sitting. What decides it is pinned at the start: questions, order, limit, extra time, deadline."""

    __tablename__ = "attempts"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        CheckConstraint("finished_by IS NULL OR finished_by IN ('learner', 'deadline')", name="finished_by"),
        CheckConstraint("(state = 'open') = (finished_at IS NULL)", name="finished_at"),
        Index("ix_attempts_learner_id_started_at", "learner_id", "started_at"),
        # Twenty starts at once make one attempt.
        Index(
            "uq_attempts_learner_id_quiz_id_open",
            "learner_id",
            "quiz_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        # Read across learners by the sweep alone.
        Index(
            "ix_attempts_deadline_at_open",
            "deadline_at",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        # Closed, but its responses have not all become reviews yet.
        Index(
            "ix_attempts_finished_at_unreviewed",
            "finished_at",
            sqlite_where=text("reviewed_at IS NULL"),
            postgresql_where=text("reviewed_at IS NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

    learner_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[uuid.UUID] = mapped_column(Uuid16, primary_key=True, default=new_row_id)
    quiz_id: Mapped[uuid.UUID] = mapped_column(Uuid16, ForeignKey("quizzes.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(8), default="open")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    time_limit_seconds: Mapped[int | None]
    extra_time_percent: Mapped[int] = mapped_column(default=0)
    deadline_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Never later than the deadline.
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_by: Mapped[str | None] = mapped_column(String(8))
    score: Mapped[float | None]
    max_score: Mapped[float | None]
    #: When its responses had all become reviews.
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AttemptResponse(Model):
    """One question of an attempt with what was given: made at the start, filled as responses are saved."""

    __tablename__ = "responses"
    __table_args__ = (
        ForeignKeyConstraint(
            ["learner_id", "attempt_id"], ["attempts.learner_id", "attempts.id"], ondelete="CASCADE"
        ),
        CheckConstraint("sequence >= 0", name="sequence"),
        CheckConstraint("score IS NULL OR score BETWEEN 0 AND 1", name="score"),
        {"sqlite_with_rowid": False},
    )

    learner_id: Mapped[uuid.UUID] = mapped_column(Uuid16, primary_key=True)
    attempt_id: Mapped[uuid.UUID] = mapped_column(Uuid16, primary_key=True)
    #: From 1.
    position: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[uuid.UUID] = mapped_column(Uuid16, ForeignKey("questions.id", ondelete="CASCADE"))
    question_revision: Mapped[int]
    #: Type of the question: saving reads this, never the question with its key.
    form: Mapped[str] = mapped_column(String(16))
    #: Ids of the options, events or places as shown; of a matching the left sides, then the right ones with "=" before
    #: each; of a date, the parts that are asked for.
    option_order: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_flagged: Mapped[bool] = mapped_column(default=False)
    #: What was given; None while blank.
    response: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    #: Grows with each save; a save with a lower one comes from a tab that was overtaken.
    sequence: Mapped[int] = mapped_column(default=0)
    #: Key of the last save: the same key again is the same save.
    save_key: Mapped[uuid.UUID | None] = mapped_column(Uuid16)
    responded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Set on closing, with the score.
    outcome: Mapped[str | None] = mapped_column(String(8))
    score: Mapped[float | None]
    #: The review it became, of several the first; None while none.
    review_id: Mapped[uuid.UUID | None] = mapped_column(Uuid16)


def is_pinned() -> ColumnElement[bool]:
    """Return the condition that a question's revision is the one that a response was given to."""
    return and_(
        QuestionRevision.question_id == AttemptResponse.question_id,
        QuestionRevision.revision == AttemptResponse.question_revision,
    )
