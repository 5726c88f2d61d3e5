"""Hard rules on what stands beside a key: nothing taken as wrong is right, and no two questions contradict each other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from quizapp.core import numerals
from quizapp.core.bank_index import index_of
from quizapp.core.dates import read_date
from quizapp.core.distractors import Truths, is_false, truths_of
from quizapp.core.facts import DateValue, EntityValue, Fact, NumberValue, TextValue, Value
from quizapp.core.item_checks.model import ALL_TYPES, Context, Rule, entity_named, names_of_key
from quizapp.core.item_checks.parts import numbers_of, wrong_of
from quizapp.core.matching import fold
from quizapp.core.questions import (
    AnyQuestion,
    MapQuestion,
    MatchingQuestion,
    MultipleQuestion,
    NumericQuestion,
    OrderingQuestion,
    ShortQuestion,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def _true_distractor(question: AnyQuestion, context: Context) -> Iterator[str]:
    if isinstance(question, MatchingQuestion):
        yield from _true_elsewhere(question, context)
        return
    if context.marks_subjects(question):
        yield from _true_subjects(question, context)
        return
    judged = _judges(context.facts_of(question), question, context)
    for text in wrong_of(question):
        if any(_may_be_right(text, value, truths, context) for value, truths in judged):
            yield f"“{text}” is right, or too near to right, by the facts"


def _true_subjects(question: AnyQuestion, context: Context) -> Iterator[str]:
    """Yield what is offered as wrong and has the value that is asked for, by a fact of its own."""
    bank, asked = context.bank, context.facts_of(question)[0]
    kind = bank.entities[asked.subject].kind
    for text in wrong_of(question):
        found = entity_named(bank, text, kind)
        facts = index_of(bank).linked.get((found.entity, asked.relation), ()) if found else ()
        disputed = {fold(one) for fact in context.facts_of(question) for one in fact.never_wrong}
        if fold(text) in disputed or any(
            not is_false(bank, truths_of(bank, fact), asked.value) for fact in facts
        ):
            yield f"“{text}” is right, or too near to right, by the facts"


def _true_elsewhere(question: MatchingQuestion, context: Context) -> Iterator[str]:
    facts = context.facts_of(question)
    for pair, fact in zip(question.pairs, facts, strict=False):
        truths = truths_of(context.bank, fact)
        for name, text in question.rights:
            if name != pair.right_id and _may_be_right(text, fact.value, truths, context):
                yield f"“{text}” is right for “{pair.left}” too, or too near to right, by the facts"


def _judges(facts: Iterable[Fact], question: AnyQuestion, context: Context) -> list[tuple[Value, Truths]]:
    """Return what is right for each fact; the members of a list share it."""
    judges = {}
    for fact in facts:
        if context.asks_record(question):
            judges[fact.id, ""] = context.key_asked(question, fact), truths_of_record(context, fact)
        elif (fact.subject, fact.relation) not in judges:
            judges[fact.subject, fact.relation] = fact.value, truths_of(context.bank, fact)
    return list(judges.values())


def truths_of_record(context: Context, fact: Fact) -> Truths:
    """Return what is right, near to right or disputed where the record is asked for: what the source says is not."""
    if fact.record is None:
        return truths_of(context.bank, fact)
    bank, index = context.bank, index_of(context.bank)
    said = fact.record.value
    # As if the record stood in the place of what the source says, and the fact by itself.
    asked = fact.record.ask
    alone = replace(
        fact, subject="", relation="", ask=asked, tell=asked, value=said, record=None, accepted=()
    )
    truths = truths_of(bank, alone)
    beside = [other for other in index.linked.get((fact.subject, fact.relation), ()) if other.id != fact.id]
    values = [said, *(other.value for other in beside)]
    if isinstance(said, EntityValue):
        linked = index.values_of.get(fact.subject, set()) | index.subjects_of.get(fact.subject, set())
        values += [EntityValue(one) for one in linked if EntityValue(one) != fact.value]
    written = [
        *fact.never_wrong,
        *(text for other in beside for text in (*other.accepted, *other.never_wrong)),
    ]
    entities = [bank.entities[value.entity] for value in values if isinstance(value, EntityValue)]
    dates = [value.date for value in values if isinstance(value, DateValue)]
    dates += [date for date in map(read_date, written) if date]
    numbers: list[float] = [value.number for value in values if isinstance(value, NumberValue)]
    numbers += [number for number in map(numerals.read, written) if number is not None]
    return replace(
        truths,
        entities=truths.entities.union(entity.id for entity in entities),
        codes=truths.codes.union(entity.code for entity in entities if entity.code),
        texts=truths.texts.union(map(fold, written), *(index.folds_of(value) for value in values)),
        dates=(*truths.dates, *dates),
        numbers=(*truths.numbers, *numbers),
    )


def _may_be_right(text: str, asked: Value, truths: Truths, context: Context) -> bool:
    value = _value_of(text, asked, context)
    return fold(text) in truths.texts or (value is not None and not is_false(context.bank, truths, value))


def _value_of(text: str, asked: Value, context: Context) -> Value | None:
    """Return what an option says as a value of the kind that is asked for; None where it cannot be compared."""
    if isinstance(asked, DateValue):
        date = read_date(text)
        return DateValue(date) if date else None
    if isinstance(asked, NumberValue):
        number = numerals.read(text)
        return NumberValue(number, asked.unit) if number is not None else None
    if isinstance(asked, EntityValue):
        kind = context.bank.entities[asked.entity].kind
        found = entity_named(context.bank, text, kind)
        return found if found and context.bank.entities[found.entity].kind == kind else None
    return TextValue(text)


def _other_key_elsewhere(question: AnyQuestion, context: Context) -> Iterator[str]:
    mine = frozenset(map(fold, names_of_key(question, context)))
    is_whole = isinstance(question, MultipleQuestion | MapQuestion | MatchingQuestion | OrderingQuestion)
    for keys, other in context.keys_of_stem(question).items():
        if other != question.id and (mine != keys if is_whole else mine.isdisjoint(keys)):
            yield f"{other} asks the same and has another key"
            return


def _overlapping_responses(question: AnyQuestion, context: Context) -> Iterator[str]:
    other = context.overlapping(question) if isinstance(question, NumericQuestion) else None
    if other:
        yield f"{other} asks the same of another fact and accepts some of the same numbers"
    for response in question.accept if isinstance(question, ShortQuestion) else ():
        for facts, one in context.accepting(question, response).items():
            if facts != question.facts:
                yield f"{one} asks the same of another fact and accepts some of the same responses"
                return


def _tolerance_too_wide(question: AnyQuestion, context: Context) -> Iterator[str]:
    fact = context.fact_of(question)
    if not isinstance(question, NumericQuestion):
        return
    if question.tolerance < 0:
        yield "the tolerance is below zero"
    elif fact and question.tolerance:
        if fact.is_exact:
            yield f"the count is exact, {question.number:g} ± {question.tolerance:g} is not"
        values = [fact.record.value] if fact.record else []
        others = [value.number for value in values if isinstance(value, NumberValue)]
        others += [number for number in map(numerals.read, fact.never_wrong) if number is not None]
        reached = [number for number in others if abs(number - question.number) <= question.tolerance]
        for number in sorted({*reached, *context.numbers_near(question, fact)}):
            if number not in numbers_of(question):
                yield f"the tolerance takes {number:g} as right"


_WRONG_ONES = frozenset({"choice", "multiple", "matching", "map"})
_TYPED_FREELY = frozenset({"short", "cloze", "numeric"})
_NUMERIC = frozenset({NumericQuestion.type})

RIVAL_RULES: Final = (
    Rule("true-distractor", "hard", _WRONG_ONES, _true_distractor, "replace it by something surely wrong"),
    Rule("other-key-elsewhere", "hard", ALL_TYPES, _other_key_elsewhere, "make the stems say what differs"),
    Rule("overlapping-responses", "hard", _TYPED_FREELY, _overlapping_responses, "make the stems differ"),
    Rule("tolerance-too-wide", "hard", _NUMERIC, _tolerance_too_wide, "narrow the tolerance"),
)
