"""What is left today, and which of it is next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from quizapp.core.memory import hash_to_unit
from quizapp.core.study_queue.cards import DueOrder, Mode, NewOrder, QueueCard, TodayMark
from quizapp.core.study_queue.limits import Counts, Limits, cap

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

#: So many probes of other cards come between forgetting a card and its return, if there are any.
RETURN_AFTER: Final = 4
#: At most so many known neighbours follow a card directly.
BESIDE: Final = 2


@dataclass(frozen=True, slots=True)
class Queue:
    """What is left today, each part in its order; no card is in two parts.

    `due` and `new` may be the first of many: `totals` then counts all of them. `done` counts the due and the new ones
    of today that are done, so that new ones come evenly among the due ones whenever the session is looked at. `recent`
    are the cards probed last, newest first, as far as they decide what follows.
    """

    due: tuple[QueueCard, ...] = ()
    new: tuple[QueueCard, ...] = ()
    returning: tuple[QueueCard, ...] = ()
    totals: Counts | None = None
    new_order: NewOrder = NewOrder.MIXED
    done: tuple[int, int] = (0, 0)
    recent: tuple[QueueCard, ...] = ()

    @property
    def counts(self) -> Counts:
        """How many are left."""
        return self.totals or Counts(len(self.due), len(self.new), len(self.returning))


def build(
    cards: Iterable[QueueCard],
    limits: Limits,
    today: date,
    *,
    mode: Mode = Mode.DUE,
    due_order: DueOrder = DueOrder.RETRIEVABILITY,
    new_order: NewOrder = NewOrder.MIXED,
    seed: bytes = b"",
    totals: Counts | None = None,
) -> Queue:
    """Return what is left of a deck today.

    Where the limits do not hold all due cards, those most at risk are kept, and then put in the order wished for; new
    ones follow their positions, except that those easily confused with one begun lately, or with one before them, come
    after the others; forgotten ones in the order of forgetting. Equal cards are ordered by fact, never by chance;
    `seed` is for the order by lot.

    Cards probed today and remembered need not be there, but for the last few, which decide what follows. Where `cards`
    are not all there are, `totals` counts all. Nothing limits `AHEAD` and `CRAM`.
    """
    due: list[QueueCard] = []
    new: list[QueueCard] = []
    returning: list[tuple[datetime, UUID, QueueCard]] = []
    recent: list[tuple[int, UUID, QueueCard]] = []
    takes_all = mode in (Mode.AHEAD, Mode.CRAM)
    for card in cards:
        if card.today is not None:
            if card.today.others_since <= BESIDE:
                recent.append((card.today.others_since, card.fact, card))
            if card.today.forgotten_at is not None:
                returning.append((card.today.forgotten_at, card.fact, card))
        elif card.due_on is None:
            new.append(card)
        elif takes_all or (card.due_on <= today and mode is Mode.DUE):
            due.append(card)
    left = totals or Counts(len(due), len(new), len(returning))
    if not takes_all:
        left = cap(left.due if mode is Mode.DUE else 0, left.new, left.returning, limits)
    due.sort(key=lambda card: (card.retrievability, card.fact))
    due = _ordered(due[: left.due], due_order, seed + today.isoformat().encode())
    new.sort(key=lambda card: (card.position, card.fact))
    returning.sort(key=lambda pair: pair[:2])
    recent.sort(key=lambda pair: pair[:2])
    return Queue(
        tuple(due),
        tuple(_spaced(new)[: left.new]),
        tuple(card for *_, card in returning),
        totals=left,
        new_order=new_order,
        done=(limits.due_done_today, limits.new_done_today),
        recent=tuple(card for *_, card in recent),
    )


def next_card(queue: Queue) -> QueueCard | None:
    """Return the card to show now; None when the session is finished.

    A forgotten card returns once enough others came between, or when no other is left that was not skipped. A known one
    that is due follows directly on what it is confused with. Skipped cards come last, the one skipped last last.
    """
    for card in queue.returning:
        if card.today is not None and card.today.others_since >= RETURN_AFTER and card.skipped_at is None:
            return card
    beside = _beside(queue)
    if beside is not None:
        return beside
    due = next((card for card in queue.due if card.skipped_at is None), None)
    new = next((card for card in queue.new if card.skipped_at is None), None)
    if due is not None and new is not None:
        return new if _is_turn_of_new(queue) else due
    returning = next((card for card in queue.returning if card.skipped_at is None), None)
    if due or new or returning:
        return due or new or returning
    skipped = [
        (card.skipped_at, card.fact, card)
        for part in (queue.due, queue.new, queue.returning)
        for card in part
        if card.skipped_at is not None
    ]
    return min(skipped, key=lambda row: row[:2])[2] if skipped else None


def next_cards(queue: Queue, count: int, exclude: Collection[UUID] = ()) -> list[QueueCard]:
    """Return the cards that come next if each is remembered, without those in `exclude`, which come all the same."""
    found: list[QueueCard] = []
    while len(found) < count:
        card = next_card(queue)
        if card is None:
            break
        if card.fact not in exclude:
            found.append(card)
        queue = after(queue, card)
    return found


def after(queue: Queue, card: QueueCard) -> Queue:
    """Return the queue once one of its cards was shown and remembered."""

    def without(part: Sequence[QueueCard]) -> tuple[QueueCard, ...]:
        return tuple(other for other in part if other.fact != card.fact)

    due, new = without(queue.due), without(queue.new)
    counts = queue.counts
    was_due, was_new = len(due) < len(queue.due), len(new) < len(queue.new)
    shown = replace(card, today=TodayMark(None, 0))
    return replace(
        queue,
        due=due,
        new=new,
        returning=tuple(map(_one_later, without(queue.returning))),
        totals=Counts(
            counts.due - was_due, counts.new - was_new, counts.returning - (not was_due and not was_new)
        ),
        done=(queue.done[0] + was_due, queue.done[1] + was_new),
        recent=(shown, *without(queue.recent))[: BESIDE + 1],
    )


def _ordered(due: list[QueueCard], order: DueOrder, lot: bytes) -> list[QueueCard]:
    """Return due cards, which come by retrievability, in this order; equal ones stay as they are."""
    if order is DueOrder.DUE:
        return sorted(due, key=lambda card: card.due_on or date.min)
    if order is DueOrder.STABILITY:
        return sorted(due, key=lambda card: card.stability)
    if order is DueOrder.SHUFFLED:
        return sorted(due, key=lambda card: hash_to_unit(lot + card.fact.bytes))
    return due


def _spaced(new: Sequence[QueueCard]) -> list[QueueCard]:
    """Return new cards with those that are confused with one begun lately, or with one before them, behind the rest."""
    ahead: list[QueueCard] = []
    behind: list[QueueCard] = []
    confused: set[UUID] = set()
    for card in new:
        if card.is_crowded or card.fact in confused:
            behind.append(card)
        else:
            ahead.append(card)
            confused.update(card.neighbours)
    return ahead + behind


def _is_turn_of_new(queue: Queue) -> bool:
    """Return whether a new card is next among due ones: one after each share of due ones, evenly to the end."""
    if queue.new_order is not NewOrder.MIXED:
        return queue.new_order is NewOrder.FIRST
    due_done, new_done = queue.done
    due, new = queue.counts.due + due_done, queue.counts.new + new_done
    return due_done * new >= (new_done + 1) * due


def _beside(queue: Queue) -> QueueCard | None:
    """Return the due card that belongs directly behind the ones just shown, because it is confused with them."""
    if not queue.recent or not queue.due:
        return None
    # The one that the last cards followed leads on, until enough have followed it.
    followed = 0
    for place, earlier in enumerate(queue.recent[1:], start=1):
        if all(later.fact in earlier.neighbours for later in queue.recent[:place]):
            followed = place
    lead = queue.recent[followed]
    if followed >= BESIDE or not lead.is_known or lead.today is None or lead.today.forgotten_at is not None:
        return None
    waiting = {card.fact: card for card in queue.due if card.is_known and card.skipped_at is None}
    return next((waiting[fact] for fact in lead.neighbours if fact in waiting), None)


def _one_later(card: QueueCard) -> QueueCard:
    if card.today is None:
        return card
    return replace(card, today=replace(card.today, others_since=card.today.others_since + 1))
