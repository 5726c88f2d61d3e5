"""Reviews (append-only: every probe of a card) and the statistics of each study day."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.database import Model, UtcDateTime, Uuid16

#: The topic under which reviews of invented facts are counted: never mixed with those of a topic, which is a slug.
FICTION = "*fiction"


class Review(Model):
    """One probe of a card, an action on its schedule, or a row that cancels one. Added, never changed.

    Rows of source `cram` are log alone: they move no memory and no due date.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 4", name="rating"),
        CheckConstraint("guess >= 0 AND guess < 1", name="guess"),
        CheckConstraint("weight BETWEEN 0 AND 1", name="weight"),
        CheckConstraint("source IN ('study', 'quiz', 'import', 'cram')", name="source"),
        CheckConstraint("duration_ms >= 0", name="duration_ms"),
        CheckConstraint("action IS NULL OR action IN ('reset', 'due')", name="action"),
        CheckConstraint("action IS NULL OR action <> 'due' OR due_on IS NOT NULL", name="due_on"),
        Index("ix_reviews_learner_id_fact_id_reviewed_at", "learner_id", "fact_id", "reviewed_at"),
        # The last of a day are found without the others.
        Index("ix_reviews_learner_id_study_day_reviewed_at", "learner_id", "study_day", "reviewed_at"),
        # A review is cancelled at most once; nearly all cancel nothing.
        Index(
            "uq_reviews_learner_id_cancels",
            "learner_id",
            "cancels",
            unique=True,
            sqlite_where=text("cancels IS NOT NULL"),
            postgresql_where=text("cancels IS NOT NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

    learner_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True
    )
    #: Made by the client where there is one: sending it again is the same review.
    id: Mapped[uuid.UUID] = mapped_column(Uuid16, primary_key=True)
    fact_id: Mapped[uuid.UUID] = mapped_column(Uuid16, ForeignKey("facts.id", ondelete="CASCADE"))
    question_id: Mapped[uuid.UUID | None] = mapped_column(
        Uuid16, ForeignKey("questions.id", ondelete="SET NULL")
    )
    question_revision: Mapped[int | None]
    #: Type of the question, or `flashcard` where the learner rated themselves.
    form: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(8))
    reviewed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    study_day: Mapped[date]
    duration_ms: Mapped[int] = mapped_column(default=0)
    #: As the learner rated it; None where it was graded.
    rating: Mapped[int | None]
    is_right: Mapped[bool]
    #: Chance of guessing, as shown.
    guess: Mapped[float] = mapped_column(default=0.0)
    #: What a right response was worth as evidence of recall.
    weight: Mapped[float] = mapped_column(default=1.0)
    #: Version of the FSRS weights and of the evidence rule that were used.
    weights_version: Mapped[int] = mapped_column(default=0)
    rule_version: Mapped[int] = mapped_column(default=1)
    #: Whether it moved the memory: the first probe of the study day that was not cancelled.
    is_long_term: Mapped[bool] = mapped_column(default=True)
    stability_before: Mapped[float | None]
    difficulty_before: Mapped[float | None]
    stability_after: Mapped[float | None]
    difficulty_after: Mapped[float | None]
    #: Predicted chance of recall at that moment; None on a first probe.
    predicted: Mapped[float | None]
    #: The day on which the card was due then. On replay it holds as long as it lies within the fuzz of the interval.
    due_on: Mapped[date | None]
    #: `reset`: from here on the memory begins anew. `due`: the learner set the due date. Neither is a probe.
    action: Mapped[str | None] = mapped_column(String(8))
    #: The review that this row takes back; such a row carries no evidence of its own.
    cancels: Mapped[uuid.UUID | None] = mapped_column(Uuid16)


class DailyStatistics(Model):
    """What a learner did on one study day in one topic of one set: charts read this, not the log."""

    __tablename__ = "daily_statistics"
    __table_args__ = (
        CheckConstraint("reviews >= 0 AND recalled >= 0 AND recalled <= reviews", name="counts"),
        {"sqlite_with_rowid": False},
    )

    learner_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True
    )
    study_day: Mapped[date] = mapped_column(primary_key=True)
    question_set_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("question_sets.id", ondelete="CASCADE"), primary_key=True
    )
    topic: Mapped[str] = mapped_column(String(80), primary_key=True)
    reviews: Mapped[int] = mapped_column(default=0)
    recalled: Mapped[int] = mapped_column(default=0)
    #: Reviews that had a prediction, and the sum of the predicted chances of recall over them.
    predicted_reviews: Mapped[int] = mapped_column(default=0)
    predicted_recall: Mapped[float] = mapped_column(default=0.0)
    predicted_recalled: Mapped[int] = mapped_column(default=0)
    new_facts: Mapped[int] = mapped_column(default=0)
    duration_ms: Mapped[int] = mapped_column(default=0)
    #: Growth of the chance of recall thirty days later, summed over the long-term reviews: memory gained, in facts.
    gained: Mapped[float] = mapped_column(default=0.0)


class DailyRecall(Model):
    """What was promised and reached on one study day by each form of question: calibration reads this, not the log."""

    __tablename__ = "daily_recall"
    __table_args__ = (
        CheckConstraint("reviews >= 0 AND recalled >= 0 AND recalled <= reviews", name="counts"),
        CheckConstraint("tenth BETWEEN -1 AND 9", name="tenth"),
        {"sqlite_with_rowid": False},
    )

    learner_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True
    )
    study_day: Mapped[date] = mapped_column(primary_key=True)
    question_set_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("question_sets.id", ondelete="CASCADE"), primary_key=True
    )
    #: What a source invents is never mixed with the rest.
    is_fiction: Mapped[bool] = mapped_column(primary_key=True)
    form: Mapped[str] = mapped_column(String(16), primary_key=True)
    #: Tenth of the predicted chance of recall, 0 to 9; -1 for probes without a prediction.
    tenth: Mapped[int] = mapped_column(primary_key=True)
    reviews: Mapped[int] = mapped_column(default=0)
    recalled: Mapped[int] = mapped_column(default=0)
    predicted_recall: Mapped[float] = mapped_column(default=0.0)
    duration_ms: Mapped[int] = mapped_column(default=0)
