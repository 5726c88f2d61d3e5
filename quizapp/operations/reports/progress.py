"""What falls due, and which quizzes were taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, select

from quizapp.core.disclosure import Item, Phase
from quizapp.database import db
from quizapp.models import Attempt, AttemptResponse, DailyLoad, Deck, Question, QuestionSet, Quiz
from quizapp.operations.statements import Statement, as_day
from quizapp.operations.study.decks import APART_SQL, ASKED_SQL

if TYPE_CHECKING:
    import uuid
    from datetime import date, datetime

_ONE_DAY = timedelta(days=1)

# From the few facts that are apart to their cards, never the other way: CROSS JOIN keeps SQLite to that order.
_APART = Statement(
    "SELECT c.shown_on, count(*) FROM decks d CROSS JOIN facts f CROSS JOIN cards c "  # noqa: S608
    f"WHERE d.learner_id = :learner_id AND f.question_set_id = d.question_set_id AND ({APART_SQL}) "
    "AND c.learner_id = :learner_id AND c.fact_id = f.id AND c.shown_on <= :last "
    f"AND NOT ({ASKED_SQL} AND (f.standing <> 'fictional' OR d.includes_fiction)) GROUP BY c.shown_on"
)


@dataclass(frozen=True, slots=True)
class DueDay:
    """How many cards are shown from a day on."""

    day: date
    cards: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """The cards of the coming days, from today on, and those that wait from days before."""

    overdue: int
    days: list[DueDay]


@dataclass(frozen=True, slots=True)
class QuizLine:
    """A closed attempt; `fiction_score` is what was reached on invented statements, counted apart."""

    attempt_id: uuid.UUID
    title: str
    set_title: str
    finished_at: datetime
    seconds: float
    questions: int
    score: float
    max_score: float
    fiction_score: float
    fiction_questions: int

    @property
    def share(self) -> float | None:
        """The share reached, 0 to 1; None where nothing was scored."""
        return self.score / self.max_score if self.max_score else None


def forecast(learner_id: uuid.UUID, today: date, days: int = 30) -> Forecast:
    """Return how many cards of the learner's decks are shown on each of the days from today on, overdue ones apart.

    From the loads of days; of the few facts that are asked never, or not of this learner, the cards are taken out.
    """
    last = today + _ONE_DAY * (days - 1)
    loads = db.session.execute(
        select(DailyLoad.shown_on, func.sum(DailyLoad.cards))
        .join(
            Deck,
            and_(Deck.learner_id == DailyLoad.learner_id, Deck.question_set_id == DailyLoad.question_set_id),
        )
        .where(DailyLoad.learner_id == learner_id, DailyLoad.shown_on <= last)
        .group_by(DailyLoad.shown_on)
    )
    due = {day: int(cards) for day, cards in loads}
    for shown_on, cards in _APART.all({"learner_id": learner_id, "last": last}):
        day = as_day(shown_on)
        due[day] = max(0, due.get(day, 0) - int(cards))
    ahead = [today + _ONE_DAY * number for number in range(days)]
    return Forecast(
        overdue=sum(cards for day, cards in due.items() if day < today),
        days=[DueDay(day, due.get(day, 0)) for day in ahead],
    )


def list_quizzes(learner_id: uuid.UUID, limit: int = 50) -> list[QuizLine]:
    """Return the learner's closed attempts whose score may be seen, the last finished first."""
    is_fiction = Question.standing == "fictional"
    apart = (
        select(
            AttemptResponse.attempt_id,
            func.count().label("questions"),
            func.sum(case((is_fiction, 1), else_=0)).label("fiction_questions"),
            func.sum(case((is_fiction, func.coalesce(AttemptResponse.score, 0.0)), else_=0.0)).label(
                "fiction_score"
            ),
        )
        .join(Question, Question.id == AttemptResponse.question_id)
        .where(AttemptResponse.learner_id == learner_id)
        .group_by(AttemptResponse.attempt_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Attempt,
            Quiz,
            QuestionSet.title,
            apart.c.questions,
            apart.c.fiction_questions,
            apart.c.fiction_score,
        )
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(QuestionSet, QuestionSet.id == Quiz.question_set_id)
        .outerjoin(apart, apart.c.attempt_id == Attempt.id)
        .where(
            Attempt.learner_id == learner_id,
            Attempt.state == "closed",
            Attempt.finished_at.is_not(None),
            Attempt.is_preview.is_(False),
        )
        .order_by(Attempt.finished_at.desc())
        .limit(limit)
    )
    return [
        QuizLine(
            attempt_id=attempt.id,
            title=quiz.title,
            set_title=set_title,
            finished_at=attempt.finished_at,
            seconds=(attempt.finished_at - attempt.started_at).total_seconds(),
            questions=questions or 0,
            score=attempt.score or 0.0,
            max_score=attempt.max_score or 0.0,
            fiction_score=float(fiction_score or 0.0),
            fiction_questions=int(fiction_questions or 0),
        )
        for attempt, quiz, set_title, questions, fiction_questions, fiction_score in rows
        if _tells_score(attempt, quiz)
    ]


def _tells_score(attempt: Attempt, quiz: Quiz) -> bool:
    """Whether the score may be seen. What is released of a quiz that closes was so by its close, or tells everything."""
    has_closed = attempt.released_at is not None and quiz.closes_at is not None
    return quiz.disclosure.shows(Item.SCORE, Phase.CLOSED if has_closed else Phase.AFTER)
