"""Fact-check questions: what the record says where the source differs; the source's own value is one of the wrong options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quizapp.core.distractors import SOURCE_SAYS, Distractor
from quizapp.core.facts import DateValue, EntityValue, NumberValue
from quizapp.core.generation import choice
from quizapp.core.generation.making import sentence
from quizapp.core.matching import fold, holds
from quizapp.core.questions import ChoiceQuestion, Option, id_of_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quizapp.core.facts import Bank, Fact, Record, Value
    from quizapp.core.generation.making import Making


def make(making: Making) -> ChoiceQuestion | None:
    """Return the choice whose key is the record's value; None where nothing asks for it or the two are too near."""
    bank, fact = making.bank, making.fact
    record = fact.record
    if record is None or not record.ask or not _differ(bank, fact, record):
        return None
    key, said = bank.text_of(record.value), bank.text_of(fact.value)
    if any(holds(record.ask, name) for value in (record.value, fact.value) for name in _names(bank, value)):
        return None
    source = Distractor(said, fact.value, fact.id, SOURCE_SAYS)
    pool = [
        one
        for one in making.pool.distractors
        if not (holds(record.ask, one.text) or holds(one.text, key) or holds(key, one.text))
    ]
    because = sentence(f"The record: {key} ({record.source})")
    option = Option(id_of_text(key), key, True, because, fact.id, None)
    alone = ChoiceQuestion(stem=record.ask, options=(), **_common(making, because))
    options = choice.Options(record.value, option, bank)
    return choice.best_of(bank, alone, options, _beside(source, choice.sets_for(making, record.value, pool)))


def _beside(source: Distractor, sets: Iterator[list[Distractor]]) -> Iterator[list[Distractor]]:
    """Yield each set with the source's own value in the place of its last option."""
    for taken in sets:
        yield [source, *taken[:-1]]


def _names(bank: Bank, value: Value) -> tuple[str, ...]:
    """Return what would give a value away: of a count its text alone, for its bare number may stand for anything."""
    return (bank.text_of(value),) if isinstance(value, NumberValue) else bank.names_of(value)


def _differ(bank: Bank, fact: Fact, record: Record) -> bool:
    """Whether the record's value is of the same kind as the fact's, and wrong by the source as much as that by the record."""
    value, own = record.value, fact.value
    if type(value) is not type(own) or set(map(fold, fact.accepted)) & set(map(fold, bank.names_of(value))):
        return False
    if isinstance(value, EntityValue) and isinstance(own, EntityValue):
        same_kind = bank.entities[value.entity].kind == bank.entities[own.entity].kind
        return same_kind and value.entity != own.entity
    if isinstance(value, DateValue) and isinstance(own, DateValue):
        return value.date.precision == own.date.precision and not value.date.overlaps(own.date)
    if isinstance(value, NumberValue) and isinstance(own, NumberValue):
        return value.unit == own.unit and value.number != own.number
    return fold(bank.text_of(value)) != fold(bank.text_of(own))


def _common(making: Making, because: str) -> dict[str, Any]:
    fact = making.fact
    said = [because, sentence(f"The source says: {fact.statement}")]
    if fact.note:
        said.append(sentence(fact.note))
    return making.common() | {"explanation": " ".join(said), "treatment": "note"}
