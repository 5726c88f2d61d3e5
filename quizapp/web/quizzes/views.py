"""The list of one's quizzes and attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from quizapp import clock
from quizapp.core import timing
from quizapp.core.attempts import AttemptState
from quizapp.core.disclosure import Item
from quizapp.models.quizzes import QuizKind
from quizapp.operations import quizzes
from quizapp.web.access import current_learner

if TYPE_CHECKING:
    import uuid

    from quizapp.models import Attempt, Quiz

bp = Blueprint("quizzes", __name__, url_prefix="/quizzes")

_PAGE = 20
_LAST_PAGE = 10_000
#: Quizzes of one's own on the first look.
_SHOWN = 12


@bp.get("/")
def index() -> str:
    """Show one's quizzes and attempts."""
    learner = current_learner()
    if learner is None:
        return render_template(
            "quizzes/index.html", own=[], taught=[], open_attempts=[], attempts=[], pages=0
        )
    learner_id = learner.id
    open_attempts = close_what_is_over(learner_id)
    page = min(max(1, request.args.get("page", 1, type=int)), _LAST_PAGE)
    attempts, total = quizzes.list_attempts(
        learner_id, state=AttemptState.CLOSED, limit=_PAGE, offset=(page - 1) * _PAGE
    )
    now = clock.now()
    there = quizzes.list_quizzes(learner_id, None)
    taught = [quiz for quiz in there if quiz.kind == QuizKind.TAUGHT]
    own = [quiz for quiz in there if quiz.kind == QuizKind.PERSONAL]
    permits = quizzes.permits_of(learner_id, taught, now)
    return render_template(
        "quizzes/index.html",
        own=own if "all" in request.args else own[:_SHOWN],
        hidden=0 if "all" in request.args else max(0, len(own) - _SHOWN),
        taught=[(quiz, permits[quiz.id]) for quiz in taught],
        open_quizzes={quiz.id: attempt.id for attempt, quiz in open_attempts},
        open_attempts=[
            (attempt, quiz, timing.remaining_seconds(now, attempt.deadline_at))
            for attempt, quiz in open_attempts
        ],
        attempts=attempts,
        page=page,
        pages=-(-total // _PAGE),
        now=now,
    )


@bp.app_template_global()
def shows_score(attempt: Attempt, quiz: Quiz) -> bool:
    """Return whether the score of an attempt may be seen by its learner now."""
    return Item.SCORE in quizzes.view_of(attempt, quiz, clock.now())


def close_what_is_over(learner_id: uuid.UUID) -> list[tuple[Attempt, Quiz]]:
    """Close this learner's attempts whose time ran out, and return those that go on."""
    rows, _ = quizzes.list_attempts(learner_id, state=AttemptState.OPEN, limit=200)
    over = [attempt for attempt, _ in rows if not timing.accepts(clock.now(), attempt.deadline_at)]
    if not over:
        return rows
    for attempt in over:
        quizzes.close_if_over(attempt, clock.now())
    return quizzes.list_attempts(learner_id, state=AttemptState.OPEN, limit=200)[0]
