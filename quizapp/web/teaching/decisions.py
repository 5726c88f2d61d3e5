"""What an instructor does to attempts and to the terms of one learner. Each is recorded, and can be undone or set again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, render_template, request, url_for

from quizapp import clock
from quizapp.core.disclosure import Item, phase_at
from quizapp.database import run_tx
from quizapp.operations.quizzes import supervising
from quizapp.operations.quizzes.making import MOST_QUESTIONS
from quizapp.web.access import instructor_required
from quizapp.web.teaching.access import current_teacher, editable_quiz
from quizapp.web.teaching.attempt_forms import (
    ExtraTimeForm,
    GrantForm,
    MarksError,
    ReasonForm,
    ReopenForm,
    posted_marks,
)
from quizapp.web.teaching.attempts import CONFLICT, attempt_page, deleted_page, find, taker_page
from quizapp.web.teaching.telling import extra_time_words, marks_words
from quizapp.web.teaching.views import bp

if TYPE_CHECKING:
    import uuid

    from werkzeug.wrappers.response import Response

    from quizapp.models import Quiz
    from quizapp.operations.quizzes.supervising import Sitting

    Page = str | Response | tuple[str, int]

_ATTEMPT = "/quizzes/<uuid:quiz_id>/attempts/<uuid:attempt_id>"
_TAKER = "/quizzes/<uuid:quiz_id>/takers/<uuid:learner_id>"
#: A form with errors: understood, but not to be acted upon.
UNPROCESSABLE = 422


@bp.route(f"{_ATTEMPT}/reopen", methods=["GET", "POST"])
@instructor_required
def reopen_attempt(quiz_id: uuid.UUID, attempt_id: uuid.UUID) -> Page:
    """Let the learner go on with an attempt that has ended."""
    quiz = editable_quiz(quiz_id)
    sitting = find(quiz, attempt_id)
    if sitting is None or sitting.attempt is None:
        return deleted_page(quiz, attempt_id), CONFLICT
    now, user_id = clock.now(), current_teacher().id
    old = sitting.attempt.deadline_at
    form = ReopenForm(needs_length=old is not None and old <= now)
    if not form.validate_on_submit():
        page = render_template(
            "teaching/attempt_reopen.html",
            quiz=quiz,
            sitting=sitting,
            attempt=sitting.attempt,
            form=form,
            keys_are_out=_keys_are_out(quiz),
        )
        return (page, UNPROCESSABLE) if form.errors else page
    until, reason = form.until(now), form.reason.data
    try:
        run_tx(lambda: supervising.reopen_attempt(quiz_id, attempt_id, until, now, user_id, reason))
    except supervising.SupervisingError as problem:
        return _stale(quiz_id, attempt_id, problem, typed=reason)
    flash("The attempt is open again. The learner goes on where they left off.", "success")
    return redirect(url_for("teaching.attempt", quiz_id=quiz_id, attempt_id=attempt_id), 303)


def _keys_are_out(quiz: Quiz) -> bool:
    """Whether others who took the quiz can see its keys, though this attempt may still be a secret."""
    phase = phase_at(clock.now(), is_open=False, closes_at=quiz.closes_at)
    return quiz.disclosure.shows(Item.KEY, phase)


@bp.route(f"{_ATTEMPT}/submit", methods=["GET", "POST"])
@instructor_required
def submit_attempt(quiz_id: uuid.UUID, attempt_id: uuid.UUID) -> Page:
    """End a running attempt for its learner."""
    quiz = editable_quiz(quiz_id)
    sitting = find(quiz, attempt_id)
    if sitting is None:
        return deleted_page(quiz, attempt_id), CONFLICT
    if request.method == "GET":
        return _ask(quiz, sitting, "submit")
    now, user_id = clock.now(), current_teacher().id
    try:
        supervising.submit_for(quiz_id, attempt_id, now, user_id)
    except supervising.SupervisingError as problem:
        return _stale(quiz_id, attempt_id, problem)
    flash("The attempt is submitted, with what was saved.", "success")
    return redirect(url_for("teaching.attempt", quiz_id=quiz_id, attempt_id=attempt_id), 303)


@bp.route(f"{_ATTEMPT}/delete", methods=["GET", "POST"])
@instructor_required
def delete_attempt(quiz_id: uuid.UUID, attempt_id: uuid.UUID) -> Page:
    """Take an attempt away, so that it can be brought back."""
    quiz = editable_quiz(quiz_id)
    sitting = find(quiz, attempt_id)
    if sitting is None:
        return deleted_page(quiz, attempt_id), CONFLICT
    form = ReasonForm()
    if not form.validate_on_submit():
        page = _ask(quiz, sitting, "delete", form)
        return (page, UNPROCESSABLE) if form.errors else page
    now, user_id, reason = clock.now(), current_teacher().id, form.reason.data
    try:
        run_tx(lambda: supervising.delete_attempt(quiz_id, attempt_id, now, user_id, reason))
    except supervising.SupervisingError as problem:
        return _stale(quiz_id, attempt_id, problem, typed=reason)
    return redirect(url_for("teaching.attempts", quiz_id=quiz_id, deleted=attempt_id), 303)


def _ask(quiz: Quiz, sitting: Sitting, act: str, form: ReasonForm | None = None) -> str:
    return render_template(
        "teaching/attempt_confirm.html",
        quiz=quiz,
        sitting=sitting,
        attempt=sitting.attempt,
        act=act,
        form=form,
    )


@bp.post(f"{_ATTEMPT}/restore")
@instructor_required
def restore_attempt(quiz_id: uuid.UUID, attempt_id: uuid.UUID) -> Page:
    """Bring back an attempt that was deleted."""
    editable_quiz(quiz_id)
    now, user_id = clock.now(), current_teacher().id
    try:
        run_tx(lambda: supervising.restore_attempt(quiz_id, attempt_id, now, user_id))
    except supervising.SupervisingError as problem:
        return _stale(quiz_id, attempt_id, problem)
    flash("The attempt is back, as it was.", "success")
    return redirect(url_for("teaching.attempt", quiz_id=quiz_id, attempt_id=attempt_id), 303)


@bp.post(f"{_ATTEMPT}/<int(max={MOST_QUESTIONS}):position>/marks")
@instructor_required
def override_marks(quiz_id: uuid.UUID, attempt_id: uuid.UUID, position: int) -> Page:
    """Set the marks of one question by hand, with a comment for the learner."""
    quiz = editable_quiz(quiz_id)
    sitting = find(quiz, attempt_id)
    typed = request.form.get("comment", "")
    if sitting is None:
        return deleted_page(quiz, attempt_id, typed=typed), CONFLICT
    now, user_id = clock.now(), current_teacher().id
    try:
        given, comment = posted_marks(request.form)
        run_tx(
            lambda: supervising.override_marks(quiz_id, attempt_id, position, given, comment, now, user_id)
        )
    except supervising.MarksOutOfRangeError as problem:
        lowest, highest = marks_words(problem.lowest), marks_words(problem.highest)
        return _refused(quiz_id, attempt_id, position, f"Give marks from {lowest} to {highest}.")
    except MarksError as problem:
        return _refused(quiz_id, attempt_id, position, str(problem))
    except supervising.SupervisingError as problem:
        return _stale(quiz_id, attempt_id, problem, typed=typed)
    flash(f"The marks of question {position} are saved.", "success")
    here = url_for("teaching.attempt", quiz_id=quiz_id, attempt_id=attempt_id)
    return redirect(f"{here}#question-{position}", 303)


def _refused(quiz_id: uuid.UUID, attempt_id: uuid.UUID, position: int, message: str) -> Page:
    """Show the attempt again with marks that cannot be taken, as they were typed."""
    quiz = editable_quiz(quiz_id)
    sitting = find(quiz, attempt_id)
    if sitting is None:
        return deleted_page(quiz, attempt_id, typed=request.form.get("comment", "")), CONFLICT
    failed = {
        "position": position,
        "marks": request.form.get("marks", ""),
        "comment": request.form.get("comment", ""),
        "message": message,
    }
    return attempt_page(quiz, sitting, failed=failed), UNPROCESSABLE


@bp.post(f"{_TAKER}/attempts")
@instructor_required
def grant_attempts(quiz_id: uuid.UUID, learner_id: uuid.UUID) -> Page:
    """Let one learner have more attempts than the quiz gives."""
    quiz = editable_quiz(quiz_id)
    form = GrantForm()
    if not form.validate():
        return taker_page(quiz, learner_id, grant=form), UNPROCESSABLE
    now, user_id, extra, reason = clock.now(), current_teacher().id, form.extra.data or 0, form.reason.data
    return _set_terms(
        quiz_id,
        learner_id,
        lambda: supervising.grant_attempts(quiz_id, learner_id, extra, now, user_id, reason),
        "The number of attempts is saved.",
    )


@bp.post(f"{_TAKER}/extra-time")
@instructor_required
def extra_time(quiz_id: uuid.UUID, learner_id: uuid.UUID) -> Page:
    """Set one learner's extra time at this quiz."""
    quiz = editable_quiz(quiz_id)
    form = ExtraTimeForm(prefix="here")
    if not form.validate():
        return taker_page(quiz, learner_id, extra=form), UNPROCESSABLE
    now, user_id, extra, reason = clock.now(), current_teacher().id, form.extra(), form.reason.data
    return _set_terms(
        quiz_id,
        learner_id,
        lambda: supervising.set_extra_time(quiz_id, learner_id, extra, now, user_id, reason),
        f"Saved for this quiz: {extra_time_words(extra)}.",
    )


