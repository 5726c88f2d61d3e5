"""What the player posts: reviews, each recorded once, and the taking back of one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import abort, current_app, flash, jsonify, redirect, render_template, request, url_for
from sqlalchemy import and_, literal, select

from quizapp import clock
from quizapp.core.grading import ResponseError, chance_of_guessing, parse_response
from quizapp.core.questions import ChoiceQuestion, TrueFalseQuestion, question_from_dict
from quizapp.database import db, run_tx
from quizapp.models import Card, Fact, Learner, Question, QuestionFact, QuestionRevision, QuestionSet, Review
from quizapp.models.question_sets import SetState
from quizapp.operations import study
from quizapp.operations.attempt_secrecy import select_facts_in_open_attempts
from quizapp.web.access import (
    current_learner,
    current_user_or_none,
    ensure_learner,
    former_owner,
    owner_tag,
    require_learner,
    wants_json,
)
from quizapp.web.study.forms import MissingResponseError, PostedReview, read_review, read_turn
from quizapp.web.study.player import Scope, cited, find_scope, load_page, named_scope, reordered
from quizapp.web.study.views import bp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from werkzeug.wrappers.response import Response

_ELSEWHERE = (
    "This page was opened by someone else on this browser. Nothing was saved; reload the page to go on."
)
_IN_QUIZ = (
    "This fact is asked in your open quiz. Nothing was saved; its card comes back when the quiz is over."
)
_RATED = "That card was rated before, and the first rating counts. Undo takes it back."


class RefusedError(Exception):
    """A post that changes nothing: `state` tells the player's script, the message tells the learner."""

    def __init__(self, message: str, state: str, code: int = 409) -> None:
        super().__init__(message)
        self.message = message
        self.state = state
        self.code = code


@dataclass(frozen=True, slots=True)
class Graded:
    """A question that was responded to, and whether rightly."""

    question: ChoiceQuestion | TrueFalseQuestion
    is_right: bool
    source: Mapping[str, Any]


@bp.errorhandler(RefusedError)
def refuse(problem: RefusedError) -> Response | tuple[Response, int]:
    """Tell why nothing was changed, and lead back to where the post came from."""
    if wants_json():
        return jsonify(state=problem.state, error=problem.message), problem.code
    flash(problem.message, "info" if problem.state == "conflict" else "error")
    if request.form.get("from") == "home":
        return redirect(url_for("home.index"), 303)
    return redirect(named_scope(request.form).url(), 303)


@bp.post("/reviews")
def review() -> Response:
    """Record one review, once, and lead to the next card."""
    posted = _read_posted()
    learner = current_learner()
    if not _is_own(request.form.get("owner", ""), learner):
        raise RefusedError(_ELSEWHERE, "other-learner")
    question_set_id = _find_set_of(posted.fact_id)
    graded = _grade(posted, learner)
    learner = ensure_learner()
    # Let go of by the session, its settings stay readable: the transaction would fetch the row again.
    db.session.expunge(learner)
    now = clock.now()
    given = _given(posted, graded, now)

    def unit() -> study.Recorded:
        if posted.begins:
            study.add_deck(learner.id, question_set_id, now)
        return study.record_review(learner, given)

    try:
        recorded = run_tx(unit)
    except study.ReviewConflictError as problem:
        raise RefusedError(_RATED, "conflict") from problem
    scope = named_scope(request.form)
    if wants_json():
        return _answer(scope, learner, told=_told(posted, graded, recorded, scope))
    if graded is None:
        return redirect(scope.url(), 303)
    carried = (("scope", scope.slug), ("more", scope.more), ("turn", posted.turn))
    words: dict[str, Any] = {name: value for name, value in carried if value}
    return redirect(url_for("study.told", review_id=posted.review_id, picked=posted.option, **words), 303)


@bp.get("/reviews/<uuid:review_id>")
def told(review_id: uuid.UUID) -> str | Response:
    """Show what a graded response was worth: every option with its reason, the explanation, the citation."""
    learner = require_learner()
    scope = named_scope(request.args)
    row = db.session.execute(
        select(Review, QuestionRevision.content, QuestionSet.source, Card.due_on)
        .join(
            QuestionRevision,
            and_(
                QuestionRevision.question_id == Review.question_id,
                QuestionRevision.revision == Review.question_revision,
            ),
        )
        .join(Question, Question.id == Review.question_id)
        .join(QuestionSet, QuestionSet.id == Question.question_set_id)
        .outerjoin(Card, and_(Card.learner_id == Review.learner_id, Card.fact_id == Review.fact_id))
        .where(Review.learner_id == learner.id, Review.id == review_id, Review.source == "study")
    ).one_or_none()
    if row is None:
        abort(404)
    if _is_in_open_quiz(learner, row.Review.fact_id):
        flash("That fact is asked in your open quiz, so its page is closed until the quiz is over.", "info")
        return redirect(scope.url(), 303)
    days = 0 if row.due_on is None else max(0, (row.due_on - row.Review.study_day).days)
    question = question_from_dict(row.content)
    if not isinstance(question, ChoiceQuestion | TrueFalseQuestion):
        abort(404)
    return render_template(
        "study/told.html",
        question=question,
        question_id=row.Review.question_id,
        question_revision=row.Review.question_revision,
        options=reordered(question, row.Review.fact_id, read_turn(request.args)),
        cited=cited(row.source, question.cite.words),
        picked=request.args.get("picked", ""),
        is_right=row.Review.is_right,
        is_long_term=row.Review.is_long_term,
        interval_days=days,
        page=load_page(find_scope(scope.slug, learner, scope.more), learner, clock.now()),
        scope=scope,
    )


