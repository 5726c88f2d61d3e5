"""A quiz by its link: shared by who made it, looked at, taken over or joined by whoever opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import abort, flash, redirect, render_template, url_for

from quizapp import clock
from quizapp.database import db, run_tx
from quizapp.extensions import limiter
from quizapp.models import User
from quizapp.models.quizzes import QuizKind
from quizapp.operations import quizzes
from quizapp.web.access import current_learner, current_user_or_none, ensure_learner, require_learner
from quizapp.web.quizzes.forms import JoinForm
from quizapp.web.quizzes.views import bp

if TYPE_CHECKING:
    import uuid

    from flask import Response as FlaskResponse
    from werkzeug.wrappers.response import Response

    from quizapp.models import QuestionSet, Quiz

_MISSING: Final = 404


def _is_missing(response: FlaskResponse) -> bool:
    return response.status_code == _MISSING


# A whole class opens a link at once from one address: what is counted is guessing, and joining far beyond a class.
_guessing = limiter.limit("60 per hour", deduct_when=_is_missing)
_taking = limiter.limit("600 per hour", methods=["POST"])


@bp.route("/<uuid:quiz_id>/share", methods=["GET"])
def sharing(quiz_id: uuid.UUID) -> str:
    """Show the link of a quiz of one's own."""
    quiz = _own_quiz(quiz_id)
    link = None
    if quiz.share_key is not None:
        link = url_for("quizzes.shared", share_key=quiz.share_key, _external=True)
    return render_template("quizzes/share.html", quiz=quiz, link=link)


@bp.post("/<uuid:quiz_id>/share")
def share(quiz_id: uuid.UUID) -> Response:
    """Make the link of a quiz of one's own."""
    _own_quiz(quiz_id)
    run_tx(lambda: quizzes.share_quiz(quiz_id))
    return redirect(url_for("quizzes.sharing", quiz_id=quiz_id), 303)


@bp.post("/<uuid:quiz_id>/unshare")
def unshare(quiz_id: uuid.UUID) -> Response:
    """End the sharing of a quiz of one's own."""
    _own_quiz(quiz_id)
    run_tx(lambda: quizzes.unshare_quiz(quiz_id))
    flash("The link leads nowhere now. Whoever took the quiz before keeps a copy.", "success")
    return redirect(url_for("quizzes.sharing", quiz_id=quiz_id), 303)


@bp.get("/shared/<string(maxlength=43):share_key>")
@_guessing
def shared(share_key: str) -> str | Response:
    """Show what a link leads to."""
    quiz, question_set = _find_shared(share_key)
    learner = current_learner()
    # Who has it already goes to its own page.
    if learner is not None and quizzes.find_quiz(learner.id, quiz.id) is not None:
        return redirect(url_for("quizzes.cover", quiz_id=quiz.id))
    return _page(quiz, question_set, _join_form())


@bp.post("/shared/<string(maxlength=43):share_key>")
@_guessing
@_taking
def take(share_key: str) -> Response | tuple[str, int]:
    """Take a shared quiz: as one's own copy, or with a place at its instructor's."""
    quiz, question_set = _find_shared(share_key)
    quiz_id = quiz.id
    if quiz.kind == QuizKind.PERSONAL:
        learner_id = ensure_learner().id
        copy_id = run_tx(lambda: quizzes.copy_quiz(learner_id, quiz_id, clock.now()))
        return redirect(url_for("quizzes.cover", quiz_id=copy_id), 303)
    form = _join_form()
    if form is not None and not form.validate_on_submit():
        return _page(quiz, question_set, form), 422
    name = _user_name() if form is None else str(form.name.data)
    learner_id = ensure_learner().id
    run_tx(lambda: quizzes.join_quiz(learner_id, quiz_id, name, clock.now()))
    return redirect(url_for("quizzes.cover", quiz_id=quiz_id), 303)


def _page(quiz: Quiz, question_set: QuestionSet, form: JoinForm | None) -> str:
    owner = db.session.get(User, quiz.owner_id) if quiz.owner_id is not None else None
    return render_template(
        "quizzes/shared.html",
        quiz=quiz,
        question_set=question_set,
        is_taught=quiz.kind == QuizKind.TAUGHT,
        teacher="" if owner is None else owner.name,
        form=form if quiz.kind == QuizKind.TAUGHT else None,
        user_name=_user_name(),
        now=clock.now(),
    )


def _find_shared(share_key: str) -> tuple[Quiz, QuestionSet]:
    """Return a shared quiz; a learner's on a set that whoever asks may not see leads nowhere either."""
    found = quizzes.find_shared(share_key)
    if found is None:
        abort(404)
    quiz, question_set = found
    if quiz.kind == QuizKind.PERSONAL and not question_set.can_see(current_user_or_none()):
        abort(404)
    return found


def _join_form() -> JoinForm | None:
    """Return the form that asks for a name; None where the account tells it."""
    return None if _user_name() else JoinForm()


def _user_name() -> str:
    user = current_user_or_none()
    return "" if user is None else user.name


def _own_quiz(quiz_id: uuid.UUID) -> Quiz:
    found = quizzes.find_quiz(require_learner().id, quiz_id)
    if found is None or found[0].kind != QuizKind.PERSONAL:
        abort(404)
    return found[0]
