"""How many cards a day holds: limits, a budget of time, the relief of a backlog."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How many cards a day, and how many of them were done today.

    `reviews_per_day` and `due_done_today` are of due cards, None is without limit. `relief_left` is what the relief of a
    backlog leaves of them today, `cards_left` how many cards of any kind the time budget holds still.
    """

    new_per_day: int
    new_done_today: int = 0
    reviews_per_day: int | None = None
    due_done_today: int = 0
    relief_left: int | None = None
    cards_left: int | None = None

    @property
    def new_left(self) -> int:
        """How many more may be begun today."""
        return max(0, self.new_per_day - self.new_done_today)

    @property
    def reviews_left(self) -> int | None:
        """How many more due cards may be shown today."""
        own = None if self.reviews_per_day is None else self.reviews_per_day - self.due_done_today
        left = [limit for limit in (own, self.relief_left) if limit is not None]
        return max(0, min(left)) if left else None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cards are left, of each kind."""

    due: int
    new: int
    returning: int

    @property
    def total(self) -> int:
        """How many cards are left in all."""
        return self.due + self.new + self.returning


def cards_left(budget_seconds: float | None, seconds_today: float, median_seconds: float) -> int | None:
    """Return how many cards the rest of a time budget holds, the last one begun within it; None is without limit."""
    if budget_seconds is None:
        return None
    return max(0, math.ceil((budget_seconds - seconds_today) / median_seconds))


def cap(due: int, new: int, returning: int, limits: Limits) -> Counts:
    """Return how many of so many cards are left for today.

    Forgotten ones return whatever the limits: a session ends with nothing forgotten. Where the time budget does not hold
    all others, due ones go before new ones.
    """
    if limits.reviews_left is not None:
        due = min(due, limits.reviews_left)
    new = min(new, limits.new_left)
    if limits.cards_left is not None:
        room = max(0, limits.cards_left - returning)
        due = min(due, room)
        new = min(new, room - due)
    return Counts(due, new, returning)


def relief_quota(due_now: int, due_done_today: int, days_left: int) -> int:
    """Return how many more due cards to show today, so that a backlog is gone after `days_left` days, today included.

    Each day's share is an equal part of what is left that morning; on the last day, or after it, all.
    """
    if days_left <= 1:
        return due_now
    share = math.ceil((due_now + due_done_today) / days_left)
    return min(due_now, max(0, share - due_done_today))


def estimate_seconds(counts: Counts, median_seconds: float) -> float:
    """Return about how long the cards left will take, from the learner's median time a card."""
    return counts.total * median_seconds


def estimate_minutes(counts: Counts, median_seconds: float) -> int:
    """Return the same in minutes, rounded up: 0 only when nothing is left."""
    return math.ceil(estimate_seconds(counts, median_seconds) / 60)
