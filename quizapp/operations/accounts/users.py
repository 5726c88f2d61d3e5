"""Users as an administrator sees them: made, given a role, listed."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sqlalchemy import select

from quizapp.database import db
from quizapp.models import User
from quizapp.models.users import RoleName, find_role, find_user_by_email

if TYPE_CHECKING:
    from datetime import datetime


class AddressTakenError(Exception):
    """An account with this address exists already."""


class NoSuchUserError(Exception):
    """No account has this address."""


def create_user(*, email: str, password_hash: str, name: str, role: RoleName, now: datetime) -> User:
    """Make an account whose address counts as confirmed; `email` is normalised. Flushes.

    Raises `AddressTakenError`.
    """
    if find_user_by_email(email) is not None:
        raise AddressTakenError
    user = User(
        email=email,
        name=name,
        password=password_hash,
        active=True,
        fs_uniquifier=uuid.uuid4().hex,
        confirmed_at=now,
        created_at=now,
    )
    db.session.add(user)
    _give(user, role)
    return user


def change_role(email: str, role: RoleName) -> User:
    """Give the account with this (normalised) address exactly one role. Flushes. Raises `NoSuchUserError`."""
    user = find_user_by_email(email)
    if user is None:
        raise NoSuchUserError
    _give(user, role)
    return user


def list_users() -> list[User]:
    """Return all accounts by address."""
    return list(db.session.execute(select(User).order_by(User.email)).scalars())


def role_of(user: User) -> RoleName:
    """Return the role that decides what a user may do."""
    if user.is_administrator:
        return RoleName.ADMINISTRATOR
    return RoleName.INSTRUCTOR if user.is_instructor else RoleName.LEARNER


def _give(user: User, role: RoleName) -> None:
    user.roles = [] if role == RoleName.LEARNER else [find_role(role)]
    db.session.flush()
