"""Reports of mistakes: what a learner holds to be wrong in a question or a fact, and what became of it."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizapp.database import Model, UtcDateTime, Uuid16, new_row_id
from quizapp.models.question_sets import QuestionSet


class Reason(StrEnum):
    """What is held to be wrong."""

    WRONG_KEY = "wrong-key"
    SEVERAL_RIGHT = "several-right"
    UNCLEAR = "unclear"
    SPELLING = "spelling"
    SOURCE = "source"
    OTHER = "other"


class ReportState(StrEnum):
    """Whether whoever keeps the set has looked at it, and found it right."""

    OPEN = "open"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"


#: Where the two indexes hold that keep one open report for each learner and thing.
OPEN_ONLY = text("state = 'open'")


class MistakeReport(Model):
    """A mistake that a learner reported in one question or one fact."""

    __tablename__ = "mistake_reports"
    __table_args__ = (
        CheckConstraint("(question_id IS NULL) <> (fact_id IS NULL)", name="target"),
        CheckConstraint("state IN ('open', 'resolved', 'dismissed')", name="state"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled_at"),
        CheckConstraint(
            "reason IN ('wrong-key', 'several-right', 'unclear', 'spelling', 'source', 'other')",
            name="reason",
        ),
        # A second report of the same learner on the same thing changes the first while that is open.
        Index(
            "uq_mistake_reports_learner_id_question_id_open",
            "learner_id",
            "question_id",
            unique=True,
            sqlite_where=OPEN_ONLY,
            postgresql_where=OPEN_ONLY,
        ),
        Index(
            "uq_mistake_reports_learner_id_fact_id_open",
            "learner_id",
            "fact_id",
            unique=True,
            sqlite_where=OPEN_ONLY,
            postgresql_where=OPEN_ONLY,
        ),
        Index("ix_mistake_reports_learner_id", "learner_id"),
        Index("ix_mistake_reports_question_set_id_state", "question_set_id", "state"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid16, primary_key=True, default=new_row_id)
    question_set_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("question_sets.id", ondelete="CASCADE")
    )
    question_id: Mapped[uuid.UUID | None] = mapped_column(
        Uuid16, ForeignKey("questions.id", ondelete="CASCADE"), index=True
    )
    fact_id: Mapped[uuid.UUID | None] = mapped_column(
        Uuid16, ForeignKey("facts.id", ondelete="CASCADE"), index=True
    )
    #: The revision that was shown.
    revision: Mapped[int]
    #: Who reported it; None once that learner was erased. No foreign key: learners are spread, content is not.
    learner_id: Mapped[uuid.UUID | None] = mapped_column(Uuid16)
    reason: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(12), default=ReportState.OPEN)
    #: What the set's keeper wrote back.
    reply: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When the learner last changed it.
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When the learner put away the news of what became of it; empty again when that is changed.
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    question_set: Mapped[QuestionSet] = relationship()
