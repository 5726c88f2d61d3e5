"""The library: what there is to learn, and where each statement comes from."""

from quizapp.web.library import cutting, maps, mistakes, timeline
from quizapp.web.library.views import bp

__all__ = ["bp", "cutting", "maps", "mistakes", "timeline"]
