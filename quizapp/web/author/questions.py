"""Pages on which the questions of a set are written, edited, removed and brought back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for

from quizapp import clock
from quizapp.core import writing
from quizapp.database import run_tx
from quizapp.operations import question_sets
from quizapp.web.access import instructor_required
from quizapp.web.author.forms import KINDS, ChoiceForm
from quizapp.web.author.views import CONFLICT, UNPROCESSABLE, bp, editable

if TYPE_CHECKING:
    from werkzeug.wrappers.response import Response

    from quizapp.models import QuestionSet
    from quizapp.operations.question_sets import Saved, Written
    from quizapp.web.author.forms import QuestionForm

_KEY = re.compile(r"[0-9a-f]{32}")
_FULL = f"A set holds at most {question_sets.MAX_QUESTIONS:,} questions. Begin another set for this one."


@bp.get("/<slug>/questions/new")
@instructor_required
def choose(slug: str) -> str:
    """Choose the type of a new question."""
    return render_template("author/choose.html", question_set=editable(slug), kinds=KINDS)


@bp.route("/<slug>/questions/new/<kind>", methods=["GET", "POST"])
@instructor_required
def add(slug: str, kind: str) -> str | Response | tuple[str, int]:
    """Write a question."""
    question_set = editable(slug)
    if kind not in KINDS:
        abort(404)
    form = KINDS[kind].of(question_set, key=question_sets.new_key(), seen="")
    if not _KEY.fullmatch(form.key.data or ""):
        form.key.data = question_sets.new_key()
    return _write(slug, form, form.key.data, None)


@bp.route("/<slug>/questions/<key>", methods=["GET", "POST"])
@instructor_required
def edit(slug: str, key: str) -> str | Response | tuple[str, int]:
    """Edit a question."""
    question_set = editable(slug)
    written = _find(question_set, key)
    kind = KINDS[written.question.type]
    if request.method == "POST":
        # What was sent alone counts: a field that was left out must not be filled from what is saved by now.
        form = kind.of(question_set)
    else:
        form = kind.of(question_set, writing.read(written.question), key=key, seen=written.version)
    return _write(slug, form, key, written)


@bp.post("/<slug>/questions/<key>/remove")
@instructor_required
def remove(slug: str, key: str) -> Response:
    """Ask a question no more; the page that follows offers to undo it."""
    _find(editable(slug), key)
    now = clock.now()
    try:
        run_tx(lambda: question_sets.remove_question(editable(slug), key, now))
    except question_sets.LastQuestionError:
        flash("A published set needs a question. Unpublish the set first, or add another question.", "error")
        return redirect(url_for("author.show", slug=slug))
    return redirect(url_for("author.show", slug=slug, removed=key))


@bp.post("/<slug>/questions/<key>/restore")
@instructor_required
def restore(slug: str, key: str) -> Response:
    """Take a removed question up again."""
    _find(editable(slug), key)
    now = clock.now()
    try:
        run_tx(lambda: question_sets.restore_question(editable(slug), key, now))
    except writing.DraftError as error:
        flash(f"It stays removed. {error.problems[0].message}", "error")
        return redirect(url_for("author.show", slug=slug))
    except question_sets.FullSetError:
        flash(_FULL, "error")
        return redirect(url_for("author.show", slug=slug))
    flash("The question is back.", "success")
    return redirect(url_for("author.show", slug=slug, _anchor=f"q-{key}"))


def _write(
    slug: str, form: QuestionForm, key: str, written: Written | None
) -> str | Response | tuple[str, int]:
    """Show the form, or save what it brought; whatever stands in the way, all that was typed is kept."""
    if request.method == "GET":
        return _page(slug, form, written)
    if "more" in request.form and isinstance(form, ChoiceForm):
        form.add_row()
        return _page(slug, form, written)
    draft = form.draft()
    if not form.validate():
        # All that is wrong is told at once, so that nobody is sent back twice.
        form.show(writing.problems_of(draft))
        return _page(slug, form, written), UNPROCESSABLE
    try:
        saved = _save(slug, draft, key, form.seen.data or "")
    except writing.DraftError as error:
        form.show(error.problems)
    except question_sets.FullSetError:
        form.form_errors.append(_FULL)
    except question_sets.ConflictError as error:
        form.seen.data = error.current.version
        return _page(slug, form, written, error.current), CONFLICT
    except question_sets.UnknownQuestionError:
        abort(404)
    else:
        flash("The question is saved." if saved.is_changed else "Nothing was changed.", "success")
        if request.form.get("then") == "another":
            return redirect(url_for("author.add", slug=slug, kind=form.kind))
        return redirect(url_for("author.show", slug=slug, _anchor=f"q-{saved.key}"))
    return _page(slug, form, written), UNPROCESSABLE


def _save(slug: str, draft: writing.Draft, key: str, seen: str) -> Saved:
    now = clock.now()
    return run_tx(lambda: question_sets.save_question(editable(slug), draft, key=key, seen=seen, now=now))


def _page(slug: str, form: QuestionForm, written: Written | None, conflict: Written | None = None) -> str:
    return render_template(
        "author/question.html",
        question_set=editable(slug),
        form=form,
        written=written,
        conflict=conflict,
        saved=None if conflict is None else writing.read(conflict.question),
        most_rows=writing.MAX_WRONG,
    )


def _find(question_set: QuestionSet, key: str) -> Written:
    written = question_sets.find_written(question_set, key) if _KEY.fullmatch(key) else None
    if written is None:
        abort(404)
    return written
