"""What a learner does to the schedule by hand: beginning a card anew, and setting its due date.

Each is a row of the append-only log, so that a replay makes the same card, and is taken back by a row that cancels.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, update

from quizapp.database import db
from quizapp.models import Card, CardMark, Review
from quizapp.operations.study.cards import PART, rebuild_cards
from quizapp.operations.study.decks import today_of
from quizapp.operations.study.marks import StepConflictError, TooManyFactsError
from quizapp.operations.study.statistics import insert_into

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from quizapp.models import Learner

#: So many cards at most are changed at once: each is rebuilt from its log while others wait to write.
MOST_CARDS: Final = 1000
#: The form of a row that is no probe.
BY_HAND: Final = "by-hand"


def reset_cards(learner: Learner, fact_ids: Sequence[uuid.UUID], *, step_id: uuid.UUID, now: datetime) -> int:
    """Forget what is known of these facts, which are new again; their history stays. Call it inside `run_tx`.

    Returns how many cards were changed; the same `step_id` again changes nothing. Facts without a card are left out.
    Raises `TooManyFactsError` above `MOST_CARDS`, `StepConflictError` where the id names another step. Flushes.
    """
    return _act(learner, fact_ids, "reset", None, step_id, now)


def set_due(
    learner: Learner, fact_ids: Sequence[uuid.UUID], due_on: date, *, step_id: uuid.UUID, now: datetime
) -> int:
    """Have these cards due on a day, as far as their next review; what is remembered stays. Call it inside `run_tx`.

    Returns and raises as `reset_cards`.
    """
    return _act(learner, fact_ids, "due", due_on, step_id, now)


def _act(
    learner: Learner,
    fact_ids: Sequence[uuid.UUID],
    action: str,
    due_on: date | None,
    step_id: uuid.UUID,
    now: datetime,
) -> int:
    if len(fact_ids) > MOST_CARDS:
        raise TooManyFactsError(f"{len(fact_ids)} cards, and {MOST_CARDS} at most are changed at once")
    begun = _find_begun(learner.id, fact_ids)
    today = today_of(learner, now)
    rows = [
        {
            "learner_id": learner.id,
            # The first row bears the step's own id, so that it is found by it.
            "id": uuid.uuid5(step_id, fact_id.hex) if place else step_id,
            "fact_id": fact_id,
            "form": BY_HAND,
            "source": "study",
            "reviewed_at": now,
            "study_day": today,
            "duration_ms": 0,
            "is_right": False,
            "guess": 0.0,
            "weight": 0.0,
            "weights_version": learner.weights_version,
            "rule_version": 1,
            "is_long_term": False,
            "action": action,
            "due_on": due_on,
        }
        for place, fact_id in enumerate(begun)
    ]
    adding = insert_into(Review).on_conflict_do_nothing()
    first = rows and db.session.execute(adding.values(rows[0]).returning(Review.id)).scalar_one_or_none()
    if not first:
        # Sent again: a reset card is there no longer then, or its row is there already.
        return _repeated(learner, step_id, action, due_on)
    if rows[1:]:
        db.session.execute(adding, rows[1:])
    for start in range(0, len(begun), PART):
        part = begun[start : start + PART]
        rebuild_cards(learner, part)
        if action == "reset":
            # Their lapses are counted anew, and so is the help that was taken.
            db.session.execute(
                update(CardMark)
                .where(CardMark.learner_id == learner.id, CardMark.fact_id.in_(part))
                .values(leech_lapses=0)
            )
    return len(begun)


def _find_begun(learner_id: uuid.UUID, fact_ids: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """Return those of these facts that have a card, in the order in which they were named."""
    found: set[uuid.UUID] = set()
    for start in range(0, len(fact_ids), PART):
        found.update(
            db.session.execute(
                select(Card.fact_id).where(
                    Card.learner_id == learner_id, Card.fact_id.in_(fact_ids[start : start + PART])
                )
            ).scalars()
        )
    return [fact_id for fact_id in dict.fromkeys(fact_ids) if fact_id in found]


def _repeated(learner: Learner, step_id: uuid.UUID, action: str, due_on: date | None) -> int:
    """Return how many cards the step changed when it was first sent; 0 where it never was."""
    first = db.session.get(Review, (learner.id, step_id), populate_existing=True)
    if first is None:
        return 0
    if first.action != action or first.due_on != due_on:
        raise StepConflictError
    rows = select(Review.id).where(
        Review.learner_id == learner.id,
        Review.study_day == first.study_day,
        Review.reviewed_at == first.reviewed_at,
        Review.action == action,
    )
    return len(db.session.execute(rows).all())
