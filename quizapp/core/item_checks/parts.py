"""What a question is made of, whatever its type: options, keys, wrong things, texts and reasons."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from quizapp.core import numerals
from quizapp.core.dates import PartialDate
from quizapp.core.grading import key_text
from quizapp.core.questions import (
    AnyQuestion,
    ChoiceQuestion,
    DateQuestion,
    MapQuestion,
    MatchingQuestion,
    MultipleQuestion,
    NumericQuestion,
    Option,
    OrderingQuestion,
    ShortQuestion,
    TrueFalseQuestion,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

OF_OPTIONS: Final = (ChoiceQuestion, MultipleQuestion, TrueFalseQuestion)


def options_of(question: AnyQuestion) -> tuple[Option, ...]:
    """Return the options of a choice, multiple or true-false question, nothing for other types."""
    return question.options if isinstance(question, OF_OPTIONS) else ()


def keys_of(question: AnyQuestion) -> tuple[str, ...]:
    """Return every response, or part of one, that the question itself takes as right, in words."""
    if isinstance(question, OF_OPTIONS):
        return tuple(option.text for option in question.options if option.correct)
    if isinstance(question, MapQuestion):
        return tuple(place.name for place in question.places if place.id in question.targets)
    if isinstance(question, MatchingQuestion):
        return tuple(f"{pair.left} – {pair.right}" for pair in question.pairs)
    if isinstance(question, OrderingQuestion):
        return (key_text(question),) if question.sequence else ()
    if isinstance(question, DateQuestion):
        return tuple(text for edtf in question.accept for text in PartialDate.parse(edtf).spellings())
    if isinstance(question, NumericQuestion):
        forms = [form for number in numbers_of(question) for form in numerals.spellings(number)]
        return (*(f"{form} {question.unit}" for form in forms if question.unit), *forms)
    return question.accept


def numbers_of(question: NumericQuestion) -> tuple[float, ...]:
    """Return the right numbers, the one that is shown first; what is no number is left out."""
    return tuple(number for number in (question.number, *question.also) if math.isfinite(number))


def wrong_of(question: AnyQuestion) -> tuple[str, ...]:
    """Return what is offered beside the key and is wrong wherever it is put."""
    if isinstance(question, MapQuestion):
        return tuple(place.name for place in question.places if place.id not in question.targets)
    if isinstance(question, MatchingQuestion):
        return question.extra
    return tuple(option.text for option in options_of(question) if not option.correct)


def offered_by(question: AnyQuestion) -> frozenset[str]:
    """Return what a question offers to be marked, ordered or matched; nothing where a response is typed."""
    return (
        frozenset(text for _, text in texts_of(question))
        if not isinstance(question, ShortQuestion)
        else frozenset()
    )


def texts_of(question: AnyQuestion) -> Iterator[tuple[str, str]]:
    """Yield each text beside stem and explanation, with what it is."""
    if isinstance(question, ShortQuestion):
        yield from ((f"accepted response {place}", text) for place, text in enumerate(question.accept, 1))
    elif isinstance(question, OrderingQuestion):
        yield from ((f"event {place}", event.text) for place, event in enumerate(question.sequence, 1))
    elif isinstance(question, MatchingQuestion):
        for place, pair in enumerate(question.pairs, 1):
            yield f"left side {place}", pair.left
            yield f"right side {place}", pair.right
        yield from ((f"further right side {place}", text) for place, text in enumerate(question.extra, 1))
    elif isinstance(question, MapQuestion):
        yield from ((f"name of the place {place.id}", place.name) for place in question.places)
    else:
        yield from ((f"option {option.id}", option.text) for option in options_of(question))


def reasons_of(question: AnyQuestion) -> Iterator[tuple[str, str]]:
    """Yield each thing that may be marked, ordered or matched, with the reason that stands beside it in feedback."""
    if isinstance(question, OrderingQuestion):
        yield from ((event.text, event.because) for event in question.sequence)
    elif isinstance(question, MatchingQuestion):
        yield from ((pair.left, pair.because) for pair in question.pairs)
    elif isinstance(question, MapQuestion):
        yield from ((place.name, place.because) for place in question.places)
    else:
        yield from ((option.text, option.because) for option in options_of(question))
