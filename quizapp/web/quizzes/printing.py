"""One's own quiz on paper, in versions, and its keys apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template

from quizapp.models.quizzes import QuizKind
from quizapp.operations import quizzes
from quizapp.web.access import require_learner
from quizapp.web.papers import papers_asked_for
from quizapp.web.quizzes.views import bp

if TYPE_CHECKING:
    import uuid


@bp.get("/<uuid:quiz_id>/print", endpoint="print")
def print_papers(quiz_id: uuid.UUID) -> str:
    """Show the papers."""
    return _page(quiz_id, shows_key=False)


@bp.get("/<uuid:quiz_id>/print/key")
def print_key(quiz_id: uuid.UUID) -> str:
    """Show their keys."""
    return _page(quiz_id, shows_key=True)


def _page(quiz_id: uuid.UUID, *, shows_key: bool) -> str:
    found = quizzes.find_quiz(require_learner().id, quiz_id)
    if found is None or found[0].kind != QuizKind.PERSONAL:
        abort(404)
    made = papers_asked_for(found[0], "quizzes.print", "quizzes.print_key", shows_key=shows_key)
    return render_template("quizzes/print.html", quiz=found[0], made=made)
