"""Quizzes: made, taken against the server's clock, closed once, graded, and turned into reviews."""

from quizapp.operations.quizzes.attempts import (
    Saved,
    Slot,
    find_attempt,
    find_slot,
    flag_response,
    grant_extra_time,
    list_slots,
    save_response,
)
from quizapp.operations.quizzes.closing import close_attempt, close_if_over, close_overdue
from quizapp.operations.quizzes.making import (
    Stock,
    count_stock,
    find_quiz,
    list_attempts,
    list_quizzes,
    make_quiz,
)
from quizapp.operations.quizzes.previewing import Preview, preview_attempt
from quizapp.operations.quizzes.results import AttemptResult, Effect, Told, load_result
from quizapp.operations.quizzes.reviewing import review_attempt
from quizapp.operations.quizzes.showing import Shown, read_response, show_question
from quizapp.operations.quizzes.starting import (
    NoQuestionsError,
    Plan,
    StalePlanError,
    plan_attempt,
    seed_of,
    start_attempt,
)

__all__ = [
    "AttemptResult",
    "Effect",
    "NoQuestionsError",
    "Plan",
    "Preview",
    "Saved",
    "Shown",
    "Slot",
    "StalePlanError",
    "Stock",
    "Told",
    "close_attempt",
    "close_if_over",
    "close_overdue",
    "count_stock",
    "find_attempt",
    "find_quiz",
    "find_slot",
    "flag_response",
    "grant_extra_time",
    "list_attempts",
    "list_quizzes",
    "list_slots",
    "load_result",
    "make_quiz",
    "plan_attempt",
    "preview_attempt",
    "read_response",
    "review_attempt",
    "save_response",
    "seed_of",
    "show_question",
    "start_attempt",
]
