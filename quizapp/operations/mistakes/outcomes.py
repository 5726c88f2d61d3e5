"""What became of reports, as whoever made them is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import exists, select, update

from quizapp.database import db
from quizapp.models import MistakeReport, QuestionFact, QuestionSet
from quizapp.models.mistakes import ReportState
from quizapp.operations.attempt_secrecy import find_closed_facts
from quizapp.operations.mistakes.settling import read_line, select_lines

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Sequence
    from datetime import datetime

#: Of more reports than this the oldest are not listed.
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """A learner's report, and what it is about; `text` is empty, and the reply kept back, while a quiz closes that."""

    report: MistakeReport
    question_set: QuestionSet
    text: str
    is_closed: bool


def has_reported(learner_id: uuid.UUID) -> bool:
    """Return whether the learner ever reported a mistake."""
    return bool(
        db.session.execute(select(exists().where(MistakeReport.learner_id == learner_id))).scalar_one()
    )


def list_outcomes(learner_id: uuid.UUID, *, only_news: bool = False) -> list[Outcome]:
    """Return the learner's reports, the last first; `only_news` leaves those settled and not put away yet."""
    wanted = select_lines().where(MistakeReport.learner_id == learner_id)
    if only_news:
        wanted = wanted.where(MistakeReport.state != ReportState.OPEN, MistakeReport.seen_at.is_(None))
    last_first = (MistakeReport.created_at.desc(), MistakeReport.id)
    rows = db.session.execute(wanted.order_by(*last_first).limit(MOST_LISTED)).all()
    lines = [read_line(row) for row in rows]
    closed = _closed_ids(learner_id, [line.report for line in lines]) if lines else set()
    return [
        Outcome(
            report=line.report,
            question_set=line.question_set,
            text="" if line.report.id in closed else line.text,
            is_closed=line.report.id in closed,
        )
        for line in lines
    ]


def put_news_away(learner_id: uuid.UUID, report_ids: Collection[uuid.UUID], now: datetime) -> None:
    """Keep that the learner has seen what became of these of their reports; call it in `run_tx`."""
    db.session.execute(
        update(MistakeReport)
        .where(
            MistakeReport.learner_id == learner_id,
            MistakeReport.id.in_(report_ids),
            MistakeReport.state != ReportState.OPEN,
        )
        .values(seen_at=now),
        execution_options={"synchronize_session": False},
    )


def _closed_ids(learner_id: uuid.UUID, reports: Sequence[MistakeReport]) -> set[uuid.UUID]:
    """Return which reports are about what an open quiz of the learner asks."""
    facts = find_closed_facts(learner_id)
    if not facts:
        return set()
    asked = select(QuestionFact.question_id, QuestionFact.fact_id).where(
        QuestionFact.question_id.in_([report.question_id for report in reports if report.question_id])
    )
    questions = {row.question_id for row in db.session.execute(asked) if row.fact_id in facts}
    return {report.id for report in reports if report.fact_id in facts or report.question_id in questions}
