"""Responses of a released attempt become reviews of their facts, in batches that can be resumed."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, update

from quizapp import clock
from quizapp.core.attempts import AttemptState
from quizapp.core.grading import Outcome, grade, response_from_dict, verdicts
from quizapp.core.questions import question_from_dict
from quizapp.core.regrading import UNADJUSTED, regrade
from quizapp.database import db, run_tx
from quizapp.models import Attempt, AttemptResponse, Fact, Learner, Question, QuestionRevision
from quizapp.models.quizzes import is_pinned
from quizapp.operations.quizzes.grading import load_adjustments
from quizapp.operations.statements import Statement, as_id
from quizapp.operations.study import Given, record_review

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from quizapp.core.questions import AnyQuestion
    from quizapp.core.regrading import Adjustment

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
    """A response that has not become reviews so far, and those it becomes."""

    position: int
    reviews: tuple[Given, ...]


def review_attempt(learner_id: uuid.UUID, attempt_id: uuid.UUID, now: datetime) -> int:
    """Make a review of each fact that a response of a released attempt settles; returns how many were made or found made.

    Until it is released a memory that moved would tell right from wrong. Blank, neutral and unclear responses say nothing
    about a memory, nor does one to a question that was dropped, or that everybody was given credit for. The id of a review follows from attempt, position and
    fact, so that doing it again, or two at once, doubles nothing. Has its own transactions; sets `reviewed_at` at the
    end.
    """
    attempt = db.session.get(Attempt, (learner_id, attempt_id), populate_existing=True)
    if attempt is None or attempt.state != AttemptState.CLOSED or attempt.reviewed_at is not None:
        return 0
    if attempt.released_at is None or attempt.is_preview:
        return 0
    waiting = _list_waiting(learner_id, attempt_id, load_adjustments(attempt.quiz_id))
    for part in _batches(waiting):
        run_tx(lambda part=part: _record(learner_id, attempt_id, part))  # type: ignore[misc]
    run_tx(lambda: _mark_done(learner_id, attempt_id, now))
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


def review_id_of(attempt_id: uuid.UUID, position: int, fact: int | None = None) -> uuid.UUID:
    """Return the id of the review that a response becomes; `fact` is the place of its fact where there are several."""
    return uuid.uuid5(attempt_id, str(position) if fact is None else f"{position}.{fact}")


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
            AttemptResponse.outcome.in_((Outcome.RIGHT, Outcome.PARTLY, Outcome.WRONG)),
            AttemptResponse.review_id.is_(None),
        )
        # In the order of the responses a card moves forward; out of order it would be rebuilt each time.
        .order_by(AttemptResponse.responded_at, AttemptResponse.position)
    ).all()
    facts = find_facts((set_id, content["facts"]) for _, set_id, content in rows)
    waiting = [
        _Waiting(
            row.position,
            tuple(
                _reviews_of(
                    row,
                    question_from_dict(content),
                    facts[set_id],
                    adjustments.get(row.question_id, UNADJUSTED),
                )
            ),
        )
        for row, set_id, content in rows
    ]
    return [one for one in waiting if one.reviews]


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


def _record(learner_id: uuid.UUID, attempt_id: uuid.UUID, part: Sequence[_Waiting]) -> None:
    learner = db.session.get_one(Learner, learner_id, populate_existing=True)
    for one in part:
        for given in one.reviews:
            record_review(learner, given)
        db.session.execute(
            update(AttemptResponse)
            .where(
                AttemptResponse.learner_id == learner_id,
                AttemptResponse.attempt_id == attempt_id,
                AttemptResponse.position == one.position,
            )
            .values(review_id=one.reviews[0].id)
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
