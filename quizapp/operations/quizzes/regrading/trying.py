"""A regrade tried without a trace: each attempt whose score would change, from what and to what."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, select

from quizapp.core.attempts import AttemptState
from quizapp.core.grading import Outcome
from quizapp.core.marking import rules_from_dict
from quizapp.core.questions import question_from_dict
from quizapp.database import db
from quizapp.models import Attempt, AttemptResponse, Learner, QuizTaker, User
from quizapp.operations.quizzes.grading import grade_slot, slot_of, total_of
from quizapp.operations.quizzes.regrading.asking import select_rows

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from datetime import datetime

    from quizapp.core.regrading import Adjustment
    from quizapp.operations.quizzes.grading import GradedSlot

#: Shares of the whole that differ by less are the same: sums of thirds.
_TINY: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Change:
    """What a regrade changes for one attempt; marks are of the question, scores of the whole attempt."""

    learner_id: uuid.UUID
    attempt_id: uuid.UUID
    position: int
    name: str
    finished_at: datetime
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def falls(self) -> bool:
        """Whether the share of all marks becomes smaller."""
        return _share(self.after) < _share(self.before) - _TINY

    @property
    def rises(self) -> bool:
        """Whether the share of all marks becomes larger."""
        return _share(self.after) > _share(self.before) + _TINY


@dataclass(frozen=True, slots=True)
class DryRun:
    """What an adjustment would do: each attempt that changes, and how many stay. `digest` names exactly this outcome."""

    changes: tuple[Change, ...]
    unchanged: int
    digest: str

    @property
    def falling(self) -> int:
        """How many scores would fall."""
        return sum(change.falls for change in self.changes)


def try_regrade(
    quiz_id: uuid.UUID, question_id: uuid.UUID, adjustment: Adjustment, *, keeps_higher: bool
) -> DryRun:
    """Return what an adjustment would change, and change nothing.

    With `keeps_higher` an attempt whose share of the marks would fall stays as it is.
    """
    names = _names(quiz_id)
    changes, unchanged = [], 0
    for attempt, rows in _attempts_asking(quiz_id, question_id):
        change = _change_of(attempt, rows, question_id, adjustment, names.get(attempt.learner_id, ""))
        if change is None or (keeps_higher and change.falls):
            unchanged += 1
        else:
            changes.append(change)
    changes.sort(key=lambda one: (not one.falls, one.name.casefold(), one.finished_at))
    told = [(str(one.attempt_id), one.before, one.after) for one in changes]
    digest = hashlib.blake2b(json.dumps(sorted(told), default=str).encode(), digest_size=12).hexdigest()
    return DryRun(tuple(changes), unchanged, digest)


def _attempts_asking(
    quiz_id: uuid.UUID, question_id: uuid.UUID
) -> Iterable[tuple[Attempt, list[tuple[AttemptResponse, dict[str, Any]]]]]:
    """Yield each closed attempt that asked the question, with all its responses."""
    asking = select(AttemptResponse.attempt_id).where(AttemptResponse.question_id == question_id)
    attempts = list(
        db.session.execute(
            select(Attempt)
            .where(
                Attempt.quiz_id == quiz_id,
                Attempt.state == AttemptState.CLOSED,
                Attempt.is_preview.is_(False),
                Attempt.id.in_(asking),
            )
            .execution_options(populate_existing=True)
        ).scalars()
    )
    rows: dict[uuid.UUID, list[tuple[AttemptResponse, dict[str, Any]]]] = {one.id: [] for one in attempts}
    for row, content in select_rows(quiz_id):
        if row.attempt_id in rows:
            rows[row.attempt_id].append((row, content))
    return [(one, rows[one.id]) for one in attempts]


def _change_of(
    attempt: Attempt,
    rows: list[tuple[AttemptResponse, dict[str, Any]]],
    question_id: uuid.UUID,
    adjustment: Adjustment,
    name: str,
) -> Change | None:
    """Return what the adjustment changes of one attempt; None if nothing."""
    rules = rules_from_dict(attempt.marking)
    before, after = [], []
    for row, content in rows:
        slot = slot_of(row, question_from_dict(content))
        # What stands now stays as it stands; only the one question is graded again.
        fixed = Outcome(row.outcome or Outcome.BLANK), row.score or 0.0
        standing = grade_slot(replace(slot, fixed=fixed), rules)
        before.append(standing)
        if row.question_id == question_id:
            # Not even what a check told the learner is fixed against a correction.
            after.append(grade_slot(replace(slot, fixed=None), rules, adjustment))
        else:
            after.append(standing)
    index = next(place for place, (row, _) in enumerate(rows) if row.question_id == question_id)
    was = _told(before[index], total_of(before, attempt.credit_percent))
    will_be = _told(after[index], total_of(after, attempt.credit_percent))
    if was == will_be or attempt.finished_at is None:
        return None
    return Change(
        attempt.learner_id, attempt.id, rows[index][0].position, name, attempt.finished_at, was, will_be
    )


def _told(graded: GradedSlot, total: tuple[float, float]) -> dict[str, Any]:
    return {
        "outcome": graded.outcome.value,
        "score": graded.score,
        "marks": graded.marks,
        "attempt_score": round(total[0], 9),
        "attempt_max": round(total[1], 9),
    }


def _share(told: dict[str, Any]) -> float:
    return float(told["attempt_score"] / told["attempt_max"]) if told["attempt_max"] else 0.0


def _names(quiz_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """Return what each taker of a quiz is called: as they wrote it for the instructor, or as their account is."""
    rows = db.session.execute(
        select(Attempt.learner_id, QuizTaker.name, User.name, User.email)
        .distinct()
        .join(Learner, Learner.id == Attempt.learner_id)
        .outerjoin(
            QuizTaker,
            and_(QuizTaker.learner_id == Attempt.learner_id, QuizTaker.quiz_id == Attempt.quiz_id),
        )
        .outerjoin(User, User.id == Learner.user_id)
        .where(Attempt.quiz_id == quiz_id)
    )
    return {learner_id: written or name or email or "A guest" for learner_id, written, name, email in rows}
