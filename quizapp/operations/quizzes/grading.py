"""Grades of an attempt: each response under what holds of its question now, its marks, and what they add up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from quizapp.core.attempts import QuestionGrade, result
from quizapp.core.facts import Standing
from quizapp.core.grading import Outcome, response_from_dict
from quizapp.core.marking import MarkingRules, marks, rules_from_dict
from quizapp.core.questions import question_from_dict
from quizapp.core.regrading import UNADJUSTED, Adjustment, adjustment_from_dict, regrade
from quizapp.database import db
from quizapp.models import Attempt, AttemptResponse, QuestionRevision, QuizAdjustment
from quizapp.models.quizzes import is_pinned

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Mapping

    from quizapp.core.questions import AnyQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedSlot:
    """One question of an attempt with all that grades it.

    `fixed` is what a check told the learner: outcome and score stay so unless the question was adjusted since.
    """

    position: int
    question_id: uuid.UUID
    question: AnyQuestion
    response: dict[str, Any] | None = None
    certainty: int | None = None
    weight: float = 1.0
    override_marks: float | None = None
    fixed: tuple[Outcome, float] | None = None
    sequence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedSlot:
    """The grade of one question of an attempt.

    `score` is the share that was right, 0 to 1; `marks` are what counts, negative ones too, out of `max_marks`.
    """

    position: int
    outcome: Outcome
    score: float
    marks: float
    max_marks: float
    topic: str
    is_fictional: bool

    @property
    def grade(self) -> QuestionGrade:
        """What adds up to the result."""
        return QuestionGrade(
            topic=self.topic,
            points=self.marks,
            max_points=self.max_marks,
            is_neutral=self.outcome == Outcome.NEUTRAL,
            is_fictional=self.is_fictional,
        )


def load_adjustments(quiz_id: uuid.UUID) -> dict[uuid.UUID, Adjustment]:
    """Return what was decided about questions of a quiz since they were asked, by question."""
    rows = db.session.execute(
        select(QuizAdjustment.question_id, QuizAdjustment.adjustment).where(QuizAdjustment.quiz_id == quiz_id)
    )
    return {question_id: adjustment_from_dict(data) for question_id, data in rows}


def load_slots(learner_id: uuid.UUID, attempt_id: uuid.UUID, position: int | None = None) -> list[AskedSlot]:
    """Return the questions of an attempt in order, or the one at a position, with what was given and what grades it."""
    statement = (
        select(AttemptResponse, QuestionRevision.content)
        .join(QuestionRevision, is_pinned())
        .where(AttemptResponse.learner_id == learner_id, AttemptResponse.attempt_id == attempt_id)
        .order_by(AttemptResponse.position)
        .execution_options(populate_existing=True)
    )
    if position is not None:
        statement = statement.where(AttemptResponse.position == position)
    return [slot_of(row, question_from_dict(content)) for row, content in db.session.execute(statement)]


def slot_of(row: AttemptResponse, question: AnyQuestion) -> AskedSlot:
    """Return what grades a response to this question."""
    fixed = (Outcome(row.outcome), row.score or 0.0) if row.checked_at and row.outcome else None
    return AskedSlot(
        position=row.position,
        question_id=row.question_id,
        question=question,
        response=row.response,
        certainty=row.certainty,
        weight=row.weight,
        override_marks=row.override_marks,
        fixed=fixed,
        sequence=row.sequence,
    )


def grade_slots(
    slots: Iterable[AskedSlot], rules: MarkingRules, adjustments: Mapping[uuid.UUID, Adjustment]
) -> list[GradedSlot]:
    """Return the grades of responses under the rules of their attempt and the adjustments of its quiz."""
    return [grade_slot(slot, rules, adjustments.get(slot.question_id, UNADJUSTED)) for slot in slots]


def grade_slot(slot: AskedSlot, rules: MarkingRules, adjustment: Adjustment = UNADJUSTED) -> GradedSlot:
    """Return the grade of one response."""
    if slot.fixed is not None and not adjustment:
        outcome, score = slot.fixed
    else:
        response = None if slot.response is None else response_from_dict(slot.response)
        done = regrade(slot.question, response, adjustment)
        outcome, score = done.outcome, done.score
    return GradedSlot(
        position=slot.position,
        outcome=outcome,
        score=score,
        marks=marks_of(outcome, score, slot.weight, rules, slot.certainty, slot.override_marks),
        max_marks=slot.weight * rules.highest,
        topic=slot.question.topic,
        is_fictional=slot.question.standing == Standing.FICTIONAL,
    )


def marks_of(
    outcome: Outcome,
    score: float,
    weight: float,
    rules: MarkingRules,
    certainty: int | None = None,
    override_marks: float | None = None,
) -> float:
    """Return what counts of a response: what an instructor set, or else what the rules make of its score."""
    return marks(outcome, score, weight, rules, certainty) if override_marks is None else override_marks


def total_of(grades: Iterable[GradedSlot], credit_percent: int = 100) -> tuple[float, float]:
    """Return the score of an attempt and the highest possible one.

    Marks add up to no less than nothing, and lateness takes its part. Neutral and dropped questions are not scored,
    overridden or not, and fiction is scored apart.
    """
    told = result(graded.grade for graded in grades)
    return told.score * (credit_percent / 100), told.max_score


def retotal(learner_id: uuid.UUID, attempt_id: uuid.UUID) -> tuple[float, float]:
    """Give each graded response of a closed attempt its marks again, and the attempt its score; call it inside `run_tx`.

    Outcomes and scores stay as the rows have them; what an instructor set goes before what the rules say. Returns the
    score and the highest possible one.
    """
    db.session.flush()
    attempt = db.session.get_one(Attempt, (learner_id, attempt_id), populate_existing=True)
    rules = rules_from_dict(attempt.marking)
    grades = []
    for row, topic, standing in db.session.execute(
        select(
            AttemptResponse,
            QuestionRevision.content["topic"].as_string(),
            QuestionRevision.content["standing"].as_string(),
        )
        .join(QuestionRevision, is_pinned())
        .where(AttemptResponse.learner_id == learner_id, AttemptResponse.attempt_id == attempt_id)
        .order_by(AttemptResponse.position)
        .execution_options(populate_existing=True)
    ):
        outcome, score = Outcome(row.outcome or Outcome.BLANK), row.score or 0.0
        row.marks = marks_of(outcome, score, row.weight, rules, row.certainty, row.override_marks)
        grades.append(
            GradedSlot(
                position=row.position,
                outcome=outcome,
                score=score,
                marks=row.marks,
                max_marks=row.weight * rules.highest,
                topic=topic or "",
                is_fictional=standing == Standing.FICTIONAL,
            )
        )
    attempt.score, attempt.max_score = total_of(grades, attempt.credit_percent)
    db.session.flush()
    return attempt.score, attempt.max_score


def write_grades(learner_id: uuid.UUID, attempt_id: uuid.UUID, grades: Iterable[GradedSlot]) -> None:
    """Keep the grades of an attempt with its responses; call it inside `run_tx`."""
    rows = [
        {
            "learner_id": learner_id,
            "attempt_id": attempt_id,
            "position": graded.position,
            "outcome": graded.outcome.value,
            "score": graded.score,
            "marks": graded.marks,
        }
        for graded in grades
    ]
    if rows:
        db.session.execute(update(AttemptResponse), rows)
