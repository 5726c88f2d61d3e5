"""study"""

from quizapp.web.study.views import bp

__all__ = ["bp"]
