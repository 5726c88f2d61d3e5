"""What a learner decides about a card from its menu: skip, bury, suspend, rest, flag, a note, another form."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import abort, flash, jsonify, redirect, render_template, request

from quizapp import clock
from quizapp.core.form_growth import FLASHCARD
from quizapp.core.questions import TYPES
from quizapp.database import run_tx
from quizapp.operations import study
from quizapp.operations.study import Action
from quizapp.operations.study.marks import LONGEST_NOTE
from quizapp.web.access import current_learner, ensure_learner, owner_tag, wants_json
from quizapp.web.study.answers import (
    NotTakenError,
    answer,
    check_open_quizzes,
    check_owner,
    find_set_of,
)
from quizapp.web.study.scopes import named_scope
from quizapp.web.study.views import bp

if TYPE_CHECKING:
    from werkzeug.wrappers.response import Response

_DONE = {
    Action.SKIP: "Skipped: the card comes again after the others of today.",
    Action.BURY: "Buried: the card comes again tomorrow.",
    Action.REST: "The card rests for two weeks.",
    Action.SHOW: "The card is shown again.",
    Action.SUSPEND: "Suspended: the card is not shown until you bring it back.",
    Action.RESUME: "The card is no longer suspended.",
    Action.FLAG: "Flagged.",
    Action.UNFLAG: "The flag is gone.",
    Action.NOTE: "Your note is saved.",
    Action.FORM: "From now on the card is asked like this.",
    Action.LEECH: "It goes on as before.",
}
#: After these the card stays where it is; after the others the next one is shown.
_STAYS = frozenset(
    {Action.SHOW, Action.RESUME, Action.FLAG, Action.UNFLAG, Action.NOTE, Action.FORM, Action.LEECH}
)
_UNPROCESSABLE = 422
_USED = "That was sent before as something else. Nothing was changed; reload the page to go on."


@bp.post("/cards/<uuid:fact_id>/marks")
def mark(fact_id: uuid.UUID) -> Response | tuple[Response | str, int]:
    """Decide something about a card, once, and go on."""
    action, step_id, note, form = _read()
    if len(note) > LONGEST_NOTE:
        return _note_again(fact_id, step_id, note)
    learner = current_learner()
    check_owner(learner)
    find_set_of(fact_id)
    check_open_quizzes(learner, [fact_id])
    learner = ensure_learner(is_apart=True)
    now = clock.now()
    try:
        run_tx(
            lambda: study.change_marks(
                learner, [fact_id], action, step_id=step_id, now=now, note=note, form=form
            )
        )
    except study.StepConflictError as problem:
        raise NotTakenError(_USED, "conflict") from problem
    scope = named_scope(request.form)
    stays = fact_id if action in _STAYS else None
    if wants_json():
        return answer(scope, learner, first=stays, tell=lambda _page: {"action": action.value})
    flash(f"{_DONE[action]} Undo takes it back.", "success")
    return redirect(scope.url(card=stays) if stays else scope.url(), 303)


def _read() -> tuple[Action, uuid.UUID, str, str | None]:
    """Return what was posted; 400 for what no card sends."""
    try:
        action, step_id = Action(request.form.get("action", "")), uuid.UUID(request.form.get("step", ""))
    except ValueError:
        abort(400)
    form = request.form.get("form") or None
    if form is not None and form not in {FLASHCARD, *TYPES}:
        abort(400)
    note = request.form.get("note", "").replace("\r\n", "\n").replace("\0", "")
    return action, step_id, note.strip(), form


def _note_again(fact_id: uuid.UUID, step_id: uuid.UUID, note: str) -> tuple[Response | str, int]:
    """Ask for a shorter note; nothing is saved, and what was typed is kept."""
    problem = f"A note has at most {LONGEST_NOTE:,} characters, and yours has {len(note):,}. Shorten it."
    if wants_json():
        return jsonify(state="empty", error=f"{problem} Nothing was saved."), _UNPROCESSABLE
    learner = current_learner()
    page = render_template(
        "study/note.html",
        fact_id=fact_id,
        step_id=step_id,
        note=note,
        problem=problem,
        longest=LONGEST_NOTE,
        scope=named_scope(request.form),
        owner=owner_tag(None if learner is None else learner.id),
    )
    return page, _UNPROCESSABLE
