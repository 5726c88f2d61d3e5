"""Servers with a planted fault, which the crash test must catch: `python -m benchmarks.crash_faults FAULT serve ...`."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from flask import current_app
from sqlalchemy import delete, insert, select

from quizapp.__main__ import main
from quizapp.core.attempts import Decision
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import AttemptEvent
from quizapp.operations import quizzes
from quizapp.operations.quizzes import Saved

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable
    from datetime import datetime

    from quizapp.core.attempts import Save

_LATE_SECONDS = 0.3
_save = quizzes.save_response


def _later(unit: Callable[[], Any]) -> None:
    """Run a unit in a transaction of its own, after the answer went out."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - outlives the request

    def work() -> None:
        time.sleep(_LATE_SECONDS)
        with app.app_context():
            run_tx(unit)

    threading.Thread(target=work, daemon=True).start()


def early(
    learner_id: uuid.UUID, attempt_id: uuid.UUID, position: int, sent: Save, now: datetime
) -> Saved | None:
    """Acknowledge a save before it is written."""
    _later(lambda: _save(learner_id, attempt_id, position, sent, now))
    return Saved(Decision.SAVE, sent.sequence, sent.content)


def doubled(
    learner_id: uuid.UUID, attempt_id: uuid.UUID, position: int, sent: Save, now: datetime
) -> Saved | None:
    """Record a save that comes again a second time."""
    done = _save(learner_id, attempt_id, position, sent, now)
    if done is not None and done.decision == Decision.DUPLICATE:
        _put(_saved_event(learner_id, attempt_id, position, sent.sequence))
    return done


def torn(
    learner_id: uuid.UUID, attempt_id: uuid.UUID, position: int, sent: Save, now: datetime
) -> Saved | None:
    """Write a response and its record in two transactions."""
    done = _save(learner_id, attempt_id, position, sent, now)
    if done is not None and done.decision == Decision.SAVE:
        event = _saved_event(learner_id, attempt_id, position, sent.sequence)
        db.session.execute(
            delete(AttemptEvent).where(AttemptEvent.learner_id == learner_id, AttemptEvent.id == event["id"])
        )
        _later(lambda: _put(event))
    return done


FAULTS = {"early": early, "doubled": doubled, "torn": torn}


def _saved_event(
    learner_id: uuid.UUID, attempt_id: uuid.UUID, position: int, sequence: int
) -> dict[str, Any]:
    rows = db.session.execute(
        select(AttemptEvent.__table__).where(
            AttemptEvent.learner_id == learner_id,
            AttemptEvent.attempt_id == attempt_id,
            AttemptEvent.position == position,
            AttemptEvent.kind == "saved",
        )
    ).mappings()
    return next(dict(row) for row in rows if row["detail"]["sequence"] == sequence)


def _put(event: dict[str, Any]) -> None:
    db.session.execute(insert(AttemptEvent).values({**event, "id": new_row_id()}))


def serve_with(fault: str) -> None:
    """Plant a fault and run the command with the words that follow its name."""
    quizzes.save_response = FAULTS[fault]
    sys.argv = ["quizapp", *sys.argv[2:]]
    main()


if __name__ == "__main__":
    serve_with(sys.argv[1])
