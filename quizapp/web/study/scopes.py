"""Scopes: which decks are studied, and what a query and a mode choose of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask import abort, url_for
from sqlalchemy import and_, inspect, select, true

from quizapp.core.queries import QueryError, parse
from quizapp.core.study_queue import Mode
from quizapp.database import db
from quizapp.models import Deck, Learner, QuestionSet
from quizapp.models.question_sets import SetState
from quizapp.operations import study
from quizapp.operations.search import fact_condition
from quizapp.web.access import current_user_or_none
from quizapp.web.study.forms import read_more, read_query

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_LONGEST_SLUG = 80
_MODES = {
    Mode.DUE: "What is due",
    Mode.NEW: "New facts only",
    Mode.AHEAD: "Studying ahead",
    Mode.CRAM: "Cram",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What is studied: one set (`slug`) or all decks of the learner, and of them what a query and a mode choose.

    `more` goes beyond today's limit of new facts, `is_over` beyond the minutes of the day. `problem` says in words why
    the query chooses nothing.
    """

    slug: str
    decks: list[tuple[QuestionSet, Deck | None]]
    more: int = 0
    query: str = ""
    mode: Mode = Mode.DUE
    is_over: bool = False
    chosen: study.Chosen | None = None
    problem: str = ""

    @property
    def is_taste(self) -> bool:
        """Whether the one set is not among the learner's decks yet."""
        return bool(self.slug and self.decks) and self.decks[0][1] is None

    @property
    def is_cram(self) -> bool:
        """Whether nothing that is done here changes the schedule."""
        return self.mode is Mode.CRAM

    @property
    def words(self) -> dict[str, str]:
        """What leads back here, by the names of an address and of a form."""
        return {
            "q": self.query,
            "mode": "" if self.mode is Mode.DUE else self.mode.value,
            "more": str(self.more or ""),
            "over": "1" if self.is_over else "",
        }

    @property
    def title(self) -> str:
        """What is chosen, in a few words; empty where nothing is."""
        if not self.query and self.mode is Mode.DUE:
            return ""
        return _MODES[self.mode]

    def url(self, **words: Any) -> str:
        """Return the address of the player."""
        kept: dict[str, Any] = {name: value for name, value in self.words.items() if value} | words
        if self.slug:
            return url_for("study.deck", slug=self.slug, **kept)
        return url_for("study.index", **kept)

    def plain_url(self) -> str:
        """Return the address of the same decks without a choice."""
        return url_for("study.deck", slug=self.slug) if self.slug else url_for("study.index")

    def cards_url(self) -> str:
        """Return the address of the cards that follow."""
        kept: dict[str, Any] = {
            name: value for name, value in {"scope": self.slug, **self.words}.items() if value
        }
        return url_for("study.cards", **kept)


def named_scope(words: Mapping[str, str]) -> Scope:
    """Return the scope that a form or an address names, for leading back to it; its decks are not looked up."""
    try:
        mode = Mode(words.get("mode") or Mode.DUE)
    except ValueError:
        mode = Mode.DUE
    return Scope(
        words.get("scope", "")[:_LONGEST_SLUG],
        [],
        read_more(words),
        read_query(words),
        mode,
        words.get("over") == "1",
    )


def open_scope(named: Scope, learner: Learner | None, now: datetime) -> Scope:
    """Return a scope with its decks and what it chooses of them; 404 for a set that is not there for the learner."""
    found = find_scope(named.slug, learner, named.more)
    scope = replace(named, decks=found.decks)
    if not scope.query and scope.mode is Mode.DUE:
        return scope
    if learner is not None and inspect(learner).detached:
        # Let go of for a transaction that is over: which sets can be searched depends on whose learner it is.
        db.session.add(learner)
    try:
        query = parse(scope.query)
        condition = fact_condition(query, learner, now) if scope.query else true()
        returning = fact_condition(query.lasting, learner, now) if query.lasting.clauses else true()
    except QueryError as problem:
        return replace(scope, problem=str(problem))
    return replace(scope, chosen=study.Chosen(condition, scope.mode, returning))


def find_scope(slug: str, learner: Learner | None, more: int = 0) -> Scope:
    """Return what is studied under this name; 404 for a set that is not there for the learner."""
    if not slug:
        decks = [] if learner is None else study.list_decks(learner.id)
        return Scope("", [(made, deck) for deck, made in decks if _is_open(made, deck)], more)
    row = db.session.execute(
        select(QuestionSet, Deck)
        .outerjoin(
            Deck,
            and_(
                Deck.question_set_id == QuestionSet.id,
                Deck.learner_id == (None if learner is None else learner.id),
            ),
        )
        .where(QuestionSet.slug == slug)
    ).one_or_none()
    if row is None or not _is_open(row.QuestionSet, row.Deck):
        abort(404)
    return Scope(slug, [(row.QuestionSet, row.Deck)], more)


def _is_open(made: QuestionSet, deck: Deck | None) -> bool:
    if made.state == SetState.PUBLISHED or (made.state == SetState.ARCHIVED and deck is not None):
        return True
    return made.can_see(current_user_or_none())
