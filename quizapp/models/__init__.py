"""Tables: one module per family. Importing this package makes all of them known."""

from quizapp.models.cards import Card, CardMark, CardStep, DailyLoad, Deck
from quizapp.models.censuses import MemoryCensus
from quizapp.models.mistakes import MistakeReport
from quizapp.models.plans import Fit, PlanDay, StudyPlan
from quizapp.models.question_sets import (
    Fact,
    FactNeighbour,
    FactRevision,
    FactTag,
    Question,
    QuestionFact,
    QuestionRevision,
    QuestionSet,
)
from quizapp.models.quizzes import Attempt, AttemptResponse, Quiz
from quizapp.models.reviews import DailyRecall, DailyStatistics, Review
from quizapp.models.search import FactText, QuestionText
from quizapp.models.sittings import AttemptEvent, QuizAdjustment, QuizTaker, Regrade, RegradedResponse
from quizapp.models.users import Erasure, Learner, Role, User

__all__ = [
    "Attempt",
    "AttemptEvent",
    "AttemptResponse",
    "Card",
    "CardMark",
    "CardStep",
    "DailyLoad",
    "DailyRecall",
    "DailyStatistics",
    "Deck",
    "Erasure",
    "Fact",
    "FactNeighbour",
    "FactRevision",
    "FactTag",
    "FactText",
    "Fit",
    "Learner",
    "MemoryCensus",
    "MistakeReport",
    "PlanDay",
    "Question",
    "QuestionFact",
    "QuestionRevision",
    "QuestionSet",
    "QuestionText",
    "Quiz",
    "QuizAdjustment",
    "QuizTaker",
    "Regrade",
    "RegradedResponse",
    "Review",
    "Role",
    "StudyPlan",
    "User",
]
