"""Decks (a learner's use of a question set), cards (a learner's memory of one fact) and what was decided about them.

A card follows from its reviews alone and can be rebuilt from them; what a learner decided apart from memory (suspended,
flagged, a note) is a mark.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.database import Model, UtcDateTime, Uuid16


class Deck(Model):
    """(learner, question set) with its own limits; None means what the learner set for all decks."""

    __tablename__ = "decks"
    __table_args__ = (
        CheckConstraint("new_per_day IS NULL OR new_per_day BETWEEN 0 AND 999", name="new_per_day"),
        CheckConstraint(
            "reviews_per_day IS NULL OR reviews_per_day BETWEEN 0 AND 9999", name="reviews_per_day"
        ),
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
    #: At most so many due cards a day; None is without limit.
    reviews_per_day: Mapped[int | None]
    desired_retention: Mapped[float | None]
    #: Facts that the source invents are off until the learner asks for them.
    includes_fiction: Mapped[bool] = mapped_column(default=False)
    #: Every fact whose place of introduction lies before this one is begun: where the search for new ones starts.
    new_from: Mapped[int] = mapped_column(default=0)


class Card(Model):
    """One learner's FSRS memory of one fact; rebuilt from its reviews at any time."""

    __tablename__ = "cards"
    __table_args__ = (
        CheckConstraint("stability > 0", name="stability"),
        CheckConstraint("difficulty BETWEEN 1 AND 10", name="difficulty"),
        CheckConstraint("reps >= 0 AND lapses >= 0", name="counts"),
        # Due cards in the order of retrievability, and their number, without touching the table.
        Index(
            "ix_cards_learner_id_question_set_id_shown_on",
            "learner_id",
            "question_set_id",
            "shown_on",
            "last_on",
            "stability",
        ),
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
    #: Study day from which it is shown: its due date, put off where it is hidden; None while it is suspended.
    shown_on: Mapped[date | None]
    reps: Mapped[int] = mapped_column(default=0)
    lapses: Mapped[int] = mapped_column(default=0)
    #: Revision of the fact that was last shown; a newer one is shown next, with the difference.
    fact_revision: Mapped[int] = mapped_column(default=1)


class CardMark(Model):
    """What a learner decided about one fact apart from remembering it; a fact never probed can have one too."""

    __tablename__ = "card_marks"
    __table_args__ = (
        CheckConstraint("leech_lapses >= 0", name="leech_lapses"),
        Index("ix_card_marks_learner_id_question_set_id", "learner_id", "question_set_id"),
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
    #: Never shown until the learner takes it back.
    suspended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Last study day on which it is not shown: today for a buried card, later for one that rests.
    hidden_through: Mapped[date | None]
    #: Put behind the other cards of this study day, last skipped last.
    skipped_on: Mapped[date | None]
    skipped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    flagged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The learner's own words, shown with the key.
    note: Mapped[str] = mapped_column(Text, default="")
    #: Number of lapses at which help with a leech was last taken or waved away.
    leech_lapses: Mapped[int] = mapped_column(default=0)
    #: Type of question (or `flashcard`) that the learner wants for this fact; None leaves it to the memory.
    wanted_form: Mapped[str | None] = mapped_column(String(16))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CardStep(Model):
    """A change of marks that can be taken back; reviews are steps by themselves."""

    __tablename__ = "card_steps"
    __table_args__ = (
        Index("ix_card_steps_learner_id_made_at", "learner_id", "made_at"),
        {"sqlite_with_rowid": False},
    )

    learner_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True
    )
    #: Made by the client where there is one: sending it again is the same step.
    id: Mapped[uuid.UUID] = mapped_column(Uuid16, primary_key=True)
    fact_id: Mapped[uuid.UUID] = mapped_column(Uuid16, ForeignKey("facts.id", ondelete="CASCADE"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: What was done: `skip`, `bury`, `suspend`, `flag`, ...
    action: Mapped[str] = mapped_column(String(16))
    #: The columns of the mark that changed, as they were.
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DailyLoad(Model):
    """How many cards of a deck are shown from a day on; kept with every card, so that no page counts cards."""

    __tablename__ = "daily_loads"
    __table_args__ = (
        CheckConstraint("cards >= 0", name="cards"),
        {"sqlite_with_rowid": False},
    )

    learner_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True
    )
    question_set_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("question_sets.id", ondelete="CASCADE"), primary_key=True
    )
    shown_on: Mapped[date] = mapped_column(primary_key=True)
    cards: Mapped[int] = mapped_column(default=0)
