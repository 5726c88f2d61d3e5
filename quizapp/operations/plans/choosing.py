"""Which facts a plan is about, how they stand in memory, on a day gone by too, and how fast their learner works."""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from quizapp.core.evidence import PRIOR_RETRIEVABILITY
from quizapp.core.memory import retrievability
from quizapp.core.queries import QueryError, parse
from quizapp.core.simulation import FactMemory, Pace
from quizapp.database import db
from quizapp.models import (
    Card,
    CardMark,
    DailyStatistics,
    Fact,
    Learner,
    Review,
)
from quizapp.operations.attempt_secrecy import select_facts_in_open_attempts
from quizapp.operations.search import fact_condition
from quizapp.operations.study import TYPICAL_SECONDS, scheduling_of
from quizapp.operations.study.decks import is_asked

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import Select

    from quizapp.core.queries import Query

#: A plan ends within three years, and asks for at most ten hours a day.
LONGEST_DAYS: Final = 3 * 365
MOST_MINUTES: Final = 600

#: Filters that choose the same facts whatever the learner does; words of the facts have no name.
_STEADY: Final = frozenset({"", "topic", "set", "tag", "standing", "type"})
_RECENT = timedelta(days=60)
#: So many of the latest reviews tell a pace, and fewer than the least of each kind tell none.
_REVIEWS_READ = 400
_ENOUGH = 5
#: The prior chance of knowing a new fact counts as much as so many new facts.
_PRIOR_FACTS = 8
_AT_ONCE = 5000


class PlanError(ValueError):
    """A plan cannot be made like this; `field` (`question_set`, `query`, `ready_on`, `minutes`) says what to change."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


def read_query(text: str) -> Query:
    """Return what chooses the facts of a plan, in the words of the search.

    Raises `PlanError` for words that cannot be read, and for such that choose other facts as the learner goes on: a
    share of them would say nothing.
    """
    try:
        query = parse(text)
    except QueryError as problem:
        raise PlanError("query", str(problem)) from problem
    changing = next((term for term in query.terms if term.name not in _STEADY), None)
    if changing is not None:
        raise PlanError(
            "query",
            f"“{changing}” chooses other facts from day to day. A plan needs the same ones till its end: choose by "
            "words, topic, tag, standing or type.",
        )
    return query


def sets_in_open_quizzes(learner_id: uuid.UUID | None) -> frozenset[uuid.UUID]:
    """Return the sets of which a learner's open quizzes ask: how their facts stand in memory is not told meanwhile."""
    if learner_id is None:
        return frozenset()
    asked = select_facts_in_open_attempts(learner_id)
    rows = db.session.execute(select(Fact.question_set_id).where(Fact.id.in_(asked)).distinct())
    return frozenset(rows.scalars())


def read_facts(
    learner: Learner | None, question_set_id: uuid.UUID, query: str, today: date, now: datetime
) -> tuple[FactMemory, ...]:
    """Return how the facts of a plan stand today, in the order in which new ones are begun; invented ones are left out.

    Raises `PlanError` for a query that says nothing or not the same facts every day.
    """
    rows = db.session.execute(
        _choose(
            learner,
            question_set_id,
            query,
            now,
            Card.stability,
            Card.difficulty,
            Card.last_on,
            Card.shown_on,
            CardMark.suspended_at,
        ).order_by(Fact.introduced, Fact.id)
    )
    return tuple(_memory_of(row, today) for row in rows)


def count_chosen(learner: Learner | None, question_set_id: uuid.UUID, query: str, now: datetime) -> int:
    """Return of how many facts a plan is. Raises as `read_facts`."""
    chosen = _choose(learner, question_set_id, query, now).subquery()
    return db.session.execute(select(func.count()).select_from(chosen)).scalar_one()


def known_on(
    learner: Learner, question_set_id: uuid.UUID, query: str, day: date, now: datetime
) -> float | None:
    """Return the share of a plan's facts known as the study day `day` began, 0 to 1; None where it has no facts.

    Each fact counts by its chance of recall, a fact never seen not at all. Reviews of that day and later ones are looked
    through: what stood before them is in their log.
    """
    rows = db.session.execute(
        _choose(learner, question_set_id, query, now, Card.stability, Card.last_on)
    ).all()
    if not rows:
        return None
    weights = scheduling_of(learner).weights
    states = {row.id: (row.stability, row.last_on) for row in rows if row.stability is not None}
    states |= _before(learner, [fact for fact, (_, last_on) in states.items() if last_on >= day], day)
    recalls = (
        retrievability(stability, (day - last_on).days, weights)
        for stability, last_on in states.values()
        if stability is not None
    )
    return sum(recalls) / len(rows)


