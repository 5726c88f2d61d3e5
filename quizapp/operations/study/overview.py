"""Today at a glance: streak, recall reached, memory by topic, half a year of study."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select

from quizapp.core import study_days
from quizapp.core.memory import retrievability
from quizapp.database import db
from quizapp.models import Card, DailyStatistics, Deck, Fact, Learner, QuestionSet
from quizapp.models.reviews import FICTION
from quizapp.operations.study.decks import is_asked, scheduling_of, today_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

_WEEKS = 26
_MONTH = timedelta(days=30)
#: Bounds of the four shades of the heat map, as shares of the fullest day.
_SHADES = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class HeatDay:
    """One day of the heat map; `level` runs from 0 (none) to 4."""

    day: date
    reviews: int
    level: int


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
    weeks: list[list[HeatDay]]
    reviews: int
    days: int


def load_overview(learner: Learner, decks: Sequence[tuple[Deck, QuestionSet]], now: datetime) -> Overview:
    """Return a learner's day at a glance, from cards and per-day statistics, never from the log."""
    today = today_of(learner, now)
    days = _read_days(learner)
    topics = _read_topics(learner, decks, today)
    recalled, predicted = _read_recall(learner, today - _MONTH)
    first = today - timedelta(days=today.weekday(), weeks=_WEEKS - 1)
    shown = {day: count for day, count in days.items() if day >= first}
    return Overview(
        streak=study_days.streak([day for day, count in days.items() if count], today),
        recalled=recalled / predicted if predicted else None,
        promised=learner.desired_retention,
        facts_in_memory=sum(topic.begun for topic in topics),
        topics=topics,
        weeks=_weeks(shown, first, today),
        reviews=sum(shown.values()),
        days=sum(count > 0 for count in shown.values()),
    )


def _read_days(learner: Learner) -> dict[date, int]:
    rows = db.session.execute(
        select(DailyStatistics.study_day, func.sum(DailyStatistics.reviews))
        .where(DailyStatistics.learner_id == learner.id)
        .group_by(DailyStatistics.study_day)
    )
    return {day: int(count) for day, count in rows}


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


def _weeks(days: dict[date, int], first: date, today: date) -> list[list[HeatDay]]:
    most = max(days.values(), default=0)
    weeks: list[list[HeatDay]] = []
    for index in range((today - first).days + 1):
        if index % 7 == 0:
            weeks.append([])
        day = first + timedelta(days=index)
        count = days.get(day, 0)
        level = 0 if count == 0 else 1 + sum(count / most > share for share in _SHADES)
        weeks[-1].append(HeatDay(day, count, level))
    return weeks
