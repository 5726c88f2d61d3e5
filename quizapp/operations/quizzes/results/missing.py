"""The facts that one attempt found not right, for studying them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from quizapp.core.attempts import AttemptState
from quizapp.core.disclosure import Item
from quizapp.core.grading import Outcome, grade, response_from_dict, verdicts
from quizapp.core.questions import question_from_dict
from quizapp.database import db
from quizapp.models import Attempt, AttemptResponse, Question, QuestionRevision, Quiz
from quizapp.models.quizzes import is_pinned
from quizapp.operations.quizzes.results.disclosing import view_of
from quizapp.operations.quizzes.reviewing import find_facts

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from datetime import datetime

    from quizapp.core.questions import AnyQuestion

_NOT_RIGHT: Final = (Outcome.WRONG, Outcome.PARTLY, Outcome.BLANK, Outcome.UNCLEAR)


def find_missed(learner_id: uuid.UUID, attempt_id: uuid.UUID, now: datetime) -> frozenset[uuid.UUID]:
    """Return the facts that were not right in an attempt, those left blank among them.

    None of an attempt that is not there, is still a secret, or does not show its score; nor of a preview.
    """
    attempt = db.session.get(Attempt, (learner_id, attempt_id))
    if attempt is None or not may_study(attempt, db.session.get_one(Quiz, attempt.quiz_id), now):
        return frozenset()
    rows = [
        (row, set_id, question_from_dict(content))
        for row, set_id, content in db.session.execute(
            select(AttemptResponse, Question.question_set_id, QuestionRevision.content)
            .join(Question, Question.id == AttemptResponse.question_id)
            .join(QuestionRevision, is_pinned())
            .where(
                AttemptResponse.learner_id == learner_id,
                AttemptResponse.attempt_id == attempt_id,
                AttemptResponse.outcome.in_(_NOT_RIGHT),
            )
        )
    ]
    facts = find_facts((set_id, question.facts) for _, set_id, question in rows)
    return frozenset(
        facts[set_id][key]
        for row, set_id, question in rows
        for key in missed_keys(row, question)
        if key in facts[set_id]
    )


def may_study(attempt: Attempt, quiz: Quiz, now: datetime) -> bool:
    """Return whether what was not right in an attempt may be told and studied now."""
    if attempt.state != AttemptState.CLOSED or attempt.is_preview or attempt.released_at is None:
        return False
    return Item.SCORE in view_of(attempt, quiz, now)


def missed_keys(row: AttemptResponse, question: AnyQuestion) -> Iterable[str]:
    """Return the keys of the facts that a response to a question was not right about."""
    if row.outcome not in _NOT_RIGHT:
        return ()
    response = None if row.response is None else response_from_dict(row.response)
    # A grade that was decided otherwise is about the question as a whole.
    if grade(question, response).outcome != row.outcome:
        return question.facts
    known = {verdict.fact for verdict in verdicts(question, response) if verdict.right}
    return [key for place, key in enumerate(question.facts) if place not in known]
