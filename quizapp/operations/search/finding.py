"""What a query finds: a page of facts or questions, and how many there are, counted no further than is worth it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from sqlalchemy import case, func, select

from quizapp.core.queries import Query
from quizapp.database import db
from quizapp.models import (
    Card,
    CardMark,
    Fact,
    FactText,
    Question,
    QuestionSet,
    QuestionText,
)
from quizapp.operations.search.conditions import conditions_on_facts, conditions_on_questions, split
from quizapp.operations.search.found import FoundFact, FoundQuestion, load_facts, load_questions
from quizapp.operations.search.full_text import matches, matching_from, order_of_loading, stands
from quizapp.operations.search.holdings import elapsed_days
from quizapp.operations.search.viewer import Viewer, may_see_fact, may_see_question

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select

    from quizapp.models import Learner, User

#: Rows of a page.
PAGE: Final = 50
#: No page beyond lies within reach: what stands so far down is found by a filter.
MOST_PAGES: Final = 200
#: Counting ends here.
COUNTED: Final = 1000

T = TypeVar("T")


class Sort(StrEnum):
    """What facts are ordered by; `found` is the order in which they were loaded."""

    FOUND = "found"
    FACT = "fact"
    SET = "set"
    STANDING = "standing"
    DUE = "due"
    STABILITY = "stability"
    RECALL = "recall"
    LAPSES = "lapses"
    FLAGGED = "flagged"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of what was found, the number of their page, and whether more follow."""

    entries: list[T]
    number: int
    has_next: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many were found; at least so many where counting ended early."""

    number: int
    is_more: bool


def find_facts(
    query: Query,
    learner: Learner | None,
    now: datetime,
    *,
    user: User | None = None,
    sort: Sort = Sort.FOUND,
    is_descending: bool = False,
    page: int = 1,
) -> Page[FoundFact]:
    """Return a page of the facts that a query finds for a learner, or for a visitor or `user` without one."""
    viewer = Viewer(learner, now, user)
    ids, number, has_next = _page_of(_select_facts(query, viewer, sort, is_descending=is_descending), page)
    found = load_facts(ids, viewer)
    return Page([found[fact_id] for fact_id in ids if fact_id in found], number, has_next)


def find_questions(
    query: Query, learner: Learner | None, now: datetime, *, user: User | None = None, page: int = 1
) -> Page[FoundQuestion]:
    """Return a page of the questions that a query finds; none that probes what an open quiz of the learner closes."""
    ids, number, has_next = _page_of(_select_questions(query, Viewer(learner, now, user)), page)
    found = load_questions(ids)
    return Page([found[question_id] for question_id in ids if question_id in found], number, has_next)


def count_facts(
    query: Query, learner: Learner | None, now: datetime, *, user: User | None = None, most: int = COUNTED
) -> Count:
    """Return how many facts a query finds, counting no further than `most`."""
    return _count(_select_facts(query, Viewer(learner, now, user), None), most)


def count_questions(
    query: Query, learner: Learner | None, now: datetime, *, user: User | None = None, most: int = COUNTED
) -> Count:
    """Return how many questions a query finds, counting no further than `most`."""
    return _count(_select_questions(query, Viewer(learner, now, user), is_ordered=False), most)


def list_fact_ids(
    query: Query | None,
    learner: Learner,
    now: datetime,
    *,
    most: int,
    among: Sequence[uuid.UUID] | None = None,
    only_begun: bool = False,
) -> list[uuid.UUID]:
    """Return the ids of the facts that a query finds, the first `most` of them.

    `among` takes only these into account, which leaves out what the learner may not see; `only_begun` those with a card.
    """
    found = _select_facts(query or Query(), Viewer(learner, now), Sort.FOUND)
    if among is not None:
        found = found.where(Fact.id.in_(among))
    if only_begun:
        found = found.where(Card.fact_id.is_not(None))
    return list(db.session.execute(found.limit(most)).scalars())


def _select_facts(
    query: Query, viewer: Viewer, sort: Sort | None, *, is_descending: bool = False
) -> Select[uuid.UUID]:
    asked, clauses = split(query)
    if asked is None:
        found = select(Fact.id).select_from(Fact)
    else:
        found = select(Fact.id).select_from(matching_from(FactText)).join(Fact, Fact.id == FactText.fact_id)
        found = found.where(matches(FactText, asked), *stands(FactText, asked))
    found = (
        found.outerjoin(Card, viewer.is_card())
        .outerjoin(CardMark, viewer.is_mark())
        .where(*may_see_fact(viewer), *conditions_on_facts(clauses, viewer))
    )
    if sort is None:
        return found
    if sort is Sort.FOUND:
        if asked is not None:
            return found.order_by(order_of_loading(FactText))
        return found.order_by(Fact.question_set_id, Fact.position, Fact.id)
    if sort is Sort.FACT and asked is None:
        found = found.outerjoin(FactText, FactText.fact_id == Fact.id)
    if sort is Sort.SET:
        found = found.join(QuestionSet, QuestionSet.id == Fact.question_set_id)
    return found.order_by(*_order(sort, viewer, is_descending=is_descending))


def _order(sort: Sort, viewer: Viewer, *, is_descending: bool) -> list[Any]:
    """Return what to order by; what has no such figure comes last either way."""
    columns: dict[Sort, tuple[Any, ...]] = {
        Sort.FACT: (FactText.body,),
        Sort.SET: (QuestionSet.title, Fact.topic),
        Sort.STANDING: (Fact.standing,),
        Sort.DUE: (Card.due_on,),
        Sort.STABILITY: (Card.stability,),
        # The longer since the last review, measured in stabilities, the lower the recall.
        Sort.RECALL: (-elapsed_days(viewer) / Card.stability,),
        Sort.LAPSES: (Card.lapses,),
        Sort.FLAGGED: (CardMark.flagged_at,),
    }
    keys = columns[sort]
    lacking = {
        Sort.DUE: Card.fact_id,
        Sort.STABILITY: Card.fact_id,
        Sort.RECALL: Card.fact_id,
        Sort.LAPSES: Card.fact_id,
        Sort.FLAGGED: CardMark.flagged_at,
    }.get(sort)
    last = [] if lacking is None else [case((lacking.is_(None), 1), else_=0)]
    return [*last, *(key.desc() if is_descending else key.asc() for key in keys), Fact.id]


def _select_questions(query: Query, viewer: Viewer, *, is_ordered: bool = True) -> Select[uuid.UUID]:
    asked, clauses = split(query)
    if asked is None:
        found = select(Question.id).select_from(Question)
    else:
        found = select(Question.id).select_from(matching_from(QuestionText))
        found = found.join(Question, Question.id == QuestionText.question_id)
        found = found.where(matches(QuestionText, asked), *stands(QuestionText, asked))
    found = found.where(*may_see_question(viewer), *conditions_on_questions(clauses, viewer))
    if not is_ordered:
        return found
    if asked is not None:
        return found.order_by(order_of_loading(QuestionText))
    return found.order_by(Question.question_set_id, Question.position, Question.id)


def _page_of(found: Select[uuid.UUID], page: int) -> tuple[list[uuid.UUID], int, bool]:
    number = min(max(page, 1), MOST_PAGES)
    ids = list(db.session.execute(found.limit(PAGE + 1).offset((number - 1) * PAGE)).scalars())
    return ids[:PAGE], number, len(ids) > PAGE and number < MOST_PAGES


def _count(found: Select[uuid.UUID], most: int) -> Count:
    some = found.limit(most + 1).subquery()
    number = db.session.execute(select(func.count()).select_from(some)).scalar_one()
    return Count(min(number, most), number > most)
