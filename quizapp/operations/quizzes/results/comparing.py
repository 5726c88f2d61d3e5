"""An attempt among the others that its learner made at the same quiz."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from quizapp.core.attempts import AttemptState
from quizapp.core.marking import Scoring, score_of_attempts
from quizapp.database import db
from quizapp.models import Attempt, AttemptResponse

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from quizapp.models import Quiz


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """One closed attempt at a quiz, numbered from 1; `share` is None where nothing was scored."""

    attempt_id: uuid.UUID
    number: int
    finished_at: datetime
    seconds: float
    score: float
    max_score: float
    is_this: bool
    counts: bool

    @property
    def share(self) -> float | None:
        """The share reached, 0 to 1."""
        return self.score / self.max_score if self.max_score else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All closed attempts at a quiz in the order in which they began, and the share that counts of them, 0 to 1.

    `before` tells for each question of this attempt how the last earlier one that asked it found it.
    """

    takes: list[Take]
    scoring: Scoring
    share: float | None
    before: dict[uuid.UUID, str]

    @property
    def this(self) -> Take:
        """The attempt that is looked at."""
        return next(take for take in self.takes if take.is_this)


def compare(attempt: Attempt, quiz: Quiz) -> Comparison:
    """Return a closed attempt among its learner's other closed ones at the quiz; previews are none of them."""
    closed = db.session.execute(
        select(Attempt)
        .where(
            Attempt.learner_id == attempt.learner_id,
            Attempt.quiz_id == attempt.quiz_id,
            Attempt.state == AttemptState.CLOSED,
            Attempt.is_preview.is_(False),
        )
        .order_by(Attempt.started_at, Attempt.id)
    ).scalars()
    scoring = Scoring(quiz.scoring)
    attempts = list(closed)
    shares = [(one.score or 0.0) / one.max_score for one in attempts if one.max_score]
    counting = score_of_attempts(shares, scoring)
    takes = [
        Take(
            attempt_id=one.id,
            number=number,
            finished_at=one.finished_at or one.started_at,
            seconds=((one.finished_at or one.started_at) - one.started_at).total_seconds(),
            score=one.score or 0.0,
            max_score=one.max_score or 0.0,
            is_this=one.id == attempt.id,
            counts=False,
        )
        for number, one in enumerate(attempts, 1)
    ]
    return Comparison(_mark(takes, scoring, counting), scoring, counting, _list_before(attempt))


def _mark(takes: list[Take], scoring: Scoring, share: float | None) -> list[Take]:
    """Mark the one attempt that counts; of an average there is none."""
    scored = [take for take in takes if take.share is not None]
    if not scored or scoring == Scoring.AVERAGE:
        return takes
    by_place = {Scoring.FIRST: scored[0], Scoring.LAST: scored[-1]}
    counting = by_place.get(scoring) or next(take for take in scored if take.share == share)
    return [replace(take, counts=take is counting) for take in takes]


def _list_before(attempt: Attempt) -> dict[uuid.UUID, str]:
    asked = select(AttemptResponse.question_id).where(
        AttemptResponse.learner_id == attempt.learner_id, AttemptResponse.attempt_id == attempt.id
    )
    rows = db.session.execute(
        select(AttemptResponse.question_id, AttemptResponse.outcome)
        .join(
            Attempt,
            and_(Attempt.learner_id == AttemptResponse.learner_id, Attempt.id == AttemptResponse.attempt_id),
        )
        .where(
            AttemptResponse.learner_id == attempt.learner_id,
            AttemptResponse.question_id.in_(asked),
            AttemptResponse.outcome.is_not(None),
            Attempt.learner_id == attempt.learner_id,
            Attempt.quiz_id == attempt.quiz_id,
            Attempt.state == AttemptState.CLOSED,
            Attempt.is_preview.is_(False),
            or_(
                Attempt.started_at < attempt.started_at,
                and_(Attempt.started_at == attempt.started_at, Attempt.id < attempt.id),
            ),
        )
        .order_by(Attempt.started_at, Attempt.id)
    )
    # The last one stays.
    return {row.question_id: str(row.outcome) for row in rows}
