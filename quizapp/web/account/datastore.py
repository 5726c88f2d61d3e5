"""How Flask-Security reads and writes users: every write is one transaction of our own kind."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from flask import g, session
from flask_security import SQLAlchemyUserDatastore
from flask_security.utils import set_request_attr
from sqlalchemy import Float, Integer, inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import make_transient_to_detached

from quizapp import clock
from quizapp.database import NotSavedError, connection_for_one, db, run_tx
from quizapp.models import Learner, User
from quizapp.operations.statements import Statement
from quizapp.web.access import in_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask_security import UserMixin
    from sqlalchemy import Dialect

M = TypeVar("M", User, Learner)

# All columns of both, in their order; every request of whoever has logged in begins with it.
_WHO = Statement(
    f"SELECT {', '.join(f'u.{column.name}' for column in User.__table__.columns)}, "  # noqa: S608
    f"{', '.join(f'l.{column.name}' for column in Learner.__table__.columns)} "
    "FROM users u LEFT JOIN learners l ON l.user_id = u.id WHERE u.fs_uniquifier = :uniquifier"
)


class Datastore(SQLAlchemyUserDatastore):
    """Writes a user at once when it is put.

    The extension reads, hashes and commits at the end of the request; on SQLite such a read that turns into a write
    fails when another writer came between, and hashing with the lock held would keep all others waiting.
    """

    def create_user(self, **kwargs: Any) -> UserMixin:
        """Make a user."""
        kwargs.setdefault("created_at", clock.now())
        return super().create_user(**kwargs)

    def put(self, model: Any) -> Any:
        """Write a new user, or what changed in one that is there.

        Raises `NotSavedError` where the address was taken while the form was on its way.
        """
        state = inspect(model)
        changes = {item.key: item.value for item in state.attrs if item.history.has_changes()}
        try:
            if state.transient:
                run_tx(lambda: db.session.add(model))
            elif changes:
                user_id = model.id
                run_tx(lambda: _change(user_id, changes))
        except IntegrityError as problem:
            raise NotSavedError("This e-mail address was taken a moment ago.") from problem
        return model

    def commit(self) -> None:
        """Do nothing: `put` wrote all there was."""


def load_user(uniquifier: str) -> User | None:
    """Return the user of a session, and note its learner, by one plain query; None for one that ended or is inactive.

    A new `fs_uniquifier` ends all sessions there were. The learner stays apart from the database's session until a page
    asks for more than its settings (`access`).
    """
    if not uniquifier:
        return None
    with connection_for_one() as connection:
        rows = _WHO.all_on(connection, {"uniquifier": uniquifier})
        dialect = connection.dialect
    if not rows:
        return None
    size = len(User.__table__.columns)
    user = _made(User, rows[0][:size], dialect)
    if user is None or not user.active:
        return None
    # What the extension's own loader notes of a session.
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    g.learner = _made(Learner, rows[0][size:], dialect)
    return in_session(user)


def _made(model: type[M], row: Sequence[Any], dialect: Dialect) -> M | None:
    """Return the object of a row, apart from any session; None for a row that is not there."""
    names, readers = _columns(model, dialect)
    values = {
        name: value if read is None or value is None else read(value)
        for name, read, value in zip(names, readers, row, strict=True)
    }
    if values["id"] is None:
        return None
    made = model()
    inspect(made).dict.update(values)
    make_transient_to_detached(made)
    return made


@lru_cache(maxsize=8)
def _columns(model: type[M], dialect: Dialect) -> tuple[Sequence[str], Sequence[Any]]:
    """Return the names of a model's columns, and what makes a value of Python of what the driver gives; None is nothing."""
    columns = model.__table__.columns
    return (
        [inspect(model).get_property_by_column(column).key for column in columns],
        [
            # Every driver gives numbers as numbers.
            None
            if isinstance(column.type, Float | Integer)
            else column.type.dialect_impl(dialect).result_processor(dialect, None)
            for column in columns
        ],
    )


def _change(user_id: object, changes: dict[str, Any]) -> None:
    user = db.session.get_one(User, user_id)
    for name, value in changes.items():
        setattr(user, name, value)
