"""Which questions must not stand in one quiz: what one of them shows gives the key of the other away."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from quizapp.core import numerals
from quizapp.core.dates import PartialDate, read_date
from quizapp.core.matching import holds, words_of
from quizapp.core.questions import (
    AnyQuestion,
    ChoiceQuestion,
    DateQuestion,
    MapQuestion,
    MatchingQuestion,
    MultipleQuestion,
    NumericQuestion,
    OrderingQuestion,
    ShortQuestion,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

# "Which one" gives nothing away where the key is the count 1, nor does a day of a month where it is the count 8.
_SMALL_NUMBERS: Final = frozenset(form for number in range(10) for form in numerals.spellings(number))
_PART_OF_LIST: Final = 0.5
_CONTENT_LETTERS: Final = 4
# Words that any question on a list has.
_OF_LISTS: Final = frozenset(
    {
        "which",
        "these",
        "those",
        "many",
        "mark",
        "choose",
        "select",
        "find",
        "every",
        "each",
        "following",
        "listed",
    }
)


@dataclass(frozen=True, slots=True)
class Secret:
    """What tells the key of a question: all texts of one of its `clues`, beside half of the words `about` it, if any."""

    clues: tuple[tuple[str, ...], ...] = ()
    about: frozenset[str] = frozenset()


def shown_text(question: AnyQuestion) -> str:
    """Return what a question says by itself: its stem, events and left sides.

    Options, right sides and places on a map are offered beside wrong ones, and tell nothing.
    """
    parts = [question.stem]
    if isinstance(question, OrderingQuestion):
        parts += [event.text for event in question.sequence]
    elif isinstance(question, MatchingQuestion):
        parts += [pair.left for pair in question.pairs]
    return "\n".join(parts)


def secret_of(question: AnyQuestion, names: Iterable[str] = ()) -> Secret:
    """Return what gives a question away; `names` are further names of its key, where it has but one.

    Of a list it is a member's name beside the words of the list, of a matching both sides of a pair. A statement has no
    key that could stand elsewhere, and an order is not told by one of its events.
    """
    if isinstance(question, MultipleQuestion):
        members = [option.text for option in question.options if option.correct]
        return Secret(tuple((name,) for name in members), _list_words(question.stem))
    if isinstance(question, MapQuestion):
        members = [place.name for place in question.places if place.id in question.targets]
        return Secret(tuple((name,) for name in members), _list_words(question.stem))
    if isinstance(question, MatchingQuestion):
        return Secret(tuple((pair.left, pair.right) for pair in question.pairs))
    keys = _keys(question)
    if not keys:
        return Secret()
    told = dict.fromkeys((*keys, *names))
    # A small number tells by itself nothing, but beside all that is asked with it.
    unit = set(words_of(question.unit)) if isinstance(question, NumericQuestion) else set()
    asked = tuple(sorted(_list_words(question.stem) - unit))
    small = {name for name in told if name.casefold() in _SMALL_NUMBERS}
    clues = tuple((name, *asked) if name in small else (name,) for name in told if name not in small or asked)
    return Secret(clues)


def gives_away(shown: str, secret: Secret) -> bool:
    """Whether a text that is shown (see `shown_text`) tells what is kept secret."""
    if not is_about(shown, secret):
        return False
    return any(all(holds(shown, part) for part in clue) for clue in secret.clues)


def is_about(shown: str, secret: Secret) -> bool:
    """Whether a text has the words of the list, at least half of them; a single key needs none."""
    if not secret.about:
        return True
    return len(secret.about.intersection(words_of(shown))) >= math.ceil(_PART_OF_LIST * len(secret.about))


def _keys(question: AnyQuestion) -> tuple[str, ...]:
    """Return the ways to write the keys; of a choice only those that its own text shows."""
    if isinstance(question, ChoiceQuestion):
        keys = [option.text for option in question.options if option.correct]
        are_counts = all(numerals.read(option.text) is not None for option in question.options)
        return tuple(form for key in keys for form in _forms(key, is_count=are_counts))
    if isinstance(question, DateQuestion):
        return tuple(form for edtf in question.accept for form in PartialDate.parse(edtf).spellings())
    if isinstance(question, NumericQuestion):
        numbers = filter(math.isfinite, (question.number, *question.also))
        return tuple(form for number in numbers for form in _counted(number, question.unit))
    return question.accept if isinstance(question, ShortQuestion) else ()


def _forms(text: str, *, is_count: bool) -> tuple[str, ...]:
    date = read_date(text)
    if date:
        return (text, *date.spellings())
    number = numerals.read(text) if is_count else None
    return (text,) if number is None else (text, *_counted(number, text.partition(" ")[2]))


def _counted(number: float, unit: str) -> tuple[str, ...]:
    bare = numerals.spellings(number)
    return (*(f"{form} {unit}" for form in bare if unit), *bare)


def _list_words(stem: str) -> frozenset[str]:
    return frozenset(word for word in words_of(stem) if len(word) >= _CONTENT_LETTERS) - _OF_LISTS


class Quiz:
    """What the questions of a quiz show and keep secret, so that a further one can be held against all of them."""

    def __init__(self) -> None:
        self._shown: list[str] = []
        self._words: set[str] = set()
        self._secrets: dict[str, list[Secret]] = {}

    def add(self, shown: str, secret: Secret) -> None:
        """Take in a question by its shown text and its secret."""
        self._shown.append(shown)
        self._words.update(words_of(shown))
        for word in {word for clue in secret.clues for word in words_of(clue[0])[:1]}:
            self._secrets.setdefault(word, []).append(secret)

    def is_told_by(self, shown: str) -> bool:
        """Whether a text gives one of the questions away."""
        words = self._secrets.keys() & set(words_of(shown))
        return any(gives_away(shown, secret) for word in words for secret in self._secrets[word])

    def tells(self, secret: Secret) -> bool:
        """Whether one of the questions gives a secret away."""
        known = any(
            self._words.issuperset(word for part in clue for word in words_of(part)) for clue in secret.clues
        )
        return known and any(gives_away(shown, secret) for shown in self._shown)
