"""Pages for an instructor's sets: all of them, a new one, one with its questions, its description, its state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from quizapp import clock
from quizapp.core import writing
from quizapp.database import run_tx
from quizapp.models.question_sets import find_set
from quizapp.operations import mistakes, question_sets
from quizapp.web.access import current_user_or_none, instructor_required
from quizapp.web.author.forms import KINDS, SetForm, date_words
from quizapp.web.rendering import topic_label

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from werkzeug.wrappers.response import Response

    from quizapp.models import QuestionSet, User

bp = Blueprint("author", __name__, url_prefix="/author")
bp.add_app_template_filter(date_words)

_PAGE = 50
#: A form with errors: understood, but not to be acted upon.
UNPROCESSABLE = 422
CONFLICT = 409


def editable(slug: str) -> QuestionSet:
    """Return the set if this user may change it; banks and the sets of others are not found."""
    question_set = find_set(slug)
    if question_set is None or not question_set.can_edit(current_user_or_none()):
        abort(404)
    return question_set


@bp.get("/")
@instructor_required
def index() -> str:
    """List the instructor's sets."""
    user = current_author()
    return render_template(
        "author/index.html",
        sets=question_sets.list_own_sets(user),
        user_id=user.id,
        waiting=mistakes.count_open(user),
    )


@bp.route("/new", methods=["GET", "POST"])
@instructor_required
def new() -> str | Response | tuple[str, int]:
    """Make a set."""
    form = SetForm()
    if not form.validate_on_submit():
        return _with_errors("author/new.html", form)
    now, user_id = clock.now(), current_author().id
    slug = run_tx(lambda: question_sets.create_set(user_id, form.description(), now).slug)
    flash("The set is made. Now add its questions.", "success")
    return redirect(url_for("author.show", slug=slug))


@bp.get("/<slug>/")
@instructor_required
def show(slug: str) -> str:
    """Show a set with its questions, what could be better in them, and what was removed."""
    question_set = editable(slug)
    written = question_sets.list_written(question_set)
    asked = [one for one in written if not one.is_removed]
    pages = max(1, -(-len(asked) // _PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    shown = asked[(page - 1) * _PAGE : page * _PAGE]
    undo = request.args.get("removed", "")
    return render_template(
        "author/show.html",
        question_set=question_set,
        count=len(asked),
        shown=[(one, writing.read(one.question)) for one in shown],
        advice=writing.advise([one.question for one in shown], [one.question for one in asked]),
        kinds=KINDS,
        removed=[one for one in written if one.is_removed],
        undo=next((one for one in written if one.is_removed and one.key == undo), None),
        page=page,
        pages=pages,
    )


@bp.route("/<slug>/describe", methods=["GET", "POST"])
@instructor_required
def describe(slug: str) -> str | Response | tuple[str, int]:
    """Change what a set says of itself."""
    question_set = editable(slug)
    form = SetForm.of(question_set)
    if form.validate_on_submit():
        now = clock.now()
        try:
            run_tx(lambda: question_sets.describe(editable(slug), form.description(), now))
        except question_sets.TopicInUseError as error:
            label = topic_label(error.topic)
            counted = "a question has" if error.count == 1 else f"{error.count} questions have"
            form.topics.errors = [
                f"{counted.capitalize()} the topic “{label}”. Keep it, or change them first."
            ]
        else:
            flash("The description is saved.", "success")
            return redirect(url_for("author.show", slug=slug))
    return _with_errors("author/describe.html", form, question_set=editable(slug))


@bp.post("/<slug>/publish")
@instructor_required
def publish(slug: str) -> Response:
    """Let learners find the set."""
    try:
        _change(slug, question_sets.publish)
    except question_sets.EmptySetError:
        flash("The set has no question yet, so there is nothing to publish. Add one first.", "error")
    else:
        flash("Published: learners find the set in the library now.", "success")
    return redirect(url_for("author.show", slug=slug))


@bp.post("/<slug>/unpublish")
@instructor_required
def unpublish(slug: str) -> Response:
    """Make the set a draft again."""
    _change(slug, question_sets.unpublish)
    flash("The set is a draft: learners no longer find it. What they remember of it is kept.", "success")
    return redirect(url_for("author.show", slug=slug))


@bp.post("/<slug>/archive")
@instructor_required
def archive(slug: str) -> Response:
    """Put the set away."""
    _change(slug, question_sets.archive)
    flash(
        "The set is archived. Nothing of it is lost: publish it or make it a draft again at any time.",
        "success",
    )
    return redirect(url_for("author.show", slug=slug))


def _change(slug: str, change: Callable[[QuestionSet, datetime], None]) -> None:
    now = clock.now()
    run_tx(lambda: change(editable(slug), now))


def _with_errors(template: str, form: SetForm, **words: object) -> str | tuple[str, int]:
    page = render_template(template, form=form, **words)
    return (page, UNPROCESSABLE) if form.errors else page


def current_author() -> User:
    """Return the instructor behind the request."""
    user = current_user_or_none()
    if user is None:
        abort(403)
    return user
