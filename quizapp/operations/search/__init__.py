"""Looking for facts and questions: by full text and by what a learner holds of them."""

from quizapp.operations.search.conditions import fact_condition
from quizapp.operations.search.finding import (
    COUNTED,
    MOST_PAGES,
    PAGE,
    Count,
    Page,
    Sort,
    count_facts,
    count_questions,
    find_facts,
    find_questions,
    list_fact_ids,
)
from quizapp.operations.search.found import FoundFact, FoundQuestion
from quizapp.operations.search.indexing import index_missing, index_set, rebuild_index

__all__ = [
    "COUNTED",
    "MOST_PAGES",
    "PAGE",
    "Count",
    "FoundFact",
    "FoundQuestion",
    "Page",
    "Sort",
    "count_facts",
    "count_questions",
    "fact_condition",
    "find_facts",
    "find_questions",
    "index_missing",
    "index_set",
    "list_fact_ids",
    "rebuild_index",
]
