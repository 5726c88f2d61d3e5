"""Saving a response: one statement decides and writes, and neither the question nor its key is ever looked at."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from quizapp.core import timing
from quizapp.core.attempts import AttemptState, AttemptView, Decision, QuestionView, Save, may_save
from quizapp.operations.quizzes.events import Event, record_own
from quizapp.operations.statements import Statement, as_id, as_moment

if TYPE_CHECKING:
    from datetime import datetime

_GRACE: Final = timedelta(seconds=timing.GRACE_SECONDS)
# The rule of `core.attempts.may_save`: nothing can come between looking at the clock and saving.
_SAVE: Final = Statement(
    "UPDATE responses SET response = :content, certainty = :certainty, sequence = :sequence, save_key = :key, "
    "responded_at = :now "
    "WHERE learner_id = :learner_id AND attempt_id = :attempt_id AND position = :position "
    "AND sequence < :sequence AND (save_key IS NULL OR save_key <> :key) AND checked_at IS NULL "
    "AND (closes_at IS NULL OR closes_at >= :since) AND EXISTS (SELECT 1 FROM attempts a "
    "WHERE a.learner_id = :learner_id AND a.id = :attempt_id AND a.state = 'open' "
    "AND (a.deadline_at IS NULL OR a.deadline_at >= :since) AND (a.turn IS NULL OR a.turn = :position)) "
    "RETURNING sequence"
)
_KEPT: Final = Statement(
    "SELECT a.state, a.deadline_at, a.turn, r.closes_at, r.checked_at, r.save_key, r.sequence, r.response, r.certainty "
    "FROM responses r JOIN attempts a ON a.learner_id = r.learner_id AND a.id = r.attempt_id "
    "WHERE r.learner_id = :learner_id AND r.attempt_id = :attempt_id AND r.position = :position"
)
#: Refusals that an instructor may be asked about, and what they are recorded as.
_RECORDED: Final = {
    Decision.STALE: Event.OVERTAKEN,
    Decision.CLOSED: Event.LATE,
    Decision.NOT_ITS_TURN: Event.LATE,
    Decision.QUESTION_OVER: Event.LATE,
}


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a save: the decision, and the sequence, the response and the certainty that are kept now."""

    decision: Decision
    sequence: int
    kept: object
    certainty: int | None = None


def save_response(
    learner_id: uuid.UUID, attempt_id: uuid.UUID, position: int, sent: Save, now: datetime
) -> Saved | None:
    """Save a response if `core.attempts.may_save` allows it; call it inside `run_tx`.

    Returns what became of it; None if the learner has no such attempt or position. A save and each refusal for being
    late or overtaken are recorded, once for each key.
    """
    place = {"learner_id": learner_id, "attempt_id": attempt_id, "position": position}
    saved = _SAVE.first(
        {
            **place,
            "content": None if sent.content is None else json.dumps(sent.content),
            "certainty": sent.certainty,
            "sequence": sent.sequence,
            "key": sent.key,
            "now": now,
            "since": now - _GRACE,
        }
    )
    if saved is not None:
        record_own(learner_id, attempt_id, Event.SAVED, now, position=position, detail=_detail(sent))
        return Saved(Decision.SAVE, sent.sequence, sent.content, sent.certainty)
    kept = _KEPT.first(place)
    if kept is None:
        return None
    last = _last_of(kept)
    attempt = AttemptView(AttemptState(kept.state), _moment(kept.deadline_at), kept.turn)
    question = QuestionView(position, _moment(kept.closes_at), kept.checked_at is not None, last)
    decision = may_save(attempt, question, now, sent)
    if decision == Decision.SAVE:
        raise AssertionError("the statement and the rule decide alike")
    if decision in _RECORDED:
        kind = _RECORDED[decision]
        # However often a browser tries again, one refusal is one.
        once = uuid.uuid5(attempt_id, f"{kind}.{sent.key}")
        detail = {**_detail(sent), "why": decision.value}
        record_own(learner_id, attempt_id, kind, now, position=position, detail=detail, event_id=once)
    if last is None:
        return Saved(decision, kept.sequence, None)
    return Saved(decision, last.sequence, last.content, last.certainty)


def _last_of(kept: Any) -> Save | None:
    if kept.save_key is None:
        return None
    content = json.loads(kept.response) if isinstance(kept.response, str) else kept.response
    return Save(as_id(kept.save_key), kept.sequence, content, kept.certainty)


def _detail(sent: Save) -> dict[str, Any]:
    told: dict[str, Any] = {"sequence": sent.sequence, "given": sent.content}
    return told if sent.certainty is None else {**told, "certainty": sent.certainty}


def _moment(value: Any) -> datetime | None:
    return None if value is None else as_moment(value)
