"""Regrades taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from quizapp.core.grading import Outcome
from quizapp.core.regrading import UNADJUSTED, Adjustment, adjustment_from_dict
from quizapp.database import db, run_tx
from quizapp.models import Attempt, AttemptEvent, Regrade, RegradedResponse
from quizapp.operations.quizzes.events import Event
from quizapp.operations.quizzes.regrading.reading import read_asked, read_stand
from quizapp.operations.quizzes.regrading.writing import (
    TRIES,
    Rows,
    Written,
    find_regrade,
    rows_of,
    set_adjustment,
    write,
)

if TYPE_CHECKING:
    import uuid
    from datetime import datetime


class RegradeNotLastError(Exception):
    """Only the last regrade of a question can be undone; a later one stands on it."""


def undo_regrade(quiz_id: uuid.UUID, regrade_id: uuid.UUID, user_id: uuid.UUID, now: datetime) -> int:
    """Take a regrade back: what it changed is as it was, whatever an instructor marked otherwise stays.

    Attempts that ended since it was applied were graded with it from the first: they are graded without it. Has its own
    transactions, as `apply_regrade`. Returns how many attempts changed; undone before, none. Raises `LookupError` for
    an unknown one, and `RegradeNotLastError` where a later regrade of the question stands.
    """
    for _ in range(TRIES):
        done = _find_standing(quiz_id, regrade_id)
        if done.undone_at is not None:
            return 0
        question_id = done.question_id
        stand = read_stand(quiz_id, question_id)
        rows = rows_of(quiz_id, _taken_back(done), now, user_id, "undone")
        changed = run_tx(
            lambda stand=stand, rows=rows: _undo(quiz_id, regrade_id, stand, rows, user_id, now)  # type: ignore[misc]
        )
        if changed is not None:
            return changed
    raise RuntimeError(f"attempts at quiz {quiz_id} changed each time a regrade was to be undone")


def _undo(
    quiz_id: uuid.UUID,
    regrade_id: uuid.UUID,
    stand: tuple[int, frozenset[Any]],
    rows: Rows,
    user_id: uuid.UUID,
    now: datetime,
) -> int | None:
    """Write what undoing a regrade changes; returns None where something else stands by now."""
    done = _find_standing(quiz_id, regrade_id)
    if done.undone_at is not None:
        return 0
    if read_stand(quiz_id, done.question_id) != stand:
        return None
    done.undone_at, done.undone_by = now, user_id
    set_adjustment(quiz_id, done.question_id, _before(done))
    db.session.flush()
    write(quiz_id, done.question_id, rows)
    return len(rows.grades)


def _taken_back(done: Regrade) -> list[Written]:
    """Return what undoing a regrade changes."""
    kept: dict[uuid.UUID, dict[str, Any]] = dict(
        db.session.execute(
            select(RegradedResponse.attempt_id, RegradedResponse.before).where(
                RegradedResponse.regrade_id == done.id
            )
        ).all()
    )
    ended_since = _list_ended_since(done)
    changes = []
    for one in read_asked(done.quiz_id, done.question_id):
        if one.attempt_id in ended_since:
            graded = one.grade(_before(done))
        elif one.attempt_id in kept:
            before = kept[one.attempt_id]
            graded = one.graded_as(Outcome(before["outcome"]), before["score"])
        else:
            continue
        was, will_be = one.told(one.standing), one.told(graded)
        if was != will_be:
            changes.append(Written(one.learner_id, one.attempt_id, one.position, was, will_be))
    return changes


def _list_ended_since(done: Regrade) -> set[uuid.UUID]:
    """Return the attempts at the quiz that ended, or were brought back, after a regrade was applied."""
    return set(
        db.session.execute(
            select(AttemptEvent.attempt_id)
            .join(
                Attempt,
                and_(Attempt.learner_id == AttemptEvent.learner_id, Attempt.id == AttemptEvent.attempt_id),
            )
            .where(
                Attempt.quiz_id == done.quiz_id,
                AttemptEvent.kind.in_((Event.SUBMITTED, Event.TIMED_OUT, Event.RESTORED)),
                AttemptEvent.at > done.applied_at,
            )
        ).scalars()
    )


def _find_standing(quiz_id: uuid.UUID, regrade_id: uuid.UUID) -> Regrade:
    """Return a regrade of this quiz that is undone, or on which no later one stands."""
    done = find_regrade(regrade_id)
    if done is None or done.quiz_id != quiz_id:
        raise LookupError(regrade_id)
    # Ids are made with the page that tries a regrade: they do not tell which was applied last.
    later = select(Regrade.id).where(
        Regrade.quiz_id == quiz_id,
        Regrade.question_id == done.question_id,
        Regrade.undone_at.is_(None),
        or_(
            Regrade.applied_at > done.applied_at,
            and_(Regrade.applied_at == done.applied_at, Regrade.id > done.id),
        ),
    )
    if done.undone_at is None and db.session.execute(later.limit(1)).first() is not None:
        raise RegradeNotLastError
    return done


def _before(done: Regrade) -> Adjustment:
    return UNADJUSTED if done.before is None else adjustment_from_dict(done.before)
