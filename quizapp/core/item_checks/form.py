"""Hard rules on the question as it stands: keys, parts and texts that must be there, and be told apart."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Final

from quizapp.core.dates import read_date
from quizapp.core.facts import DateValue
from quizapp.core.item_checks.model import (
    ALL_TYPES,
    OPTIONS,
    Context,
    Rule,
    any_in,
    entity_named,
    names_of_key,
    order_of,
)
from quizapp.core.item_checks.parts import keys_of, options_of, reasons_of, texts_of, wrong_of
from quizapp.core.matching import fold
from quizapp.core.questions import (
    AnyQuestion,
    ChoiceQuestion,
    DateQuestion,
    MapQuestion,
    MatchingQuestion,
    MultipleQuestion,
    NumericQuestion,
    OrderingQuestion,
    Place,
    ShortQuestion,
    TrueFalseQuestion,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

MIN_OPTIONS: Final = 3
#: Two right ones and a wrong one of three would be found by marking any two.
MIN_OF_SEVERAL: Final = 4
MIN_KEYS_OF_SEVERAL: Final = 2
_BRACKET = re.compile(r"\s*\(?[a-eA-E1-5]\)\s")
_LETTER = re.compile(r"\s*[a-eA-E1-5][.:]\s")
_YEAR = re.compile(r"(?<![\w-])([12]\d{3})(?![\w-])")
_CODE = re.compile(r"[A-Z]{3}")


def _key_missing(question: AnyQuestion, _: Context) -> Iterator[str]:
    if not keys_of(question):
        yield "no option or accepted response is right"


def _several_keys(question: AnyQuestion, _: Context) -> Iterator[str]:
    keys = [option.text for option in options_of(question) if option.correct]
    if len(keys) > 1:
        yield f"{len(keys)} options are marked right: {', '.join(keys)}"


def _too_few_options(question: AnyQuestion, _: Context) -> Iterator[str]:
    if isinstance(question, TrueFalseQuestion):
        if [option.id for option in question.options] != ["true", "false"]:
            yield "a true-false question has exactly the options true and false"
    elif isinstance(question, OrderingQuestion):
        if len(question.sequence) < MIN_OPTIONS:
            yield f"only {len(question.sequence)} events"
    elif isinstance(question, MatchingQuestion):
        if len(question.pairs) < MIN_OPTIONS:
            yield f"only {len(question.pairs)} pairs"
    elif isinstance(question, MapQuestion):
        if len(question.places) < MIN_OPTIONS:
            yield f"only {len(question.places)} places"
        elif not wrong_of(question):
            yield "every place is right"
    else:
        yield from _too_few_of_options(question)


def _too_few_of_options(question: AnyQuestion) -> Iterator[str]:
    options = options_of(question)
    is_several = isinstance(question, MultipleQuestion)
    if len(options) < (MIN_OF_SEVERAL if is_several else MIN_OPTIONS):
        yield f"only {len(options)} options"
    keys = sum(option.correct for option in options)
    if is_several and (keys < MIN_KEYS_OF_SEVERAL or keys == len(options)):
        yield f"{keys} of {len(options)} options are right"


def _equal_options(question: AnyQuestion, _: Context) -> Iterator[str]:
    if isinstance(question, MapQuestion):
        yield from _same([(place.name, fold(place.name)) for place in question.places])
        yield from _same([(place.name, place.code or place.point) for place in question.places])
        ids = [(place.name, place.id) for place in question.places]
    elif isinstance(question, OrderingQuestion):
        yield from _same_texts([event.text for event in question.sequence])
        ids = [(event.text, event.id) for event in question.sequence]
    else:
        yield from _same_texts([option.text for option in options_of(question)])
        ids = [(option.text, option.id) for option in options_of(question)]
    for name, count in _repeated(ids):
        yield f"{count} options have the id {name}"


def _equal_sides(question: AnyQuestion, _: Context) -> Iterator[str]:
    if isinstance(question, MatchingQuestion):
        yield from _same_texts([pair.left for pair in question.pairs])
        yield from _same_texts([text for _, text in question.rights])


def _same_texts(texts: list[str]) -> Iterator[str]:
    """Yield texts that say the same: as words, as dates, or as numbers where all are numbers."""
    orders = [order_of(text) for text in texts]
    are_numbers = all(number is not None for _, number in orders)
    said: list[tuple[str, Hashable]] = []
    for text, (date, number) in zip(texts, orders, strict=True):
        if date:
            said.append((text, (date.earliest, date.latest)))
        else:
            said.append((text, number if are_numbers else fold(text)))
    yield from _same(said)


def _same(said: list[tuple[str, Hashable]]) -> Iterator[str]:
    groups: dict[Hashable, list[str]] = defaultdict(list)
    for text, meaning in said:
        groups[meaning].append(text)
    for meaning, texts in groups.items():
        if meaning is not None and len(texts) > 1:
            yield f"“{texts[0]}” and “{texts[1]}” are the same"


def _repeated(named: Iterable[tuple[str, str]]) -> Iterator[tuple[str, int]]:
    groups: dict[str, int] = defaultdict(int)
    for _, name in named:
        groups[name] += 1
    yield from ((name, count) for name, count in groups.items() if count > 1)


def _labelled_options(question: AnyQuestion, _: Context) -> Iterator[str]:
    texts = [option.text for option in options_of(question)]
    # One "A. Lincoln" is a name; two options that open so are a list.
    lettered = [text for text in texts if _LETTER.match(text)]
    for text in texts:
        if _BRACKET.match(text) or (len(lettered) > 1 and text in lettered):
            yield f"“{text}” begins with a label"


def _empty_text(question: AnyQuestion, _: Context) -> Iterator[str]:
    texts = (("stem", question.stem), ("explanation", question.explanation))
    for name, text in chain(texts, texts_of(question)):
        if not fold(text):
            yield f"the {name} is empty"


def _key_in_stem(question: AnyQuestion, context: Context) -> Iterator[str]:
    if isinstance(question, OrderingQuestion):
        yield from _dated_events(question, context)
    elif isinstance(question, MatchingQuestion):
        for pair in question.pairs:
            if any_in(pair.left, [pair.right]) or (
                any_in(question.stem, [pair.left]) and any_in(question.stem, [pair.right])
            ):
                yield f"“{pair.right}” stands beside “{pair.left}” before they are matched"
    else:
        # Of a list, another name of a member may well stand in the name of the whole: America in North America.
        names = names_of_key(question, context) if len(question.facts) == 1 else keys_of(question)
        found = any_in(question.stem, names)
        if found and not any_in(question.stem, wrong_of(question)):
            yield f"the stem holds the key “{found}”"


def _dated_events(question: OrderingQuestion, context: Context) -> Iterator[str]:
    """Yield events that say in which year they were, where the events are not all of one year."""
    values = [fact.value for fact in context.facts_of(question)]
    years = {value.date.earliest.year for value in values if isinstance(value, DateValue)}
    for event in question.sequence:
        said = {int(year) for year in _YEAR.findall(event.text)} & years
        if said and len(years) > 1:
            yield f"the event “{event.text}” says its year"


def _neutral_is_right(question: AnyQuestion, _: Context) -> Iterator[str]:
    if isinstance(question, NumericQuestion):
        for number in question.neutral:
            if number in question.also or abs(number - question.number) <= question.tolerance:
                yield f"{number:g} is right and not scored at once"
    elif isinstance(question, ShortQuestion):
        right = set(map(fold, question.accept))
        yield from (
            f"“{text}” is right and not scored at once" for text in question.neutral if fold(text) in right
        )
    elif isinstance(question, DateQuestion):
        accepted = [date for date in map(read_date, question.accept) if date]
        for edtf in question.neutral:
            neutral = read_date(edtf)
            if neutral and any(date.covers(neutral) for date in accepted):
                yield f"{edtf} is right and not scored at once"


def _stray_target(question: AnyQuestion, _: Context) -> Iterator[str]:
    if isinstance(question, MapQuestion):
        places = {place.id for place in question.places}
        yield from (f"the target {target} is no place" for target in question.targets if target not in places)
        yield from (
            f"the target {name} is named {count} times"
            for name, count in _repeated((target, target) for target in question.targets)
        )


def _misplaced(question: AnyQuestion, context: Context) -> Iterator[str]:
    for place in question.places if isinstance(question, MapQuestion) else ():
        problem = _problem_of(place, context)
        if problem:
            yield f"“{place.name}” {problem}"


def _problem_of(place: Place, context: Context) -> str | None:
    if place.code is None and place.point is None:
        return "has neither a code nor a point"
    if place.code is not None and not _CODE.fullmatch(place.code):
        return f"has the code {place.code}, which is no ISO alpha-3 code"
    if place.point is not None and not (abs(place.point[0]) <= 90 and abs(place.point[1]) <= 180):
        return f"lies at {place.point[0]:g}, {place.point[1]:g}, which is not on the globe"
    named = entity_named(context.bank, place.name, "country" if place.code else "city")
    entity = context.bank.entities[named.entity] if named else None
    if entity and place.code not in {None, entity.code}:
        return f"has the code {place.code}, by the bank it is {entity.code or 'none'}"
    if entity and place.point not in {None, entity.point}:
        return "does not lie where the bank puts it"
    return None


def _unexplained_option(question: AnyQuestion, _: Context) -> Iterator[str]:
    for text, because in reasons_of(question):
        if not because.strip():
            yield f"“{text}” does not say why it is right or wrong"


_TYPED = frozenset({"short", "cloze", "date", "numeric"})
_ONE_KEY = frozenset({ChoiceQuestion.type, TrueFalseQuestion.type})
_MAP = frozenset({MapQuestion.type})
_MATCHING = frozenset({MatchingQuestion.type})
_ORDERING = frozenset({OrderingQuestion.type})
_OFFERED = ALL_TYPES - _TYPED

FORM_RULES: Final = (
    Rule("key-missing", "hard", ALL_TYPES, _key_missing, "mark the right option or give a response"),
    Rule("several-keys", "hard", _ONE_KEY, _several_keys, "leave one option right"),
    Rule("too-few-options", "hard", _OFFERED, _too_few_options, "give at least three options"),
    Rule("equal-options", "hard", _OFFERED - _MATCHING, _equal_options, "change or remove one of them"),
    Rule("equal-sides", "hard", _MATCHING, _equal_sides, "change or remove one of them"),
    Rule("label-in-option", "hard", OPTIONS, _labelled_options, "remove the label: it is added when shown"),
    Rule("empty-text", "hard", ALL_TYPES, _empty_text, "write it"),
    Rule("key-in-stem", "hard", ALL_TYPES - {"true-false"}, _key_in_stem, "reword the stem without it"),
    Rule("neutral-is-right", "hard", _TYPED, _neutral_is_right, "keep it in one of the two"),
    Rule("stray-target", "hard", _MAP, _stray_target, "name the id of a place, once"),
    Rule("misplaced", "hard", _MAP, _misplaced, "give its ISO alpha-3 code or its point"),
    Rule("unexplained-option", "hard", _OFFERED, _unexplained_option, "write its reason"),
)
