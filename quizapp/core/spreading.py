"""On which day a card is due: within the fuzz of its interval, where the fewest cards wait already."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from quizapp.core.memory import due_in_days, fuzz_range

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from quizapp.core.memory import Memory, Scheduling

#: So many days before and after the fuzzed one are looked at: intervals of decades have a fuzz of years.
REACH_DAYS: Final = 15
#: Nobody's days are easy: shares of the usual load in per cent, Monday first.
EVERY_DAY: Final = (100,) * 7

_ONE_DAY: Final = timedelta(days=1)


def choose_day(
    first: date,
    last: date,
    loads: Mapping[date, int],
    easy: Sequence[int],
    preferred: date,
    paused: tuple[date, date] | None = None,
) -> date:
    """Return the day from `first` to `last` with the lowest load, this card counted, for its share of the week.

    `loads` counts the cards due on a day, none where it is left out; `easy` has seven shares in per cent, Monday first.
    A day with no share is taken only where there is no other, one of the pause (first and last day) only then. Among
    equals the nearest to `preferred` wins, of two as near the earlier.
    """
    best, best_rank = first, None
    day = first
    while day <= last:
        share = easy[day.weekday()]
        # Days that are out come last, those of a pause behind all others.
        out = 2 if paused is not None and paused[0] <= day <= paused[1] else 0 if share > 0 else 1
        rank = (out, (loads.get(day, 0) + 1) / (share or 100), abs((day - preferred).days), day)
        if best_rank is None or rank < best_rank:
            best, best_rank = day, rank
        day += _ONE_DAY
    return best


def due_range(
    memory: Memory, scheduling: Scheduling, fuzz: float | None, studied_on: date
) -> tuple[date, date, date]:
    """Return the first and the last day on which a card studied then may be due, and the one that the fuzz prefers.

    `fuzz` as in `memory.fuzzed_interval`; None prefers the interval itself.
    """
    interval = due_in_days(memory, scheduling)
    lowest, highest = fuzz_range(interval, scheduling.maximum_days)
    wanted = interval if fuzz is None else lowest + int(fuzz * (highest - lowest + 1))
    return (
        studied_on + timedelta(days=max(lowest, wanted - REACH_DAYS)),
        studied_on + timedelta(days=min(highest, wanted + REACH_DAYS)),
        studied_on + timedelta(days=wanted),
    )


def spread_due(
    memory: Memory,
    scheduling: Scheduling,
    fuzz: float | None,
    studied_on: date,
    loads: Mapping[date, int],
    easy: Sequence[int] = EVERY_DAY,
    paused: tuple[date, date] | None = None,
) -> date:
    """Return the day on which a card with this memory, studied on that day, is due: `choose_day` in its `due_range`."""
    first, last, preferred = due_range(memory, scheduling, fuzz, studied_on)
    return choose_day(first, last, loads, easy, preferred, paused)
