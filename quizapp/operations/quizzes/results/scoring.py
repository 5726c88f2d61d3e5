"""The score of an attempt at a glance: in all, by topic, by form of question, with what lateness took."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quizapp.core.attempts import QuestionGrade, Result, Tally, result
from quizapp.core.facts import Standing
from quizapp.core.grading import Outcome
from quizapp.core.marking import rules_from_dict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from quizapp.core.questions import AnyQuestion
    from quizapp.models import Attempt, AttemptResponse


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Marks of an attempt. `score` of `max_score` is what counts; `result` adds up marks before lateness.

    `counts` holds responses by outcome, those on what the source invents apart. `late_seconds` is how long after the due
    moment it came in, 0 in time; `credit_percent` of the marks count.
    """

    score: float
    max_score: float
    result: Result
    by_form: dict[str, Tally]
    counts: Mapping[tuple[str, bool], int]
    credit_percent: int
    late_seconds: float

    @property
    def share(self) -> float | None:
        """The share that counts, 0 to 1; None where nothing was scored."""
        return self.score / self.max_score if self.max_score else None

    @property
    def took_marks(self) -> bool:
        """Whether wrong responses cost more than right ones brought: there is no score below 0."""
        return self.result.total.score < 0

    def count(self, *outcomes: str, is_fictional: bool = False) -> int:
        """Return how many responses had one of these outcomes: of what is scored, or else of what the source invents."""
        return sum(self.counts.get((outcome, is_fictional), 0) for outcome in outcomes)


def sheet_of(
    attempt: Attempt, rows: Iterable[tuple[AttemptResponse, AnyQuestion]], due_at: datetime | None
) -> Sheet:
    """Return the score of a closed attempt."""
    rules = rules_from_dict(attempt.marking)
    grades: list[QuestionGrade] = []
    forms: dict[str, list[QuestionGrade]] = {}
    counts: Counter[tuple[str, bool]] = Counter()
    for row, question in rows:
        is_fictional = question.standing == Standing.FICTIONAL
        counts[row.outcome or Outcome.BLANK, is_fictional] += 1
        max_points = row.weight * rules.highest
        grade = QuestionGrade(
            topic=question.topic,
            points=min(marks_of(row), max_points),
            max_points=max_points,
            is_neutral=row.outcome == Outcome.NEUTRAL,
            is_fictional=is_fictional,
        )
        grades.append(grade)
        if not is_fictional:
            forms.setdefault(question.type, []).append(grade)
    late = (
        0.0
        if due_at is None or attempt.finished_at is None
        else (attempt.finished_at - due_at).total_seconds()
    )
    added = result(grades)
    return Sheet(
        score=added.score if attempt.score is None else attempt.score,
        max_score=added.max_score if attempt.max_score is None else attempt.max_score,
        result=added,
        by_form={form: result(of_form).total for form, of_form in sorted(forms.items())},
        counts=counts,
        credit_percent=attempt.credit_percent,
        late_seconds=max(0.0, math.floor(late)),
    )


def marks_of(row: AttemptResponse) -> float:
    """Return what a graded response counts: what an instructor set, else its marks, else its score."""
    if row.override_marks is not None:
        return row.override_marks
    return (row.score or 0.0) * row.weight if row.marks is None else row.marks
