"""What is left to study today, and in which order; it follows from cards and today's log alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, literal, or_, select, tuple_

from quizapp.core import evidence, study_queue
from quizapp.core.memory import retrievability
from quizapp.core.study_queue import Limits, Queue, QueueCard, TodayMark
from quizapp.database import db
from quizapp.models import Card, Deck, Fact, FactRevision, Learner, Review
from quizapp.operations.study.cards import logged
from quizapp.operations.study.decks import (
    is_asked,
    scheduling_of,
    select_facts_in_open_attempts,
    today_of,
)

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

#: Seconds a card takes until the learner's own times are known.
TYPICAL_SECONDS = 8.0
#: So many durations say something about a pace.
_ENOUGH_DURATIONS = 5
_NEW_PER_DAY = 10


@dataclass(frozen=True, slots=True)
class Session:
    """What is left to study today in some decks, and what was done.

    `done_today` counts the reviews of today in all decks; `settled` the facts of these decks that were probed today
    and are not to return; `recalled_today` and `seconds_today` are of today's reviews. `in_open_quiz` counts the facts
    left out because an open quiz asks them; `new_waiting` the facts that the limits of today keep back.
    """

    today: date
    queue: Queue
    done_today: int
    limits: Limits
    median_seconds: float
    settled: int = 0
    recalled_today: int = 0
    seconds_today: float = 0.0
    in_open_quiz: int = 0
    new_waiting: int = 0
    last_review: uuid.UUID | None = None

    @property
    def minutes_left(self) -> int:
        """About how many minutes the cards left will take."""
        return study_queue.estimate_minutes(self.queue.counts, self.median_seconds)

    @property
    def total(self) -> int:
        """How many facts today's session has, settled or left."""
        return self.settled + self.queue.counts.total

    def upcoming(self, count: int, first: uuid.UUID | None = None) -> list[uuid.UUID]:
        """Return the facts of the next cards if each is remembered; `first` comes before all, if it is left."""
        parts = [self.queue.due, self.queue.new, self.queue.returning]
        facts: list[uuid.UUID] = []
        if first is not None and any(card.fact == first for part in parts for card in part):
            facts.append(first)
        while len(facts) < count:
            due, new, returning = ([card for card in part if card.fact not in facts] for part in parts)
            shifted = tuple(_after_others(card, len(facts)) for card in returning)
            card = study_queue.next_card(Queue(tuple(due), tuple(new), shifted))
            if card is None:
                break
            facts.append(card.fact)
        return facts


@dataclass(frozen=True, slots=True)
class _Today:
    """Today's log, read once."""

    marks: dict[uuid.UUID, TodayMark]
    reviews: int
    recalled: int
    seconds: float
    median_seconds: float
    last_review: uuid.UUID | None


def load_session(
    learner: Learner | None,
    decks: Sequence[tuple[uuid.UUID, Deck | None]],
    now: datetime,
    *,
    more_new: int = 0,
) -> Session:
    """Return what is left today in these decks, as (question set, deck); a visitor sees all of it as new.

    One query for cards and facts, one for today's log. New facts are limited by each deck, else by the learner;
    `more_new` raises each limit for this visit. Facts that an open quiz asks are left out.
    """
    today = today_of(learner, now)
    log = _read_today(learner, today)
    rows = _read_rows(learner, decks)
    changed = _changed_facts(row for row in rows if row.fact_revision is not None)
    parts = []
    left = begun = waiting = 0
    for question_set_id, deck in decks:
        weights = scheduling_of(learner, deck).weights
        own = [row for row in rows if row.question_set_id == question_set_id]
        cards = [
            _queue_card(row, today, weights, log.marks.get(row.id), is_changed=row.id in changed)
            for row in own
            if not row.is_in_quiz
        ]
        limits = Limits(_new_per_day(learner, deck) + more_new, sum(row.first_on == today for row in own))
        part = study_queue.build(cards, limits, today)
        waiting += sum(card.due_on is None and card.today is None for card in cards) - len(part.new)
        left += limits.new_left
        begun += limits.new_done_today
        parts.append(part)
    everything = [card for part in parts for card in (*part.due, *part.new, *part.returning)]
    shown = {row.id for row in rows}
    return Session(
        today=today,
        queue=study_queue.build(everything, Limits(left), today),
        done_today=log.reviews,
        limits=Limits(left + begun, begun),
        median_seconds=log.median_seconds,
        settled=sum(mark.forgotten_at is None for fact, mark in log.marks.items() if fact in shown),
        recalled_today=log.recalled,
        seconds_today=log.seconds,
        in_open_quiz=sum(row.is_in_quiz for row in rows),
        new_waiting=waiting,
        last_review=log.last_review,
    )


