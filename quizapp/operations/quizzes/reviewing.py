"""Responses of a closed attempt become reviews of their facts, in batches that can be resumed."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sqlalchemy import and_, select, update

from quizapp.core.attempts import AttemptState
from quizapp.core.grading import Outcome, chance_of_guessing
from quizapp.core.questions import question_from_dict
from quizapp.database import db, run_tx
from quizapp.models import Attempt, AttemptResponse, Learner, QuestionFact, QuestionRevision
from quizapp.models.quizzes import is_pinned
from quizapp.operations.study import Given, record_review

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

#: Responses that become reviews in one transaction: long ones would keep other learners waiting.
BATCH = 20


def review_attempt(learner_id: uuid.UUID, attempt_id: uuid.UUID, now: datetime) -> int:
    """Make a review of each right or wrong response of a closed attempt; returns how many were made or found made.

    Blank, neutral and unclear ones say nothing about a memory. The id of a review follows from attempt and position,
    so that doing it again, or two at once, doubles nothing. Has its own transactions; sets `reviewed_at` at the end.
    """
    attempt = db.session.get(Attempt, (learner_id, attempt_id), populate_existing=True)
    if attempt is None or attempt.state != AttemptState.CLOSED or attempt.reviewed_at is not None:
        return 0
    waiting = _list_waiting(learner_id, attempt_id)
    for start in range(0, len(waiting), BATCH):
        part = waiting[start : start + BATCH]
        run_tx(lambda part=part: _record(learner_id, attempt_id, part))  # type: ignore[misc]
    run_tx(lambda: _mark_done(learner_id, attempt_id, now))
    return len(waiting)


def review_id_of(attempt_id: uuid.UUID, position: int) -> uuid.UUID:
    """Return the id of the review that a response becomes."""
    return uuid.uuid5(attempt_id, str(position))


def _list_waiting(learner_id: uuid.UUID, attempt_id: uuid.UUID) -> list[tuple[int, Given]]:
    rows = db.session.execute(
        select(AttemptResponse, QuestionFact.fact_id, QuestionRevision.content)
        .join(
            QuestionFact,
            and_(QuestionFact.question_id == AttemptResponse.question_id, QuestionFact.position == 0),
        )
        .join(
            QuestionRevision,
            is_pinned(),
        )
        .where(
            AttemptResponse.learner_id == learner_id,
            AttemptResponse.attempt_id == attempt_id,
            AttemptResponse.outcome.in_((Outcome.RIGHT, Outcome.WRONG)),
            AttemptResponse.review_id.is_(None),
        )
        # In the order of the responses a card moves forward; out of order it would be rebuilt each time.
        .order_by(AttemptResponse.responded_at, AttemptResponse.position)
    )
    return [
        (
            row.position,
            Given(
                id=review_id_of(attempt_id, row.position),
                fact_id=fact_id,
                form=row.form,
                source="quiz",
                at=row.responded_at,
                right=row.outcome == Outcome.RIGHT,
                guess=chance_of_guessing(question_from_dict(content)),
                question_id=row.question_id,
                question_revision=row.question_revision,
            ),
        )
        for row, fact_id, content in rows
    ]


def _record(learner_id: uuid.UUID, attempt_id: uuid.UUID, part: Sequence[tuple[int, Given]]) -> None:
    learner = db.session.get_one(Learner, learner_id, populate_existing=True)
    for position, given in part:
        record_review(learner, given)
        db.session.execute(
            update(AttemptResponse)
            .where(
                AttemptResponse.learner_id == learner_id,
                AttemptResponse.attempt_id == attempt_id,
                AttemptResponse.position == position,
            )
            .values(review_id=given.id)
            .execution_options(synchronize_session=False)
        )


def _mark_done(learner_id: uuid.UUID, attempt_id: uuid.UUID, now: datetime) -> None:
    db.session.execute(
        update(Attempt)
        .where(
            Attempt.learner_id == learner_id,
            Attempt.id == attempt_id,
            Attempt.state == AttemptState.CLOSED,
            Attempt.reviewed_at.is_(None),
        )
        .values(reviewed_at=now)
        .execution_options(synchronize_session=False)
    )
