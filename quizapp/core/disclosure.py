"""What a quiz shows when: score, own responses, key, explanations; during an attempt, after it, after the quiz closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from quizapp.core.timing import GRACE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime


class Item(StrEnum):
    """What may be shown of an attempt. The score is that of the attempt and of each question: it tells right from wrong."""

    SCORE = "score"
    RESPONSES = "responses"
    KEY = "key"
    EXPLANATIONS = "explanations"


class Phase(StrEnum):
    """When: while the attempt is open, after it, and after the quiz closed for everybody."""

    DURING = "during"
    AFTER = "after"
    CLOSED = "closed"


#: Own responses are there while one gives them.
_ALWAYS: Final = frozenset({(Item.RESPONSES, Phase.DURING)})
_TELLING: Final = frozenset({Item.SCORE, Item.KEY, Item.EXPLANATIONS})


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The matrix of what is shown when, as the set of its ticked fields."""

    ticked: frozenset[tuple[Item, Phase]]

    def shows(self, item: Item, phase: Phase) -> bool:
        """Return whether this may be seen in this phase."""
        return (item, phase) in self.ticked or (item, phase) in _ALWAYS

    @property
    def checks(self) -> bool:
        """Whether a question can be checked during the attempt: its response is fixed then, and its key shown."""
        return self.shows(Item.KEY, Phase.DURING)

    @property
    def needs_close(self) -> bool:
        """Whether something is shown only after the quiz closed, so that it must close at some time."""
        return any(self.shows(item, Phase.CLOSED) and not self.shows(item, Phase.AFTER) for item in Item)

    def problems(self) -> list[str]:
        """Return what does not fit together, in words: what was shown cannot be taken back, and parts tell the whole."""
        found = []
        for item in Item:
            for earlier, later in ((Phase.DURING, Phase.AFTER), (Phase.AFTER, Phase.CLOSED)):
                if (item, earlier) in self.ticked and not self.shows(item, later):
                    found.append(f"{_NAMES[item]} shown {_WHEN[earlier]} must also be shown {_WHEN[later]}.")
        for phase in Phase:
            if self.shows(Item.KEY, phase) and not self.shows(Item.SCORE, phase):
                found.append(f"Whoever sees the key {_WHEN[phase]} knows the score: show it too.")
            if self.shows(Item.EXPLANATIONS, phase) and not self.shows(Item.KEY, phase):
                found.append(f"Explanations {_WHEN[phase]} tell the key: show it too.")
            if self.shows(Item.KEY, phase) and not self.shows(Item.RESPONSES, phase):
                found.append(f"A key {_WHEN[phase]} says little without one's own responses: show them too.")
        if self.shows(Item.SCORE, Phase.DURING) and not self.checks:
            found.append("A score during the attempt is shown on checking a question: show the key too.")
        return found


_NAMES: Final[Mapping[Item, str]] = {
    Item.SCORE: "A score",
    Item.RESPONSES: "Responses",
    Item.KEY: "A key",
    Item.EXPLANATIONS: "Explanations",
}
_WHEN: Final[Mapping[Phase, str]] = {
    Phase.DURING: "during the attempt",
    Phase.AFTER: "after the attempt",
    Phase.CLOSED: "after the quiz closed",
}


def phase_at(now: datetime, *, is_open: bool, closes_at: datetime | None) -> Phase:
    """Return the phase of an attempt: a quiz has closed when no response to it can arrive any more."""
    if is_open:
        return Phase.DURING
    is_closed = closes_at is not None and now > closes_at + timedelta(seconds=GRACE_SECONDS)
    return Phase.CLOSED if is_closed else Phase.AFTER


def releases_at(
    disclosure: Disclosure, finished_at: datetime, closes_at: datetime | None
) -> tuple[datetime, bool]:
    """Return when a finished attempt stops being a secret, and whether its responses become reviews then.

    It does with its key; where the key is never shown, at the close of the quiz, without one at its own end. Where
    nothing ever tells right from wrong there are no reviews either: a memory that moved would tell.
    """
    if disclosure.shows(Item.KEY, Phase.AFTER):
        return finished_at, True
    teaches = any(disclosure.shows(item, Phase.CLOSED) for item in _TELLING)
    if closes_at is None:
        return finished_at, teaches
    return max(finished_at, closes_at + timedelta(seconds=GRACE_SECONDS)), teaches


def disclosure_to_dict(disclosure: Disclosure) -> dict[str, list[str]]:
    """Return the matrix as it is kept: for each item the phases in which it is shown."""
    return {
        item.value: [phase.value for phase in Phase if (item, phase) in disclosure.ticked] for item in Item
    }


def disclosure_from_dict(data: Mapping[str, Iterable[str]]) -> Disclosure:
    """Return a matrix as `disclosure_to_dict` wrote it; raises `ValueError` for an unknown word."""
    return Disclosure(
        frozenset((Item(item), Phase(phase)) for item, phases in data.items() for phase in phases)
    )


def _ticked(**phases: Iterable[Phase]) -> Disclosure:
    return Disclosure(frozenset((Item(item), phase) for item, those in phases.items() for phase in those))


_LATER: Final = (Phase.AFTER, Phase.CLOSED)
#: Everything after the attempt; nothing during it.
AFTER_THE_ATTEMPT: Final = _ticked(score=_LATER, responses=_LATER, key=_LATER, explanations=_LATER)
#: Each question can be checked as one goes.
AT_ONCE: Final = _ticked(score=Phase, responses=_LATER, key=Phase, explanations=Phase)
#: Score and responses after the attempt, keys when nobody can use them any more.
KEY_AFTER_CLOSE: Final = _ticked(
    score=_LATER, responses=_LATER, key=(Phase.CLOSED,), explanations=(Phase.CLOSED,)
)
#: Nothing before everybody is done.
ALL_AFTER_CLOSE: Final = _ticked(
    score=(Phase.CLOSED,), responses=(Phase.CLOSED,), key=(Phase.CLOSED,), explanations=(Phase.CLOSED,)
)
