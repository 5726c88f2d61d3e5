"""A question set as a whole: made, described, published, taken back, put away."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from quizapp.database import db
from quizapp.models import Question, QuestionSet, User
from quizapp.models.question_sets import SetState

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

# Room is left for a number at the end.
_SLUG_LENGTH: Final = 72
# Words that stand in addresses beside the names of sets.
_RESERVED: Final = frozenset({"new", "facts", "review", "reviews", "undo", "attempts", "settings"})


class EmptySetError(Exception):
    """A set without questions cannot be published."""


class TopicInUseError(Exception):
    """A topic is to go that questions still have; `topic` is its slug, `count` how many questions."""

    def __init__(self, topic: str, count: int) -> None:
        super().__init__(topic)
        self.topic = topic
        self.count = count


@dataclass(frozen=True, slots=True)
class Description:
    """What a set says of itself; topics are slugs in the order they are shown."""

    title: str
    about: str = ""
    topics: tuple[str, ...] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True)
class OwnSet:
    """A set in its author's list, with its number of questions."""

    slug: str
    title: str
    state: str
    questions: int
    owner_id: uuid.UUID | None
    owner: str
    updated_at: datetime


def slug_of(text: str, default: str = "set") -> str:
    """Return the text as it stands in addresses: small Latin letters, digits and hyphens; `default` if none is left."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_SLUG_LENGTH].strip("-") or default


def topic_of(text: str) -> str:
    """Return a topic as it is kept: small letters of any script and digits, hyphens between words; may be empty."""
    return re.sub(r"[\W_]+", "-", unicodedata.normalize("NFKC", text).casefold()).strip("-")


def create_set(owner_id: uuid.UUID, description: Description, now: datetime) -> QuestionSet:
    """Make a draft and return it; its slug comes from the title, with -2, -3 where it is taken. Flushes."""
    question_set = QuestionSet(
        slug=_free_slug(description.title),
        origin="instructor",
        state=SetState.DRAFT,
        owner_id=owner_id,
        created_at=now,
    )
    _set_description(question_set, description, now)
    db.session.add(question_set)
    db.session.flush()
    return question_set


def describe(question_set: QuestionSet, description: Description, now: datetime) -> None:
    """Change what the set says of itself; its address stays. Raises `TopicInUseError`. Flushes."""
    used = db.session.execute(
        select(Question.topic, func.count())
        .where(Question.question_set_id == question_set.id, Question.retired_at.is_(None))
        .group_by(Question.topic)
    )
    for topic, count in used:
        if topic in question_set.topics and topic not in description.topics:
            raise TopicInUseError(topic, count)
    _set_description(question_set, description, now)
    db.session.flush()


def publish(question_set: QuestionSet, now: datetime) -> None:
    """Let learners find the set; raises `EmptySetError` where it has no question. Flushes."""
    if not count_questions(question_set.id):
        raise EmptySetError(question_set.slug)
    question_set.state = SetState.PUBLISHED
    question_set.published_at = question_set.published_at or now
    question_set.updated_at = now
    db.session.flush()


def unpublish(question_set: QuestionSet, now: datetime) -> None:
    """Make the set a draft again: learners no longer find it, what they remember of it is kept. Flushes."""
    question_set.state = SetState.DRAFT
    question_set.updated_at = now
    db.session.flush()


def archive(question_set: QuestionSet, now: datetime) -> None:
    """Put the set away; nothing of it is lost. Flushes."""
    question_set.state = SetState.ARCHIVED
    question_set.updated_at = now
    db.session.flush()


def count_questions(question_set_id: uuid.UUID) -> int:
    """Return how many questions a set asks."""
    return db.session.execute(
        select(func.count()).where(Question.question_set_id == question_set_id, Question.retired_at.is_(None))
    ).scalar_one()


def list_own_sets(user: User) -> list[OwnSet]:
    """Return the sets this instructor wrote, an administrator those of all; changed last stands first."""
    questions = (
        select(Question.question_set_id, func.count().label("count"))
        .where(Question.retired_at.is_(None))
        .group_by(Question.question_set_id)
        .subquery()
    )
    rows = db.session.execute(
        select(QuestionSet, func.coalesce(questions.c.count, 0), User.name, User.email)
        .outerjoin(questions, questions.c.question_set_id == QuestionSet.id)
        .outerjoin(User, User.id == QuestionSet.owner_id)
        .where(
            QuestionSet.origin == "instructor",
            *([] if user.is_administrator else [QuestionSet.owner_id == user.id]),
        )
        .order_by(QuestionSet.updated_at.desc(), QuestionSet.slug)
    )
    return [
        OwnSet(
            slug=found.slug,
            title=found.title,
            state=found.state,
            questions=count,
            owner_id=found.owner_id,
            owner=name or email or "",
            updated_at=found.updated_at,
        )
        for found, count, name, email in rows
    ]


def _set_description(question_set: QuestionSet, description: Description, now: datetime) -> None:
    question_set.title = description.title
    question_set.about = description.about
    question_set.topics = list(description.topics)
    question_set.language = description.language
    question_set.updated_at = now


def _free_slug(title: str) -> str:
    stem = slug_of(title)
    taken = _RESERVED | set(
        db.session.execute(
            select(QuestionSet.slug).where(QuestionSet.slug.startswith(stem, autoescape=True))
        ).scalars()
    )
    slug, number = stem, 2
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug
