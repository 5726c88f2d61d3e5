"""author"""

from quizapp.web.author.views import bp

__all__ = ["bp"]
