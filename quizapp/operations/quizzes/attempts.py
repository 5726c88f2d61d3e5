"""One sitting: its slots, its turns where one cannot go back, flags, and questions checked on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from quizapp.core import timing
from quizapp.core.attempts import (
    AttemptState,
    AttemptView,
    CheckDecision,
    QuestionView,
    has_turn,
    is_open,
    may_check,
)
from quizapp.core.grading import Outcome
from quizapp.core.marking import rules_from_dict
from quizapp.core.regrading import UNADJUSTED
from quizapp.database import db, run_tx
from quizapp.models import Attempt, AttemptResponse
from quizapp.operations.quizzes.events import Event, record_own
from quizapp.operations.quizzes.grading import grade_slot, load_adjustments, load_slots
from quizapp.operations.statements import Statement, as_moment

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from quizapp.operations.quizzes.grading import AskedSlot, GradedSlot

_TRIES: Final = 20
_GRACE: Final = timedelta(seconds=timing.GRACE_SECONDS)
_TURN: Final = Statement(
    "UPDATE attempts SET turn = :position WHERE learner_id = :learner_id AND id = :attempt_id "
    "AND state = 'open' AND (deadline_at IS NULL OR deadline_at >= :since) AND turn = :position - 1 AND EXISTS (SELECT 1 FROM responses r WHERE r.learner_id = :learner_id "
    "AND r.attempt_id = :attempt_id AND r.position = :position) "
    "RETURNING deadline_at, question_seconds, extra_time_percent, is_untimed"
)
_BEGIN: Final = Statement(
    "UPDATE responses SET closes_at = :closes_at WHERE learner_id = :learner_id AND attempt_id = :attempt_id "
    "AND position = :position AND closes_at IS NULL"
)
_TURN_NOW: Final = Statement(
    "SELECT turn FROM attempts WHERE learner_id = :learner_id AND id = :attempt_id "
    "AND state = 'open' AND (deadline_at IS NULL OR deadline_at >= :since)"
)
_FLAG: Final = Statement(
    "UPDATE responses SET is_flagged = :is_flagged WHERE learner_id = :learner_id AND attempt_id = :attempt_id "
    "AND position = :position AND is_flagged <> :is_flagged RETURNING position"
)
_MAY_FLAG: Final = Statement(
    "SELECT 1 FROM attempts a JOIN responses r ON r.learner_id = a.learner_id AND r.attempt_id = a.id "
    "WHERE a.learner_id = :learner_id AND a.id = :attempt_id AND a.state = 'open' AND r.position = :position"
)


@dataclass(frozen=True, slots=True)
class Slot:
    """A question of an attempt as the navigator shows it, and what reading and saving a response needs.

    `closes_at` ends the time for this one question. What it scored is set once it was checked or the attempt closed.
    """

    position: int
    form: str
    option_order: tuple[str, ...]
    given: dict[str, Any] | None
    is_flagged: bool
    sequence: int
    save_key: uuid.UUID | None
    certainty: int | None = None
    section: int = 1
    weight: float = 1.0
    closes_at: datetime | None = None
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of checking a question: the decision, and what its response turned out to be once it is checked."""

    decision: CheckDecision
    outcome: Outcome | None = None
    score: float | None = None
    marks: float | None = None

    def __bool__(self) -> bool:
        return self.decision == CheckDecision.CHECKED


def find_attempt(learner_id: uuid.UUID, attempt_id: uuid.UUID) -> Attempt | None:
    """Return an attempt of this learner as the database has it now."""
    return db.session.get(Attempt, (learner_id, attempt_id), populate_existing=True)


def find_slot(learner_id: uuid.UUID, attempt_id: uuid.UUID, position: int) -> Slot | None:
    """Return one question's place in an attempt, without the question."""
    row = db.session.execute(
        _select_slots(learner_id, attempt_id).where(AttemptResponse.position == position)
    ).one_or_none()
    return None if row is None else _slot(row)


def list_slots(learner_id: uuid.UUID, attempt_id: uuid.UUID) -> list[Slot]:
    """Return the places of an attempt in order, without the questions."""
    rows = db.session.execute(_select_slots(learner_id, attempt_id).order_by(AttemptResponse.position))
    return [_slot(row) for row in rows]


def turn_to(learner_id: uuid.UUID, attempt_id: uuid.UUID, position: int, now: datetime) -> int | None:
    """Give the next question its turn, and begin its time; call it inside `run_tx`.

    Only the one after the present one is turned to, and never an earlier one again. Returns the position that has its
    turn now, whether or not it moved; None if the attempt is over, is not there, or can be gone through freely.
    """
    place = {"learner_id": learner_id, "attempt_id": attempt_id}
    turned = _TURN.first({**place, "position": position, "since": now - _GRACE})
    if turned is None:
        kept = _TURN_NOW.first({**place, "since": now - _GRACE})
        return None if kept is None else kept.turn
    closes_at = timing.question_end(
        now,
        turned.question_seconds,
        timing.ExtraTime(bool(turned.is_untimed), turned.extra_time_percent),
        None if turned.deadline_at is None else as_moment(turned.deadline_at),
    )
    if closes_at is not None:
        _BEGIN.run({**place, "position": position, "closes_at": closes_at})
    record_own(learner_id, attempt_id, Event.TURNED, now, position=position)
    return position


