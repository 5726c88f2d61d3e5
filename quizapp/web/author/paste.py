"""The page on which lines are pasted, looked at, and brought in as questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from quizapp import clock
from quizapp.database import run_tx
from quizapp.formats.paste import read_lines
from quizapp.operations import question_sets
from quizapp.web.access import instructor_required
from quizapp.web.author.forms import PasteForm
from quizapp.web.author.views import UNPROCESSABLE, bp, editable

if TYPE_CHECKING:
    from werkzeug.wrappers.response import Response

    from quizapp.formats.paste import PasteResult
    from quizapp.operations.question_sets import Line


@bp.route("/<slug>/paste", methods=["GET", "POST"])
@instructor_required
def paste(slug: str) -> str | Response | tuple[str, int]:
    """Look at pasted lines, then bring them in: all, or the good ones, the others being kept in the box."""
    question_set = editable(slug)
    form = PasteForm.of(question_set)
    if not form.validate_on_submit():
        page = render_template("author/paste.html", question_set=question_set, form=form)
        return (page, UNPROCESSABLE) if form.errors else page
    result = read_lines(form.text.data)
    lines = question_sets.check_rows(question_set, result.rows, form.topic.data)
    bad = _bad_lines(result, lines)
    good = len(lines) - sum(bool(line.problem) for line in lines)
    wants = request.form.get("action") == "import"
    if not wants or not good or (bad and form.mode.data == "all"):
        return _preview(slug, form, lines, bad, refused=wants)
    now = clock.now()
    try:
        lines = run_tx(lambda: question_sets.import_rows(editable(slug), result.rows, form.topic.data, now))
    except question_sets.FullSetError:
        form.text.errors = [
            f"A set holds at most {question_sets.MAX_QUESTIONS:,} questions. Nothing was added: paste fewer lines."
        ]
        return _preview(slug, form, lines, bad, refused=True)
    added = sum(not line.problem for line in lines)
    bad = _bad_lines(result, lines)
    told = "1 question is added." if added == 1 else f"{added:,} questions are added."
    if not bad:
        flash(told, "success")
        return redirect(url_for("author.show", slug=slug))
    # What was not brought in stays in the box, to be mended there; line numbers are counted anew.
    source = form.text.data.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    form.text.data = "\n".join(source[number - 1] for number in sorted({*bad, *result.unread}))
    result = read_lines(form.text.data)
    lines = question_sets.check_rows(editable(slug), result.rows, form.topic.data)
    return _preview(slug, form, lines, _bad_lines(result, lines), told=told)


def _bad_lines(result: PasteResult, lines: list[Line]) -> dict[int, str]:
    """Return what is wrong by line number."""
    bad = {
        error.line: f"{error.problem[:1].upper()}{error.problem[1:]}: {error.remedy}."
        for error in result.errors
    }
    bad |= {line.row.line: line.problem for line in lines if line.problem}
    return dict(sorted(bad.items()))


def _preview(
    slug: str,
    form: PasteForm,
    lines: list[Line],
    bad: dict[int, str],
    *,
    refused: bool = False,
    told: str = "",
) -> str | tuple[str, int]:
    page = render_template(
        "author/paste.html",
        question_set=editable(slug),
        form=form,
        good=[line for line in lines if not line.problem],
        bad=bad,
        refused=refused,
        told=told,
        is_preview=True,
    )
    return (page, UNPROCESSABLE) if refused else page
