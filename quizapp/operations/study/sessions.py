"""What is left to study today, and in which order; it follows from cards and today's log alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, or_, select, tuple_

from quizapp.core import evidence, study_queue
from quizapp.core.memory import retrievability
from quizapp.core.study_queue import Limits, Queue, QueueCard, TodayMark
from quizapp.database import db
from quizapp.models import Card, Deck, Fact, FactRevision, Learner, Review
from quizapp.operations.attempt_secrecy import select_facts_in_open_attempts
from quizapp.operations.study.cards import LOG_COLUMNS, logged
from quizapp.operations.study.decks import is_asked, scheduling_of, today_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

#: Seconds a card takes until the learner's own times are known.
TYPICAL_SECONDS = 8.0
#: So many durations say something about a pace.
_ENOUGH_DURATIONS = 5
_NEW_PER_DAY = 10

# What is read anew after every rating: built once, and columns instead of objects.
_LOG = select(*LOG_COLUMNS, Review.source, Review.duration_ms).where(
    Review.learner_id == bindparam("learner_id"), Review.study_day == bindparam("today")
)
_ROWS = (
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
        Fact.id.in_(select_facts_in_open_attempts(bindparam("learner_id"))).label("is_in_quiz"),
    )
    .outerjoin(Card, and_(Card.fact_id == Fact.id, Card.learner_id == bindparam("learner_id")))
    .where(
        Fact.question_set_id.in_(bindparam("sets", expanding=True)),
        is_asked(),
        or_(
            Fact.standing != "fictional",
            Fact.question_set_id.in_(bindparam("with_fiction", expanding=True)),
        ),
    )
)


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


@dataclass(frozen=True, slots=True)
class _Read:
    """What sessions are made of: today's log, the facts of each set with their cards, and which were corrected."""

    today: date
    log: _Today
    rows: dict[uuid.UUID, list[Any]]
    changed: set[uuid.UUID]


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
    return _build(learner, decks, _read(learner, decks, now), more_new)


def load_sessions(
    learner: Learner | None, decks: Sequence[tuple[uuid.UUID, Deck | None]], now: datetime
) -> list[Session]:
    """Return the session of each deck by itself, with the queries of one."""
    read = _read(learner, decks, now)
    return [_build(learner, [deck], read) for deck in decks]


def _read(learner: Learner | None, decks: Sequence[tuple[uuid.UUID, Deck | None]], now: datetime) -> _Read:
    today = today_of(learner, now)
    rows = _read_rows(learner, decks)
    changed = _changed_facts(row for row in rows if row.fact_revision is not None)
    by_set: dict[uuid.UUID, list[Any]] = {}
    for row in rows:
        by_set.setdefault(row.question_set_id, []).append(row)
    return _Read(today, _read_today(learner, today), by_set, changed)


def _build(
    learner: Learner | None,
    decks: Sequence[tuple[uuid.UUID, Deck | None]],
    read: _Read,
    more_new: int = 0,
) -> Session:
    today, log = read.today, read.log
    rows: list[Any] = []
    parts = []
    left = begun = waiting = 0
    for question_set_id, deck in decks:
        weights = scheduling_of(learner, deck).weights
        own = read.rows.get(question_set_id, [])
        rows += own
        cards = [
            _queue_card(row, today, weights, log.marks.get(row.id), is_changed=row.id in read.changed)
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
    found = db.session.execute(_LOG, {"learner_id": learner.id, "today": today})
    rows = {row.id: row for row in found}
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
    return db.session.execute(
        _ROWS,
        {
            "learner_id": None if learner is None else learner.id,
            "sets": [set_id for set_id, _ in decks],
            "with_fiction": [set_id for set_id, deck in decks if deck is not None and deck.includes_fiction],
        },
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
