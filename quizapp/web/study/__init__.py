"""Study: the player, what its cards send, and the settings of a deck."""

from quizapp.web.study import cards, graded, marks, reviews, settings
from quizapp.web.study.views import bp

__all__ = ["bp", "cards", "graded", "marks", "reviews", "settings"]
