"""Study: the player, its reviews, and the settings of a deck."""

from quizapp.web.study import reviews
from quizapp.web.study.views import bp

__all__ = ["bp", "reviews"]
