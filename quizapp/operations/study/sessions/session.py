"""A session: what is left to study today, and what was done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import true

from quizapp.core import study_queue
from quizapp.core.study_queue import Counts, Limits, Mode, Queue

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Collection
    from datetime import date

    from sqlalchemy import ColumnElement


@dataclass(frozen=True, slots=True)
class Chosen:
    """Facts chosen by a condition on Fact and on the learner's Card and CardMark, and how they are gone through.

    What was forgotten today comes back where it meets `returning`, if `condition` holds for it no more: a new fact is
    new only once.
    """

    condition: ColumnElement[bool]
    mode: Mode = Mode.DUE
    returning: ColumnElement[bool] = field(default_factory=true)


@dataclass(frozen=True)
class Session:
    """What is left to study today in some decks, and what was done.

    `queue` holds the first cards of each kind and counts all. `done_today` counts the reviews of today in all decks;
    `settled` the facts of these decks that were probed today and are not to return; `recalled_today` and
    `seconds_today` are of today's reviews. `in_open_quiz` counts the facts left out because an open quiz asks them.
    """

    today: date
    queue: Queue
    done_today: int
    limits: Limits
    median_seconds: float
    settled: int = 0
    recalled_today: int = 0
    seconds_today: float = 0.0
    in_open_quiz: int = 0
    last_review: uuid.UUID | None = None
    is_paused: bool = False
    count_waiting: Callable[[], int] = field(default=lambda: 0, repr=False, compare=False)

    @property
    def counts(self) -> Counts:
        """How many cards are left, of each kind."""
        return self.queue.counts

    @property
    def new_waiting(self) -> int:
        """How many facts the limits of today keep back, a thousand at most; a query for each deck."""
        return self.count_waiting()

    @property
    def minutes_left(self) -> int:
        """About how many minutes the cards left will take."""
        return study_queue.estimate_minutes(self.counts, self.median_seconds)

    @property
    def total(self) -> int:
        """How many facts today's session has, settled or left."""
        return self.settled + self.counts.total

    def upcoming(
        self, count: int, first: uuid.UUID | None = None, exclude: Collection[uuid.UUID] = ()
    ) -> list[uuid.UUID]:
        """Return the facts of the next cards if each is remembered, without those in `exclude`.

        `first` comes before all, if it is left and among the first cards of its kind.
        """
        facts: list[uuid.UUID] = []
        queue = self.queue
        if first is not None:
            wanted = (
                card
                for part in (queue.due, queue.new, queue.returning)
                for card in part
                if card.fact == first
            )
            card = next(wanted, None)
            if card is not None:
                queue = study_queue.after(queue, card)
                if first not in exclude:
                    facts.append(first)
        return facts + [card.fact for card in study_queue.next_cards(queue, count - len(facts), exclude)]
