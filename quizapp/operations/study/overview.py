"""Today at a glance: streak, recall reached, memory by topic, and when cards are due next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, func, or_, select

from quizapp.core import study_days
from quizapp.core.memory import retrievability
from quizapp.database import db
from quizapp.models import Card, DailyStatistics, Deck, Fact, Learner, QuestionSet
from quizapp.models.reviews import FICTION
from quizapp.operations.study.decks import is_asked, scheduling_of, today_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import date, datetime

_MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class TopicMemory:
    """How much of one topic of one set is in memory.

    `held` is the share of its facts that would be recalled today: those begun, each by its chance of recall. `recall` is
    the mean chance of recall of those begun, None where none was.
    """

    set_title: str
    topic: str
    facts: int
    begun: int
    held: float
    recall: float | None


@dataclass(frozen=True, slots=True)
class Overview:
    """What Today shows beside what is due. `recalled` is the share of 30 days' predictable reviews, None without any."""

    streak: int
    recalled: float | None
    promised: float
    facts_in_memory: int
    topics: list[TopicMemory]


def load_overview(learner: Learner, decks: Sequence[tuple[Deck, QuestionSet]], now: datetime) -> Overview:
    """Return a learner's day at a glance, from cards and per-day statistics, never from the log."""
    today = today_of(learner, now)
    topics = _read_topics(learner, decks, today)
    recalled, predicted = _read_recall(learner, today - _MONTH)
    return Overview(
        streak=study_days.streak(_read_days(learner), today),
        recalled=recalled / predicted if predicted else None,
        promised=learner.desired_retention,
        facts_in_memory=sum(topic.begun for topic in topics),
        topics=topics,
    )


def find_next_due(
    learner: Learner, question_set_ids: Sequence[uuid.UUID], today: date
) -> tuple[date, int] | None:
    """Return the first day after today on which cards of these sets are due, and how many; None where none is."""
    with_fiction = exists().where(
        Deck.learner_id == learner.id,
        Deck.question_set_id == Card.question_set_id,
        Deck.includes_fiction,
    )
    row = db.session.execute(
        select(Card.due_on, func.count())
        .join(Fact, Fact.id == Card.fact_id)
        .where(
            Card.learner_id == learner.id,
            Card.question_set_id.in_(question_set_ids),
            Card.due_on > today,
            is_asked(),
            or_(Fact.standing != "fictional", with_fiction),
        )
        .group_by(Card.due_on)
        .order_by(Card.due_on)
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1])


def _read_days(learner: Learner) -> list[date]:
    """Return the days with reviews that were not all taken back."""
    days = select(DailyStatistics.study_day).where(
        DailyStatistics.learner_id == learner.id, DailyStatistics.reviews > 0
    )
    return list(db.session.execute(days.distinct()).scalars())


def _read_recall(learner: Learner, since: date) -> tuple[int, int]:
    recalled, predicted = db.session.execute(
        select(
            func.coalesce(func.sum(DailyStatistics.predicted_recalled), 0),
            func.coalesce(func.sum(DailyStatistics.predicted_reviews), 0),
        ).where(
            DailyStatistics.learner_id == learner.id,
            DailyStatistics.study_day > since,
            DailyStatistics.topic != FICTION,
        )
    ).one()
    return int(recalled), int(predicted)


def _read_topics(
    learner: Learner, decks: Sequence[tuple[Deck, QuestionSet]], today: date
) -> list[TopicMemory]:
    """Return the memory of each topic, in the order of sets and topics; what a source invents is never mixed in."""
    rows = db.session.execute(
        select(Fact.question_set_id, Fact.topic, Card.stability, Card.last_on)
        .outerjoin(Card, and_(Card.fact_id == Fact.id, Card.learner_id == learner.id))
        .where(
            Fact.question_set_id.in_([question_set.id for _, question_set in decks]),
            is_asked(),
            Fact.standing != "fictional",
        )
    ).all()
    found = []
    for deck, question_set in decks:
        weights = scheduling_of(learner, deck).weights
        recalls: dict[str, list[float | None]] = {}
        for set_id, topic, stability, last_on in rows:
            if set_id == question_set.id:
                recall = (
                    None if stability is None else retrievability(stability, (today - last_on).days, weights)
                )
                recalls.setdefault(topic, []).append(recall)
        order = {topic: place for place, topic in enumerate(question_set.topics)}
        for topic in sorted(recalls, key=lambda name: (order.get(name, len(order)), name)):
            begun = [recall for recall in recalls[topic] if recall is not None]
            found.append(
                TopicMemory(
                    set_title=question_set.title,
                    topic=topic,
                    facts=len(recalls[topic]),
                    begun=len(begun),
                    held=sum(begun) / len(recalls[topic]),
                    recall=sum(begun) / len(begun) if begun else None,
                )
            )
    return found
