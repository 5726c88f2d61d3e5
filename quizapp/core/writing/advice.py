"""What could be better in a question, and what in its set it contradicts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from quizapp.core.facts import Bank, Source
from quizapp.core.item_checks import HARD_RULES, SOFT_RULES
from quizapp.core.item_checks.model import Context
from quizapp.core.writing.drafts import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from quizapp.core.item_checks import Rule
    from quizapp.core.questions import AnyQuestion

RULES: Final[Mapping[str, Rule]] = {rule.name: rule for rule in HARD_RULES}
_CLASHES: Final = ("other-key-elsewhere", "overlapping-responses")
_ID: Final = re.compile(r"[a-z0-9-]+/[0-9a-f]{32}/[a-z-]+")


@dataclass(frozen=True, slots=True)
class Advice:
    """A weakness that does not stand in the way: what it is here, and what to do."""

    rule: str
    detail: str
    remedy: str


def clashes(questions: Sequence[AnyQuestion], others: Sequence[AnyQuestion]) -> dict[str, Problem]:
    """Return by id which of the questions ask the words of another one of their set and contradict it."""
    context = context_of([*others, *questions])
    rules = [RULES[name] for name in _CLASHES]
    message = "Another question of this set asks the same words and has another key. Make the two differ."
    return {
        question.id: Problem("stem", message)
        for question in questions
        if any(True for _ in found(question, rules, context))
    }


def advise(questions: Sequence[AnyQuestion], among: Sequence[AnyQuestion]) -> dict[str, list[Advice]]:
    """Return by id what could be better in these questions of a set; `among` is the whole set."""
    context = context_of(among)
    stems = {question.id: f"“{question.stem}”" for question in among}
    return {
        question.id: [
            Advice(
                rule.name, _ID.sub(lambda match: stems.get(match[0], "another question"), detail), rule.remedy
            )
            for rule, detail in found(question, SOFT_RULES, context)
        ]
        for question in questions
    }


def context_of(questions: Sequence[AnyQuestion]) -> Context:
    """Return what the rules look at: the questions of a set, without facts of a bank behind them."""
    bank = Bank("", "", "", (), Source(), {}, ())
    return Context(bank, questions)


def found(question: AnyQuestion, rules: Sequence[Rule], context: Context) -> Iterator[tuple[Rule, str]]:
    """Yield the rules that the question breaks, each with what it is here."""
    for rule in rules:
        if question.type in rule.types:
            for detail in rule.find(question, context):
                yield rule, detail
