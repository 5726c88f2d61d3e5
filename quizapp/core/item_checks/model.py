"""What a check is made of: the rule, the flaw it finds, and the bank seen as a whole."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final, Literal

from quizapp.core import numerals
from quizapp.core.bank_index import index_of
from quizapp.core.dates import PartialDate, read_date
from quizapp.core.facts import EntityValue
from quizapp.core.grading import key_text
from quizapp.core.matching import fold, holds, words_of
from quizapp.core.questions import (
    AnyQuestion,
    ChoiceQuestion,
    DateQuestion,
    Option,
    ShortQuestion,
    TrueFalseQuestion,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from quizapp.core.facts import Bank, Fact

Severity = Literal["hard", "soft"]

ALL_TYPES: Final = frozenset({"choice", "true-false", "short", "cloze", "date"})
OPTIONS: Final = frozenset({"choice"})
# "Which one" gives nothing away where the key is the count 1.
_SMALL_NUMBERS: Final = frozenset(numerals.words(number) for number in range(10))


@dataclass(frozen=True, slots=True)
class Flaw:
    """A rule that a question breaks, what it is here, and what to do; hard flaws never ship."""

    rule: str
    severity: Severity
    question: str
    detail: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule: `find` yields a detail for each place where a question breaks it."""

    name: str
    severity: Severity
    types: frozenset[str]
    find: Callable[[AnyQuestion, Context], Iterator[str]]
    remedy: str


class Context:
    """The bank and all questions to be checked together, indexed by stem, key and word where a rule asks for it."""

    def __init__(self, bank: Bank, questions: Sequence[AnyQuestion]) -> None:
        self.bank = bank
        self.questions = questions

    def fact_of(self, question: AnyQuestion) -> Fact | None:
        """Return the fact that a question of one fact probes, None if the bank does not know it."""
        return self.bank.by_id.get(question.facts[0]) if len(question.facts) == 1 else None

    def first_of_stem(self, question: AnyQuestion) -> str:
        """Return the lowest id of the questions of this type that ask the same words."""
        return self._first_by_stem.get((self._asked(question), question.type), question.id)

    def keys_of_stem(self, question: AnyQuestion) -> dict[frozenset[str], str]:
        """Return the keys, folded, of the questions that ask the same words, each with the lowest id that has them."""
        return self._keys_by_stem.get((self._asked(question), question.type == "true-false"), {})

    def accepting(self, question: AnyQuestion, response: str) -> dict[tuple[str, ...], str]:
        """Return whose facts accept a typed response to the same words, each with the lowest id of a question."""
        return self._facts_by_response.get((words_of(question.stem), fold(response)), {})

    def stems_with(self, text: str) -> list[AnyQuestion]:
        """Return the questions whose stem holds every word of `text`."""
        sets = sorted((self._by_word.get(word, set()) for word in words_of(text)), key=len)
        return [self.questions[position] for position in sorted(set.intersection(*sets))] if sets else []

    def _asked(self, question: AnyQuestion) -> tuple[tuple[str, ...], str | None]:
        # Which of several things stands on a list is asked of every member of it: there the options tell what is asked.
        fact = self.fact_of(question) if isinstance(question, ChoiceQuestion) else None
        return words_of(question.stem), question.id if fact and fact.member_of else None

    @cached_property
    def _in_order(self) -> list[AnyQuestion]:
        return sorted(self.questions, key=lambda question: question.id)

    @cached_property
    def _first_by_stem(self) -> dict[tuple[object, str], str]:
        first: dict[tuple[object, str], str] = {}
        for question in self._in_order:
            first.setdefault((self._asked(question), question.type), question.id)
        return first

    @cached_property
    def _keys_by_stem(self) -> dict[tuple[object, bool], dict[frozenset[str], str]]:
        keys: dict[tuple[object, bool], dict[frozenset[str], str]] = defaultdict(dict)
        for question in self._in_order:
            folded = frozenset(map(fold, names_of_key(question, self)))
            keys[self._asked(question), question.type == "true-false"].setdefault(folded, question.id)
        return keys

    @cached_property
    def _facts_by_response(self) -> dict[tuple[tuple[str, ...], str], dict[tuple[str, ...], str]]:
        facts: dict[tuple[tuple[str, ...], str], dict[tuple[str, ...], str]] = defaultdict(dict)
        for question in self._in_order:
            if isinstance(question, ShortQuestion):
                for response in set(map(fold, question.accept)):
                    facts[words_of(question.stem), response].setdefault(question.facts, question.id)
        return facts

    @cached_property
    def _by_word(self) -> dict[str, set[int]]:
        positions: dict[str, set[int]] = defaultdict(set)
        for position, question in enumerate(self.questions):
            for word in words_of(question.stem):
                positions[word].add(position)
        return positions


def options_of(question: AnyQuestion) -> tuple[Option, ...]:
    """Return the options of a choice or true-false question, nothing for other types."""
    return question.options if isinstance(question, ChoiceQuestion | TrueFalseQuestion) else ()


def keys_of(question: AnyQuestion) -> tuple[str, ...]:
    """Return every response that the question itself takes as right, in words."""
    if isinstance(question, ChoiceQuestion | TrueFalseQuestion):
        return tuple(option.text for option in question.options if option.correct)
    if isinstance(question, DateQuestion):
        return tuple(text for edtf in question.accept for text in PartialDate.parse(edtf).spellings())
    return question.accept if isinstance(question, ShortQuestion) else (key_text(question),)


def names_of_key(question: AnyQuestion, context: Context) -> tuple[str, ...]:
    """Return the keys with the other names of the same value, leaving out words too common to tell anything."""
    names = dict.fromkeys(keys_of(question))
    fact = context.fact_of(question)
    if fact and not isinstance(question, TrueFalseQuestion):
        known = context.bank.names_of(fact.value)
        is_same = {fold(name) for name in names} & {fold(name) for name in known}
        names |= dict.fromkeys(known if is_same else ())
    return tuple(name for name in names if name.casefold() not in _SMALL_NUMBERS)


def entity_named(bank: Bank, text: str, kind: str) -> EntityValue | None:
    """Return the entity of that name, preferring one of that kind; None if the bank knows none."""
    found = index_of(bank).named.get(fold(text), ())
    best = min(found, key=lambda entity: (entity.kind != kind, entity.id), default=None)
    return EntityValue(best.id) if best else None


def orders_of(options: Sequence[Option]) -> tuple[list[PartialDate | None], list[float | None]]:
    """Return what each option says as a date, and as a number where it is no date; None where it is neither."""
    orders = [_order_of(option.text) for option in options]
    return [date for date, _ in orders], [number for _, number in orders]


@lru_cache(maxsize=16_384)
def _order_of(text: str) -> tuple[PartialDate | None, float | None]:
    date = read_date(text)
    return date, None if date else numerals.read(text)


def any_in(text: str, parts: Iterable[str]) -> str | None:
    """Return the first of `parts` that stands in `text`."""
    return next((part for part in parts if holds(text, part)), None)
