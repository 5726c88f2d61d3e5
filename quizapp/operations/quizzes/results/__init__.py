"""What closed attempts tell their learner, as far as their quiz shows it by now."""

from quizapp.operations.quizzes.results.comparing import Comparison, Take
from quizapp.operations.quizzes.results.disclosing import View, view_of
from quizapp.operations.quizzes.results.holding import AttemptResult, Line, Marked, OwnResponse, SetPlace
from quizapp.operations.quizzes.results.loading import JUDGED, load_result, stated_of
from quizapp.operations.quizzes.results.missing import find_missed
from quizapp.operations.quizzes.results.scoring import Sheet
from quizapp.operations.quizzes.results.telling import Effect, Judged, Told, tell, texts_of_facts

__all__ = [
    "JUDGED",
    "AttemptResult",
    "Comparison",
    "Effect",
    "Judged",
    "Line",
    "Marked",
    "OwnResponse",
    "SetPlace",
    "Sheet",
    "Take",
    "Told",
    "View",
    "find_missed",
    "load_result",
    "stated_of",
    "tell",
    "texts_of_facts",
    "view_of",
]
