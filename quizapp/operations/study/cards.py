"""Cards: every one is written and taken away here, with the load of its days, and rebuilt from its log."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from quizapp.core import evidence
from quizapp.core.evidence import CardState, LoggedReview
from quizapp.core.memory import Memory, Rating
from quizapp.database import db
from quizapp.models import Card, CardMark, Deck, Fact, Learner, Review
from quizapp.operations.statements import Statement, as_day, as_moment
from quizapp.operations.study.decks import scheduling_with
from quizapp.operations.study.loads import move_load
from quizapp.operations.study.marks import shown_on

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence
    from datetime import date

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
    Review.action,
    Review.due_on,
    Review.source,
)
#: So many cards are rebuilt at a time.
PART: Final = 500

_COLUMNS = (
    "question_set_id", "stability", "difficulty", "first_on", "last_on", "last_at", "due_on", "shown_on", "reps",
    "lapses", "fact_revision",
)  # fmt: skip
_WRITE = Statement(
    f"INSERT INTO cards (learner_id, fact_id, {', '.join(_COLUMNS)}) "  # noqa: S608
    f"VALUES (:learner_id, :fact_id, {', '.join(f':{name}' for name in _COLUMNS)}) "
    "ON CONFLICT (learner_id, fact_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])
)
_DROP = Statement("DELETE FROM cards WHERE learner_id = :learner_id AND fact_id = :fact_id")
_REOPEN = Statement(
    "UPDATE decks SET new_from = :introduced WHERE learner_id = :learner_id AND question_set_id = :set_id "
    "AND new_from > :introduced"
)


def state_of(card: Any) -> CardState:
    """Return the columns of a card, of a row or as a driver gave them, as the rules read them."""
    last_at = as_moment(card.last_at)
    return CardState(
        memory=Memory(card.stability, card.difficulty),
        first_on=as_day(card.first_on),
        last_on=as_day(card.last_on),
        due_on=as_day(card.due_on),
        last_at=last_at,
        # The table keeps the last probe of any kind.
        probed_at=last_at,
        reps=card.reps,
        lapses=card.lapses,
    )


def rebuild_card(learner: Learner, fact: Fact) -> CardState:
    """Rebuild one card from its log and write it; a card whose reviews were all taken back goes. Flushes."""
    return rebuild_cards(learner, [fact.id]).get(fact.id, CardState())


def rebuild_cards(
    learner: Learner, fact_ids: Sequence[uuid.UUID], *, keeps_due: bool = False
) -> dict[uuid.UUID, CardState]:
    """Rebuild cards from their logs and write them, as `rebuild_card`; call it inside `run_tx`, for `PART` or fewer.

    Four statements read whatever their number. With `keeps_due` memories alone are new, as after other weights were
    fitted: cards stay due on the days that were promised. Returns the states of the facts that are there. Flushes.
    """
    db.session.flush()
    facts = db.session.execute(
        select(
            Fact.id,
            Fact.question_set_id,
            Fact.revision,
            Fact.introduced,
            Deck.desired_retention,
            CardMark.suspended_at,
            CardMark.hidden_through,
            Card.fact_revision,
            Card.shown_on,
            Card.due_on,
        )
        .outerjoin(Deck, (Deck.learner_id == learner.id) & (Deck.question_set_id == Fact.question_set_id))
        .outerjoin(CardMark, (CardMark.learner_id == learner.id) & (CardMark.fact_id == Fact.id))
        .outerjoin(Card, (Card.learner_id == learner.id) & (Card.fact_id == Fact.id))
        .where(Fact.id.in_(fact_ids))
    ).all()
    rows = db.session.execute(
        select(*LOG_COLUMNS)
        .where(Review.learner_id == learner.id, Review.fact_id.in_(fact_ids))
        .order_by(Review.fact_id)
    )
    logs = {fact_id: list(log) for fact_id, log in groupby(rows, lambda row: row.fact_id)}
    states = {}
    for fact in facts:
        scheduling = scheduling_with(learner, fact.desired_retention)
        state = evidence.replay(logged(logs.get(fact.id, ())), scheduling, fact.id.bytes)
        states[fact.id] = state
        if state.memory is None or state.due_on is None:
            if fact.due_on is not None:
                drop_card(learner.id, fact.id, fact.question_set_id, fact.shown_on, fact.introduced)
            continue
        due_on = (fact.due_on if keeps_due else None) or state.due_on
        shown = shown_on(
            due_on, is_suspended=fact.suspended_at is not None, hidden_through=fact.hidden_through
        )
        seen = fact.fact_revision or fact.revision
        write_card(learner.id, fact.id, fact.question_set_id, state, seen, fact.shown_on, shown, due_on)
    return states


def logged(rows: Iterable[Any]) -> list[LoggedReview]:
    """Return rows of the log, whole or their `LOG_COLUMNS`, as the rules read them."""
    return [
        LoggedReview(
            id=row.id,
            fact=row.fact_id,
            study_day=row.study_day,
            at=row.reviewed_at,
            rating=None if row.rating is None else Rating(row.rating),
            right=None
            if row.rating is not None or row.cancels is not None or row.action is not None
            else row.is_right,
            guess=row.guess,
            cancels=row.cancels,
            action=row.action,
            due_on=row.due_on,
            is_cram=row.source == "cram",
        )
        for row in rows
    ]


def write_card(
    learner_id: uuid.UUID,
    fact_id: uuid.UUID,
    question_set_id: uuid.UUID,
    state: CardState,
    seen: int,
    shown_before: date | None,
    shown: date | None,
    due_on: date | None = None,
) -> None:
    """Write a card as its log makes it.

    `seen` is the revision of the fact that the learner last saw; `shown_before` and `shown` are the days from which it
    was and is shown, None where it is not; `due_on` stands where it is not to be that of the state.
    """
    if state.memory is None:
        raise AssertionError("a card that was probed has a memory")
    _WRITE.run(
        {
            "learner_id": learner_id,
            "fact_id": fact_id,
            "question_set_id": question_set_id,
            "stability": state.memory.stability,
            "difficulty": state.memory.difficulty,
            "first_on": state.first_on,
            "last_on": state.last_on,
            "last_at": state.probed_at,
            "due_on": due_on or state.due_on,
            "shown_on": shown,
            "reps": state.reps,
            "lapses": state.lapses,
            "fact_revision": seen,
        }
    )
    move_load(learner_id, question_set_id, shown_before, shown)


def drop_card(
    learner_id: uuid.UUID,
    fact_id: uuid.UUID,
    question_set_id: uuid.UUID,
    shown_before: date | None,
    introduced: int,
) -> None:
    """Take a card away: its fact is new again, and the search for new ones finds it."""
    _DROP.run({"learner_id": learner_id, "fact_id": fact_id})
    move_load(learner_id, question_set_id, shown_before, None)
    _REOPEN.run({"learner_id": learner_id, "set_id": question_set_id, "introduced": introduced})