def find_next_due(
    learner: Learner, question_set_ids: Sequence[uuid.UUID], today: date
) -> tuple[date, int] | None:
    """Return the first day after today on which cards of these sets are due, and how many; None where none is."""
    row = db.session.execute(
        select(Card.due_on, func.count())
        .join(Fact, Fact.id == Card.fact_id)
        .where(
            Card.learner_id == learner.id,
            Card.question_set_id.in_(question_set_ids),
            Card.due_on > today,
            is_asked(),
        )
        .group_by(Card.due_on)
        .order_by(Card.due_on)
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1])


def _new_per_day(learner: Learner | None, deck: Deck | None) -> int:
    if deck is not None and deck.new_per_day is not None:
        return deck.new_per_day
    return _NEW_PER_DAY if learner is None else learner.new_per_day


def _after_others(card: QueueCard, others: int) -> QueueCard:
    if card.today is None:
        return card
    return replace(card, today=replace(card.today, others_since=card.today.others_since + others))


def _read_today(learner: Learner | None, today: date) -> _Today:
    if learner is None:
        return _Today({}, 0, 0, 0.0, TYPICAL_SECONDS, None)
    rows = {
        row.id: row
        for row in db.session.execute(
            select(Review).where(Review.learner_id == learner.id, Review.study_day == today)
        ).scalars()
    }
    log = logged(rows.values())
    standing = [rows[review.id] for review in evidence.uncancelled(log)]
    durations = sorted(row.duration_ms for row in standing if row.duration_ms > 0)
    median = durations[len(durations) // 2] / 1000 if len(durations) >= _ENOUGH_DURATIONS else TYPICAL_SECONDS
    return _Today(
        marks=study_queue.read_log(log, today),
        reviews=len(standing),
        recalled=sum(row.is_right for row in standing),
        seconds=sum(durations) / 1000,
        median_seconds=median,
        last_review=next((row.id for row in reversed(standing) if row.source == "study"), None),
    )


def _read_rows(learner: Learner | None, decks: Sequence[tuple[uuid.UUID, Deck | None]]) -> Sequence[Any]:
    """Return the facts of these decks that may be asked, each with its card."""
    with_fiction = [set_id for set_id, deck in decks if deck is not None and deck.includes_fiction]
    learner_id = None if learner is None else learner.id
    in_quiz = (
        literal(value=False) if learner_id is None else Fact.id.in_(select_facts_in_open_attempts(learner_id))
    )
    return db.session.execute(
        select(
            Fact.id,
            Fact.question_set_id,
            Fact.topic,
            Fact.position,
            Fact.revision,
            Card.fact_revision,
            Card.due_on,
            Card.stability,
            Card.last_on,
            Card.first_on,
            in_quiz.label("is_in_quiz"),
        )
        .outerjoin(Card, and_(Card.fact_id == Fact.id, Card.learner_id == learner_id))
        .where(
            Fact.question_set_id.in_([set_id for set_id, _ in decks]),
            is_asked(),
            or_(Fact.standing != "fictional", Fact.question_set_id.in_(with_fiction)),
        )
    ).all()


def _queue_card(
    row: Any, today: date, weights: tuple[float, ...], mark: TodayMark | None, *, is_changed: bool
) -> QueueCard:
    recall = 0.0
    if row.stability is not None and not is_changed:
        recall = retrievability(row.stability, (today - row.last_on).days, weights)
    return QueueCard(
        fact=row.id,
        topic=row.topic,
        position=row.position,
        # What was corrected is shown next, whenever it was due.
        due_on=today if is_changed else row.due_on,
        retrievability=recall,
        today=mark,
    )


def _changed_facts(rows: Iterable[Any]) -> set[uuid.UUID]:
    """Return the facts whose key is another one than the learner last saw; another wording alone is none."""
    older = {row.id: (row.fact_revision, row.revision) for row in rows if row.fact_revision < row.revision}
    if not older:
        return set()
    wanted = [(fact, revision) for fact, pair in older.items() for revision in pair]
    keys = {
        (fact, revision): content.get("key_text")
        for fact, revision, content in db.session.execute(
            select(FactRevision.fact_id, FactRevision.revision, FactRevision.content).where(
                tuple_(FactRevision.fact_id, FactRevision.revision).in_(wanted)
            )
        )
    }
    return {
        fact for fact, (seen, current) in older.items() if keys.get((fact, seen)) != keys.get((fact, current))
    }