@bp.post(f"{_TAKER}/extra-time-everywhere")
@instructor_required
def extra_time_everywhere(quiz_id: uuid.UUID, learner_id: uuid.UUID) -> Page:
    """Set one learner's extra time at all quizzes: for administrators."""
    quiz = editable_quiz(quiz_id)
    if not current_teacher().is_administrator:
        abort(403)
    form = ExtraTimeForm(prefix="everywhere")
    if not form.validate():
        return taker_page(quiz, learner_id, everywhere=form), UNPROCESSABLE
    if supervising.find_taker(quiz_id, learner_id) is None:
        abort(404)
    now, user_id, extra, reason = clock.now(), current_teacher().id, form.extra(), form.reason.data
    return _set_terms(
        quiz_id,
        learner_id,
        lambda: supervising.set_learner_extra_time(learner_id, extra, now, user_id, reason),
        f"Saved for every quiz: {extra_time_words(extra)}.",
    )


def _set_terms(quiz_id: uuid.UUID, learner_id: uuid.UUID, unit: Any, words: str) -> Page:
    try:
        run_tx(unit)
    except supervising.NoSuchSittingError:
        abort(404)
    flash(words, "success")
    return redirect(url_for("teaching.taker", quiz_id=quiz_id, learner_id=learner_id), 303)


