"""Responses of a released attempt become reviews of their facts, in batches that can be resumed."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select, update

from quizapp import clock
from quizapp.core.attempts import AttemptState
from quizapp.core.grading import Outcome, grade, response_from_dict, verdicts
from quizapp.core.questions import question_from_dict
from quizapp.core.regrading import UNADJUSTED, regrade
from quizapp.database import db, run_tx
from quizapp.models import (
    Attempt,
    AttemptResponse,
    Fact,
    Learner,
    Question,
    QuestionRevision,
)
from quizapp.models.quizzes import is_pinned
from quizapp.operations.quizzes.grading import load_adjustments
from quizapp.operations.quizzes.standing import corrected_id_of, find_standing, review_id_of
from quizapp.operations.statements import Statement, as_id
from quizapp.operations.study import Given, record_review, take_back_review

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from quizapp.core.questions import AnyQuestion
    from quizapp.core.regrading import Adjustment
    from quizapp.operations.quizzes.standing import Standing

#: Reviews made in one transaction: long ones would keep other learners waiting.
BATCH = 20
#: Attempts listed at a time.
_LISTED: Final = 500
_WAITING: Final = Statement(
    "SELECT learner_id, id FROM attempts WHERE reviewed_at IS NULL AND released_at <= :now AND state = 'closed' "
    "ORDER BY released_at LIMIT :count"
)

log = logging.getLogger("quizapp.quizzes")


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A response and the reviews that it becomes, or should have become.

    `places` are the ids of the first review of each fact that it may settle: see `find_standing`.
    """

    position: int
    reviews: tuple[Given, ...]
    places: tuple[uuid.UUID, ...]
    responded_at: datetime | None


def review_attempt(learner_id: uuid.UUID, attempt_id: uuid.UUID, now: datetime) -> int:
    """Make a review of each fact that a response of a released attempt settles; returns how many were made or found made.

    Until it is released a memory that moved would tell right from wrong. Blank, neutral and unclear responses say nothing
    about a memory, nor does one to a question that was dropped, or that everybody was given credit for. The id of a
    review follows from attempt, position and fact, so that doing it again, or two at once, doubles nothing. A review that
    a regrade proved wrong is taken back, and the right one is recorded at the time of the response. Has its own
    transactions; sets `reviewed_at` at the end.
    """
    attempt = db.session.get(Attempt, (learner_id, attempt_id), populate_existing=True)
    if attempt is None or attempt.state != AttemptState.CLOSED or attempt.reviewed_at is not None:
        return 0
    if attempt.released_at is None or attempt.is_preview:
        return 0
    quiz_id = attempt.quiz_id
    adjustments = load_adjustments(quiz_id)
    waiting = _list_waiting(learner_id, attempt_id, adjustments)
    for part in _batches(waiting):
        run_tx(lambda part=part: _record(learner_id, attempt_id, part, now))  # type: ignore[misc]

    def finish() -> None:
        # What was decided meanwhile may say otherwise: the next sweep looks again.
        if load_adjustments(quiz_id) == adjustments:
            _mark_done(learner_id, attempt_id, now)

    run_tx(finish)
    return sum(len(one.reviews) for one in waiting)


def review_waiting(now: datetime, ends_at: float) -> int:
    """Make the reviews of released attempts that have none so far, until a moment of the monotonic clock.

    Returns how many attempts were gone through. Reads across learners, by the index of what is not reviewed; what is left
    goes on with the next call. One that fails is logged and does not keep the others waiting.
    """
    done = 0
    tried: set[tuple[uuid.UUID, uuid.UUID]] = set()
    while True:
        rows = _WAITING.all({"now": now, "count": _LISTED + len(tried)})
        waiting = [one for row in rows if (one := (as_id(row.learner_id), as_id(row.id))) not in tried]
        if not waiting:
            return done
        for learner_id, attempt_id in waiting:
            if clock.monotonic() >= ends_at:
                return done
            tried.add((learner_id, attempt_id))
            try:
                review_attempt(learner_id, attempt_id, now)
                done += 1
            except Exception:
                db.session.rollback()
                log.exception("the responses of attempt %s could not become reviews", attempt_id)


