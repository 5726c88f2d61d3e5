"""What posts of the player have in common: refusing, whose page it was, and what the player's script needs to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, current_app, flash, jsonify, redirect, request, url_for
from sqlalchemy import select

from quizapp import clock
from quizapp.database import db
from quizapp.models import Fact, QuestionSet
from quizapp.models.question_sets import SetState
from quizapp.operations.attempt_secrecy import find_closed_facts
from quizapp.web.access import current_user_or_none, former_owner, owner_tag, wants_json
from quizapp.web.study.forms import read_have, read_want
from quizapp.web.study.player import AHEAD, load_page
from quizapp.web.study.scopes import named_scope, open_scope
from quizapp.web.study.views import bp

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Iterable

    from werkzeug.wrappers.response import Response

    from quizapp.models import Learner
    from quizapp.web.study.player import Page
    from quizapp.web.study.scopes import Scope

_ELSEWHERE = (
    "This page was opened by someone else on this browser. Nothing was saved; reload the page to go on."
)
_IN_QUIZ = (
    "This fact is asked in your open quiz. Nothing was saved; its card comes back when the quiz is over."
)


class NotTakenError(Exception):
    """A post that changes nothing: `state` tells the player's script, the message tells the learner."""

    def __init__(self, message: str, state: str, code: int = 409) -> None:
        super().__init__(message)
        self.message = message
        self.state = state
        self.code = code


@bp.errorhandler(NotTakenError)
def tell_why(problem: NotTakenError) -> Response | tuple[Response, int]:
    """Tell why nothing was changed, and lead back to where the post came from."""
    if wants_json():
        return jsonify(state=problem.state, error=problem.message), problem.code
    flash(problem.message, "info" if problem.state == "conflict" else "error")
    if request.form.get("from") == "home":
        return redirect(url_for("home.index"), 303)
    return redirect(named_scope(request.form).url(), 303)


def check_owner(learner: Learner | None) -> None:
    """Refuse what a page made for another learner sends; one made for a visitor is anybody's."""
    owner = request.form.get("owner", "")
    if owner and owner not in {owner_tag(None if learner is None else learner.id), former_owner()}:
        raise NotTakenError(_ELSEWHERE, "other-learner")


def find_set_of(fact_id: uuid.UUID) -> uuid.UUID:
    """Return the set of a fact; 404 unless it is one that may be studied."""
    row = db.session.execute(
        select(QuestionSet.id, QuestionSet.state, Fact.treatment)
        .join(Fact, Fact.question_set_id == QuestionSet.id)
        .where(Fact.id == fact_id)
    ).one_or_none()
    if row is None or row.treatment == "exclude":
        abort(404)
    question_set_id: uuid.UUID = row.id
    if row.state == SetState.DRAFT:
        made = db.session.get_one(QuestionSet, question_set_id)
        if not made.can_see(current_user_or_none()):
            abort(404)
    return question_set_id


def check_open_quizzes(learner: Learner | None, fact_ids: Iterable[uuid.UUID]) -> None:
    """Refuse what concerns a fact that an open quiz of the learner asks, or that would tell one."""
    if learner is not None and not find_closed_facts(learner.id).isdisjoint(fact_ids):
        raise NotTakenError(_IN_QUIZ, "in-quiz")


def answer(
    scope: Scope,
    learner: Learner,
    *,
    first: uuid.UUID | None = None,
    tell: Callable[[Page], dict[str, Any]] | None = None,
) -> Response:
    """Return what the player's script needs to go on without a page load, and what `tell` adds to it."""
    want = read_want(request.form, AHEAD)
    now = clock.now()
    # A taste has become a deck by now.
    page = load_page(
        open_scope(scope, learner, now), learner, now, first, want=want, have=read_have(request.form)
    )
    words = told_of(page) | {"state": "saved"} | ({} if tell is None else tell(page))
    if not want:
        words.pop("cards", None)
    return jsonify(words)


def told_of(page: Page) -> dict[str, Any]:
    """Return how far the session is, and its cards, as the player's script reads them."""
    return {
        "owner": page.owner,
        "undo": "" if page.undo is None else str(page.undo.id),
        "undo_label": page.undo_label,
        "done": page.session.settled,
        "total": page.session.total,
        "left": fragment("study/_left.html", page=page).strip(),
        "cards": fragment("study/_cards.html", page=page),
    }


def fragment(name: str, **words: Any) -> str:
    """Render a part of a page without what whole pages gather about the viewer: that costs queries."""
    return current_app.jinja_env.get_template(name).render(**words)
