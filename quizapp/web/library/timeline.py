"""The page with the timeline of a set, whole or zoomed to a period."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template, request

from quizapp import clock
from quizapp.operations import reports
from quizapp.operations.study import today_of
from quizapp.web.access import current_learner
from quizapp.web.library.drawing import (
    Dated,
    Period,
    dated_facts,
    find_period,
    list_ancestors,
    list_periods,
)
from quizapp.web.library.preview import make_preview
from quizapp.web.library.views import bp, open_set

if TYPE_CHECKING:
    from collections.abc import Sequence

_PAGE = 120
_LAST_PAGE = 10_000


@bp.get("/<slug>/timeline")
def timeline(slug: str) -> str:
    """Show the dated facts of a set on a line, tinted by the learner's memory, with the same in a table beneath."""
    question_set = open_set(slug)
    learner = current_learner()
    lines = reports.list_facts(question_set.id, learner, today_of(learner, clock.now()), only_dated=True)
    with_fiction = request.args.get("fiction") == "yes"
    dated = dated_facts(lines, with_fiction=True)
    plain = [item for item in dated if not item.line.is_fictional]
    items = dated if with_fiction else plain
    name = request.args.get("period", "")
    period = find_period(name, items)
    if name and (period is None or not _is_spanned(dated, period)):
        abort(404)
    drawn = make_preview(items, period)
    pages = max(1, -(-len(drawn.items) // _PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), _LAST_PAGE)
    if page > pages:
        abort(404)
    before, after = (None, None) if period is None else _beside(items, period)
    return render_template(
        "library/timeline.html",
        question_set=question_set,
        drawn=drawn,
        listed=drawn.items[(page - 1) * _PAGE : page * _PAGE],
        period=period,
        above=[] if period is None else list_ancestors(items, period),
        before=before,
        after=after,
        with_fiction=with_fiction,
        fictional=sum(item.line.is_fictional and (period is None or period.touches(item)) for item in dated),
        page=page,
        pages=pages,
    )


def _is_spanned(dated: Sequence[Dated], period: Period) -> bool:
    """Whether a period lies within the dates of the set, with something in it or not."""
    first = min((item.when.earliest for item in dated), default=period.earliest)
    last = max((item.when.latest for item in dated), default=period.latest)
    return period.earliest <= last and first <= period.latest


def _beside(items: Sequence[Dated], period: Period) -> tuple[Period | None, Period | None]:
    """Return the periods of the same length before and after that have something in them."""
    known = list_periods(items, period.level)
    before = [other for other in known if other.latest < period.earliest]
    after = [other for other in known if other.earliest > period.latest]
    return (before[-1] if before else None), (after[0] if after else None)
