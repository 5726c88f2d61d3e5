"""Quizzes: put together, taken against the clock, and their results."""

from quizapp.web.quizzes import attempts
from quizapp.web.quizzes.views import bp

__all__ = ["attempts", "bp"]
