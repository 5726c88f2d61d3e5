"""What a closed attempt tells: its scores, each question with response and key, and what it did to memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from quizapp.core.attempts import AttemptState, QuestionGrade, Result, result
from quizapp.core.facts import Standing
from quizapp.core.grading import Grade, Outcome, grade, key_text, response_from_dict, response_text
from quizapp.core.questions import (
    AnyQuestion,
    ChoiceQuestion,
    Option,
    OptionResponse,
    TrueFalseQuestion,
    question_from_dict,
)
from quizapp.database import db
from quizapp.models import (
    Attempt,
    AttemptResponse,
    Card,
    Fact,
    Learner,
    QuestionFact,
    QuestionRevision,
    Review,
)
from quizapp.models.quizzes import is_pinned
from quizapp.operations.attempt_secrecy import find_closed_facts
from quizapp.operations.study import find_deck, today_of

if TYPE_CHECKING:
    import uuid
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Effect:
    """What a response did to memory: whether it moved it, and in how many days the fact would come back."""

    is_long_term: bool
    days: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """One question with everything that may now be told about it.

    `is_closed` is set while an open quiz of this learner asks the same fact: nothing of it may be shown then.
    """

    position: int
    question: AnyQuestion
    options: tuple[Option, ...]
    picked: str | None
    given: str | None
    key: str
    grade: Grade
    fact_key: str | None
    effect: Effect | None
    is_closed: bool

    @property
    def outcome(self) -> str:
        """How the response was judged when the attempt was closed."""
        return self.grade.outcome.value


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """The outcome of an attempt. `is_deck` says whether its facts become due."""

    result: Result
    told: list[Told]
    is_deck: bool

    def count(self, outcome: str) -> int:
        """Return how many responses had this outcome."""
        return sum(one.outcome == outcome for one in self.told)


def load_result(
    learner: Learner, attempt: Attempt, question_set_id: uuid.UUID, now: datetime
) -> AttemptResult:
    """Return what a closed attempt tells; raises `ValueError` while it is open."""
    if attempt.state != AttemptState.CLOSED:
        raise ValueError("an open attempt tells nothing")
    rows = db.session.execute(
        select(AttemptResponse, QuestionRevision.content, Fact.id, Fact.key, Review.is_long_term, Card.due_on)
        .join(
            QuestionRevision,
            is_pinned(),
        )
        .outerjoin(
            QuestionFact,
            and_(QuestionFact.question_id == AttemptResponse.question_id, QuestionFact.position == 0),
        )
        .outerjoin(Fact, Fact.id == QuestionFact.fact_id)
        .outerjoin(
            Review,
            and_(Review.learner_id == AttemptResponse.learner_id, Review.id == AttemptResponse.review_id),
        )
        .outerjoin(
            Card,
            and_(Card.learner_id == AttemptResponse.learner_id, Card.fact_id == QuestionFact.fact_id),
        )
        .where(AttemptResponse.learner_id == learner.id, AttemptResponse.attempt_id == attempt.id)
        .order_by(AttemptResponse.position)
    )
    today = today_of(learner, now)
    closed = find_closed_facts(learner.id)
    told: list[Told] = []
    grades: list[QuestionGrade] = []
    for row, content, fact_id, fact_key, is_long_term, due_on in rows:
        question = question_from_dict(content)
        days = None if due_on is None else max(0, (due_on - today).days)
        effect = None if is_long_term is None else Effect(is_long_term, days)
        told.append(_tell(row, question, fact_key, effect, is_closed=fact_id in closed))
        grades.append(
            QuestionGrade(
                topic=question.topic,
                points=row.score or 0.0,
                is_neutral=row.outcome == Outcome.NEUTRAL,
                is_fictional=question.standing == Standing.FICTIONAL,
            )
        )
    is_deck = find_deck(learner.id, question_set_id) is not None
    return AttemptResult(result(grades), told, is_deck)


def _tell(
    row: AttemptResponse,
    question: AnyQuestion,
    fact_key: str | None,
    effect: Effect | None,
    *,
    is_closed: bool,
) -> Told:
    response = None if row.response is None else response_from_dict(row.response)
    options: tuple[Option, ...] = ()
    if isinstance(question, ChoiceQuestion | TrueFalseQuestion):
        by_id = {option.id: option for option in question.options}
        options = tuple(by_id[name] for name in row.option_order)
    judged = grade(question, response)
    return Told(
        position=row.position,
        question=question,
        options=options,
        picked=response.option if isinstance(response, OptionResponse) else None,
        given=response_text(question, response),
        key=key_text(question),
        # The outcome and score that count are those of the closing, whatever a later version of the rules would say.
        grade=Grade(Outcome(row.outcome or Outcome.BLANK), row.score or 0.0, judged.feedback, judged.matched),
        fact_key=fact_key,
        effect=effect,
        is_closed=is_closed,
    )