@bp.post("/reviews/undo")
def undo() -> Response:
    """Take a review back and return to its card."""
    learner = require_learner()
    scope = named_scope(request.form)
    try:
        review_id = uuid.UUID(request.form.get("review", ""))
    except ValueError:
        abort(400)
    now = clock.now()
    # One undo a review: sent twice it is the same row.
    undo_id = uuid.uuid5(review_id, "undo")
    db.session.expunge(learner)
    try:
        fact_id = run_tx(lambda: study.undo_review(learner, review_id, undo_id, now).fact_id)
    except study.NothingToUndoError as problem:
        raise RefusedError("There is nothing to take back.", "nothing") from problem
    if wants_json():
        return _answer(scope, learner, first=fact_id)
    flash("Taken back.", "success")
    return redirect(scope.url(card=fact_id), 303)


def _answer(
    scope: Scope, learner: Learner, *, told: str | None = None, first: uuid.UUID | None = None
) -> Response:
    """Return what the player's script needs to go on without a page load."""
    # A taste has become a deck by now.
    page = load_page(find_scope(scope.slug, learner, scope.more), learner, clock.now(), first)
    return jsonify(
        state="saved",
        owner=page.owner,
        done=page.session.settled,
        total=page.session.total,
        left=_fragment("study/_left.html", page=page).strip(),
        undo=str(page.session.last_review or ""),
        cards=_fragment("study/_cards.html", page=page),
        told=told,
    )


def _fragment(name: str, **words: Any) -> str:
    """Render a part of a page without what whole pages gather about the viewer: that costs queries."""
    return current_app.jinja_env.get_template(name).render(**words)


def _is_own(owner: str, learner: Learner | None) -> bool:
    """Whether a page made for this owner is the learner's; one made for a visitor is anybody's."""
    return not owner or owner in {owner_tag(None if learner is None else learner.id), former_owner()}


def _read_posted() -> PostedReview:
    try:
        return read_review(request.form)
    except MissingResponseError as problem:
        raise RefusedError(str(problem), "empty", 422) from problem
    except ValueError:
        abort(400)


def _find_set_of(fact_id: uuid.UUID) -> uuid.UUID:
    """Return the set of the fact that was probed; 404 unless it is one that may be studied."""
    row = db.session.execute(
        select(QuestionSet.id, QuestionSet.state, Fact.treatment)
        .join(Fact, Fact.question_set_id == QuestionSet.id)
        .where(Fact.id == fact_id)
    ).one_or_none()
    if row is None or row.treatment == "exclude":
        abort(404)
    question_set_id: uuid.UUID = row.id
    if row.state == SetState.DRAFT:
        made = db.session.get_one(QuestionSet, question_set_id)
        if not made.can_see(current_user_or_none()):
            abort(404)
    return question_set_id


def _grade(posted: PostedReview, learner: Learner | None) -> Graded | None:
    """Grade the option that was picked, against the revision that was shown; None where the learner rated."""
    if posted.question_id is None:
        return None
    closed = (
        literal(value=False)
        if learner is None
        else QuestionFact.fact_id.in_(select_facts_in_open_attempts(learner.id))
    )
    row = db.session.execute(
        select(QuestionRevision.content, QuestionSet.source, closed)
        .join(Question, Question.id == QuestionRevision.question_id)
        .join(QuestionSet, QuestionSet.id == Question.question_set_id)
        .join(QuestionFact, QuestionFact.question_id == Question.id)
        .where(
            QuestionRevision.question_id == posted.question_id,
            QuestionRevision.revision == posted.question_revision,
            QuestionFact.fact_id == posted.fact_id,
        )
    ).one_or_none()
    if row is None:
        abort(404)
    content, source, is_in_quiz = row
    if is_in_quiz:
        raise RefusedError(_IN_QUIZ, "in-quiz")
    question = question_from_dict(content)
    if not isinstance(question, ChoiceQuestion | TrueFalseQuestion):
        abort(404)
    try:
        parse_response(question, {"option": posted.option})
    except ResponseError:
        abort(400)
    is_right = any(option.correct for option in question.options if option.id == posted.option)
    return Graded(question, is_right, source)


def _given(posted: PostedReview, graded: Graded | None, now: datetime) -> study.Given:
    return study.Given(
        id=posted.review_id,
        fact_id=posted.fact_id,
        form="flashcard" if graded is None else graded.question.type,
        source="study",
        at=now - posted.ago,
        rating=posted.rating,
        right=None if graded is None else graded.is_right,
        guess=0.0 if graded is None else chance_of_guessing(graded.question),
        question_id=posted.question_id,
        question_revision=None if graded is None else posted.question_revision,
        fact_revision=posted.fact_revision,
        duration_ms=posted.duration_ms,
    )


def _told(posted: PostedReview, graded: Graded | None, recorded: study.Recorded, scope: Scope) -> str | None:
    if graded is None:
        return None
    return _fragment(
        "study/_told.html",
        question=graded.question,
        question_id=posted.question_id,
        question_revision=posted.question_revision,
        options=reordered(graded.question, posted.fact_id, posted.turn),
        cited=cited(graded.source, graded.question.cite.words),
        picked=posted.option,
        is_right=graded.is_right,
        is_long_term=recorded.is_long_term,
        interval_days=recorded.interval_days,
        scope=scope,
    )


def _is_in_open_quiz(learner: Learner, fact_id: uuid.UUID) -> bool:
    found = select_facts_in_open_attempts(learner.id).where(QuestionFact.fact_id == fact_id).limit(1)
    return db.session.execute(found).first() is not None
