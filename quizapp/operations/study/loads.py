"""The load of days: how many cards of a deck are shown from each day on, kept with every card that is written.

Counts of due cards, forecasts and the spreading of due dates read these, never the cards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quizapp.operations.statements import Statement, as_day, as_id
from quizapp.operations.study.decks import APART_SQL, ASKED_SQL

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import date

_KEY = "learner_id = :learner_id AND question_set_id = :set_id AND shown_on = :day"
_LESS = Statement(
    f"UPDATE daily_loads SET cards = cards - 1 WHERE {_KEY} AND cards > 0 RETURNING cards"  # noqa: S608
)
_MORE = Statement(
    "INSERT INTO daily_loads (learner_id, question_set_id, shown_on, cards) VALUES (:learner_id, :set_id, :day, 1) "
    "ON CONFLICT (learner_id, question_set_id, shown_on) DO UPDATE SET cards = daily_loads.cards + 1"
)
_EMPTY = Statement(f"DELETE FROM daily_loads WHERE {_KEY} AND cards = 0")  # noqa: S608
_DELETE = Statement("DELETE FROM daily_loads WHERE learner_id = :learner_id")
_COUNT = Statement(
    "INSERT INTO daily_loads (learner_id, question_set_id, shown_on, cards) "
    "SELECT learner_id, question_set_id, shown_on, count(*) FROM cards "
    "WHERE learner_id = :learner_id AND shown_on IS NOT NULL GROUP BY learner_id, question_set_id, shown_on"
)
_READ = Statement(
    "SELECT l.shown_on, sum(l.cards) FROM daily_loads l WHERE l.learner_id = :learner_id "
    "AND l.question_set_id IN :set_ids AND l.shown_on BETWEEN :first AND :last GROUP BY l.shown_on"
)
_READ_DECKS = Statement(
    "SELECT l.shown_on, sum(l.cards) FROM decks d CROSS JOIN daily_loads l WHERE d.learner_id = :learner_id "
    "AND l.learner_id = :learner_id AND l.question_set_id = d.question_set_id "
    "AND l.shown_on BETWEEN :first AND :last GROUP BY l.shown_on"
)
_DUE = Statement(
    "SELECT question_set_id, sum(cards) FROM daily_loads WHERE learner_id = :learner_id "
    "AND question_set_id IN :set_ids AND shown_on <= :today GROUP BY question_set_id"
)
_APART = Statement(
    "SELECT f.question_set_id, count(*) FROM facts f CROSS JOIN cards c "  # noqa: S608
    "LEFT JOIN decks d ON d.learner_id = :learner_id AND d.question_set_id = f.question_set_id "
    f"WHERE f.question_set_id IN :set_ids AND ({APART_SQL}) AND c.learner_id = :learner_id AND c.fact_id = f.id "
    f"AND c.shown_on <= :today AND NOT ({ASKED_SQL} AND coalesce(d.includes_fiction, :never)) "
    "GROUP BY f.question_set_id"
)
_NEXT = Statement(
    "SELECT shown_on, sum(cards) FROM daily_loads WHERE learner_id = :learner_id "
    "AND question_set_id IN :set_ids AND shown_on > :today AND cards > 0 "
    "GROUP BY shown_on ORDER BY shown_on LIMIT :count"
)
_APART_DAYS = Statement(
    "SELECT c.shown_on, count(*) FROM facts f CROSS JOIN cards c "  # noqa: S608
    "LEFT JOIN decks d ON d.learner_id = :learner_id AND d.question_set_id = f.question_set_id "
    f"WHERE f.question_set_id IN :set_ids AND ({APART_SQL}) AND c.learner_id = :learner_id AND c.fact_id = f.id "
    f"AND c.shown_on > :today AND NOT ({ASKED_SQL} AND coalesce(d.includes_fiction, :never)) GROUP BY c.shown_on"
)


def move_load(learner_id: uuid.UUID, set_id: uuid.UUID, old: date | None, new: date | None) -> None:
    """Count a card on another day than before; None is a card that is not shown, or not there."""
    if old == new:
        return
    key = {"learner_id": learner_id, "set_id": set_id}
    if old is not None:
        left = _LESS.first({**key, "day": old})
        if left is not None and left[0] == 0:
            # Days that are over would pile up.
            _EMPTY.run({**key, "day": old})
    if new is not None:
        _MORE.run({**key, "day": new})


def rebuild_loads(learner_id: uuid.UUID) -> None:
    """Count the learner's cards anew, as after a merge; what is unwritten must be flushed before."""
    _DELETE.run({"learner_id": learner_id})
    _COUNT.run({"learner_id": learner_id})


def read_loads(
    learner_id: uuid.UUID, first: date, last: date, set_ids: Sequence[uuid.UUID] | None = None
) -> dict[date, int]:
    """Return how many cards of these sets, else of all the learner's decks, are shown from each day on, both included.

    A day without cards is left out. Cards of facts that are no longer asked are counted too: they are few.
    """
    days = {"learner_id": learner_id, "first": first, "last": last}
    rows = _READ_DECKS.all(days) if set_ids is None else _READ.all({**days, "set_ids": list(set_ids)})
    return {as_day(day): int(cards) for day, cards in rows if cards}


def count_due(learner_id: uuid.UUID, set_ids: Sequence[uuid.UUID], today: date) -> dict[uuid.UUID, int]:
    """Return how many cards of each set are shown by today; one without any is left out.

    Cards of facts that are not asked do not count, nor do those of invented ones, unless the deck includes them.
    """
    due, apart = read_due(learner_id, set_ids, today)
    counts = {set_id: count - apart.get(set_id, 0) for set_id, count in due.items()}
    return {set_id: count for set_id, count in counts.items() if count > 0}


def read_due(
    learner_id: uuid.UUID, set_ids: Sequence[uuid.UUID], today: date
) -> tuple[dict[uuid.UUID, int], dict[uuid.UUID, int]]:
    """Return for each set how many cards the days up to today hold, and how many of them are not to be counted."""
    values = {"learner_id": learner_id, "set_ids": list(set_ids), "today": today}
    due = {as_id(set_id): int(count) for set_id, count in _DUE.all(values) if count}
    if not due:
        return {}, {}
    rows = _APART.all({**values, "never": False})
    return due, {as_id(set_id): int(count) for set_id, count in rows}


def find_next_load(
    learner_id: uuid.UUID, set_ids: Sequence[uuid.UUID], today: date
) -> tuple[date, int] | None:
    """Return the first day after today from which cards of these sets are shown, and how many; None where none is.

    What is not asked does not count, as in `count_due`.
    """
    values = {"learner_id": learner_id, "set_ids": list(set_ids), "today": today}
    apart = {as_day(day): int(count) for day, count in _APART_DAYS.all({**values, "never": False})}
    # So many days at most hold nothing else.
    for day, count in _NEXT.all({**values, "count": len(apart) + 1}):
        left = int(count) - apart.get(as_day(day), 0)
        if left > 0:
            return as_day(day), left
    return None
