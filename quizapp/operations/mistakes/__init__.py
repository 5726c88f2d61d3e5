"""Reports of mistakes: made by learners, read and settled by whoever keeps the set."""

from quizapp.operations.mistakes.making import (
    FACT_REASONS,
    MOST_WORDS,
    REASONS,
    Target,
    find_asked,
    find_fact,
    find_own_report,
    find_question,
    forget_reporters,
    has_met,
    list_own_reports,
    move_reports,
    report_mistake,
)
from quizapp.operations.mistakes.outcomes import (
    MOST_LISTED,
    Outcome,
    has_reported,
    list_outcomes,
    put_news_away,
)
from quizapp.operations.mistakes.settling import (
    ReportChangedError,
    ReportLine,
    count_open,
    find_report,
    list_reports,
    settle_report,
)

__all__ = [
    "FACT_REASONS",
    "MOST_LISTED",
    "MOST_WORDS",
    "REASONS",
    "Outcome",
    "ReportChangedError",
    "ReportLine",
    "Target",
    "count_open",
    "find_asked",
    "find_fact",
    "find_own_report",
    "find_question",
    "find_report",
    "forget_reporters",
    "has_met",
    "has_reported",
    "list_outcomes",
    "list_own_reports",
    "list_reports",
    "move_reports",
    "put_news_away",
    "report_mistake",
    "settle_report",
]
