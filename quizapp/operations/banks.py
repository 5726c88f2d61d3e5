"""Brings banks into the database as question sets: again and again, without touching a learner's memory."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import and_, bindparam, delete, insert, select, update

from quizapp.core.confusables import neighbours
from quizapp.core.facts import DateValue, EntityValue, Treatment
from quizapp.core.questions import question_to_dict
from quizapp.database import db, new_row_id
from quizapp.models import (
    Fact,
    FactRevision,
    Question,
    QuestionFact,
    QuestionRevision,
    QuestionSet,
)
from quizapp.models.question_sets import SetState, find_set
from quizapp.operations.fact_links import introduction_places, link_bank
from quizapp.operations.search import index_set

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Table

    from quizapp.core import facts as bank_facts
    from quizapp.core.questions import AnyQuestion
    from quizapp.database import Model

_PAGE_PART: Final = "page-part"
_BY_SOURCE: Final = "According to the source, "


class SlugTakenError(Exception):
    """A set that is no bank has the name of one already."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a bank did, in facts and questions."""

    slug: str
    facts: int = 0
    questions: int = 0
    added: int = 0
    revised: int = 0
    retired: int = 0
    is_unchanged: bool = False


@dataclass(frozen=True, slots=True)
class _Item:
    """A fact or question as the bank has it: columns that may change freely, and content that makes a revision."""

    columns: dict[str, Any]
    content: dict[str, Any]


def fact_content(
    bank: bank_facts.Bank, fact: bank_facts.Fact, dated: Mapping[str, int] | None = None
) -> dict[str, Any]:
    """Return what a revision of this fact holds; `dated` is what `count_dated` gives, counted here without it.

    `label`, where there is one, says more than the subject does beside others. `flashcard` says whether the fact can be
    asked openly; of the member of a list one can only ask whether it is one.
    """
    return (
        {
            "ask": fact.ask,
            "statement": fact.statement,
            "key_text": bank.text_of(fact.value),
            "subject": bank.entities[fact.subject].name,
            "date": fact.value.date.edtf if isinstance(fact.value, DateValue) else None,
            "note": fact.note,
            "where": fact.where,
            "cite": [list(span) for span in fact.cite],
            "record_key": fact.record_key,
            "record_text": None if fact.record is None else bank.text_of(fact.record.value),
            "record_source": None if fact.record is None else fact.record.source,
            "member_of": fact.member_of,
            "flashcard": fact.member_of is None and fact.treatment is not Treatment.EXCLUDE,
        }
        | _label(bank, fact, count_dated(bank) if dated is None else dated)
        | _place(bank, fact)
    )


def count_dated(bank: bank_facts.Bank) -> Counter[str]:
    """Return for each subject how many facts with a date speak of it."""
    return Counter(fact.subject for fact in bank.facts if isinstance(fact.value, DateValue))


def _label(bank: bank_facts.Bank, fact: bank_facts.Fact, dated: Mapping[str, int]) -> dict[str, str]:
    """Return what stands beside the mark of a date whose subject does not tell it from others, such as a picture."""
    if fact.label:
        return {"label": fact.label}
    is_alone = dated.get(fact.subject) == 1 and bank.entities[fact.subject].kind != _PAGE_PART
    if is_alone or not isinstance(fact.value, DateValue):
        return {}
    return {"label": fact.statement.removeprefix(_BY_SOURCE).removesuffix(".")}


def _place(bank: bank_facts.Bank, fact: bank_facts.Fact) -> dict[str, Any]:
    """Return where the fact stands on a map: the place that is its value, or else its subject.

    `relation` tells two lists of one subject apart, and different statements on one place.
    """
    named = [fact.value.entity] if isinstance(fact.value, EntityValue) else []
    for entity in (bank.entities[name] for name in (*named, fact.subject)):
        if entity.code is not None or entity.point is not None:
            point = None if entity.point is None else list(entity.point)
            return {
                "place": {
                    "code": entity.code,
                    "point": point,
                    "name": entity.name,
                    "relation": fact.relation,
                }
            }
    return {}


