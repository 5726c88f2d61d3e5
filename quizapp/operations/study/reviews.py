"""Reviews: recorded once each, taken back by a row that cancels, and cards rebuilt from their log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, select, update

from quizapp.core import evidence
from quizapp.core.evidence import CardState, LoggedReview
from quizapp.core.memory import Memory, Rating, retrievability
from quizapp.core.study_days import study_day
from quizapp.database import db
from quizapp.models import Card, Deck, Fact, Learner, Review
from quizapp.models.reviews import FICTION
from quizapp.operations.study.cards import CARD_COLUMNS, rebuild_card, state_of, write_card
from quizapp.operations.study.decks import scheduling_with
from quizapp.operations.study.statistics import count_review, counted_of, counted_topic, insert_into

if TYPE_CHECKING:
    import uuid
    from datetime import date, datetime

#: What a duration may count at most: a learner who walked away did not study.
LONGEST_MS = 120_000
RULE_VERSION = 1

# Built once, and columns instead of objects: this is the path that every rating takes.
_PROBED = (
    select(
        Fact.question_set_id,
        counted_topic(),
        Fact.revision,
        Deck.desired_retention,
        Card.learner_id,
        *CARD_COLUMNS,
    )
    .outerjoin(
        Deck,
        and_(Deck.learner_id == bindparam("learner_id"), Deck.question_set_id == Fact.question_set_id),
    )
    .outerjoin(Card, and_(Card.learner_id == bindparam("learner_id"), Card.fact_id == Fact.id))
    .where(Fact.id == bindparam("fact_id"))
)


class ReviewConflictError(Exception):
    """The key of a review was used before for something else."""


class NothingToUndoError(Exception):
    """No review can be taken back: there is none, or it was taken back already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A review to be recorded. Either `rating` (the learner rated) or `right` (a question was graded).

    `fact_revision` is the revision that was seen; without it, the current one.
    """

    id: uuid.UUID
    fact_id: uuid.UUID
    form: str
    source: str
    at: datetime
    rating: Rating | None = None
    right: bool | None = None
    guess: float = 0.0
    question_id: uuid.UUID | None = None
    question_revision: int | None = None
    fact_revision: int | None = None
    duration_ms: int = 0

    @property
    def is_right(self) -> bool:
        """Whether the fact was recalled, or may have been."""
        return self.right is True or (self.rating is not None and self.rating != Rating.AGAIN)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a review did: the card after it, in how many days it is due, and whether it moved the memory."""

    review_id: uuid.UUID
    due_on: date | None
    interval_days: int
    is_long_term: bool
    is_repeat: bool


def record_review(learner: Learner, given: Given) -> Recorded:
    """Record one probe of a fact and move its card; call it inside `run_tx`.

    The same key again with the same content changes nothing and returns what the first did; with another content it
    raises `ReviewConflictError`. A probe older than the card's last is put in its place by replay. Flushes.
    """
    row = db.session.execute(_PROBED, {"learner_id": learner.id, "fact_id": given.fact_id}).one()
    question_set_id, topic, revision, wanted = row[:4]
    scheduling = scheduling_with(learner, wanted)
    day = study_day(given.at, learner.time_zone, learner.rollover_hour)
    before = state_of(row) if row.learner_id is not None else CardState()
    is_late = before.probed_at is not None and given.at < before.probed_at
    after, done = evidence.advance(before, _log_row(given, day), scheduling, given.fact_id.bytes)
    elapsed = 0 if before.last_on is None else (day - before.last_on).days
    predicted = (
        retrievability(before.memory.stability, elapsed, scheduling.weights)
        if done is not None and before.memory is not None
        else None
    )
    values = {
        "learner_id": learner.id,
        "id": given.id,
        "fact_id": given.fact_id,
        "question_id": given.question_id,
        "question_revision": given.question_revision,
        "form": given.form,
        "source": given.source,
        "reviewed_at": given.at,
        "study_day": day,
        "duration_ms": max(0, min(given.duration_ms, LONGEST_MS)),
        "rating": None if given.rating is None else int(given.rating),
        "is_right": given.is_right,
        "guess": given.guess,
        "weight": 0.0 if done is None else done.weight,
        "weights_version": 0,
        "rule_version": RULE_VERSION,
        "is_long_term": done is not None,
        **_memory_columns("before", before.memory if done is not None else None),
        **_memory_columns("after", done.memory if done is not None else None),
        "predicted": predicted,
        "cancels": None,
    }
    inserted = db.session.execute(
        insert_into(Review.__table__).on_conflict_do_nothing().returning(Review.__table__.c.id), values
    ).scalar_one_or_none()
    if inserted is None:
        return _repeat_of(learner, given)
    seen = min(given.fact_revision or revision, revision)
    if is_late:
        after = rebuild_card(learner, db.session.get_one(Fact, given.fact_id))
    else:
        write_card(learner.id, given.fact_id, question_set_id, after, seen)
    count_review(learner.id, day, question_set_id, topic, values, 1)
    if learner.seen_on < day:
        db.session.execute(update(Learner).where(Learner.id == learner.id).values(seen_on=day))
    return Recorded(given.id, after.due_on, _days_until(after.due_on, day), done is not None, is_repeat=False)


