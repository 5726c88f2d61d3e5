"""Steps: what a learner did last, to cards or to their marks, and taking it back, the last first."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import aliased

from quizapp.database import db
from quizapp.models import CardStep, Review
from quizapp.operations.statements import Statement, as_id, as_moment
from quizapp.operations.study.decks import today_of
from quizapp.operations.study.marks import restore_marks
from quizapp.operations.study.reviews import NothingToUndoError, undo_review

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import ColumnElement

    from quizapp.models import Learner

#: So far back steps can be taken, none older than yesterday.
MOST_STEPS: Final = 50
_FEW_STEPS: Final = 3
_ONE_DAY = timedelta(days=1)

_LATEST_REVIEWS = Statement(
    "SELECT r.reviewed_at, r.id, r.fact_id, r.action, EXISTS (SELECT 1 FROM reviews o "
    "WHERE o.learner_id = :learner_id AND o.cancels = r.id) FROM reviews r "
    "WHERE r.learner_id = :learner_id AND r.study_day = :day AND r.source IN ('study', 'cram') AND r.cancels IS NULL "
    "ORDER BY r.reviewed_at DESC, r.id DESC LIMIT :most"
)
_LATEST_MARKS = Statement(
    "SELECT made_at, id, fact_id, action, undone_at IS NOT NULL FROM card_steps "
    "WHERE learner_id = :learner_id AND made_at >= :since ORDER BY made_at DESC, id DESC LIMIT :most"
)


@dataclass(frozen=True, slots=True)
class Step:
    """What was done: `action` is `review`, `reset`, `due`, or the action on the marks; `facts` are those concerned."""

    id: uuid.UUID
    action: str
    fact_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Undone:
    """A step that was taken back, and the one that would be next."""

    step: Step
    facts: tuple[uuid.UUID, ...]
    is_repeat: bool
    next: Step | None


def last_step(learner: Learner, now: datetime) -> Step | None:
    """Return the step that can be taken back now: the last of today and yesterday; None where there is none."""
    # Nearly always it is among the last few of today, or on a new day of yesterday: found without reading whole rows.
    today = today_of(learner, now)
    # After a journey west the last ones are of tomorrow.
    latest = _list_latest(learner, [today, today + _ONE_DAY], now)
    for place, (step, is_undone, _) in enumerate(latest):
        # A mark may be older than a review of yesterday; what stands before a review of today is not.
        if not is_undone and any(is_review for *_, is_review in latest[place:]):
            return step
    latest = _list_latest(learner, [today - _ONE_DAY, today, today + _ONE_DAY], now)
    for step, is_undone, _ in latest:
        if not is_undone:
            return step
    if len(latest) < _FEW_STEPS:
        return None
    return next((step for _, step in _list_steps(learner, now)), None)


def _list_latest(learner: Learner, days: list[date], now: datetime) -> list[tuple[Step, bool, bool]]:
    """Return the last few steps of these days, the last first, each with whether it was taken back and is a review."""
    # Day by day they are the last entries of the index; those of several days at once would all be sorted.
    reviews = [
        row
        for day in days
        for row in _LATEST_REVIEWS.all({"learner_id": learner.id, "day": day, "most": _FEW_STEPS})
    ]
    marks = _LATEST_MARKS.all({"learner_id": learner.id, "since": now - 2 * _ONE_DAY, "most": _FEW_STEPS})
    made = [
        (as_moment(at), as_id(step), as_id(fact), action or "review", bool(is_undone), is_review)
        for rows, is_review in ((reviews, True), (marks, False))
        for at, step, fact, action, is_undone in rows
    ]
    made.sort(key=lambda one: one[:2], reverse=True)
    return [
        (Step(step, action, fact), is_undone, is_review)
        for _, step, fact, action, is_undone, is_review in made[:_FEW_STEPS]
    ]


def undo_last(
    learner: Learner, *, undo_id: uuid.UUID, expected: uuid.UUID | None = None, now: datetime
) -> Undone:
    """Take the last step back; call it inside `run_tx`.

    `expected` is the step that the learner sees as the last: where another came since, nothing is taken back, and where
    it was taken back before, nothing more. `undo_id` becomes the id of the row that cancels a review. Raises
    `NothingToUndoError`. Flushes.
    """
    if expected is not None and (repeated := _find_undone(learner, expected)):
        return Undone(repeated, (repeated.fact_id,), is_repeat=True, next=last_step(learner, now))
    found = next(iter(_list_steps(learner, now)), None)
    if found is None:
        raise NothingToUndoError
    row, step = found
    together = [] if isinstance(row, CardStep) else _list_together(row)
    if expected not in {None, step.id, *(one.id for one in together)}:
        raise NothingToUndoError
    if isinstance(row, CardStep):
        facts = restore_marks(learner.id, row, now)
    else:
        facts = [
            undo_review(
                learner, one.id, undo_id if one.id == row.id else uuid.uuid5(undo_id, one.id.hex), now
            ).fact_id
            for one in together
        ]
    return Undone(step, tuple(facts), is_repeat=False, next=last_step(learner, now))


def _find_undone(learner: Learner, step_id: uuid.UUID) -> Step | None:
    """Return the step of this id if it was taken back."""
    mark = db.session.get(CardStep, (learner.id, step_id), populate_existing=True)
    if mark is not None:
        return Step(mark.id, mark.action, mark.fact_id) if mark.undone_at is not None else None
    cancelling = db.session.execute(
        select(Review).where(Review.learner_id == learner.id, Review.cancels == step_id)
    ).scalar_one_or_none()
    return None if cancelling is None else Step(step_id, "review", cancelling.fact_id)


def _list_steps(learner: Learner, now: datetime) -> list[tuple[Review | CardStep, Step]]:
    """Return those of the last steps that stand, the last first."""
    made = _list_made(learner, now, MOST_STEPS)
    return [(row, step) for row, step, is_undone in made if not is_undone]


def _list_made(learner: Learner, now: datetime, most: int) -> list[tuple[Review | CardStep, Step, bool]]:
    """Return the last steps made and whether each was taken back, the last first."""
    today = today_of(learner, now)
    # Named one by one, they are found by their index; after a journey west the last ones are of tomorrow.
    days = [today - _ONE_DAY, today, today + _ONE_DAY]
    marks = db.session.execute(
        select(CardStep)
        .where(CardStep.learner_id == learner.id, CardStep.made_at >= now - 2 * _ONE_DAY)
        .order_by(CardStep.made_at.desc(), CardStep.id.desc())
        .limit(most)
        .execution_options(populate_existing=True)
    ).scalars()
    made: list[tuple[datetime, uuid.UUID, bool, Review | CardStep, Step]] = [
        (row.reviewed_at, row.id, is_undone, row, Step(row.id, row.action or "review", row.fact_id))
        for row, is_undone in _read_reviews(learner.id, days, most)
    ]
    made += [
        (row.made_at, row.id, row.undone_at is not None, row, Step(row.id, row.action, row.fact_id))
        for row in marks
    ]
    made.sort(key=lambda one: one[:2], reverse=True)
    return [(row, step, is_undone) for _, _, is_undone, row, step in made[:most]]


def _read_reviews(learner_id: uuid.UUID, days: list[date], most: int) -> list[tuple[Review, bool]]:
    """Return one row of each of the last steps in the log, the last first, and whether it was taken back."""
    last = (
        select(Review, _is_cancelled().label("is_undone"))
        .where(
            Review.learner_id == learner_id,
            Review.study_day.in_(days),
            Review.source.in_(("study", "cram")),
            Review.cancels.is_(None),
        )
        .order_by(Review.reviewed_at.desc(), Review.id.desc())
    )
    limit = most
    while True:
        rows = db.session.execute(last.limit(limit)).all()
        found: dict[tuple[object, ...], tuple[Review, bool]] = {}
        for row, is_undone in rows:
            found.setdefault(_key_of(row), (row, is_undone))
        if len(found) >= most or len(rows) < limit:
            return list(found.values())[:most]
        # One step can be of very many rows.
        limit *= 10


def _key_of(row: Review) -> tuple[object, ...]:
    """Return what the rows of one step have in common, as in `_list_together`."""
    if row.question_id is None and row.action is None:
        return (row.id,)
    return (row.study_day, row.reviewed_at, row.source, row.action, row.question_id)


def _is_cancelled() -> ColumnElement[bool]:
    cancelling = aliased(Review)
    return (
        select(cancelling.id)
        .where(cancelling.learner_id == Review.learner_id, cancelling.cancels == Review.id)
        .exists()
    )


def _list_together(row: Review) -> list[Review]:
    """Return the reviews that one response or one action made, and that stand: they are taken back together."""
    if row.question_id is None and row.action is None:
        return [row]
    rows = db.session.execute(
        select(Review).where(
            Review.learner_id == row.learner_id,
            Review.study_day == row.study_day,
            Review.reviewed_at == row.reviewed_at,
            Review.source == row.source,
            Review.action.is_(None) if row.action is None else Review.action == row.action,
            Review.question_id.is_(None)
            if row.question_id is None
            else Review.question_id == row.question_id,
            Review.cancels.is_(None),
            ~_is_cancelled(),
        )
    ).scalars()
    return list(rows)
