"""Author: instructors write question sets, publish them and keep them right."""

from quizapp.web.author import mistakes, paste, questions
from quizapp.web.author.views import bp

__all__ = ["bp", "mistakes", "paste", "questions"]
