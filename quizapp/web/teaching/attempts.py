"""An instructor watches the attempts at a quiz: all of them, one with all it holds, one learner's, and the record."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request

from quizapp import clock
from quizapp.core.timing import ExtraTime
from quizapp.database import db
from quizapp.models import Learner
from quizapp.operations.quizzes import close_if_over, supervising
from quizapp.operations.quizzes.supervising import Stage
from quizapp.web.access import instructor_required
from quizapp.web.teaching.access import current_teacher, editable_quiz
from quizapp.web.teaching.attempt_forms import ExtraTimeForm, GrantForm
from quizapp.web.teaching.telling import event_until, event_words, extra_time_words, marks_words
from quizapp.web.teaching.views import bp

if TYPE_CHECKING:
    from quizapp.models import Quiz
    from quizapp.operations.quizzes.supervising import Sitting

bp.add_app_template_filter(extra_time_words)
bp.add_app_template_filter(event_until)
bp.add_app_template_filter(event_words)
bp.add_app_template_filter(marks_words)

#: No list is longer than this in pages.
_MOST_PAGES = 100_000
CONFLICT = 409


@bp.get("/quizzes/<uuid:quiz_id>/attempts")
@instructor_required
def attempts(quiz_id: uuid.UUID) -> str:
    """List who takes the quiz and how far they are."""
    quiz = editable_quiz(quiz_id)
    shown = request.args.get("deleted", type=uuid.UUID)
    deleted = supervising.list_deleted(quiz.id)
    return render_template(
        "teaching/attempts.html",
        quiz=quiz,
        deleted=deleted,
        undo=next((one for one in deleted if one.attempt_id == shown), None),
        **_listed(quiz),
    )


@bp.get("/quizzes/<uuid:quiz_id>/attempts/rows")
@instructor_required
def attempt_rows(quiz_id: uuid.UUID) -> str:
    """Show the list alone, for the page that keeps itself up to date."""
    quiz = editable_quiz(quiz_id)
    return render_template("teaching/_attempts.html", quiz=quiz, **_listed(quiz))


def _listed(quiz: Quiz) -> dict[str, Any]:
    stage = next((one for one in Stage if one == request.args.get("show")), None)
    sittings = supervising.list_sittings(quiz.id, stage, posted_page())
    return {"sittings": sittings, "stage": stage}


@bp.get("/quizzes/<uuid:quiz_id>/attempts/<uuid:attempt_id>")
@instructor_required
def attempt(quiz_id: uuid.UUID, attempt_id: uuid.UUID) -> str:
    """Show one attempt: its questions with responses and keys, what happened to it, what can be done."""
    quiz = editable_quiz(quiz_id)
    sitting = find(quiz, attempt_id)
    if sitting is None:
        return deleted_page(quiz, attempt_id)
    return attempt_page(quiz, sitting)


@bp.get("/quizzes/<uuid:quiz_id>/takers/<uuid:learner_id>")
@instructor_required
def taker(quiz_id: uuid.UUID, learner_id: uuid.UUID) -> str:
    """Show one learner's attempts at the quiz, and the terms that hold for them."""
    return taker_page(editable_quiz(quiz_id), learner_id)


@bp.get("/quizzes/<uuid:quiz_id>/record")
@instructor_required
def record(quiz_id: uuid.UUID) -> str:
    """Show what instructors and administrators did at the quiz."""
    quiz = editable_quiz(quiz_id)
    with_looks = request.args.get("show") == "looks"
    page = posted_page()
    entries, has_more = supervising.list_record(quiz.id, page, with_looks=with_looks)
    return render_template(
        "teaching/record.html",
        quiz=quiz,
        entries=entries,
        page=page,
        has_more=has_more,
        with_looks=with_looks,
    )


def find(quiz: Quiz, attempt_id: uuid.UUID) -> Sitting | None:
    """Return an attempt at the quiz, closed if its time has run out; whoever opens a page on it has looked at it."""
    quiz_id, now = quiz.id, clock.now()
    sitting = supervising.find_sitting(quiz_id, attempt_id)
    if sitting is None:
        return None
    if request.method == "GET":
        supervising.record_look(sitting.learner_id, quiz_id, attempt_id, now, current_teacher().id)
    if sitting.stage == Stage.RUNNING and sitting.attempt is not None:
        close_if_over(sitting.attempt, now)
    return supervising.find_sitting(quiz_id, attempt_id)


def attempt_page(quiz: Quiz, sitting: Sitting, **words: Any) -> str:
    """Return the page of an attempt; `problem` says what stood in the way, `failed` holds marks that were refused."""
    assert sitting.attempt is not None  # noqa: S101 - a sitting that was found by its attempt has one
    log = supervising.list_log(quiz.id, sitting.learner_id, sitting.attempt.id)
    log += supervising.list_log(quiz.id, sitting.learner_id, quiz.id)
    return render_template(
        "teaching/attempt.html",
        quiz=quiz,
        sitting=sitting,
        attempt=sitting.attempt,
        watched=supervising.list_watched(sitting.attempt),
        log=sorted(log, key=lambda entry: (entry.event.at, entry.event.id)),
        **words,
    )


def deleted_page(quiz: Quiz, attempt_id: uuid.UUID, **words: Any) -> str:
    """Return the page of an attempt that was deleted, from which it can be restored; 404 for one that never was."""
    deleted = supervising.find_deleted(quiz.id, attempt_id)
    if deleted is None:
        abort(404)
    log = supervising.list_log(quiz.id, deleted.learner_id, attempt_id)
    return render_template("teaching/attempt_deleted.html", quiz=quiz, deleted=deleted, log=log, **words)


def taker_page(
    quiz: Quiz,
    learner_id: uuid.UUID,
    *,
    grant: GrantForm | None = None,
    extra: ExtraTimeForm | None = None,
    everywhere: ExtraTimeForm | None = None,
) -> str:
    """Return the page of one learner; forms that were refused come back as they were sent."""
    sittings = supervising.list_of_learner(quiz.id, learner_id)
    learner = db.session.get(Learner, learner_id)
    if not sittings or learner is None:
        abort(404)
    terms = supervising.find_taker(quiz.id, learner_id)
    own = ExtraTime(learner.is_untimed, learner.extra_time_percent)
    here = ExtraTime() if terms is None else ExtraTime(terms.is_untimed, terms.extra_time_percent)
    of_quiz = ExtraTime(percent=quiz.extra_time_percent)
    granted = 0 if terms is None else terms.extra_attempts
    return render_template(
        "teaching/taker.html",
        quiz=quiz,
        sittings=sittings,
        learner_id=learner_id,
        name=sittings[0].name,
        is_guest=sittings[0].is_guest,
        terms=terms,
        granted=granted,
        own=own,
        here=here,
        of_quiz=of_quiz,
        holds=max(own, here, of_quiz),
        grant=grant or GrantForm(formdata=None, data={"extra": granted}),
        extra=extra or ExtraTimeForm.of(here, "here"),
        everywhere=everywhere or ExtraTimeForm.of(own, "everywhere"),
        log=supervising.list_log(quiz.id, learner_id, quiz.id),
    )


def posted_page() -> int:
    """Return the page of a list that is asked for."""
    return min(max(1, request.args.get("page", 1, type=int)), _MOST_PAGES)
