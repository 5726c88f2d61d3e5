"""The settings of one quiz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from quizapp import clock
from quizapp.core.disclosure import Item, Phase
from quizapp.core.quiz_presets import PRESETS, SHOWN
from quizapp.database import run_tx
from quizapp.operations import quizzes
from quizapp.web.access import instructor_required
from quizapp.web.teaching import words
from quizapp.web.teaching.access import current_teacher, editable_quiz
from quizapp.web.teaching.forms import SettingsForm, posted_filling
from quizapp.web.teaching.views import CONFLICT, UNPROCESSABLE, bp, teachers_zone

if TYPE_CHECKING:
    import uuid

    from werkzeug.wrappers.response import Response

    from quizapp.models import Quiz

#: Which settings stand together, by the name of their group.
GROUPS = {
    "name": ("title", "instructions"),
    "dates": ("opens_at", "due_at", "closes_at", "late_steps"),
    "time": ("limit_minutes", "question_seconds", "extra_time_percent"),
    "attempts": ("most_attempts", "wait_amount", "wait_unit", "scoring"),
    "way": ("navigation", "shuffles_questions", "shuffles_options"),
    "marks": ("partial_credit", "negative_percent", "certainty"),
    "shows": ("shows",),
    "door": ("password", "honour_line"),
}


@bp.route("/quizzes/<uuid:quiz_id>/settings", methods=["GET", "POST"])
@instructor_required
def settings(quiz_id: uuid.UUID) -> str | Response | tuple[str, int]:
    """Change the settings."""
    quiz = editable_quiz(quiz_id)
    form = SettingsForm(quizzes.settings_of(quiz), quiz.version, teachers_zone())
    if not form.is_submitted():
        return _page(quiz, form)
    if posted_filling():
        return _page(quiz, form, filled=form.fill(posted_filling()))
    if not form.validate():
        return _page(quiz, form), UNPROCESSABLE
    wanted, version, now = form.settings(), form.opened_version, clock.now()
    user_id = current_teacher().id

    def unit() -> None:
        editable_quiz(quiz_id)
        quizzes.change_settings(quiz_id, wanted, version, now, user_id=user_id)

    try:
        run_tx(unit)
    except quizzes.UnfitError as problem:
        form.accept(problem.problems)
        return _page(editable_quiz(quiz_id), form), UNPROCESSABLE
    except quizzes.ChangedMeanwhileError as problem:
        quiz = editable_quiz(quiz_id)
        form.version.data, form.version.raw_data = str(problem.version), None
        return _page(quiz, form, differs=words.differences(wanted, quizzes.settings_of(quiz))), CONFLICT
    flash("The settings are saved.", "success")
    return redirect(url_for("teaching.show", quiz_id=quiz_id), 303)


def _page(
    quiz: Quiz, form: SettingsForm, *, filled: str | None = None, differs: list[str] | None = None
) -> str:
    typed, zone = form.settings(), teachers_zone()
    wrong = {
        group
        for group, names in GROUPS.items()
        if any(form[name].errors or (name == "late_steps" and form.form_errors) for name in names)
    }
    return render_template(
        "teaching/settings.html",
        quiz=quiz,
        form=form,
        open_groups=wrong,
        filled=filled,
        differs=differs,
        said={
            "name": typed.title,
            "dates": words.date_words(typed, zone),
            "time": words.time_words(typed),
            "attempts": words.attempt_words(typed),
            "way": words.way_words(typed),
            "marks": words.mark_words(typed),
            "shows": words.shown_words(typed.shows),
            "door": words.door_words(typed),
        },
        zone=words.zone_text(zone, clock.now()),
        presets=PRESETS,
        shown=SHOWN,
        items=words.ITEMS,
        phases=words.PHASES,
        always=(Item.RESPONSES, Phase.DURING),
        attempted=quizzes.count_attempts(quiz.id),
    )
