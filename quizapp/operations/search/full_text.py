"""Full-text conditions on the database in use: what a learner typed reaches it as quoted words, never as syntax."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import cast, column, literal, literal_column, select, table
from sqlalchemy.dialects.postgresql import TSQUERY

from quizapp.database import db
from quizapp.models import FactText, QuestionText
from quizapp.operations.search.indexing import fold_words

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Select

    from quizapp.core.queries import Term

#: From so many letters on, the last word of a search may be the beginning of one.
_PREFIX_LETTERS: Final = 2
_OWNERS: Final = {FactText: FactText.fact_id, QuestionText: QuestionText.question_id}
_WORDS: Final = {
    FactText: table("fact_words", column("rowid")),
    QuestionText: table("question_words", column("rowid")),
}

TextTable = type[FactText] | type[QuestionText]


@dataclass(frozen=True, slots=True)
class Sought:
    """Words that must all occur in one text, and those of them that may go on; phrases in which they stand."""

    words: tuple[str, ...]
    prefixes: frozenset[str] = frozenset()
    phrases: tuple[str, ...] = ()


def sought(terms: Sequence[Term], last: Term | None = None) -> Sought:
    """Return what these terms, words and phrases, ask of one text; `last` is the term that may be half typed."""
    words: dict[str, None] = {}
    prefixes = set()
    phrases = []
    for term in terms:
        folded = fold_words(str(term.value))
        words.update(dict.fromkeys(folded))
        is_last = term is last and folded and len(folded[-1]) >= _PREFIX_LETTERS
        if is_last:
            prefixes.add(folded[-1])
        if len(folded) > 1:
            # A word of several parts, such as A-10, is a phrase too.
            phrases.append(f" {' '.join(folded)}{'' if is_last else ' '}")
    return Sought(tuple(words), frozenset(prefixes), tuple(phrases))


def matching(kind: TextTable, asked: Sought) -> Select[uuid.UUID]:
    """Return the query for the facts, or the questions, in whose texts all of it stands."""
    return (
        select(_OWNERS[kind])
        .select_from(matching_from(kind))
        .where(matches(kind, asked), *stands(kind, asked))
    )


def matching_from(kind: TextTable) -> Any:
    """Return what to select from where `matches` decides: on SQLite the index comes first."""
    if not _is_sqlite():
        return kind.__table__
    words = _WORDS[kind]
    # The plus keeps SQLite from asking the index once for each row of another table: it comes first, and once.
    return words.join(kind.__table__, kind.__table__.c.id == literal_column(f"+{words.name}.rowid"))


def order_of_loading(kind: TextTable) -> ColumnElement[int]:
    """Return the order in which the index of the database has its rows: a page of them is read without sorting."""
    return _WORDS[kind].c.rowid if _is_sqlite() else kind.__table__.c.id


def matches(kind: TextTable, asked: Sought) -> ColumnElement[bool]:
    """Return the condition that the index answers: all words occur."""
    if _is_sqlite():
        quoted = " AND ".join(
            '"' + word.replace('"', '""') + '"' + ("*" if word in asked.prefixes else "")
            for word in asked.words
        )
        return literal_column(_WORDS[kind].name).op("MATCH", is_comparison=True)(quoted)
    quoted = " & ".join(
        "'" + word.replace("\\", "\\\\").replace("'", "''") + "'" + (":*" if word in asked.prefixes else "")
        for word in asked.words
    )
    words: ColumnElement[Any] = literal_column(f"{kind.__tablename__}.words")
    return words.op("@@", is_comparison=True)(cast(literal(quoted), TSQUERY))


def stands(kind: TextTable, asked: Sought) -> list[ColumnElement[bool]]:
    """Return the conditions that the index cannot answer: words stand side by side."""
    body = literal(" ") + kind.body + literal(" ")
    return [body.contains(phrase, autoescape=True) for phrase in asked.phrases]


def _is_sqlite() -> bool:
    return db.session.get_bind().dialect.name == "sqlite"
