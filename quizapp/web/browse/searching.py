"""A search as its address and its forms carry it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import url_for

from quizapp.core.queries import Query, QueryError, Term, parse
from quizapp.core.study_queue import Mode
from quizapp.operations.search import MOST_PAGES, Sort

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Most characters of the field.
LONGEST = 400


@dataclass(frozen=True, slots=True)
class Search:
    """What was typed and how it is shown; `query` is None where it cannot be read, and `problem` says why."""

    text: str = ""
    is_of_questions: bool = False
    sort: Sort = Sort.FOUND
    is_descending: bool = False
    page: int = 1
    query: Query | None = None
    problem: QueryError | None = None

    @property
    def words(self) -> dict[str, str]:
        """What leads back here, by the names of an address and of a form; what goes without saying is left out."""
        words = {
            "q": self.text,
            "show": "questions" if self.is_of_questions else "",
            "sort": "" if self.sort is Sort.FOUND else self.sort.value,
            "order": "desc" if self.is_descending else "",
            "page": "" if self.page == 1 else str(self.page),
        }
        return {name: value for name, value in words.items() if value}

    def url(self, **changes: str | int | None) -> str:
        """Return the address of this page with some of it changed; None takes a part away."""
        kept: dict[str, Any] = {**self.words, **changes}
        return url_for("browse.index", **{name: value for name, value in kept.items() if value is not None})

    def study_url(self, mode: str) -> str:
        """Return the address of the player for what is found; where one set is named, that set's."""
        named = (
            [] if self.query is None else [clause[0] for clause in self.query.clauses if _names_set(clause)]
        )
        words: dict[str, Any] = {"q": self.text or None, "mode": None if mode == Mode.DUE else mode}
        if len(named) == 1:
            return url_for("study.deck", slug=str(named[0].value).casefold(), **words)
        return url_for("study.index", **words)


def read_search(fields: Mapping[str, str]) -> Search:
    """Read a search from an address or a form; anything odd but the query itself counts as not given."""
    text = fields.get("q", "").strip()[:LONGEST]
    sort = fields.get("sort", "")
    page = fields.get("page", "")
    query: Query | None = None
    problem = None
    try:
        query = parse(text)
    except QueryError as error:
        problem = error
    return Search(
        text=text,
        is_of_questions=fields.get("show") == "questions",
        sort=Sort(sort) if sort in set(Sort) else Sort.FOUND,
        is_descending=fields.get("order") == "desc",
        page=min(int(page), MOST_PAGES) if page.isascii() and page.isdigit() and int(page) else 1,
        query=query,
        problem=problem,
    )


def _names_set(clause: tuple[Term, ...]) -> bool:
    return len(clause) == 1 and clause[0].name == "set" and not clause[0].is_negated
