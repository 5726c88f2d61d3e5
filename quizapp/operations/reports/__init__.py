"""Reports: what is in a set, what a learner holds of it, and how learning went. Nothing here writes."""

from quizapp.operations.attempt_secrecy import find_closed_facts
from quizapp.operations.reports.facts import (
    FactLine,
    MemoryNow,
    MemoryState,
    list_facts,
    list_history,
    list_questions,
)
from quizapp.operations.reports.library import SetEntry, list_drafts, list_library
from quizapp.operations.reports.lists import (
    Group,
    TopicCount,
    ask_count,
    count_topics,
    fold_members,
    search_facts,
)
from quizapp.operations.reports.progress import (
    DueDay,
    QuizLine,
    TopicMemory,
    forecast,
    list_quizzes,
    list_topic_memory,
)
from quizapp.operations.reports.statistics import (
    DayCount,
    HeatDay,
    MonthRecall,
    Totals,
    count_totals,
    daily_csv,
    heat_days,
    list_days,
    recall_by_month,
)

__all__ = [
    "DayCount",
    "DueDay",
    "FactLine",
    "Group",
    "HeatDay",
    "MemoryNow",
    "MemoryState",
    "MonthRecall",
    "QuizLine",
    "SetEntry",
    "TopicCount",
    "TopicMemory",
    "Totals",
    "ask_count",
    "count_topics",
    "count_totals",
    "daily_csv",
    "find_closed_facts",
    "fold_members",
    "forecast",
    "heat_days",
    "list_days",
    "list_drafts",
    "list_facts",
    "list_history",
    "list_library",
    "list_questions",
    "list_quizzes",
    "list_topic_memory",
    "recall_by_month",
    "search_facts",
]
