"""Hard rules: a question that breaks one is wrong, unfair or unsound, and never ships."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quizapp.core.item_checks.derivation import DERIVATION_RULES
from quizapp.core.item_checks.form import FORM_RULES
from quizapp.core.item_checks.rivals import RIVAL_RULES

if TYPE_CHECKING:
    from quizapp.core.item_checks.model import Rule

HARD_RULES: Final[tuple[Rule, ...]] = (*FORM_RULES, *RIVAL_RULES, *DERIVATION_RULES)
