"""Studying: which card is next, what it shows, what a review does to it, and taking a review back."""

from quizapp.operations.study.cards import logged, rebuild_card
from quizapp.operations.study.decks import (
    add_deck,
    count_facts,
    find_deck,
    list_decks,
    remove_deck,
    scheduling_of,
    today_of,
)
from quizapp.operations.study.faces import Face, load_faces
from quizapp.operations.study.overview import Overview, TopicMemory, find_next_due, load_overview
from quizapp.operations.study.reviews import (
    Given,
    NothingToUndoError,
    Recorded,
    ReviewConflictError,
    record_review,
    undo_review,
)
from quizapp.operations.study.sessions import (
    TYPICAL_SECONDS,
    Session,
    load_session,
    load_sessions,
)
from quizapp.operations.study.statistics import count_review, insert_into, rebuild_statistics
from quizapp.operations.study.tastes import Taste, find_taste

__all__ = [
    "TYPICAL_SECONDS",
    "Face",
    "Given",
    "NothingToUndoError",
    "Overview",
    "Recorded",
    "ReviewConflictError",
    "Session",
    "Taste",
    "TopicMemory",
    "add_deck",
    "count_facts",
    "count_review",
    "find_deck",
    "find_next_due",
    "find_taste",
    "insert_into",
    "list_decks",
    "load_faces",
    "load_overview",
    "load_session",
    "load_sessions",
    "logged",
    "rebuild_card",
    "rebuild_statistics",
    "record_review",
    "remove_deck",
    "scheduling_of",
    "today_of",
    "undo_review",
]
