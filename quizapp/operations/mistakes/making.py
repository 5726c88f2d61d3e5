"""What learners report: in which question or fact, for which reason, in which words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, exists, or_, select, update

from quizapp.core.attempts import AttemptState
from quizapp.database import db, new_row_id
from quizapp.models import (
    Attempt,
    AttemptResponse,
    Deck,
    Fact,
    FactRevision,
    MistakeReport,
    Question,
    QuestionFact,
    QuestionRevision,
    QuestionSet,
    Quiz,
)
from quizapp.models.mistakes import OPEN_ONLY, Reason, ReportState
from quizapp.operations.attempt_secrecy import find_closed_facts
from quizapp.operations.study.statistics import insert_into

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

#: Of what a learner adds, and of a reply.
MOST_WORDS: Final = 2_000
REASONS: Final = {
    Reason.WRONG_KEY: "The response it calls right is wrong",
    Reason.SEVERAL_RIGHT: "More than one response is right",
    Reason.UNCLEAR: "It is unclear what is asked",
    Reason.SPELLING: "A mistake of spelling or grammar",
    Reason.SOURCE: "The source does not say so",
    Reason.OTHER: "Something else",
}
#: What can be wrong with a statement that is not a question.
FACT_REASONS: Final = {
    Reason.WRONG_KEY: "The statement is wrong",
    Reason.UNCLEAR: "It is unclear",
    Reason.SPELLING: REASONS[Reason.SPELLING],
    Reason.SOURCE: REASONS[Reason.SOURCE],
    Reason.OTHER: REASONS[Reason.OTHER],
}


@dataclass(frozen=True, slots=True)
class Target:
    """The question or fact that a report is about, as its learner may see it now: never with a question's key.

    `text` is the stem of a question or the statement of a fact; empty where an open quiz of the learner closes it.
    `fact_key` names the fact's page, unless it is closed.
    """

    question_set: QuestionSet
    question_id: uuid.UUID | None
    fact_id: uuid.UUID | None
    revision: int
    text: str
    fact_key: str | None
    is_closed: bool

    @property
    def id(self) -> uuid.UUID:
        """The id of the question or of the fact."""
        found = self.question_id or self.fact_id
        if found is None:
            raise AssertionError("a report is about a question or a fact")
        return found


def find_question(
    question_id: uuid.UUID, learner_id: uuid.UUID | None, revision: int | None = None
) -> Target | None:
    """Return a question to report on: as pinned in a quiz that is a secret, else in the revision named, else the current one."""
    row = db.session.execute(
        select(Question, QuestionSet)
        .join(QuestionSet, QuestionSet.id == Question.question_set_id)
        .where(Question.id == question_id)
    ).one_or_none()
    if row is None:
        return None
    question, question_set = row
    probed = db.session.execute(
        select(Fact.id, Fact.key)
        .join(QuestionFact, QuestionFact.fact_id == Fact.id)
        .where(QuestionFact.question_id == question_id)
        .order_by(QuestionFact.position)
    ).all()
    closed = find_closed_facts(learner_id)
    is_closed = any(fact_id in closed for fact_id, _ in probed)
    pinned = _pinned_revision(question_id, learner_id) if is_closed else None
    shown, content = _revision_of(QuestionRevision, question, pinned or revision)
    return Target(
        question_set=question_set,
        question_id=question_id,
        fact_id=None,
        revision=shown,
        text="" if is_closed and pinned is None else content["stem"],
        fact_key=probed[0].key if probed and not is_closed else None,
        is_closed=is_closed,
    )


def find_fact(fact_id: uuid.UUID, learner_id: uuid.UUID | None, revision: int | None = None) -> Target | None:
    """Return a fact to report on, in the revision named, else the current one."""
    row = db.session.execute(
        select(Fact, QuestionSet)
        .join(QuestionSet, QuestionSet.id == Fact.question_set_id)
        .where(Fact.id == fact_id)
    ).one_or_none()
    if row is None:
        return None
    fact, question_set = row
    is_closed = fact_id in find_closed_facts(learner_id)
    shown, content = _revision_of(FactRevision, fact, revision)
    return Target(
        question_set=question_set,
        question_id=None,
        fact_id=fact_id,
        revision=shown,
        text="" if is_closed else statement_of(content),
        fact_key=None if is_closed else fact.key,
        is_closed=is_closed,
    )


def find_asked(learner_id: uuid.UUID, attempt_id: uuid.UUID, position: int) -> uuid.UUID | None:
    """Return which question a learner's attempt asks at a position; where one cannot go back, only the one at its turn."""
    can_be_seen = (
        select(Attempt.id)
        .where(
            Attempt.learner_id == learner_id,
            Attempt.id == attempt_id,
            or_(Attempt.state == AttemptState.CLOSED, Attempt.turn.is_(None), Attempt.turn == position),
        )
        .exists()
    )
    return db.session.execute(
        select(AttemptResponse.question_id).where(
            AttemptResponse.learner_id == learner_id,
            AttemptResponse.attempt_id == attempt_id,
            AttemptResponse.position == position,
            can_be_seen,
        )
    ).scalar_one_or_none()


