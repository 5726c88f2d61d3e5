"""What a quiz closes to its learner: the facts it asks, from its start until it is released."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, or_, select, true

from quizapp.core.attempts import AttemptState
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
from quizapp.operations.statements import Statement

if TYPE_CHECKING:
    import uuid

    from sqlalchemy import BindParameter, ColumnElement, Select

#: Whether anything of a learner is a secret at all: asked on every path that studies, so by itself and first.
_ANY: Final = Statement(
    "SELECT 1 FROM attempts WHERE learner_id = :learner_id AND released_at IS NULL AND NOT is_preview LIMIT 1"
)
_SUBJECT: Final = FactRevision.content["subject"].as_string()
_KEY_TEXT: Final = FactRevision.content["key_text"].as_string()


def select_facts_in_open_attempts(learner_id: uuid.UUID | BindParameter[uuid.UUID]) -> Select[uuid.UUID]:
    """Return the query for the facts that a learner's quizzes ask until they are released: their cards wait so long.

    What an instructor previews is no secret to them.
    """
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


def find_closed_facts(
    learner_id: uuid.UUID | None, *, ended_at_quiz: uuid.UUID | None = None
) -> frozenset[uuid.UUID]:
    """Return the facts whose pages are closed to a learner: those that an attempt asks which is not released, and more.

    Attempts at the quiz `ended_at_quiz` that have ended are left out: what may be seen of them is for that quiz to say.

    A question that was checked on the way is closed with the others: what tells its key tells that of its like. Of a list all members are closed with one: which are missing would tell who belongs to it. For the same reason what
    can be marked is closed whether it is right or wrong. A fact and the same told the other way round, such as a capital
    of its country and the country of that capital, are closed together.
    """
    if learner_id is None or _ANY.first({"learner_id": learner_id}) is None:
        return frozenset()
    counts = (
        or_(Attempt.quiz_id != ended_at_quiz, Attempt.state == AttemptState.OPEN) if ended_at_quiz else true()
    )
    asked = or_(
        Fact.id.in_(select_facts_in_open_attempts(learner_id).where(counts)),
        *(
            and_(Fact.question_set_id == set_id, Fact.key.in_(keys))
            for set_id, keys in _shown_to_be_marked(learner_id, counts).items()
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


def _shown_to_be_marked(learner_id: uuid.UUID, counts: ColumnElement[bool]) -> dict[uuid.UUID, set[str]]:
    """Return for each set the keys of the facts behind the options and places of questions not released."""
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
            counts,
        )
    )
    keys: dict[uuid.UUID, set[str]] = {}
    for set_id, content in rows:
        marks = content.get("options") or content.get("places") or ()
        keys.setdefault(set_id, set()).update(mark["fact"] for mark in marks if mark["fact"])
    return keys