def pace_of(learner: Learner | None, today: date) -> Pace:
    """Return how a learner works, from the latest reviews; what they do not tell is as usual."""
    if learner is None:
        return _pace([], [], 0, 0)
    rows = db.session.execute(
        select(
            Review.duration_ms,
            Review.is_right,
            Review.stability_before.is_(None).label("is_first"),
            Review.is_long_term,
        )
        .where(
            Review.learner_id == learner.id,
            Review.study_day > today - _RECENT,
            Review.source == "study",
            Review.cancels.is_(None),
            Review.action.is_(None),
        )
        .order_by(Review.study_day.desc())
        .limit(_REVIEWS_READ)
    ).all()
    firsts = [row for row in rows if row.is_first and row.is_long_term]
    return _pace(
        [
            row.duration_ms / 1000
            for row in rows
            if row.duration_ms and not (row.is_first and row.is_long_term)
        ],
        [row.duration_ms / 1000 for row in firsts if row.duration_ms],
        len(firsts),
        sum(row.is_right for row in firsts),
    )


def done_today(learner: Learner | None, question_set_id: uuid.UUID, today: date) -> tuple[float, int]:
    """Return the seconds that today had for a set already, and its facts begun."""
    if learner is None:
        return 0.0, 0
    duration_ms, new = db.session.execute(
        select(
            func.coalesce(func.sum(DailyStatistics.duration_ms), 0),
            func.coalesce(func.sum(DailyStatistics.new_facts), 0),
        ).where(
            DailyStatistics.learner_id == learner.id,
            DailyStatistics.study_day == today,
            DailyStatistics.question_set_id == question_set_id,
        )
    ).one()
    return int(duration_ms) / 1000, int(new)


def minutes_a_day(learner: Learner, question_set_id: uuid.UUID, first: date, today: date) -> float:
    """Return how many minutes a day a set had on average from a first day to yesterday; 0 where that is none."""
    duration_ms = db.session.execute(
        select(func.coalesce(func.sum(DailyStatistics.duration_ms), 0)).where(
            DailyStatistics.learner_id == learner.id,
            DailyStatistics.study_day >= first,
            DailyStatistics.study_day < today,
            DailyStatistics.question_set_id == question_set_id,
        )
    ).scalar_one()
    return int(duration_ms) / 60_000 / max(1, (today - first).days)


def _pace(reviews: Sequence[float], firsts: Sequence[float], new: int, known: int) -> Pace:
    seconds = max(1.0, median(reviews)) if len(reviews) >= _ENOUGH else TYPICAL_SECONDS
    first_recall = (known + PRIOR_RETRIEVABILITY * _PRIOR_FACTS) / (new + _PRIOR_FACTS)
    first_look = max(1.0, median(firsts)) if len(firsts) >= _ENOUGH else max(seconds, TYPICAL_SECONDS)
    # Who did not know it sees it again in the same session.
    return Pace(seconds, first_look + (1 - first_recall) * seconds, first_recall)


def _choose(
    learner: Learner | None, question_set_id: uuid.UUID, query: str, now: datetime, *columns: Any
) -> Select[Any]:
    learner_id = None if learner is None else learner.id
    chosen = (
        select(Fact.id, *columns)
        .outerjoin(Card, and_(Card.fact_id == Fact.id, Card.learner_id == learner_id))
        .outerjoin(CardMark, and_(CardMark.fact_id == Fact.id, CardMark.learner_id == learner_id))
        .where(Fact.question_set_id == question_set_id, is_asked(), Fact.standing != "fictional")
    )
    asked = read_query(query)
    return chosen.where(fact_condition(asked, learner, now)) if asked.clauses else chosen


def _memory_of(row: Any, today: date) -> FactMemory:
    if row.stability is None:
        return FactMemory(due_in=0 if row.suspended_at is None else None)
    return FactMemory(
        stability=row.stability,
        difficulty=row.difficulty,
        days_since=(today - row.last_on).days,
        due_in=None if row.shown_on is None else (row.shown_on - today).days,
    )


def _before(
    learner: Learner, facts: Sequence[uuid.UUID], day: date
) -> dict[uuid.UUID, tuple[float | None, date]]:
    """Return stability and last study day of facts as they were before a day, from the log; no stability is not begun."""
    found: dict[uuid.UUID, tuple[float | None, date]] = {}
    taken_back = aliased(Review)
    for start in range(0, len(facts), _AT_ONCE):
        part = facts[start : start + _AT_ONCE]
        later = db.session.execute(
            select(Review.fact_id, Review.stability_before)
            .where(
                Review.learner_id == learner.id,
                Review.study_day >= day,
                Review.fact_id.in_(part),
                Review.is_long_term,
                Review.cancels.is_(None),
            )
            .order_by(Review.reviewed_at.desc(), Review.id.desc())
        ).all()
        # The earliest comes last and stays.
        stability: dict[uuid.UUID, float | None] = {row.fact_id: row.stability_before for row in later}
        last_on: dict[uuid.UUID, date] = {
            row[0]: row[1]
            for row in db.session.execute(
                select(Review.fact_id, func.max(Review.study_day))
                .where(
                    Review.learner_id == learner.id,
                    Review.fact_id.in_(part),
                    Review.study_day < day,
                    Review.is_long_term,
                    Review.cancels.is_(None),
                    ~select(taken_back.id)
                    .where(taken_back.learner_id == learner.id, taken_back.cancels == Review.id)
                    .exists(),
                )
                .group_by(Review.fact_id)
            )
        }
        for fact in part:
            found[fact] = (stability.get(fact) if fact in last_on else None, last_on.get(fact, day))
    return found
