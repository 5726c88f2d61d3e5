"""Teaching: instructors make quizzes, give them to learners, and watch over them."""

from quizapp.web.teaching import attempts, choosing, contents, decisions, printing, regrades, rules, settings
from quizapp.web.teaching.views import bp

__all__ = ["attempts", "bp", "choosing", "contents", "decisions", "printing", "regrades", "rules", "settings"]
