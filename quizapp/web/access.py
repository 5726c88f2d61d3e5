"""Who is asking: the user, the learner, and the guards of pages."""

from __future__ import annotations

import functools
import hashlib
import uuid
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import available_timezones

from flask import abort, current_app, g, request, session
from flask_security import current_user
from sqlalchemy import inspect, select

from quizapp import clock
from quizapp.database import connection_for_one, db, run_tx
from quizapp.models import Learner, User
from quizapp.models.users import find_learner_of_user
from quizapp.operations.accounts import make_learner
from quizapp.operations.statements import Statement, as_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

F = TypeVar("F", bound="Callable[..., Any]")
M = TypeVar("M", User, Learner)

#: Key of the session that holds the id of a guest's learner.
GUEST = "learner_id"
#: Key that holds the mark of the guest that was brought into the account: what it left unsent is the account's.
FORMER = "former_owner"
_KEPT = "kept_in"
_LEARNER_OF_USER = Statement(
    "SELECT l.id FROM users u JOIN learners l ON l.user_id = u.id WHERE u.fs_uniquifier = :uniquifier AND u.active"
)
_GUEST = Statement("SELECT id FROM learners WHERE id = :id AND user_id IS NULL")


def init_app(app: Flask) -> None:
    """Forget who asked when the request ends, so that nothing of one request reaches another."""
    app.teardown_request(lambda _problem: g.pop("learner", None))


def current_user_or_none() -> User | None:
    """Return the user who is logged in."""
    user = current_user._get_current_object()  # noqa: SLF001 - each word said to the proxy would look it up again
    return user if user is not None and user.is_authenticated else None


def current_learner(*, is_apart: bool = False) -> Learner | None:
    """Return the learner behind the request: the user's, or the guest's of this browser; None before a first POST.

    One who `is_apart` is unknown to the database's session, or let go of by it: settings stay readable, where the end
    of a transaction would have them fetched again.
    """
    found: Learner | None = g.learner if "learner" in g else _find_learner()
    if found is not None:
        found = _apart(found) if is_apart else in_session(found)
    g.learner = found
    return found


def in_session(found: M) -> M:
    """Return what was read beside the database's session as an object of it: the one it has, or else this one."""
    state = inspect(found)
    if not state.detached or state.key is None:
        return found
    known: Any = db.session.identity_map.get(state.key)
    if known is None:
        db.session.add(found)
    return known or found


def _apart(learner: Learner) -> Learner:
    if inspect(learner).persistent:
        db.session.expunge(learner)
    return learner


def _find_learner() -> Learner | None:
    user = current_user_or_none()
    if user is not None:
        # Whoever came by the session was found together with their learner.
        return g.learner if "learner" in g else find_learner_of_user(user.id)
    guest_id = guest_learner_id()
    if guest_id is None:
        return None
    if request.method == "GET":
        _keep_guest()
    return db.session.execute(
        select(Learner).where(Learner.id == guest_id, Learner.user_id.is_(None))
    ).scalar_one_or_none()


def _keep_guest() -> None:
    """Let the browser keep its guest for another year, once a month: only what was changed is sent again."""
    month = f"{clock.now():%Y-%m}"
    if session.get(_KEPT) != month:
        session[_KEPT] = month


def is_learner_gone() -> bool:
    """Return whether the learner that began this request is there no longer: merged into an account, or erased."""
    if g.get("learner") is None:
        return False
    db.session.rollback()
    (learner_id,) = inspect(g.learner).identity
    return db.session.execute(select(Learner.id).where(Learner.id == learner_id)).first() is None


def owner_tag(learner_id: uuid.UUID | None) -> str:
    """Return a mark of the learner that says nothing about them: what one left unsent is not sent as another's."""
    return "" if learner_id is None else hashlib.blake2b(learner_id.bytes, digest_size=6).hexdigest()


def former_owner() -> str:
    """Return the mark of the guest that was brought into the account in this browser, if one was."""
    return str(session.get(FORMER, ""))


def wants_json() -> bool:
    """Return whether a script asks, and not a page."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def guest_learner_id() -> uuid.UUID | None:
    """Return the id of this browser's guest, as its signed session holds it."""
    try:
        return uuid.UUID(session[GUEST])
    except (KeyError, ValueError, TypeError):
        return None


def ensure_learner(*, is_apart: bool = False) -> Learner:
    """Return the learner behind the request, making one on a first POST. Never call it on a GET.

    `is_apart` as in `current_learner`.
    """
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        raise AssertionError("a learner is made by a POST, never by a GET")
    found = current_learner(is_apart=is_apart)
    if found is not None:
        return found
    user = current_user_or_none()
    user_id = None if user is None else user.id
    now = clock.now()

    def unit() -> uuid.UUID:
        # Two first requests of one user at once must end with one learner.
        existing = None if user_id is None else find_learner_of_user(user_id)
        return (existing or make_learner(user_id=user_id, time_zone=posted_time_zone(), now=now)).id

    learner_id = run_tx(unit)
    if user_id is None:
        session[GUEST] = str(learner_id)
        session.permanent = True
    g.learner = db.session.get_one(Learner, learner_id)
    return _apart(g.learner) if is_apart else g.learner


def posted_time_zone() -> str:
    """Return the time zone that the browser told, or UTC."""
    given = request.form.get("time_zone", "")
    return given if given in available_timezones() else "UTC"


def require_learner(*, is_apart: bool = False) -> Learner:
    """Return the learner behind the request; a stranger gets 404, as for anything that is not theirs."""
    learner = current_learner(is_apart=is_apart)
    if learner is None:
        abort(404)
    return learner


def require_learner_id() -> uuid.UUID:
    """Return the id of the learner behind the request, by one query and without the objects; a stranger gets 404.

    For answers that are asked for many times a second and need nothing else of who asks. A session that was ended, or
    whose user is inactive, is a stranger's here as everywhere.
    """
    uniquifier = session.get("_user_id")
    guest_id = None if uniquifier else guest_learner_id()
    if uniquifier:
        statement, values = _LEARNER_OF_USER, {"uniquifier": uniquifier}
    elif guest_id is not None:
        statement, values = _GUEST, {"id": guest_id}
    else:
        abort(404)
    with connection_for_one() as connection:
        rows = statement.all_on(connection, values)
    if not rows:
        # A user who has no learner so far, or one who comes back by another way than the session.
        return require_learner(is_apart=True).id
    return as_id(rows[0][0])


def instructor_required(view: F) -> F:
    """Let instructors and administrators pass; send a guest to log in, refuse a learner."""

    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        user = current_user_or_none()
        if user is None:
            return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        if not user.is_instructor:
            abort(403)
        return view(*args, **kwargs)

    return guarded  # type: ignore[return-value]
