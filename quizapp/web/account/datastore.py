"""How Flask-Security reads and writes users: every write is one transaction of our own kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import g, session
from flask_security import SQLAlchemyUserDatastore
from flask_security.utils import set_request_attr
from sqlalchemy import bindparam, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import lazyload

from quizapp import clock
from quizapp.database import NotSavedError, db, run_tx
from quizapp.models import Learner, User

if TYPE_CHECKING:
    from flask_security import UserMixin

# Built once; the roles are asked for by few pages.
_WHO = (
    select(User, Learner)
    .outerjoin(Learner, Learner.user_id == User.id)
    .where(User.fs_uniquifier == bindparam("uniquifier"))
    .options(lazyload(User.roles))
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
    """Return the user of a session, with the learner of both in one query; None for one that ended or is inactive.

    A new `fs_uniquifier` ends all sessions there were.
    """
    found = db.session.execute(_WHO, {"uniquifier": uniquifier}).one_or_none() if uniquifier else None
    if found is None or not found.User.active:
        return None
    # What the extension's own loader notes of a session.
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    g.learner = found.Learner
    user: User = found.User
    return user


def _change(user_id: object, changes: dict[str, Any]) -> None:
    user = db.session.get_one(User, user_id)
    for name, value in changes.items():
        setattr(user, name, value)
