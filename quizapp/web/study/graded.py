"""Responses to questions in the player: each is graded once and becomes a review of every fact that it settles."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import abort, jsonify, render_template, request
from sqlalchemy import select

from quizapp import clock
from quizapp.core.grading import Outcome, ResponseError, grade, parse_response, verdicts
from quizapp.core.questions import (
    AnyQuestion,
    ChoiceQuestion,
    DateQuestion,
    MapQuestion,
    MatchingQuestion,
    MultipleQuestion,
    OrderingQuestion,
    Response,
    TrueFalseQuestion,
    question_from_dict,
)
from quizapp.database import db, run_tx
from quizapp.models import Fact, Question, QuestionRevision, QuestionSet
from quizapp.operations import study
from quizapp.operations.study import Action
from quizapp.operations.study.asking import Asked
from quizapp.web.access import current_learner, current_user_or_none, ensure_learner, wants_json
from quizapp.web.study.answers import (
    NotTakenError,
    answer,
    check_open_quizzes,
    check_owner,
    find_set_of,
    fragment,
    told_of,
)
from quizapp.web.study.forms import PostedResponse, read_response
from quizapp.web.study.player import AHEAD, Again, load_page, order_shown
from quizapp.web.study.scopes import named_scope, open_scope
from quizapp.web.study.telling import Done, Found, tell
from quizapp.web.study.views import bp

if TYPE_CHECKING:
    from datetime import datetime

    from werkzeug.wrappers.response import Response as BaseResponse

    from quizapp.core.grading import Grade
    from quizapp.models import Learner
    from quizapp.web.study.scopes import Scope

_UNPROCESSABLE = 422
_RATED = "That card was responded to before, and the first response counts. Undo takes it back."
_BLANK = {
    "choice": "Choose one of the options first; the card is still there.",
    "true-false": "Choose one of the options first; the card is still there.",
    "multiple": "Mark at least one first; the card is still there.",
    "map": "Mark at least one place first; the card is still there.",
    "ordering": "Put them in order, or keep this order, first; the card is still there.",
    "matching": "Make at least one pair first; the card is still there.",
    "date": "Enter the date first; the card is still there.",
    "numeric": "Enter the number first; the card is still there.",
}
_NOTHING = "Give a response first; the card is still there."


@bp.post("/responses")
def respond() -> BaseResponse | str | tuple[str | BaseResponse, int]:
    """Grade one response, record what it says of each fact, and tell it."""
    try:
        posted = read_response(request.form)
    except ValueError:
        abort(400)
    learner = current_learner()
    check_owner(learner)
    found = _find(posted)
    check_open_quizzes(learner, [fact_id for fact_id in found.facts if fact_id is not None])
    scope = named_scope(request.form)
    try:
        response, judged = _judge(posted, found.question)
    except ResponseError as problem:
        return _ask_again(posted, found, scope, learner, problem)
    learner = ensure_learner(is_apart=True)
    now = clock.now()
    recorded = _record(posted, found, response, learner, now)
    told = tell(posted, found, response, judged, recorded, learner, now)
    if wants_json():
        return answer(
            scope, learner, tell=lambda page: {"told": fragment("study/_told.html", told=told, page=page)}
        )
    page = load_page(open_scope(scope, learner, now), learner, now, want=0)
    return render_template("study/told.html", told=told, page=page, scope=page.scope)


def _find(posted: PostedResponse) -> Found:
    """Return the question in the revision that was shown; 404 where it does not probe the fact of the card."""
    find_set_of(posted.probe.fact_id)
    row = db.session.execute(
        select(QuestionRevision.content, QuestionSet)
        .join(Question, Question.id == QuestionRevision.question_id)
        .join(QuestionSet, QuestionSet.id == Question.question_set_id)
        .where(
            QuestionRevision.question_id == posted.question_id,
            QuestionRevision.revision == posted.question_revision,
        )
    ).one_or_none()
    if row is None:
        abort(404)
    content, made = row
    question = question_from_dict(content)
    keys = dict(
        db.session.execute(
            select(Fact.key, Fact.id).where(Fact.question_set_id == made.id, Fact.key.in_(question.facts))
        ).all()
    )
    facts = [keys.get(key) for key in question.facts]
    if posted.probe.fact_id not in facts:
        abort(404)
    return Found(
        question,
        made.id,
        made.slug,
        made.source,
        made.language,
        made.can_edit(current_user_or_none()),
        facts,
    )


def _judge(posted: PostedResponse, question: AnyQuestion) -> tuple[Response, Grade]:
    """Return the response and its grade; raises `ResponseError` for one that is blank or cannot be understood."""
    response = parse_response(question, posted.fields)
    judged = grade(question, response)
    if response is None or judged.outcome is Outcome.BLANK:
        raise ResponseError(_field_of(posted, question), _BLANK.get(question.type, _NOTHING))
    if judged.outcome is Outcome.UNCLEAR:
        raise ResponseError(_field_of(posted, question), judged.feedback)
    return response, judged


def _field_of(posted: PostedResponse, question: AnyQuestion) -> str:
    """Return the first field of a response, where an error that concerns all of it is shown."""
    if isinstance(question, ChoiceQuestion | TrueFalseQuestion):
        return "option"
    if isinstance(question, MultipleQuestion | MapQuestion):
        return "marks"
    if isinstance(question, OrderingQuestion):
        # The first that is shown: that of the key would tell it.
        return f"place-{order_shown(question, posted.probe.fact_id, posted.turn)[0]}"
    if isinstance(question, MatchingQuestion):
        return f"pair-{question.pairs[0].id}"
    return question.parts[0] if isinstance(question, DateQuestion) else "text"


def _ask_again(
    posted: PostedResponse, found: Found, scope: Scope, learner: Learner | None, problem: ResponseError
) -> tuple[str | BaseResponse, int]:
    """Show the same card with what was given and why it could not be taken; nothing is saved."""
    now = clock.now()
    again = Again(
        review_id=posted.probe.review_id,
        fact_id=posted.probe.fact_id,
        asked=Asked(posted.question_id, posted.question_revision, found.question, posted.turn),
        turn=posted.turn,
        given=posted.fields,
        problem=problem,
    )
    opened = open_scope(scope, learner, now)
    if wants_json():
        page = load_page(opened, learner, now, want=1, again=again)
        state = "empty" if problem.message in {*_BLANK.values(), _NOTHING} else "unclear"
        words = told_of(page)
        words["card"] = words.pop("cards")
        return jsonify(words | {"state": state, "error": problem.message}), _UNPROCESSABLE
    page = load_page(opened, learner, now, want=AHEAD, again=again)
    return render_template("study/player.html", page=page, scope=opened), _UNPROCESSABLE


def _record(
    posted: PostedResponse, found: Found, response: Response, learner: Learner, now: datetime
) -> dict[uuid.UUID, Done]:
    """Record a review of each fact that the response settles; returns them by fact.

    A card that it does not settle is put behind the others of today, so that the session goes on.
    """
    probe = posted.probe
    givens: list[study.Given] = []
    for verdict in verdicts(found.question, response):
        fact_id = found.facts[verdict.fact]
        if fact_id is None:
            continue
        is_own = fact_id == probe.fact_id
        givens.append(
            study.Given(
                id=probe.review_id if is_own else uuid.uuid5(probe.review_id, str(verdict.fact)),
                fact_id=fact_id,
                form=found.question.type,
                source=probe.source,
                at=now - probe.ago,
                right=verdict.right,
                guess=verdict.guess,
                question_id=posted.question_id,
                question_revision=posted.question_revision,
                fact_revision=probe.fact_revision if is_own else None,
                # The time it took is told once.
                duration_ms=probe.duration_ms if is_own or not givens else 0,
            )
        )
    is_settled = any(given.fact_id == probe.fact_id for given in givens)

    def unit() -> dict[uuid.UUID, Done]:
        if probe.begins:
            study.add_deck(learner.id, found.set_id, now)
        recorded = {
            given.fact_id: Done(given.is_right, study.record_review(learner, given).is_long_term)
            for given in givens
        }
        if not is_settled:
            later = uuid.uuid5(probe.review_id, "later")
            study.change_marks(learner, [probe.fact_id], Action.SKIP, step_id=later, now=now)
        return recorded

    try:
        return run_tx(unit)
    except study.ReviewConflictError as problem:
        raise NotTakenError(_RATED, "conflict") from problem
