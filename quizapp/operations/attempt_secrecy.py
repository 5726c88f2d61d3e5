"""What an open quiz closes to its learner: the facts it asks, until it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from quizapp.database import db
from quizapp.models import (
    Attempt,
    AttemptResponse,
    Fact,
    FactRevision,
    Question,
    QuestionFact,
    QuestionRevision,
)
from quizapp.models.quizzes import is_pinned

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

    Of a list all members are closed with one: which are missing would tell who belongs to it. For the same reason what
    can be marked is closed whether it is right or wrong.
    """
    if learner_id is None:
        return frozenset()
    asked = or_(
        Fact.id.in_(select_facts_in_open_attempts(learner_id)),
        *(
            and_(Fact.question_set_id == set_id, Fact.key.in_(keys))
            for set_id, keys in _shown_to_be_marked(learner_id).items()
        ),
    )
    rows = db.session.execute(
        select(Fact.id, Fact.question_set_id, FactRevision.content["member_of"].as_string())
        .join(FactRevision, and_(FactRevision.fact_id == Fact.id, FactRevision.revision == Fact.revision))
        .where(asked)
    ).all()
    closed = {fact_id for fact_id, _, _ in rows}
    for set_id, list_key in {(set_id, list_key) for _, set_id, list_key in rows if list_key}:
        members = select(Fact.id).where(
            Fact.question_set_id == set_id, Fact.key.startswith(f"{list_key}.", autoescape=True)
        )
        closed.update(db.session.execute(members).scalars())
    return frozenset(closed)


def _shown_to_be_marked(learner_id: uuid.UUID) -> dict[uuid.UUID, set[str]]:
    """Return for each set the keys of the facts behind the options and places of open questions."""
    rows = db.session.execute(
        select(Question.question_set_id, QuestionRevision.content)
        .join(AttemptResponse, AttemptResponse.question_id == Question.id)
        .join(QuestionRevision, is_pinned())
        .join(
            Attempt,
            and_(Attempt.learner_id == AttemptResponse.learner_id, Attempt.id == AttemptResponse.attempt_id),
        )
        .where(
            Attempt.learner_id == learner_id,
            AttemptResponse.learner_id == learner_id,
            Attempt.state == "open",
            AttemptResponse.form.in_(("multiple", "map")),
        )
    )
    keys: dict[uuid.UUID, set[str]] = {}
    for set_id, content in rows:
        marks = content.get("options") or content.get("places") or ()
        keys.setdefault(set_id, set()).update(mark["fact"] for mark in marks if mark["fact"])
    return keys
