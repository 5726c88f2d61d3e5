"""Decks (a learner's use of a question set) and cards (a learner's memory of one fact)."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.database import Model, UtcDateTime, Uuid16


class Deck(Model):
    """(learner, question set) with its own limits; None means what the learner set for all decks."""

    __tablename__ = "decks"
    __table_args__ = (
        CheckConstraint("new_per_day IS NULL OR new_per_day BETWEEN 0 AND 999", name="new_per_day"),
        CheckConstraint(
            "desired_retention IS NULL OR desired_retention BETWEEN 0.7 AND 0.99", name="desired_retention"
        ),
        {"sqlite_with_rowid": False},
    )

    learner_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True
    )
    question_set_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("question_sets.id", ondelete="CASCADE"), primary_key=True
    )
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    new_per_day: Mapped[int | None]
    desired_retention: Mapped[float | None]
    #: Facts that the source invents are off until the learner asks for them.
    includes_fiction: Mapped[bool] = mapped_column(default=False)


class Card(Model):
    """One learner's FSRS memory of one fact; rebuilt from its reviews at any time."""

    __tablename__ = "cards"
    __table_args__ = (
        CheckConstraint("stability > 0", name="stability"),
        CheckConstraint("difficulty BETWEEN 1 AND 10", name="difficulty"),
        CheckConstraint("reps >= 0 AND lapses >= 0", name="counts"),
        Index("ix_cards_learner_id_question_set_id_due_on", "learner_id", "question_set_id", "due_on"),
        {"sqlite_with_rowid": False},
    )

    learner_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True
    )
    fact_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("facts.id", ondelete="CASCADE"), primary_key=True
    )
    question_set_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("question_sets.id", ondelete="CASCADE")
    )
    #: Days until recall falls to 90 %.
    stability: Mapped[float]
    difficulty: Mapped[float]
    #: Study days of the first and of the last long-term review.
    first_on: Mapped[date]
    last_on: Mapped[date]
    #: The last probe of any kind.
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Study day from which it is due. Counts only while the set is among the learner's decks.
    due_on: Mapped[date]
    reps: Mapped[int] = mapped_column(default=0)
    lapses: Mapped[int] = mapped_column(default=0)
    #: Revision of the fact that was last shown; a newer one is shown next, with the difference.
    fact_revision: Mapped[int] = mapped_column(default=1)
