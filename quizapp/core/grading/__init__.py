"""A response against the key of its question: outcome, score, what to tell the learner and what memory learns.

Feedback may name the key; keeping it back until its time is the caller's matter.
"""

from quizapp.core.grading.grades import Grade, Outcome, ResponseError, Verdict
from quizapp.core.grading.judging import grade
from quizapp.core.grading.learning import chance_of_guessing, events_settled, verdicts
from quizapp.core.grading.reading import (
    TEXT_LIMIT,
    YEAR_ERROR,
    parse_response,
    response_from_dict,
    response_to_dict,
)
from quizapp.core.grading.wording import key_text, response_text

__all__ = [
    "TEXT_LIMIT",
    "YEAR_ERROR",
    "Grade",
    "Outcome",
    "ResponseError",
    "Verdict",
    "chance_of_guessing",
    "events_settled",
    "grade",
    "key_text",
    "parse_response",
    "response_from_dict",
    "response_text",
    "response_to_dict",
    "verdicts",
]
