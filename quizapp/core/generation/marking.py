"""What may be marked in a question of several facts: what differs among the facts, beside what is provably wrong.

Facts with different values have these marked ("which countries belong to ..."); facts of one relation and value differ in
their subjects, and subjects are marked ("which countries pay in ...").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from quizapp.core.bank_index import MANY, Ring, index_of
from quizapp.core.distractors import NEIGHBOUR, Distractor, candidates, is_false, outsiders, truths_of
from quizapp.core.facts import Entity, EntityValue, Fact, Standing
from quizapp.core.generation.making import reason, sentence
from quizapp.core.generation.members import off_the_list
from quizapp.core.matching import fold, holds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from quizapp.core.facts import Bank
    from quizapp.core.generation.making import Gathering


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that may be marked: its text, the entity if it is one, why it is right or wrong, and whose it is."""

    text: str
    entity: Entity | None
    because: str
    fact: str | None
    strategy: str | None = None


def of_one_value(facts: Sequence[Fact]) -> bool:
    """Whether the facts say one thing of several subjects, so that these are what is marked."""
    return len({(fact.relation, fact.value) for fact in facts}) == 1


def facts_for(gathering: Gathering) -> list[Fact]:
    """Return the facts of a set that this type may ask, in their order; none of a list that nothing picks from."""
    facts = [fact for fact in gathering.facts if fact.is_asked and gathering.type not in fact.never]
    if any(fact.member_of is not None and not fact.pick_ask for fact in facts):
        return []
    differ = len({fact.value for fact in facts}) == len(facts)
    return facts if differ or of_one_value(facts) else []


def right_marks(bank: Bank, facts: Sequence[Fact]) -> list[Mark]:
    """Return what is right to mark, in the order of the facts."""
    by_subject = of_one_value(facts)
    marks = []
    for fact in facts:
        value = EntityValue(fact.subject) if by_subject else fact.value
        entity = bank.entities[value.entity] if isinstance(value, EntityValue) else None
        marks.append(Mark(bank.text_of(value), entity, sentence(fact.statement), fact.id))
    return marks


def wrong_marks(gathering: Gathering, facts: Sequence[Fact]) -> list[Mark]:
    """Return what is provably wrong to mark, each text once, in the order of the texts.

    Nothing that the stem names is there, nor what is never wrong, nor an invention beside what is documented.
    """
    bank = gathering.bank
    found = _wrong_subjects(gathering, facts) if of_one_value(facts) else _wrong_values(bank, facts)
    disputed = {fold(text) for fact in facts for text in fact.never_wrong}
    marks: dict[str, Mark] = {}
    for mark in found:
        names = set(map(fold, mark.entity.names if mark.entity else (mark.text,)))
        if names.isdisjoint(disputed) and not holds(gathering.group.ask, mark.text):
            marks.setdefault(fold(mark.text), mark)
    return [marks[text] for text in sorted(marks)]


def _wrong_values(bank: Bank, facts: Sequence[Fact]) -> Iterator[Mark]:
    all_truths = [truths_of(bank, fact) for fact in facts]
    kinds: dict[str | None, Fact] = {}
    for fact, truths in zip(facts, all_truths, strict=True):
        kinds.setdefault(truths.entity_kind, fact)
    for kind, fact in kinds.items():
        is_list = fact.member_of is not None
        pool = outsiders(bank, fact) if is_list else candidates(bank, fact)
        for one in pool:
            # Truths of another kind of value can prove nothing false: what they hold as right is looked at alone.
            if all(is_false(bank, truths, one.value) for truths in all_truths if truths.entity_kind == kind):
                because, lender = off_the_list(bank, fact, one) if is_list else (reason(bank, one), one.fact)
                yield Mark(one.text, _entity(bank, one), because, lender, one.strategy)


def _wrong_subjects(gathering: Gathering, facts: Sequence[Fact]) -> Iterator[Mark]:
    bank, value = gathering.bank, facts[0].value
    index = index_of(bank)
    kinds = {bank.entities[fact.subject].kind for fact in facts}
    right = {fact.subject for fact in facts}
    is_fictional = any(fact.standing is Standing.FICTIONAL for fact in facts)
    others = {
        other.subject: other
        for other in reversed(index.related[facts[0].relation])
        if other.is_asked
        and other.subject not in right
        and bank.entities[other.subject].kind in kinds
        and (is_fictional or other.standing is not Standing.FICTIONAL)
    }
    for subject in Ring(others).draw(gathering.id, MANY):
        other = others[subject]
        if is_false(bank, truths_of(bank, other), value):
            entity = bank.entities[subject]
            because = f"Not so of {entity.name}: {sentence(other.statement)}"
            yield Mark(entity.name, entity, because, other.id, NEIGHBOUR)


def _entity(bank: Bank, one: Distractor) -> Entity | None:
    return bank.entities[one.value.entity] if isinstance(one.value, EntityValue) else None
