"""Facts into questions: one module per type, sound by kind of value, the same bytes for the same facts and seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quizapp.core.generation import forms, maps, matching, multiple, ordering
from quizapp.core.generation.making import Gathering

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from quizapp.core.facts import Bank, Fact, FactSet
    from quizapp.core.questions import AnyQuestion

_Gatherer = tuple[str, "Callable[[Gathering], Sequence[AnyQuestion]]"]

#: What is made of a set, by its kind. The members of a list are a set of kind multiple.
GATHERERS: Final[dict[str, tuple[_Gatherer, ...]]] = {
    "multiple": (("multiple", multiple.make),),
    "ordering": (("ordering", ordering.make),),
    "matching": (("matching", matching.make),),
    "map": (("map", maps.make_all),),
}
_OF_LISTS: Final[tuple[_Gatherer, ...]] = (*GATHERERS["multiple"], *GATHERERS["map"])


def generate(bank: Bank, seed: int = 0, *, every_form: bool = False) -> list[AnyQuestion]:
    """Return the questions of a bank, fact by fact and then set by set; other facts' order changes no question.

    What is asked of a fact is the matter of `selection`; `every_form` asks for all that is sound.
    """
    of_facts = [
        question for fact in bank.facts for question in generate_for(bank, fact, seed, every_form=every_form)
    ]
    return of_facts + [question for group in bank.sets for question in generate_set(bank, group, seed)]


def generate_for(bank: Bank, fact: Fact, seed: int = 0, *, every_form: bool = False) -> list[AnyQuestion]:
    """Return the questions of one fact: none if it is excluded, none of a type it forbids."""
    make = forms.every if every_form else forms.selected
    return make(bank, fact, seed) if fact.is_asked else []


def generate_set(bank: Bank, group: FactSet, seed: int = 0) -> list[AnyQuestion]:
    """Return the questions of several facts that a set gives; none where they would be unsound."""
    facts = tuple(bank.by_id[fact] for fact in group.facts if fact in bank.by_id)
    is_list = group.kind == "multiple" and any(fact.member_of == group.id for fact in facts)
    makers = _OF_LISTS if is_list else GATHERERS.get(group.kind, ())
    return [question for kind, make in makers for question in make(Gathering(bank, group, facts, kind, seed))]
