"""A backlog after a break: what it costs to wait, what it costs to spread it over some days, and what a day then asks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from quizapp.core.memory import DEFAULT_WEIGHTS, Weights, retrievability
from quizapp.core.study_queue import relief_quota

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

#: Spans that are offered, and the longest that can be asked for.
SPANS: Final = (3, 7, 14, 30)
LONGEST_SPAN: Final = 90
#: So many usual days' cards overdue are worth spreading.
_HEAVY_DAYS: Final = 2
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OverdueCard:
    """What is needed of a card: stability in days, and days since its last review."""

    stability: float
    elapsed_days: int


@dataclass(frozen=True, slots=True)
class Spread:
    """A backlog over some days: cards and minutes on a day of them, on average, and the facts lost by the wait."""

    days: int
    cards_a_day: int
    minutes_a_day: int
    lost: float


def is_heavy(overdue: int, usual_cards: float) -> bool:
    """Return whether so many overdue cards are more than two usual days of so many cards."""
    return overdue > _HEAVY_DAYS * usual_cards


def spread(
    asked: int,
    cards: Sequence[OverdueCard],
    days: int,
    seconds_a_card: float,
    weights: Weights = DEFAULT_WEIGHTS,
) -> Spread:
    """Return what it means to do in `days` days all that they ask: `asked` cards, the backlog and what comes due.

    `cards` are those of the backlog whose loss is reckoned, all or a part that stands for it: as many each day, most at
    risk first. Raises `ValueError` for less than a day.
    """
    if days < 1:
        raise ValueError(f"a backlog cannot be spread over {days} days")
    by_risk = sorted(cards, key=lambda card: retrievability(card.stability, card.elapsed_days, weights))
    lost = 0.0
    place = 0
    for waited in range(days):
        share = relief_quota(len(by_risk) - place, 0, days - waited)
        lost += _lost(by_risk[place : place + share], waited, weights)
        place += share
    cards_a_day = math.ceil(asked / days)
    return Spread(days, cards_a_day, math.ceil(cards_a_day * seconds_a_card / 60), lost)


def lost_by_waiting(cards: Sequence[OverdueCard], days: int, weights: Weights = DEFAULT_WEIGHTS) -> float:
    """Return how many facts fewer would be recalled if none of these cards were seen for so many days.

    The sum, over the cards, of the chance of recall now less the one then.
    """
    return _lost(cards, days, weights)


def cards_by_day(
    loads: Mapping[date, int],
    today: date,
    days: int,
    *,
    relief_through: date | None = None,
    paused: tuple[date, date] | None = None,
) -> list[tuple[date, int]]:
    """Return how many due cards each of the next days asks, today first.

    `loads` says how many cards are shown from a day on. What is overdue comes today, or is spread over the days through
    `relief_through`; what falls on a day of a pause (first and last day) waits for its end.
    """
    waiting = sum(cards for day, cards in loads.items() if day < today)
    asked = []
    for day in (today + _ONE_DAY * ahead for ahead in range(days)):
        waiting += loads.get(day, 0)
        share = 0
        if paused is None or not paused[0] <= day <= paused[1]:
            left = 1 if relief_through is None else (relief_through - day).days + 1
            share = relief_quota(waiting, 0, left)
        waiting -= share
        asked.append((day, share))
    return asked


def _lost(cards: Sequence[OverdueCard], days: int, weights: Weights) -> float:
    return sum(
        retrievability(card.stability, card.elapsed_days, weights)
        - retrievability(card.stability, card.elapsed_days + days, weights)
        for card in cards
    )
