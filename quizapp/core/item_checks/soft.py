"""Soft rules: cues and clumsiness that help the test-wise or confuse the honest; counted per 100 questions."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from quizapp.core.facts import EntityValue
from quizapp.core.item_checks.model import (
    ALL_TYPES,
    OPTIONS,
    Context,
    Rule,
    entity_named,
    orders_of,
    secret_of,
)
from quizapp.core.item_checks.parts import options_of
from quizapp.core.leaks import is_about, shown_text
from quizapp.core.matching import fold, holds, words_of
from quizapp.core.questions import MultipleQuestion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from quizapp.core.questions import AnyQuestion, Option

_ALL_OR_NONE = re.compile(r"\b(all|none|both|neither) of (the )?(above|these|them)\b", re.IGNORECASE)
_COMBINED = re.compile(r"^(both )?\(?[A-Ea-e1-5]\)?(, \(?[A-Ea-e1-5]\)?)* (and|or) \(?[A-Ea-e1-5]\)?$")
_LOOSE = re.compile(
    r"\b(always|never|only|completely|impossible|usually|often|sometimes|several|many|some|various)\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(not|no|never|none|except|neither|nor|without|n't|least likely)\b|n't\b", re.IGNORECASE
)
_LEAST_WORDS, _MOST_WORDS = 4, 75
_MOST_OPTIONS, _MOST_OF_SEVERAL, _MOST_SPREAD, _MUCH_LONGER = 5, 10, 3, 1.25
_CONTENT_LETTERS: Final = 4


@lru_cache(maxsize=16_384)
def _content_words(text: str) -> frozenset[str]:
    return frozenset(word for word in words_of(text) if len(word) >= _CONTENT_LETTERS)


def _keys_and_rest(question: AnyQuestion) -> tuple[list[Option], list[Option]]:
    """Return the right options and the others; a cue tells something only where all right ones have it alone."""
    options = options_of(question)
    return [option for option in options if option.correct], [
        option for option in options if not option.correct
    ]


def _are_in_kind(options: Sequence[Option]) -> bool:
    """Whether all options are dates or all are numbers: their words say nothing about which is right."""
    dates, numbers = orders_of(options)
    return all(date is not None for date in dates) or all(number is not None for number in numbers)


def _all_or_none(question: AnyQuestion, _: Context) -> Iterator[str]:
    for option in options_of(question):
        if _ALL_OR_NONE.search(option.text):
            yield f"“{option.text}”"


def _combined(question: AnyQuestion, _: Context) -> Iterator[str]:
    for option in options_of(question):
        if _COMBINED.match(option.text.strip()):
            yield f"“{option.text}” combines other options"


def _longest_is_key(question: AnyQuestion, _: Context) -> Iterator[str]:
    keys, rest = _keys_and_rest(question)
    if keys and rest and not _are_in_kind(options_of(question)):
        longest = max(len(option.text) for option in rest)
        shortest_key = min((option.text for option in keys), key=len)
        if len(shortest_key) > _MUCH_LONGER * longest and len(shortest_key) >= longest + 3:
            yield f"“{shortest_key}” and whatever is right is by far longer than any other option"


def _echo(question: AnyQuestion, _: Context) -> Iterator[str]:
    keys, rest = _keys_and_rest(question)
    if keys and rest:
        said = _content_words(question.stem)
        in_keys = frozenset.intersection(*(_content_words(option.text) for option in keys))
        echoed = said & in_keys - {word for option in rest for word in _content_words(option.text)}
        if echoed:
            yield f"the stem's word “{min(echoed)}” stands in the key alone"


def _article_cue(question: AnyQuestion, _: Context) -> Iterator[str]:
    last = question.stem.rstrip(" :.…_").rsplit(" ", 1)[-1].casefold()
    if last in {"a", "an"}:
        fits = [(option.text[:1].casefold() in "aeiou") == (last == "an") for option in options_of(question)]
        if not all(fits):
            yield f"“{last}” at the end of the stem does not fit every option"


def _out_of_order(question: AnyQuestion, _: Context) -> Iterator[str]:
    dates, numbers = orders_of(options_of(question))
    known_dates = [date.earliest for date in dates if date]
    known_numbers = [number for number in numbers if number is not None]
    if len(known_dates) == len(dates) and known_dates != sorted(known_dates):
        yield "the dates are not in order"
    if len(known_numbers) == len(numbers) and known_numbers != sorted(known_numbers):
        yield "the numbers are not in order"


def _shares_most(question: AnyQuestion, _: Context) -> Iterator[str]:
    options = options_of(question)
    if len(options) < 3 or _are_in_kind(options):
        return
    words = [set(words_of(option.text)) for option in options]
    shared = [
        sum(word in other for word in own for other in (*words[:place], *words[place + 1 :]))
        for place, own in enumerate(words)
    ]
    best = max(shared)
    leaders = [option for option, count in zip(options, shared, strict=True) if count == best]
    if best >= 3 and leaders == [option for option in options if option.correct]:
        yield f"the key “{leaders[0].text}” shares most words with the other options"


def _containing(question: AnyQuestion, _: Context) -> Iterator[str]:
    options = options_of(question)
    for one in options:
        for other in options:
            if one.id != other.id and fold(one.text) != fold(other.text) and holds(one.text, other.text):
                yield f"“{one.text}” contains “{other.text}”"


def _mixed_kinds(question: AnyQuestion, _: Context) -> Iterator[str]:
    dates, numbers = orders_of(options_of(question))
    kinds = {
        date.precision if date else "number" if number is not None else "words"
        for date, number in zip(dates, numbers, strict=True)
    }
    if len(kinds) > 1:
        yield f"the options mix {', '.join(sorted(kinds))}"


def _mark_on_key(question: AnyQuestion, _: Context) -> Iterator[str]:
    keys, rest = _keys_and_rest(question)
    if keys and rest:
        ends = [option.text[-1:] in ".!?" for option in keys]
        if all(ends) and not any(option.text[-1:] in ".!?" for option in rest):
            yield "only the key ends with a mark"
        if all(option.text[:1].isupper() for option in keys) and all(
            option.text[:1].islower() for option in rest
        ):
            yield "only the key begins with a capital"


def _too_many_options(question: AnyQuestion, _: Context) -> Iterator[str]:
    most = _MOST_OF_SEVERAL if isinstance(question, MultipleQuestion) else _MOST_OPTIONS
    if len(options_of(question)) > most:
        yield f"{len(options_of(question))} options"


def _length_spread(question: AnyQuestion, _: Context) -> Iterator[str]:
    lengths = [len(option.text) for option in options_of(question)]
    if lengths and max(lengths) > _MOST_SPREAD * max(min(lengths), 1):
        yield f"options are {min(lengths)} to {max(lengths)} characters long"


def _other_kind_than_key(question: AnyQuestion, context: Context) -> Iterator[str]:
    values = [context.key_asked(question, fact) for fact in context.facts_of(question)]
    kinds = {context.bank.entities[value.entity].kind for value in values if isinstance(value, EntityValue)}
    for option in options_of(question) if len(kinds) == 1 else ():
        kind = min(kinds)
        found = entity_named(context.bank, option.text, kind)
        if found and context.bank.entities[found.entity].kind != kind:
            yield f"“{option.text}” is no {kind}"


def _loose_words(question: AnyQuestion, _: Context) -> Iterator[str]:
    for option in options_of(question):
        found = _LOOSE.search(option.text)
        if found:
            yield f"“{option.text}” says “{found[0]}”"


def _negative(question: AnyQuestion, _: Context) -> Iterator[str]:
    if _negations(question.stem) == 1:
        yield "the stem asks in the negative"


def _double_negative(question: AnyQuestion, _: Context) -> Iterator[str]:
    if _negations(question.stem) > 1:
        yield "the stem has two negations"


def _negations(stem: str) -> int:
    # "No" inside a sentence is a name: the symbol of nobelium, the number of a road.
    return sum(found[0] != "No" or found.start() == 0 for found in _NEGATION.finditer(stem))


def _blank_inside(question: AnyQuestion, _: Context) -> Iterator[str]:
    blanks = len(re.findall(r"_{2,}", question.stem))
    if question.type == "cloze" and blanks != 1:
        yield f"{blanks} blanks where there should be one"
    elif question.type != "cloze" and blanks:
        yield "the stem has a blank"


def _stem_length(question: AnyQuestion, _: Context) -> Iterator[str]:
    count = len(question.stem.split())
    if not _LEAST_WORDS <= count <= _MOST_WORDS:
        yield f"the stem has {count} word{'' if count == 1 else 's'}"


def _duplicate_stem(question: AnyQuestion, context: Context) -> Iterator[str]:
    first = context.first_of_stem(question)
    if first < question.id:
        yield f"{first} has the same stem"


def _leak(question: AnyQuestion, context: Context) -> Iterator[str]:
    secret = secret_of(question, context)
    for clue in secret.clues:
        for other in context.showing(clue):
            is_other = set(other.facts).isdisjoint(question.facts)
            if is_other and is_about(shown_text(other), secret):
                yield f"the stem of {other.id} gives its key away"
                return


# A statement is judged by what it says itself, and an order is not told by the place of one event.
_TOLD_ELSEWHERE = ALL_TYPES - {"true-false", "ordering"}

SOFT_RULES: Final = (
    Rule("all-or-none", "soft", OPTIONS, _all_or_none, "offer a real alternative"),
    Rule("combined-options", "soft", OPTIONS, _combined, "offer single alternatives"),
    Rule("longest-is-key", "soft", OPTIONS, _longest_is_key, "even out the lengths"),
    Rule("echo-of-stem", "soft", OPTIONS, _echo, "leave the word out of the stem or give it to a distractor"),
    Rule("article-cue", "soft", OPTIONS, _article_cue, "end the stem before the article"),
    Rule("out-of-order", "soft", OPTIONS, _out_of_order, "put them in order"),
    Rule("shares-most", "soft", OPTIONS, _shares_most, "vary which parts the distractors share"),
    Rule("option-in-option", "soft", OPTIONS, _containing, "make them exclude one another"),
    Rule("mixed-kinds", "soft", OPTIONS, _mixed_kinds, "offer one kind and one precision"),
    Rule("mark-on-key", "soft", OPTIONS, _mark_on_key, "write all options alike"),
    Rule("too-many-options", "soft", OPTIONS, _too_many_options, "leave the weakest out"),
    Rule("length-spread", "soft", OPTIONS, _length_spread, "choose options of like length"),
    Rule("other-kind-than-key", "soft", OPTIONS, _other_kind_than_key, "offer things of one kind"),
    Rule("loose-words", "soft", OPTIONS, _loose_words, "say how much, how often, or leave it out"),
    Rule("negative-stem", "soft", ALL_TYPES, _negative, "ask what is so"),
    Rule("double-negative", "soft", ALL_TYPES, _double_negative, "ask what is so"),
    Rule(
        "blank-in-stem",
        "soft",
        ALL_TYPES,
        _blank_inside,
        "ask a full question, or make it a cloze of one blank",
    ),
    Rule("stem-length", "soft", ALL_TYPES, _stem_length, "write 4 to 75 words"),
    Rule("duplicate-stem", "soft", ALL_TYPES, _duplicate_stem, "drop one of them"),
    Rule("leak", "soft", _TOLD_ELSEWHERE, _leak, "reword, or keep the two out of one quiz"),
)
