"""Progress: how learning went, and what comes."""

from quizapp.web.progress.views import bp

__all__ = ["bp"]
