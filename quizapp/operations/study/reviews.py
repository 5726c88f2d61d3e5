"""Reviews: recorded once each, taken back by a row that cancels, and cards rebuilt from their log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from quizapp.core import evidence
from quizapp.core.evidence import CardState, LoggedReview
from quizapp.core.memory import Memory, Rating, retrievability
from quizapp.core.study_days import study_day
from quizapp.database import db
from quizapp.models import Card, Fact, Learner, Review
from quizapp.models.question_sets import SetState
from quizapp.models.reviews import FICTION
from quizapp.operations.statements import Statement, as_day, as_id
from quizapp.operations.study.cards import rebuild_card, rebuild_cards, state_of, write_card
from quizapp.operations.study.decks import advance_new, scheduling_with
from quizapp.operations.study.marks import shown_on
from quizapp.operations.study.statistics import count_review, counted_of, insert_into

if TYPE_CHECKING:
    import uuid
    from datetime import date, datetime

    from sqlalchemy import Row

#: What a duration may count at most: a learner who walked away did not study.
LONGEST_MS: Final = 120_000
RULE_VERSION: Final = 1
#: What a learner can take back: a quiz's reviews stand as long as the quiz does.
_UNDOABLE: Final = frozenset({"study", "cram"})

# All that one rating needs to know.
_PROBED = Statement(
    "SELECT f.question_set_id, f.topic, f.standing, f.treatment, f.revision, s.state, d.desired_retention, "
    "c.stability, c.difficulty, c.first_on, c.last_on, c.last_at, c.due_on, c.shown_on, c.reps, c.lapses, "
    "m.suspended_at, m.hidden_through "
    "FROM facts f JOIN question_sets s ON s.id = f.question_set_id "
    "LEFT JOIN decks d ON d.learner_id = :learner_id AND d.question_set_id = f.question_set_id "
    "LEFT JOIN cards c ON c.learner_id = :learner_id AND c.fact_id = f.id "
    "LEFT JOIN card_marks m ON m.learner_id = :learner_id AND m.fact_id = f.id "
    "WHERE f.id = :fact_id"
)
_COLUMNS = (
    "learner_id", "id", "fact_id", "question_id", "question_revision", "form", "source", "reviewed_at", "study_day",
    "duration_ms", "rating", "is_right", "guess", "weight", "weights_version", "rule_version", "is_long_term",
    "stability_before", "difficulty_before", "stability_after", "difficulty_after", "predicted", "due_on",
)  # fmt: skip
_INSERT = Statement(
    f"INSERT INTO reviews ({', '.join(_COLUMNS)}) VALUES ({', '.join(f':{name}' for name in _COLUMNS)}) "  # noqa: S608
    "ON CONFLICT DO NOTHING RETURNING id"
)
_SEEN = Statement("UPDATE learners SET seen_on = :day WHERE id = :learner_id AND seen_on < :day")


class NotOpenError(LookupError):
    """The fact is not there, is not asked, or stands in a draft; `set_id` is that of the draft."""

    def __init__(self, set_id: uuid.UUID | None = None) -> None:
        super().__init__()
        self.set_id = set_id


class ReviewConflictError(Exception):
    """The key of a review was used before for something else."""


class NothingToUndoError(Exception):
    """No review can be taken back: there is none, or it was taken back already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A review to be recorded. Either `rating` (the learner rated) or `right` (a question was graded).

    `fact_revision` is the revision that was seen; without it, the current one. `due_on` is the day that the learner was
    shown for this outcome; it comes true if it lies within the fuzz of the interval. Source `cram` moves nothing.
    """

    id: uuid.UUID
    fact_id: uuid.UUID
    form: str
    source: str
    at: datetime
    rating: Rating | None = None
    right: bool | None = None
    guess: float = 0.0
    question_id: uuid.UUID | None = None
    question_revision: int | None = None
    fact_revision: int | None = None
    duration_ms: int = 0
    due_on: date | None = None

    @property
    def is_right(self) -> bool:
        """Whether the fact was recalled, or may have been."""
        return self.right is True or (self.rating is not None and self.rating != Rating.AGAIN)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a review did: the card after it, in how many days it is due, and whether it moved the memory."""

    review_id: uuid.UUID
    question_set_id: uuid.UUID
    due_on: date | None
    interval_days: int
    is_long_term: bool
    is_repeat: bool


