"""What the filters on a learner's own memory and marks mean."""

from __future__ import annotations

import operator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Float, and_, case, cast, exists, false, func, literal, or_, select

from quizapp.core.leeches import FIRST_LAPSES
from quizapp.core.queries import KNOWN_DAYS, WEAK_LAPSES, WEAK_RECALL, Comparison, Term
from quizapp.database import db
from quizapp.models import Card, CardMark, Deck, Fact
from quizapp.operations.study.decks import is_asked

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from sqlalchemy import ColumnElement

    from quizapp.core.memory import Weights
    from quizapp.operations.search.viewer import Viewer

#: Comparisons of columns; Python's own would promise no more than a bool.
_COMPARED: Final[dict[Comparison, Callable[[Any, Any], ColumnElement[bool]]]] = {
    Comparison.EQUAL: operator.eq,
    Comparison.LESS: operator.lt,
    Comparison.AT_MOST: operator.le,
    Comparison.MORE: operator.gt,
    Comparison.AT_LEAST: operator.ge,
}
_TURNED: Final = {
    Comparison.LESS: Comparison.MORE,
    Comparison.AT_MOST: Comparison.AT_LEAST,
    Comparison.MORE: Comparison.LESS,
    Comparison.AT_LEAST: Comparison.AT_MOST,
    Comparison.EQUAL: Comparison.EQUAL,
}
#: Longer than any memory lasts, in days.
_FOR_EVER: Final = 1e9


def holds(term: Term, viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition of a filter on the viewer's own memory or marks, for Fact with Card and CardMark."""
    if viewer.learner is None:
        return _of_nobody(term)
    compare = _COMPARED[term.comparison]
    if term.name in {"is", "missed", "note"}:
        return _said(term.name, str(term.value), viewer, viewer.learner.id)
    if term.name == "due":
        return compare(Card.due_on, _day(term.value, viewer.today, 1))
    if term.name == "seen":
        if isinstance(term.value, date):
            return compare(Card.last_on, term.value)
        return _COMPARED[_TURNED[term.comparison]](Card.last_on, _day(term.value, viewer.today, -1))
    figure = float(str(term.value))
    if term.name == "recall":
        return _recall(term.comparison, figure / 100, viewer)
    if term.name in {"lapses", "reps"}:
        return compare(Card.lapses if term.name == "lapses" else Card.reps, figure)
    column = Card.stability if term.name == "stability" else Card.difficulty
    if term.comparison is not Comparison.EQUAL:
        return compare(column, figure)
    # Shown figures are rounded: equal is what would be shown so.
    half = 0.5 if figure.is_integer() else 0.05
    return and_(column >= figure - half, column < figure + half)


def elapsed_days(viewer: Viewer) -> ColumnElement[float]:
    """Return the days from a card's last review to today."""
    if db.session.get_bind().dialect.name == "sqlite":
        return func.julianday(viewer.today.isoformat()) - func.julianday(Card.last_on)
    return cast(literal(viewer.today) - Card.last_on, Float)


def _of_nobody(term: Term) -> ColumnElement[bool]:
    """Return what a filter on memory means for who has none: everything is new."""
    return and_(is_asked(), Fact.standing != "fictional") if term.value == "new" else false()


def _said(name: str, value: str, viewer: Viewer, learner_id: uuid.UUID) -> ColumnElement[bool]:
    """Return what a filter that takes words means."""
    if name == "is":
        return _states(viewer, learner_id)[value]()
    if name == "missed":
        return Fact.id.in_(viewer.missed_in(value))
    return CardMark.note.icontains(value, autoescape=True)


def _states(viewer: Viewer, learner_id: uuid.UUID) -> dict[str, Callable[[], ColumnElement[bool]]]:
    """Return what makes the condition of each state, for a viewer with a learner."""
    deck = and_(
        Deck.learner_id == learner_id,
        or_(Deck.includes_fiction, Fact.standing != "fictional"),
    )
    of_deck = exists(select(Deck.learner_id).where(deck, Deck.question_set_id == Fact.question_set_id))
    return {
        "due": lambda: and_(
            # Said of the card too: its index begins so.
            Card.question_set_id.in_(select(Deck.question_set_id).where(Deck.learner_id == learner_id)),
            Card.shown_on <= viewer.today,
            is_asked(),
            of_deck,
        ),
        "new": lambda: and_(
            Card.fact_id.is_(None),
            CardMark.suspended_at.is_(None),
            is_asked(),
            or_(Fact.standing != "fictional", of_deck),
        ),
        "weak": lambda: or_(_recall(Comparison.LESS, WEAK_RECALL, viewer), Card.lapses >= WEAK_LAPSES),
        "known": lambda: Card.stability >= KNOWN_DAYS,
        "mistake": lambda: Fact.id.in_(viewer.mistaken),
        "flagged": lambda: CardMark.flagged_at.is_not(None),
        "noted": lambda: CardMark.note != "",
        "suspended": lambda: CardMark.suspended_at.is_not(None),
        "hidden": lambda: CardMark.hidden_through >= viewer.today,
        "leech": lambda: Card.lapses >= FIRST_LAPSES,
        "corrected": lambda: Card.fact_revision < Fact.revision,
    }


def _recall(comparison: Comparison, share: float, viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on today's chance of recall, by the days since the last review.

    FSRS-6 the other way round: R falls to r after S (r ** (1 / -w20) - 1) / (0.9 ** (1 / -w20) - 1) days.
    """
    if comparison is Comparison.EQUAL:
        return and_(
            _recall(Comparison.AT_LEAST, share - 0.005, viewer),
            _recall(Comparison.LESS, share + 0.005, viewer),
        )
    if share > 1:
        is_met = comparison in {Comparison.LESS, Comparison.AT_MOST}
        return Card.fact_id.is_not(None) if is_met else false()
    days = _days_until(share, viewer.weights)
    # A card last seen tomorrow, after a journey west, was seen no days ago.
    elapsed = elapsed_days(viewer)
    return _COMPARED[_TURNED[comparison]](case((elapsed > 0, elapsed), else_=0.0), Card.stability * days)


def _days_until(share: float, weights: Weights) -> float:
    """Return after how many times its stability a memory has fallen to this chance of recall."""
    exponent = -1 / weights[20]
    if share <= 0:
        return _FOR_EVER
    try:
        return min(float((share**exponent - 1) / (0.9**exponent - 1)), _FOR_EVER)
    except OverflowError:
        return _FOR_EVER


def _day(value: Any, today: date, sign: int) -> date:
    if isinstance(value, date):
        return value
    days = sign * int(value)
    try:
        return today + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min
