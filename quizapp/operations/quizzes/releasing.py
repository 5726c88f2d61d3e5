"""Release: the moment from which an attempt is no secret any more, planned when it closes and moved with its quiz."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from quizapp.core.attempts import AttemptState
from quizapp.core.disclosure import disclosure_from_dict, releases_at
from quizapp.database import db, run_tx
from quizapp.models import Attempt, Quiz
from quizapp.operations.quizzes.events import Event, record_own
from quizapp.operations.statements import Statement, as_id, as_moment

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

#: Attempts released in one transaction.
_BATCH: Final = 100

_DUE: Final = Statement(
    "SELECT learner_id, id FROM attempts WHERE released_at IS NULL AND releases_at <= :now "
    "ORDER BY releases_at LIMIT :count"
)
_TERMS: Final = Statement(
    "SELECT a.finished_at, q.closes_at, q.shows FROM attempts a JOIN quizzes q ON q.id = a.quiz_id "
    "WHERE a.learner_id = :learner_id AND a.id = :attempt_id"
)
_RELEASE: Final = Statement(
    "UPDATE attempts SET released_at = :now, reviewed_at = coalesce(reviewed_at, :reviewed_at) "
    "WHERE learner_id = :learner_id AND id = :attempt_id AND state = 'closed' AND released_at IS NULL "
    "AND releases_at <= :now RETURNING id"
)

log = logging.getLogger("quizapp.quizzes")


def release_if_due(attempt: Attempt, now: datetime) -> bool:
    """Release a closed attempt whose moment has come; returns whether it is released. Has its own transaction."""
    if attempt.state != AttemptState.CLOSED:
        return False
    if attempt.released_at is not None:
        return True
    if attempt.releases_at is None or attempt.releases_at > now:
        return False
    learner_id, attempt_id = attempt.learner_id, attempt.id
    run_tx(lambda: _release([(learner_id, attempt_id)], now))
    db.session.refresh(attempt)
    return attempt.released_at is not None


def release_due(now: datetime) -> int:
    """Release every attempt whose moment has come; returns how many were released.

    Reads across learners, by the index of coming releases. One that fails is logged and does not keep the others waiting.
    """
    released = 0
    tried: set[tuple[uuid.UUID, uuid.UUID]] = set()
    while True:
        rows = _DUE.all({"now": now, "count": _BATCH + len(tried)})
        part = [one for row in rows if (one := (as_id(row.learner_id), as_id(row.id))) not in tried]
        if not part:
            return released
        tried.update(part)
        try:
            released += run_tx(lambda part=part: _release(part, now))  # type: ignore[misc]
        except Exception:  # noqa: BLE001 - which of them it was shows below
            released += _release_singly(part, now)


def reschedule_release(quiz_id: uuid.UUID, now: datetime) -> int:
    """Plan anew when the closed attempts of a quiz are released, after its close or what it shows changed.

    Returns how many moved; what is due by now is released with the next touch or sweep. Call it inside `run_tx`.
    """
    quiz = db.session.get_one(Quiz, quiz_id, populate_existing=True)
    rows = db.session.execute(
        select(Attempt)
        .where(
            Attempt.quiz_id == quiz_id,
            Attempt.state == AttemptState.CLOSED,
            Attempt.released_at.is_(None),
        )
        .execution_options(populate_existing=True)
    ).scalars()
    moved = 0
    for attempt in rows.all():
        if attempt.finished_at is None:
            raise AssertionError("what is closed has ended")
        at, _ = releases_at(quiz.disclosure, attempt.finished_at, quiz.closes_at)
        # What would have been due is due now: it was a secret until then.
        at = max(at, now) if at != attempt.releases_at else at
        moved += attempt.releases_at != at
        attempt.releases_at = at
    db.session.flush()
    return moved


def _release(part: Sequence[tuple[uuid.UUID, uuid.UUID]], now: datetime) -> int:
    released = 0
    for learner_id, attempt_id in part:
        key = {"learner_id": learner_id, "attempt_id": attempt_id}
        terms = _TERMS.first(key)
        if terms is None or terms.finished_at is None:
            continue
        shows = json.loads(terms.shows) if isinstance(terms.shows, str) else terms.shows
        closes_at = None if terms.closes_at is None else as_moment(terms.closes_at)
        _, teaches = releases_at(disclosure_from_dict(shows), as_moment(terms.finished_at), closes_at)
        # Where nothing ever tells right from wrong there is nothing to review.
        values: dict[str, Any] = {**key, "now": now, "reviewed_at": None if teaches else now}
        if _RELEASE.first(values) is not None:
            record_own(learner_id, attempt_id, Event.RELEASED, now)
            released += 1
    return released


def _release_singly(part: Sequence[tuple[uuid.UUID, uuid.UUID]], now: datetime) -> int:
    released = 0
    for learner_id, attempt_id in part:
        try:
            released += run_tx(lambda one=(learner_id, attempt_id): _release([one], now))  # type: ignore[misc]
        except Exception:
            db.session.rollback()
            log.exception("attempt %s could not be released", attempt_id)
    return released
