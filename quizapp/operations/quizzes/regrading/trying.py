"""A regrade tried without a trace: each attempt whose score would change, from what and to what."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, select

from quizapp.database import db
from quizapp.models import Attempt, Learner, QuizTaker, User
from quizapp.operations.quizzes.regrading.reading import read_asked

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from quizapp.core.regrading import Adjustment
    from quizapp.operations.quizzes.regrading.reading import AskedIn

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
    for one in read_asked(quiz_id, question_id):
        change = _change_of(one, adjustment, names.get(one.learner_id, ""))
        if change is None or (keeps_higher and change.falls):
            unchanged += 1
        else:
            changes.append(change)
    changes.sort(key=lambda one: (not one.falls, one.name.casefold(), one.finished_at))
    told = [(str(one.attempt_id), one.before, one.after) for one in changes]
    digest = hashlib.blake2b(json.dumps(sorted(told), default=str).encode(), digest_size=12).hexdigest()
    return DryRun(tuple(changes), unchanged, digest)


def _change_of(one: AskedIn, adjustment: Adjustment, name: str) -> Change | None:
    """Return what the adjustment changes of one attempt; None if nothing."""
    was, will_be = one.told(one.standing), one.told(one.grade(adjustment))
    if was == will_be:
        return None
    return Change(one.learner_id, one.attempt_id, one.position, name, one.finished_at, was, will_be)


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
