"""Quizzes: put together, taken against the clock, and their results."""

from quizapp.web.quizzes import (
    attempts,
    covers,
    practice,
    printing,
    questions,
    results,
    saving,
    saving_all,
    sharing,
)
from quizapp.web.quizzes.views import bp

__all__ = [
    "attempts",
    "bp",
    "covers",
    "practice",
    "printing",
    "questions",
    "results",
    "saving",
    "saving_all",
    "sharing",
]
