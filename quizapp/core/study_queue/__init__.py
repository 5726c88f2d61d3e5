"""Which card comes next: due ones, new ones among them, and forgotten ones again within the session.

A queue follows from the cards and today's log alone. Nothing else is remembered of a session, so that a reload, a
second tab and another device agree.
"""

from quizapp.core.study_queue.cards import (
    HELD_DAYS,
    DueOrder,
    Mode,
    NewOrder,
    QueueCard,
    TodayMark,
    is_fresh,
    mark_facts,
    read_log,
)
from quizapp.core.study_queue.limits import (
    Counts,
    Limits,
    cap,
    cards_left,
    estimate_minutes,
    estimate_seconds,
    relief_quota,
)
from quizapp.core.study_queue.queue import (
    BESIDE,
    RETURN_AFTER,
    Queue,
    after,
    build,
    next_card,
    next_cards,
)

__all__ = [
    "BESIDE",
    "HELD_DAYS",
    "RETURN_AFTER",
    "Counts",
    "DueOrder",
    "Limits",
    "Mode",
    "NewOrder",
    "Queue",
    "QueueCard",
    "TodayMark",
    "after",
    "build",
    "cap",
    "cards_left",
    "estimate_minutes",
    "estimate_seconds",
    "is_fresh",
    "mark_facts",
    "next_card",
    "next_cards",
    "read_log",
    "relief_quota",
]
