"""Browsing: looking for facts and questions, choosing what to study, and deciding about many cards at once."""

from quizapp.web.browse import cards, choosing
from quizapp.web.browse.views import bp

__all__ = ["bp", "cards", "choosing"]
