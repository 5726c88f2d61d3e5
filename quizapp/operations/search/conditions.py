"""What a query means in the database: a condition on facts with one learner's cards and marks, or on questions."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, exists, false, func, not_, or_, select

from quizapp.models import (
    Card,
    CardMark,
    Fact,
    FactTag,
    FactText,
    Question,
    QuestionFact,
    QuestionSet,
    QuestionText,
)
from quizapp.operations.search.full_text import Sought, matching, sought
from quizapp.operations.search.holdings import holds
from quizapp.operations.search.viewer import Viewer, may_see_fact

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select

    from quizapp.core.queries import Query, Term
    from quizapp.models import Learner, User

#: Filters that need a learner's card or mark.
_OWN: Final = frozenset(
    {"is", "due", "seen", "recall", "stability", "difficulty", "lapses", "reps", "missed", "note"}
)


def fact_condition(
    query: Query, learner: Learner | None, now: datetime, user: User | None = None
) -> ColumnElement[bool]:
    """Return the condition that a query is met, for statements with Fact and, outer-joined, the learner's Card and CardMark.

    Holds only for facts that are not retired, of sets that the learner's user (or `user`) may see, and for none that an
    open quiz of the learner closes. Reads a few rows to build it.
    """
    viewer = Viewer(learner, now, user)
    asked, rest = split(query)
    found = [] if asked is None else [Fact.id.in_(matching(FactText, asked))]
    return and_(*may_see_fact(viewer), *found, *(_clause_of_facts(clause, viewer) for clause in rest))


def split(query: Query) -> tuple[Sought | None, list[tuple[Term, ...]]]:
    """Return what must stand in the text whatever else, None for nothing, and the other clauses.

    The last word typed may be the beginning of one.
    """
    words = [term for term in query.terms if not term.name and not term.is_negated and not term.is_phrase]
    last = words[-1] if words else None
    needed = [clause[0] for clause in query.clauses if len(clause) == 1 and _is_needed(clause[0])]
    rest = [clause for clause in query.clauses if len(clause) > 1 or not _is_needed(clause[0])]
    return (sought(needed, last) if needed else None), rest


def conditions_on_facts(clauses: list[tuple[Term, ...]], viewer: Viewer) -> list[ColumnElement[bool]]:
    """Return what clauses mean for facts."""
    return [_clause_of_facts(clause, viewer) for clause in clauses]


def conditions_on_questions(clauses: list[tuple[Term, ...]], viewer: Viewer) -> list[ColumnElement[bool]]:
    """Return what clauses mean for questions; what only a fact has is asked of the facts they probe."""
    return [or_(*(_signed(term, _of_question(term, viewer)) for term in clause)) for clause in clauses]


def _is_needed(term: Term) -> bool:
    return not term.name and not term.is_negated


def _clause_of_facts(clause: tuple[Term, ...], viewer: Viewer) -> ColumnElement[bool]:
    return or_(*(_signed(term, _of_fact(term, viewer)) for term in clause))


def _signed(term: Term, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    # A fact without a card is not one of low stability, and so one of those that are not.
    return not_(func.coalesce(condition, false())) if term.is_negated else condition


def _of_fact(term: Term, viewer: Viewer) -> ColumnElement[bool]:
    if not term.name:
        return Fact.id.in_(matching(FactText, sought([term])))
    if term.name in _OWN:
        return holds(term, viewer)
    value = str(term.value)
    if term.name == "topic":
        return Fact.topic == _slug(value)
    if term.name == "set":
        return Fact.question_set_id.in_(_set_named(value))
    if term.name == "tag":
        return Fact.id.in_(select(FactTag.fact_id).where(FactTag.tag.in_({value, value.casefold()})))
    if term.name == "standing":
        return Fact.standing == value
    return exists(
        select(QuestionFact.fact_id)
        .join(Question, Question.id == QuestionFact.question_id)
        .where(QuestionFact.fact_id == Fact.id, Question.type == value, Question.retired_at.is_(None))
    )


def _of_question(term: Term, viewer: Viewer) -> ColumnElement[bool]:
    if not term.name:
        return Question.id.in_(matching(QuestionText, sought([term])))
    value = str(term.value)
    if term.name == "topic":
        return Question.topic == _slug(value)
    if term.name == "set":
        return Question.question_set_id.in_(_set_named(value))
    if term.name == "standing":
        return Question.standing == value
    if term.name == "type":
        return Question.type == value
    return Question.id.in_(
        select(QuestionFact.question_id)
        .join(Fact, Fact.id == QuestionFact.fact_id)
        .outerjoin(Card, viewer.is_card())
        .outerjoin(CardMark, viewer.is_mark())
        .where(_of_fact(term, viewer))
    )


def _slug(text: str) -> str:
    """Return a topic as it is kept: small letters and digits, hyphens between words."""
    return re.sub(r"[\W_]+", "-", unicodedata.normalize("NFKC", text).casefold()).strip("-")


def _set_named(name: str) -> Select[uuid.UUID]:
    return select(QuestionSet.id).where(QuestionSet.slug == name.casefold())
