"""The forms in which one fact can be asked, each made when it is first wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quizapp.core.generation import (
    choice,
    cloze,
    date,
    maps,
    numeric,
    record,
    selection,
    short,
    true_false,
)
from quizapp.core.generation.making import Making, Pool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from quizapp.core.facts import Bank, Fact
    from quizapp.core.questions import AnyQuestion

MAKERS: Final[dict[str, Callable[[Making], AnyQuestion | None]]] = {
    "choice": choice.make,
    "true-false": true_false.make,
    "short": short.make,
    "cloze": cloze.make,
    "date": date.make,
    "numeric": numeric.make,
    "map": maps.make,
}
_SECOND: Final = 2


def selected(bank: Bank, fact: Fact, seed: int) -> list[AnyQuestion]:
    """Return the questions that a bank asks of a fact: at most one recognised, one produced, and one of the record."""
    forms = _Forms(bank, fact, seed)
    recognised = forms.first(selection.recognised(bank, fact, seed, forms.can_be_false))
    produced = forms.first(selection.produced(bank, fact, seed))
    found = (recognised, produced, forms.of_record())
    return [question for question in found if question is not None]


def every(bank: Bank, fact: Fact, seed: int) -> list[AnyQuestion]:
    """Return all sound questions of a fact: one of each type, and that of the record."""
    forms = _Forms(bank, fact, seed)
    found = (*map(forms.made, MAKERS), forms.of_record())
    return [question for question in found if question is not None]


class _Forms:
    def __init__(self, bank: Bank, fact: Fact, seed: int) -> None:
        self._bank, self._fact, self._seed = bank, fact, seed
        self._pool = Pool(bank, fact)

    def made(self, kind: str) -> AnyQuestion | None:
        """Return the question of a type; None if it is not sound or the fact forbids it."""
        return None if kind in self._fact.never else MAKERS[kind](self._making(kind))

    def of_record(self) -> AnyQuestion | None:
        """Return the question of what the record says."""
        return None if "choice" in self._fact.never else record.make(self._making("choice", _SECOND))

    def first(self, kinds: Iterable[str]) -> AnyQuestion | None:
        """Return the first of these forms that is sound."""
        for kind in kinds:
            question = self.made(kind)
            if question is not None:
                return question
        return None

    def can_be_false(self) -> bool:
        """Whether the fact's statement can be turned into a provably false one."""
        return true_false.can_be_false(self._making("true-false"))

    def _making(self, kind: str, number: int = 0) -> Making:
        return Making(self._bank, self._fact, kind, self._seed, self._pool, number)
