"""Hard rules on keys and the facts they come from: what is asked, taken as right and explained follows from them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from quizapp.core import numerals
from quizapp.core.dates import PartialDate, are_in_order, read_date
from quizapp.core.facts import (
    MARK,
    DateValue,
    Fact,
    Standing,
    TextValue,
    Treatment,
)
from quizapp.core.item_checks.model import (
    ALL_TYPES,
    Context,
    Rule,
    any_in,
    names_of_key,
)
from quizapp.core.item_checks.parts import keys_of, numbers_of, wrong_of
from quizapp.core.matching import fold, holds
from quizapp.core.questions import (
    AnyQuestion,
    DateQuestion,
    MapQuestion,
    MatchingQuestion,
    MultipleQuestion,
    NumericQuestion,
    OrderingQuestion,
    ShortQuestion,
    TrueFalseQuestion,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SOURCE = re.compile(r"\bthe (source|infobox|document|page|article)\b", re.IGNORECASE)
_DATED = re.compile(r"\b(?:\d{1,2} )?[A-Z][a-z]+ \d{4}\b")
_SENTENCE = re.compile(r"(?<=[.;!?])\s")
_PARTS: Final = {"day": 3, "month": 2, "year": 1}


def _key_not_from_fact(question: AnyQuestion, context: Context) -> Iterator[str]:
    facts = context.facts_of(question)
    if not facts or len(facts) < len(question.facts):
        yield f"the bank has no fact {', '.join(question.facts) or 'for it'}"
    elif isinstance(question, OrderingQuestion):
        yield from _order_and_facts(question, facts)
    elif isinstance(question, MatchingQuestion):
        keys = [(pair.right, fact) for pair, fact in zip(question.pairs, facts, strict=False)]
        yield from _several_and_facts(question, keys, len(question.pairs), context)
        for pair, fact in zip(question.pairs, facts, strict=False):
            if fact.label and fold(pair.left) != fold(fact.label):
                yield f"“{pair.left}” is not the fact {fact.id}"
    elif isinstance(question, MapQuestion):
        names = {place.id: place.name for place in question.places}
        keys = [(names.get(one, one), fact) for one, fact in zip(question.targets, facts, strict=False)]
        yield from _several_and_facts(question, keys, len(question.targets), context)
    elif isinstance(question, MultipleQuestion):
        keys_of_options = [option for option in question.options if option.correct]
        cited = [context.bank.by_id.get(option.fact or "") for option in keys_of_options]
        known = [(one.text, fact) for one, fact in zip(keys_of_options, cited, strict=True) if fact]
        yield from _several_and_facts(question, known, len(keys_of_options), context)
        if {fact.id for _, fact in known} != set(question.facts):
            yield "the right options are not those of its facts"
    else:
        yield from _one_and_fact(question, facts[0], context)


def _one_and_fact(question: AnyQuestion, fact: Fact, context: Context) -> Iterator[str]:
    names = _right_names(question, fact, context)
    if isinstance(question, TrueFalseQuestion):
        yield from _statement_and_key(question, fact, context)
    elif isinstance(question, DateQuestion):
        rights = [date for date in map(read_date, names) if date]
        for edtf in question.accept:
            if not any(right.covers(PartialDate.parse(edtf)) for right in rights):
                yield f"the date {edtf} is not that of the fact"
    elif isinstance(question, NumericQuestion):
        numbers = {number for number in map(numerals.understand, names) if number is not None}
        for number in numbers_of(question):
            if number not in numbers:
                yield f"{number:g} is not what the fact says"
    else:
        known = set(map(fold, names))
        yield from (
            f"“{key}” is not what the fact says" for key in keys_of(question) if fold(key) not in known
        )


def _several_and_facts(
    question: AnyQuestion, keys: Iterable[tuple[str, Fact]], count: int, context: Context
) -> Iterator[str]:
    if count != len(question.facts):
        yield f"{count} keys stand for {len(question.facts)} facts"
    for text, fact in keys:
        if fold(text) not in set(map(fold, _right_names(question, fact, context))):
            yield f"“{text}” is not what the fact {fact.id} says"


def _order_and_facts(question: OrderingQuestion, facts: list[Fact]) -> Iterator[str]:
    if len(question.sequence) != len(facts):
        yield f"{len(question.sequence)} events stand for {len(facts)} facts"
    for event, fact in zip(question.sequence, facts, strict=False):
        if fact.label and fold(event.text) != fold(fact.label):
            yield f"“{event.text}” is not the fact {fact.id}"
    days = [fact.value.date.earliest for fact in facts if isinstance(fact.value, DateValue)]
    if any(one > later for one, later in pairwise(days)):
        yield "the sequence is not in the order of the dates"


def _order_open(question: AnyQuestion, context: Context) -> Iterator[str]:
    facts = context.facts_of(question)
    dated = [fact.dates for fact in facts if isinstance(fact.value, DateValue)]
    if len(dated) < len(facts):
        yield "not every event has a date"
    elif not are_in_order(dated):
        yield "the dates leave the order open"


def _right_names(question: AnyQuestion, fact: Fact, context: Context) -> list[str]:
    if context.asks_record(question) or context.marks_subjects(question):
        return list(context.bank.names_of(context.key_asked(question, fact)))
    names = [*context.bank.names_of(fact.value), *fact.accepted]
    if isinstance(fact.value, DateValue):
        names += [text for date in map(read_date, fact.accepted) if date for text in date.spellings()]
    return names


def _statement_and_key(question: TrueFalseQuestion, fact: Fact, context: Context) -> Iterator[str]:
    keys = keys_of(question)
    says_true = bool(keys) and fold(keys[0]) == "true"
    if isinstance(fact.value, TextValue) and fold(fact.value.text) in {"true", "false"}:
        is_true = fold(fact.value.text) == "true"
    else:
        is_true = _says_value(question.stem, fact, context.bank.names_of(fact.value))
    if keys and says_true != is_true:
        yield f"the statement is {'true' if is_true else 'not what the fact says'}, its key says otherwise"


def _says_value(stem: str, fact: Fact, names: Iterable[str]) -> bool:
    """Whether a statement gives the fact's value; one made from `tell` is compared at the mark alone.

    A statement on Guinea-Bissau does not speak of Guinea.
    """
    folded = fold(stem)
    if folded in {fold(fact.statement_with(name)) for name in names}:
        return True
    before, after = (fold(part) for part in (*MARK.split(fact.tell), "", "")[::2][:2])
    is_made_from_tell = folded.startswith(before) and folded.endswith(after)
    return not is_made_from_tell and any_in(stem, names) is not None


def _explanation_contradicts(question: AnyQuestion, context: Context) -> Iterator[str]:
    told = question.explanation
    if isinstance(question, TrueFalseQuestion):
        said = re.escape(question.stem.rstrip(" .!?")) + r"(?![\w-])"
        if keys_of(question) == ("False",) and re.search(said, told, re.IGNORECASE):
            yield "the explanation repeats the false statement"
    elif isinstance(question, OrderingQuestion):
        texts = [fold(event.text) for event in question.sequence]
        places = [fold(told).find(text) for text in texts]
        if min(places, default=-1) >= 0 and places != sorted(places):
            yield "the explanation tells the events in another order"
    elif isinstance(question, MatchingQuestion):
        yield from _wrongly_paired(question)
    elif isinstance(question, DateQuestion):
        dates = [date for date in map(read_date, _DATED.findall(told)) if date]
        right = [PartialDate.parse(edtf) for edtf in question.accept]
        if dates and right and not any(one.overlaps(date) for date in dates for one in right):
            yield f"the explanation speaks of {dates[0].text()}, not of the key"
    else:
        is_told = any_in(told, names_of_key(question, context)) is not None
        named = None if is_told else _wrong_in_explanation(question)
        if named:
            yield f"the explanation speaks of “{named}”, not of the key"


def _wrong_in_explanation(question: AnyQuestion) -> str | None:
    """Return something wrong that the explanation names: an option, another name, or another count of the same unit."""
    told = question.explanation
    if isinstance(question, NumericQuestion):
        counted = re.findall(rf"(\S+) {re.escape(question.unit)}(?!\w)", told) if question.unit else []
        return next((text for text in counted if numerals.understand(text) is not None), None)
    return any_in(told, question.others if isinstance(question, ShortQuestion) else wrong_of(question))


def _wrongly_paired(question: MatchingQuestion) -> Iterator[str]:
    for sentence in _SENTENCE.split(question.explanation):
        lefts = [pair for pair in question.pairs if holds(sentence, pair.left)]
        rights = [text for _, text in question.rights if holds(sentence, text)]
        # A sentence on one of them tells its pair; one on several need not keep their order.
        if len(lefts) == 1 and rights and lefts[0].right not in rights:
            yield f"the explanation puts “{rights[0]}” beside “{lefts[0].left}”"


def _unsound_type(question: AnyQuestion, context: Context) -> Iterator[str]:
    for fact in context.facts_of(question):
        if question.type in fact.never or not fact.is_asked:
            yield f"the fact {fact.id} may not be asked as {question.type}"


def _more_precise_than_printed(question: AnyQuestion, context: Context) -> Iterator[str]:
    if isinstance(question, DateQuestion):
        printed = _PARTS.get(PartialDate.parse(question.accept[0]).precision, 0) if question.accept else 9
        if len(question.parts) > printed:
            yield f"it asks for {'/'.join(question.parts)}, the source prints {question.accept[0]}"
        return
    facts = context.facts_of(question)
    keys = keys_of(question)
    if isinstance(question, MatchingQuestion):
        keys = tuple(pair.right for pair in question.pairs)
    for key, fact in zip(keys, facts, strict=False):
        said, value = read_date(key), context.key_asked(question, fact)
        if said and isinstance(value, DateValue) and value.date.covers(said) and not said.covers(value.date):
            yield f"“{key}” is more precise than {value.date.text()}, which the source prints"


def _fiction_as_record(question: AnyQuestion, context: Context) -> Iterator[str]:
    if context.asks_record(question):
        return
    labels = {(question.standing, question.treatment)}
    labels |= {(fact.standing, fact.treatment) for fact in context.facts_of(question)}
    is_bound = any(
        treatment == Treatment.ACCORDING_TO_SOURCE or standing == Standing.FICTIONAL
        for standing, treatment in labels
    )
    if is_bound and not _SOURCE.search(question.stem):
        yield "the stem does not say that it asks what the source says"


_ORDERING = frozenset({OrderingQuestion.type})

DERIVATION_RULES: Final = (
    Rule("key-not-from-fact", "hard", ALL_TYPES, _key_not_from_fact, "take the key from the cited fact"),
    Rule("order-open", "hard", _ORDERING, _order_open, "order only what cannot touch"),
    Rule("explanation-contradicts", "hard", ALL_TYPES, _explanation_contradicts, "explain the key"),
    Rule("unsound-type", "hard", ALL_TYPES, _unsound_type, "ask it in another form or not at all"),
    Rule(
        "too-precise",
        "hard",
        frozenset({"date", "choice", "matching"}),
        _more_precise_than_printed,
        "ask for the printed parts",
    ),
    Rule("fiction-as-record", "hard", ALL_TYPES, _fiction_as_record, "write “according to the source”"),
)
