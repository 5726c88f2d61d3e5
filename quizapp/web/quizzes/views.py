"""The list of one's quizzes, making one, and its cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from quizapp import clock
from quizapp.core import timing
from quizapp.core.attempts import AttemptState
from quizapp.database import new_row_id, run_tx
from quizapp.models.question_sets import QuestionSet, find_set, list_published_sets
from quizapp.operations import quizzes
from quizapp.web.access import current_learner, current_user_or_none, ensure_learner, require_learner
from quizapp.web.quizzes.forms import NewQuizForm
from quizapp.web.rendering import plural

if TYPE_CHECKING:
    import uuid

    from werkzeug.wrappers.response import Response

    from quizapp.models import Attempt, Quiz

bp = Blueprint("quizzes", __name__, url_prefix="/quizzes")

_PAGE = 20
_LAST_PAGE = 10_000


@bp.get("/")
def index() -> str:
    """Show one's quizzes and attempts."""
    learner = current_learner()
    if learner is None:
        return render_template(
            "quizzes/index.html", quizzes=[], open_attempts=[], attempts=[], pages=0, page=1
        )
    learner_id = learner.id
    open_attempts = [
        (attempt, quiz)
        for attempt, quiz in close_what_is_over(learner_id)
        if attempt.state == AttemptState.OPEN
    ]
    page = min(max(1, request.args.get("page", 1, type=int)), _LAST_PAGE)
    attempts, total = quizzes.list_attempts(
        learner_id, state=AttemptState.CLOSED, limit=_PAGE, offset=(page - 1) * _PAGE
    )
    return render_template(
        "quizzes/index.html",
        quizzes=quizzes.list_quizzes(learner_id),
        open_attempts=[
            (attempt, quiz, timing.remaining_seconds(clock.now(), attempt.deadline_at))
            for attempt, quiz in open_attempts
        ],
        attempts=attempts,
        page=page,
        pages=-(-total // _PAGE),
    )


@bp.route("/new", methods=["GET", "POST"])
def new() -> str | Response | tuple[str, int]:
    """Put a quiz together."""
    slug = request.args.get("set", "")
    if not slug:
        if request.method == "POST":
            abort(400, "The form does not say of which set the quiz is to be.")
        return render_template("quizzes/choose.html", sets=list_published_sets())
    question_set = _visible(find_set(slug))
    stock = quizzes.count_stock(question_set.id)
    form = NewQuizForm(question_set, stock)
    if form.validate_on_submit():
        learner_id = ensure_learner().id
        made = run_tx(
            lambda: quizzes.make_quiz(
                learner_id,
                form.chosen_id,
                question_set,
                topics=form.chosen_topics,
                question_count=form.chosen_count,
                time_limit_seconds=form.chosen_seconds,
                includes_fiction=bool(form.fiction.data),
                now=clock.now(),
            )
        )
        if not made:
            abort(404)
        return redirect(url_for("quizzes.cover", quiz_id=form.chosen_id), 303)
    page = render_template("quizzes/new.html", form=form, question_set=question_set, stock=stock)
    return (page, 422) if form.is_submitted() else page


@bp.get("/<uuid:quiz_id>/")
def cover(quiz_id: uuid.UUID) -> str:
    """Show the rules before the start, and earlier attempts."""
    learner = require_learner()
    learner_id = learner.id
    close_what_is_over(learner_id)
    quiz, question_set = _own_quiz(learner_id, quiz_id)
    attempts, _ = quizzes.list_attempts(learner_id, quiz_id=quiz_id, limit=50)
    open_attempt = next((attempt for attempt, _ in attempts if attempt.state == AttemptState.OPEN), None)
    now = clock.now()
    ends_at = timing.deadline(
        now, quiz.time_limit_seconds, timing.ExtraTime(learner.is_untimed, learner.extra_time_percent)
    )
    can_start = question_set.can_see(current_user_or_none())
    shows_plan = can_start and open_attempt is None
    return render_template(
        "quizzes/cover.html",
        quiz=quiz,
        question_set=question_set,
        can_start=can_start,
        preview=quizzes.preview_attempt(learner_id, quiz) if shows_plan else None,
        open_attempt=open_attempt,
        remaining=None if open_attempt is None else timing.remaining_seconds(now, open_attempt.deadline_at),
        attempts=[(attempt, quiz) for attempt, _ in attempts if attempt.state == AttemptState.CLOSED],
        limit_seconds=None if ends_at is None else (ends_at - now).total_seconds(),
        extra_percent=learner.extra_time_percent,
    )


@bp.post("/<uuid:quiz_id>/start")
def start(quiz_id: uuid.UUID) -> Response:
    """Start an attempt, or go on with the one that is open."""
    learner_id = require_learner().id
    quiz, question_set = _own_quiz(learner_id, quiz_id)
    going_on = next(
        (attempt for attempt, _ in close_what_is_over(learner_id) if attempt.quiz_id == quiz_id), None
    )
    if going_on is not None:
        return redirect(url_for("quizzes.attempt", attempt_id=going_on.id), 303)
    _visible(question_set)
    try:
        attempt_id, short = _start(learner_id, quiz)
    except quizzes.NoQuestionsError:
        if close_what_is_over(learner_id):
            words = "Another quiz that is open asks the facts of this one. Finish that one first."
        else:
            words = "Nothing is left to ask: the facts of this quiz were withdrawn. Make a new quiz."
        flash(words, "error")
        return redirect(url_for("quizzes.cover", quiz_id=quiz_id), 303)
    # The cover said how many there would be; only what changed since, such as a quiz started elsewhere, is news.
    promised = request.form.get("count", quiz.question_count, type=int)
    if short and short < promised:
        flash(
            f"This quiz asks {plural(short, 'question')} instead of {promised}: "
            "another quiz that is open asks the facts of the others, or they would give responses away.",
            "info",
        )
    return redirect(url_for("quizzes.attempt", attempt_id=attempt_id), 303)


def _start(learner_id: uuid.UUID, quiz: Quiz) -> tuple[uuid.UUID, int]:
    """Return the attempt that goes on, and the number of its questions if it is new and has fewer than wanted."""
    while True:
        plan = quizzes.plan_attempt(learner_id, quiz, new_row_id(), quizzes.seed_of(learner_id, quiz))
        try:
            attempt_id = run_tx(lambda plan=plan: quizzes.start_attempt(learner_id, quiz, plan, clock.now()))  # type: ignore[misc]
        except quizzes.StalePlanError:
            # The next plan leaves out what the other quiz asks: it is empty in the end, if nothing else.
            continue
        is_short = attempt_id == plan.attempt_id and len(plan.slots) < quiz.question_count
        return attempt_id, len(plan.slots) if is_short else 0


def close_what_is_over(learner_id: uuid.UUID) -> list[tuple[Attempt, Quiz]]:
    """Close this learner's attempts whose time ran out, and return those that go on."""
    rows, _ = quizzes.list_attempts(learner_id, state=AttemptState.OPEN, limit=200)
    over = [attempt for attempt, _ in rows if not timing.accepts(clock.now(), attempt.deadline_at)]
    if not over:
        return rows
    for attempt in over:
        quizzes.close_if_over(attempt, clock.now())
    return quizzes.list_attempts(learner_id, state=AttemptState.OPEN, limit=200)[0]


def _visible(question_set: QuestionSet | None) -> QuestionSet:
    if question_set is None or not question_set.can_see(current_user_or_none()):
        abort(404)
    return question_set


def _own_quiz(learner_id: uuid.UUID, quiz_id: uuid.UUID) -> tuple[Quiz, QuestionSet]:
    found = quizzes.find_quiz(learner_id, quiz_id)
    if found is None:
        abort(404)
    return found
