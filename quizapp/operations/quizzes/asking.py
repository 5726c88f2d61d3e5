"""What saving a response asks of the database: one question's place and its attempt, in one statement and without its key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from quizapp.core.attempts import AttemptState
from quizapp.database import connection_for_one
from quizapp.operations.statements import Statement, as_content, as_moment

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import datetime

_FIND: Final = Statement(
    "SELECT a.state, a.deadline_at, a.navigation, a.turn, a.checks, a.marking, r.form, r.option_order, r.response, "
    "r.certainty, r.sequence, r.closes_at, r.checked_at "
    "FROM responses r JOIN attempts a ON a.learner_id = r.learner_id AND a.id = r.attempt_id "
    "WHERE r.learner_id = :learner_id AND r.attempt_id = :attempt_id AND r.position = :position"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question's place in an attempt with what decides about a response to it; nothing of the question itself.

    `turn` is the only question that can be seen, where one cannot go back. `closes_at` ends the time of this question.
    """

    position: int
    is_open: bool
    deadline_at: datetime | None
    navigation: str
    turn: int | None
    checks: bool
    asks_certainty: bool
    form: str
    option_order: tuple[str, ...]
    given: Mapping[str, Any] | None
    certainty: int | None
    sequence: int
    closes_at: datetime | None
    is_checked: bool

    def is_fixed(self, now: datetime) -> bool:
        """Return whether its response can change no more: it was checked, or its own time is over."""
        return self.is_checked or (self.closes_at is not None and now >= self.closes_at)

    @property
    def is_its_turn(self) -> bool:
        """Whether it can be seen and saved now."""
        return self.turn is None or self.turn == self.position


def find_asked(learner_id: uuid.UUID, attempt_id: uuid.UUID, position: int) -> Asked | None:
    """Return one question's place in an attempt of this learner; None if there is none."""
    place = {"learner_id": learner_id, "attempt_id": attempt_id, "position": position}
    with connection_for_one() as connection:
        rows = _FIND.all_on(connection, place)
    if not rows:
        return None
    row = rows[0]
    return Asked(
        position=position,
        is_open=row.state == AttemptState.OPEN,
        deadline_at=_moment(row.deadline_at),
        navigation=row.navigation,
        turn=row.turn,
        checks=bool(row.checks),
        asks_certainty=bool(as_content(row.marking).get("certainty")),
        form=row.form,
        option_order=tuple(_read(row.option_order)),
        given=None if row.response is None else _read(row.response),
        certainty=row.certainty,
        sequence=row.sequence,
        closes_at=_moment(row.closes_at),
        is_checked=row.checked_at is not None,
    )


def _moment(value: Any) -> datetime | None:
    return None if value is None else as_moment(value)


def _read(value: Any) -> Any:
    return json.loads(value) if type(value) is str else value
