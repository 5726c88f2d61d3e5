"""Reports as whoever keeps the set reads and settles them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select, true

from quizapp.core.grading import key_text
from quizapp.core.questions import question_from_dict
from quizapp.database import db
from quizapp.models import (
    Fact,
    FactRevision,
    MistakeReport,
    Question,
    QuestionFact,
    QuestionRevision,
    QuestionSet,
)
from quizapp.models.mistakes import ReportState
from quizapp.operations.mistakes.making import statement_of

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from quizapp.models import User

PAGE = 25


class ReportChangedError(Exception):
    """A report is not as it was when it was read; nothing was changed."""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A report as the set's keeper reads it: what was shown, with the key, and whether it was changed since.

    `item_key` is the fact's key, under which an instructor's question is edited.
    """

    report: MistakeReport
    question_set: QuestionSet
    type: str
    text: str
    key: str
    item_key: str | None
    is_changed: bool

    @property
    def version(self) -> str:
        """What `settle_report` knows again: words, verdict and reply as they were read."""
        return _version_of(self.report)


def count_open(user: User) -> int:
    """Return how many reports wait for this user."""
    return db.session.execute(
        select(func.count())
        .select_from(MistakeReport)
        .join(QuestionSet, QuestionSet.id == MistakeReport.question_set_id)
        .where(MistakeReport.state == ReportState.OPEN, _is_kept_by(user))
    ).scalar_one()


def list_reports(user: User, *, settled: bool = False, page: int = 1) -> tuple[list[ReportLine], int]:
    """Return one page of the reports that a user answers for, and the number of pages.

    Open ones come in the order they were made, settled ones with the last settled first.
    """
    wanted = and_(
        (MistakeReport.state != ReportState.OPEN) if settled else (MistakeReport.state == ReportState.OPEN),
        _is_kept_by(user),
    )
    counted = select(func.count()).select_from(MistakeReport)
    total = db.session.execute(
        counted.join(QuestionSet, QuestionSet.id == MistakeReport.question_set_id).where(wanted)
    ).scalar_one()
    order = MistakeReport.settled_at.desc() if settled else MistakeReport.created_at
    rows = db.session.execute(
        select_lines().where(wanted).order_by(order, MistakeReport.id).limit(PAGE).offset((page - 1) * PAGE)
    )
    return [read_line(row) for row in rows], max(1, -(-total // PAGE))


def find_report(user: User, report_id: uuid.UUID) -> ReportLine | None:
    """Return a report if this user answers for its set."""
    row = db.session.execute(
        select_lines().where(MistakeReport.id == report_id, _is_kept_by(user))
    ).one_or_none()
    return None if row is None else read_line(row)


def settle_report(
    report_id: uuid.UUID, state: ReportState, reply: str, now: datetime, *, version: str | None = None
) -> None:
    """Settle a report, or change how it was settled; call it inside `run_tx`.

    Its reporter is told anew of each change. `version` is that of the line that was read: raises `ReportChangedError`
    where the report is another by now, unless it is settled in the same way already.
    """
    if state == ReportState.OPEN:
        raise ValueError("a report is settled as resolved or dismissed")
    found = db.session.execute(
        select(MistakeReport)
        .where(MistakeReport.id == report_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()
    if (found.state, found.reply) == (state, reply):
        return
    if version is not None and version != _version_of(found):
        raise ReportChangedError
    found.state, found.reply, found.seen_at = state, reply, None
    found.settled_at = found.settled_at or now
    db.session.flush()


def _version_of(report: MistakeReport) -> str:
    told = (report.state, report.reply, report.reason, report.words, report.updated_at.isoformat())
    return hashlib.sha256(repr(tuple(map(str, told))).encode()).hexdigest()[:20]


def _is_kept_by(user: User) -> ColumnElement[bool]:
    """Whether a user answers for a set: its owner; an administrator for banks, and for all others too."""
    return true() if user.is_administrator else QuestionSet.owner_id == user.id


def select_lines() -> Any:
    """Select reports with what they are about, for `read_line`."""
    shown = and_(
        QuestionRevision.question_id == MistakeReport.question_id,
        QuestionRevision.revision == MistakeReport.revision,
    )
    first = and_(QuestionFact.question_id == MistakeReport.question_id, QuestionFact.position == 0)
    stated = and_(
        FactRevision.fact_id == MistakeReport.fact_id, FactRevision.revision == MistakeReport.revision
    )
    return (
        select(
            MistakeReport,
            QuestionSet,
            Question.revision.label("question_now"),
            QuestionRevision.content.label("question"),
            Fact.key,
            Fact.revision.label("fact_now"),
            FactRevision.content.label("fact"),
        )
        .join(QuestionSet, QuestionSet.id == MistakeReport.question_set_id)
        .outerjoin(Question, Question.id == MistakeReport.question_id)
        .outerjoin(QuestionRevision, shown)
        .outerjoin(QuestionFact, first)
        .outerjoin(Fact, Fact.id == func.coalesce(MistakeReport.fact_id, QuestionFact.fact_id))
        .outerjoin(FactRevision, stated)
    )


def read_line(row: Any) -> ReportLine:
    """Return a row of `select_lines` as a line."""
    report: MistakeReport = row.MistakeReport
    if report.question_id is None:
        content = row.fact or {}
        kind, text, key = "fact", statement_of(content), ""
    else:
        question = question_from_dict(row.question)
        kind, text, key = question.type, question.stem, key_text(question)
    now = row.fact_now if report.question_id is None else row.question_now
    return ReportLine(report, row.QuestionSet, kind, text, key, row.key, is_changed=now != report.revision)
