"""The cover of a quiz: its rules before the start, whether one may start, and the start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_limiter.util import get_remote_address
from flask_wtf import FlaskForm
from wtforms import BooleanField, PasswordField
from wtforms.validators import InputRequired, Length

from quizapp import clock
from quizapp.core import timing
from quizapp.core.attempts import AttemptState
from quizapp.core.disclosure import Item, Phase
from quizapp.core.marking import CERTAINTY_MARKS
from quizapp.core.permits import Permit
from quizapp.core.writing import tidy
from quizapp.database import new_row_id, run_tx
from quizapp.extensions import limiter
from quizapp.models.quizzes import QuizKind, QuizState
from quizapp.operations import quizzes
from quizapp.web.access import current_user_or_none, guest_learner_id, require_learner
from quizapp.web.quizzes.sitting import local_text
from quizapp.web.quizzes.views import bp, close_what_is_over
from quizapp.web.rendering import plural

if TYPE_CHECKING:
    import uuid

    from flask import Response as FlaskResponse
    from werkzeug.wrappers.response import Response

    from quizapp.models import Attempt, Learner, QuestionSet, Quiz

_UNPROCESSABLE: Final = 422
_LONGEST_PASSWORD: Final = 80
#: Plans made until one holds: each time another quiz must have been started in between.
_TRIES: Final = 20
_NOT_IT: Final = "This is not the password of this quiz. Ask whoever gives it."
#: What each item of the matrix is called in a sentence.
_ITEMS: Final = {
    Item.SCORE: "your score",
    Item.RESPONSES: "your responses",
    Item.KEY: "the keys",
    Item.EXPLANATIONS: "the explanations with their sources",
}


class StartForm(FlaskForm):  # type: ignore[misc]
    """What is asked for before the start: a declaration, a password, or nothing."""

    honour = BooleanField("", [InputRequired("Tick this to declare it; without it the quiz does not start.")])
    password = PasswordField(
        "Password of this quiz",
        [
            InputRequired("Enter the password that you were told."),
            Length(max=_LONGEST_PASSWORD, message=_NOT_IT),
        ],
    )

    def __init__(self, quiz: Quiz, **arguments: Any) -> None:
        super().__init__(**arguments)
        if quiz.honour_line:
            self.honour.label.text = f"I declare: {quiz.honour_line}"
        else:
            del self.honour
        if not quiz.password:
            del self.password

    @property
    def given_password(self) -> str:
        """The password without the spaces that a phone adds to a word; empty where none is asked for."""
        return tidy(str(self.password.data or "")) if "password" in self else ""


def _who() -> str:
    """Return whose guesses are counted: a user's, a guest's, else those of an address."""
    user = current_user_or_none()
    return str(user.id if user is not None else guest_learner_id() or get_remote_address())


def _was_wrong(_response: FlaskResponse) -> bool:
    return bool(g.get("wrong_password"))


_guessing = limiter.limit("10 per 5 minutes", key_func=_who, methods=["POST"], deduct_when=_was_wrong)


@bp.get("/<uuid:quiz_id>/")
def cover(quiz_id: uuid.UUID) -> str:
    """Show the rules before the start, and earlier attempts."""
    learner = require_learner()
    close_what_is_over(learner.id)
    quiz, question_set = _find_quiz(learner.id, quiz_id)
    return _cover(learner, quiz, question_set, StartForm(quiz))


@bp.post("/<uuid:quiz_id>/start")
@_guessing
def start(quiz_id: uuid.UUID) -> Response | tuple[str, int]:
    """Start an attempt, or go on with the one that is open."""
    learner = require_learner()
    learner_id = learner.id
    quiz, question_set = _find_quiz(learner_id, quiz_id)
    going_on = _find_open(learner_id, quiz_id)
    if going_on is not None:
        return redirect(url_for("quizzes.attempt", attempt_id=going_on.id), 303)
    if not _can_start(quiz, question_set):
        abort(404)
    cover_url = url_for("quizzes.cover", quiz_id=quiz_id)
    # A refusal stands on the cover, with what can be done.
    if quizzes.permit_of(learner_id, quiz, clock.now()).refusal is not None:
        return redirect(cover_url, 303)
    form = StartForm(quiz)
    if not form.validate_on_submit():
        return _cover(learner, quiz, question_set, form), _UNPROCESSABLE
    try:
        attempt_id, short = _start(learner_id, quiz, form.given_password)
    except quizzes.WrongPasswordError:
        g.wrong_password = True
        form.password.errors = [_NOT_IT]
        return _cover(learner, *_find_quiz(learner_id, quiz_id), form), _UNPROCESSABLE
    except quizzes.NotPermittedError:
        return redirect(cover_url, 303)
    except (quizzes.NoQuestionsError, quizzes.HeldError):
        flash(_nothing_to_ask(learner_id, quiz), "error")
        return redirect(cover_url, 303)
    # The cover said how many there would be; only what changed since, such as a quiz started elsewhere, is news.
    promised = request.form.get("count", quiz.question_count, type=int)
    if short and short < promised:
        flash(
            f"This quiz asks {plural(short, 'question')} instead of {promised}: "
            "another quiz that is open asks the facts of the others, or they would give responses away.",
            "info",
        )
    return redirect(url_for("quizzes.attempt", attempt_id=attempt_id), 303)


def _start(learner_id: uuid.UUID, quiz: Quiz, password: str) -> tuple[uuid.UUID, int]:
    """Return the attempt that goes on, and the number of its questions if it is new and has fewer than wanted."""
    for _ in range(_TRIES):
        plan = quizzes.plan_attempt(learner_id, quiz, new_row_id(), quizzes.seed_of(learner_id, quiz))
        try:
            attempt_id = run_tx(
                lambda plan=plan: quizzes.start_attempt(  # type: ignore[misc]
                    learner_id, quiz, plan, clock.now(), password=password
                )
            )
        except quizzes.StalePlanError:
            # The next plan leaves out what the other quiz asks: it is empty in the end, if nothing else.
            continue
        is_short = attempt_id == plan.attempt_id and len(plan.slots) < quiz.question_count
        return attempt_id, len(plan.slots) if is_short else 0
    raise quizzes.HeldError


def _nothing_to_ask(learner_id: uuid.UUID, quiz: Quiz) -> str:
    """Return why nothing can be asked, and what to do."""
    if close_what_is_over(learner_id):
        return "Another quiz that is open asks the facts of this one. Finish that one first."
    if quiz.kind == QuizKind.TAUGHT:
        return "Nothing is left to ask: its questions were withdrawn. Tell whoever gives this quiz."
    return "Nothing is left to ask: the facts of this quiz were withdrawn. Make a new quiz."


def _cover(learner: Learner, quiz: Quiz, question_set: QuestionSet, form: StartForm) -> str:
    now = clock.now()
    attempts, _ = quizzes.list_attempts(learner.id, quiz_id=quiz.id, limit=50)
    open_attempt = next((attempt for attempt, _ in attempts if attempt.state == AttemptState.OPEN), None)
    can_start = _can_start(quiz, question_set)
    permit = quizzes.permit_of(learner.id, quiz, now) if open_attempt is None else Permit()
    shows_plan = can_start and open_attempt is None and permit.refusal is None
    extra = quizzes.extra_time_of(learner.id, quiz)
    ends_at = timing.deadline(now, quiz.time_limit_seconds, extra, quiz.closes_at)
    full_at = timing.deadline(now, quiz.time_limit_seconds, extra)
    return render_template(
        "quizzes/cover.html",
        quiz=quiz,
        question_set=question_set,
        form=form,
        can_start=can_start,
        permit=permit,
        preview=quizzes.preview_attempt(learner.id, quiz) if shows_plan else None,
        open_attempt=open_attempt,
        remaining=None if open_attempt is None else timing.remaining_seconds(now, open_attempt.deadline_at),
        attempts=[(attempt, quiz) for attempt, _ in attempts if attempt.state == AttemptState.CLOSED],
        limit_seconds=None if full_at is None else (full_at - now).total_seconds(),
        question_seconds=_seconds_each(quiz, extra),
        is_cut_short=quiz.closes_at is not None and (full_at is None or quiz.closes_at < full_at),
        time_left=None if ends_at is None else max(0.0, (ends_at - now).total_seconds()),
        extra=extra,
        is_taught=quiz.kind == QuizKind.TAUGHT,
        shown=_shown(quiz),
        checks=quiz.disclosure.checks,
        scale=sorted(CERTAINTY_MARKS.items()),
        local=lambda moment: local_text(moment, learner.time_zone),
        now=now,
    )


def _seconds_each(quiz: Quiz, extra: timing.ExtraTime) -> float | None:
    return None if quiz.question_seconds is None else timing.lengthened(quiz.question_seconds, extra)


def _shown(quiz: Quiz) -> dict[str, list[str]]:
    """Return in words what is visible after the attempt, and what only when the quiz closed."""
    after, closed = (
        {item for item in Item if quiz.disclosure.shows(item, phase)} for phase in (Phase.AFTER, Phase.CLOSED)
    )
    return {
        "after": [_ITEMS[item] for item in Item if item in after],
        "closed": [_ITEMS[item] for item in Item if item in closed - after],
    }


def _find_open(learner_id: uuid.UUID, quiz_id: uuid.UUID) -> Attempt | None:
    return next(
        (attempt for attempt, _ in close_what_is_over(learner_id) if attempt.quiz_id == quiz_id), None
    )


def _can_start(quiz: Quiz, question_set: QuestionSet) -> bool:
    """Whether the quiz is given at all: an instructor may ask a set that only they see, a learner may not."""
    if quiz.kind == QuizKind.TAUGHT:
        return quiz.state == QuizState.PUBLISHED
    return question_set.can_see(current_user_or_none())


def _find_quiz(learner_id: uuid.UUID, quiz_id: uuid.UUID) -> tuple[Quiz, QuestionSet]:
    found = quizzes.find_quiz(learner_id, quiz_id)
    if found is None:
        abort(404)
    return found
