"""quizzes"""

from quizapp.web.quizzes.views import bp

__all__ = ["bp"]
