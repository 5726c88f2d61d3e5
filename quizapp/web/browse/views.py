"""The page of what was found: facts with what the learner holds of them, or questions."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request

from quizapp import clock
from quizapp.core.queries import FILTERS, STATES
from quizapp.database import new_row_id
from quizapp.operations import search, study
from quizapp.operations.search import Sort
from quizapp.operations.study.marks import MOST_FACTS
from quizapp.operations.study.schedule import MOST_CARDS
from quizapp.web.access import current_learner, current_user_or_none
from quizapp.web.browse.searching import LONGEST, Search, read_search

if TYPE_CHECKING:
    from datetime import datetime

    from quizapp.models import Learner

bp = Blueprint("browse", __name__, url_prefix="/browse")

_UNPROCESSABLE = 422
#: Quick choices of a learner.
_QUICK = (
    ("Due", "is:due"),
    ("Weak", "is:weak"),
    ("New", "is:new"),
    ("Mistakes of your last quiz", "is:mistake"),
    ("Flagged", "is:flagged"),
    ("Suspended", "is:suspended"),
)
#: So many decks at most are offered, each with its topics.
_MOST_DECKS = 30
#: Columns by what they sort, with the direction that is wanted first.
_COLUMNS = (
    (Sort.FACT, "Fact", False),
    (Sort.SET, "Set and topic", False),
    (Sort.STANDING, "Standing", False),
)
_OWN_COLUMNS = (
    (Sort.DUE, "Due", False),
    (Sort.STABILITY, "Lasts", True),
    (Sort.RECALL, "Recall today", False),
    (Sort.LAPSES, "Forgotten", True),
    (Sort.FLAGGED, "Marks", False),
)


@bp.get("/")
def index() -> str | tuple[str, int]:
    """Show a page of what a search finds."""
    asked = read_search(request.args)
    return show(asked, current_learner(), clock.now())


def show(
    asked: Search, learner: Learner | None, now: datetime, *, trouble: str = "", due_on: str = ""
) -> str | tuple[str, int]:
    """Render the page; `trouble` says why what was posted from it was not done."""
    user = current_user_or_none()
    found: Any = None
    count = None
    if asked.query is not None:
        looked: dict[str, Any] = {"query": asked.query, "learner": learner, "now": now, "user": user}
        if asked.is_of_questions:
            found = search.find_questions(**looked, page=asked.page)
        else:
            found = search.find_facts(
                **looked, sort=asked.sort, is_descending=asked.is_descending, page=asked.page
            )
        counting = search.count_questions if asked.is_of_questions else search.count_facts
        count = None if asked.page == 1 and not found.has_next else counting(**looked)
    page = render_template(
        "browse/index.html",
        asked=asked,
        found=found,
        count=count,
        learner=learner,
        today=study.today_of(learner, now),
        columns=_COLUMNS + (_OWN_COLUMNS if learner is not None else ()),
        quick=_QUICK if learner is not None else (),
        decks=[] if learner is None else study.list_decks(learner.id)[:_MOST_DECKS],
        filters=FILTERS,
        states=STATES,
        longest=LONGEST,
        most_facts=MOST_FACTS,
        most_cards=MOST_CARDS,
        step_id=new_row_id(),
        undo=_find_undo(learner, now),
        trouble=trouble,
        due_on=due_on,
    )
    return (page, _UNPROCESSABLE) if trouble or asked.problem is not None else page


def _find_undo(learner: Learner | None, now: datetime) -> study.Step | None:
    """Return the step that was just made from here, if it is still the last."""
    try:
        done = uuid.UUID(request.args.get("done", ""))
    except ValueError:
        return None
    last = None if learner is None else study.last_step(learner, now)
    return last if last is not None and last.id == done else None
