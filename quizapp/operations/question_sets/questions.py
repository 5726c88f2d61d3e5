"""The questions of an instructor's set: each brings its own fact, and what it says is kept revision by revision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, func, insert, select

from quizapp.core import writing
from quizapp.core.confusables import neighbours_of_questions
from quizapp.core.questions import question_from_dict, question_to_dict
from quizapp.database import db, new_row_id
from quizapp.models import Fact, FactRevision, Question, QuestionFact, QuestionRevision
from quizapp.models.question_sets import SetState
from quizapp.operations.fact_links import link_neighbours
from quizapp.operations.question_sets.sets import count_questions
from quizapp.operations.search import index_set
from quizapp.operations.study import reopen_new

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select

    from quizapp.core.questions import AnyQuestion
    from quizapp.models import QuestionSet

#: Most questions of one set.
MAX_QUESTIONS: Final = 5_000


@dataclass(frozen=True, slots=True)
class Written:
    """A hand-written question as it stands; `version` names what an editor has seen of it."""

    key: str
    question_id: uuid.UUID
    question: AnyQuestion
    revision: int
    is_removed: bool

    @property
    def version(self) -> str:
        """Changes whenever the question does."""
        return f"{self.revision}{'-removed' if self.is_removed else ''}"


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving did; nothing where the question said the same already."""

    key: str
    is_new: bool = False
    is_changed: bool = False


class ConflictError(Exception):
    """Somebody saved the question in between; `current` is what they saved."""

    def __init__(self, current: Written) -> None:
        super().__init__(current.key)
        self.current = current


class UnknownQuestionError(LookupError):
    """The set has no question of this key."""


class FullSetError(Exception):
    """A set holds at most `MAX_QUESTIONS` questions."""


class LastQuestionError(Exception):
    """A published set keeps at least one question."""


def new_key() -> str:
    """Return a key for a fact to be written; made when the form is opened, it lets a form sent twice save once."""
    return new_row_id().hex


def list_written(question_set: QuestionSet) -> list[Written]:
    """Return the questions of a set in their order, removed ones among them."""
    rows = db.session.execute(_select(question_set).order_by(Question.position, Question.key))
    return [_written(*row) for row in rows]


def find_written(question_set: QuestionSet, key: str) -> Written | None:
    """Return the question that brought the fact of this key along."""
    row = db.session.execute(_select(question_set).where(Fact.key == key).limit(1)).one_or_none()
    return None if row is None else _written(*row)


def save_question(
    question_set: QuestionSet, draft: writing.Draft, *, key: str, seen: str, now: datetime
) -> Saved:
    """Write a question, or edit the one of this key; call it inside `run_tx`. Flushes.

    `seen` is the version that the editor opened, empty for a new question. Revisions are made only of what differs: a
    fact that says the same keeps its revision, and learners see no change. A removed question is taken up again.
    Raises `writing.DraftError`, `ConflictError` where somebody saved in between, `UnknownQuestionError`, `FullSetError`.
    """
    fact_content, question = writing.write(draft, slug=question_set.slug, key=key)
    known = list_written(question_set)
    current = next((written for written in known if written.key == key), None)
    if current is None and seen:
        raise UnknownQuestionError(key)
    content = question_to_dict(question)
    if current is not None:
        is_same = content == question_to_dict(current.question)
        if is_same and not current.is_removed:
            return Saved(key)
        if current.version != seen:
            raise ConflictError(current)
        if current.question.type != question.type:
            raise UnknownQuestionError(key)
    others = [written.question for written in known if not written.is_removed and written.key != key]
    clash = writing.clashes([question], others).get(question.id)
    if clash is not None:
        raise writing.DraftError([clash])
    if current is None:
        add_questions(question_set, [(fact_content, question)], now)
        return Saved(key, is_new=True, is_changed=True)
    _revise(question_set, current, fact_content, question, now)
    return Saved(key, is_changed=True)


