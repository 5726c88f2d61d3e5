"""Studying: which card is next, what a review does to it, and taking a review back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from quizapp.core import evidence, study_queue
from quizapp.core.evidence import CardState, LoggedReview
from quizapp.core.memory import DEFAULT_WEIGHTS, Memory, Rating, Scheduling, retrievability
from quizapp.core.study_days import study_day
from quizapp.core.study_queue import Limits, Queue, QueueCard
from quizapp.database import db
from quizapp.models import Card, DailyStatistics, Deck, Fact, Learner, QuestionSet, Review

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

#: Seconds a card takes until the learner's own times are known.
TYPICAL_SECONDS = 8.0
#: What a duration may count at most: a learner who walked away did not study.
LONGEST_MS = 120_000
RULE_VERSION = 1


class ReviewConflictError(Exception):
    """The key of a review was used before for something else."""


class NothingToUndoError(Exception):
    """No review can be taken back: there is none, or it was taken back already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A review to be recorded. Either `rating` (the learner rated) or `right` (a question was graded)."""

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


@dataclass(frozen=True, slots=True)
class Session:
    """What is left to study today, and what was done."""

    today: date
    queue: Queue
    done_today: int
    limits: Limits
    median_seconds: float

    @property
    def minutes_left(self) -> int:
        """About how many minutes the cards left will take."""
        return study_queue.estimate_minutes(self.queue.counts, self.median_seconds)


def today_of(learner: Learner | None, now: datetime) -> date:
    """Return the learner's study day; a visitor's before a first POST is the one in UTC."""
    if learner is None:
        return study_day(now, "UTC", 4)
    return study_day(now, learner.time_zone, learner.rollover_hour)


def scheduling_of(learner: Learner | None, deck: Deck | None = None) -> Scheduling:
    """Return the weights and the desired retention that apply to a deck."""
    if learner is None:
        return Scheduling()
    wanted = deck.desired_retention if deck is not None and deck.desired_retention else learner.desired_retention
    weights = tuple(learner.weights) if learner.weights else DEFAULT_WEIGHTS
    return Scheduling(weights=weights, desired_retention=wanted)


def insert_into(table: Any) -> Any:
    """Return the INSERT of the database in use that knows ON CONFLICT."""
    return (postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite).insert(table)


def find_deck(learner_id: uuid.UUID, question_set_id: uuid.UUID) -> Deck | None:
    """Return the learner's deck of a set."""
    return db.session.get(Deck, (learner_id, question_set_id))


def list_decks(learner_id: uuid.UUID) -> list[tuple[Deck, QuestionSet]]:
    """Return the learner's decks with their sets, in the order of the library."""
    rows = db.session.execute(
        select(Deck, QuestionSet)
        .join(QuestionSet, QuestionSet.id == Deck.question_set_id)
        .where(Deck.learner_id == learner_id)
        .order_by(QuestionSet.position, QuestionSet.title)
    )
    return [(deck, question_set) for deck, question_set in rows]


def add_deck(learner_id: uuid.UUID, question_set_id: uuid.UUID, now: datetime) -> None:
    """Put a set among the learner's decks; nothing happens where it is already."""
    db.session.execute(
        insert_into(Deck)
        .values(
            learner_id=learner_id, question_set_id=question_set_id, added_at=now, includes_fiction=False
        )
        .on_conflict_do_nothing()
    )


def remove_deck(learner_id: uuid.UUID, question_set_id: uuid.UUID) -> None:
    """Take a set from the learner's decks; cards and history stay."""
    db.session.execute(
        delete(Deck).where(Deck.learner_id == learner_id, Deck.question_set_id == question_set_id)
    )


def load_session(
    learner: Learner | None, decks: Sequence[tuple[uuid.UUID, Deck | None]], now: datetime
) -> Session:
    """Return what is left today in these decks, as (question set, deck); a visitor sees all of it as new.

    One query for cards and facts, one for today's log. New facts are limited per deck, or per learner.
    """
    today = today_of(learner, now)
    marks, done_today, median_seconds = _read_today(learner, today)
    due: list[QueueCard] = []
    new: list[QueueCard] = []
    returning: list[QueueCard] = []
    per_day = learner.new_per_day if learner is not None else 10
    left = done = 0
    for question_set_id, deck in decks:
        cards, begun = _queue_cards(learner, deck, question_set_id, today, marks)
        limit = deck.new_per_day if deck is not None and deck.new_per_day is not None else per_day
        limits = Limits(limit, begun)
        part = study_queue.build(cards, limits, today)
        due.extend(part.due)
        new.extend(part.new)
        returning.extend(part.returning)
        left += limits.new_left
        done += begun
    merged = study_queue.build([*due, *new, *returning], Limits(left), today)
    return Session(today, merged, done_today, Limits(left + done, done), median_seconds)


