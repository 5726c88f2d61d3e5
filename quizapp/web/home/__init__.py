"""Home: a first card for visitors, Today for learners."""

from quizapp.web.home.views import bp

__all__ = ["bp"]
