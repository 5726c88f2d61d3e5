"""The end of an attempt: submitted or out of time, graded and closed once, whoever comes first."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from quizapp import clock
from quizapp.core import timing
from quizapp.core.attempts import AttemptState, AttemptView, Cause, Closing, FinishedBy, closes_as
from quizapp.core.disclosure import disclosure_from_dict, releases_at
from quizapp.core.marking import LateStep, late_percent
from quizapp.database import db, run_tx
from quizapp.models import Attempt
from quizapp.operations.quizzes.books import Books, Sitting
from quizapp.operations.quizzes.events import Event, event_row, record_all
from quizapp.operations.quizzes.grading import grade_slots, total_of
from quizapp.operations.quizzes.releasing import release_due, release_if_due
from quizapp.operations.quizzes.reviewing import review_attempt, review_waiting
from quizapp.operations.statements import Statement, as_id, as_moment

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from quizapp.operations.quizzes.grading import GradedSlot

#: Attempts closed in one transaction: a long one would keep others from saving.
BATCH: Final = 20
#: Overdue attempts listed at a time.
_LISTED: Final = 4000
#: Seconds after which a sweep leaves the rest to the next one.
LONGEST_SWEEP: Final = 45.0
_TRIES: Final = 20
_GRACE: Final = timedelta(seconds=timing.GRACE_SECONDS)

_OVERDUE: Final = Statement(
    "SELECT learner_id, id FROM attempts WHERE state = 'open' AND deadline_at < :since ORDER BY deadline_at LIMIT :count"
)
_TERMS: Final = Statement(
    "SELECT id, closes_at, due_at, late_steps, shows FROM quizzes WHERE id IN :quiz_ids"
)
_CLOSE = (
    "UPDATE attempts SET state = 'closed', finished_at = :finished_at, finished_by = :finished_by, "
    "credit_percent = :credit_percent, score = :score, max_score = :max_score, releases_at = :releases_at, "
    "released_at = coalesce(released_at, :released_at), reviewed_at = :reviewed_at "
    "WHERE learner_id = :learner_id AND id = :attempt_id AND state = 'open' "
    # Time granted in the meantime moves the deadline, and a response that was saved its sequence: both ask for a new look.
    "AND deadline_at {same} :deadline_at AND :sequences = (SELECT coalesce(sum(r.sequence), 0) FROM responses r "
    "WHERE r.learner_id = :learner_id AND r.attempt_id = :attempt_id) RETURNING is_preview"
)
_CLOSE_ONE: Final = Statement(
    _CLOSE.format(same="IS"),
    postgresql=_CLOSE.format(same="IS NOT DISTINCT FROM"),
)
_GRADE: Final = Statement(
    "UPDATE responses SET outcome = :outcome, score = :score, marks = :marks "
    "WHERE learner_id = :learner_id AND attempt_id = :attempt_id AND position = :position"
)

log = logging.getLogger("quizapp.quizzes")


@dataclass(frozen=True, slots=True)
class _Graded:
    """An attempt that ends, with the grades of what was saved at one moment, told by the sum of its sequences."""

    sitting: Sitting
    closing: Closing
    sequences: int
    grades: list[GradedSlot]


def close_attempt(
    learner_id: uuid.UUID,
    attempt_id: uuid.UUID,
    now: datetime,
    cause: Cause,
    *,
    user_id: uuid.UUID | None = None,
) -> bool:
    """Grade an attempt and close it if it ends now; returns whether this call closed it.

    `user_id` is the instructor who submits it for the learner. Has its own transactions: grading happens outside them,
    and a response saved in the meantime has the grading done again. What was saved counts, however the attempt ends; the
    end is never later than the deadline.
    """
    for _ in range(_TRIES):
        books = Books()
        graded = _grade(learner_id, attempt_id, now, cause, books)
        if graded is None:
            return False
        if _close([graded], books, now, user_id):
            return True
    raise RuntimeError(f"attempt {attempt_id} changed each time it was to be closed")


def close_if_over(attempt: Attempt, now: datetime) -> bool:
    """Close an attempt whose time and grace ran out, release it if that is due, and review it; returns whether it is closed.

    Whatever touches an attempt calls this first: no sweep is needed for the clock to hold.
    """
    if attempt.state == AttemptState.OPEN and timing.accepts(now, attempt.deadline_at):
        return False
    learner_id, attempt_id = attempt.learner_id, attempt.id
    if attempt.state == AttemptState.OPEN:
        close_attempt(learner_id, attempt_id, now, Cause.SWEEP)
        found = db.session.get(Attempt, (learner_id, attempt_id), populate_existing=True)
        if found is None or found.state == AttemptState.OPEN:
            return False
        attempt = found
    if release_if_due(attempt, now) and attempt.reviewed_at is None:
        review_attempt(learner_id, attempt_id, now)
    return True


def close_overdue(now: datetime, seconds: float = LONGEST_SWEEP) -> int:
    """Close every attempt whose time and grace ran out, release what is due, then make reviews; returns how many were closed.

    Reads across learners, by the indexes of open deadlines, of coming releases and of what is not reviewed. One attempt
    that fails is logged and does not keep the others waiting. After so many seconds the rest is left to the next sweep.
    """
    ends_at = clock.monotonic() + seconds
    closed = _sweep(now, ends_at)
    release_due(now)
    review_waiting(now, ends_at)
    return closed


def _sweep(now: datetime, ends_at: float) -> int:
    closed = 0
    tried: set[tuple[uuid.UUID, uuid.UUID]] = set()
    books = Books()
    while clock.monotonic() < ends_at:
        rows = _OVERDUE.all({"since": now - _GRACE, "count": _LISTED + len(tried)})
        waiting = [one for row in rows if (one := (as_id(row.learner_id), as_id(row.id))) not in tried]
        if not waiting:
            break
        for start in range(0, len(waiting), BATCH):
            part = waiting[start : start + BATCH]
            done = _close_part(part, now, books)
            closed += len(done)
            # What was closed is not listed again.
            tried.update(one for one in part if one[1] not in done)
            if clock.monotonic() >= ends_at:
                break
    return closed


def _close_part(part: Sequence[tuple[uuid.UUID, uuid.UUID]], now: datetime, books: Books) -> set[uuid.UUID]:
    """Close these attempts together, and those that will not by themselves."""
    done: set[uuid.UUID] = set()
    try:
        books.forget_decisions()
        found = [_grade(learner_id, attempt_id, now, Cause.SWEEP, books) for learner_id, attempt_id in part]
        done = _close([graded for graded in found if graded is not None], books, now)
    except Exception:  # noqa: BLE001 - which of them it was shows below
        db.session.rollback()
    for learner_id, attempt_id in part:
        if attempt_id in done:
            continue
        try:
            if close_attempt(learner_id, attempt_id, now, Cause.SWEEP):
                done.add(attempt_id)
        except Exception:
            db.session.rollback()
            log.exception("attempt %s could not be closed", attempt_id)
    return done


def _grade(
    learner_id: uuid.UUID, attempt_id: uuid.UUID, now: datetime, cause: Cause, books: Books
) -> _Graded | None:
    sitting = books.find_sitting(learner_id, attempt_id)
    if sitting is None:
        return None
    closing = closes_as(AttemptView(sitting.state, sitting.deadline_at, sitting.turn), now, cause)
    if closing is None:
        return None
    slots = books.list_slots(learner_id, attempt_id)
    grades = grade_slots(slots, sitting.rules, books.adjustments_of(sitting.quiz_id))
    return _Graded(sitting, closing, sum(slot.sequence for slot in slots), grades)


def _close(
    graded: Sequence[_Graded], books: Books, now: datetime, user_id: uuid.UUID | None = None
) -> set[uuid.UUID]:
    """Close these attempts as far as they stand as they were graded; returns those closed."""
    return run_tx(lambda: _close_unchanged(graded, books, now, user_id)) if graded else set()


def _close_unchanged(
    graded: Sequence[_Graded], books: Books, now: datetime, user_id: uuid.UUID | None
) -> set[uuid.UUID]:
    quiz_ids = {one.sitting.quiz_id for one in graded}
    if not books.still_decided(quiz_ids):
        return set()
    terms = {as_id(row.id): row for row in _TERMS.all({"quiz_ids": list(quiz_ids)})}
    closed: set[uuid.UUID] = set()
    grades: list[dict[str, Any]] = []
    events: list[Mapping[str, Any]] = []
    for one in graded:
        sitting, closing = one.sitting, one.closing
        values = _values_of(one, terms[sitting.quiz_id], now)
        if _CLOSE_ONE.first(values) is None:
            continue
        closed.add(sitting.attempt_id)
        key = {"learner_id": sitting.learner_id, "attempt_id": sitting.attempt_id}
        grades += [
            {
                **key,
                "position": slot.position,
                "outcome": slot.outcome.value,
                "score": slot.score,
                "marks": slot.marks,
            }
            for slot in one.grades
        ]
        if not sitting.is_preview:
            is_late = closing.finished_by == FinishedBy.DEADLINE
            events.append(
                event_row(
                    sitting.learner_id,
                    sitting.quiz_id,
                    sitting.attempt_id,
                    Event.TIMED_OUT if is_late else Event.SUBMITTED,
                    now,
                    detail={"finished_at": closing.finished_at.isoformat()},
                    user_id=None if is_late else user_id,
                )
            )
    _GRADE.run_all(grades)
    record_all(events)
    return closed


def _values_of(one: _Graded, terms: Any, now: datetime) -> dict[str, Any]:
    """Return what becomes of an attempt that closes, under the terms that its quiz has now."""
    sitting, finished_at = one.sitting, one.closing.finished_at
    closes_at, due_at = _moment(terms.closes_at), _moment(terms.due_at)
    steps = [LateStep(hours, int(percent)) for hours, percent in _content(terms.late_steps)]
    credit = late_percent(finished_at, due_at, steps)
    score, max_score = total_of(one.grades, credit)
    at, teaches = releases_at(disclosure_from_dict(_content(terms.shows)), finished_at, closes_at)
    is_released = sitting.is_released or at <= now
    is_done = sitting.is_preview or (is_released and not teaches)
    return {
        "learner_id": sitting.learner_id,
        "attempt_id": sitting.attempt_id,
        "deadline_at": sitting.deadline_at,
        "sequences": one.sequences,
        "finished_at": finished_at,
        "finished_by": one.closing.finished_by.value,
        "credit_percent": credit,
        "score": score,
        "max_score": max_score,
        "releases_at": at,
        "released_at": now if is_released else None,
        "reviewed_at": now if is_done else None,
    }


def _moment(value: Any) -> datetime | None:
    return None if value is None else as_moment(value)


def _content(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
