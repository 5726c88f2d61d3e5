"""What grading attempts one after another reads: each pinned question once, however many attempts ask it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from quizapp.core.attempts import AttemptState
from quizapp.core.grading import Outcome
from quizapp.core.marking import rules_from_dict
from quizapp.core.questions import question_from_dict
from quizapp.core.regrading import adjustment_from_dict
from quizapp.operations.quizzes.grading import AskedSlot
from quizapp.operations.statements import Statement, as_id, as_moment

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from quizapp.core.marking import MarkingRules
    from quizapp.core.questions import AnyQuestion
    from quizapp.core.regrading import Adjustment

#: Questions kept at a time.
_MOST_KEPT: Final = 5000

_SITTING: Final = Statement(
    "SELECT quiz_id, state, deadline_at, turn, marking, is_preview, released_at FROM attempts "
    "WHERE learner_id = :learner_id AND id = :attempt_id"
)
_SLOTS: Final = Statement(
    "SELECT position, question_id, question_revision, response, certainty, weight, override_marks, sequence, "
    "checked_at, outcome, score FROM responses WHERE learner_id = :learner_id AND attempt_id = :attempt_id "
    "ORDER BY position"
)
_QUESTION: Final = Statement(
    "SELECT content FROM question_revisions WHERE question_id = :question_id AND revision = :revision"
)
_ADJUSTMENTS: Final = Statement(
    "SELECT quiz_id, question_id, adjustment FROM quiz_adjustments WHERE quiz_id IN :quiz_ids"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """An attempt as far as closing it needs to know."""

    learner_id: uuid.UUID
    attempt_id: uuid.UUID
    quiz_id: uuid.UUID
    state: AttemptState
    deadline_at: datetime | None
    turn: int | None
    rules: MarkingRules
    is_preview: bool
    is_released: bool


class Books:
    """Reads attempts for grading, and keeps the questions that it met and what was decided about them."""

    def __init__(self) -> None:
        self._questions: dict[tuple[Any, int], tuple[uuid.UUID, AnyQuestion]] = {}
        self._decisions: dict[uuid.UUID, dict[uuid.UUID, Any]] = {}

    def find_sitting(self, learner_id: uuid.UUID, attempt_id: uuid.UUID) -> Sitting | None:
        """Return an attempt; None if it is not there."""
        row = _SITTING.first({"learner_id": learner_id, "attempt_id": attempt_id})
        if row is None:
            return None
        return Sitting(
            learner_id=learner_id,
            attempt_id=attempt_id,
            quiz_id=as_id(row.quiz_id),
            state=AttemptState(row.state),
            deadline_at=None if row.deadline_at is None else as_moment(row.deadline_at),
            turn=row.turn,
            rules=rules_from_dict(_content(row.marking)),
            is_preview=bool(row.is_preview),
            is_released=row.released_at is not None,
        )

    def list_slots(self, learner_id: uuid.UUID, attempt_id: uuid.UUID) -> list[AskedSlot]:
        """Return the questions of an attempt in order, with what was given and what grades it."""
        slots = []
        for row in _SLOTS.all({"learner_id": learner_id, "attempt_id": attempt_id}):
            question_id, question = self._question(row.question_id, row.question_revision)
            slots.append(
                AskedSlot(
                    position=row.position,
                    question_id=question_id,
                    question=question,
                    response=_content(row.response),
                    certainty=row.certainty,
                    weight=row.weight,
                    override_marks=row.override_marks,
                    fixed=(Outcome(row.outcome), row.score or 0.0)
                    if row.checked_at and row.outcome
                    else None,
                    sequence=row.sequence,
                )
            )
        return slots

    def adjustments_of(self, quiz_id: uuid.UUID) -> Mapping[uuid.UUID, Adjustment]:
        """Return what was decided about questions of a quiz, as it was when it was first asked for."""
        if quiz_id not in self._decisions:
            self._decisions |= _read_decisions([quiz_id])
        return {
            question_id: adjustment_from_dict(data) for question_id, data in self._decisions[quiz_id].items()
        }

    def still_decided(self, quiz_ids: Collection[uuid.UUID]) -> bool:
        """Say whether what was decided about these quizzes still stands as it was asked for."""
        return _read_decisions(quiz_ids) == {quiz_id: self._decisions[quiz_id] for quiz_id in quiz_ids}

    def forget_decisions(self) -> None:
        """Ask anew what was decided."""
        self._decisions.clear()

    def _question(self, question_id: Any, revision: int) -> tuple[uuid.UUID, AnyQuestion]:
        """Return a question with its id, which comes as a driver gave it."""
        key = (question_id, revision)
        kept = self._questions.get(key)
        if kept is None:
            if len(self._questions) >= _MOST_KEPT:
                self._questions.clear()
            row = _QUESTION.first({"question_id": question_id, "revision": revision})
            kept = self._questions[key] = as_id(question_id), question_from_dict(_content(row.content))
        return kept


def _read_decisions(quiz_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, dict[uuid.UUID, Any]]:
    found: dict[uuid.UUID, dict[uuid.UUID, Any]] = {quiz_id: {} for quiz_id in quiz_ids}
    for row in _ADJUSTMENTS.all({"quiz_ids": list(quiz_ids)}):
        found[as_id(row.quiz_id)][as_id(row.question_id)] = _content(row.adjustment)
    return found


def _content(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
