"""How much is due on which day, and how much a learner usually does: from the per-day tables alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from quizapp.database import db
from quizapp.models import DailyStatistics, Deck, Learner, QuestionSet
from quizapp.models.question_sets import SetState
from quizapp.operations.study import TYPICAL_SECONDS, list_decks
from quizapp.operations.study.loads import count_due, read_loads

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import date

#: A pace is told from the reviews of so many days; fewer reviews than that many say nothing.
_PACE_DAYS: Final = timedelta(days=60)
_ENOUGH_REVIEWS: Final = 20
#: Cards on a usual day of somebody who has no usual day yet.
_USUAL_CARDS: Final = 20.0
_ONE_DAY: Final = timedelta(days=1)
_QUICKEST, _SLOWEST = 1.0, 120.0


def open_decks(learner: Learner) -> list[tuple[Deck, QuestionSet]]:
    """Return the decks that are studied: all but those whose set is a draft, unless the learner wrote it."""
    return [
        (deck, made)
        for deck, made in list_decks(learner.id)
        if made.state != SetState.DRAFT or (made.owner_id is not None and made.owner_id == learner.user_id)
    ]


@dataclass(frozen=True, slots=True)
class Pace:
    """How many cards a learner does on a day of study, and how many seconds each takes."""

    cards_a_day: float
    seconds_a_card: float


def load_pace(learner_id: uuid.UUID, today: date) -> Pace:
    """Return a learner's pace of the last two months; a typical one where they hardly studied."""
    reviews, milliseconds, days = db.session.execute(
        select(
            func.coalesce(func.sum(DailyStatistics.reviews), 0),
            func.coalesce(func.sum(DailyStatistics.duration_ms), 0),
            func.count(DailyStatistics.study_day.distinct()),
        ).where(
            DailyStatistics.learner_id == learner_id,
            DailyStatistics.study_day > today - _PACE_DAYS,
            DailyStatistics.reviews > 0,
        )
    ).one()
    if reviews < _ENOUGH_REVIEWS:
        return Pace(_USUAL_CARDS, TYPICAL_SECONDS)
    seconds = milliseconds / 1000 / reviews
    return Pace(float(reviews / days), float(min(max(seconds, _QUICKEST), _SLOWEST)))


def count_overdue(learner_id: uuid.UUID, question_set_ids: Sequence[uuid.UUID], today: date) -> int:
    """Return how many cards of these sets should have been shown on a day before today."""
    if not question_set_ids:
        return 0
    return sum(count_due(learner_id, question_set_ids, today - _ONE_DAY).values())


def read_load(
    learner_id: uuid.UUID, question_set_ids: Sequence[uuid.UUID], today: date, days: int
) -> dict[date, int]:
    """Return how many cards of these sets are shown from each of the next days on; yesterday stands for all before."""
    if not question_set_ids:
        return {}
    last = today + timedelta(days=days - 1)
    loads = read_loads(learner_id, today, last, question_set_ids)
    return {**loads, today - _ONE_DAY: count_overdue(learner_id, question_set_ids, today)}
