"""The form grows with the memory: recognised while it is weak, produced once it holds, another question each time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

#: Types in which the right response is seen and picked out, and those in which it is brought forth.
RECOGNISING: Final = frozenset({"true-false", "choice", "multiple"})
PRODUCING: Final = frozenset({"short", "cloze", "date", "numeric", "ordering", "matching", "map"})
FLASHCARD: Final = "flashcard"

#: Stability in days from which a memory holds, and from which it is only produced.
HOLDS_DAYS: Final = 7.0
STRONG_DAYS: Final = 21.0

#: Of the last so many produced responses fewer than half are right: producing has collapsed.
_RECENT: Final = 4


class Stage(IntEnum):
    """What is asked of a memory."""

    RECOGNISE = 0
    ALTERNATE = 1
    PRODUCE = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that probes the fact: how many facts it probes in all, and how many of these were begun."""

    question: UUID
    type: str
    facts: int = 1
    begun: int = 0


@dataclass(frozen=True, slots=True)
class Growth:
    """What is known of a fact's memory: its stability in days, None before the first probe.

    `last_form` and `last_right` are of the last response; `produced` are the outcomes of the last ones that were
    produced, newest last.
    """

    stability: float | None = None
    last_form: str = ""
    last_right: bool = True
    produced: tuple[bool, ...] = ()

    @property
    def stage(self) -> Stage:
        """What to ask now."""
        is_shaken = self.last_form in PRODUCING and not self.last_right
        if self.stability is None or self.stability < HOLDS_DAYS or is_shaken:
            return Stage.RECOGNISE
        # Not back to recognising alone: what is never produced could never show that it can be again.
        has_collapsed = len(self.produced) >= 2 and 2 * sum(self.produced) < len(self.produced)
        return Stage.ALTERNATE if self.stability < STRONG_DAYS or has_collapsed else Stage.PRODUCE


def read_growth(stability: float | None, responses: Iterable[tuple[str, bool]]) -> Growth:
    """Return the growth from a fact's responses, as (form, right), oldest first; the last few are enough."""
    rows = list(responses)
    if not rows:
        return Growth(stability)
    produced = tuple(right for form, right in rows if form in PRODUCING)[-_RECENT:]
    return Growth(stability, *rows[-1], produced)


def choose_form(
    candidates: Sequence[Candidate], growth: Growth, *, wanted: str | None = None, turn: int = 0
) -> Candidate | None:
    """Return the question to ask, or None where nothing fits: then a flashcard.

    `wanted` is the type (or `flashcard`) that the learner asked for; `turn` the number of probes so far. A question of
    several facts is asked only once all of them are begun. A weak memory is not asked to produce; a strong one is asked
    to recognise where nothing else is there.
    """
    fitting = sorted(
        (one for one in candidates if one.facts == 1 or one.begun >= one.facts),
        key=lambda one: (one.type, one.question),
    )
    if wanted == FLASHCARD:
        return None
    asked_for = [one for one in fitting if one.type == wanted]
    if asked_for:
        return asked_for[turn % len(asked_for)]
    recognising = [one for one in fitting if one.type in RECOGNISING]
    producing = [one for one in fitting if one.type in PRODUCING]
    stage = growth.stage
    if stage is Stage.RECOGNISE:
        return _take(recognising, turn)
    if stage is Stage.PRODUCE or not recognising:
        return _take(producing or recognising, turn)
    if not producing:
        return _take(recognising, turn)
    # In turns, and each of both goes through its own.
    return _take(producing if turn % 2 else recognising, turn // 2)


def _take(candidates: Sequence[Candidate], turn: int) -> Candidate | None:
    return candidates[turn % len(candidates)] if candidates else None
