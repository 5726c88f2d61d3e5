"""Questions that people write by hand: what is typed becomes a fact and a question, or plain words on what is wrong."""

from quizapp.core.writing.advice import Advice, advise, clashes
from quizapp.core.writing.drafts import MAX_WRONG, Draft, DraftError, DraftOption, Problem, problems_of, tidy
from quizapp.core.writing.making import read, write

__all__ = [
    "MAX_WRONG",
    "Advice",
    "Draft",
    "DraftError",
    "DraftOption",
    "Problem",
    "advise",
    "clashes",
    "problems_of",
    "read",
    "tidy",
    "write",
]