_PROBLEMS: dict[type[supervising.SupervisingError], str] = {
    supervising.NoSuchSittingError: "The quiz has no such attempt any more. Nothing was changed.",
    supervising.StillOpenError: "The attempt is open, so this cannot be done to it. Nothing was changed.",
    supervising.NotOpenError: "The attempt had ended already. Nothing was changed.",
    supervising.NoTimeLeftError: "That moment has passed. Nothing was changed: give the attempt more time.",
    supervising.NotScoredError: "This question counts for nobody, so it has no marks. Nothing was changed.",
    supervising.NotDeletedError: "The attempt is there: it was restored already.",
    supervising.AnotherOpenError: (
        "The learner has another attempt at this quiz open, and there can be one at a time. "
        "Nothing was changed: submit or delete that one first."
    ),
}


def _stale(
    quiz_id: uuid.UUID, attempt_id: uuid.UUID, problem: supervising.SupervisingError, *, typed: str = ""
) -> Page:
    """Show what became of the attempt meanwhile, what stood in the way, and what was typed."""
    quiz = editable_quiz(quiz_id)
    words: dict[str, Any] = {
        "problem": _PROBLEMS[type(problem)],
        "other_id": getattr(problem, "attempt_id", None),
        "typed": typed,
    }
    sitting = find(quiz, attempt_id)
    if sitting is None:
        return deleted_page(quiz, attempt_id, **words), CONFLICT
    return attempt_page(quiz, sitting, **words), CONFLICT
