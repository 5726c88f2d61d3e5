"""Regrades: what a decision on a question would change, tried first without a trace, then applied, and undone."""

from quizapp.operations.quizzes.regrading.applying import (
    StaleRegradeError,
    apply_regrade,
    list_regrades,
)
from quizapp.operations.quizzes.regrading.asking import (
    Asked,
    Given,
    find_adjustment,
    find_asked,
    list_asked,
    list_given,
    name_of,
)
from quizapp.operations.quizzes.regrading.trying import Change, DryRun, try_regrade
from quizapp.operations.quizzes.regrading.undoing import RegradeNotLastError, undo_regrade

__all__ = [
    "Asked",
    "Change",
    "DryRun",
    "Given",
    "RegradeNotLastError",
    "StaleRegradeError",
    "apply_regrade",
    "find_adjustment",
    "find_asked",
    "list_asked",
    "list_given",
    "list_regrades",
    "name_of",
    "try_regrade",
    "undo_regrade",
]
