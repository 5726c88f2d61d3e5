"""What a queue is made of: the cards of a deck, what today's log says of them, and the wishes of the learner."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from quizapp.core.evidence import standing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from quizapp.core.evidence import LoggedReview

#: Stability in days from which a fact counts as known beside others.
HELD_DAYS: Final = 7.0
#: A new fact waits for so many days after one it is confused with was begun; longer while that one is not held.
APART_DAYS: Final = 2
APART_UNTIL_HELD_DAYS: Final = 7


class Mode(StrEnum):
    """What a session goes through: what is due with new facts, new ones alone, or all that was chosen, due or not.

    Cramming goes into the log alone and moves no memory.
    """

    DUE = "due"
    NEW = "new"
    AHEAD = "ahead"
    CRAM = "cram"


class DueOrder(StrEnum):
    """Which due card comes first."""

    #: The one most likely to be forgotten.
    RETRIEVABILITY = "retrievability"
    #: The one due longest.
    DUE = "due"
    #: The one with the weakest memory.
    STABILITY = "stability"
    #: By lot, drawn anew each day.
    SHUFFLED = "shuffled"


class NewOrder(StrEnum):
    """Where new facts come: evenly among the due ones, before or after them."""

    MIXED = "mixed"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class TodayMark:
    """What today's log says of a fact: when it was forgotten, if not remembered since; probes of others after it."""

    forgotten_at: datetime | None
    others_since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCard:
    """One fact of a deck.

    A new one has no `due_on`; `position` is its place in the order of introduction; `today` is None unless it was probed
    today. `retrievability` is the chance of recall today, 0 to 1, `stability` in days, 0 without a memory. `neighbours`
    are the facts it is confused with, as they are with it, the most easily confused first; `is_crowded` says of a new
    one that a neighbour `is_fresh`. `skipped_at` is of today.
    """

    fact: UUID
    topic: str
    position: int
    due_on: date | None = None
    retrievability: float = 0.0
    today: TodayMark | None = None
    stability: float = 0.0
    neighbours: tuple[UUID, ...] = ()
    is_crowded: bool = False
    skipped_at: datetime | None = None

    @property
    def is_known(self) -> bool:
        """Whether it may stand beside what it is confused with."""
        return self.stability >= HELD_DAYS


def read_log(reviews: Iterable[LoggedReview], today: date, mode: Mode = Mode.DUE) -> dict[UUID, TodayMark]:
    """Return a mark for every fact probed today, from log rows of any facts and days.

    Rows that cancel today's must be among them; what they cancel did not happen. Only rows of cramming count when
    cramming, and none of them else. What was reset after its last probe has no mark: it begins anew.
    """
    is_cramming = mode is Mode.CRAM
    return mark_facts(
        (row.fact, None if row.action == "reset" else (None if row.is_remembered else row.at,))
        for row in standing(reviews)
        if row.study_day == today
        and ((row.action == "reset" and not is_cramming) or (row.is_probe and row.is_cram == is_cramming))
    )


def mark_facts(
    events: Iterable[tuple[UUID, tuple[datetime | None] | None]],
) -> dict[UUID, TodayMark]:
    """Return a mark for every fact probed, from what happened on a day, oldest first.

    An event is a fact with the moment at which it was forgotten, None within the tuple where it was remembered; None
    alone is a reset.
    """
    probes = 0
    last: dict[UUID, tuple[int, datetime | None]] = {}
    for fact, probe in events:
        if probe is None:
            last.pop(fact, None)
        else:
            probes += 1
            # The last one of a fact wins, so all that follow it are of others.
            last[fact] = (probes, probe[0])
    return {fact: TodayMark(at, probes - number) for fact, (number, at) in last.items()}


def is_fresh(begun_on: date, stability: float, today: date) -> bool:
    """Return whether a fact was begun so lately that a new one easily confused with it should wait."""
    days = (today - begun_on).days
    return days <= APART_DAYS or (days <= APART_UNTIL_HELD_DAYS and stability < HELD_DAYS)
