"""progress"""

from quizapp.web.progress.views import bp

__all__ = ["bp"]