def record_review(learner: Learner, given: Given) -> Recorded:
    """Record one probe of a fact and move its card; call it inside `run_tx`.

    The same key again with the same content changes nothing and returns what the first did; with another content it
    raises `ReviewConflictError`. A probe older than the card's last is put in its place by replay. Flushes.
    """
    fact = db.session.get_one(Fact, given.fact_id)
    deck = find_deck(learner.id, fact.question_set_id)
    scheduling = scheduling_of(learner, deck)
    day = study_day(given.at, learner.time_zone, learner.rollover_hour)
    card = db.session.get(Card, (learner.id, fact.id), populate_existing=True)
    before = _state_of(card)
    row = LoggedReview(
        id=given.id,
        fact=fact.id,
        study_day=day,
        at=given.at,
        rating=given.rating,
        right=given.right,
        guess=given.guess,
    )
    is_late = before.last_at is not None and given.at < before.last_at
    after, done = evidence.advance(before, row, scheduling, fact.id.bytes)
    elapsed = 0 if before.last_on is None else (day - before.last_on).days
    predicted = (
        retrievability(before.memory.stability, elapsed, scheduling.weights)
        if done is not None and before.memory is not None
        else None
    )
    values = {
        "learner_id": learner.id,
        "id": given.id,
        "fact_id": fact.id,
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
        insert_into(Review).values(values).on_conflict_do_nothing().returning(Review.id)
    ).scalar_one_or_none()
    if inserted is None:
        return _repeat_of(learner, given)
    if is_late:
        after = rebuild_card(learner, fact)
    else:
        _write_card(learner.id, fact, after)
    _count(learner.id, day, fact, values, 1)
    return Recorded(given.id, after.due_on, _days_until(after, day), done is not None, is_repeat=False)


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
    values = {name: getattr(review, name) for name in _COUNTED}
    _count(learner.id, review.study_day, fact, values, -1)
    return review


def find_last_review(learner: Learner, now: datetime) -> Review | None:
    """Return the latest review of today that can be taken back."""
    today = today_of(learner, now)
    rows = db.session.execute(
        select(Review)
        .where(Review.learner_id == learner.id, Review.study_day == today)
        .order_by(Review.reviewed_at.desc(), Review.id.desc())
    ).scalars()
    cancelled = set()
    for row in rows:
        if row.cancels is not None:
            cancelled.add(row.cancels)
        elif row.id not in cancelled and row.source == "study":
            return row
    return None


def rebuild_card(learner: Learner, fact: Fact) -> CardState:
    """Rebuild one card from its log and write it; a card whose reviews were all taken back goes. Flushes."""
    db.session.flush()
    rows = db.session.execute(
        select(Review).where(Review.learner_id == learner.id, Review.fact_id == fact.id)
    ).scalars()
    deck = find_deck(learner.id, fact.question_set_id)
    state = evidence.replay(logged(rows), scheduling_of(learner, deck), fact.id.bytes)
    if state.memory is None:
        db.session.execute(delete(Card).where(Card.learner_id == learner.id, Card.fact_id == fact.id))
    else:
        _write_card(learner.id, fact, state)
    return state


def rebuild_statistics(learner_id: uuid.UUID) -> None:
    """Rebuild the per-day statistics of a learner from the log, as after a merge. Flushes."""
    db.session.execute(delete(DailyStatistics).where(DailyStatistics.learner_id == learner_id))
    rows = list(
        db.session.execute(
            select(Review, Fact).join(Fact, Fact.id == Review.fact_id).where(Review.learner_id == learner_id)
        )
    )
    cancelled = {review.cancels for review, _ in rows if review.cancels is not None}
    for review, fact in rows:
        if review.cancels is None and review.id not in cancelled:
            _count(learner_id, review.study_day, fact, {name: getattr(review, name) for name in _COUNTED}, 1)


def logged(rows: Iterable[Review]) -> list[LoggedReview]:
    """Return rows of the log as the rules read them."""
    return [
        LoggedReview(
            id=row.id,
            fact=row.fact_id,
            study_day=row.study_day,
            at=row.reviewed_at,
            rating=None if row.rating is None else Rating(row.rating),
            right=None if row.rating is not None or row.cancels is not None else row.is_right,
            guess=row.guess,
            cancels=row.cancels,
        )
        for row in rows
    ]


_COUNTED = ("is_right", "is_long_term", "predicted", "stability_before", "duration_ms")


