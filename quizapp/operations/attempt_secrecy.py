"""What an open quiz closes to its learner: the facts it asks, until it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, or_, select

from quizapp.core.matching import words_of
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

    from sqlalchemy import BindParameter, ColumnElement, Select

_SUBJECT: Final = FactRevision.content["subject"].as_string()
_KEY_TEXT: Final = FactRevision.content["key_text"].as_string()


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
            Attempt.released_at.is_(None),
            Attempt.is_preview.is_(False),
        )
    )


def find_closed_facts(learner_id: uuid.UUID | None) -> frozenset[uuid.UUID]:
    """Return the facts whose pages are closed to a learner: those that an open attempt asks, and more.

    Of a list all members are closed with one: which are missing would tell who belongs to it. For the same reason what
    can be marked is closed whether it is right or wrong. A fact and the same told the other way round, such as a capital
    of its country and the country of that capital, are closed together.
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
        select(
            Fact.id, Fact.question_set_id, FactRevision.content["member_of"].as_string(), _SUBJECT, _KEY_TEXT
        )
        .join(FactRevision, _is_current())
        .where(asked)
    ).all()
    closed = {fact_id for fact_id, *_ in rows}
    for set_id in {set_id for _, set_id, *_ in rows}:
        closed |= _find_turned(set_id, [(row[3], row[4]) for row in rows if row[1] == set_id])
    for set_id, list_key in {(set_id, list_key) for _, set_id, list_key, *_ in rows if list_key}:
        members = select(Fact.id).where(
            Fact.question_set_id == set_id, Fact.key.startswith(f"{list_key}.", autoescape=True)
        )
        closed.update(db.session.execute(members).scalars())
    return frozenset(closed)


def _is_current() -> ColumnElement[bool]:
    return and_(FactRevision.fact_id == Fact.id, FactRevision.revision == Fact.revision)


def _find_turned(set_id: uuid.UUID, told: list[tuple[str, str]]) -> set[uuid.UUID]:
    """Return the facts of a set that tell one of these pairs of subject and key the other way round.

    The subject may say more than the bare value: that of "the element with the atomic number 26" is no mere number.
    """
    subjects, keys = {subject for subject, _ in told if subject}, {key for _, key in told if key}
    rows = db.session.execute(
        select(Fact.id, _SUBJECT, _KEY_TEXT)
        .join(FactRevision, _is_current())
        .where(Fact.question_set_id == set_id, or_(_KEY_TEXT.in_(subjects), _SUBJECT.in_(keys)))
    )
    return {
        fact_id
        for fact_id, subject, key in rows
        if any(_is_turned((subject, key), one) or _is_turned(one, (subject, key)) for one in told)
    }


def _is_turned(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether the key of one is the subject of the other, and its subject speaks of the other's key."""
    return bool(other[1]) and one[1] == other[0] and set(words_of(other[1])) <= set(words_of(one[0] or ""))


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
            Attempt.released_at.is_(None),
            Attempt.is_preview.is_(False),
            AttemptResponse.form.in_(("multiple", "map")),
        )
    )
    keys: dict[uuid.UUID, set[str]] = {}
    for set_id, content in rows:
        marks = content.get("options") or content.get("places") or ()
        keys.setdefault(set_id, set()).update(mark["fact"] for mark in marks if mark["fact"])
    return keys