def undo_review(learner: Learner, review_id: uuid.UUID, undo_id: uuid.UUID, now: datetime) -> Review:
    """Take a review back by adding a row that cancels it, and rebuild its card; call it inside `run_tx`.

    Sent again with the same `undo_id` it changes nothing. Raises `NothingToUndoError` for an unknown review, a row
    that cancels, one that was taken back already, or one that a quiz gave. Returns the review that was taken back.
    """
    review = db.session.get(Review, (learner.id, review_id))
    if review is None or review.cancels is not None or review.source != "study":
        raise NothingToUndoError
    inserted = db.session.execute(
        insert_into(Review)
        .values(
            learner_id=learner.id,
            id=undo_id,
            fact_id=review.fact_id,
            form=review.form,
            source=review.source,
            reviewed_at=now,
            # The day of what it cancels: whoever reads that day's rows sees both.
            study_day=review.study_day,
            duration_ms=0,
            is_right=False,
            guess=0.0,
            weight=0.0,
            weights_version=review.weights_version,
            rule_version=review.rule_version,
            is_long_term=False,
            cancels=review_id,
        )
        .on_conflict_do_nothing()
        .returning(Review.id)
    ).scalar_one_or_none()
    if inserted is None:
        known = db.session.get(Review, (learner.id, undo_id))
        if known is not None and known.cancels == review_id:
            return review
        raise NothingToUndoError
    fact = db.session.get_one(Fact, review.fact_id)
    rebuild_card(learner, fact)
    topic = FICTION if fact.standing == "fictional" else fact.topic
    count_review(learner.id, review.study_day, fact.question_set_id, topic, counted_of(review), -1)
    return review


def _log_row(given: Given, day: date) -> LoggedReview:
    return LoggedReview(
        id=given.id,
        fact=given.fact_id,
        study_day=day,
        at=given.at,
        rating=given.rating,
        right=given.right,
        guess=given.guess,
    )


def _memory_columns(when: str, memory: Memory | None) -> dict[str, float | None]:
    return {
        f"stability_{when}": None if memory is None else memory.stability,
        f"difficulty_{when}": None if memory is None else memory.difficulty,
    }


def _days_until(due_on: date | None, day: date) -> int:
    return 0 if due_on is None else max(0, (due_on - day) // timedelta(days=1))


def _repeat_of(learner: Learner, given: Given) -> Recorded:
    known = db.session.get(Review, (learner.id, given.id))
    rating = None if given.rating is None else int(given.rating)
    if known is None or (known.fact_id, known.rating, known.is_right, known.form, known.source) != (
        given.fact_id,
        rating,
        given.is_right,
        given.form,
        given.source,
    ):
        raise ReviewConflictError
    card = db.session.get(Card, (learner.id, given.fact_id))
    due_on = None if card is None else card.due_on
    return Recorded(
        given.id, due_on, _days_until(due_on, known.study_day), known.is_long_term, is_repeat=True
    )
