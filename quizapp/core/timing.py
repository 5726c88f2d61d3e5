"""The clock of an attempt: deadline, extra time, grace. All times are the server's; a client's clock has no say."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

#: Lateness forgiven to a response on its way when time ran out. It is never shown as time left.
GRACE_SECONDS: Final = 10


@dataclass(frozen=True, slots=True, order=True)
class ExtraTime:
    """An accommodation: no limit at all, or so many percent more of it. The larger of two compares as greater."""

    is_untimed: bool = False
    percent: int = 0

    def __post_init__(self) -> None:
        if self.percent < 0:
            raise ValueError(f"extra time is no reduction: {self.percent} %")

    def __bool__(self) -> bool:
        return self.is_untimed or self.percent > 0


#: Nothing extra.
NO_EXTRA: Final = ExtraTime()


def lengthened(limit_seconds: float, extra: ExtraTime = NO_EXTRA) -> float | None:
    """Return a limit in seconds with its extra time; None where there is none any more."""
    return None if extra.is_untimed else limit_seconds * (100 + extra.percent) / 100


def deadline(
    started_at: datetime,
    limit_seconds: int | None,
    extra: ExtraTime = NO_EXTRA,
    closes_at: datetime | None = None,
) -> datetime | None:
    """Return when an attempt ends: its time limit with extra time, or the closing of the quiz if that is earlier.

    None is an attempt without an end. Raises `ValueError` for a limit of nothing.
    """
    if limit_seconds is not None and limit_seconds <= 0:
        raise ValueError(f"a time limit is a positive number of seconds, not {limit_seconds}")
    seconds = None if limit_seconds is None else lengthened(limit_seconds, extra)
    if seconds is None:
        return closes_at
    ends_at = started_at + timedelta(seconds=seconds)
    return ends_at if closes_at is None else min(ends_at, closes_at)


def question_end(
    now: datetime, question_seconds: int | None, extra: ExtraTime = NO_EXTRA, ends_at: datetime | None = None
) -> datetime | None:
    """Return when the time for a question that begins now ends: never after the attempt's deadline `ends_at`.

    None where questions have no time of their own.
    """
    if question_seconds is None or extra.is_untimed:
        return None
    return deadline(now, question_seconds, extra, ends_at)


def accepts(now: datetime, ends_at: datetime | None, grace_seconds: float = GRACE_SECONDS) -> bool:
    """Say whether a response that arrives now still counts."""
    return ends_at is None or now <= ends_at + timedelta(seconds=grace_seconds)


def remaining_seconds(now: datetime, ends_at: datetime | None) -> int | None:
    """Return the whole seconds left to show, never below 0; None without a deadline."""
    if ends_at is None:
        return None
    return max(0, math.floor((ends_at - now).total_seconds()))


def finished_at(now: datetime, ends_at: datetime | None) -> datetime:
    """Return when an attempt that ends now ended: never later than its deadline, grace is not working time."""
    return now if ends_at is None else min(now, ends_at)
