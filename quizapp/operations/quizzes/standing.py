"""The reviews of an attempt that stand: those that its responses became, and those that corrected them after a regrade."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, true, update
from sqlalchemy.orm import aliased

from quizapp.core.attempts import AttemptState
from quizapp.core.disclosure import releases_at
from quizapp.database import db
from quizapp.models import Attempt, AttemptResponse, Quiz, Review

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds of one fact of a response: the review that was not taken back, if any; `id` is its, or the next one's."""

    id: uuid.UUID
    review: Any = None


def review_id_of(attempt_id: uuid.UUID, position: int, fact: int | None = None) -> uuid.UUID:
    """Return the id of the review that a response becomes; `fact` is the place of its fact where there are several."""
    return uuid.uuid5(attempt_id, str(position) if fact is None else f"{position}.{fact}")


def corrected_id_of(review_id: uuid.UUID) -> uuid.UUID:
    """Return the id of the review that corrects one which was taken back."""
    return uuid.uuid5(review_id, "corrected")


def find_standing(learner_id: uuid.UUID, first_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Standing]:
    """Return what holds of facts of responses, by the ids that `review_id_of` gives them.

    The log is only added to: after a review that was taken back comes the one that corrects it, and so on. The id of each
    follows from that of the one before. `review` has `id`, `fact_id`, `is_right`, `is_long_term` and `reviewed_at`.
    """
    found: dict[uuid.UUID, Standing] = {}
    asked = {first: first for first in first_ids}
    taken = aliased(Review)
    is_taken_back = (
        select(taken.id).where(taken.learner_id == Review.learner_id, taken.cancels == Review.id).exists()
    )
    while asked:
        rows = db.session.execute(
            select(
                Review.id,
                Review.fact_id,
                Review.is_right,
                Review.is_long_term,
                Review.reviewed_at,
                is_taken_back.label("is_taken_back"),
            ).where(Review.learner_id == learner_id, Review.id.in_(asked.values()))
        )
        there = {row.id: row for row in rows}
        next_ids: dict[uuid.UUID, uuid.UUID] = {}
        for first, review_id in asked.items():
            row = there.get(review_id)
            if row is not None and row.is_taken_back:
                next_ids[first] = corrected_id_of(review_id)
            else:
                found[first] = Standing(review_id, row)
        asked = next_ids
    return found


def review_anew(quiz_id: uuid.UUID, question_id: uuid.UUID, attempt_id: uuid.UUID | None = None) -> None:
    """Have the next sweep look again at what attempts that asked a question became, all or one; call it inside `run_tx`.

    What was decided about the question changed. An attempt whose quiz tells nothing has no reviews to look at.
    """
    quiz = db.session.get_one(Quiz, quiz_id, populate_existing=True)
    _, teaches = releases_at(quiz.disclosure, quiz.created_at, quiz.closes_at)
    asking = select(AttemptResponse.position).where(
        AttemptResponse.learner_id == Attempt.learner_id,
        AttemptResponse.attempt_id == Attempt.id,
        AttemptResponse.question_id == question_id,
        true() if teaches else AttemptResponse.review_id.is_not(None),
    )
    db.session.execute(
        update(Attempt)
        .where(
            Attempt.quiz_id == quiz_id,
            Attempt.id == attempt_id if attempt_id else true(),
            Attempt.state == AttemptState.CLOSED,
            Attempt.released_at.is_not(None),
            Attempt.reviewed_at.is_not(None),
            Attempt.is_preview.is_(False),
            asking.exists(),
        )
        .values(reviewed_at=None)
        .execution_options(synchronize_session=False)
    )
