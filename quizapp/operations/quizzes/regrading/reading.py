"""What a regrade reads: the question as each closed attempt asked it, and what the rest of the attempt adds up to."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from quizapp.core.facts import Standing
from quizapp.core.grading import Outcome
from quizapp.core.marking import rules_from_dict, total
from quizapp.core.questions import question_from_dict
from quizapp.core.regrading import UNADJUSTED, Adjustment
from quizapp.database import db
from quizapp.models import QuestionRevision
from quizapp.operations.quizzes.grading import AskedSlot, GradedSlot, grade_slot
from quizapp.operations.statements import Statement, as_id, as_moment

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from quizapp.core.marking import MarkingRules
    from quizapp.core.questions import AnyQuestion

#: Questions of which the standing is asked for at once.
_AT_ONCE: Final = 400

_CLOSED: Final = (
    "FROM attempts a JOIN responses r ON r.learner_id = a.learner_id AND r.attempt_id = a.id "
    "WHERE a.quiz_id = :quiz_id AND a.state = 'closed' AND NOT a.is_preview "
)
_ASKED: Final = Statement(
    "SELECT a.learner_id, a.id, a.finished_at, a.marking, a.credit_percent, r.position, r.question_revision, "
    "r.response, r.certainty, r.weight, r.override_marks, r.outcome, r.score "
    f"{_CLOSED} AND r.question_id = :question_id"
)
_OTHERS: Final = Statement(
    "SELECT r.attempt_id, r.question_id, r.question_revision, r.weight, r.marks "  # noqa: S608
    f"{_CLOSED} AND r.question_id <> :question_id AND coalesce(r.outcome, 'blank') <> 'neutral' AND EXISTS (SELECT 1 FROM responses o "
    "WHERE o.learner_id = a.learner_id AND o.attempt_id = a.id AND o.question_id = :question_id)"
)
# All that a change of what grading read shows in, short enough to be read while others wait to write: whatever an
# instructor does to the other questions of an attempt is recorded.
_STAND: Final = Statement(
    "SELECT a.learner_id, a.id, a.finished_at, a.credit_percent, a.score, a.max_score, r.position, r.sequence, r.outcome, "
    f"r.score AS share, r.marks, r.override_marks {_CLOSED} AND r.question_id = :question_id"
)
_DONE: Final = Statement(
    "SELECT count(*) AS times FROM attempt_events WHERE quiz_id = :quiz_id AND user_id IS NOT NULL"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedIn:
    """A question as one closed attempt asked it, how its response stands, and the points of all other questions."""

    learner_id: uuid.UUID
    attempt_id: uuid.UUID
    finished_at: datetime
    rules: MarkingRules
    credit_percent: int
    slot: AskedSlot
    outcome: Outcome
    score: float
    points: list[float] = field(default_factory=list)
    max_points: list[float] = field(default_factory=list)

    @property
    def position(self) -> int:
        """Where the attempt asked it."""
        return self.slot.position

    @property
    def standing(self) -> GradedSlot:
        """The grade that it has."""
        return self.graded_as(self.outcome, self.score)

    def graded_as(self, outcome: Outcome, score: float) -> GradedSlot:
        """Return the grade with this outcome and share that was right; what an instructor set goes before it."""
        slot = self.slot
        given = AskedSlot(
            position=slot.position,
            question_id=slot.question_id,
            question=slot.question,
            certainty=slot.certainty,
            weight=slot.weight,
            override_marks=slot.override_marks,
            fixed=(outcome, score),
        )
        return grade_slot(given, self.rules, UNADJUSTED)

    def grade(self, adjustment: Adjustment) -> GradedSlot:
        """Return the grade under an adjustment. Not even what a check told the learner is fixed against a correction."""
        return grade_slot(self.slot, self.rules, adjustment)

    def total(self, graded: GradedSlot) -> tuple[float, float]:
        """Return the score of the attempt and the highest possible one with this grade, as `grading.total_of` does."""
        if graded.is_fictional or graded.outcome == Outcome.NEUTRAL:
            return total(self.points) * (self.credit_percent / 100), math.fsum(self.max_points)
        return (
            total([*self.points, graded.marks]) * (self.credit_percent / 100),
            math.fsum([*self.max_points, graded.max_marks]),
        )

    def told(self, graded: GradedSlot) -> dict[str, Any]:
        """Return a grade with what it makes of the attempt, as it is recorded."""
        score, most = self.total(graded)
        return {
            "outcome": graded.outcome.value,
            "score": graded.score,
            "marks": graded.marks,
            "attempt_score": score,
            "attempt_max": most,
        }


def read_asked(quiz_id: uuid.UUID, question_id: uuid.UUID) -> list[AskedIn]:
    """Return a question as each closed attempt at a quiz asked it, across learners."""
    values = {"quiz_id": quiz_id, "question_id": question_id}
    questions = _read_revisions(question_id)
    found = [_asked_in(row, question_id, questions) for row in _ASKED.all(values)]
    by_attempt = {one.attempt_id: one for one in found}
    others = _OTHERS.all(values)
    fictional = _find_fictional({as_id(one) for one in {row.question_id for row in others}})
    for row in others:
        one = by_attempt.get(as_id(row.attempt_id))
        if one is None or (as_id(row.question_id), row.question_revision) in fictional:
            continue
        one.points.append(row.marks or 0.0)
        one.max_points.append(row.weight * one.rules.highest)
    return found


def read_stand(quiz_id: uuid.UUID, question_id: uuid.UUID) -> tuple[int, frozenset[Any]]:
    """Return how a question's grades stand: as long as it is the same, what `read_asked` read still holds."""
    [done] = _DONE.all({"quiz_id": quiz_id})
    return done.times, frozenset(map(tuple, _STAND.all({"quiz_id": quiz_id, "question_id": question_id})))


def _asked_in(row: Any, question_id: uuid.UUID, questions: dict[int, AnyQuestion]) -> AskedIn:
    return AskedIn(
        learner_id=as_id(row.learner_id),
        attempt_id=as_id(row.id),
        finished_at=as_moment(row.finished_at),
        rules=rules_from_dict(_content(row.marking)),
        credit_percent=row.credit_percent,
        slot=AskedSlot(
            position=row.position,
            question_id=question_id,
            question=questions[row.question_revision],
            response=_content(row.response),
            certainty=row.certainty,
            weight=row.weight,
            override_marks=row.override_marks,
        ),
        outcome=Outcome(row.outcome or Outcome.BLANK),
        score=row.score or 0.0,
    )


def _read_revisions(question_id: uuid.UUID) -> dict[int, AnyQuestion]:
    rows = db.session.execute(
        select(QuestionRevision.revision, QuestionRevision.content).where(
            QuestionRevision.question_id == question_id
        )
    )
    return {revision: question_from_dict(content) for revision, content in rows}


def _find_fictional(question_ids: Collection[uuid.UUID]) -> set[tuple[uuid.UUID, int]]:
    """Return the revisions of these questions that are scored apart."""
    wanted: Sequence[uuid.UUID] = list(question_ids)
    found: set[tuple[uuid.UUID, int]] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        rows = db.session.execute(
            select(QuestionRevision.question_id, QuestionRevision.revision).where(
                QuestionRevision.question_id.in_(wanted[start : start + _AT_ONCE]),
                QuestionRevision.content["standing"].as_string() == Standing.FICTIONAL.value,
            )
        )
        found.update((question_id, revision) for question_id, revision in rows)
    return found


def _content(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
