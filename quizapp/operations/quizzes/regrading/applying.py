"""Regrades applied, recorded and undone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, select

from quizapp.core.regrading import UNADJUSTED, Adjustment, adjustment_from_dict, adjustment_to_dict
from quizapp.database import db
from quizapp.models import (
    AttemptResponse,
    Question,
    QuestionRevision,
    QuizAdjustment,
    Regrade,
    RegradedResponse,
    User,
)
from quizapp.operations.quizzes.events import Event, record
from quizapp.operations.quizzes.grading import retotal
from quizapp.operations.quizzes.regrading.asking import find_adjustment
from quizapp.operations.quizzes.regrading.trying import try_regrade

if TYPE_CHECKING:
    import uuid
    from datetime import datetime


class StaleRegradeError(Exception):
    """Since it was tried, attempts were closed, changed or regraded: it must be looked at once more."""


class RegradeNotLastError(Exception):
    """Only the last regrade of a question can be undone; a later one stands on it."""


def apply_regrade(
    quiz_id: uuid.UUID,
    question_id: uuid.UUID,
    adjustment: Adjustment,
    *,
    regrade_id: uuid.UUID,
    keeps_higher: bool,
    digest: str,
    reason: str,
    user_id: uuid.UUID,
    now: datetime,
) -> int:
    """Apply what was tried and record it; call it inside `run_tx`. Returns how many attempts changed.

    The same `regrade_id` again changes nothing more. Raises `StaleRegradeError` where the outcome would not be the one
    that `digest` names.
    """
    if db.session.get(Regrade, regrade_id) is not None:
        return 0
    tried = try_regrade(quiz_id, question_id, adjustment, keeps_higher=keeps_higher)
    if tried.digest != digest:
        raise StaleRegradeError
    before = find_adjustment(quiz_id, question_id)
    db.session.add(
        Regrade(
            id=regrade_id,
            quiz_id=quiz_id,
            question_id=question_id,
            before=adjustment_to_dict(before) if before else None,
            after=adjustment_to_dict(adjustment) if adjustment else None,
            reason=reason,
            keeps_higher=keeps_higher,
            applied_at=now,
            applied_by=user_id,
        )
    )
    _set_adjustment(quiz_id, question_id, adjustment)
    db.session.flush()
    for change in tried.changes:
        db.session.add(
            RegradedResponse(
                learner_id=change.learner_id,
                regrade_id=regrade_id,
                attempt_id=change.attempt_id,
                position=change.position,
                before=change.before,
                after=change.after,
            )
        )
        _put(change.learner_id, change.attempt_id, change.position, change.after)
        record(
            change.learner_id,
            quiz_id,
            change.attempt_id,
            Event.REGRADED,
            now,
            position=change.position,
            detail={
                "from": change.before["attempt_score"],
                "to": change.after["attempt_score"],
                "reason": reason,
            },
            user_id=user_id,
        )
    db.session.flush()
    return len(tried.changes)


def undo_regrade(quiz_id: uuid.UUID, regrade_id: uuid.UUID, user_id: uuid.UUID, now: datetime) -> int:
    """Take a regrade back, as far as its responses were not changed otherwise since; call it inside `run_tx`.

    Returns how many attempts changed; undone before, none. Raises `LookupError` for an unknown one, and
    `RegradeNotLastError` where a later regrade of the question stands.
    """
    done = db.session.get(Regrade, regrade_id, populate_existing=True)
    if done is None or done.quiz_id != quiz_id:
        raise LookupError(regrade_id)
    if done.undone_at is not None:
        return 0
    later = select(Regrade.id).where(
        Regrade.quiz_id == quiz_id,
        Regrade.question_id == done.question_id,
        Regrade.undone_at.is_(None),
        Regrade.applied_at >= done.applied_at,
        Regrade.id > done.id,
    )
    if db.session.execute(later.limit(1)).first() is not None:
        raise RegradeNotLastError
    done.undone_at, done.undone_by = now, user_id
    _set_adjustment(
        quiz_id, done.question_id, UNADJUSTED if done.before is None else adjustment_from_dict(done.before)
    )
    rows = db.session.execute(
        select(RegradedResponse).where(RegradedResponse.regrade_id == regrade_id)
    ).scalars()
    changed = 0
    for row in list(rows):
        response = db.session.get(
            AttemptResponse, (row.learner_id, row.attempt_id, row.position), populate_existing=True
        )
        # Reopened, deleted or given again meanwhile: what stands there now is not what the regrade made.
        if response is None or (response.outcome, response.score) != (
            row.after["outcome"],
            row.after["score"],
        ):
            continue
        _put(row.learner_id, row.attempt_id, row.position, row.before)
        changed += 1
        record(
            row.learner_id,
            quiz_id,
            row.attempt_id,
            Event.REGRADED,
            now,
            position=row.position,
            detail={
                "from": row.after["attempt_score"],
                "to": row.before["attempt_score"],
                "reason": "undone",
            },
            user_id=user_id,
        )
    db.session.flush()
    return changed


def list_regrades(quiz_id: uuid.UUID) -> list[tuple[Regrade, str, int, str]]:
    """Return the regrades of a quiz, the newest first, with the stem of the question, how many attempts each changed and who did it."""
    content = QuestionRevision.content["stem"].as_string()
    rows = db.session.execute(
        select(Regrade, content, User.name, User.email)
        .join(Question, Question.id == Regrade.question_id)
        .join(
            QuestionRevision,
            and_(QuestionRevision.question_id == Question.id, QuestionRevision.revision == Question.revision),
        )
        .outerjoin(User, User.id == Regrade.applied_by)
        .where(Regrade.quiz_id == quiz_id)
        .order_by(Regrade.applied_at.desc(), Regrade.id.desc())
    ).all()
    changed = Counter(
        db.session.execute(
            select(RegradedResponse.regrade_id).where(
                RegradedResponse.regrade_id.in_([row[0].id for row in rows])
            )
        ).scalars()
    )
    return [(done, stem, changed[done.id], name or email or "") for done, stem, name, email in rows]


def _put(learner_id: uuid.UUID, attempt_id: uuid.UUID, position: int, told: dict[str, Any]) -> None:
    """Write outcome, score and marks of one response, and the score of its attempt again."""
    row = db.session.get_one(AttemptResponse, (learner_id, attempt_id, position))
    row.outcome, row.score = told["outcome"], told["score"]
    retotal(learner_id, attempt_id)


def _set_adjustment(quiz_id: uuid.UUID, question_id: uuid.UUID, adjustment: Adjustment) -> None:
    row = db.session.get(QuizAdjustment, (quiz_id, question_id))
    if not adjustment:
        if row is not None:
            db.session.execute(
                delete(QuizAdjustment).where(
                    QuizAdjustment.quiz_id == quiz_id, QuizAdjustment.question_id == question_id
                )
            )
    elif row is None:
        db.session.add(
            QuizAdjustment(
                quiz_id=quiz_id, question_id=question_id, adjustment=adjustment_to_dict(adjustment)
            )
        )
    else:
        row.adjustment = adjustment_to_dict(adjustment)
