"""Who takes a quiz and how far they are, across learners; for its instructor alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, func, select, tuple_

from quizapp.core import timing
from quizapp.core.attempts import AttemptState
from quizapp.core.timing import ExtraTime
from quizapp.database import db
from quizapp.models import Attempt, AttemptResponse, Learner, Quiz, QuizTaker, User

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

#: Sittings on one page.
PER_PAGE: Final = 50


class Stage(StrEnum):
    """How far a learner is with an attempt."""

    RUNNING = "running"
    FINISHED = "finished"
    NOT_STARTED = "not-started"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What an attempt holds so far; `saved_at` is when the last response arrived."""

    asked: int = 0
    given: int = 0
    flagged: int = 0
    saved_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One attempt of a learner at a quiz, or a learner who came to it and has not started: then without an attempt.

    `number` counts the learner's attempts at the quiz from 1. `extra` is what the attempt has, or would have.
    """

    learner_id: uuid.UUID
    name: str
    is_guest: bool
    extra: ExtraTime
    joined_at: datetime | None = None
    attempt: Attempt | None = None
    number: int | None = None
    progress: Progress = Progress()

    @property
    def stage(self) -> Stage:
        """How far it is."""
        if self.attempt is None:
            return Stage.NOT_STARTED
        return Stage.RUNNING if self.attempt.state == AttemptState.OPEN else Stage.FINISHED

    def seconds_left(self, now: datetime) -> int | None:
        """Return the seconds left of a running attempt, 0 where it only waits to be closed; None without an end."""
        if self.attempt is None or self.attempt.state != AttemptState.OPEN:
            return None
        return timing.remaining_seconds(now, self.attempt.deadline_at)


@dataclass(frozen=True, slots=True)
class Sittings:
    """One page of sittings, of so many pages, and how many there are of each stage."""

    lines: list[Sitting]
    page: int
    pages: int
    counts: dict[Stage, int]

    @property
    def total(self) -> int:
        """How many there are of all stages."""
        return sum(self.counts.values())


def list_sittings(quiz_id: uuid.UUID, state: Stage | None = None, page: int = 1) -> Sittings:
    """Return a page of the attempts at a quiz, running ones first and the latest first, then of who has not started.

    Previews are left out. A page beyond the last is the last.
    """
    counts = count_sittings(quiz_id)
    total = sum(counts.values()) if state is None else counts[state]
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    offset = (page - 1) * PER_PAGE
    lines: list[Sitting] = []
    begun = {
        None: counts[Stage.RUNNING] + counts[Stage.FINISHED],
        Stage.NOT_STARTED: 0,
    }.get(state, total)
    if offset < begun:
        lines = _list_begun(quiz_id, state, offset)
    if state in (None, Stage.NOT_STARTED) and len(lines) < PER_PAGE:
        lines += _list_not_started(quiz_id, max(0, offset - begun), PER_PAGE - len(lines))
    return Sittings(lines, page, pages, counts)


def count_sittings(quiz_id: uuid.UUID) -> dict[Stage, int]:
    """Return how many sittings of a quiz there are of each stage."""
    rows = db.session.execute(
        select(Attempt.state, func.count()).where(*_of_quiz(quiz_id)).group_by(Attempt.state)
    )
    states: dict[str, int] = dict(rows.all())
    waiting = db.session.execute(
        select(func.count()).select_from(QuizTaker).where(*_not_started(quiz_id))
    ).scalar_one()
    return {
        Stage.RUNNING: states.get(AttemptState.OPEN, 0),
        Stage.FINISHED: states.get(AttemptState.CLOSED, 0),
        Stage.NOT_STARTED: waiting,
    }


def find_sitting(quiz_id: uuid.UUID, attempt_id: uuid.UUID) -> Sitting | None:
    """Return one attempt at this quiz with its learner, as the database has it now; None for any other."""
    found = _read_begun(_select_begun(quiz_id).where(Attempt.id == attempt_id))
    return found[0] if found else None


def list_of_learner(quiz_id: uuid.UUID, learner_id: uuid.UUID) -> list[Sitting]:
    """Return the attempts of one learner at a quiz in the order in which they began.

    Of a learner who has not started it is the one line without an attempt; it is empty for whoever never came to it.
    """
    begun = _read_begun(
        _select_begun(quiz_id)
        .where(Attempt.learner_id == learner_id)
        .order_by(Attempt.started_at, Attempt.id)
    )
    return begun or _read_not_started(_select_not_started(quiz_id).where(QuizTaker.learner_id == learner_id))


def names_of(quiz_id: uuid.UUID, learner_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return what the instructor of a quiz calls these learners; who is gone is left out."""
    rows = db.session.execute(
        select(Learner.id, QuizTaker.name, User.name)
        .outerjoin(QuizTaker, and_(QuizTaker.learner_id == Learner.id, QuizTaker.quiz_id == quiz_id))
        .outerjoin(User, User.id == Learner.user_id)
        .where(Learner.id.in_(learner_ids))
    )
    return {learner_id: _name(taken_as, name) for learner_id, taken_as, name in rows}


