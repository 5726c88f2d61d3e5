"""Pages of one's account: settings, one's own data, leaving."""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING, Any, Final

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    session,
    url_for,
)
from flask_security import logout_user, verify_password
from sqlalchemy.orm import make_transient

from quizapp import clock
from quizapp.core.study_queue import DueOrder, NewOrder
from quizapp.database import db, run_tx
from quizapp.jobs.reminders import base_address
from quizapp.models import Learner
from quizapp.operations import accounts
from quizapp.web.access import GUEST, current_learner, current_user_or_none, ensure_learner, require_learner
from quizapp.web.account.forms import DeleteAccountForm, DeleteGuestForm, StudyForm

if TYPE_CHECKING:
    import uuid

    from werkzeug.wrappers.response import Response as BaseResponse

    from quizapp.models import User

bp = Blueprint("account", __name__, url_prefix="/account")

#: Bytes of a download up to which it is sent at once, and of the pieces of a longer one.
_AT_ONCE: Final = 1 << 20
_PIECE: Final = 1 << 16


@bp.get("/")
def index() -> str:
    """Show the settings, of a guest too."""
    learner = current_learner()
    return _index(_study_form(learner), learner)


def _index(form: StudyForm, learner: Learner | None) -> str:
    return render_template(
        "account/index.html",
        form=form,
        user=current_user_or_none(),
        learner=learner,
        can_mail=_can_mail(),
    )


def _study_form(learner: Learner | None) -> StudyForm:
    can_be_reminded = current_user_or_none() is not None and _can_mail()
    return StudyForm(obj=learner or _unsaved_learner(), can_be_reminded=can_be_reminded)


def _can_mail() -> bool:
    """Return whether reminders can be sent from here: their links need an address to begin with."""
    return base_address(current_app.config["QUIZAPP"]) is not None


def _unsaved_learner() -> Learner:
    """Return the settings that a learner begins with; it is not kept."""
    return Learner(
        time_zone="UTC",
        rollover_hour=4,
        desired_retention=0.9,
        new_per_day=10,
        rating_buttons=2,
        study_mode="flashcard",
        due_order=DueOrder.RETRIEVABILITY.value,
        new_order=NewOrder.MIXED.value,
        shows_streak=True,
        uses_keys=True,
        reads_aloud=False,
    )


@bp.get("/settings")
def settings_again() -> BaseResponse:
    """Lead who reloads the answer to a form that was refused back to the settings."""
    return redirect(url_for("account.index"))


@bp.post("/settings")
def settings() -> str | BaseResponse | tuple[str, int]:
    """Change how one studies."""
    known = current_learner()
    form = _study_form(known)
    if not form.validate():
        return _index(form, known), 422
    learner_id = ensure_learner().id
    chosen = {field.name: field.data for field in form if field.name in StudyForm.SETTINGS}
    run_tx(lambda: _change(learner_id, chosen))
    flash("Your settings are saved.", "success")
    return redirect(url_for("account.index"))


def _change(learner_id: uuid.UUID, chosen: dict[str, Any]) -> None:
    learner = db.session.get_one(Learner, learner_id)
    for name, value in chosen.items():
        setattr(learner, name, value)


@bp.get("/download")
def download() -> Response:
    """Give everything kept of this person as a file."""
    learner_id, user_id = _ids()
    now = clock.now()
    answer = _send(accounts.archive(learner_id, user_id, now))
    answer.headers["Content-Disposition"] = f'attachment; filename="quizapp-{now:%Y-%m-%d}.zip"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _send(file: IO[bytes]) -> Response:
    """Send a file that is gone when it is sent: at once where it is small, else piece by piece."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size <= _AT_ONCE:
        with file:
            return Response(file.read(), mimetype="application/zip")
    answer = Response(iter(lambda: file.read(_PIECE), b""), mimetype="application/zip")
    answer.call_on_close(file.close)
    answer.content_length = size
    return answer


@bp.route("/delete", methods=["GET", "POST"])
def delete() -> str | BaseResponse | tuple[str, int]:
    """Say what deleting takes away, and do it."""
    learner_id, user_id = _ids()
    user = current_user_or_none()
    form = DeleteGuestForm() if user is None else DeleteAccountForm()
    if form.validate_on_submit() and _is_confirmed(user, form):
        if user is not None:
            # Logging out looks at the user and its roles once more, when there is no row of them.
            make_transient(user)
        run_tx(lambda: accounts.erase(learner_id, user_id, clock.now()))
        if user is not None:
            logout_user()
        session.pop(GUEST, None)
        flash("Everything is deleted. You can go on as a new guest whenever you like.", "success")
        return redirect(url_for("home.index"))
    page = render_template(
        "account/delete.html", form=form, user=user, losses=accounts.count_losses(learner_id, user_id)
    )
    return (page, 422) if form.errors else page


def _is_confirmed(user: User | None, form: DeleteAccountForm | DeleteGuestForm) -> bool:
    if user is None:
        return True
    security = current_app.extensions["security"]
    if verify_password(security.password_util.normalize(form.password.data), user.password or ""):
        return True
    form.password.errors = ["This is not your password."]
    return False


def _ids() -> tuple[uuid.UUID | None, uuid.UUID | None]:
    """Return the ids of the learner and of the user; a visitor of whom nothing is kept gets 404."""
    user = current_user_or_none()
    if user is None:
        return require_learner().id, None
    learner = current_learner()
    return (None if learner is None else learner.id), user.id


@bp.get("/signed-up")
def signed_up() -> str | BaseResponse:
    """Say what comes after signing up: the same for an address that has an account already."""
    if current_user_or_none() is not None:
        learner = current_learner()
        has_learned = learner is not None and accounts.has_history(learner.id)
        words = ", and all you learned as a guest is in it" if has_learned else ""
        flash(f"Your account is ready{words}.", "success")
        return redirect(url_for("home.index"))
    return render_template("account/signed_up.html", confirms=current_app.config["SECURITY_CONFIRMABLE"])
