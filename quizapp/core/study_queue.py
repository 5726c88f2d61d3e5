"""Which card comes next: due, then new, and forgotten ones again within the session.

A queue follows from the cards and today's log alone. Nothing else is remembered of a session, so that a reload, a
second tab and another device agree.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from quizapp.core.evidence import uncancelled

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from quizapp.core.evidence import LoggedReview

#: So many probes of other cards come between forgetting a card and its return, if there are any.
RETURN_AFTER: Final = 4


@dataclass(frozen=True, slots=True)
class TodayMark:
    """What today's log says of a fact: when it was forgotten, if not remembered since; probes of others after it."""

    forgotten_at: datetime | None
    others_since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCard:
    """One fact of a deck.

    A new one has no `due_on`; `position` is its place in the bank; `today` is None unless it was probed today.
    `retrievability` is the chance of recall today, 0 to 1.
    """

    fact: UUID
    topic: str
    position: int
    due_on: date | None = None
    retrievability: float = 0.0
    today: TodayMark | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How many new facts a day, and how many were begun today."""

    new_per_day: int
    new_done_today: int = 0

    @property
    def new_left(self) -> int:
        """How many more may be begun today."""
        return max(0, self.new_per_day - self.new_done_today)


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


@dataclass(frozen=True, slots=True)
class Queue:
    """What is left today, each part in its order; no card is in two parts."""

    due: tuple[QueueCard, ...] = ()
    new: tuple[QueueCard, ...] = ()
    returning: tuple[QueueCard, ...] = ()

    @property
    def counts(self) -> Counts:
        """How many are left."""
        return Counts(len(self.due), len(self.new), len(self.returning))


def read_log(reviews: Iterable[LoggedReview], today: date) -> dict[UUID, TodayMark]:
    """Return a mark for every fact probed today, from log rows of any facts and days.

    Rows that cancel today's must be among them; what they cancel did not happen.
    """
    probes = [row for row in uncancelled(reviews) if row.study_day == today]
    marks = {}
    for index, row in enumerate(probes):
        # The last row of a fact wins, so all that follow it are of others.
        marks[row.fact] = TodayMark(None if row.is_remembered else row.at, len(probes) - 1 - index)
    return marks


def build(cards: Iterable[QueueCard], limits: Limits, today: date) -> Queue:
    """Return what is left of a deck today.

    Due cards with the lowest retrievability come first; new ones follow the bank, up to the limit; forgotten ones in the
    order of forgetting. Equal cards are ordered by fact, never by chance.
    """
    due, new, returning = [], [], []
    for card in cards:
        if card.today is not None:
            if card.today.forgotten_at is not None:
                returning.append((card.today.forgotten_at, card.fact, card))
        elif card.due_on is None:
            new.append((card.position, card.fact, card))
        elif card.due_on <= today:
            due.append((card.retrievability, card.fact, card))
    # Facts differ, so that the comparison never reaches the cards themselves.
    return Queue(
        tuple(card for *_, card in sorted(due)),
        tuple(card for *_, card in sorted(new)[: limits.new_left]),
        tuple(card for *_, card in sorted(returning)),
    )


def next_card(queue: Queue) -> QueueCard | None:
    """Return the card to show now; None when the session is finished.

    A forgotten card returns once enough others came between, or when nothing else is left.
    """
    for card in queue.returning:
        if card.today is not None and card.today.others_since >= RETURN_AFTER:
            return card
    for part in (queue.due, queue.new, queue.returning):
        if part:
            return part[0]
    return None


def estimate_seconds(counts: Counts, median_seconds: float) -> float:
    """Return about how long the cards left will take, from the learner's median time a card."""
    return counts.total * median_seconds


def estimate_minutes(counts: Counts, median_seconds: float) -> int:
    """Return the same in minutes, rounded up: 0 only when nothing is left."""
    return math.ceil(estimate_seconds(counts, median_seconds) / 60)
