"""Reads a line of text as a query; what cannot be read is told with its place and what to write instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from quizapp.core.matching import words_of
from quizapp.core.queries.terms import FILTERS, Comparison, Filter, Kind, Query, Term

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Most characters of a query and of one of its terms, and most terms.
MAX_LENGTH: Final = 4_000
MAX_TERM: Final = 100
MAX_TERMS: Final = 30

_QUOTES: Final = '"“”„'
_NAME: Final = re.compile(r"([^\W\d_]+):")
_COMPARISON: Final = re.compile(r"<=|>=|<|>|=")
_WORD: Final = re.compile(rf"[^\s{_QUOTES}()]+")
_NUMBER: Final = re.compile(r"[0-9]{1,6}(\.[0-9]{1,4})?")
_DAYS: Final = re.compile(r"-?[0-9]{1,5}")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHOWN: Final = 30


class QueryError(ValueError):
    """A query that cannot be read: `place` counts characters from 1, `part` stands there, `message` is for the learner."""

    def __init__(self, message: str, place: int, part: str) -> None:
        self.message = message
        self.place = place
        self.part = part if len(part) <= _SHOWN else f"{part[:_SHOWN]}…"
        super().__init__(f"At character {place}, “{self.part}”: {message}" if part else message)


@dataclass(frozen=True, slots=True)
class _Token:
    """A bracket, an `or`, or a term, with the text it was read from."""

    place: int
    text: str
    term: Term | None = None


def parse(text: str) -> Query:
    """Return what a line of text asks for; one without terms is the empty query.

    Terms that follow one another must all hold; `or` binds closer than that: `a or b c` is (a or b) and c. Brackets
    may say so and go one level deep. Raises `QueryError`.
    """
    if len(text) > MAX_LENGTH:
        raise QueryError(f"A search has at most {MAX_LENGTH:,} characters. Leave some of it out.", 1, "")
    reader = _Reader()
    count = 0
    for token in _tokens(text):
        count += token.term is not None
        if count > MAX_TERMS:
            raise QueryError(
                f"a search has at most {MAX_TERMS} terms; leave some out.", token.place, token.text
            )
        reader.take(token)
    query = reader.finish()
    if not query.clauses and text.strip():
        raise QueryError("there is neither a letter nor a digit to look for.", 1, text.strip())
    return query


class _Reader:
    """Puts tokens together: clauses, alternatives, one level of brackets."""

    def __init__(self) -> None:
        self._clauses: list[tuple[Term, ...]] = []
        self._bracket: _Token | None = None
        self._or: _Token | None = None
        # How many clauses stood when the bracket was opened, and whether alternatives to the one before are to come.
        self._before = 0
        self._joins = False
        # Whether the last clause can be given an alternative: not where a bracket closed over several clauses.
        self._is_open = False

    def take(self, token: _Token) -> None:
        """Take the next token in."""
        if token.term is not None:
            self._add((token.term,))
        elif token.text == "(":
            self._open(token)
        elif token.text == ")":
            self._close(token)
        else:
            if not self._is_open or self._or is not None:
                raise QueryError(
                    "“or” stands between two terms. To look for the word itself, put it in quotes.",
                    token.place,
                    token.text,
                )
            self._or = token

    def finish(self) -> Query:
        """Return the query once there is no more to come."""
        if self._bracket is not None:
            raise QueryError("this bracket is never closed. Add “)”.", self._bracket.place, "(")
        self._check_or()
        return Query(tuple(self._clauses))

    def _add(self, terms: tuple[Term, ...]) -> None:
        if self._or is not None:
            self._clauses[-1] += terms
        else:
            self._clauses.append(terms)
        self._or = None
        self._is_open = True

    def _open(self, token: _Token) -> None:
        if self._bracket is not None:
            raise QueryError(
                "brackets within brackets are not read. Write the alternatives side by side: (a or b) (c or d).",
                token.place,
                "(",
            )
        self._bracket = token
        self._joins = self._or is not None
        self._or = None
        self._before = len(self._clauses)
        self._is_open = False

    def _close(self, token: _Token) -> None:
        if self._bracket is None:
            raise QueryError("this bracket was never opened. Add “(” or take it out.", token.place, ")")
        self._check_or()
        inside = len(self._clauses) - self._before
        if not inside:
            raise QueryError("there is nothing between the brackets.", self._bracket.place, "()")
        if self._joins:
            if inside > 1:
                raise QueryError(
                    "only single terms can be alternatives. Write them side by side: a or b or c.",
                    self._bracket.place,
                    "(",
                )
            last = self._clauses.pop()
            self._clauses[-1] += last
        self._bracket = None
        self._is_open = inside == 1

    def _check_or(self) -> None:
        if self._or is not None:
            raise QueryError("an alternative is missing after “or”.", self._or.place, self._or.text)


def _tokens(text: str) -> Iterator[_Token]:
    index = 0
    while index < len(text):
        if text[index].isspace():
            index += 1
            continue
        if text[index] in "()":
            yield _Token(index + 1, text[index])
            index += 1
            continue
        start = index
        is_negated = text[index] == "-"
        index += is_negated
        term, index = _term(text, start, index, is_negated=is_negated)
        read = text[start:index]
        if read.casefold() == "or":
            yield _Token(start + 1, read)
        elif term is not None:
            if max(len(read), len(str(term))) > MAX_TERM:
                raise QueryError(
                    f"a term has at most {MAX_TERM} characters. Leave some out.", start + 1, read
                )
            yield _Token(start + 1, read, term)


def _term(text: str, start: int, index: int, *, is_negated: bool) -> tuple[Term | None, int]:
    """Return the term at `index` and where it ends; None for a sign that nothing can be looked for by."""
    if is_negated and text[index : index + 1] == "(":
        raise QueryError("a minus turns one term round, not a bracket. Write -a -b.", start + 1, "-(")
    found = _NAME.match(text, index)
    if found is not None:
        return _filter(text, start, found, is_negated=is_negated)
    if text[index : index + 1] in _QUOTES and index < len(text):
        phrase, end = _quoted(text, index)
        if not words_of(phrase):
            raise QueryError("there is nothing to look for between the quotes.", start + 1, text[start:end])
        return Term(phrase, is_phrase=True, is_negated=is_negated), end
    word = _WORD.match(text, index)
    if word is None:
        return None, index
    if not words_of(word.group()):
        return None, word.end()
    return Term(word.group(), is_negated=is_negated), word.end()


def _filter(text: str, start: int, found: re.Match[str], *, is_negated: bool) -> tuple[Term, int]:
    name = found.group(1).casefold()
    comparison = _COMPARISON.match(text, found.end())
    index = found.end() if comparison is None else comparison.end()
    if text[index : index + 1] in _QUOTES and index < len(text):
        value, end = _quoted(text, index)
    else:
        word = _WORD.match(text, index)
        value, end = ("", index) if word is None else (word.group(), word.end())
    read = text[start:end]
    known = FILTERS.get(name)
    if known is None:
        near = get_close_matches(name, FILTERS, 1)
        guess = f" Did you mean “{near[0]}:”?" if near else ""
        names = ", ".join(f"{one}:" for one in FILTERS)
        raise QueryError(
            f"there is no filter “{found.group(1)}:”.{guess} The filters are {names}. "
            "To look for the text itself, put it in quotes.",
            start + 1,
            read,
        )
    compared = Comparison.EQUAL if comparison is None else Comparison(comparison.group())
    if not known.compares and compared is not Comparison.EQUAL:
        raise QueryError(f"“{name}:” is not compared. Write {known.example}.", start + 1, read)
    try:
        read_value = _value(name, known, value)
    except ValueError as problem:
        raise QueryError(str(problem), start + 1, read) from None
    return Term(read_value, name, compared, is_negated=is_negated), end


def _value(name: str, known: Filter, text: str) -> str | float | date:
    """Return a filter's value; raises `ValueError` with what to write instead."""
    if known.kind is Kind.CHOICE:
        if text.casefold() not in known.choices:
            raise ValueError(f"“{name}:” knows {', '.join(known.choices)}.")
        return text.casefold()
    if known.kind in {Kind.NAME, Kind.TEXT}:
        if not text:
            raise ValueError(f"“{name}:” needs a value right after the colon. Write {known.example}.")
        return text
    if known.kind is Kind.DAY:
        return _day(known, text)
    figure = text.removesuffix("%") if known.kind is Kind.PERCENT else text
    if not _NUMBER.fullmatch(figure) or (known.kind is Kind.PERCENT and float(figure) > 100):
        what = "a percentage from 0 to 100" if known.kind is Kind.PERCENT else "a number"
        raise ValueError(f"“{name}:” takes {what}, such as {known.example}.")
    return float(figure)


def _day(known: Filter, text: str) -> float | date:
    if text.casefold() == "today":
        return 0
    if _DAYS.fullmatch(text):
        return int(text)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"{text} is in no calendar.") from None
    raise ValueError(f"write a date such as 2026-11-30, or a number of days such as {known.example}.")


def _quoted(text: str, index: int) -> tuple[str, int]:
    """Return what stands between this quote and the next, single spaces within, and where it ends."""
    end = next((place for place in range(index + 1, len(text)) if text[place] in _QUOTES), None)
    if end is None:
        raise QueryError("this quote is never closed. Add one at its end.", index + 1, text[index:])
    return " ".join(text[index + 1 : end].split()), end + 1
