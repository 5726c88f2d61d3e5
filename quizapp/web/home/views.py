"""The front page: a card that can be tried at once, or what is due today."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, render_template
from sqlalchemy import select

from quizapp import clock
from quizapp.core import backlog, numerals
from quizapp.database import db, new_row_id
from quizapp.models import Attempt, Deck, Learner, QuestionSet, Quiz
from quizapp.models.question_sets import SetState
from quizapp.operations import mistakes, plans, reports, rhythm, study
from quizapp.web.access import current_learner, current_user_or_none

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import date, datetime

    from quizapp.operations.reports import HeatDay, TopicMemory
    from quizapp.operations.study import Overview, Session

bp = Blueprint("home", __name__)

#: So many facts of a topic were begun before it is said to slip, and so low is their mean recall.
_ENOUGH_FACTS = 3
_SLIPPING = 0.85
#: Numbers up to this are written as words.
_SPELLED_OUT = 12
_STRIP_DAYS = 7


@dataclass(frozen=True, slots=True)
class Goal:
    """Whole minutes done of those meant to be done, and the share."""

    done: int
    minutes: int
    share: float


@dataclass(frozen=True, slots=True)
class StripDay:
    """A day of the last week: `studied`, `frozen`, `paused` or `empty`."""

    day: date
    state: str


@dataclass(frozen=True, slots=True)
class Week:
    """The streak in days, the freezes that are left of it, and the last seven days."""

    streak: int
    freezes: int
    days: list[StripDay]


@bp.get("/")
def index() -> str:
    """Show Today to who has decks, and a first card to everybody else."""
    learner = current_learner()
    now = clock.now()
    decks = [] if learner is None else _open_decks(learner)
    outcomes = [] if learner is None else mistakes.list_outcomes(learner.id, only_news=True)
    if learner is None or not decks:
        return render_template(
            "home/welcome.html",
            taste=study.find_taste(learner, now),
            review_id=new_row_id(),
            attempts=[] if learner is None else _open_attempts(learner.id, now),
            outcomes=outcomes,
        )
    session = study.load_session(learner, [(made.id, deck) for deck, made in decks], now)
    overview = study.load_overview(learner, decks, now)
    heat = reports.heat_days(learner.id, session.today)
    paused_through = learner.paused_through if rhythm.is_paused(learner, session.today) else None
    return render_template(
        "home/today.html",
        learner=learner,
        session=session,
        overview=overview,
        heat=heat,
        decks=decks,
        heading=_heading(session) if paused_through is None else "You are taking a pause",
        slipping=_slipping(overview),
        next_due=_next_due(learner, decks, session),
        paused_through=paused_through,
        goal=_goal(learner, session),
        week=_week(learner, heat, session.today) if learner.shows_streak else None,
        overdue=_heavy_backlog(learner, decks, session) if paused_through is None else 0,
        relief_through=_relief(learner, session),
        plans=plans.list_open(learner.id),
        attempts=_open_attempts(learner.id, now),
        outcomes=outcomes,
    )


def _open_decks(learner: Learner) -> list[tuple[Deck, QuestionSet]]:
    # An author studies a draft too, as the player does.
    user = current_user_or_none()
    decks = study.list_decks(learner.id)
    return [(deck, made) for deck, made in decks if made.state != SetState.DRAFT or made.can_see(user)]


def _open_attempts(learner_id: uuid.UUID, now: datetime) -> Sequence[tuple[Attempt, Quiz]]:
    """Return the sittings that can be gone on with: nothing but that they are there."""
    rows = db.session.execute(
        select(Attempt, Quiz)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(Attempt.learner_id == learner_id, Attempt.state == "open", Attempt.is_preview.is_(False))
        .order_by(Attempt.started_at)
    )
    return [
        (attempt, quiz) for attempt, quiz in rows if attempt.deadline_at is None or attempt.deadline_at > now
    ]


def _heading(session: Session) -> str:
    minutes = session.minutes_left
    if not session.queue.counts.total:
        return "Done for today" if session.done_today else "Nothing is due today"
    if minutes <= 1:
        return "About a minute today" if not session.done_today else "About a minute left"
    count = numerals.words(minutes) if minutes <= _SPELLED_OUT else minutes
    return f"About {count} minutes {'left' if session.done_today else 'today'}"


def _goal(learner: Learner, session: Session) -> Goal | None:
    if learner.goal_minutes is None:
        return None
    done = math.floor(session.seconds_today / 60)
    return Goal(done, learner.goal_minutes, min(1.0, session.seconds_today / 60 / learner.goal_minutes))


def _week(learner: Learner, heat: Sequence[HeatDay], today: date) -> Week:
    """Return the streak, and what became of each day of the last week."""
    studied = {entry.day for entry in heat if entry.reviews}
    streak = rhythm.load_streak(learner, today)
    week = [today - timedelta(days=back) for back in reversed(range(_STRIP_DAYS))]
    days = [StripDay(day, _state(learner, day, studied, set(streak.frozen_days))) for day in week]
    return Week(streak.length, streak.freezes_left, days)


def _state(learner: Learner, day: date, studied: set[date], frozen: set[date]) -> str:
    if day in studied:
        return "studied"
    if rhythm.is_paused(learner, day):
        return "paused"
    return "frozen" if day in frozen else "empty"


def _heavy_backlog(learner: Learner, decks: Sequence[tuple[Deck, QuestionSet]], session: Session) -> int:
    """Return how many cards are overdue, where that is worth spreading and is not spread yet; else 0."""
    if _relief(learner, session) is not None:
        return 0
    overdue = rhythm.count_overdue(learner.id, [made.id for _, made in decks], session.today)
    pace = rhythm.load_pace(learner.id, session.today)
    return overdue if backlog.is_heavy(overdue, pace.cards_a_day) else 0


def _relief(learner: Learner, session: Session) -> date | None:
    """Return through which day a backlog is being spread; None where none is."""
    through = learner.relief_through
    return through if through is not None and through >= session.today else None


def _slipping(overview: Overview) -> TopicMemory | None:
    """Return the topic that is remembered least, where that is worth saying."""
    weak = [
        topic
        for topic in overview.topics
        if topic.topic
        and topic.begun >= _ENOUGH_FACTS
        and topic.recall is not None
        and topic.recall < _SLIPPING
    ]
    return min(weak, key=lambda topic: topic.recall or 0.0, default=None)


def _next_due(
    learner: Learner, decks: Sequence[tuple[Deck, QuestionSet]], session: Session
) -> tuple[int, int] | None:
    """Return in how many days the next facts are due, and how many; None where something is left today."""
    if session.queue.counts.total:
        return None
    found = study.find_next_due(learner, [made.id for _, made in decks], session.today)
    return None if found is None else ((found[0] - session.today).days, found[1])
