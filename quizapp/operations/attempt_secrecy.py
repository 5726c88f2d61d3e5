"""What an open quiz closes to its learner: the facts it asks, until it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from quizapp.database import db
from quizapp.models import Attempt, AttemptResponse, Fact, FactRevision, QuestionFact

if TYPE_CHECKING:
    import uuid

    from sqlalchemy import BindParameter, Select


def select_facts_in_open_attempts(learner_id: uuid.UUID | BindParameter[uuid.UUID]) -> Select[uuid.UUID]:
    """Return the query for the facts that a learner's open quizzes ask: their cards wait until the quiz ends."""
    return (
        select(QuestionFact.fact_id)
        .join(AttemptResponse, AttemptResponse.question_id == QuestionFact.question_id)
        .join(
            Attempt,
            and_(Attempt.learner_id == AttemptResponse.learner_id, Attempt.id == AttemptResponse.attempt_id),
        )
        .where(
            Attempt.learner_id == learner_id,
            AttemptResponse.learner_id == learner_id,
            Attempt.state == "open",
        )
    )


def find_closed_facts(learner_id: uuid.UUID | None) -> frozenset[uuid.UUID]:
    """Return the facts whose pages are closed to a learner: those that an open attempt asks, and more.

    Of a list all members are closed with one: which are missing would tell who belongs to it.
    """
    if learner_id is None:
        return frozenset()
    rows = db.session.execute(
        select(Fact.id, Fact.question_set_id, FactRevision.content)
        .join(FactRevision, and_(FactRevision.fact_id == Fact.id, FactRevision.revision == Fact.revision))
        .where(Fact.id.in_(select_facts_in_open_attempts(learner_id)))
    ).all()
    closed = {fact_id for fact_id, _, _ in rows}
    lists = {(set_id, content["member_of"]) for _, set_id, content in rows if content.get("member_of")}
    for set_id, list_key in lists:
        members = select(Fact.id).where(
            Fact.question_set_id == set_id, Fact.key.startswith(f"{list_key}.", autoescape=True)
        )
        closed.update(db.session.execute(members).scalars())
    return frozenset(closed)
