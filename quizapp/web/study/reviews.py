"""What the player posts most: reviews that the learner rated, each recorded once, and the taking back of a step.

The hot path: a review without a wish for cards renders nothing and asks for nothing but the session and the review.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import abort, flash, jsonify, redirect, request

from quizapp import clock
from quizapp.database import db, run_tx
from quizapp.models import CardStep, QuestionSet
from quizapp.operations import study
from quizapp.web.access import (
    current_learner,
    current_user_or_none,
    ensure_learner,
    owner_tag,
    require_learner,
    wants_json,
)
from quizapp.web.study.answers import NotTakenError, answer, check_owner
from quizapp.web.study.forms import MissingResponseError, PostedReview, read_review, read_want
from quizapp.web.study.player import AHEAD, undo_label
from quizapp.web.study.scopes import named_scope
from quizapp.web.study.views import bp

if TYPE_CHECKING:
    from datetime import datetime

    from werkzeug.wrappers.response import Response

    from quizapp.models import Learner

_UNPROCESSABLE = 422
_RATED = "That card was rated before, and the first rating counts. Undo takes it back."
_NOTHING = "There is nothing to take back."
_MOVED_ON = "Something else was done since then, so nothing was taken back; reload the page to see it."


@bp.post("/reviews")
def review() -> Response:
    """Record one review, once, and lead to the next card."""
    posted = _read_posted()
    check_owner(current_learner(is_apart=True))
    learner = ensure_learner(is_apart=True)
    recorded = _record(posted, learner, clock.now())
    if not wants_json():
        return redirect(named_scope(request.form).url(), 303)
    if read_want(request.form, AHEAD):
        return answer(named_scope(request.form), learner)
    step = study.Step(recorded.review_id, "review", posted.fact_id)
    return jsonify(state="saved", owner=owner_tag(learner.id), undo=str(step.id), undo_label=undo_label(step))


@bp.post("/undo")
def undo() -> Response:
    """Take the last step back, whether a review or a change of a card's marks, and return to its card."""
    learner = require_learner(is_apart=True)
    check_owner(learner)
    scope = named_scope(request.form)
    step = _read_step()
    now = clock.now()
    try:
        fact_id = run_tx(lambda: _take_back(learner, step, now))
    except study.NothingToUndoError as problem:
        raise NotTakenError(
            _NOTHING if study.last_step(learner, now) is None else _MOVED_ON, "nothing"
        ) from problem
    if wants_json():
        return answer(scope, learner, first=fact_id)
    flash("Taken back.", "success")
    return redirect(scope.url(card=fact_id), 303)


def _read_posted() -> PostedReview:
    try:
        return read_review(request.form)
    except MissingResponseError as problem:
        raise NotTakenError(str(problem), "empty", _UNPROCESSABLE) from problem
    except ValueError:
        abort(400)


def _read_step() -> uuid.UUID:
    try:
        return uuid.UUID(request.form.get("step", ""))
    except ValueError:
        abort(400)


def _record(posted: PostedReview, learner: Learner, now: datetime) -> study.Recorded:
    given = study.Given(
        id=posted.review_id,
        fact_id=posted.fact_id,
        form="flashcard",
        source=posted.source,
        at=now - posted.ago,
        rating=posted.rating,
        fact_revision=posted.fact_revision,
        duration_ms=posted.duration_ms,
        due_on=None if posted.rating is None else posted.due_on.get(posted.rating),
    )

    def unit(*, sees_draft: bool = False) -> study.Recorded:
        recorded = study.record_review(learner, given, only_open=True, sees_draft=sees_draft)
        if posted.begins:
            study.add_deck(learner.id, recorded.question_set_id, now)
        return recorded

    try:
        return run_tx(unit)
    except study.ReviewConflictError as problem:
        raise NotTakenError(_RATED, "conflict") from problem
    except study.NotOpenError as problem:
        if problem.set_id is None or not _sees(problem.set_id):
            abort(404)
    return run_tx(lambda: unit(sees_draft=True))


def _sees(set_id: uuid.UUID) -> bool:
    made = db.session.get(QuestionSet, set_id)
    return made is not None and made.can_see(current_user_or_none())


def _take_back(learner: Learner, step: uuid.UUID, now: datetime) -> uuid.UUID:
    """Take a step back, if it is the last one; sent again it changes nothing. Returns its fact."""
    known = db.session.get(CardStep, (learner.id, step), populate_existing=True)
    if known is not None and known.undone_at is not None:
        return known.fact_id
    # One undo a step: sent twice it is the same row.
    return study.undo_last(learner, undo_id=uuid.uuid5(step, "undo"), expected=step, now=now).step.fact_id
