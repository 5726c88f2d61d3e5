"""Ready by a date: plans, what they promise, and what was reached."""

from quizapp.web.plans.views import bp

__all__ = ["bp"]
