"""Choosing what to study by fields instead of a typed search; the form leads to the player, or to what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import redirect, render_template, request

from quizapp.core.queries import FILTERS, STATES, Query, QueryError, Term, parse
from quizapp.core.study_queue import Mode
from quizapp.models.question_sets import list_published_sets
from quizapp.operations import study
from quizapp.web.access import current_learner
from quizapp.web.browse.searching import LONGEST, read_search
from quizapp.web.browse.views import bp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers.response import Response

_UNPROCESSABLE = 422
_STATES = ("due", "weak", "new", "mistake", "flagged")
_MODES = {
    Mode.DUE: ("Review", "What is due today, and new facts as far as your limits go."),
    Mode.NEW: ("New facts only", "Begins facts that were never asked."),
    Mode.AHEAD: ("Study ahead", "All that was chosen, due or not; your schedule learns from it."),
    Mode.CRAM: ("Cram", "All that was chosen, as often as you like; your schedule stays as it is."),
}
_MOST_SETS = 200
_QUOTES = str.maketrans("", "", '"“”„')


@dataclass(frozen=True, slots=True)
class Choice:
    """The fields of the form as they were given."""

    words: str
    slug: str
    topic: str
    tag: str
    standing: str
    states: tuple[str, ...]
    mode: str

    def to_text(self) -> str:
        """Return the search that finds what was chosen; raises `QueryError` for words that are none."""
        named = (("set", self.slug), ("topic", self.topic), ("tag", self.tag), ("standing", self.standing))
        clauses: list[tuple[Term, ...]] = [(Term(value, name),) for name, value in named if value]
        if self.states:
            clauses.append(tuple(Term(state, "is") for state in self.states))
        return str(Query((*parse(self.words).clauses, *clauses)))


@bp.get("/choose")
def choose() -> str | Response | tuple[str, int]:
    """Choose what to study, and how."""
    chosen = _read(request.args)
    problem = None
    go = request.args.get("go", "")
    if go in {"study", "look"}:
        try:
            asked = read_search({"q": chosen.to_text()})
        except QueryError as error:
            problem = error
        else:
            return redirect(asked.study_url(chosen.mode) if go == "study" else asked.url(), 303)
    learner = current_learner()
    decks = [] if learner is None else [made for _, made in study.list_decks(learner.id)]
    known = {made.id for made in decks}
    others = [made for made in list_published_sets() if made.id not in known][:_MOST_SETS]
    page = render_template(
        "browse/choose.html",
        chosen=chosen,
        problem=problem,
        decks=decks,
        others=others,
        topics=sorted({topic for made in (*decks, *others) for topic in made.topics}),
        standings=FILTERS["standing"].choices,
        states=[(state, STATES[state]) for state in _STATES],
        modes=_MODES,
        longest=LONGEST,
    )
    return page if problem is None else (page, _UNPROCESSABLE)


def _read(fields: Mapping[str, str]) -> Choice:
    standing, mode = fields.get("standing", ""), fields.get("mode", "")
    states = request.args.getlist("is")
    return Choice(
        words=fields.get("words", "").strip()[:LONGEST],
        slug=_name(fields, "set"),
        topic=_name(fields, "topic"),
        tag=_name(fields, "tag"),
        standing=standing if standing in FILTERS["standing"].choices else "",
        states=tuple(state for state in _STATES if state in states),
        mode=mode if mode in set(Mode) else Mode.DUE.value,
    )


def _name(fields: Mapping[str, str], name: str) -> str:
    """Return a name without what would end it in a search."""
    return " ".join(fields.get(name, "").translate(_QUOTES).split())[:80]
