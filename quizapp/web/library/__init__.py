"""The library: what there is to learn, and where each statement comes from."""

from quizapp.web.library import maps, mistakes, timeline
from quizapp.web.library.views import bp

__all__ = ["bp", "maps", "mistakes", "timeline"]
