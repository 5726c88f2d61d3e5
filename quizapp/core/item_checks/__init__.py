"""Item-writing flaws that a program finds: named rules, hard and soft, and what only the bank as a whole shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quizapp.core.item_checks.bank_level import (
    ENOUGH_CHOICES,
    MOST_FROM_CHANCE,
    BankReport,
    Strategy,
    report,
)
from quizapp.core.item_checks.hard import HARD_RULES
from quizapp.core.item_checks.model import OPTIONS, Context, Flaw, Rule
from quizapp.core.item_checks.soft import SOFT_RULES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quizapp.core.facts import Bank
    from quizapp.core.questions import AnyQuestion

RULES: Final[tuple[Rule, ...]] = (*HARD_RULES, *SOFT_RULES)
# The soft rules that look at options alone: what another draw of distractors may mend.
OPTION_RULES: Final[tuple[Rule, ...]] = tuple(rule for rule in SOFT_RULES if rule.types <= OPTIONS)

__all__ = [
    "ENOUGH_CHOICES",
    "HARD_RULES",
    "MOST_FROM_CHANCE",
    "OPTION_RULES",
    "RULES",
    "SOFT_RULES",
    "BankReport",
    "Flaw",
    "Rule",
    "Strategy",
    "check",
    "report",
]


def check(bank: Bank, questions: Sequence[AnyQuestion], rules: Sequence[Rule] = RULES) -> list[Flaw]:
    """Return every flaw of the questions, in their order; hard ones must not ship."""
    context = Context(bank, questions)
    return [
        Flaw(rule.name, rule.severity, question.id, detail, rule.remedy)
        for question in questions
        for rule in rules
        if question.type in rule.types
        for detail in rule.find(question, context)
    ]
