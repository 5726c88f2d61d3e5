"""Keeps the words of facts and questions as they are; the full-text index of the database in use follows by itself."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, delete, insert, select, text, update

from quizapp.core.matching import words_of
from quizapp.database import db, run_tx
from quizapp.models import (
    Fact,
    FactRevision,
    FactTag,
    FactText,
    Question,
    QuestionRevision,
    QuestionSet,
    QuestionText,
)

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement

# No phrase reaches over it from one part of a fact to the next.
_END_OF_PART: Final = "|"
_FACT_PARTS: Final = ("statement", "ask", "key_text", "subject", "label", "note", "record_text")
_PART: Final = 500


def fold_words(text_: str) -> list[str]:
    """Return the words of a text as they are compared, articles among them."""
    return [word for piece in text_.split(" ") for word in _fold_piece(piece)]


@lru_cache(maxsize=65_536)
def _fold_piece(piece: str) -> tuple[str, ...]:
    # What stands first keeps its article: the A of A-10 is none.
    return words_of(f"0 {piece}")[1:]


def index_set(question_set_id: uuid.UUID) -> None:
    """Have everything in a set found by what it says now, and nothing that was retired; call it inside `run_tx`."""
    db.session.flush()
    _bring_facts(Fact.question_set_id == question_set_id)
    _bring_questions(Question.question_set_id == question_set_id)


def index_missing() -> int:
    """Index the sets in which something is not found so far; returns how many. One transaction a set."""
    without_words = (
        select(Fact.question_set_id)
        .outerjoin(FactText, FactText.fact_id == Fact.id)
        .where(Fact.retired_at.is_(None), FactText.id.is_(None))
        .union(
            select(Question.question_set_id)
            .outerjoin(QuestionText, QuestionText.question_id == Question.id)
            .where(Question.retired_at.is_(None), QuestionText.id.is_(None))
        )
    )
    set_ids = list(db.session.execute(without_words).scalars())
    for set_id in set_ids:
        run_tx(lambda set_id=set_id: index_set(set_id))  # type: ignore[misc]
    return len(set_ids)


def rebuild_index() -> int:
    """Index every set anew, whatever the index holds; returns how many sets there are. One transaction a set."""
    set_ids = list(db.session.execute(select(QuestionSet.id)).scalars())
    for set_id in set_ids:
        run_tx(lambda set_id=set_id: index_set(set_id))  # type: ignore[misc]
    run_tx(_rebuild_words)
    return len(set_ids)


def _rebuild_words() -> None:
    if db.session.get_bind().dialect.name == "sqlite":
        for name in ("fact_words", "question_words"):
            db.session.execute(text(f"INSERT INTO {name}({name}) VALUES ('rebuild')"))  # noqa: S608


def _bring_facts(wanted: ColumnElement[bool]) -> None:
    tags: dict[uuid.UUID, list[str]] = {}
    for fact_id, tag in db.session.execute(
        select(FactTag.fact_id, FactTag.tag)
        .join(Fact, Fact.id == FactTag.fact_id)
        .where(wanted)
        .order_by(FactTag.tag)
    ):
        tags.setdefault(fact_id, []).append(tag)
    rows = db.session.execute(
        select(Fact.id, Fact.topic, FactRevision.content)
        .join(FactRevision, and_(FactRevision.fact_id == Fact.id, FactRevision.revision == Fact.revision))
        .where(wanted, Fact.retired_at.is_(None))
        .order_by(Fact.position, Fact.key)
    )
    bodies = {
        fact_id: _joined([*_fact_parts(content), *tags.get(fact_id, ()), topic])
        for fact_id, topic, content in rows
    }
    known = db.session.execute(
        select(FactText.fact_id, FactText.id, FactText.body)
        .join(Fact, Fact.id == FactText.fact_id)
        .where(wanted)
    )
    _bring(FactText, "fact_id", bodies, known)


def _bring_questions(wanted: ColumnElement[bool]) -> None:
    rows = db.session.execute(
        select(Question.id, QuestionRevision.content)
        .join(
            QuestionRevision,
            and_(QuestionRevision.question_id == Question.id, QuestionRevision.revision == Question.revision),
        )
        .where(wanted, Question.retired_at.is_(None))
        .order_by(Question.position, Question.key)
    )
    bodies = {question_id: _joined(_question_parts(content)) for question_id, content in rows}
    known = db.session.execute(
        select(QuestionText.question_id, QuestionText.id, QuestionText.body)
        .join(Question, Question.id == QuestionText.question_id)
        .where(wanted)
    )
    _bring(QuestionText, "question_id", bodies, known)


def _bring(
    table: type[FactText | QuestionText], owner: str, bodies: dict[uuid.UUID, str], known: Iterable[Any]
) -> None:
    """Make the rows of a table what `bodies` says; `known` are those there are, as (owner, id, body)."""
    there = {owner_id: (row_id, body) for owner_id, row_id, body in known}
    new = [{owner: owner_id, "body": body} for owner_id, body in bodies.items() if owner_id not in there]
    changed = [
        {"id": row_id, "body": bodies[owner_id]}
        for owner_id, (row_id, body) in there.items()
        if owner_id in bodies and bodies[owner_id] != body
    ]
    gone = [row_id for owner_id, (row_id, _) in there.items() if owner_id not in bodies]
    if new:
        db.session.execute(insert(table.__table__), new)  # type: ignore[arg-type]
    if changed:
        db.session.execute(update(table), changed)
    for part in _parts(gone):
        db.session.execute(
            delete(table).where(table.id.in_(part)).execution_options(synchronize_session=False)
        )


def _joined(parts: Iterable[str | None]) -> str:
    folded = (" ".join(fold_words(part)) for part in parts if part)
    # The same said twice is found once.
    return f" {_END_OF_PART} ".join(dict.fromkeys(part for part in folded if part))


def _fact_parts(content: dict[str, Any]) -> Iterator[str]:
    for name in _FACT_PARTS:
        yield str(content.get(name) or "")


def _question_parts(content: dict[str, Any]) -> Iterator[str]:
    """Return what a question shows and tells: stem, options of any kind, explanation."""
    yield content["stem"]
    for option in (*content.get("options", ()), *content.get("places", ())):
        yield option.get("text") or option.get("name") or ""
    accepted = content.get("accept")
    yield from (*(accepted if isinstance(accepted, list) else ()), *content.get("sequence", ()))
    for pair in content.get("pairs", ()):
        yield from pair
    yield from content.get("extra", ())
    yield content.get("explanation") or ""


def _parts(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(ids), _PART):
        yield ids[start : start + _PART]
