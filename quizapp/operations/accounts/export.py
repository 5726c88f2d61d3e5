"""Everything kept of one person, to take away: JSON for programs, CSV for sheets, in one ZIP file."""

from __future__ import annotations

import csv
import io
import json
import uuid
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, func, select

from quizapp.database import db
from quizapp.models import (
    Attempt,
    AttemptResponse,
    Card,
    DailyStatistics,
    Deck,
    Fact,
    FactRevision,
    Learner,
    MistakeReport,
    Question,
    QuestionFact,
    QuestionRevision,
    QuestionSet,
    Quiz,
    Review,
    User,
)
from quizapp.operations.accounts.users import role_of
from quizapp.operations.attempt_secrecy import find_closed_facts

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Select

FORMAT: Final = "quizapp-learner-1"
#: Parts that are also written as sheets.
_SHEETS: Final = (
    "decks", "cards", "reviews", "statistics", "quizzes", "attempts", "responses", "mistake_reports",
)  # fmt: skip
#: What tells of a card, or of a review, whether the fact was recalled.
_MEMORY: Final = (
    "stability", "difficulty", "due_on", "reps", "lapses", "predicted",
    "stability_before", "difficulty_before", "stability_after", "difficulty_after",
)  # fmt: skip
#: A sheet takes a cell that begins so for a formula.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

_READ_ME: Final = """Everything quizapp keeps about you.

data.json holds all of it. The .csv files hold the same lists for a spreadsheet; a text that a spreadsheet would take
for a formula has an apostrophe in front. Times are in UTC. Responses of a quiz that is still open are here as you
gave them. Of what such a quiz asks, neither names nor grades nor memories are here before it ends, of earlier quizzes
neither.
"""


def collect(learner_id: uuid.UUID | None, user_id: uuid.UUID | None, now: datetime) -> dict[str, Any]:
    """Return everything of a learner and its user as plain values, ready for JSON.

    Nothing of it tells the key of a question that somebody else wrote: facts appear as what is asked.
    """
    user = None if user_id is None else db.session.get_one(User, user_id)
    learner = None if learner_id is None else db.session.get_one(Learner, learner_id)
    return {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "profile": None if user is None else _profile(user),
        "settings": None if learner is None else _settings(learner),
        **_learned(learner_id),
        "question_sets": [] if user_id is None else _own_sets(user_id),
    }


