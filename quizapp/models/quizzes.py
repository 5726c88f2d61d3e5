"""Quizzes (questions with settings), attempts (one sitting by one learner) and the responses in them."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    and_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.core.attempts import Navigation
from quizapp.core.disclosure import AFTER_THE_ATTEMPT, Disclosure, disclosure_from_dict, disclosure_to_dict
from quizapp.core.marking import LateStep, MarkingRules, Scoring
from quizapp.core.permits import StartRules
from quizapp.core.quiz_contents import Contents, contents_from_list
from quizapp.database import Model, UtcDateTime, Uuid16, new_row_id
from quizapp.models.question_sets import QuestionRevision

if TYPE_CHECKING:
    from quizapp.models.users import User


class QuizKind(StrEnum):
    """A quiz of one's own, or one that an instructor gives to others."""

    PERSONAL = "personal"
    TAUGHT = "taught"


class QuizState(StrEnum):
    """Where a quiz stands in its life; a personal one is published from the first."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Quiz(Model):
    """Questions, or rules for drawing them, with the settings under which they are asked.

    Attempts pin what decides them at their start; what is read afresh is when the quiz closes and what it shows when.
    """

    __tablename__ = "quizzes"
    __table_args__ = (
        CheckConstraint("kind IN ('personal', 'taught')", name="kind"),
        CheckConstraint("state IN ('draft', 'published', 'archived')", name="state"),
        CheckConstraint("question_count BETWEEN 0 AND 200", name="question_count"),
        CheckConstraint(
            "time_limit_seconds IS NULL OR time_limit_seconds BETWEEN 60 AND 86400", name="time_limit_seconds"
        ),
        CheckConstraint(
            "question_seconds IS NULL OR (question_seconds BETWEEN 5 AND 3600 AND navigation = 'forward')",
            name="question_seconds",
        ),
        CheckConstraint(
            "opens_at IS NULL OR closes_at IS NULL OR opens_at < closes_at", name="opens_before_it_closes"
        ),
        CheckConstraint("most_attempts IS NULL OR most_attempts BETWEEN 1 AND 100", name="most_attempts"),
        CheckConstraint("wait_seconds BETWEEN 0 AND 31536000", name="wait_seconds"),
        CheckConstraint("scoring IN ('highest', 'average', 'first', 'last')", name="scoring"),
        CheckConstraint("navigation IN ('free', 'forward', 'page')", name="navigation"),
        CheckConstraint("negative_percent BETWEEN 0 AND 100", name="negative_percent"),
        # One copy of a shared quiz for each learner, however often the button is pressed.
        Index(
            "uq_quizzes_made_by_copied_from",
            "made_by",
            "copied_from",
            unique=True,
            sqlite_where=text("copied_from IS NOT NULL"),
            postgresql_where=text("copied_from IS NOT NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid16, primary_key=True, default=new_row_id)
    kind: Mapped[str] = mapped_column(String(8), default=QuizKind.PERSONAL)
    state: Mapped[str] = mapped_column(String(16), default=QuizState.PUBLISHED)
    #: The set it was begun from; its contents may name others.
    question_set_id: Mapped[uuid.UUID] = mapped_column(
        Uuid16, ForeignKey("question_sets.id", ondelete="CASCADE"), index=True
    )
    #: Who put it together; a personal quiz is seen by that learner only. No foreign key: learners are spread, content is
    #: not.
    made_by: Mapped[uuid.UUID] = mapped_column(Uuid16, index=True)
    #: The instructor of a taught quiz; None for a personal one, and when its instructor left.
    owner_id: Mapped[uuid.UUID | None] = mapped_column(
        Uuid16, ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    #: Stands in the address by which others come to it; None while it is not shared.
    share_key: Mapped[str | None] = mapped_column(String(43), unique=True)
    #: The quiz that this one was made after, by its link.
    copied_from: Mapped[uuid.UUID | None] = mapped_column(Uuid16)
    title: Mapped[str] = mapped_column(String(200))
    #: Shown before the start.
    instructions: Mapped[str] = mapped_column(Text, default="")
    #: What a learner declares before the start; empty where nothing is.
    honour_line: Mapped[str] = mapped_column(String(500), default="")
    #: A word told in the room, asked for before each start; kept as it is, since its instructor must be able to read it.
    password: Mapped[str] = mapped_column(String(80), default="")
    #: Sections with their items: see `core.quiz_contents`.
    contents: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    #: How many questions the contents want.
    question_count: Mapped[int]
    #: None means untimed.
    time_limit_seconds: Mapped[int | None]
    #: Limit of each question; only where one cannot go back.
    question_seconds: Mapped[int | None]
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Credit after the due moment, as pairs of hours and percent: see `core.marking.LateStep`.
    late_steps: Mapped[list[list[float]]] = mapped_column(JSON, default=list)
    most_attempts: Mapped[int | None]
    wait_seconds: Mapped[int] = mapped_column(default=0)
    scoring: Mapped[str] = mapped_column(String(8), default=Scoring.HIGHEST)
    shuffles_questions: Mapped[bool] = mapped_column(default=True)
    shuffles_options: Mapped[bool] = mapped_column(default=True)
    #: `free`: one question a page, back and forth; `forward`: one a page without going back; `page`: all on one page.
    navigation: Mapped[str] = mapped_column(String(8), default=Navigation.FREE)
    partial_credit: Mapped[bool] = mapped_column(default=True)
    negative_percent: Mapped[int] = mapped_column(default=0)
    certainty: Mapped[bool] = mapped_column(default=False)
    #: What is shown when: see `core.disclosure`.
    shows: Mapped[dict[str, list[str]]] = mapped_column(
        JSON, default=lambda: disclosure_to_dict(AFTER_THE_ATTEMPT)
    )
    #: Extra time on this quiz for everybody.
    extra_time_percent: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Grows with each change of settings or contents: two windows do not overwrite one another.
    version: Mapped[int] = mapped_column(default=1)

    def can_edit(self, user: User | None) -> bool:
        """Return whether this user may set and watch the quiz: its instructor or an administrator."""
        if self.kind != QuizKind.TAUGHT or user is None or not user.is_instructor:
            return False
        return self.owner_id == user.id or user.is_administrator

    @property
    def rule(self) -> Contents:
        """What the quiz asks."""
        return contents_from_list(self.contents)

    @property
    def disclosure(self) -> Disclosure:
        """What the quiz shows when."""
        return disclosure_from_dict(self.shows)

    @property
    def marking(self) -> MarkingRules:
        """How scores become marks."""
        return MarkingRules(
            partial_credit=self.partial_credit,
            negative_percent=self.negative_percent,
            certainty=self.certainty,
        )

    @property
    def start_rules(self) -> StartRules:
        """When and how often it may be started."""
        return StartRules(
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            most_attempts=self.most_attempts,
            wait_seconds=self.wait_seconds,
        )

    @property
    def credit_timeline(self) -> list[LateStep]:
        """What lateness costs."""
        return [LateStep(hours, int(percent)) for hours, percent in self.late_steps]


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
        # Still a secret of this learner, open or not.
        Index(
            "ix_attempts_learner_id_unreleased",
            "learner_id",
            sqlite_where=text("released_at IS NULL"),
            postgresql_where=text("released_at IS NULL"),
        ),
        # Closed, but still a secret; read across learners by the sweep alone.
        Index(
            "ix_attempts_releases_at_unreleased",
            "releases_at",
            sqlite_where=text("released_at IS NULL"),
            postgresql_where=text("released_at IS NULL"),
        ),
        # No secret any more, but its responses have not all become reviews yet.
        Index(
            "ix_attempts_released_at_unreviewed",
            "released_at",
            sqlite_where=text("reviewed_at IS NULL"),
            postgresql_where=text("reviewed_at IS NULL"),
        ),
        # Read across learners by the quiz's instructor alone.
        Index("ix_attempts_quiz_id_started_at", "quiz_id", "started_at"),
        CheckConstraint("credit_percent BETWEEN 0 AND 100", name="credit_percent"),
        CheckConstraint("(navigation = 'forward') = (turn IS NOT NULL)", name="turn"),
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
    #: Without a limit, as an accommodation.
    is_untimed: Mapped[bool] = mapped_column(default=False)
    deadline_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: An end that an instructor set on reopening it; where it stands nothing else moves the deadline.
    granted_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: An instructor's look through a learner's eyes: no review, no secret, no statistics.
    is_preview: Mapped[bool] = mapped_column(default=False)
    #: As the quiz's at the start.
    navigation: Mapped[str] = mapped_column(String(8), default=Navigation.FREE)
    #: The one question that can be seen where one cannot go back.
    turn: Mapped[int | None]
    question_seconds: Mapped[int | None]
    #: Whether a question can be checked on the way.
    checks: Mapped[bool] = mapped_column(default=False)
    #: How scores become marks: see `core.marking.rules_from_dict`.
    marking: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: Never later than the deadline.
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_by: Mapped[str | None] = mapped_column(String(8))
    #: Share of the marks that counts, for lateness.
    credit_percent: Mapped[int] = mapped_column(default=100)
    #: Marks in all, never below 0, times the credit.
    score: Mapped[float | None]
    max_score: Mapped[float | None]
    #: When it stops being a secret, as planned on closing; None while open. See `core.disclosure.releases_at`.
    releases_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When it stopped. Until then nothing of its facts shows anywhere.
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When its responses had all become reviews, or were found not to.
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
        CheckConstraint("certainty IS NULL OR certainty BETWEEN 1 AND 3", name="certainty"),
        # Read across learners by a quiz's regrades and by item statistics alone.
        Index("ix_responses_question_id", "question_id"),
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
    #: From 1; its title stands in the quiz's contents.
    section: Mapped[int] = mapped_column(default=1)
    #: Marks of a right response, pinned at the start.
    weight: Mapped[float] = mapped_column(default=1.0)
    is_flagged: Mapped[bool] = mapped_column(default=False)
    #: End of the time for this question; set when its turn comes, where questions have a limit.
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: What was given; None while blank.
    response: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    #: How certain the learner said to be, 1 to 3.
    certainty: Mapped[int | None]
    #: Grows with each save; a save with a lower one comes from a tab that was overtaken.
    sequence: Mapped[int] = mapped_column(default=0)
    #: Key of the last save: the same key again is the same save.
    save_key: Mapped[uuid.UUID | None] = mapped_column(Uuid16)
    responded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When the learner had it checked: it is fixed from then on.
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Set on closing or checking, with the score: the share of the question that was right, 0 to 1.
    outcome: Mapped[str | None] = mapped_column(String(8))
    score: Mapped[float | None]
    #: What counts: the score with weight, certainty and negative marks, or what an instructor set instead.
    marks: Mapped[float | None]
    #: Set by an instructor, with a comment that the learner sees.
    override_marks: Mapped[float | None]
    override_comment: Mapped[str] = mapped_column(String(2000), default="", server_default="")
    #: The review it became, of several the first; None while none.
    review_id: Mapped[uuid.UUID | None] = mapped_column(Uuid16)


def is_pinned() -> ColumnElement[bool]:
    """Return the condition that a question's revision is the one that a response was given to."""
    return and_(
        QuestionRevision.question_id == AttemptResponse.question_id,
        QuestionRevision.revision == AttemptResponse.question_revision,
    )
