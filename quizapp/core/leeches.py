"""Leeches: facts forgotten time and again, and what may mend them instead of hiding them."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

#: Lapses after which help is first offered, and how many more bring the next offer.
FIRST_LAPSES: Final = 8
FURTHER_LAPSES: Final = 4

#: How long a card rests that is given one: long enough to begin afresh, short enough not to be lost.
REST_DAYS: Final = 14


class Repair(StrEnum):
    """What a learner can do about a leech."""

    #: Ask it in another form.
    FORM = "form"
    #: Look at it beside the fact it is confused with.
    COMPARE = "compare"
    #: Write a note of one's own: a rule, a picture, a rhyme.
    NOTE = "note"
    #: Leave it alone for `REST_DAYS`.
    REST = "rest"


def is_leech(lapses: int, seen_lapses: int) -> bool:
    """Return whether help is to be offered; `seen_lapses` is the number at which it was last taken or waved away."""
    return lapses >= max(FIRST_LAPSES, seen_lapses + FURTHER_LAPSES)


def offers(*, has_other_form: bool, has_neighbour: bool) -> tuple[Repair, ...]:
    """Return the repairs there are for a fact, the likeliest to help first."""
    found = []
    if has_neighbour:
        found.append(Repair.COMPARE)
    if has_other_form:
        found.append(Repair.FORM)
    return (*found, Repair.NOTE, Repair.REST)
