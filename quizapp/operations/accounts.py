"""Learners and their accounts: made, promoted, merged, exported, erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quizapp.core.study_days import study_day
from quizapp.database import db
from quizapp.models import Learner

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

_ROLLOVER_HOUR = 4


def make_learner(*, user_id: uuid.UUID | None, time_zone: str, now: datetime) -> Learner:
    """Make a learner, a guest where `user_id` is None; flushes."""
    learner = Learner(
        user_id=user_id,
        created_at=now,
        seen_on=study_day(now, time_zone, _ROLLOVER_HOUR),
        time_zone=time_zone,
        rollover_hour=_ROLLOVER_HOUR,
    )
    db.session.add(learner)
    db.session.flush()
    return learner
