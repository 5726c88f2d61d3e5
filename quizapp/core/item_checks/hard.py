"""Hard rules: a question that breaks one is wrong, unfair or unsound, and never ships."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING, Final

from quizapp.core import numerals
from quizapp.core.dates import PartialDate, read_date
from quizapp.core.distractors import is_false, truths_of
from quizapp.core.facts import (
    MARK,
    DateValue,
    EntityValue,
    Fact,
    NumberValue,
    Standing,
    TextValue,
    Treatment,
    Value,
)
from quizapp.core.item_checks.model import (
    ALL_TYPES,
    OPTIONS,
    Context,
    Rule,
    any_in,
    entity_named,
    keys_of,
    names_of_key,
    options_of,
    orders_of,
)
from quizapp.core.matching import fold
from quizapp.core.questions import AnyQuestion, ChoiceQuestion, DateQuestion, ShortQuestion, TrueFalseQuestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from quizapp.core.questions import Option

MIN_OPTIONS: Final = 3
_BRACKET = re.compile(r"\s*\(?[a-eA-E1-5]\)\s")
_LETTER = re.compile(r"\s*[a-eA-E1-5][.:]\s")
_SOURCE = re.compile(r"\bthe (source|infobox|document|page|article)\b", re.IGNORECASE)


def _key_missing(question: AnyQuestion, _: Context) -> Iterator[str]:
    if not keys_of(question):
        yield "no option or accepted response is right"


def _several_keys(question: AnyQuestion, _: Context) -> Iterator[str]:
    keys = [option.text for option in options_of(question) if option.correct]
    if len(keys) > 1:
        yield f"{len(keys)} options are marked right: {', '.join(keys)}"


def _too_few_options(question: AnyQuestion, _: Context) -> Iterator[str]:
    count = len(options_of(question))
    if isinstance(question, TrueFalseQuestion):
        if [option.id for option in question.options] != ["true", "false"]:
            yield "a true-false question has exactly the options true and false"
    elif count < MIN_OPTIONS:
        yield f"only {count} options"


def _equal_options(question: AnyQuestion, _: Context) -> Iterator[str]:
    options = options_of(question)
    _dates, numbers = orders_of(options)
    are_numbers = all(number is not None for number in numbers)
    for (one, first), (other, second) in combinations(zip(options, numbers, strict=True), 2):
        if fold(one.text) == fold(other.text) or (are_numbers and first == second) or _same_date(one, other):
            yield f"“{one.text}” and “{other.text}” are the same"
        if one.id == other.id:
            yield f"two options have the id {one.id}"


def _same_date(one: Option, other: Option) -> bool:
    first, second = read_date(one.text), read_date(other.text)
    return bool(first and second and first.covers(second) and second.covers(first))


def _labelled_options(question: AnyQuestion, _: Context) -> Iterator[str]:
    texts = [option.text for option in options_of(question)]
    # One "A. Lincoln" is a name; two options that open so are a list.
    lettered = [text for text in texts if _LETTER.match(text)]
    for text in texts:
        if _BRACKET.match(text) or (len(lettered) > 1 and text in lettered):
            yield f"“{text}” begins with a label"


def _true_distractor(question: AnyQuestion, context: Context) -> Iterator[str]:
    fact = context.fact_of(question)
    if fact is None:
        return
    truths = truths_of(context.bank, fact)
    for option in options_of(question):
        if option.correct:
            continue
        value = _value_of(option.text, fact, context)
        is_text = fold(option.text) in truths.texts
        if is_text or (value is not None and not is_false(context.bank, truths, value)):
            yield f"“{option.text}” is right, or too near to right, by the facts"


def _value_of(text: str, fact: Fact, context: Context) -> Value | None:
    """Return what an option says as a value of the key's kind; None where it cannot be compared."""
    if isinstance(fact.value, DateValue):
        date = read_date(text)
        return DateValue(date) if date else None
    if isinstance(fact.value, NumberValue):
        number = numerals.read(text)
        return NumberValue(number, fact.value.unit) if number is not None else None
    if isinstance(fact.value, EntityValue):
        kind = context.bank.entities[fact.value.entity].kind
        found = entity_named(context.bank, text, kind)
        return found if found and context.bank.entities[found.entity].kind == kind else None
    return None


def _empty_text(question: AnyQuestion, _: Context) -> Iterator[str]:
    texts = {"stem": question.stem, "explanation": question.explanation}
    texts |= {f"option {option.id}": option.text for option in options_of(question)}
    if isinstance(question, ShortQuestion):
        texts |= {f"accepted response {number}": text for number, text in enumerate(question.accept, 1)}
    for name, text in texts.items():
        if not fold(text):
            yield f"the {name} is empty"


def _key_in_stem(question: AnyQuestion, context: Context) -> Iterator[str]:
    found = any_in(question.stem, names_of_key(question, context))
    distractors = [option.text for option in options_of(question) if not option.correct]
    if found and not any_in(question.stem, distractors):
        yield f"the stem holds the key “{found}”"


def _other_key_elsewhere(question: AnyQuestion, context: Context) -> Iterator[str]:
    mine = frozenset(map(fold, names_of_key(question, context)))
    for keys, other in context.keys_of_stem(question).items():
        if other != question.id and mine.isdisjoint(keys):
            yield f"{other} asks the same and has another key"
            return