def flag_response(
    learner_id: uuid.UUID, attempt_id: uuid.UUID, position: int, now: datetime, *, is_flagged: bool
) -> bool:
    """Set or take away the flag of a question; call it inside `run_tx`. Returns False unless the attempt is open."""
    place = {"learner_id": learner_id, "attempt_id": attempt_id, "position": position}
    if _MAY_FLAG.first(place) is None:
        return False
    if _FLAG.first({**place, "is_flagged": is_flagged}) is not None:
        record_own(
            learner_id,
            attempt_id,
            Event.FLAGGED,
            now,
            position=position,
            detail={"is_flagged": is_flagged},
        )
    return True


def check_response(
    learner_id: uuid.UUID, attempt_id: uuid.UUID, position: int, now: datetime
) -> Checked | None:
    """Grade one response on the way, and fix it, if `core.attempts.may_check` allows it.

    Returns what became of it, the same however often it is checked; None if the learner has no such attempt or position.
    Has its own transactions: grading happens outside them, and a response saved in the meantime has it done again.
    """
    for _ in range(_TRIES):
        attempt = find_attempt(learner_id, attempt_id)
        row = _find_row(learner_id, attempt_id, position)
        if attempt is None or row is None:
            return None
        decision = _may_check(attempt, row, now)
        if decision != CheckDecision.CHECKED:
            return Checked(decision)
        if row.checked_at is None:
            # The key is read only now that nothing stands against it.
            [slot] = load_slots(learner_id, attempt_id, position)
            adjustment = load_adjustments(attempt.quiz_id).get(slot.question_id, UNADJUSTED)
            graded = grade_slot(slot, rules_from_dict(attempt.marking), adjustment)
            if not run_tx(lambda graded=graded, slot=slot: _fix(learner_id, attempt_id, slot, graded, now)):  # type: ignore[misc]
                continue
            return Checked(decision, graded.outcome, graded.score, graded.marks)
        return Checked(decision, Outcome(row.outcome or Outcome.BLANK), row.score, row.marks)
    raise RuntimeError(f"attempt {attempt_id} changed each time a question was to be checked")


def _fix(
    learner_id: uuid.UUID, attempt_id: uuid.UUID, slot: AskedSlot, graded: GradedSlot, now: datetime
) -> bool:
    """Keep the grade of a response as a check told it; returns False where something came between."""
    attempt = find_attempt(learner_id, attempt_id)
    row = _find_row(learner_id, attempt_id, slot.position)
    if attempt is None or row is None or row.checked_at is not None or row.sequence != slot.sequence:
        return False
    if _may_check(attempt, row, now) != CheckDecision.CHECKED:
        return False
    row.checked_at, row.outcome = now, graded.outcome.value
    row.score, row.marks = graded.score, graded.marks
    db.session.flush()
    record_own(learner_id, attempt_id, Event.CHECKED, now, position=slot.position)
    return True


def _find_row(learner_id: uuid.UUID, attempt_id: uuid.UUID, position: int) -> AttemptResponse | None:
    return db.session.get(AttemptResponse, (learner_id, attempt_id, position), populate_existing=True)


def _may_check(attempt: Attempt, row: AttemptResponse, now: datetime) -> CheckDecision:
    view = AttemptView(AttemptState(attempt.state), attempt.deadline_at, attempt.turn)
    question = QuestionView(row.position, row.closes_at, row.checked_at is not None)
    return may_check(view, question, now, checks=attempt.checks, is_blank=row.response is None)


def may_see(attempt: Attempt, position: int, now: datetime) -> bool:
    """Return whether a question of an open attempt may be shown: where one cannot go back, none but the one at its turn."""
    view = AttemptView(AttemptState(attempt.state), attempt.deadline_at, attempt.turn)
    return is_open(view, now) and has_turn(view, position)


def _select_slots(learner_id: uuid.UUID, attempt_id: uuid.UUID) -> Any:
    return select(
        AttemptResponse.position,
        AttemptResponse.form,
        AttemptResponse.option_order,
        AttemptResponse.response,
        AttemptResponse.is_flagged,
        AttemptResponse.sequence,
        AttemptResponse.save_key,
        AttemptResponse.certainty,
        AttemptResponse.section,
        AttemptResponse.weight,
        AttemptResponse.closes_at,
        AttemptResponse.checked_at,
    ).where(AttemptResponse.learner_id == learner_id, AttemptResponse.attempt_id == attempt_id)


def _slot(row: Any) -> Slot:
    position, form, option_order, *rest = row
    return Slot(position, form, tuple(option_order), *rest)
