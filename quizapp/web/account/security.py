"""How Flask-Security is bound to the application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_security import SQLAlchemyUserDatastore

from quizapp.extensions import db, security
from quizapp.models import Role, User

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: Flask) -> None:
    """Bind accounts to the application."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of an algorithm
        SECURITY_PASSWORD_SALT="argon2 makes its own",  # noqa: S106 - asked for by the extension, unused by argon2
        SECURITY_REGISTERABLE=True,
        SECURITY_RECOVERABLE=True,
        SECURITY_CHANGEABLE=True,
        SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS=False,
    )
    security.init_app(app, SQLAlchemyUserDatastore(db, User, Role))
