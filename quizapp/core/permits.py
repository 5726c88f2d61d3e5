"""Whether a learner may start an attempt now, and if not, why and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class Refusal(StrEnum):
    """Why no attempt may start."""

    NOT_OPEN_YET = "not-open-yet"
    CLOSED = "closed"
    NONE_LEFT = "none-left"
    WAIT = "wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRules:
    """When and how often a quiz may be started. None narrows nothing down; `wait_seconds` lie between two attempts."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None
    most_attempts: int | None = None
    wait_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Permit:
    """`refusal` is None where an attempt may start; `until` says when it may, where waiting helps; `left` how many."""

    refusal: Refusal | None = None
    until: datetime | None = None
    left: int | None = None


def may_start(
    rules: StartRules, finished: Sequence[datetime], now: datetime, *, extra_attempts: int = 0
) -> Permit:
    """Return whether an attempt may start now; `finished` are the ends of the learner's attempts, in any order.

    `extra_attempts` were granted to the learner by an instructor.
    """
    left = None
    if rules.most_attempts is not None:
        left = max(0, rules.most_attempts + extra_attempts - len(finished))
    if rules.closes_at is not None and now >= rules.closes_at:
        return Permit(Refusal.CLOSED, None, left)
    if left == 0:
        return Permit(Refusal.NONE_LEFT, None, left)
    if rules.opens_at is not None and now < rules.opens_at:
        return Permit(Refusal.NOT_OPEN_YET, rules.opens_at, left)
    if finished and rules.wait_seconds:
        until = max(finished) + timedelta(seconds=rules.wait_seconds)
        if now < until:
            is_too_late = rules.closes_at is not None and until >= rules.closes_at
            return Permit(Refusal.WAIT, None if is_too_late else until, left)
    return Permit(None, None, left)
