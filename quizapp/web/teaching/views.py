"""An instructor's quizzes: the list, making one, and one of them at a glance."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, url_for

from quizapp import clock
from quizapp.core import quiz_editing
from quizapp.core.attempts import AttemptState
from quizapp.core.quiz_presets import PRESETS, problems
from quizapp.database import new_row_id, run_tx
from quizapp.operations import quizzes
from quizapp.web.access import current_learner, ensure_learner, instructor_required
from quizapp.web.teaching import words
from quizapp.web.teaching.access import current_teacher, editable_quiz
from quizapp.web.teaching.forms import NewQuizForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers.response import Response

bp = Blueprint("teaching", __name__, url_prefix="/teaching")

UNPROCESSABLE = 422
CONFLICT = 409


@bp.get("/quizzes/")
@instructor_required
def index() -> str:
    """List the instructor's quizzes."""
    teacher = current_teacher()
    return render_template(
        "teaching/index.html", quizzes=quizzes.list_taught_quizzes(teacher), user_id=teacher.id
    )


@bp.route("/quizzes/new", methods=["GET", "POST"])
@instructor_required
def new() -> str | Response | tuple[str, int]:
    """Make a quiz in three choices: title, set, preset."""
    teacher_id = current_teacher().id
    sets = quizzes.list_offered_sets([teacher_id])
    form = NewQuizForm(sets)
    if not sets or not form.validate_on_submit():
        page = render_template("teaching/new.html", form=form, sets=sets, presets=PRESETS)
        return (page, UNPROCESSABLE) if form.errors else page
    learner_id = ensure_learner().id
    made = run_tx(
        lambda: quizzes.create_quiz(
            form.chosen_id,
            owner_id=teacher_id,
            learner_id=learner_id,
            title=form.title.data,
            question_set_id=uuid.UUID(form.question_set.data),
            preset=form.preset.data,
            now=clock.now(),
        )
    )
    if not made:
        return redirect(url_for("teaching.new"), 303)
    flash(
        "The quiz is made, as a draft that only you see. Look through its questions and settings.", "success"
    )
    return redirect(url_for("teaching.show", quiz_id=form.chosen_id), 303)


@bp.get("/quizzes/<uuid:quiz_id>/")
@instructor_required
def show(quiz_id: uuid.UUID) -> str:
    """Show one quiz at a glance: what learners will meet, what is missing, who is at it."""
    quiz = editable_quiz(quiz_id)
    settings, contents = quizzes.settings_of(quiz), quiz.rule
    return render_template(
        "teaching/show.html",
        quiz=quiz,
        settings=settings,
        contents=contents,
        marks=quiz_editing.marks_of(contents) * quiz.marking.highest,
        missing=problems(settings, contents),
        advised=len(quizzes.advise(quiz, contents)),
        zone=teachers_zone(),
        zone_words=words.zone_text(teachers_zone(), clock.now()),
        words=words,
        running=quizzes.count_attempts(quiz_id, AttemptState.OPEN),
        ended=quizzes.count_attempts(quiz_id, AttemptState.CLOSED),
    )


@bp.post("/quizzes/<uuid:quiz_id>/publish")
@instructor_required
def publish(quiz_id: uuid.UUID) -> Response:
    """Let learners take the quiz."""
    try:
        _change(quiz_id, quizzes.publish_quiz)
    except quizzes.UnfitError as problem:
        flash(f"Not published yet, and nothing was changed. {problem.problems[0].words}", "error")
    else:
        flash("Published: whoever has the link can take the quiz.", "success")
    return _back(quiz_id)


@bp.post("/quizzes/<uuid:quiz_id>/unpublish")
@instructor_required
def unpublish(quiz_id: uuid.UUID) -> Response:
    """Make the quiz a draft again."""
    try:
        _change(quiz_id, quizzes.unpublish_quiz)
    except quizzes.AttemptedError:
        flash(
            "Learners have begun this quiz, so it cannot become a draft again. Archive it, or set when it closes.",
            "error",
        )
    else:
        flash("The quiz is a draft: learners cannot take it now.", "success")
    return _back(quiz_id)


@bp.post("/quizzes/<uuid:quiz_id>/archive")
@instructor_required
def archive(quiz_id: uuid.UUID) -> Response:
    """Put the quiz away."""
    _change(quiz_id, quizzes.archive_quiz)
    flash(
        "The quiz is archived: nobody starts it any more. Attempts, results and the quiz itself are kept.",
        "success",
    )
    return _back(quiz_id)


@bp.post("/quizzes/<uuid:quiz_id>/duplicate")
@instructor_required
def duplicate(quiz_id: uuid.UUID) -> Response:
    """Make a draft after this quiz."""
    editable_quiz(quiz_id)
    teacher_id, learner_id, new_id = current_teacher().id, ensure_learner().id, new_row_id()

    def unit() -> None:
        editable_quiz(quiz_id)
        quizzes.duplicate_quiz(quiz_id, new_id, owner_id=teacher_id, learner_id=learner_id, now=clock.now())

    run_tx(unit)
    flash("This is the copy: a draft without dates, link or attempts.", "success")
    return _back(new_id)


@bp.post("/quizzes/<uuid:quiz_id>/share")
@instructor_required
def share(quiz_id: uuid.UUID) -> Response:
    """Make the link by which learners come."""
    _change(quiz_id, quizzes.share_quiz)
    return _back(quiz_id)


@bp.post("/quizzes/<uuid:quiz_id>/unshare")
@instructor_required
def unshare(quiz_id: uuid.UUID) -> Response:
    """Take the link back."""
    _change(quiz_id, quizzes.unshare_quiz)
    flash("The link leads nowhere now. Learners who came by it keep the quiz.", "success")
    return _back(quiz_id)


@bp.post("/quizzes/<uuid:quiz_id>/preview")
@instructor_required
def preview(quiz_id: uuid.UUID) -> Response:
    """Take the quiz as a learner would, without a trace."""
    editable_quiz(quiz_id)
    learner_id = ensure_learner().id
    now = clock.now()
    try:
        plan = quizzes.plan_attempt(learner_id, editable_quiz(quiz_id), new_row_id(), with_open=True)
    except quizzes.NoQuestionsError:
        flash("There is nothing to look at yet: no question can be asked. Add some first.", "error")
        return _back(quiz_id)
    attempt_id = run_tx(
        lambda: quizzes.start_attempt(learner_id, editable_quiz(quiz_id), plan, now, is_preview=True)
    )
    found = quizzes.find_attempt(learner_id, attempt_id)
    if found is not None and not found.is_preview:
        flash("This is no preview: you are taking this quiz yourself. End that attempt first.", "warning")
    return redirect(url_for("quizzes.attempt", attempt_id=attempt_id), 303)


def teachers_zone() -> ZoneInfo:
    """Return the time zone of the instructor's own settings, UTC before there are any."""
    learner = current_learner()
    return ZoneInfo("UTC" if learner is None else learner.time_zone)


def _change(quiz_id: uuid.UUID, change: Callable[[uuid.UUID], object]) -> None:
    editable_quiz(quiz_id)

    def unit() -> None:
        editable_quiz(quiz_id)
        change(quiz_id)

    run_tx(unit)


def _back(quiz_id: uuid.UUID) -> Response:
    return redirect(url_for("teaching.show", quiz_id=quiz_id), 303)
