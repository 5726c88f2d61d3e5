"""Censuses: what learners with very many cards held of each topic when their cards were last counted."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.database import Model, UtcDateTime, Uuid16


class MemoryCensus(Model):
    """The memory of one learner by topic; pages read this and what the days since brought, never all cards."""

    __tablename__ = "memory_censuses"
    __table_args__ = ({"sqlite_with_rowid": False},)

    learner_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True
    )
    #: The learner's study day of it, and the moment.
    made_on: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: For each set and topic: `set`, `topic`, `begun`, `recalled` (on that day and later ones, with nothing reviewed in
    #: between), and what the statistics of its day had counted by then: `new_facts`, `risen`.
    topics: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
