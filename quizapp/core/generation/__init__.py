"""Facts into questions: one module per type, sound by kind of value, the same bytes for the same facts and seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quizapp.core.generation import choice, cloze, date, short, true_false
from quizapp.core.generation.making import Making, Pool

if TYPE_CHECKING:
    from collections.abc import Callable

    from quizapp.core.facts import Bank, Fact
    from quizapp.core.questions import AnyQuestion

MAKERS: Final[dict[str, Callable[[Making], AnyQuestion | None]]] = {
    "choice": choice.make,
    "true-false": true_false.make,
    "short": short.make,
    "cloze": cloze.make,
    "date": date.make,
}


def generate(bank: Bank, seed: int = 0) -> list[AnyQuestion]:
    """Return every sound question of a bank, fact by fact; other facts' order changes no question."""
    return [question for fact in bank.facts for question in generate_for(bank, fact, seed)]


def generate_for(bank: Bank, fact: Fact, seed: int = 0) -> list[AnyQuestion]:
    """Return the sound questions of one fact: none if it is excluded, none of a type it forbids."""
    if not fact.is_asked:
        return []
    pool = Pool(bank, fact)
    made = [
        make(Making(bank, fact, kind, seed, pool)) for kind, make in MAKERS.items() if kind not in fact.never
    ]
    return [question for question in made if question is not None]
