"""What is left to study today, and in which order; it follows from cards, marks and today's log alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quizapp.operations.study.sessions.choosing import cards_of, chosen_cards
from quizapp.operations.study.sessions.day_log import TYPICAL_SECONDS
from quizapp.operations.study.sessions.looking import Look
from quizapp.operations.study.sessions.session import Chosen, Session
from quizapp.operations.study.sessions.summing import sum_up

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from quizapp.models import Deck, Learner

__all__ = ["TYPICAL_SECONDS", "Chosen", "Session", "load_session", "load_sessions"]


def load_session(
    learner: Learner | None,
    decks: Sequence[tuple[uuid.UUID, Deck | None]],
    now: datetime,
    *,
    more_new: int = 0,
    chosen: Chosen | None = None,
    first: uuid.UUID | None = None,
    is_over: bool = False,
) -> Session:
    """Return what is left today in these decks, as (question set, deck); a visitor sees all of it as new.

    Reads as much of 100 cards as of 100,000: what is due is counted by days, and the first cards are found by index.
    New facts are limited by each deck, else by the learner; `more_new` raises each limit for this visit. Facts that an
    open quiz closes are left out. `chosen` narrows the decks to some facts; `first` is a fact to be looked at closely
    wherever it stands. `is_over` goes beyond the minutes of the day.
    """
    look = Look.begin(learner, decks, now, more_new, chosen, is_over=is_over)
    parts = look.parts()
    if chosen is None:
        also = {*look.log.recent(), *look.log.taken_back, *([] if first is None else [first])}
        cards = cards_of(look, parts, also)
    else:
        cards = chosen_cards(look, parts, chosen)
    return sum_up(look, parts, cards)


def load_sessions(
    learner: Learner | None, decks: Sequence[tuple[uuid.UUID, Deck | None]], now: datetime
) -> list[Session]:
    """Return the session of each deck by itself, counted but without its due and new cards."""
    look = Look.begin(learner, decks, now, has_cards=False)
    parts = look.parts()
    cards = cards_of(look, parts, ())
    return [sum_up(look, [part], {part.set_id: cards.get(part.set_id, [])}) for part in parts]
