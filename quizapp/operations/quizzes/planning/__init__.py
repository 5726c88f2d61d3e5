"""What an attempt will ask: fixed questions and those drawn by rule, chosen before anything is written."""

from quizapp.operations.quizzes.planning.plans import (
    HeldError,
    NoQuestionsError,
    Plan,
    draw_plan,
    plan_attempt,
    seed_of,
)
from quizapp.operations.quizzes.planning.preferences import count_to_practise
from quizapp.operations.quizzes.planning.stock import select_held

__all__ = [
    "HeldError",
    "NoQuestionsError",
    "Plan",
    "count_to_practise",
    "draw_plan",
    "plan_attempt",
    "seed_of",
    "select_held",
]
