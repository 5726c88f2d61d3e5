"""The parts of an export: profile, settings, and a list of rows for each table, read a few thousand at a time."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from quizapp.database import db
from quizapp.models import Learner, User
from quizapp.operations.accounts.export.cells import plain
from quizapp.operations.accounts.export.secrecy import Closed, find_closed
from quizapp.operations.accounts.export.tables import own_sets, select_parts
from quizapp.operations.accounts.users import role_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Select

FORMAT: Final = "quizapp-learner-2"
_AT_ONCE: Final = 2000


@dataclass(frozen=True, slots=True)
class Part:
    """One list of an export: its columns and its rows, which are read while they are taken."""

    name: str
    columns: tuple[str, ...]
    statement: Select[Any]
    closed: Closed

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows as plain values, without what would tell the key of a question that an open quiz asks."""
        # Closed by whoever stops in between too: the database keeps the rest ready until then.
        with closing(db.session.execute(self.statement.execution_options(yield_per=_AT_ONCE))) as found:
            for values in found:
                row = {name: plain(value) for name, value in zip(self.columns, values, strict=True)}
                self.closed.keep_back(self.name, row)
                yield row


def open_parts(learner_id: uuid.UUID | None) -> list[Part]:
    """Return the lists of a learner, none of them read yet."""
    closed = find_closed(learner_id)
    return [
        Part(name, tuple(column.name for column in statement.selected_columns), statement, closed)
        for name, statement in select_parts(learner_id).items()
    ]


def collect_heads(learner_id: uuid.UUID | None, user_id: uuid.UUID | None, now: datetime) -> dict[str, Any]:
    """Return what an export says beside its lists: format, moment, profile and settings."""
    user = None if user_id is None else db.session.get_one(User, user_id)
    learner = None if learner_id is None else db.session.get_one(Learner, learner_id)
    return {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "profile": None if user is None else _profile(user),
        "settings": None if learner is None else _settings(learner),
    }


def collect(learner_id: uuid.UUID | None, user_id: uuid.UUID | None, now: datetime) -> dict[str, Any]:
    """Return everything of a learner and its user as plain values, ready for JSON, all in memory.

    Nothing of it tells the key of a question that somebody else wrote: facts appear as what is asked.
    """
    return {
        **collect_heads(learner_id, user_id, now),
        **{part.name: list(part.rows()) for part in open_parts(learner_id)},
        "question_sets": [] if user_id is None else own_sets(user_id),
    }


def _profile(user: User) -> dict[str, Any]:
    return {
        "email": user.email,
        "name": user.name,
        "role": role_of(user).value,
        "created_at": user.created_at.isoformat(),
        "confirmed_at": None if user.confirmed_at is None else user.confirmed_at.isoformat(),
    }


def _settings(learner: Learner) -> dict[str, Any]:
    names = (column.name for column in Learner.__table__.columns)
    # Whoever has the key of the calendar reads the calendar.
    hidden = {"id", "user_id", "calendar_key"}
    return {name: plain(getattr(learner, name)) for name in names if name not in hidden}
