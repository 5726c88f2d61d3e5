"""What makes a fact valid beyond its shape: references that resolve, an honest label, one marked value."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from quizapp.core.bank_index import index_of
from quizapp.core.dates import are_in_order, read_date
from quizapp.core.facts import MARK, DateValue, EntityValue, Standing, Treatment
from quizapp.core.matching import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Sequence

    from quizapp.core.facts import Bank, Fact, FactSet, Value

_SOURCE: Final = re.compile(r"\bthe (source|infobox|document)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field of a fact, a set or an entity, and what to do."""

    field: str
    text: str
    remedy: str


def fact_problems(bank: Bank, fact: Fact) -> Iterator[Problem]:
    """Yield what makes a fact invalid in its bank; entities and topics it names may be unknown."""
    if fact.topic not in bank.topics:
        yield Problem("topic", f"unknown topic “{fact.topic}”", f"use one of {', '.join(bank.topics)}")
    if fact.subject not in bank.entities:
        yield Problem(
            "subject", f"unknown entity “{fact.subject}”", "add it under entities or mend the spelling"
        )
    values = [("value", fact.value), *([("record", fact.record.value)] if fact.record else [])]
    for field, value in values:
        if isinstance(value, EntityValue) and value.entity not in bank.entities:
            where = "members" if fact.member_of and field == "value" else field
            yield Problem(
                where, f"unknown entity “{value.entity}”", "add it under entities or mend the spelling"
            )
    if isinstance(fact.value, DateValue):
        for text in fact.accepted:
            if read_date(text) is None:
                yield Problem("accepted", f"“{text}” is not a date", "write it like 2014-12-15")
    yield from _picking(bank, fact)
    yield from _citation(bank, fact)
    yield from _wording(bank, fact)
    yield from _honesty(fact)


def entity_problems(bank: Bank) -> Iterator[tuple[str, Problem]]:
    """Yield, with the entity's id, each name that two entities of one kind share."""
    owners: dict[tuple[str, str], str] = {}
    for entity in bank.entities.values():
        for name in dict.fromkeys(map(fold, entity.names)):
            owner = owners.setdefault((entity.kind, name), entity.id)
            if owner != entity.id:
                text = f"“{entity.id}” and “{owner}” are both a {entity.kind} called “{entity.name}”"
                yield entity.id, Problem("name", text, "give each name to one of them")


def set_problems(bank: Bank, group: FactSet, broken: Container[str] = ()) -> Iterator[Problem]:
    """Yield what makes a set unsound: unknown facts, an order that the dates leave open, right sides that are alike.

    `broken` are ids of facts that stand in the file and could not be read: naming them is no further error.
    """
    for fact in group.facts:
        if fact not in bank.by_id and fact.partition(".")[0] not in broken:
            yield Problem(
                "facts", f"the set “{group.id}” names an unknown fact “{fact}”", "mend the id or remove it"
            )
    known = [bank.by_id[fact] for fact in group.facts if fact in bank.by_id]
    if group.id in bank.by_id:
        text = f"the set “{group.id}” has the id of a fact"
        yield Problem("id", text, "give it another: questions are called by it")
    if group.kind in _CHECKED and known:
        yield from _CHECKED[group.kind](bank, group, known)
    is_bound = any(fact.is_asked and fact.treatment is Treatment.ACCORDING_TO_SOURCE for fact in known)
    if group.kind != "confusable" and group.ask and is_bound and not _SOURCE.search(group.ask):
        text = f"“ask” of the set “{group.id}” does not say that the source says so"
        yield Problem("ask", text, "write “according to the source”, or “the infobox gives”")


def _ordering(_: Bank, group: FactSet, facts: Sequence[Fact]) -> Iterator[Problem]:
    dated = [fact.dates for fact in facts if isinstance(fact.value, DateValue)]
    if len(dated) < len(facts) or not are_in_order(dated):
        text = f"the order of the set “{group.id}” is not certain"
        yield Problem("facts", text, "name only facts whose dates cannot touch")


def _matching(bank: Bank, group: FactSet, facts: Sequence[Fact]) -> Iterator[Problem]:
    known = [fact for fact in facts if _is_known(bank, fact)]
    if len({_kind_of(bank, fact.value) for fact in known}) > 1:
        text = f"the right sides of the set “{group.id}” are of several kinds"
        yield Problem("facts", text, "name only facts with values of one kind")
    rights = Counter(fold(bank.text_of(fact.value)) for fact in known)
    if known and max(rights.values()) > 1:
        text = f"two facts of the set “{group.id}” have the same value"
        yield Problem("facts", text, "name only facts with different values")


