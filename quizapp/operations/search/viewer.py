"""Who looks, what may be shown to them, and what quizzes found wrong."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import and_, false, or_, select

from quizapp.core.memory import DEFAULT_WEIGHTS
from quizapp.database import db
from quizapp.models import (
    Attempt,
    AttemptResponse,
    Card,
    CardMark,
    Deck,
    Fact,
    Question,
    QuestionFact,
    QuestionRevision,
    QuestionSet,
)
from quizapp.models.question_sets import SetState
from quizapp.models.quizzes import is_pinned
from quizapp.operations.attempt_secrecy import find_closed_facts
from quizapp.operations.quizzes.results import find_missed
from quizapp.operations.quizzes.standing import find_standing, review_id_of
from quizapp.operations.study.decks import scheduling_of, today_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Select

    from quizapp.core.memory import Weights
    from quizapp.models import Learner, User


@dataclass(frozen=True)
class Viewer:
    """Who looks, and when; what is asked of the database for it is asked once."""

    learner: Learner | None
    now: datetime
    user: User | None = None

    @cached_property
    def today(self) -> date:
        """The study day."""
        return today_of(self.learner, self.now)

    @cached_property
    def weights(self) -> Weights:
        """The learner's weights of memory."""
        return scheduling_of(self.learner).weights if self.learner is not None else DEFAULT_WEIGHTS

    @cached_property
    def closed(self) -> frozenset[uuid.UUID]:
        """The facts that an open quiz of the learner closes."""
        return find_closed_facts(None if self.learner is None else self.learner.id)

    @cached_property
    def mistaken(self) -> frozenset[uuid.UUID]:
        """The facts responded to wrongly in the learner's last quiz."""
        return frozenset() if self.learner is None else _find_mistaken(self.learner.id)

    def missed_in(self, attempt: str) -> frozenset[uuid.UUID]:
        """Return the facts that were not right in an attempt of the learner, named by its id; none for any other name."""
        try:
            attempt_id = uuid.UUID(attempt)
        except ValueError:
            return frozenset()
        return frozenset() if self.learner is None else find_missed(self.learner.id, attempt_id, self.now)

    @cached_property
    def sets(self) -> Select[uuid.UUID]:
        """The query for the sets that may be seen: published ones, archived decks, and those that the user may edit."""
        user = self.user or (None if self.learner is None else self.learner.user)
        seen: ColumnElement[bool] = QuestionSet.state == SetState.PUBLISHED
        if self.learner is not None:
            own = select(Deck.question_set_id).where(Deck.learner_id == self.learner.id)
            seen = or_(seen, and_(QuestionSet.state == SetState.ARCHIVED, QuestionSet.id.in_(own)))
        if user is not None and user.is_administrator:
            seen = or_(seen, QuestionSet.origin == "instructor")
        elif user is not None and user.is_instructor:
            seen = or_(seen, and_(QuestionSet.origin == "instructor", QuestionSet.owner_id == user.id))
        return select(QuestionSet.id).where(seen)

    def is_card(self) -> ColumnElement[bool]:
        """Return the condition that a card is the learner's of the fact; never met without a learner."""
        if self.learner is None:
            return false()
        return and_(Card.learner_id == self.learner.id, Card.fact_id == Fact.id)

    def is_mark(self) -> ColumnElement[bool]:
        """Return the condition that a mark is the learner's of the fact; never met without a learner."""
        if self.learner is None:
            return false()
        return and_(CardMark.learner_id == self.learner.id, CardMark.fact_id == Fact.id)


def may_see_fact(viewer: Viewer) -> list[ColumnElement[bool]]:
    """Return the conditions that a fact may be shown."""
    shown: list[ColumnElement[bool]] = [Fact.retired_at.is_(None), Fact.question_set_id.in_(viewer.sets)]
    if viewer.closed:
        shown.append(Fact.id.not_in(viewer.closed))
    return shown


def may_see_question(viewer: Viewer) -> list[ColumnElement[bool]]:
    """Return the conditions that a question may be shown: none that also probes a closed fact."""
    shown: list[ColumnElement[bool]] = [
        Question.retired_at.is_(None),
        Question.question_set_id.in_(viewer.sets),
    ]
    if viewer.closed:
        asking = select(QuestionFact.question_id).where(QuestionFact.fact_id.in_(viewer.closed))
        shown.append(Question.id.not_in(asking))
    return shown


def _find_mistaken(learner_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Return the facts that the last quiz that may tell found wrong, by the reviews that its responses became."""
    last = db.session.execute(
        select(Attempt.id)
        .where(
            Attempt.learner_id == learner_id,
            Attempt.state == "closed",
            Attempt.released_at.is_not(None),
            Attempt.is_preview.is_(False),
        )
        .order_by(Attempt.finished_at.desc(), Attempt.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    if last is None:
        return frozenset()
    rows = db.session.execute(
        select(AttemptResponse.position, QuestionRevision.content)
        .join(QuestionRevision, is_pinned())
        .where(
            AttemptResponse.learner_id == learner_id,
            AttemptResponse.attempt_id == last,
            AttemptResponse.outcome.in_(("wrong", "partly")),
        )
    )
    ids = []
    for position, content in rows:
        count = len(content["facts"])
        ids += [review_id_of(last, position, place if count > 1 else None) for place in range(count)]
    standing = (one.review for one in find_standing(learner_id, ids).values())
    return frozenset(review.fact_id for review in standing if review is not None and not review.is_right)
