"""Which of the sound forms of a fact a bank asks: one that is recognised and one that is produced, not every form.

The policy stands here alone. Of each of the two orders the first sound form is taken, so that every fact that can be
asked soundly is asked, and none is asked time and again. Which orders a fact has is told by the hash of its id: other
facts never change it. Further questions are asked of sets of facts, and of the record where the source differs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quizapp.core.bank_index import stable_hash

if TYPE_CHECKING:
    from collections.abc import Callable

    from quizapp.core.facts import Bank, Fact

#: Of the facts that a choice and a statement fit, the share that is judged as a statement.
JUDGED: Final = 1 / 4
#: Of the facts whose value is a place, the share that is found on the map.
FOUND: Final = 1 / 3
#: Of the facts that are typed, the share that fills a blank.
BLANKED: Final = 1 / 3


def recognised(bank: Bank, fact: Fact, seed: int, can_be_false: Callable[[], bool]) -> tuple[str, ...]:
    """Return the types of recognising in the order of preference.

    A statement comes first only where a false one could be made as well: what is always true is no question.
    """
    if is_judged(bank, fact, seed) and can_be_false():
        return ("true-false", "choice")
    return ("choice", "true-false")


def produced(bank: Bank, fact: Fact, seed: int) -> tuple[str, ...]:
    """Return the types of producing in the order of preference: dates and counts are entered, the rest found or named."""
    named = ("cloze", "short") if _lot(bank, fact, seed, "blanked") < BLANKED else ("short", "cloze")
    is_found = _lot(bank, fact, seed, "found") < FOUND
    return ("date", "numeric", "map", *named) if is_found else ("date", "numeric", *named, "map")


def is_judged(bank: Bank, fact: Fact, seed: int) -> bool:
    """Whether a statement is preferred to a choice; a member of a list is picked out among outsiders."""
    may_be = fact.member_of is None and "true-false" not in fact.never
    return may_be and _lot(bank, fact, seed, "judged") < JUDGED


def _lot(bank: Bank, fact: Fact, seed: int, purpose: str) -> float:
    """Return a number from 0 to 1 that this fact alone draws for a purpose."""
    return stable_hash(f"{seed}:{bank.id}/{fact.id}:{purpose}") / 2**64
