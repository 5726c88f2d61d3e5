"""Users (who logs in), roles, and learners (who studies: a guest is a learner without a user)."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, String, Table, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizapp.database import Model, UtcDateTime, Uuid16, db, new_learner_id, new_row_id

roles_users = Table(
    "roles_users",
    Model.metadata,
    Column("user_id", Uuid16, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", Uuid16, ForeignKey("roles.id", ondelete="CASCADE"), primary_key=True),
)


class RoleName(StrEnum):
    """The three roles; a user without one is a learner."""

    LEARNER = "learner"
    INSTRUCTOR = "instructor"
    ADMINISTRATOR = "administrator"


class Role(Model, RoleMixin):
    """A named set of rights."""

    __tablename__ = "roles"

    # Flask-Security's mixins expect integers as ids; ours are made by the application.
    id: Mapped[uuid.UUID] = mapped_column(Uuid16, primary_key=True, default=new_row_id)  # type: ignore[assignment]
    name: Mapped[str] = mapped_column(String(40), unique=True)
    description: Mapped[str] = mapped_column(String(200), default="")


class User(Model, UserMixin):
    """An account. `fs_uniquifier` names its sessions: a new one ends them all."""

    __tablename__ = "users"

    id: Mapped[uuid.UUID] = mapped_column(Uuid16, primary_key=True, default=new_row_id)  # type: ignore[assignment]
    email: Mapped[str] = mapped_column(String(255), unique=True)
    #: Argon2id, never the password itself.
    password: Mapped[str | None] = mapped_column(String(255))
    #: What others see: learners of a set, an instructor's class.
    name: Mapped[str] = mapped_column(String(80), default="")
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    roles: Mapped[list[Role]] = relationship(secondary=roles_users, lazy="selectin")  # type: ignore[assignment]

    def has_any_role(self, *names: str) -> bool:
        """Return whether the user has one of the roles; an administrator has every right of an instructor."""
        return any(role.name in names for role in self.roles)

    @property
    def is_instructor(self) -> bool:
        """Whether the user may write question sets."""
        return self.has_any_role(RoleName.INSTRUCTOR, RoleName.ADMINISTRATOR)

    @property
    def is_administrator(self) -> bool:
        """Whether the user may administer the installation."""
        return self.has_any_role(RoleName.ADMINISTRATOR)


class Learner(Model):
    """Who studies: made by the first POST, never by a GET; given a user on signing up."""

    __tablename__ = "learners"
    __table_args__ = (
        CheckConstraint("rollover_hour BETWEEN 0 AND 23", name="rollover_hour"),
        CheckConstraint("desired_retention BETWEEN 0.7 AND 0.99", name="desired_retention"),
        CheckConstraint("new_per_day BETWEEN 0 AND 999", name="new_per_day"),
        CheckConstraint("rating_buttons IN (2, 4)", name="rating_buttons"),
        CheckConstraint("extra_time_percent BETWEEN 0 AND 400", name="extra_time_percent"),
        CheckConstraint("study_mode IN ('flashcard', 'question')", name="study_mode"),
        CheckConstraint("due_order IN ('retrievability', 'due', 'stability', 'shuffled')", name="due_order"),
        CheckConstraint("new_order IN ('mixed', 'first', 'last')", name="new_order"),
        CheckConstraint("budget_minutes IS NULL OR budget_minutes BETWEEN 1 AND 600", name="budget_minutes"),
        CheckConstraint("goal_minutes IS NULL OR goal_minutes BETWEEN 1 AND 600", name="goal_minutes"),
        CheckConstraint("reminder_hour IS NULL OR reminder_hour BETWEEN 0 AND 23", name="reminder_hour"),
        CheckConstraint("(paused_from IS NULL) = (paused_through IS NULL)", name="paused"),
        # Read across learners by the reminders alone.
        Index(
            "ix_learners_reminder_hour",
            "reminder_hour",
            sqlite_where=text("reminder_hour IS NOT NULL"),
            postgresql_where=text("reminder_hour IS NOT NULL"),
        ),
        # Read across learners by the expiry of guests and the nightly fit.
        Index("ix_learners_seen_on", "seen_on"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid16, primary_key=True, default=new_learner_id)
    user_id: Mapped[uuid.UUID | None] = mapped_column(
        Uuid16, ForeignKey("users.id", ondelete="CASCADE"), unique=True
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: The last study day seen; decides when an unused guest expires where guests do.
    seen_on: Mapped[date]
    #: IANA name, as the browser gave it or the learner chose it.
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    #: The hour at which a study day begins.
    rollover_hour: Mapped[int] = mapped_column(default=4)
    desired_retention: Mapped[float] = mapped_column(default=0.9)
    new_per_day: Mapped[int] = mapped_column(default=10)
    rating_buttons: Mapped[int] = mapped_column(default=2)
    #: Accommodation for timed quizzes, in percent of the limit.
    extra_time_percent: Mapped[int] = mapped_column(default=0)
    #: No time limit at all, as an accommodation.
    is_untimed: Mapped[bool] = mapped_column(default=False)
    #: Fitted FSRS weights; None means the default ones.
    weights: Mapped[list[float] | None] = mapped_column(JSON(none_as_null=True))
    #: 0 for the default weights; grows with each fit that is used.
    weights_version: Mapped[int] = mapped_column(default=0)
    #: `flashcard`: the learner rates; `question`: the program grades, and the form grows with the memory.
    study_mode: Mapped[str] = mapped_column(String(12), default="flashcard")
    #: Which due card comes first.
    due_order: Mapped[str] = mapped_column(String(16), default="retrievability")
    #: Where new facts come among due ones.
    new_order: Mapped[str] = mapped_column(String(8), default="mixed")
    #: A day's study ends after so many minutes; None is without limit.
    budget_minutes: Mapped[int | None]
    #: What the learner means to do each day; a day that reaches it is done. None is any review at all.
    goal_minutes: Mapped[int | None]
    #: Share of the usual load for each day of the week, Monday first: 0, 50 or 100 per cent.
    easy_days: Mapped[list[int]] = mapped_column(JSON, default=lambda: [100] * 7)
    #: First and last study day on which nothing is shown and no streak breaks.
    paused_from: Mapped[date | None]
    paused_through: Mapped[date | None]
    #: First and last days of earlier pauses, as far as they passed; over them no streak breaks either.
    past_pauses: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    #: A backlog is spread over the days up to this one.
    relief_through: Mapped[date | None]
    shows_streak: Mapped[bool] = mapped_column(default=True)
    #: Whether keys alone (without Ctrl or Alt) do something.
    uses_keys: Mapped[bool] = mapped_column(default=True)
    #: Whether cards are read aloud as they are shown.
    reads_aloud: Mapped[bool] = mapped_column(default=False)
    #: Hour of the learner's clock at which a reminder is sent; None for none.
    reminder_hour: Mapped[int | None]
    reminded_on: Mapped[date | None]
    #: Stands in the address of the calendar feed, signed; a new one ends the old address, None all of them.
    calendar_key: Mapped[uuid.UUID | None] = mapped_column(Uuid16)

    user: Mapped[User | None] = relationship()


class Erasure(Model):
    """What was erased on request, so that a restored backup can be made to forget it again."""

    __tablename__ = "erasures"

    id: Mapped[uuid.UUID] = mapped_column(Uuid16, primary_key=True, default=new_row_id)
    learner_id: Mapped[uuid.UUID | None] = mapped_column(Uuid16)
    user_id: Mapped[uuid.UUID | None] = mapped_column(Uuid16)
    erased_at: Mapped[datetime] = mapped_column(UtcDateTime)


def find_learner_of_user(user_id: uuid.UUID) -> Learner | None:
    """Return the learner of a user, if one was made."""
    return db.session.execute(select(Learner).where(Learner.user_id == user_id)).scalar_one_or_none()


def find_user_by_email(email: str) -> User | None:
    """Return the user with this (normalised) address."""
    return db.session.execute(select(User).where(User.email == email)).scalar_one_or_none()


def find_role(name: str) -> Role:
    """Return a role by name, making it on first use."""
    role = db.session.execute(select(Role).where(Role.name == name)).scalar_one_or_none()
    if role is None:
        role = Role(name=RoleName(name).value, description="")
        db.session.add(role)
        db.session.flush()
    return role
