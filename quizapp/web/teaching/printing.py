"""A quiz on paper, in versions, and its keys apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from quizapp.web.access import instructor_required
from quizapp.web.papers import papers_asked_for
from quizapp.web.teaching.access import editable_quiz
from quizapp.web.teaching.views import bp

if TYPE_CHECKING:
    import uuid


@bp.get("/quizzes/<uuid:quiz_id>/print", endpoint="print")
@instructor_required
def print_papers(quiz_id: uuid.UUID) -> str:
    """Show the papers to hand out."""
    return _page(quiz_id, shows_key=False)


@bp.get("/quizzes/<uuid:quiz_id>/print/key")
@instructor_required
def print_key(quiz_id: uuid.UUID) -> str:
    """Show the keys of the papers."""
    return _page(quiz_id, shows_key=True)


def _page(quiz_id: uuid.UUID, *, shows_key: bool) -> str:
    quiz = editable_quiz(quiz_id)
    made = papers_asked_for(quiz, "teaching.print", "teaching.print_key", shows_key=shows_key)
    return render_template("teaching/print.html", quiz=quiz, made=made)