def _name(taken_as: str | None, name: str | None) -> str:
    return taken_as or name or "Guest"


def _of_quiz(quiz_id: uuid.UUID) -> tuple[Any, ...]:
    return Attempt.quiz_id == quiz_id, Attempt.is_preview.is_(False)


def _not_started(quiz_id: uuid.UUID) -> tuple[Any, ...]:
    begun = select(Attempt.id).where(*_of_quiz(quiz_id), Attempt.learner_id == QuizTaker.learner_id)
    return QuizTaker.quiz_id == quiz_id, ~begun.exists()


def _select_begun(quiz_id: uuid.UUID) -> Any:
    numbered = (
        select(
            Attempt.learner_id,
            Attempt.id,
            func.row_number()
            .over(partition_by=Attempt.learner_id, order_by=(Attempt.started_at, Attempt.id))
            .label("number"),
        )
        .where(*_of_quiz(quiz_id))
        .subquery()
    )
    return (
        select(Attempt, numbered.c.number, QuizTaker.name, QuizTaker.joined_at, User.id, User.name)
        .join(numbered, and_(numbered.c.learner_id == Attempt.learner_id, numbered.c.id == Attempt.id))
        .join(Learner, Learner.id == Attempt.learner_id)
        .outerjoin(QuizTaker, and_(QuizTaker.learner_id == Learner.id, QuizTaker.quiz_id == quiz_id))
        .outerjoin(User, User.id == Learner.user_id)
        .where(*_of_quiz(quiz_id))
        .execution_options(populate_existing=True)
    )


def _list_begun(quiz_id: uuid.UUID, state: Stage | None, offset: int) -> list[Sitting]:
    statement = _select_begun(quiz_id)
    if state is not None:
        wanted = AttemptState.OPEN if state == Stage.RUNNING else AttemptState.CLOSED
        statement = statement.where(Attempt.state == wanted)
    return _read_begun(
        statement.order_by(
            case((Attempt.state == AttemptState.OPEN, 0), else_=1),
            Attempt.started_at.desc(),
            Attempt.id.desc(),
        )
        .limit(PER_PAGE)
        .offset(offset)
    )


def _read_begun(statement: Any) -> list[Sitting]:
    rows = db.session.execute(statement).all()
    progress = _read_progress([(row[0].learner_id, row[0].id) for row in rows])
    return [
        Sitting(
            learner_id=attempt.learner_id,
            name=_name(taken_as, name),
            is_guest=user_id is None,
            extra=ExtraTime(attempt.is_untimed, attempt.extra_time_percent),
            joined_at=joined_at,
            attempt=attempt,
            number=number,
            progress=progress.get((attempt.learner_id, attempt.id), Progress()),
        )
        for attempt, number, taken_as, joined_at, user_id, name in rows
    ]


def _read_progress(
    attempts: Sequence[tuple[uuid.UUID, uuid.UUID]],
) -> dict[tuple[uuid.UUID, uuid.UUID], Progress]:
    if not attempts:
        return {}
    own = (AttemptResponse.learner_id, AttemptResponse.attempt_id)
    rows = db.session.execute(
        select(
            *own,
            func.count(),
            func.count(AttemptResponse.response),
            func.sum(case((AttemptResponse.is_flagged, 1), else_=0)),
            func.max(AttemptResponse.responded_at),
        )
        .where(tuple_(*own).in_(attempts))
        .group_by(*own)
    )
    return {
        (learner_id, attempt_id): Progress(asked=asked, given=given, flagged=flagged, saved_at=saved_at)
        for learner_id, attempt_id, asked, given, flagged, saved_at in rows
    }


def _select_not_started(quiz_id: uuid.UUID) -> Any:
    return (
        select(QuizTaker, Learner, User.name, Quiz.extra_time_percent)
        .join(Learner, Learner.id == QuizTaker.learner_id)
        .join(Quiz, Quiz.id == QuizTaker.quiz_id)
        .outerjoin(User, User.id == Learner.user_id)
        .where(*_not_started(quiz_id))
        .execution_options(populate_existing=True)
    )


def _list_not_started(quiz_id: uuid.UUID, offset: int, limit: int) -> list[Sitting]:
    return _read_not_started(
        _select_not_started(quiz_id)
        .order_by(QuizTaker.joined_at, QuizTaker.learner_id)
        .limit(limit)
        .offset(offset)
    )


def _read_not_started(statement: Any) -> list[Sitting]:
    return [
        Sitting(
            learner_id=taker.learner_id,
            name=_name(taker.name, name),
            is_guest=learner.user_id is None,
            extra=max(
                ExtraTime(learner.is_untimed, learner.extra_time_percent),
                ExtraTime(taker.is_untimed, taker.extra_time_percent),
                ExtraTime(percent=of_quiz),
            ),
            joined_at=taker.joined_at,
        )
        for taker, learner, name, of_quiz in db.session.execute(statement)
    ]
