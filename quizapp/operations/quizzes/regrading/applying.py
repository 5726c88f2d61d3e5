"""Regrades applied and recorded."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, select

from quizapp.core.regrading import adjustment_to_dict
from quizapp.database import db, run_tx
from quizapp.models import Question, QuestionRevision, Regrade, RegradedResponse, User
from quizapp.operations.quizzes.regrading.asking import find_adjustment
from quizapp.operations.quizzes.regrading.reading import read_stand
from quizapp.operations.quizzes.regrading.trying import try_regrade
from quizapp.operations.quizzes.regrading.writing import (
    TRIES,
    Rows,
    Written,
    find_regrade,
    rows_of,
    set_adjustment,
    write,
)
from quizapp.operations.statements import Statement

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from quizapp.core.regrading import Adjustment

_RECORD: Final = Statement(
    "INSERT INTO regraded_responses (learner_id, regrade_id, attempt_id, position, before, after) "
    "VALUES (:learner_id, :regrade_id, :attempt_id, :position, :before, :after)"
)


class StaleRegradeError(Exception):
    """Since it was tried, attempts were closed, changed or regraded: it must be looked at once more."""


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
    """Apply what was tried and record it. Returns how many attempts changed.

    Has its own transactions: grading happens outside them, and what changed in the meantime has it done again. Reviews
    that responses became are set right by the next sweep. The same `regrade_id` again changes nothing more. Raises
    `StaleRegradeError` where the outcome would not be the one that `digest` names.
    """
    values = {
        "id": regrade_id,
        "quiz_id": quiz_id,
        "question_id": question_id,
        "after": adjustment_to_dict(adjustment) if adjustment else None,
        "reason": reason,
        "keeps_higher": keeps_higher,
        "applied_at": now,
        "applied_by": user_id,
    }
    for _ in range(TRIES):
        if find_regrade(regrade_id) is not None:
            return 0
        stand = read_stand(quiz_id, question_id)
        tried = try_regrade(quiz_id, question_id, adjustment, keeps_higher=keeps_higher)
        if tried.digest != digest:
            if find_regrade(regrade_id) is not None:
                # Sent twice at once: the other one was applied between the two looks.
                return 0
            raise StaleRegradeError
        changes = [
            Written(one.learner_id, one.attempt_id, one.position, one.before, one.after)
            for one in tried.changes
        ]
        rows = rows_of(quiz_id, changes, now, user_id, reason)
        kept = [
            {
                "learner_id": one.learner_id,
                "regrade_id": regrade_id,
                "attempt_id": one.attempt_id,
                "position": one.position,
                "before": json.dumps(one.before),
                "after": json.dumps(one.after),
            }
            for one in changes
        ]
        changed = run_tx(
            lambda stand=stand, rows=rows, kept=kept: _apply(values, adjustment, stand, rows, kept)  # type: ignore[misc]
        )
        if changed is not None:
            return changed
    raise RuntimeError(f"attempts at quiz {quiz_id} changed each time a regrade was to be applied")


def _apply(
    values: Mapping[str, Any],
    adjustment: Adjustment,
    stand: tuple[int, frozenset[Any]],
    rows: Rows,
    kept: Sequence[Mapping[str, Any]],
) -> int | None:
    """Write a regrade that was graded from what stood then; returns None where something else stands by now."""
    quiz_id, question_id = values["quiz_id"], values["question_id"]
    if find_regrade(values["id"]) is not None:
        return 0
    if read_stand(quiz_id, question_id) != stand:
        return None
    before = find_adjustment(quiz_id, question_id)
    db.session.add(Regrade(**values, before=adjustment_to_dict(before) if before else None))
    set_adjustment(quiz_id, question_id, adjustment)
    db.session.flush()
    _RECORD.run_all(kept)
    write(quiz_id, question_id, rows)
    return len(kept)


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
