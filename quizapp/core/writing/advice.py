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
# What the rules call it, and what those who write questions call it.
_PLAIN: Final = {
    "has the same stem": "asks the same",
    "the stem of ": "",
    "stem": "question",
    "stems": "questions",
    "key": "right response",
    "distractors": "wrong options",
    "distractor": "wrong option",
    "cloze": "sentence",
}
_TERM: Final = re.compile("|".join(rf"\b{term}\b" if term.isalpha() else term for term in _PLAIN))
_QUOTED: Final = re.compile("(“[^”]*”)")
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
    message = "Another question of this set asks the same words and takes another response as right. Make the two differ."
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
            Advice(rule.name, _with_stems(plain(detail), stems), plain(rule.remedy))
            for rule, detail in found(question, SOFT_RULES, context)
        ]
        for question in questions
    }


def plain(text: str) -> str:
    """Return what a rule says in the words of those who write questions; what it quotes stays as it is."""
    parts = _QUOTED.split(text)
    return "".join(
        part if part.startswith("“") else _TERM.sub(lambda match: _PLAIN[match[0]], part) for part in parts
    )


def _with_stems(text: str, stems: Mapping[str, str]) -> str:
    return _ID.sub(lambda match: stems.get(match[0], "another question"), text)


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