def load_bank(
    bank: bank_facts.Bank,
    questions: Sequence[AnyQuestion],
    *,
    sha256: str,
    position: int,
    now: datetime,
) -> Loaded:
    """Bring one bank into the database; call it inside `run_tx`. Flushes.

    A changed fact or question gets a new revision; one that is gone is retired, and its cards with it, while their
    history stays; one that comes back is taken up again. `sha256` names the files it came from: where the same was
    loaded already, nothing happens. Raises `SlugTakenError` where an instructor's set has the bank's name.
    """
    question_set = find_set(bank.id)
    if question_set is not None and question_set.origin != "bank":
        raise SlugTakenError(bank.id)
    if question_set is not None and question_set.loaded_sha256 == sha256:
        return Loaded(bank.id, len(bank.facts), len(questions), is_unchanged=True)
    if question_set is None:
        question_set = QuestionSet(
            slug=bank.id, title=bank.title, origin="bank", created_at=now, published_at=now, updated_at=now
        )
        db.session.add(question_set)
    question_set.title = bank.title
    question_set.about = bank.source.about
    question_set.language = bank.language
    question_set.topics = list(bank.topics)
    question_set.source = asdict(bank.source) | {"label": bank.source.label}
    question_set.state = SetState.PUBLISHED
    question_set.position = position
    question_set.loaded_sha256 = sha256
    question_set.updated_at = now
    db.session.flush()
    dated = count_dated(bank)
    confused = neighbours(bank)
    introduced = introduction_places(bank, confused)
    facts = {
        fact.id: _Item(
            {
                "position": index,
                "introduced": introduced[fact.id],
                "topic": fact.topic,
                "standing": str(fact.standing),
                "treatment": str(fact.treatment),
            },
            fact_content(bank, fact, dated),
        )
        for index, fact in enumerate(bank.facts)
    }
    fact_counts, fact_ids = _bring(Fact, FactRevision, "fact_id", question_set.id, facts, now)
    items = {
        question.id: _Item(
            {
                "position": index,
                "type": question.type,
                "topic": question.topic,
                "standing": str(question.standing),
            },
            question_to_dict(question),
        )
        for index, question in enumerate(questions)
    }
    question_counts, question_ids = _bring(
        Question, QuestionRevision, "question_id", question_set.id, items, now
    )
    _link(question_set.id, questions, question_ids, fact_ids)
    link_bank(question_set.id, bank, fact_ids, confused)
    index_set(question_set.id)
    added, revised, retired = (sum(pair) for pair in zip(fact_counts, question_counts, strict=True))
    return Loaded(bank.id, len(bank.facts), len(questions), added, revised, retired)


def _bring(
    table: type[Fact | Question],
    revisions: type[FactRevision | QuestionRevision],
    revision_key: str,
    question_set_id: uuid.UUID,
    items: Mapping[str, _Item],
    now: datetime,
) -> tuple[tuple[int, int, int], dict[str, uuid.UUID]]:
    """Make the rows of a set what `items` says; returns (added, revised, retired) and the row ids by key."""
    current = revisions.__table__
    rows = db.session.execute(
        select(table.__table__, current.c.content)
        .join(
            current,
            (current.c[revision_key] == table.__table__.c.id)
            & (current.c.revision == table.__table__.c.revision),
        )
        .where(table.question_set_id == question_set_id)
    ).mappings()
    known = {row["key"]: row for row in rows}
    new_rows: list[dict[str, Any]] = []
    new_revisions: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    ids: dict[str, uuid.UUID] = {}
    revised = 0
    for key, item in items.items():
        row = known.get(key)
        if row is None:
            ids[key] = new_row_id()
            new_rows.append(
                {
                    "id": ids[key],
                    "question_set_id": question_set_id,
                    "key": key,
                    "revision": 1,
                    "retired_at": None,
                    **item.columns,
                }
            )
            number = 1
        else:
            ids[key] = row["id"]
            number = row["revision"] + (row["content"] != item.content)
            state = {**item.columns, "revision": number, "retired_at": None}
            if any(row[name] != value for name, value in state.items()):
                changed.append({"id": row["id"], **state})
            if number == row["revision"]:
                continue
            revised += 1
        new_revisions.append(
            {revision_key: ids[key], "revision": number, "content": item.content, "created_at": now}
        )
    gone = [row["id"] for key, row in known.items() if key not in items and row["retired_at"] is None]
    if new_rows:
        _insert(table, new_rows)
    if changed:
        db.session.execute(update(table), changed)
    if gone:
        db.session.execute(update(table), [{"id": row_id, "retired_at": now} for row_id in gone])
    if new_revisions:
        _insert(revisions, new_revisions)
    return (len(new_rows), revised, len(gone)), ids


def _link(
    question_set_id: uuid.UUID,
    questions: Sequence[AnyQuestion],
    question_ids: Mapping[str, uuid.UUID],
    fact_ids: Mapping[str, uuid.UUID],
) -> None:
    """Say which facts the questions probe."""
    wanted = {
        (question_ids[question.id], fact_ids[key]): index
        for question in questions
        for index, key in enumerate(question.facts)
    }
    ids = set(question_ids.values())
    rows = db.session.execute(
        select(QuestionFact.question_id, QuestionFact.fact_id, QuestionFact.position)
        .join(Question, Question.id == QuestionFact.question_id)
        .where(Question.question_set_id == question_set_id)
    )
    # What a retired question probed is left as it was: its reviews still speak of it.
    known = {(question_id, fact_id): index for question_id, fact_id, index in rows if question_id in ids}
    stale = [pair for pair, index in known.items() if wanted.get(pair) != index]
    if stale:
        # One statement for all of them, however many: a list of pairs would be as long as the bank.
        pair = and_(
            QuestionFact.question_id == bindparam("of_question"), QuestionFact.fact_id == bindparam("of_fact")
        )
        db.session.execute(
            delete(_table_of(QuestionFact)).where(pair),
            [{"of_question": question_id, "of_fact": fact_id} for question_id, fact_id in stale],
        )
    missing = [
        {"question_id": question_id, "fact_id": fact_id, "position": index}
        for (question_id, fact_id), index in wanted.items()
        if known.get((question_id, fact_id)) != index
    ]
    if missing:
        _insert(QuestionFact, missing)


def _insert(model: type[Model], rows: list[dict[str, Any]]) -> None:
    # Into the table, not through the class: the session would make much ado of each of thousands of rows.
    db.session.execute(insert(_table_of(model)), rows)


def _table_of(model: type[Model]) -> Table:
    return cast("Table", model.__table__)
