"""A session from what waits: each deck within its own limits, all within those of the day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quizapp.core import study_queue
from quizapp.core.study_queue import Counts, DueOrder, Limits, NewOrder, Queue, QueueCard
from quizapp.operations.study.sessions.looking import Look, Part, belongs
from quizapp.operations.study.sessions.session import Session
from quizapp.operations.study.sessions.waiting import (
    MOST_WAITING,
)

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Iterable, Mapping, Sequence


def sum_up(look: Look, parts: Sequence[Part], cards: Mapping[uuid.UUID, list[QueueCard]]) -> Session:
    """Return the session of these decks together: each within its own limits, all within those of the day."""
    log = look.log
    set_ids = {part.set_id for part in parts}
    queues = [_queue(look, part, cards.get(part.set_id, ())) for part in parts]
    left = Counts(
        sum(queue.counts.due for queue in queues),
        sum(queue.counts.new for queue in queues),
        sum(queue.counts.returning for queue in queues),
    )
    begun = sum(part.limits.new_done_today for part in parts)
    done = sum(part.limits.due_done_today for part in parts)
    limits = Limits(
        sum(part.limits.new_left for part in parts) + begun,
        begun,
        due_done_today=done,
        relief_left=_relief_left(look, left.due, done),
        cards_left=_cards_left(look),
    )
    everything = {
        card.fact: card
        for queue in queues
        for card in (*queue.due, *queue.new, *queue.returning, *queue.recent)
    }
    kept_back = [(part, queue.counts.new) for part, queue in zip(parts, queues, strict=True)]
    return Session(
        today=look.today,
        queue=_build(look, everything.values(), limits, left),
        done_today=log.reviews,
        limits=limits,
        median_seconds=log.median_seconds,
        settled=_count_settled(look, set_ids, cards),
        recalled_today=log.recalled,
        seconds_today=log.seconds,
        in_open_quiz=sum(
            belongs(one, part.deck)
            for part in parts
            for one in look.closed.values()
            if one.set_id == part.set_id
        ),
        last_review=log.last_review,
        is_paused=look.is_paused,
        count_waiting=lambda: _count_waiting(look, kept_back),
    )


def _queue(look: Look, part: Part, cards: Collection[QueueCard]) -> Queue:
    returning = sum(card.today is not None and card.today.forgotten_at is not None for card in cards)
    totals = None
    if part.due is not None and part.new is not None:
        totals = Counts(part.due, part.new, returning)
    return _build(look, cards, part.limits, totals)


def _build(look: Look, cards: Iterable[QueueCard], limits: Limits, totals: Counts | None) -> Queue:
    learner = look.learner
    return study_queue.build(
        cards,
        limits,
        look.today,
        mode=look.mode,
        due_order=DueOrder.RETRIEVABILITY if learner is None else DueOrder(learner.due_order),
        new_order=NewOrder.MIXED if learner is None else NewOrder(learner.new_order),
        seed=look.lot,
        totals=totals,
    )


def _count_settled(
    look: Look, set_ids: Collection[uuid.UUID], cards: Mapping[uuid.UUID, list[QueueCard]]
) -> int:
    if not look.is_chosen:
        return len(look.log.settled(set_ids))
    return sum(
        card.today is not None and card.today.forgotten_at is None
        for of_set in cards.values()
        for card in of_set
    )


def _relief_left(look: Look, due: int, done: int) -> int | None:
    """Return how many more due cards the relief of a backlog shows today; None where there is none."""
    if (
        look.learner is None
        or look.learner.relief_through is None
        or look.learner.relief_through < look.today
    ):
        return None
    return study_queue.relief_quota(due, done, (look.learner.relief_through - look.today).days + 1)


def _cards_left(look: Look) -> int | None:
    minutes = None if look.learner is None or look.is_over else look.learner.budget_minutes
    return study_queue.cards_left(
        None if minutes is None else 60.0 * minutes, look.log.seconds, look.log.median_seconds
    )


def _count_waiting(look: Look, kept_back: Sequence[tuple[Part, int]]) -> int:
    """Return how many new facts wait behind those that the limits of today let through."""
    return sum(len(look.find_new(part.set_id, part.deck, MOST_WAITING)) - new for part, new in kept_back)
