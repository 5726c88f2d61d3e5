"""What attempts at a quiz asked and what was given, as an instructor looks at it to decide on a question."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select

from quizapp.core.attempts import AttemptState
from quizapp.core.grading import Outcome, key_text, response_from_dict, response_text, response_to_dict
from quizapp.core.questions import ChoiceQuestion, OptionResponse, TrueFalseQuestion, question_from_dict
from quizapp.core.regrading import UNADJUSTED, Adjustment, adjustment_from_dict, is_same, regrade
from quizapp.database import db
from quizapp.models import Attempt, AttemptResponse, QuestionRevision, QuizAdjustment
from quizapp.models.quizzes import is_pinned
from quizapp.operations.quizzes.grading import load_adjustments

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from quizapp.core.questions import AnyQuestion, Response


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that attempts at a quiz asked: how often, with what share right, and what was decided about it."""

    question_id: uuid.UUID
    stem: str
    type: str
    key: str
    times: int
    share_right: float | None
    adjustment: Adjustment


@dataclass(frozen=True, slots=True)
class Given:
    """A response that learners gave: how many did, how the question grades it, and how it counts now.

    `decision` is "accepted" or "refused" where the adjustment says so, else "". `name` stands in forms.
    """

    name: str
    response: Response
    text: str
    times: int
    outcome: Outcome
    decision: str


def list_asked(quiz_id: uuid.UUID) -> list[Asked]:
    """Return the questions that closed attempts at a quiz asked, the one fewest got right first."""
    adjustments = load_adjustments(quiz_id)
    times: Counter[uuid.UUID] = Counter()
    right: Counter[uuid.UUID] = Counter()
    contents: dict[uuid.UUID, tuple[int, dict[str, Any]]] = {}
    for row, content in select_rows(quiz_id):
        known = contents.get(row.question_id)
        if known is None or known[0] < row.question_revision:
            contents[row.question_id] = (row.question_revision, content)
        if row.outcome in (Outcome.RIGHT, Outcome.PARTLY, Outcome.WRONG, Outcome.BLANK):
            times[row.question_id] += 1
            right[row.question_id] += row.outcome == Outcome.RIGHT
    asked = []
    for question_id, (_, content) in contents.items():
        question = question_from_dict(content)
        share = right[question_id] / times[question_id] if times[question_id] else None
        asked.append(
            Asked(
                question_id,
                question.stem,
                question.type,
                key_text(question),
                times[question_id],
                share,
                adjustments.get(question_id, UNADJUSTED),
            )
        )
    return sorted(asked, key=lambda one: (one.share_right is None, one.share_right or 0.0, -one.times))


def find_asked(quiz_id: uuid.UUID, question_id: uuid.UUID) -> tuple[AnyQuestion, Adjustment] | None:
    """Return a question as the newest attempt at a quiz asked it, and what was decided; None if none did."""
    rows = select_rows(quiz_id, question_id)
    if not rows:
        return None
    _, content = max(rows, key=lambda found: found[0].question_revision)
    return question_from_dict(content), find_adjustment(quiz_id, question_id)


def list_given(quiz_id: uuid.UUID, question_id: uuid.UUID) -> list[Given]:
    """Return the different responses to a question in closed attempts, those given most first.

    Of options each is there, given or not: the right one may be one that nobody chose.
    """
    adjustment = find_adjustment(quiz_id, question_id)
    found: list[Given] = []
    question = None
    for row, content in select_rows(quiz_id, question_id):
        question = question_from_dict(content)
        if row.response is None:
            continue
        response = response_from_dict(row.response)
        place = next((index for index, one in enumerate(found) if is_same(one.response, response)), None)
        if place is None:
            found.append(_given(question, response, adjustment, 1))
        else:
            found[place] = replace(found[place], times=found[place].times + 1)
    if isinstance(question, ChoiceQuestion | TrueFalseQuestion):
        chosen = {one.response for one in found}
        options = (OptionResponse(option.id) for option in question.options)
        found += [_given(question, one, adjustment, 0) for one in options if one not in chosen]
    return sorted(found, key=lambda one: (-one.times, one.text))


def _given(question: AnyQuestion, response: Response, adjustment: Adjustment, times: int) -> Given:
    decision = ""
    for word, those in (("refused", adjustment.refused), ("accepted", adjustment.accepted)):
        if any(is_same(response, one) for one in those):
            decision = word
    text = response_text(question, response) or ""
    outcome = regrade(question, response, UNADJUSTED).outcome
    return Given(name_of(response_to_dict(response)), response, text, times, outcome, decision)


def name_of(given: dict[str, Any]) -> str:
    """Return a short name of a response for a form: the same response has the same name."""
    return hashlib.blake2b(json.dumps(given, sort_keys=True).encode(), digest_size=8).hexdigest()


def find_adjustment(quiz_id: uuid.UUID, question_id: uuid.UUID) -> Adjustment:
    """Return what holds of a question in a quiz beyond what it says."""
    row = db.session.get(QuizAdjustment, (quiz_id, question_id), populate_existing=True)
    return UNADJUSTED if row is None else adjustment_from_dict(row.adjustment)


def select_rows(
    quiz_id: uuid.UUID, question_id: uuid.UUID | None = None
) -> Sequence[tuple[AttemptResponse, dict[str, Any]]]:
    """Return responses of the quiz's closed attempts with what their question says, across learners."""
    wanted = [
        Attempt.quiz_id == quiz_id,
        Attempt.state == AttemptState.CLOSED,
        Attempt.is_preview.is_(False),
    ]
    if question_id is not None:
        wanted.append(AttemptResponse.question_id == question_id)
    rows = db.session.execute(
        select(AttemptResponse, QuestionRevision.content)
        .join(
            Attempt,
            and_(Attempt.learner_id == AttemptResponse.learner_id, Attempt.id == AttemptResponse.attempt_id),
        )
        .join(QuestionRevision, is_pinned())
        .where(*wanted)
        .order_by(Attempt.started_at, Attempt.id, AttemptResponse.position)
        .execution_options(populate_existing=True)
    )
    return [(row, content) for row, content in rows]
