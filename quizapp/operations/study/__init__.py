"""Studying: which card is next, what it shows, what a review does to it, and taking a review back."""

from quizapp.operations.study.cards import PART, logged, rebuild_card, rebuild_cards
from quizapp.operations.study.decks import (
    add_deck,
    count_facts,
    find_deck,
    list_decks,
    remove_deck,
    reopen_new,
    scheduling_of,
    today_of,
)
from quizapp.operations.study.faces import Face, load_faces
from quizapp.operations.study.loads import count_due, move_load, read_loads, rebuild_loads
from quizapp.operations.study.marks import (
    Action,
    Changed,
    StepConflictError,
    TooManyFactsError,
    change_marks,
    find_marks,
    show_cards,
    shown_on,
)
from quizapp.operations.study.overview import Overview, find_next_due, load_overview
from quizapp.operations.study.reviews import (
    Given,
    NothingToUndoError,
    NotOpenError,
    Recorded,
    ReviewConflictError,
    record_review,
    take_back_review,
    undo_review,
)
from quizapp.operations.study.schedule import reset_cards, set_due
from quizapp.operations.study.sessions import (
    TYPICAL_SECONDS,
    Chosen,
    Session,
    load_session,
    load_sessions,
)
from quizapp.operations.study.statistics import count_review, insert_into, rebuild_statistics
from quizapp.operations.study.steps import Step, Undone, last_step, undo_last
from quizapp.operations.study.tastes import Taste, find_taste
from quizapp.operations.study.topics import list_topic_memory, list_uncounted, make_census

__all__ = [
    "PART",
    "TYPICAL_SECONDS",
    "Action",
    "Changed",
    "Chosen",
    "Face",
    "Given",
    "NotOpenError",
    "NothingToUndoError",
    "Overview",
    "Recorded",
    "ReviewConflictError",
    "Session",
    "Step",
    "StepConflictError",
    "Taste",
    "TooManyFactsError",
    "TopicMemory",
    "Undone",
    "add_deck",
    "change_marks",
    "count_due",
    "count_facts",
    "count_review",
    "find_deck",
    "find_marks",
    "find_next_due",
    "find_taste",
    "insert_into",
    "last_step",
    "list_decks",
    "list_topic_memory",
    "list_uncounted",
    "load_faces",
    "load_overview",
    "load_session",
    "load_sessions",
    "logged",
    "make_census",
    "move_load",
    "read_loads",
    "rebuild_card",
    "rebuild_cards",
    "rebuild_loads",
    "rebuild_statistics",
    "record_review",
    "remove_deck",
    "reopen_new",
    "reset_cards",
    "scheduling_of",
    "set_due",
    "show_cards",
    "shown_on",
    "take_back_review",
    "today_of",
    "undo_last",
    "undo_review",
]
