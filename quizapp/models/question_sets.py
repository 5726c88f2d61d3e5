"""Content: question sets, and the facts and questions in them.

Content is immutable by version: `facts` and `questions` hold the stable identity, their revisions what they say.
Attempts and reviews pin the revision they saw.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizapp.database import Model, UtcDateTime, Uuid16, db, new_row_id

if TYPE_CHECKING:
    from quizapp.models.users import User


#: Where the index of facts holds that are not asked, or only on request.
APART = text("retired_at IS NOT NULL OR treatment = 'exclude' OR standing = 'fictional'")
#: Where the index of facts holds that were revised.
REVISED = text("revision > 1")


class SetState(StrEnum):
    """Where a question set stands in its life."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class QuestionSet(Model):
    """What an instructor publishes and edits; a bank is loaded into one."""

    __tablename__ = "question_sets"
    __table_args__ = (
        CheckConstraint("origin IN ('bank', 'instructor')", name="origin"),
        CheckConstraint("state IN ('draft', 'published', 'archived')", name="state"),
        Index("ix_question_sets_state_position", "state", "position"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid16, primary_key=True, default=new_row_id)
    #: Stands in addresses; a bank's is its own id.
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    #: What kind of source this is; shown on the front page.
    about: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(16), default="en")
    origin: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default=SetState.DRAFT)
    #: None for a bank, and for a published set whose author left.
    owner_id: Mapped[uuid.UUID | None] = mapped_column(
        Uuid16, ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    #: Slugs, in the order they are shown.
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: Document or package, version, licence.
    source: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: sha256 of the files a bank was loaded from: an unchanged bank is not loaded again.
    loaded_sha256: Mapped[str] = mapped_column(String(64), default="")
    #: Order in the library.
    position: Mapped[int] = mapped_column(default=1000)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    owner: Mapped[User | None] = relationship()

    def can_edit(self, user: User | None) -> bool:
        """Return whether this user may change the set: its owner or an administrator, and never a loaded bank."""
        if self.origin == "bank" or user is None or not user.is_instructor:
            return False
        return self.owner_id == user.id or user.is_administrator

    def can_see(self, user: User | None) -> bool:
        """Return whether this user, or a guest, may study the set."""
        return self.state == SetState.PUBLISHED or self.can_edit(user)


class Fact(Model):
    """The stable identity of one fact; learners' memories hang on it."""

    __tablename__ = "facts"
    __table_args__ = (
        UniqueConstraint("question_set_id", "key"),
        Index("ix_facts_question_set_id_position", "question_set_id", "position"),
        Index("ix_facts_question_set_id_introduced", "question_set_id", "introduced"),
        # The few that are not asked, or only on request: counts of cards are less by these.
        Index(
            "ix_facts_question_set_id_apart", "question_set_id", sqlite_where=APART, postgresql_where=APART
        ),
        # The few that say something else than at first: cards may have been learnt from what they said before.
        Index(
            "ix_facts_question_set_id_revised",
            "question_set_id",
            sqlite_where=REVISED,
            postgresql_where=REVISED,
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid16, primary_key=True, default=new_row_id)
    question_set_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("question_sets.id", ondelete="CASCADE")
    )
    #: Stable within its set: the fact's id in the bank's file, or made on writing it.
    key: Mapped[str] = mapped_column(String(160))
    position: Mapped[int] = mapped_column(default=0)
    #: Its place in the order in which new facts are begun: easily confused ones stand apart.
    introduced: Mapped[int] = mapped_column(default=0)
    topic: Mapped[str] = mapped_column(String(80), default="")
    standing: Mapped[str] = mapped_column(String(20), default="documented")
    treatment: Mapped[str] = mapped_column(String(24), default="plain")
    #: Number of the current revision.
    revision: Mapped[int] = mapped_column(default=1)
    #: Not asked any more; its cards and their history stay.
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    question_set: Mapped[QuestionSet] = relationship()


class FactRevision(Model):
    """What a fact says, once and for all."""

    __tablename__ = "fact_revisions"

    fact_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("facts.id", ondelete="CASCADE"), primary_key=True
    )
    revision: Mapped[int] = mapped_column(primary_key=True)
    #: `statement`, `ask`, `key_text`, `note`, `where`, `cite`, `record_text`, `subject`.
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FactTag(Model):
    """A word by which facts can be chosen: a list or set of the bank they stand in, or one of the author's."""

    __tablename__ = "fact_tags"
    __table_args__ = (Index("ix_fact_tags_tag", "tag"),)

    fact_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("facts.id", ondelete="CASCADE"), primary_key=True
    )
    tag: Mapped[str] = mapped_column(String(160), primary_key=True)


class FactNeighbour(Model):
    """A fact that is easily confused with another; stands once for each direction."""

    __tablename__ = "fact_neighbours"
    __table_args__ = (CheckConstraint("kind IN ('turned', 'named', 'near')", name="kind"),)

    fact_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("facts.id", ondelete="CASCADE"), primary_key=True
    )
    neighbour_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("facts.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    #: `turned`: the same told the other way round; `named`: the bank says they are confused; `near`: near values.
    kind: Mapped[str] = mapped_column(String(8))
    #: From 0, the most easily confused first.
    rank: Mapped[int] = mapped_column(default=0)


class Question(Model):
    """The stable identity of one question."""

    __tablename__ = "questions"
    __table_args__ = (
        UniqueConstraint("question_set_id", "key"),
        Index("ix_questions_question_set_id_position", "question_set_id", "position"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid16, primary_key=True, default=new_row_id)
    question_set_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("question_sets.id", ondelete="CASCADE")
    )
    key: Mapped[str] = mapped_column(String(200))
    position: Mapped[int] = mapped_column(default=0)
    type: Mapped[str] = mapped_column(String(16))
    topic: Mapped[str] = mapped_column(String(80), default="")
    standing: Mapped[str] = mapped_column(String(20), default="documented")
    revision: Mapped[int] = mapped_column(default=1)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    question_set: Mapped[QuestionSet] = relationship()


class QuestionFact(Model):
    """Which facts a question probes."""

    __tablename__ = "question_facts"

    question_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True
    )
    fact_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("facts.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int] = mapped_column(default=0)


class QuestionRevision(Model):
    """What a question says, in the form of questions.json, once and for all."""

    __tablename__ = "question_revisions"

    question_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True
    )
    revision: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


def find_set(slug: str) -> QuestionSet | None:
    """Return a question set by the name it has in addresses."""
    return db.session.execute(select(QuestionSet).where(QuestionSet.slug == slug)).scalar_one_or_none()


def list_published_sets() -> list[QuestionSet]:
    """Return the sets of the library, banks in their order first."""
    return list(
        db.session.execute(
            select(QuestionSet)
            .where(QuestionSet.state == SetState.PUBLISHED)
            .order_by(QuestionSet.position, QuestionSet.title)
        ).scalars()
    )
