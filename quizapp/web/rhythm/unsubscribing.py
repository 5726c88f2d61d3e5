"""Stopping reminders by the link of a mail: without logging in, by one click of a person or of a mailbox (RFC 8058)."""

from __future__ import annotations

from flask import abort, current_app, render_template, request

from quizapp.database import run_tx
from quizapp.extensions import csrf
from quizapp.operations import rhythm
from quizapp.web.rhythm.views import bp


# A mailbox has no token of ours; whoever knows the signed address may do no more than stop reminders.
@bp.route("/reminders/<token>", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
def unsubscribe(token: str) -> tuple[str, int, dict[str, str]]:
    """Show a button that stops the reminders; stop them on a POST, and say so without leading elsewhere."""
    learner_id = rhythm.read_reminder_token(current_app.config["QUIZAPP"].secret_key, token)
    if learner_id is None:
        abort(404)
    is_done = request.method == "POST"
    if is_done:
        run_tx(lambda: rhythm.stop_reminders(learner_id))
    return render_template("rhythm/unsubscribe.html", is_done=is_done), 200, {"X-Robots-Tag": "noindex"}
