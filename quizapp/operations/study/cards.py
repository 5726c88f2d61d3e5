"""Cards: read and written as plain columns, and rebuilt from their log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from quizapp.core import evidence
from quizapp.core.evidence import CardState, LoggedReview
from quizapp.core.memory import Memory, Rating
from quizapp.database import db
from quizapp.models import Card, Fact, Learner, Review
from quizapp.operations.study.decks import find_deck, scheduling_of
from quizapp.operations.study.statistics import upsert_into

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable

#: What `state_of` reads.
CARD_COLUMNS = (
    Card.stability,
    Card.difficulty,
    Card.first_on,
    Card.last_on,
    Card.last_at,
    Card.due_on,
    Card.reps,
    Card.lapses,
)

#: What `logged` reads.
LOG_COLUMNS = (
    Review.id,
    Review.fact_id,
    Review.study_day,
    Review.reviewed_at,
    Review.rating,
    Review.is_right,
    Review.guess,
    Review.cancels,
)


def state_of(card: Any) -> CardState:
    """Return the columns of a card as the rules read them."""
    return CardState(
        memory=Memory(card.stability, card.difficulty),
        first_on=card.first_on,
        last_on=card.last_on,
        due_on=card.due_on,
        last_at=card.last_at,
        # The table keeps the last probe of any kind.
        probed_at=card.last_at,
        reps=card.reps,
        lapses=card.lapses,
    )


def rebuild_card(learner: Learner, fact: Fact) -> CardState:
    """Rebuild one card from its log and write it; a card whose reviews were all taken back goes. Flushes."""
    db.session.flush()
    rows = db.session.execute(
        select(*LOG_COLUMNS).where(Review.learner_id == learner.id, Review.fact_id == fact.id)
    )
    deck = find_deck(learner.id, fact.question_set_id)
    state = evidence.replay(logged(rows), scheduling_of(learner, deck), fact.id.bytes)
    if state.memory is None:
        db.session.execute(delete(Card).where(Card.learner_id == learner.id, Card.fact_id == fact.id))
    else:
        seen = db.session.execute(
            select(Card.fact_revision).where(Card.learner_id == learner.id, Card.fact_id == fact.id)
        ).scalar_one_or_none()
        write_card(learner.id, fact.id, fact.question_set_id, state, seen or fact.revision)
    return state


def logged(rows: Iterable[Any]) -> list[LoggedReview]:
    """Return rows of the log, whole or their `LOG_COLUMNS`, as the rules read them."""
    return [
        LoggedReview(
            id=row.id,
            fact=row.fact_id,
            study_day=row.study_day,
            at=row.reviewed_at,
            rating=None if row.rating is None else Rating(row.rating),
            right=None if row.rating is not None or row.cancels is not None else row.is_right,
            guess=row.guess,
            cancels=row.cancels,
        )
        for row in rows
    ]


def write_card(
    learner_id: uuid.UUID, fact_id: uuid.UUID, question_set_id: uuid.UUID, state: CardState, seen: int
) -> None:
    """Write a card as its log makes it; `seen` is the revision of the fact that the learner last saw. Flushes."""
    if state.memory is None:
        raise AssertionError("a card that was probed has a memory")
    values = {
        "question_set_id": question_set_id,
        "stability": state.memory.stability,
        "difficulty": state.memory.difficulty,
        "first_on": state.first_on,
        "last_on": state.last_on,
        "last_at": state.probed_at,
        "due_on": state.due_on,
        "shown_on": state.due_on,
        "reps": state.reps,
        "lapses": state.lapses,
        "fact_revision": seen,
    }
    key = {"learner_id": learner_id, "fact_id": fact_id}
    db.session.execute(upsert_into(Card.__table__, tuple(key), tuple(values)), {**key, **values})
