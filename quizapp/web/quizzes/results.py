"""The result of an attempt: what its quiz shows of it by now, and what is studied after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, request, url_for

from quizapp import clock
from quizapp.core.attempts import AttemptState
from quizapp.core.certainty import judge
from quizapp.core.disclosure import Item
from quizapp.core.study_queue import Mode
from quizapp.database import db, run_tx
from quizapp.models import Quiz
from quizapp.operations import quizzes
from quizapp.operations.study import add_deck
from quizapp.web.access import require_learner
from quizapp.web.quizzes.sitting import find, local_text, private_page, titles_of
from quizapp.web.quizzes.views import bp

if TYPE_CHECKING:
    import uuid

    from werkzeug.wrappers.response import Response as BaseResponse

    from quizapp.models import Attempt, Learner
    from quizapp.operations.quizzes import AttemptResult


@bp.get("/attempts/<uuid:attempt_id>/result")
def result(attempt_id: uuid.UUID) -> BaseResponse:
    """Show what may be seen of a closed attempt."""
    found = find(attempt_id)
    if found.state != AttemptState.CLOSED:
        return redirect(url_for("quizzes.attempt", attempt_id=attempt_id), 303)
    learner = require_learner()
    quiz = _quiz_of(learner, found)
    told = quizzes.load_result(learner, found, quiz, clock.now())
    is_filtered = request.args.get("show") == "wrong" and Item.SCORE in told.view
    return private_page(
        "quizzes/result.html",
        200,
        attempt=found,
        quiz=quiz,
        outcome=told,
        lines=told.not_right if is_filtered else told.lines,
        is_filtered=is_filtered,
        certainty_verdict=judge(told.certainty),
        sections=titles_of(quiz, told.lines),
        mistakes_url=_mistakes_url(found, told),
        finished=local_text(found.finished_at, learner.time_zone),
        **_later(told, learner),
    )


@bp.post("/attempts/<uuid:attempt_id>/deck")
def deck(attempt_id: uuid.UUID) -> BaseResponse:
    """Put what a closed attempt asked among one's decks; with `then=mistakes` go on to what was not right."""
    found = find(attempt_id)
    learner = require_learner()
    if found.state != AttemptState.CLOSED or found.is_preview:
        abort(404)
    told = quizzes.load_result(learner, found, _quiz_of(learner, found), clock.now())
    to_mistakes = request.form.get("then") == "mistakes"
    places = [place for place in told.sets if place.slug and (place.missed or not to_mistakes)]
    if not places:
        abort(404)
    learner_id, set_ids = learner.id, [place.id for place in places]

    def unit() -> None:
        for set_id in set_ids:
            add_deck(learner_id, set_id, clock.now())

    run_tx(unit)
    if to_mistakes and told.mistakes:
        return redirect(_study_mistakes(attempt_id), 303)
    names = " and ".join(f"“{place.title}”" for place in places)
    are, their, they = ("is", "its", "they") if len(places) == 1 else ("are", "their", "they")
    flash(f"{names} {are} among your decks now: {their} facts come back when {they} are due.", "success")
    if len(places) == 1:
        return redirect(url_for("study.deck", slug=places[0].slug), 303)
    return redirect(url_for("study.index"), 303)


def _quiz_of(learner: Learner, found: Attempt) -> Quiz:
    """Return the quiz of an attempt; 404 where it is not there for the learner. A preview is there for who made it."""
    if found.is_preview:
        return db.session.get_one(Quiz, found.quiz_id)
    row = quizzes.find_quiz(learner.id, found.quiz_id)
    if row is None:
        abort(404)
    return row[0]


def _mistakes_url(found: Attempt, told: AttemptResult) -> str | None:
    """Return where what was not right is studied; None where that is not among the learner's decks yet."""
    return (
        None if any(place.missed and not place.is_deck for place in told.sets) else _study_mistakes(found.id)
    )


def _study_mistakes(attempt_id: uuid.UUID) -> str:
    # Memory has counted the quiz already: going through it again at once moves nothing.
    return url_for("study.index", q=f"missed:{attempt_id}", mode=Mode.CRAM.value)


def _later(told: AttemptResult, learner: Learner) -> dict[str, Any]:
    """Return what is not shown by now, in words, and from when on it is."""
    later, shown = told.view.later, told.view.items
    hidden = [
        words
        for item, words in (
            (Item.SCORE, "your score"),
            (Item.RESPONSES, "your responses"),
            (Item.KEY, "keys"),
            (Item.EXPLANATIONS, "explanations"),
        )
        if item in later
    ]
    return {
        "later": hidden,
        "shows_nothing": not shown,
        "closes_at": told.view.closes_at,
        "closes": local_text(told.view.closes_at, learner.time_zone),
    }
