"""library"""

from quizapp.web.library.views import bp

__all__ = ["bp"]
