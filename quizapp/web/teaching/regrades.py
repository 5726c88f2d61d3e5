"""Regrades: which questions went badly, what was given, what a decision would change, and taking it back."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import Length

from quizapp import clock
from quizapp.core.grading import ResponseError, key_text, parse_response
from quizapp.core.questions import ClozeQuestion, NumericQuestion, ShortQuestion
from quizapp.core.regrading import Adjustment, is_same
from quizapp.database import new_row_id
from quizapp.operations.quizzes import regrading
from quizapp.web.access import instructor_required
from quizapp.web.rendering import plural
from quizapp.web.teaching.access import current_teacher, editable_quiz
from quizapp.web.teaching.views import bp

if TYPE_CHECKING:
    from werkzeug.wrappers.response import Response as BaseResponse

    from quizapp.core.questions import AnyQuestion, Response
    from quizapp.operations.quizzes.regrading import Given

#: Most further responses accepted at once.
_MOST_LINES = 50
_DECISION = "decide-"
UNPROCESSABLE = 422


class RegradeForm(FlaskForm):  # type: ignore[misc]
    """What is decided on one question; what is decided on each response stands in fields named after it."""

    treatment = RadioField(
        "The question as a whole",
        choices=[
            SelectChoice("", "Counts as it does"),
            SelectChoice("credit", "Full marks for everybody, whatever was given"),
            SelectChoice("drop", "Counts for nobody, as if it had not been asked"),
        ],
        default="",
    )
    also = TextAreaField("Also accept", [Length(max=5000)])
    keeps_higher = BooleanField("Leave scores that would fall as they are", default=True)
    reason = StringField(
        "Reason, for the record", [Length(max=500, message="Say it in at most 500 characters.")]
    )
    #: Made with the page, so that a form sent twice applies once.
    regrade_id = HiddenField()
    digest = HiddenField()


@bp.get("/quizzes/<uuid:quiz_id>/regrades")
@instructor_required
def regrades(quiz_id: uuid.UUID) -> str:
    """List the questions that were asked, and what was decided."""
    quiz = editable_quiz(quiz_id)
    return render_template(
        "teaching/regrades.html",
        quiz=quiz,
        asked=regrading.list_asked(quiz_id),
        done=regrading.list_regrades(quiz_id),
    )


@bp.route("/quizzes/<uuid:quiz_id>/regrades/<uuid:question_id>", methods=["GET", "POST"])
@instructor_required
def regrade(quiz_id: uuid.UUID, question_id: uuid.UUID) -> str | BaseResponse | tuple[str, int]:
    """Decide on a question: try it, look at what would change, apply it."""
    quiz = editable_quiz(quiz_id)
    found = regrading.find_asked(quiz_id, question_id)
    if found is None:
        abort(404)
    question, standing = found
    given = regrading.list_given(quiz_id, question_id)
    form = RegradeForm(data=_data_of(standing, question, given))
    if request.method == "GET":
        form.regrade_id.data = str(new_row_id())
    context: dict[str, Any] = {
        "quiz": quiz, "question": question, "question_id": question_id, "key": key_text(question), "given": given,
        "takes_lines": _takes_lines(question), "decided": _decisions(given),
    }  # fmt: skip
    if not form.validate_on_submit():
        page = render_template("teaching/regrade.html", form=form, **context)
        return (page, UNPROCESSABLE) if form.is_submitted() else page
    adjustment = _adjustment(form, question, given, standing)
    if adjustment is None or request.form.get("go") == "change":
        page = render_template("teaching/regrade.html", form=form, **context)
        return (page, UNPROCESSABLE) if adjustment is None else page
    keeps_higher = bool(form.keeps_higher.data)
    if request.form.get("go") == "apply":
        try:
            return _apply(quiz_id, question_id, adjustment, form)
        except regrading.StaleRegradeError:
            flash(
                "Attempts changed since you looked: see again what would change. Nothing was applied.",
                "warning",
            )
    tried = regrading.try_regrade(quiz_id, question_id, adjustment, keeps_higher=keeps_higher)
    kept = (
        regrading.try_regrade(quiz_id, question_id, adjustment, keeps_higher=False).falling
        if keeps_higher
        else 0
    )
    return render_template(
        "teaching/regrade_tried.html",
        form=form,
        tried=tried,
        kept=kept,
        decisions=_decisions(given),
        is_same_as_before=adjustment == standing,
        **{name: context[name] for name in ("quiz", "question", "question_id", "key")},
    )


@bp.post("/quizzes/<uuid:quiz_id>/regrades/<uuid:regrade_id>/undo")
@instructor_required
def undo_regrade(quiz_id: uuid.UUID, regrade_id: uuid.UUID) -> BaseResponse:
    """Take a regrade back."""
    editable_quiz(quiz_id)
    user_id, now = current_teacher().id, clock.now()
    try:
        changed = regrading.undo_regrade(quiz_id, regrade_id, user_id, now)
    except LookupError:
        abort(404)
    except regrading.RegradeNotLastError:
        flash("A later regrade of this question stands on it: undo that one first.", "error")
    else:
        flash(f"Undone: {plural(changed, 'score')} as before.", "success")
    return redirect(url_for("teaching.regrades", quiz_id=quiz_id), 303)


def _apply(
    quiz_id: uuid.UUID, question_id: uuid.UUID, adjustment: Adjustment, form: RegradeForm
) -> BaseResponse:
    try:
        regrade_id = uuid.UUID(form.regrade_id.data or "")
    except ValueError:
        abort(
            400, "The form came without its key. Go back, reload the page and try again; nothing was changed."
        )
    user_id, now = current_teacher().id, clock.now()
    changed = regrading.apply_regrade(
        quiz_id,
        question_id,
        adjustment,
        regrade_id=regrade_id,
        keeps_higher=bool(form.keeps_higher.data),
        digest=form.digest.data or "",
        reason=(form.reason.data or "").strip(),
        user_id=user_id,
        now=now,
    )
    flash(f"Regraded: {plural(changed, 'score')} changed. It can be undone below.", "success")
    return redirect(url_for("teaching.regrades", quiz_id=quiz_id), 303)


def _takes_lines(question: AnyQuestion) -> bool:
    """Whether further responses can be typed: of what is chosen or ordered each stands in the list."""
    return isinstance(question, ShortQuestion | ClozeQuestion | NumericQuestion)


def _decisions(given: list[Given]) -> dict[str, str]:
    """Return what is decided on each response, as posted or else as it stands."""
    decided = {}
    for one in given:
        posted = request.form.get(_DECISION + one.name)
        decided[one.name] = posted if posted in ("", "accepted", "refused") else one.decision
    return decided


def _data_of(standing: Adjustment, question: AnyQuestion, given: list[Given]) -> dict[str, Any]:
    """Return the form as what stands fills it; what was accepted and never given stands as lines."""
    treatment = "drop" if standing.is_dropped else "credit" if standing.is_credited else ""
    others = [one for one in standing.accepted if not any(is_same(one, other.response) for other in given)]
    lines = [text for one in others if (text := getattr(one, "text", ""))] if _takes_lines(question) else []
    return {"treatment": treatment, "also": "\n".join(lines), "keeps_higher": True}


def _adjustment(
    form: RegradeForm, question: AnyQuestion, given: list[Given], standing: Adjustment
) -> Adjustment | None:
    """Return what the form decides; None where a line cannot be read, which the form then says."""
    decided = _decisions(given)
    accepted: list[Response] = [one.response for one in given if decided[one.name] == "accepted"]
    refused = [one.response for one in given if decided[one.name] == "refused"]
    if _takes_lines(question):
        lines = [line.strip() for line in (form.also.data or "").splitlines() if line.strip()]
        if len(lines) > _MOST_LINES:
            form.also.errors = [f"Give at most {_MOST_LINES} lines."]
            return None
        for line in lines:
            try:
                response = parse_response(question, {"text": line})
            except ResponseError as problem:
                form.also.errors = [f"“{line[:60]}”: {problem.message}"]
                return None
            if response is not None and not any(is_same(response, one) for one in accepted):
                accepted.append(response)
    else:
        accepted += [
            one
            for one in standing.accepted
            if not any(is_same(one, other.response) for other in given)
        ]  # fmt: skip
    return Adjustment(
        accepted=tuple(accepted),
        refused=tuple(refused),
        is_credited=form.treatment.data == "credit",
        is_dropped=form.treatment.data == "drop",
    )
