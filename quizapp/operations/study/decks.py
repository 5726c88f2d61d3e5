"""Decks: which sets a learner studies, under which limits, and what may be asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, select, update

from quizapp.core.memory import DEFAULT_WEIGHTS, Scheduling
from quizapp.core.study_days import study_day
from quizapp.database import db
from quizapp.models import Deck, Fact, Learner, QuestionSet
from quizapp.operations.statements import Statement
from quizapp.operations.study.statistics import insert_into

#: The same as `is_asked` for statements in which facts are called `f`, and what the index of the few others holds.
ASKED_SQL: Final = "f.retired_at IS NULL AND f.treatment <> 'exclude'"
APART_SQL: Final = "f.retired_at IS NOT NULL OR f.treatment = 'exclude' OR f.standing = 'fictional'"

if TYPE_CHECKING:
    import uuid
    from datetime import date, datetime


# The search for new facts starts where the first one is that is asked and not begun; invented ones are looked up apart.
_ADVANCE = Statement(
    "UPDATE decks SET new_from = coalesce("  # noqa: S608
    f"(SELECT f.introduced FROM facts f WHERE f.question_set_id = :set_id AND f.introduced >= decks.new_from "
    f"AND {ASKED_SQL} AND f.standing <> 'fictional' AND NOT EXISTS "
    "(SELECT 1 FROM cards c WHERE c.learner_id = :learner_id AND c.fact_id = f.id) ORDER BY f.introduced LIMIT 1), "
    "(SELECT max(f.introduced) + 1 FROM facts f WHERE f.question_set_id = :set_id), 0) "
    "WHERE learner_id = :learner_id AND question_set_id = :set_id"
)

# Built once.
_DECKS = (
    select(Deck, QuestionSet)
    .join(QuestionSet, QuestionSet.id == Deck.question_set_id)
    .where(Deck.learner_id == bindparam("learner_id"))
    .order_by(QuestionSet.position, QuestionSet.title)
)


def today_of(learner: Learner | None, now: datetime) -> date:
    """Return the learner's study day; a visitor's before a first POST is the one in UTC."""
    if learner is None:
        return study_day(now, "UTC", 4)
    return study_day(now, learner.time_zone, learner.rollover_hour)


def scheduling_of(learner: Learner | None, deck: Deck | None = None) -> Scheduling:
    """Return the weights and the desired retention that apply to a deck."""
    return scheduling_with(learner, None if deck is None else deck.desired_retention)


def scheduling_with(learner: Learner | None, desired_retention: float | None) -> Scheduling:
    """Return the learner's weights with a deck's desired retention; None means what the learner set for all."""
    if learner is None:
        return Scheduling()
    weights = tuple(learner.weights) if learner.weights else DEFAULT_WEIGHTS
    return Scheduling(weights=weights, desired_retention=desired_retention or learner.desired_retention)


def find_deck(learner_id: uuid.UUID, question_set_id: uuid.UUID) -> Deck | None:
    """Return the learner's deck of a set."""
    return db.session.get(Deck, (learner_id, question_set_id))


def list_decks(learner_id: uuid.UUID) -> list[tuple[Deck, QuestionSet]]:
    """Return the learner's decks with their sets, in the order of the library."""
    rows = db.session.execute(_DECKS, {"learner_id": learner_id})
    return [(deck, question_set) for deck, question_set in rows]


def add_deck(learner_id: uuid.UUID, question_set_id: uuid.UUID, now: datetime) -> None:
    """Put a set among the learner's decks; nothing happens where it is already."""
    db.session.execute(
        insert_into(Deck)
        .values(learner_id=learner_id, question_set_id=question_set_id, added_at=now, includes_fiction=False)
        .on_conflict_do_nothing()
    )


def advance_new(learner_id: uuid.UUID, question_set_id: uuid.UUID) -> None:
    """Let the search for new facts of a deck start behind those that are begun; call it when one was begun."""
    _ADVANCE.run({"learner_id": learner_id, "set_id": question_set_id})


def reopen_new(question_set_id: uuid.UUID) -> None:
    """Let everybody's search for new facts of a set start anew: call it when facts came, came back or changed places."""
    db.session.execute(
        update(Deck)
        .where(Deck.question_set_id == question_set_id, Deck.new_from > 0)
        .values(new_from=0)
        .execution_options(synchronize_session="fetch")
    )


def remove_deck(learner_id: uuid.UUID, question_set_id: uuid.UUID) -> None:
    """Take a set from the learner's decks; cards and history stay."""
    db.session.execute(
        delete(Deck).where(Deck.learner_id == learner_id, Deck.question_set_id == question_set_id)
    )


def is_asked() -> ColumnElement[bool]:
    """Return the condition that a fact may be asked at all."""
    return and_(Fact.retired_at.is_(None), Fact.treatment != "exclude")


def count_facts(question_set_id: uuid.UUID) -> int:
    """Return how many facts of a set may be asked, invented ones apart."""
    return db.session.execute(
        select(func.count())
        .select_from(Fact)
        .where(Fact.question_set_id == question_set_id, is_asked(), Fact.standing != "fictional")
    ).scalar_one()