def _read_today(
    learner: Learner | None, today: date
) -> tuple[dict[uuid.UUID, study_queue.TodayMark], int, float]:
    if learner is None:
        return {}, 0, TYPICAL_SECONDS
    rows = list(
        db.session.execute(
            select(Review).where(Review.learner_id == learner.id, Review.study_day == today)
        ).scalars()
    )
    log = logged(rows)
    durations = sorted(row.duration_ms for row in rows if row.duration_ms > 0)
    # A handful of cards say little about a pace.
    median = durations[len(durations) // 2] / 1000 if len(durations) >= 5 else TYPICAL_SECONDS
    return study_queue.read_log(log, today), len(evidence.uncancelled(log)), median


def _queue_cards(
    learner: Learner | None,
    deck: Deck | None,
    question_set_id: uuid.UUID,
    today: date,
    marks: dict[uuid.UUID, study_queue.TodayMark],
) -> tuple[list[QueueCard], int]:
    """Return the cards of a set that may be asked, and how many of them were begun today."""
    with_fiction = deck is not None and deck.includes_fiction
    wanted = [
        Fact.question_set_id == question_set_id,
        Fact.retired_at.is_(None),
        Fact.treatment != "exclude",
    ]
    if not with_fiction:
        wanted.append(Fact.standing != "fictional")
    weights = scheduling_of(learner, deck).weights
    mine = and_(Card.fact_id == Fact.id, Card.learner_id == (None if learner is None else learner.id))
    rows = db.session.execute(
        select(
            Fact.id, Fact.topic, Fact.position, Card.due_on, Card.stability, Card.last_on, Card.first_on
        )
        .outerjoin(Card, mine)
        .where(*wanted)
    )
    cards = []
    begun = 0
    for fact_id, topic, position, due_on, stability, last_on, first_on in rows:
        begun += first_on == today
        recall = 0.0 if stability is None else retrievability(stability, (today - last_on).days, weights)
        cards.append(
            QueueCard(
                fact=fact_id,
                topic=topic,
                position=position,
                due_on=due_on,
                retrievability=recall,
                today=marks.get(fact_id),
            )
        )
    return cards, begun


def _state_of(card: Card | None) -> CardState:
    if card is None:
        return CardState()
    return CardState(
        memory=Memory(card.stability, card.difficulty),
        first_on=card.first_on,
        last_on=card.last_on,
        due_on=card.due_on,
        last_at=card.last_at,
        reps=card.reps,
        lapses=card.lapses,
    )


def _write_card(learner_id: uuid.UUID, fact: Fact, state: CardState) -> None:
    if state.memory is None:
        raise AssertionError("a card that was probed has a memory")
    values = {
        "question_set_id": fact.question_set_id,
        "stability": state.memory.stability,
        "difficulty": state.memory.difficulty,
        "first_on": state.first_on,
        "last_on": state.last_on,
        "last_at": state.last_at,
        "due_on": state.due_on,
        "reps": state.reps,
        "lapses": state.lapses,
        "fact_revision": fact.revision,
    }
    db.session.execute(
        insert_into(Card)
        .values(learner_id=learner_id, fact_id=fact.id, **values)
        .on_conflict_do_update(index_elements=["learner_id", "fact_id"], set_=values)
    )


def _memory_columns(when: str, memory: Memory | None) -> dict[str, float | None]:
    return {
        f"stability_{when}": None if memory is None else memory.stability,
        f"difficulty_{when}": None if memory is None else memory.difficulty,
    }


def _count(learner_id: uuid.UUID, day: date, fact: Fact, review: dict[str, Any], sign: int) -> None:
    """Add a review to the statistics of its day, or take it out."""
    predicted = review["predicted"]
    is_new = review["is_long_term"] and review["stability_before"] is None
    amounts = {
        "reviews": sign,
        "recalled": sign * int(review["is_right"]),
        "predicted_reviews": sign * int(predicted is not None),
        "predicted_recall": sign * (predicted or 0.0),
        "predicted_recalled": sign * int(predicted is not None and review["is_right"]),
        "new_facts": sign * int(is_new),
        "duration_ms": sign * review["duration_ms"],
    }
    key = {
        "learner_id": learner_id,
        "study_day": day,
        "question_set_id": fact.question_set_id,
        "topic": fact.topic,
    }
    table = DailyStatistics.__table__
    sums = {name: table.c[name] + amount for name, amount in amounts.items()}
    if sign > 0:
        db.session.execute(
            insert_into(DailyStatistics)
            .values(**key, **amounts)
            .on_conflict_do_update(index_elements=list(key), set_=sums)
        )
    else:
        db.session.execute(
            update(DailyStatistics).where(*(table.c[name] == value for name, value in key.items())).values(sums)
        )


def _days_until(state: CardState, day: date) -> int:
    return 0 if state.due_on is None else max(0, (state.due_on - day) // timedelta(days=1))


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
    days = 0 if due_on is None else max(0, (due_on - known.study_day).days)
    return Recorded(given.id, due_on, days, known.is_long_term, is_repeat=True)


def count_facts(question_set_id: uuid.UUID) -> int:
    """Return how many facts of a set may be asked, invented ones apart."""
    return db.session.execute(
        select(func.count())
        .select_from(Fact)
        .where(
            Fact.question_set_id == question_set_id,
            Fact.retired_at.is_(None),
            Fact.treatment != "exclude",
            Fact.standing != "fictional",
        )
    ).scalar_one()
