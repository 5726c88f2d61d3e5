"""Today at a glance: streak, recall reached, memory by topic, and when cards are due next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from quizapp.core import study_days
from quizapp.database import db
from quizapp.models import DailyStatistics, Deck, Learner, QuestionSet
from quizapp.models.reviews import FICTION
from quizapp.operations.study.decks import today_of
from quizapp.operations.study.loads import find_next_load
from quizapp.operations.study.topics import TopicMemory, list_topic_memory

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import date, datetime

_MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Overview:
    """What Today shows beside what is due. `recalled` is the share of 30 days' predictable reviews, None without any."""

    streak: int
    recalled: float | None
    promised: float
    facts_in_memory: int
    topics: list[TopicMemory]


def load_overview(learner: Learner, decks: Sequence[tuple[Deck, QuestionSet]], now: datetime) -> Overview:
    """Return a learner's day at a glance, from per-day tables, never from the log, nor from all of very many cards."""
    today = today_of(learner, now)
    listed = list_topic_memory(learner, today, [question_set.id for _, question_set in decks])
    topics = [topic for topic in listed if not topic.is_fiction]
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
    return find_next_load(learner.id, question_set_ids, today)


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
