"""A quiz of one's own in three choices: what it is about, how many questions, how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import abort, redirect, render_template, request, url_for

from quizapp import clock
from quizapp.database import run_tx
from quizapp.models.question_sets import QuestionSet, find_set, list_published_sets
from quizapp.operations import quizzes
from quizapp.web.access import current_learner, current_user_or_none, ensure_learner
from quizapp.web.quizzes.forms import NewQuizForm
from quizapp.web.quizzes.views import bp

if TYPE_CHECKING:
    from werkzeug.wrappers.response import Response

    from quizapp.operations.quizzes import Practice, Subject

#: Sets of one quiz.
_MOST_SETS: Final = 20


@bp.route("/new", methods=["GET", "POST"])
def new() -> str | Response | tuple[str, int]:
    """Put a quiz together."""
    subject = _find_subject()
    if subject is None:
        if request.method == "POST":
            abort(400, "The form does not say of which set the quiz is to be.")
        return _choose()
    form = NewQuizForm(subject)
    if form.validate_on_submit():
        learner_id = ensure_learner().id
        practice = _practice(form)
        if not run_tx(lambda: quizzes.make_practice(learner_id, form.chosen_id, practice, clock.now())):
            abort(404)
        return redirect(url_for("quizzes.cover", quiz_id=form.chosen_id), 303)
    page = render_template("quizzes/new.html", form=form, subject=subject, here=request.full_path)
    return (page, 422) if form.is_submitted() else page


def _choose() -> str:
    """Show what a quiz can be about; what there is to repeat is told by how many facts it has."""
    learner = current_learner()
    sets = list_published_sets()
    by_memory = []
    if learner is not None and sets:
        mistaken, begun = quizzes.count_to_practise(learner.id, [one.id for one in sets])
        by_memory = [(name, count) for name, count in (("mistakes", mistaken), ("weak", begun)) if count]
    return render_template("quizzes/choose.html", sets=sets, by_memory=by_memory, names=quizzes.BY_MEMORY)


def _find_subject() -> Subject | None:
    """Return what the address names; None where it names nothing."""
    chosen_by = request.args.get("by", "")
    if chosen_by:
        learner = current_learner()
        if chosen_by not in quizzes.BY_MEMORY:
            abort(404)
        sets = list_published_sets() if learner is not None else []
        if learner is None or not sets:
            return quizzes.Subject((), (), chosen_by)
        return quizzes.subject_of_memory(learner.id, sets, chosen_by)
    slugs = list(dict.fromkeys(slug for slug in request.args.getlist("set") if slug))
    if len(slugs) > _MOST_SETS:
        abort(400, f"A quiz can draw from {_MOST_SETS} sets at most. Go back and tick fewer.")
    return quizzes.subject_of_sets([_visible(find_set(slug)) for slug in slugs]) if slugs else None


def _practice(form: NewQuizForm) -> Practice:
    subject = form.subject
    return quizzes.Practice(
        title=form.chosen_title,
        question_set_id=subject.sets[0].id,
        contents=subject.contents(
            form.chosen_count,
            form.chosen_topics,
            with_fiction=bool(form.fiction.data),
        ),
        time_limit_seconds=form.chosen_seconds,
        shows=form.chosen_disclosure,
    )


def _visible(question_set: QuestionSet | None) -> QuestionSet:
    if question_set is None or not question_set.can_see(current_user_or_none()):
        abort(404)
    return question_set
