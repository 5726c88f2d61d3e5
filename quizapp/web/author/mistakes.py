"""Reports of mistakes for whoever keeps the set: read, settled, answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for

from quizapp import clock
from quizapp.database import db, run_tx
from quizapp.models.mistakes import ReportState
from quizapp.operations import mistakes as reports
from quizapp.web.access import instructor_required
from quizapp.web.author.views import UNPROCESSABLE, bp, current_author

if TYPE_CHECKING:
    import uuid

    from werkzeug.wrappers.response import Response

_CONFLICT = 409
_LAST_PAGE = 10_000
_VERDICTS = {state.value: state for state in (ReportState.RESOLVED, ReportState.DISMISSED)}


@bp.get("/mistakes")
@instructor_required
def mistakes() -> str:
    """List the reports on the sets that this user keeps: the open ones, or those settled."""
    return _page(settled=request.args.get("show") == "settled")


@bp.post("/mistakes/<uuid:report_id>")
@instructor_required
def settle_mistake(report_id: uuid.UUID) -> Response | tuple[str, int]:
    """Settle a report as resolved or dismissed, with a reply if one was written."""
    user = current_author()
    line = reports.find_report(user, report_id)
    if line is None:
        abort(404)
    was_settled = line.report.state != ReportState.OPEN
    verdict = _VERDICTS.get(request.form.get("verdict", ""))
    reply = request.form.get("reply", "").replace("\r\n", "\n").strip()
    problem = ""
    if verdict is None:
        problem = "Say whether the report is resolved or dismissed."
    elif len(reply) > reports.MOST_WORDS:
        problem = f"Shorten the reply to {reports.MOST_WORDS:,} characters."
    if verdict is None or problem:
        return _page(settled=was_settled, failed=(report_id, reply, problem)), UNPROCESSABLE
    now = clock.now()
    version = request.form.get("version", "")
    try:
        run_tx(lambda: reports.settle_report(report_id, verdict, reply, now, version=version))
    except reports.ReportChangedError:
        db.session.expire_all()
        line = reports.find_report(user, report_id) or abort(404)
        is_settled = line.report.state != ReportState.OPEN
        return _page(settled=is_settled, failed=(report_id, reply, _changed_words(line))), _CONFLICT
    done = "The report is resolved." if verdict == ReportState.RESOLVED else "The report is dismissed."
    flash(f"{done} Whoever reported it is told that{' and your reply' if reply else ''}.", "success")
    return redirect(url_for("author.mistakes", show="settled" if was_settled else None), 303)


def _changed_words(line: reports.ReportLine) -> str:
    report = line.report
    if report.state == ReportState.OPEN:
        return (
            "Nothing was changed: the learner changed this report meanwhile. Read it again, then settle it."
        )
    told = f"with the reply “{report.reply}”" if report.reply else "without a reply"
    return (
        f"Nothing was changed: the report was {report.state} meanwhile, {told}. "
        "What you typed is still here: resolve or dismiss again to put it in the place of that."
    )


def _page(*, settled: bool, failed: tuple[uuid.UUID, str, str] | None = None) -> str:
    user = current_author()
    page = min(max(1, request.args.get("page", 1, type=int)), _LAST_PAGE)
    lines, pages = reports.list_reports(user, settled=settled, page=page)
    if page > pages:
        abort(404)
    if failed is not None:
        # What was typed comes back first, on whichever page its report stands.
        line = reports.find_report(user, failed[0])
        lines = [one for one in (line, *lines) if one and (one is line or one.report.id != failed[0])]
    return render_template(
        "author/mistakes.html",
        lines=lines,
        settled=settled,
        waiting=reports.count_open(user),
        reasons=reports.REASONS,
        fact_reasons=reports.FACT_REASONS,
        failed=failed,
        page=page,
        pages=pages,
    )
