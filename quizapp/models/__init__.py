"""Tables: one module per family. Importing this package makes all of them known."""

from quizapp.models.cards import Card, Deck
from quizapp.models.mistakes import MistakeReport
from quizapp.models.question_sets import (
    Fact,
    FactRevision,
    Question,
    QuestionFact,
    QuestionRevision,
    QuestionSet,
)
from quizapp.models.quizzes import Attempt, AttemptResponse, Quiz
from quizapp.models.reviews import DailyStatistics, Review
from quizapp.models.users import Erasure, Learner, Role, User

__all__ = [
    "Attempt",
    "AttemptResponse",
    "Card",
    "DailyStatistics",
    "Deck",
    "Erasure",
    "Fact",
    "FactRevision",
    "Learner",
    "MistakeReport",
    "Question",
    "QuestionFact",
    "QuestionRevision",
    "QuestionSet",
    "Quiz",
    "Review",
    "Role",
    "User",
]
