"""Whose quiz it is: what every page of one quiz asks first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort

from quizapp.database import db
from quizapp.models import Quiz
from quizapp.web.access import current_user_or_none

if TYPE_CHECKING:
    import uuid

    from quizapp.models import User


def current_teacher() -> User:
    """Return the instructor behind the request."""
    user = current_user_or_none()
    if user is None:
        abort(403)
    return user


def editable_quiz(quiz_id: uuid.UUID) -> Quiz:
    """Return the quiz if this user may set and watch it; personal quizzes and those of others are not found."""
    quiz = db.session.get(Quiz, quiz_id)
    if quiz is None or not quiz.can_edit(current_user_or_none()):
        abort(404)
    return quiz