def archive(data: dict[str, Any]) -> bytes:
    """Return what `collect` gave as a ZIP file of `data.json`, a sheet for each list, and a word of explanation."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("READ-ME.txt", _READ_ME)
        file.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=1))
        for name in _SHEETS:
            file.writestr(f"{name}.csv", _sheet(data[name]))
    return memory.getvalue()


def neutral_cell(value: Any) -> Any:
    """Return a value as a sheet may show it: a text that would be run as a formula gets an apostrophe in front."""
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def _sheet(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows({name: neutral_cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _profile(user: User) -> dict[str, Any]:
    return {
        "email": user.email,
        "name": user.name,
        "role": role_of(user).value,
        "created_at": user.created_at.isoformat(),
        "confirmed_at": None if user.confirmed_at is None else user.confirmed_at.isoformat(),
    }


def _settings(learner: Learner) -> dict[str, Any]:
    names = (column.name for column in Learner.__table__.columns)
    return {name: _plain(getattr(learner, name)) for name in names if name not in {"id", "user_id"}}


def _learned(learner_id: uuid.UUID | None) -> dict[str, list[dict[str, Any]]]:
    asked = FactRevision.content["ask"].as_string().label("asks")
    current = and_(FactRevision.fact_id == Fact.id, FactRevision.revision == Fact.revision)
    of_set = QuestionSet.slug.label("question_set")
    of_fact = Fact.key.label("fact")
    stem = QuestionRevision.content["stem"].as_string().label("stem")
    shown = and_(
        QuestionRevision.question_id == AttemptResponse.question_id,
        QuestionRevision.revision == AttemptResponse.question_revision,
    )
    responses = _rows(
        select(Question.key.label("question"), stem, *_columns(AttemptResponse))
        .join(Question, Question.id == AttemptResponse.question_id)
        .outerjoin(QuestionRevision, shown)
        .where(AttemptResponse.learner_id == learner_id)
        .order_by(AttemptResponse.attempt_id, AttemptResponse.position)
    )
    cards = _rows(
        select(of_set, of_fact, asked, *_columns(Card))
        .join(Fact, Fact.id == Card.fact_id)
        .join(QuestionSet, QuestionSet.id == Card.question_set_id)
        .outerjoin(FactRevision, current)
        .where(Card.learner_id == learner_id)
        .order_by(QuestionSet.slug, Fact.position, Fact.key)
    )
    reviews = _rows(
        select(of_set, of_fact, *_columns(Review))
        .join(Fact, Fact.id == Review.fact_id)
        .join(QuestionSet, QuestionSet.id == Fact.question_set_id)
        .where(Review.learner_id == learner_id)
        .order_by(Review.reviewed_at, Review.id)
    )
    reports = _rows(_select_reports(learner_id))
    _keep_back(find_closed_facts(learner_id), [*cards, *reviews], responses, reports)
    return {
        "decks": _rows(
            select(of_set, *_columns(Deck))
            .join(QuestionSet, QuestionSet.id == Deck.question_set_id)
            .where(Deck.learner_id == learner_id)
            .order_by(QuestionSet.slug)
        ),
        "cards": cards,
        "reviews": reviews,
        "statistics": _rows(
            select(of_set, *_columns(DailyStatistics))
            .join(QuestionSet, QuestionSet.id == DailyStatistics.question_set_id)
            .where(DailyStatistics.learner_id == learner_id)
            .order_by(DailyStatistics.study_day, QuestionSet.slug, DailyStatistics.topic)
        ),
        "quizzes": _rows(
            select(of_set, *_columns(Quiz, "made_by"))
            .join(QuestionSet, QuestionSet.id == Quiz.question_set_id)
            .where(Quiz.made_by == learner_id)
            .order_by(Quiz.created_at)
        ),
        "attempts": _rows(
            select(Quiz.title.label("quiz"), *_columns(Attempt))
            .join(Quiz, Quiz.id == Attempt.quiz_id)
            .where(Attempt.learner_id == learner_id)
            .order_by(Attempt.started_at)
        ),
        "responses": responses,
        "mistake_reports": reports,
    }


def _select_reports(learner_id: uuid.UUID | None) -> Select[Any]:
    """Return the query for the mistakes a learner reported, with what is asked and never its key."""
    stem = QuestionRevision.content["stem"].as_string()
    ask = FactRevision.content["ask"].as_string()
    asked_so = and_(
        QuestionRevision.question_id == MistakeReport.question_id,
        QuestionRevision.revision == MistakeReport.revision,
    )
    stated_so = and_(
        FactRevision.fact_id == MistakeReport.fact_id, FactRevision.revision == MistakeReport.revision
    )
    return (
        select(
            QuestionSet.slug.label("question_set"),
            func.coalesce(stem, ask).label("about"),
            *_columns(MistakeReport, "question_set_id"),
        )
        .join(QuestionSet, QuestionSet.id == MistakeReport.question_set_id)
        .outerjoin(QuestionRevision, asked_so)
        .outerjoin(FactRevision, stated_so)
        .where(MistakeReport.learner_id == learner_id)
        .order_by(MistakeReport.created_at, MistakeReport.id)
    )


def _keep_back(
    closed: Collection[uuid.UUID],
    probes: list[dict[str, Any]],
    responses: list[dict[str, Any]],
    reports: list[dict[str, Any]],
) -> None:
    """Take out what would tell the key of a question that an open quiz asks.

    The name of a fact may hold it, and whether an earlier response was right tells it to whoever has the response:
    graded reviews say so, and the cards they moved.
    """
    facts = set(map(str, closed))
    asking = db.session.execute(select(QuestionFact.question_id).where(QuestionFact.fact_id.in_(closed)))
    questions = set(map(str, asking.scalars()))
    for row in probes:
        if row["fact_id"] in facts:
            row["fact"] = None
            row.update((name, None) for name in _MEMORY if name in row)
            if row.get("rating") is None and "is_right" in row:
                row.update(is_right=None, weight=None)
    for row in responses:
        if row["question_id"] in questions:
            row.update(question=None, outcome=None, score=None, review_id=None)
    for row in reports:
        if row["question_id"] in questions or row["fact_id"] in facts:
            row.update(about=None, reply=None)


def _own_sets(user_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the sets a person wrote, with every revision of what is in them."""
    sets = _rows(
        select(*_columns(QuestionSet, "owner_id"))
        .where(QuestionSet.owner_id == user_id)
        .order_by(QuestionSet.slug)
    )
    for one in sets:
        mine = uuid.UUID(one["id"])
        one["facts"] = _rows(
            select(
                *_columns(Fact, "question_set_id", "revision"),
                *_columns(FactRevision, "fact_id", "created_at"),
            )
            .join(FactRevision, FactRevision.fact_id == Fact.id)
            .where(Fact.question_set_id == mine)
            .order_by(Fact.position, Fact.key, FactRevision.revision)
        )
        one["questions"] = _rows(
            select(
                *_columns(Question, "question_set_id", "revision"),
                *_columns(QuestionRevision, "question_id", "created_at"),
            )
            .join(QuestionRevision, QuestionRevision.question_id == Question.id)
            .where(Question.question_set_id == mine)
            .order_by(Question.position, Question.key, QuestionRevision.revision)
        )
        one["probes"] = _rows(
            select(*_columns(QuestionFact))
            .join(Question, Question.id == QuestionFact.question_id)
            .where(Question.question_set_id == mine)
            .order_by(QuestionFact.question_id, QuestionFact.position)
        )
    return sets


def _columns(table: Any, *without: str) -> list[ColumnElement[Any]]:
    """Return all columns of a table, so that one added later is exported too; whose they are goes without saying."""
    hidden = {"learner_id", *without}
    return [column for column in table.__table__.columns if column.name not in hidden]


def _rows(statement: Select[Any]) -> list[dict[str, Any]]:
    return [
        {name: _plain(value) for name, value in row.items()}
        for row in db.session.execute(statement).mappings()
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value