def record_review(
    learner: Learner, given: Given, *, only_open: bool = False, sees_draft: bool = False
) -> Recorded:
    """Record one probe of a fact and move its card; call it inside `run_tx`.

    The same key again with the same content changes nothing and returns what the first did; with another content it
    raises `ReviewConflictError`. A probe older than the card's last is put in its place by replay. With `only_open`
    it raises `NotOpenError` for a fact that is not asked, or that stands in a draft unless the learner `sees_draft`.
    Flushes.
    """
    row = _PROBED.first({"learner_id": learner.id, "fact_id": given.fact_id})
    if row is None:
        raise NotOpenError
    set_id = as_id(row.question_set_id)
    if only_open:
        if row.treatment == "exclude":
            raise NotOpenError
        if row.state == SetState.DRAFT and not sees_draft:
            raise NotOpenError(set_id)
    scheduling = scheduling_with(learner, row.desired_retention)
    day = study_day(given.at, learner.time_zone, learner.rollover_hour)
    before = CardState() if row.stability is None else state_of(row)
    after, done = evidence.advance(before, _log_row(given, day), scheduling, given.fact_id.bytes)
    predicted = None
    if done is not None and before.memory is not None and before.last_on is not None:
        predicted = retrievability(before.memory.stability, (day - before.last_on).days, scheduling.weights)
    values = {
        "learner_id": learner.id,
        "id": given.id,
        "fact_id": given.fact_id,
        "question_id": given.question_id,
        "question_revision": given.question_revision,
        "form": given.form,
        "source": given.source,
        "reviewed_at": given.at,
        "study_day": day,
        "duration_ms": max(0, min(given.duration_ms, LONGEST_MS)),
        "rating": None if given.rating is None else int(given.rating),
        "is_right": given.is_right,
        "guess": given.guess,
        "weight": 0.0 if done is None else done.weight,
        "weights_version": learner.weights_version,
        "rule_version": RULE_VERSION,
        "is_long_term": done is not None,
        **_memory_columns("before", before.memory if done is not None else None),
        **_memory_columns("after", done.memory if done is not None else None),
        "predicted": predicted,
        "due_on": None if done is None else after.due_on,
    }
    if _INSERT.first(values) is None:
        return _repeat_of(learner, given, set_id)
    if given.source != "cram":
        after = _move_card(learner, given, row, before, after)
        if before.memory is None:
            advance_new(learner.id, set_id)
    topic = FICTION if row.standing == "fictional" else row.topic
    count_review(learner.id, day, set_id, topic, values, 1)
    if learner.seen_on < day:
        _SEEN.run({"learner_id": learner.id, "day": day})
    return Recorded(
        given.id, set_id, after.due_on, _days_until(after.due_on, day), done is not None, is_repeat=False
    )


def _move_card(
    learner: Learner, given: Given, row: Row[Any], before: CardState, after: CardState
) -> CardState:
    """Write the card as it is after a review, and return it."""
    if before.probed_at is not None and given.at < before.probed_at:
        return rebuild_cards(learner, [given.fact_id])[given.fact_id]
    if after.due_on is None:
        raise AssertionError("a card that was probed has a due date")
    shown = shown_on(
        after.due_on,
        is_suspended=row.suspended_at is not None,
        hidden_through=None if row.hidden_through is None else as_day(row.hidden_through),
    )
    write_card(
        learner.id,
        given.fact_id,
        as_id(row.question_set_id),
        after,
        min(given.fact_revision or row.revision, row.revision),
        None if row.shown_on is None else as_day(row.shown_on),
        shown,
    )
    return after


def undo_review(learner: Learner, review_id: uuid.UUID, undo_id: uuid.UUID, now: datetime) -> Review:
    """Take a review, or an action on the schedule, back by adding a row that cancels it; call it inside `run_tx`.

    Its card is rebuilt. Sent again with the same `undo_id` it changes nothing. Raises `NothingToUndoError` for an
    unknown review, a row that cancels, one that was taken back already, or one that a quiz gave. Returns the review that
    was taken back. Flushes.
    """
    review = db.session.get(Review, (learner.id, review_id))
    if review is None or review.source not in _UNDOABLE:
        raise NothingToUndoError
    return take_back_review(learner, review_id, undo_id, now)


def take_back_review(learner: Learner, review_id: uuid.UUID, undo_id: uuid.UUID, now: datetime) -> Review:
    """Take a review back as `undo_review` does, one that a quiz gave too; call it inside `run_tx`."""
    review = db.session.get(Review, (learner.id, review_id))
    if review is None or review.cancels is not None:
        raise NothingToUndoError
    inserted = db.session.execute(
        insert_into(Review)
        .values(
            learner_id=learner.id,
            id=undo_id,
            fact_id=review.fact_id,
            form=review.form,
            source=review.source,
            reviewed_at=now,
            # The day of what it cancels: whoever reads that day's rows sees both.
            study_day=review.study_day,
            duration_ms=0,
            is_right=False,
            guess=0.0,
            weight=0.0,
            weights_version=review.weights_version,
            rule_version=review.rule_version,
            is_long_term=False,
            cancels=review_id,
        )
        .on_conflict_do_nothing()
        .returning(Review.id)
    ).scalar_one_or_none()
    if inserted is None:
        known = db.session.get(Review, (learner.id, undo_id))
        if known is not None and known.cancels == review_id:
            return review
        raise NothingToUndoError
    fact = db.session.get_one(Fact, review.fact_id)
    rebuild_card(learner, fact)
    if review.action is None:
        topic = FICTION if fact.standing == "fictional" else fact.topic
        count_review(learner.id, review.study_day, fact.question_set_id, topic, counted_of(review), -1)
    return review


def _log_row(given: Given, day: date) -> LoggedReview:
    return LoggedReview(
        id=given.id,
        fact=given.fact_id,
        study_day=day,
        at=given.at,
        rating=given.rating,
        right=given.right,
        guess=given.guess,
        due_on=given.due_on,
        is_cram=given.source == "cram",
    )


def _memory_columns(when: str, memory: Memory | None) -> dict[str, float | None]:
    return {
        f"stability_{when}": None if memory is None else memory.stability,
        f"difficulty_{when}": None if memory is None else memory.difficulty,
    }


def _days_until(due_on: date | None, day: date) -> int:
    return 0 if due_on is None else max(0, (due_on - day) // timedelta(days=1))


def _repeat_of(learner: Learner, given: Given, set_id: uuid.UUID) -> Recorded:
    known = db.session.get(Review, (learner.id, given.id))
    rating = None if given.rating is None else int(given.rating)
    if known is None or (known.fact_id, known.rating, known.is_right, known.form, known.source) != (
        given.fact_id,
        rating,
        given.is_right,
        given.form,
        given.source,
    ):
        raise ReviewConflictError
    card = db.session.get(Card, (learner.id, given.fact_id))
    due_on = None if card is None else card.due_on
    return Recorded(
        given.id, set_id, due_on, _days_until(due_on, known.study_day), known.is_long_term, is_repeat=True
    )
