"""What a learner looks for among facts and questions, said in one line: `dates or names is:due -"first treaty"`."""

from quizapp.core.queries.reading import MAX_LENGTH, MAX_TERM, MAX_TERMS, QueryError, parse
from quizapp.core.queries.terms import (
    FILTERS,
    KNOWN_DAYS,
    STATES,
    WEAK_LAPSES,
    WEAK_RECALL,
    Comparison,
    Filter,
    Kind,
    Query,
    Term,
)

__all__ = [
    "FILTERS",
    "KNOWN_DAYS",
    "MAX_LENGTH",
    "MAX_TERM",
    "MAX_TERMS",
    "STATES",
    "WEAK_LAPSES",
    "WEAK_RECALL",
    "Comparison",
    "Filter",
    "Kind",
    "Query",
    "QueryError",
    "Term",
    "parse",
]
