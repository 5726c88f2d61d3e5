"""A backlog: how large it is, what waiting costs, and spreading it over days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from quizapp.core import backlog as rules
from quizapp.core.backlog import OverdueCard, Spread
from quizapp.database import db
from quizapp.models import Card, Learner
from quizapp.operations.rhythm.loads import Pace, load_pace, read_load
from quizapp.operations.study import scheduling_of, today_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

#: Losses are reckoned on at most so many cards, the longest overdue.
SAMPLE: Final = 5000
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is overdue, what it costs to wait a week, and what spreading it costs; `sampled` cards were looked at."""

    today: date
    overdue: int
    sampled: int
    pace: Pace
    lost_in_a_week: float
    spreads: list[Spread]

    @property
    def is_heavy(self) -> bool:
        """Whether it is more than two usual days."""
        return rules.is_heavy(self.overdue, self.pace.cards_a_day)


def load_backlog(
    learner: Learner,
    question_set_ids: Sequence[uuid.UUID],
    now: datetime,
    spans: Sequence[int] = rules.SPANS,
) -> Backlog:
    """Return the backlog of these sets, spread over each of these numbers of days.

    Reads one index, and of it no more than the sample for each set.
    """
    today = today_of(learner, now)
    loads = read_load(learner.id, question_set_ids, today, max(spans, default=1))
    overdue = sum(cards for day, cards in loads.items() if day < today)
    pace = load_pace(learner.id, today)
    cards = _read_sample(learner.id, question_set_ids, today) if overdue else []
    weights = scheduling_of(learner).weights
    return Backlog(
        today=today,
        overdue=overdue,
        sampled=len(cards),
        pace=pace,
        lost_in_a_week=rules.lost_by_waiting(cards, _WEEK, weights),
        spreads=[
            rules.spread(_asked(loads, today, days), cards, days, pace.seconds_a_card, weights)
            for days in spans
        ],
    )


def start_relief(learner_id: uuid.UUID, days: int, today: date) -> date:
    """Spread what is overdue over so many days, today among them; returns the last of them."""
    through = today + timedelta(days=days - 1)
    db.session.get_one(Learner, learner_id).relief_through = through
    return through


def end_relief(learner_id: uuid.UUID) -> None:
    """Have everything that is due shown at once again."""
    db.session.get_one(Learner, learner_id).relief_through = None


def _asked(loads: Mapping[date, int], today: date, days: int) -> int:
    return sum(cards for day, cards in loads.items() if day < today + timedelta(days=days))


def _read_sample(
    learner_id: uuid.UUID, question_set_ids: Sequence[uuid.UUID], today: date
) -> list[OverdueCard]:
    found: list[tuple[date, float, date]] = []
    # Set by set, so that each is read in the order of its index and no further than needed.
    for question_set_id in question_set_ids:
        rows = db.session.execute(
            select(Card.shown_on, Card.stability, Card.last_on)
            .where(
                Card.learner_id == learner_id,
                Card.question_set_id == question_set_id,
                Card.shown_on < today,
            )
            .order_by(Card.shown_on)
            .limit(SAMPLE)
        )
        found += [(day, stability, last_on) for day, stability, last_on in rows if day is not None]
    found.sort()
    return [OverdueCard(stability, (today - last_on).days) for _, stability, last_on in found[:SAMPLE]]