def _overlapping_responses(question: AnyQuestion, context: Context) -> Iterator[str]:
    for response in question.accept if isinstance(question, ShortQuestion) else ():
        for facts, other in context.accepting(question, response).items():
            if facts != question.facts:
                yield f"{other} asks the same of another fact and accepts some of the same responses"
                return


def _key_not_from_fact(question: AnyQuestion, context: Context) -> Iterator[str]:
    fact = context.fact_of(question)
    if fact is None:
        yield f"the bank has no fact {', '.join(question.facts) or 'for it'}"
        return
    names = _right_names(fact, context)
    if isinstance(question, TrueFalseQuestion):
        yield from _statement_and_key(question, fact, context)
    elif isinstance(question, DateQuestion):
        rights = [date for date in map(read_date, names) if date]
        for edtf in question.accept:
            if not any(right.covers(PartialDate.parse(edtf)) for right in rights):
                yield f"the date {edtf} is not that of the fact"
    else:
        known = set(map(fold, names))
        for key in keys_of(question):
            if fold(key) not in known:
                yield f"“{key}” is not what the fact says"


def _right_names(fact: Fact, context: Context) -> list[str]:
    names = [*context.bank.names_of(fact.value), *fact.accepted]
    if isinstance(fact.value, DateValue):
        names += [text for date in map(read_date, fact.accepted) if date for text in date.spellings()]
    if fact.record:
        names += context.bank.names_of(fact.record.value)
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
    if isinstance(question, TrueFalseQuestion):
        said = re.escape(question.stem.rstrip(" .!?")) + r"(?![\w-])"
        if keys_of(question) == ("False",) and re.search(said, question.explanation, re.IGNORECASE):
            yield "the explanation repeats the false statement"
        return
    distractors = [option.text for option in options_of(question) if not option.correct]
    named = any_in(question.explanation, distractors)
    if named and not any_in(question.explanation, names_of_key(question, context)):
        yield f"the explanation speaks of “{named}”, not of the key"


def _unsound_type(question: AnyQuestion, context: Context) -> Iterator[str]:
    fact = context.fact_of(question)
    if fact and (question.type in fact.never or not fact.is_asked):
        yield f"the fact {fact.id} may not be asked as {question.type}"


def _more_precise_than_printed(question: AnyQuestion, _: Context) -> Iterator[str]:
    if isinstance(question, DateQuestion) and question.accept:
        printed = {"day": 3, "month": 2, "year": 1}.get(PartialDate.parse(question.accept[0]).precision, 0)
        if len(question.parts) > printed:
            yield f"it asks for {'/'.join(question.parts)}, the source prints {question.accept[0]}"


def _fiction_as_record(question: AnyQuestion, _: Context) -> Iterator[str]:
    is_bound = question.treatment == Treatment.ACCORDING_TO_SOURCE or question.standing == Standing.FICTIONAL
    if is_bound and not _SOURCE.search(question.stem):
        yield "the stem does not say that it asks what the source says"


def _unexplained_option(question: AnyQuestion, _: Context) -> Iterator[str]:
    for option in options_of(question):
        if not option.because.strip():
            yield f"“{option.text}” does not say why it is right or wrong"


_BOTH = frozenset({ChoiceQuestion.type, TrueFalseQuestion.type})

HARD_RULES: Final = (
    Rule("key-missing", "hard", ALL_TYPES, _key_missing, "mark the right option or give a response"),
    Rule("several-keys", "hard", _BOTH, _several_keys, "leave one option right"),
    Rule("too-few-options", "hard", _BOTH, _too_few_options, "give at least three options"),
    Rule("equal-options", "hard", _BOTH, _equal_options, "change or remove one of them"),
    Rule("label-in-option", "hard", OPTIONS, _labelled_options, "remove the label: it is added when shown"),
    Rule("true-distractor", "hard", OPTIONS, _true_distractor, "replace it by something surely wrong"),
    Rule("empty-text", "hard", ALL_TYPES, _empty_text, "write it"),
    Rule("key-in-stem", "hard", ALL_TYPES - {"true-false"}, _key_in_stem, "reword the stem without it"),
    Rule("other-key-elsewhere", "hard", ALL_TYPES, _other_key_elsewhere, "make the stems say what differs"),
    Rule("overlapping-responses", "hard", ALL_TYPES, _overlapping_responses, "make the stems differ"),
    Rule("key-not-from-fact", "hard", ALL_TYPES, _key_not_from_fact, "take the key from the cited fact"),
    Rule("explanation-contradicts", "hard", ALL_TYPES, _explanation_contradicts, "explain the key"),
    Rule("unsound-type", "hard", ALL_TYPES, _unsound_type, "ask it in another form or not at all"),
    Rule("too-precise", "hard", frozenset({"date"}), _more_precise_than_printed, "ask for the printed parts"),
    Rule("fiction-as-record", "hard", ALL_TYPES, _fiction_as_record, "write “according to the source”"),
    Rule("unexplained-option", "hard", _BOTH, _unexplained_option, "write its reason"),
)