def has_met(learner_id: uuid.UUID | None, question_set_id: uuid.UUID) -> bool:
    """Return whether the learner studies the set or sat a quiz on it: what was shown once may be reported."""
    if learner_id is None:
        return False
    studies = exists().where(Deck.learner_id == learner_id, Deck.question_set_id == question_set_id)
    sat = exists().where(
        Attempt.learner_id == learner_id,
        Quiz.id == Attempt.quiz_id,
        Quiz.question_set_id == question_set_id,
    )
    return bool(db.session.execute(select(or_(studies, sat))).scalar_one())


def report_mistake(learner_id: uuid.UUID, target: Target, reason: str, words: str, now: datetime) -> None:
    """Keep a report; while an earlier one of the learner on the same is open, change that. Call it in `run_tx`."""
    about = "question_id" if target.question_id is not None else "fact_id"
    insertion = insert_into(MistakeReport).values(
        id=new_row_id(),
        question_set_id=target.question_set.id,
        question_id=target.question_id,
        fact_id=target.fact_id,
        revision=target.revision,
        learner_id=learner_id,
        reason=reason,
        words=words,
        state=ReportState.OPEN,
        reply="",
        created_at=now,
        updated_at=now,
    )
    new = insertion.excluded
    db.session.execute(
        insertion.on_conflict_do_update(
            index_elements=["learner_id", about],
            index_where=OPEN_ONLY,
            set_={name: new[name] for name in ("revision", "reason", "words", "updated_at")},
        )
    )


def find_own_report(learner_id: uuid.UUID | None, target: Target) -> MistakeReport | None:
    """Return the learner's last report on a question or fact."""
    return None if learner_id is None else list_own_reports(learner_id).get(target.id)


def list_own_reports(learner_id: uuid.UUID) -> dict[uuid.UUID, MistakeReport]:
    """Return the learner's last report on each question and fact, by the id of that."""
    rows = db.session.execute(
        select(MistakeReport)
        .where(MistakeReport.learner_id == learner_id)
        .order_by(MistakeReport.created_at, MistakeReport.id)
    ).scalars()
    return {row.question_id or row.fact_id: row for row in rows}  # type: ignore[misc]


def forget_reporters(learner_ids: Sequence[uuid.UUID]) -> None:
    """Take the names off the reports of learners who are erased; what they report stays with the set."""
    db.session.execute(
        update(MistakeReport).where(MistakeReport.learner_id.in_(learner_ids)).values(learner_id=None),
        execution_options={"synchronize_session": False},
    )


def move_reports(guest_id: uuid.UUID, account_id: uuid.UUID) -> None:
    """Give a guest's reports to the account; one open on both sides stays with the set, without its reporter."""
    mine = select(MistakeReport.id).where(
        MistakeReport.learner_id == account_id, MistakeReport.state == ReportState.OPEN
    )
    for column in (MistakeReport.question_id, MistakeReport.fact_id):
        about = select(column).where(MistakeReport.id.in_(mine), column.is_not(None))
        db.session.execute(
            update(MistakeReport)
            .where(
                MistakeReport.learner_id == guest_id,
                MistakeReport.state == ReportState.OPEN,
                column.in_(about.scalar_subquery()),
            )
            .values(learner_id=None),
            execution_options={"synchronize_session": False},
        )
    db.session.execute(
        update(MistakeReport).where(MistakeReport.learner_id == guest_id).values(learner_id=account_id),
        execution_options={"synchronize_session": False},
    )


def _pinned_revision(question_id: uuid.UUID, learner_id: uuid.UUID | None) -> int | None:
    """Return the revision that a quiz which is still a secret showed to the learner; None where its turn did not come."""
    return db.session.execute(
        select(AttemptResponse.question_revision)
        .join(
            Attempt,
            and_(Attempt.learner_id == AttemptResponse.learner_id, Attempt.id == AttemptResponse.attempt_id),
        )
        .where(
            Attempt.learner_id == learner_id,
            AttemptResponse.learner_id == learner_id,
            AttemptResponse.question_id == question_id,
            Attempt.released_at.is_(None),
            or_(Attempt.turn.is_(None), AttemptResponse.position <= Attempt.turn),
        )
        .limit(1)
    ).scalar_one_or_none()


def _revision_of(
    table: type[QuestionRevision | FactRevision], item: Question | Fact, wanted: int | None
) -> tuple[int, dict[str, Any]]:
    """Return number and content of the revision that is wanted, or of the current one where there is no such."""
    found: Any = None if wanted is None else db.session.get(table, (item.id, wanted))
    found = found or db.session.get_one(table, (item.id, item.revision))
    return found.revision, found.content


def statement_of(content: dict[str, Any]) -> str:
    """Return a fact as one sentence; one written as a question gives that with its response."""
    return content.get("statement") or f"{content.get('ask', '')} {content.get('key_text', '')}".strip()
