"""What an instructor does with the attempts of a taught quiz: watches, decides, and every bit of it is recorded."""

from quizapp.operations.quizzes.supervising.deciding import (
    override_marks,
    range_of_marks,
    reopen_attempt,
    submit_for,
)
from quizapp.operations.quizzes.supervising.errors import (
    AnotherOpenError,
    MarksOutOfRangeError,
    NoSuchSittingError,
    NotDeletedError,
    NoTimeLeftError,
    NotOpenError,
    NotScoredError,
    StillOpenError,
    SupervisingError,
)
from quizapp.operations.quizzes.supervising.keeping import (
    DeletedAttempt,
    delete_attempt,
    find_deleted,
    list_deleted,
    restore_attempt,
)
from quizapp.operations.quizzes.supervising.listing import (
    Progress,
    Sitting,
    Sittings,
    Stage,
    count_sittings,
    find_sitting,
    list_of_learner,
    list_sittings,
)
from quizapp.operations.quizzes.supervising.looking import (
    Entry,
    Watched,
    list_log,
    list_record,
    list_watched,
    record_look,
)
from quizapp.operations.quizzes.supervising.terms import (
    find_taker,
    grant_attempts,
    set_extra_time,
    set_learner_extra_time,
)

__all__ = [
    "AnotherOpenError",
    "DeletedAttempt",
    "Entry",
    "MarksOutOfRangeError",
    "NoSuchSittingError",
    "NoTimeLeftError",
    "NotDeletedError",
    "NotOpenError",
    "NotScoredError",
    "Progress",
    "Sitting",
    "Sittings",
    "Stage",
    "StillOpenError",
    "SupervisingError",
    "Watched",
    "count_sittings",
    "delete_attempt",
    "find_deleted",
    "find_sitting",
    "find_taker",
    "grant_attempts",
    "list_deleted",
    "list_log",
    "list_of_learner",
    "list_record",
    "list_sittings",
    "list_watched",
    "override_marks",
    "range_of_marks",
    "record_look",
    "reopen_attempt",
    "restore_attempt",
    "set_extra_time",
    "set_learner_extra_time",
    "submit_for",
]