def _list_waiting(
    learner_id: uuid.UUID, attempt_id: uuid.UUID, adjustments: Mapping[uuid.UUID, Adjustment]
) -> list[_Waiting]:
    rows = db.session.execute(
        select(AttemptResponse, Question.question_set_id, QuestionRevision.content)
        .join(Question, Question.id == AttemptResponse.question_id)
        .join(
            QuestionRevision,
            is_pinned(),
        )
        .where(
            AttemptResponse.learner_id == learner_id,
            AttemptResponse.attempt_id == attempt_id,
            or_(
                AttemptResponse.outcome.in_((Outcome.RIGHT, Outcome.PARTLY, Outcome.WRONG)),
                AttemptResponse.review_id.is_not(None),
            ),
        )
        # In the order of the responses a card moves forward; out of order it would be rebuilt each time.
        .order_by(AttemptResponse.responded_at, AttemptResponse.position)
        .execution_options(populate_existing=True)
    ).all()
    facts = find_facts((set_id, content["facts"]) for _, set_id, content in rows)
    waiting = []
    for row, set_id, content in rows:
        question = question_from_dict(content)
        adjustment = adjustments.get(row.question_id, UNADJUSTED)
        reviews = tuple(_reviews_of(row, question, facts[set_id], adjustment))
        if reviews or row.review_id is not None:
            count = len(question.facts)
            places = tuple(
                review_id_of(attempt_id, row.position, place if count > 1 else None) for place in range(count)
            )
            waiting.append(_Waiting(row.position, reviews, places, row.responded_at))
    return waiting


def find_facts(
    named: Iterable[tuple[uuid.UUID, Iterable[str]]],
) -> dict[uuid.UUID, dict[str, uuid.UUID]]:
    """Return for each question set the ids of the facts whose keys are named.

    What a revision of a question probes stands in it: a later one may probe others, or the same in another order.
    """
    keys: dict[uuid.UUID, set[str]] = {}
    for set_id, names in named:
        keys.setdefault(set_id, set()).update(names)
    facts: dict[uuid.UUID, dict[str, uuid.UUID]] = {set_id: {} for set_id in keys}
    for set_id, names in keys.items():
        rows = db.session.execute(
            select(Fact.key, Fact.id).where(Fact.question_set_id == set_id, Fact.key.in_(names))
        )
        facts[set_id].update((row.key, row.id) for row in rows)
    return facts


def _reviews_of(
    row: AttemptResponse, question: AnyQuestion, facts: Mapping[str, uuid.UUID], adjustment: Adjustment
) -> Iterator[Given]:
    # Credit for everybody is no recall, least of all where nothing was given.
    if adjustment.is_credited or adjustment.is_dropped or row.response is None or row.responded_at is None:
        return
    response = response_from_dict(row.response)
    decided = regrade(question, response, adjustment).outcome if adjustment else None
    as_written = grade(question, response).outcome
    for verdict in verdicts(question, response):
        fact_id = facts.get(question.facts[verdict.fact])
        if fact_id is not None:
            yield Given(
                id=review_id_of(
                    row.attempt_id, row.position, verdict.fact if len(question.facts) > 1 else None
                ),
                fact_id=fact_id,
                form=row.form,
                source="quiz",
                at=row.responded_at,
                right=verdict.right if decided in (None, as_written) else decided == Outcome.RIGHT,
                guess=verdict.guess,
                question_id=row.question_id,
                question_revision=row.question_revision,
            )


def _batches(waiting: Iterable[_Waiting]) -> Iterator[list[_Waiting]]:
    """Return the responses in parts of at most `BATCH` reviews; one that becomes more is a part of its own."""
    part: list[_Waiting] = []
    count = 0
    for one in waiting:
        if part and count + len(one.reviews) > BATCH:
            yield part
            part, count = [], 0
        part.append(one)
        count += len(one.reviews)
    if part:
        yield part


def _record(learner_id: uuid.UUID, attempt_id: uuid.UUID, part: Sequence[_Waiting], now: datetime) -> None:
    attempt = db.session.get(Attempt, (learner_id, attempt_id), populate_existing=True)
    if attempt is None or attempt.state != AttemptState.CLOSED:
        # Taken away or opened again meanwhile.
        return
    learner = db.session.get_one(Learner, learner_id, populate_existing=True)
    standing = find_standing(learner_id, (place for one in part for place in one.places))
    for one in part:
        given = {review.id: review for review in one.reviews}
        for place in one.places:
            _settle(learner, standing[place], given.get(place), one.responded_at, now)
        if one.reviews:
            db.session.execute(
                update(AttemptResponse)
                .where(
                    AttemptResponse.learner_id == learner_id,
                    AttemptResponse.attempt_id == attempt_id,
                    AttemptResponse.position == one.position,
                    AttemptResponse.review_id.is_(None),
                )
                .values(review_id=one.reviews[0].id)
                .execution_options(synchronize_session=False)
            )


def _settle(
    learner: Learner, standing: Standing, given: Given | None, responded_at: datetime | None, now: datetime
) -> None:
    """Have the log say of one fact what a response says of it."""
    there, next_id = standing.review, standing.id
    if there is not None:
        if given is not None and (there.fact_id, there.is_right) == (given.fact_id, given.is_right):
            return
        # What an earlier response to the question said, before the attempt was opened again, was said all the same.
        if there.reviewed_at != responded_at:
            return
        take_back_review(learner, there.id, uuid.uuid5(there.id, "taken back"), now)
        next_id = corrected_id_of(there.id)
    if given is not None:
        record_review(learner, replace(given, id=next_id))


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
