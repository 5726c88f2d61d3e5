"""One look at what waits in some decks: counted by days, its first cards found by index, put in order by the rules."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from quizapp.core import study_queue
from quizapp.core.study_days import day_bounds
from quizapp.core.study_queue import DueOrder, Limits, Mode
from quizapp.models import Deck, Learner
from quizapp.operations.attempt_secrecy import find_closed_facts
from quizapp.operations.study.decks import today_of
from quizapp.operations.study.loads import read_due
from quizapp.operations.study.sessions.day_log import DayLog, read_day_log
from quizapp.operations.study.sessions.waiting import (
    Waiting,
    find_corrected,
    find_due,
    find_new,
    find_skipped,
    load_waiting,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from quizapp.operations.study.sessions.session import Chosen


#: So many due cards, and new facts, are looked at closely: more than any page shows before it asks again.
CANDIDATES: Final = 24
#: New facts beyond those that the limits allow, so that what is confused with others can wait.
_SPARE_NEW: Final = 10
_NEW_PER_DAY: Final = 10
_Deck = tuple[uuid.UUID, Deck | None]


@dataclass(frozen=True, slots=True)
class Part:
    """What one deck has left: all counted, the first of it known closely."""

    set_id: uuid.UUID
    deck: Deck | None
    limits: Limits
    #: Due cards and new facts, before any limit but the one on new facts; None where the cards themselves tell.
    due: int | None
    new: int | None
    #: Those that can come first, due and new ones, with their places in the order.
    first_due: tuple[tuple[float, uuid.UUID], ...] = ()
    first_new: tuple[tuple[int, uuid.UUID], ...] = ()


@dataclass(frozen=True)
class Look:
    """One look at what waits: who looks, when, and what is the same for all decks."""

    learner: Learner | None
    learner_id: uuid.UUID | None
    today: date
    decks: Sequence[_Deck]
    more_new: int
    mode: Mode
    log: DayLog
    closed: Mapping[uuid.UUID, Waiting]
    corrected: Mapping[uuid.UUID, tuple[uuid.UUID, bool]]
    due: Mapping[uuid.UUID, int]
    apart: Mapping[uuid.UUID, int]
    is_paused: bool
    skipped: frozenset[uuid.UUID]
    is_chosen: bool
    #: Whether the first cards are wanted, or numbers alone.
    has_cards: bool
    #: Whether the minutes of the day count no more.
    is_over: bool = False

    @classmethod
    def begin(
        cls,
        learner: Learner | None,
        decks: Sequence[_Deck],
        now: datetime,
        more_new: int = 0,
        chosen: Chosen | None = None,
        *,
        is_over: bool = False,
        has_cards: bool = True,
    ) -> Look:
        """Read what is the same for all decks."""
        today = today_of(learner, now)
        mode = Mode.DUE if chosen is None else chosen.mode
        learner_id = None if learner is None else learner.id
        set_ids = [set_id for set_id, _ in decks]
        due: dict[uuid.UUID, int] = {}
        apart: dict[uuid.UUID, int] = {}
        corrected: dict[uuid.UUID, tuple[uuid.UUID, bool]] = {}
        skipped: set[uuid.UUID] = set()
        if learner is not None and set_ids:
            corrected = find_corrected(learner.id, set_ids, today)
            skipped = find_skipped(learner.id, day_bounds(today, learner.time_zone, learner.rollover_hour)[0])
            if chosen is None:
                due, apart = read_due(learner.id, set_ids, today)
        return cls(
            learner=learner,
            learner_id=learner_id,
            today=today,
            decks=decks,
            more_new=more_new,
            mode=mode,
            log=read_day_log(learner, today, mode),
            closed=load_waiting(learner_id, find_closed_facts(learner_id), today),
            corrected=corrected,
            due=due,
            apart=apart,
            is_paused=_is_paused(learner, today) and mode in (Mode.DUE, Mode.NEW),
            skipped=frozenset(skipped),
            is_chosen=chosen is not None,
            has_cards=has_cards,
            is_over=is_over,
        )

    def parts(self) -> list[Part]:
        """Return what each deck has left; with the facts that can come first, where cards are wanted."""
        return [self._part(set_id, deck) for set_id, deck in self.decks]

    def _part(self, set_id: uuid.UUID, deck: Deck | None) -> Part:
        limits = Limits(
            _new_per_day(self.learner, deck) + self.more_new,
            self.log.begun.get(set_id, 0),
            reviews_per_day=None if deck is None else deck.reviews_per_day,
            due_done_today=self.log.repeated.get(set_id, 0),
        )
        if self.is_paused:
            return Part(set_id, deck, limits, 0, 0)
        if self.is_chosen:
            return Part(set_id, deck, limits, None, None)
        due = self._count_due(set_id, deck)
        new = self.find_new(set_id, deck, limits.new_left)
        first_due: list[tuple[float, uuid.UUID]] = []
        if self.has_cards and due:
            first_due = self._find_due(set_id, study_queue.cap(due, 0, 0, limits).due)
        first_new = tuple(new[:CANDIDATES]) if self.has_cards else ()
        return Part(set_id, deck, limits, due, min(len(new), limits.new_left), tuple(first_due), first_new)

    def _count_due(self, set_id: uuid.UUID, deck: Deck | None) -> int:
        today, log = self.today, self.log
        count = self.due.get(set_id, 0) - self.apart.get(set_id, 0)
        count -= sum(
            one.set_id == set_id and one.shown_on is not None and one.shown_on <= today
            for one in self.closed.values()
            if belongs(one, deck)
        )
        count += sum(
            other == set_id and not is_due and fact not in log.marks and fact not in self.closed
            for fact, (other, is_due) in self.corrected.items()
        )
        # What was probed today and put on today by hand is done all the same.
        doubtful = load_waiting(self.learner_id, log.postponed & log.marks.keys(), today)
        count -= sum(
            one.set_id == set_id and one.shown_on is not None and one.shown_on <= today
            for one in doubtful.values()
        )
        return max(0, count)

    def _find_due(self, set_id: uuid.UUID, kept: int) -> list[tuple[float, uuid.UUID]]:
        if self.learner is None:
            return []
        spare = self.apart.get(set_id, 0)
        left_out = {*self.skipped, *self.closed, *(self.log.postponed & self.log.marks.keys())}
        return find_due(
            self.learner.id,
            set_id,
            self.today,
            order=DueOrder(self.learner.due_order),
            kept=kept + spare,
            count=CANDIDATES + spare,
            left_out=left_out,
            lot=self.lot + self.today.isoformat().encode(),
        )

    def find_new(self, set_id: uuid.UUID, deck: Deck | None, limit: int) -> list[tuple[int, uuid.UUID]]:
        """Return the first new facts of a deck, each with its place: some more than `limit`, so that some can wait."""
        if limit <= 0:
            return []
        found = find_new(
            self.learner_id,
            set_id,
            self.today,
            new_from=0 if deck is None else deck.new_from,
            includes_fiction=deck is not None and deck.includes_fiction,
            count=limit + _SPARE_NEW + len(self.closed),
        )
        return [(place, fact) for place, fact in found if fact not in self.closed]

    @property
    def lot(self) -> bytes:
        """What makes orders by lot the learner's own."""
        return b"" if self.learner_id is None else self.learner_id.bytes


def belongs(one: Waiting, deck: Deck | None) -> bool:
    """Return whether a fact is asked in a deck."""
    return one.is_asked and (not one.is_fiction or (deck is not None and deck.includes_fiction))


def _is_paused(learner: Learner | None, today: date) -> bool:
    if learner is None or learner.paused_from is None or learner.paused_through is None:
        return False
    return learner.paused_from <= today <= learner.paused_through


def _new_per_day(learner: Learner | None, deck: Deck | None) -> int:
    if deck is not None and deck.new_per_day is not None:
        return deck.new_per_day
    return _NEW_PER_DAY if learner is None else learner.new_per_day
