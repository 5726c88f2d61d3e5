"""What of an attempt may be seen now, and when the rest may: the quiz's matrix, applied so that parts never tell more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from quizapp.core.attempts import AttemptState
from quizapp.core.disclosure import Item, Phase, phase_at

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from quizapp.models import Attempt, Quiz

#: What must be seen too for each item: a key tells the score, explanations tell the key.
_TOLD_BY: Final[Mapping[Item, tuple[Item, ...]]] = {
    Item.SCORE: (Item.SCORE,),
    Item.RESPONSES: (Item.RESPONSES,),
    Item.KEY: (Item.SCORE, Item.RESPONSES, Item.KEY),
    Item.EXPLANATIONS: (Item.SCORE, Item.RESPONSES, Item.KEY, Item.EXPLANATIONS),
}


@dataclass(frozen=True, slots=True)
class View:
    """What may be seen of an attempt in its phase.

    `later` are the items that are seen once the quiz has closed, at `closes_at`; None there is when somebody closes it.
    """

    phase: Phase
    items: frozenset[Item]
    later: frozenset[Item]
    closes_at: datetime | None

    def __contains__(self, item: Item) -> bool:
        return item in self.items


def view_of(attempt: Attempt, quiz: Quiz, now: datetime) -> View:
    """Return what may be seen of an attempt now; a matrix that contradicts itself shows the less."""
    phase = phase_at(now, is_open=attempt.state == AttemptState.OPEN, closes_at=quiz.closes_at)
    if phase == Phase.AFTER and attempt.released_at is not None:
        # What was told at the close is told for good, even if the quiz is opened longer since.
        key_at_once = quiz.disclosure.shows(Item.KEY, Phase.AFTER)
        phase = Phase.AFTER if key_at_once or quiz.closes_at is None else Phase.CLOSED
    items = _seen(quiz, phase)
    return View(phase, items, _seen(quiz, Phase.CLOSED) - items, quiz.closes_at)


def _seen(quiz: Quiz, phase: Phase) -> frozenset[Item]:
    shown = quiz.disclosure
    return frozenset(
        item for item, needed in _TOLD_BY.items() if all(shown.shows(one, phase) for one in needed)
    )