def add_questions(
    question_set: QuestionSet, items: Sequence[tuple[dict[str, Any], AnyQuestion]], now: datetime
) -> None:
    """Add facts with their questions at the end of the set; raises `FullSetError`. Flushes."""
    if count_questions(question_set.id) + len(items) > MAX_QUESTIONS:
        raise FullSetError(question_set.slug)
    last = db.session.execute(
        select(func.max(Question.position)).where(Question.question_set_id == question_set.id)
    ).scalar_one()
    start = 0 if last is None else last + 1
    facts, questions, links = [], [], []
    fact_revisions, question_revisions = [], []
    for place, (content, question) in enumerate(items, start):
        fact_id, question_id = new_row_id(), new_row_id()
        shared = {
            "question_set_id": question_set.id,
            "position": place,
            "topic": question.topic,
            "standing": question.standing,
        }
        first = {"revision": 1, "created_at": now}
        facts.append(
            {
                "id": fact_id,
                "key": question.facts[0],
                "treatment": question.treatment,
                "introduced": place,
                **shared,
            }
        )
        questions.append({"id": question_id, "key": question.id, "type": question.type, **shared})
        links.append({"question_id": question_id, "fact_id": fact_id})
        fact_revisions.append({"fact_id": fact_id, "content": content, **first})
        question_revisions.append(
            {"question_id": question_id, "content": question_to_dict(question), **first}
        )
    if items:
        db.session.execute(insert(Fact), facts)
        db.session.execute(insert(Question), questions)
        db.session.execute(insert(QuestionFact), links)
        db.session.execute(insert(FactRevision), fact_revisions)
        db.session.execute(insert(QuestionRevision), question_revisions)
    question_set.updated_at = now
    _relink(question_set)


def remove_question(question_set: QuestionSet, key: str, now: datetime) -> None:
    """Retire a question and its fact: asked no more, history kept. Raises `LastQuestionError`, `UnknownQuestionError`."""
    question, fact = _rows(question_set, key)
    if question.retired_at is not None:
        return
    if question_set.state == SetState.PUBLISHED and count_questions(question_set.id) == 1:
        raise LastQuestionError(question_set.slug)
    question.retired_at = fact.retired_at = now
    question_set.updated_at = now
    _relink(question_set)


def restore_question(question_set: QuestionSet, key: str, now: datetime) -> None:
    """Take a removed question up again.

    Raises `writing.DraftError` where another one contradicts it by now, `FullSetError`, `UnknownQuestionError`.
    """
    question, fact = _rows(question_set, key)
    if question.retired_at is None:
        return
    known = list_written(question_set)
    others = [written.question for written in known if not written.is_removed]
    if len(others) >= MAX_QUESTIONS:
        raise FullSetError(question_set.slug)
    removed = [written.question for written in known if written.key == key]
    clash = writing.clashes(removed, others).get(question.key)
    if clash is not None:
        raise writing.DraftError([clash])
    question.retired_at = fact.retired_at = None
    question_set.updated_at = now
    _relink(question_set)


def _revise(
    question_set: QuestionSet,
    current: Written,
    fact_content: dict[str, Any],
    question: AnyQuestion,
    now: datetime,
) -> None:
    row, fact = _rows(question_set, current.key)
    content = question_to_dict(question)
    if content != question_to_dict(current.question):
        row.revision += 1
        db.session.add(
            QuestionRevision(question_id=row.id, revision=row.revision, content=content, created_at=now)
        )
    before = db.session.get_one(FactRevision, (fact.id, fact.revision)).content
    if fact_content != before:
        fact.revision += 1
        db.session.add(
            FactRevision(fact_id=fact.id, revision=fact.revision, content=fact_content, created_at=now)
        )
    row.topic = fact.topic = question.topic
    row.retired_at = fact.retired_at = None
    question_set.updated_at = now
    _relink(question_set)


def _relink(question_set: QuestionSet) -> None:
    """Say anew which facts are easily confused and by which words all is found; decks find what came. Flushes."""
    db.session.flush()
    asked = [written for written in list_written(question_set) if not written.is_removed]
    ids = dict(
        db.session.execute(select(Fact.key, Fact.id).where(Fact.question_set_id == question_set.id)).all()
    )
    link_neighbours(question_set.id, ids, neighbours_of_questions(written.question for written in asked))
    reopen_new(question_set.id)
    index_set(question_set.id)


def _rows(question_set: QuestionSet, key: str) -> tuple[Question, Fact]:
    row = db.session.execute(
        select(Question, Fact)
        .join(QuestionFact, QuestionFact.question_id == Question.id)
        .join(Fact, Fact.id == QuestionFact.fact_id)
        .where(Question.question_set_id == question_set.id, Fact.key == key)
        .limit(1)
    ).one_or_none()
    if row is None:
        raise UnknownQuestionError(key)
    return row[0], row[1]


def _select(question_set: QuestionSet) -> Select[Any]:
    return (
        select(Fact.key, Question.id, Question.revision, Question.retired_at, QuestionRevision.content)
        .join(QuestionFact, QuestionFact.fact_id == Fact.id)
        .join(Question, Question.id == QuestionFact.question_id)
        .join(
            QuestionRevision,
            and_(QuestionRevision.question_id == Question.id, QuestionRevision.revision == Question.revision),
        )
        .where(Question.question_set_id == question_set.id)
    )


def _written(
    key: str, question_id: uuid.UUID, revision: int, retired_at: datetime | None, content: dict[str, Any]
) -> Written:
    return Written(key, question_id, question_from_dict(content), revision, retired_at is not None)
