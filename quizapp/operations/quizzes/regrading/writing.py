"""What regrades write: grades, scores, the record, and what holds of a question since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete

from quizapp.core.regrading import adjustment_to_dict
from quizapp.database import db
from quizapp.models import QuizAdjustment, Regrade
from quizapp.operations.quizzes.events import Event, event_row, record_all
from quizapp.operations.quizzes.standing import review_anew
from quizapp.operations.statements import Statement

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from quizapp.core.regrading import Adjustment

#: How often it is looked again where attempts changed between grading and writing.
TRIES: Final = 20
_GRADE: Final = Statement(
    "UPDATE responses SET outcome = :outcome, score = :score, marks = :marks "
    "WHERE learner_id = :learner_id AND attempt_id = :attempt_id AND position = :position"
)
_SCORE: Final = Statement(
    "UPDATE attempts SET score = :score, max_score = :max_score "
    "WHERE learner_id = :learner_id AND id = :attempt_id"
)


@dataclass(frozen=True, slots=True)
class Rows:
    """All that is written of responses and attempts, made ready while nobody waits for it."""

    grades: list[dict[str, Any]]
    scores: list[dict[str, Any]]
    events: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Written:
    """What is written of one response and its attempt, with what stood before."""

    learner_id: uuid.UUID
    attempt_id: uuid.UUID
    position: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def rows_of(
    quiz_id: uuid.UUID, changes: Sequence[Written], now: datetime, user_id: uuid.UUID, reason: str
) -> Rows:
    """Return what is written: outcome, score and marks of these responses, scores of their attempts, and the record."""
    rows = Rows([], [], [])
    for one in changes:
        key = {"learner_id": one.learner_id, "attempt_id": one.attempt_id}
        after = one.after
        rows.grades.append(
            {
                **key,
                "position": one.position,
                **{name: after[name] for name in ("outcome", "score", "marks")},
            }
        )
        rows.scores.append({**key, "score": after["attempt_score"], "max_score": after["attempt_max"]})
        detail = {"from": one.before["attempt_score"], "to": after["attempt_score"], "reason": reason}
        rows.events.append(
            event_row(
                one.learner_id,
                quiz_id,
                one.attempt_id,
                Event.REGRADED,
                now,
                position=one.position,
                detail=detail,
                user_id=user_id,
            )
        )
    return rows


def write(quiz_id: uuid.UUID, question_id: uuid.UUID, rows: Rows) -> None:
    """Write grades, scores and record, and have reviews looked at again; call it inside `run_tx`."""
    _GRADE.run_all(rows.grades)
    _SCORE.run_all(rows.scores)
    record_all(rows.events)
    review_anew(quiz_id, question_id)


def find_regrade(regrade_id: uuid.UUID) -> Regrade | None:
    """Return a regrade as the database has it now."""
    return db.session.get(Regrade, regrade_id, populate_existing=True)


def set_adjustment(quiz_id: uuid.UUID, question_id: uuid.UUID, adjustment: Adjustment) -> None:
    """Have this hold of a question from now on; call it inside `run_tx`."""
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