def _marking(bank: Bank, group: FactSet, facts: Sequence[Fact]) -> Iterator[Problem]:
    of_one_value = len({(fact.relation, fact.value) for fact in facts}) == 1
    if not of_one_value and len({fact.value for fact in facts}) < len(facts):
        text = (
            f"the facts of the set “{group.id}” have neither different values nor one value of one relation"
        )
        yield Problem("facts", text, "name facts that differ in one thing: it is what learners mark")
    elif group.kind == "map":
        marked = [EntityValue(fact.subject) if of_one_value else fact.value for fact in facts]
        found = [bank.entities.get(value.entity) for value in marked if isinstance(value, EntityValue)]
        if len(found) < len(marked) or any(entity and entity.place is None for entity in found):
            text = f"something in the set “{group.id}” is not on the map"
            yield Problem("facts", text, "give its entity a code or a point")


_CHECKED: Final[dict[str, Callable[[Bank, FactSet, Sequence[Fact]], Iterator[Problem]]]] = {
    "ordering": _ordering,
    "matching": _matching,
    "multiple": _marking,
    "map": _marking,
}


def _is_known(bank: Bank, fact: Fact) -> bool:
    return not isinstance(fact.value, EntityValue) or fact.value.entity in bank.entities


def _kind_of(bank: Bank, value: Value) -> str:
    return bank.entities[value.entity].kind if isinstance(value, EntityValue) else type(value).__name__


def repeated_ids(bank: Bank) -> set[str]:
    """Return the ids that several facts, or several sets, have."""
    facts = Counter(fact.id for fact in bank.facts)
    sets = Counter(group.id for group in bank.sets)
    return {name for counts in (facts, sets) for name, count in counts.items() if count > 1}


def _picking(bank: Bank, fact: Fact) -> Iterator[Problem]:
    """Yield where what asks for a member of one list is asked elsewhere too, so that it has other right responses."""
    index, asked = index_of(bank), fold(fact.pick_ask)
    if asked and (len(index.picking[asked]) > 1 or index.asking.get(asked)):
        yield Problem("pick_ask", "“pick_ask” asks what another fact asks", "say in each what differs")


def _citation(bank: Bank, fact: Fact) -> Iterator[Problem]:
    if bank.source.document is not None:
        if not fact.cite:
            yield Problem(
                "cite", "no passage is cited", "add cite: [[start, end]] in characters of the document"
            )
        if not fact.fingerprint:
            yield Problem(
                "print", "the fingerprint is missing", "run `quizapp facts check --source FILE` and copy it"
            )
    elif bank.source.package is not None and not fact.record_key:
        yield Problem("cite", "no record of the package is cited", "add cite: with the record's key")
    for start, end in fact.cite:
        if start >= end:
            yield Problem(
                "cite",
                f"the span [{start}, {end}] is empty or backwards",
                "write [start, end], end exclusive",
            )


def _wording(bank: Bank, fact: Fact) -> Iterator[Problem]:
    marks = MARK.findall(fact.tell)
    if len(marks) != 1 or "[[" in MARK.sub("", fact.tell) or "]]" in MARK.sub("", fact.tell):
        yield Problem("tell", f"“tell” marks {len(marks)} values", "put [[ ]] around the value, once")
    elif not isinstance(fact.value, EntityValue) or fact.value.entity in bank.entities:
        names = bank.names_of(fact.value)
        if fold(marks[0]) not in set(map(fold, names)):
            remedy = f"mark “{names[0]}” or mend the value"
            yield Problem("tell", f"“tell” marks “{marks[0]}”, the value is “{names[0]}”", remedy)
    if fact.tell[:1].islower():
        yield Problem("tell", "“tell” begins with a small letter", "write a full sentence")


def _honesty(fact: Fact) -> Iterator[Problem]:
    labelled = fact.treatment is Treatment.ACCORDING_TO_SOURCE
    if labelled:
        for field, text in (("ask", fact.ask), ("tell", fact.tell), ("pick_ask", fact.pick_ask)):
            if text and not _SOURCE.search(text):
                remedy = "write “according to the source”, or “the infobox gives”"
                yield Problem(field, f"“{field}” does not say that the source says so", remedy)
    if fact.standing is Standing.FICTIONAL and not labelled and fact.is_asked:
        yield Problem(
            "treatment", "an invention is asked like a fact", "write treatment: according-to-source"
        )
    if not fact.note and (fact.standing is not Standing.DOCUMENTED or fact.treatment is Treatment.NOTE):
        yield Problem("note", "there is no note", "add note: what the record says")
