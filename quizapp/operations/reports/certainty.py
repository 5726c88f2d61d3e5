"""How certain a learner said to be in quizzes, against how often that was right."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from quizapp.core.certainty import Level, Stated, sum_levels
from quizapp.core.disclosure import Item
from quizapp.core.marking import rules_from_dict
from quizapp.database import db
from quizapp.models import Attempt, AttemptResponse, Quiz
from quizapp.operations.quizzes.results import JUDGED, stated_of, view_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class CertaintyTake:
    """One attempt in which certainty was stated, with its levels."""

    attempt_id: uuid.UUID
    title: str
    finished_at: datetime
    levels: list[Level]


@dataclass(frozen=True, slots=True)
class CertaintyReport:
    """All responses with a certainty by level, the most certain first, and the attempts, the last first."""

    levels: list[Level]
    takes: list[CertaintyTake]


def load_certainty(learner_id: uuid.UUID, now: datetime, limit: int = 50) -> CertaintyReport:
    """Return what the last closed attempts with certainty marking say; those whose scores are not shown are left out."""
    shown = {
        attempt.id: (attempt, quiz)
        for attempt, quiz in _list_attempts(learner_id)
        if rules_from_dict(attempt.marking).certainty and Item.SCORE in view_of(attempt, quiz, now)
    }
    kept = dict(list(shown.items())[:limit])
    stated = _load_stated(learner_id, list(kept))
    takes = [
        CertaintyTake(
            attempt.id, quiz.title, attempt.finished_at or attempt.started_at, sum_levels(stated[attempt.id])
        )
        for attempt, quiz in kept.values()
        if attempt.id in stated
    ]
    return CertaintyReport(sum_levels(one for part in stated.values() for one in part), takes)


def _list_attempts(learner_id: uuid.UUID) -> Iterator[tuple[Attempt, Quiz]]:
    rows = db.session.execute(
        select(Attempt, Quiz)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(Attempt.learner_id == learner_id, Attempt.state == "closed", Attempt.is_preview.is_(False))
        .order_by(Attempt.finished_at.desc(), Attempt.id.desc())
    )
    return ((attempt, quiz) for attempt, quiz in rows)


def _load_stated(learner_id: uuid.UUID, attempt_ids: list[uuid.UUID]) -> dict[uuid.UUID, list[Stated]]:
    rows = db.session.execute(
        select(AttemptResponse)
        .where(
            and_(AttemptResponse.learner_id == learner_id, AttemptResponse.attempt_id.in_(attempt_ids)),
            AttemptResponse.outcome.in_(JUDGED),
        )
        .order_by(AttemptResponse.attempt_id, AttemptResponse.position)
    ).scalars()
    return {
        attempt_id: [stated_of(row) for row in part]
        for attempt_id, part in groupby(rows, lambda row: row.attempt_id)
    }
