"""What a check is made of: the rule, the flaw it finds, and the bank seen as a whole."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final, Literal

from quizapp.core import leaks, numerals
from quizapp.core.bank_index import index_of
from quizapp.core.dates import PartialDate, read_date
from quizapp.core.facts import EntityValue, NumberValue
from quizapp.core.item_checks.parts import keys_of, numbers_of, offered_by
from quizapp.core.matching import fold, holds, words_of
from quizapp.core.questions import (
    TYPES,
    AnyQuestion,
    ChoiceQuestion,
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
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from quizapp.core.facts import Bank, Fact, Value

Severity = Literal["hard", "soft"]

ALL_TYPES: Final = frozenset(TYPES)
OPTIONS: Final = frozenset({"choice", "multiple"})
# "Which one" gives nothing away where the key is the count 1.
_SMALL_NUMBERS: Final = frozenset(numerals.words(number) for number in range(10))
# The same words ask different things where what is offered differs: "Which of these", "Put these in order".
_ASKED_BY_PARTS: Final = (MultipleQuestion, OrderingQuestion, MatchingQuestion, MapQuestion)


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
        self._told: dict[tuple[str, ...], list[AnyQuestion]] = {}

    def fact_of(self, question: AnyQuestion) -> Fact | None:
        """Return the fact that a question of one fact probes, None if the bank does not know it."""
        return self.bank.by_id.get(question.facts[0]) if len(question.facts) == 1 else None

    def facts_of(self, question: AnyQuestion) -> list[Fact]:
        """Return the facts that a question probes, without those the bank does not know."""
        return [self.bank.by_id[fact] for fact in question.facts if fact in self.bank.by_id]

    def asks_record(self, question: AnyQuestion) -> bool:
        """Whether a question asks what the record says where the source differs."""
        fact = self.fact_of(question)
        asked = fact.record.ask if fact and fact.record else ""
        return bool(asked) and words_of(question.stem) == words_of(asked)

    def marks_subjects(self, question: AnyQuestion) -> bool:
        """Whether what is marked are the subjects of facts that say one thing of each: "Which of these pay in euros?"."""
        facts = self.facts_of(question)
        says_one = len({(fact.relation, fact.value) for fact in facts}) == 1
        is_marked = isinstance(question, MultipleQuestion | MapQuestion)
        return is_marked and says_one and len({fact.subject for fact in facts}) > 1

    def key_asked(self, question: AnyQuestion, fact: Fact) -> Value:
        """Return what is right for a fact: its value, what the record says, or the subject where that is marked."""
        if self.marks_subjects(question):
            return EntityValue(fact.subject)
        return fact.record.value if fact.record and self.asks_record(question) else fact.value

    def first_of_stem(self, question: AnyQuestion) -> str:
        """Return the lowest id of the questions of this type that ask the same words."""
        return self._first_by_stem.get((*self._asked(question), question.type), question.id)

    def keys_of_stem(self, question: AnyQuestion) -> dict[frozenset[str], str]:
        """Return the keys, folded, of the questions that ask the same words, each with the lowest id that has them."""
        return self._keys_by_stem.get((*self._asked(question), _way_of_asking(question)), {})

    def accepting(self, question: AnyQuestion, response: str) -> dict[tuple[str, ...], str]:
        """Return whose facts accept a typed response to the same words, each with the lowest id of a question."""
        return self._facts_by_response.get((words_of(question.stem), fold(response)), {})

    def overlapping(self, question: NumericQuestion) -> str | None:
        """Return a question that asks the same words of another fact and takes some of the same numbers as right."""
        return self._overlapping.get(question.id)

    def numbers_near(self, question: NumericQuestion, fact: Fact) -> list[float]:
        """Return the counts of the bank's facts, in the same unit or relation, that the tolerance reaches."""
        low, high = question.number - question.tolerance, question.number + question.tolerance
        near = set()
        for shelf in (("unit", fold(question.unit)), ("relation", fact.relation)):
            numbers = self._numbers.get(shelf, [])
            near.update(numbers[bisect_left(numbers, low) : bisect_right(numbers, high)])
        return sorted(near)

    def showing(self, clue: tuple[str, ...]) -> list[AnyQuestion]:
        """Return the questions that show all texts of a clue (see `leaks`), in their order."""
        found = self._told.get(clue)
        if found is None:
            words = {word for part in clue for word in words_of(part)}
            sets = sorted((self._by_word.get(word, set()) for word in words), key=len)
            places = sorted(set.intersection(*sets)) if sets else []
            found = [self.questions[place] for place in places if self._shows(place, clue)]
            self._told[clue] = found
        return found

    def _shows(self, place: int, clue: tuple[str, ...]) -> bool:
        shown = leaks.shown_text(self.questions[place])
        return all(holds(shown, part) for part in clue)

    def _asked(self, question: AnyQuestion) -> tuple[tuple[str, ...], frozenset[str]]:
        # Which of several things stands on a list is asked of every member of it: there the options tell what is asked.
        fact = self.fact_of(question) if isinstance(question, ChoiceQuestion) else None
        is_by_parts = isinstance(question, _ASKED_BY_PARTS) or (fact and fact.member_of)
        return words_of(question.stem), offered_by(question) if is_by_parts else frozenset()

    @cached_property
    def _in_order(self) -> list[AnyQuestion]:
        return sorted(self.questions, key=lambda question: question.id)

    @cached_property
    def _first_by_stem(self) -> dict[tuple[object, ...], str]:
        first: dict[tuple[object, ...], str] = {}
        for question in self._in_order:
            first.setdefault((*self._asked(question), question.type), question.id)
        return first

    @cached_property
    def _keys_by_stem(self) -> dict[tuple[object, ...], dict[frozenset[str], str]]:
        keys: dict[tuple[object, ...], dict[frozenset[str], str]] = defaultdict(dict)
        for question in self._in_order:
            folded = frozenset(map(fold, names_of_key(question, self)))
            keys[*self._asked(question), _way_of_asking(question)].setdefault(folded, question.id)
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
    def _overlapping(self) -> dict[str, str]:
        spans: dict[tuple[str, ...], list[tuple[float, float, NumericQuestion]]] = defaultdict(list)
        for question in self._in_order:
            if isinstance(question, NumericQuestion):
                spans[words_of(question.stem)] += [
                    (number - question.tolerance, number + question.tolerance, question)
                    for number in numbers_of(question)
                ]
        found: dict[str, str] = {}
        for same in spans.values():
            reach: tuple[float, NumericQuestion] | None = None
            for low, high, question in sorted(same, key=lambda span: (span[0], span[2].id)):
                if reach and low <= reach[0] and question.facts != reach[1].facts:
                    found.setdefault(question.id, reach[1].id)
                    found.setdefault(reach[1].id, question.id)
                if reach is None or high > reach[0]:
                    reach = high, question
        return found

    @cached_property
    def _numbers(self) -> dict[tuple[str, str], list[float]]:
        numbers: dict[tuple[str, str], list[float]] = defaultdict(list)
        for fact in self.bank.facts:
            if isinstance(fact.value, NumberValue):
                numbers["relation", fact.relation].append(fact.value.number)
                if fact.value.unit:
                    numbers["unit", fold(fact.value.unit)].append(fact.value.number)
        return {shelf: sorted(found) for shelf, found in numbers.items()}

    @cached_property
    def _by_word(self) -> dict[str, set[int]]:
        positions: dict[str, set[int]] = defaultdict(set)
        for position, question in enumerate(self.questions):
            for word in words_of(leaks.shown_text(question)):
                positions[word].add(position)
        return positions


def _way_of_asking(question: AnyQuestion) -> str:
    """Return what tells apart questions that may ask the same words and take different things as right."""
    return question.type if isinstance(question, (TrueFalseQuestion, *_ASKED_BY_PARTS)) else ""


def names_of_key(question: AnyQuestion, context: Context) -> tuple[str, ...]:
    """Return the keys with the other names of the same values, leaving out words too common to tell anything."""
    names = dict.fromkeys(keys_of(question))
    if not isinstance(question, TrueFalseQuestion | OrderingQuestion | MatchingQuestion):
        keys = set(map(fold, names))
        for fact in context.facts_of(question):
            known = context.bank.names_of(context.key_asked(question, fact))
            names |= dict.fromkeys(known if not keys.isdisjoint(map(fold, known)) else ())
    return tuple(name for name in names if name.casefold() not in _SMALL_NUMBERS)


def secret_of(question: AnyQuestion, context: Context) -> leaks.Secret:
    """Return what gives a question away, every name of its key that the bank knows included."""
    return leaks.secret_of(question, names_of_key(question, context) if len(question.facts) == 1 else ())


def entity_named(bank: Bank, text: str, kind: str) -> EntityValue | None:
    """Return the entity of that name, preferring one of that kind; None if the bank knows none."""
    found = index_of(bank).named.get(fold(text), ())
    best = min(found, key=lambda entity: (entity.kind != kind, entity.id), default=None)
    return EntityValue(best.id) if best else None


def orders_of(options: Sequence[Option]) -> tuple[list[PartialDate | None], list[float | None]]:
    """Return what each option says as a date, and as a number where it is no date; None where it is neither."""
    orders = [order_of(option.text) for option in options]
    return [date for date, _ in orders], [number for _, number in orders]


@lru_cache(maxsize=16_384)
def order_of(text: str) -> tuple[PartialDate | None, float | None]:
    """Return what a text says as a date, and as a number where it is no date."""
    date = read_date(text)
    return date, None if date else numerals.read(text)


def any_in(text: str, parts: Iterable[str]) -> str | None:
    """Return the first of `parts` that stands in `text`."""
    return next((part for part in parts if holds(text, part)), None)
