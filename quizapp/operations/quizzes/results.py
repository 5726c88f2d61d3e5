"""What a closed attempt tells: its scores, each question with response and key, and what it did to memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from quizapp.core.attempts import AttemptState, QuestionGrade, Result, result
from quizapp.core.facts import Standing
from quizapp.core.grading import Grade, Outcome, grade, key_text, response_from_dict, response_text
from quizapp.core.questions import (
    AnyQuestion,
    ChoiceQuestion,
    MapQuestion,
    MatchingQuestion,
    MultipleQuestion,
    Option,
    OptionResponse,
    OrderingQuestion,
    Response,
    TrueFalseQuestion,
    question_from_dict,
)
from quizapp.database import db
from quizapp.models import Attempt, AttemptResponse, Card, Learner, Question, QuestionRevision, Review
from quizapp.models.quizzes import is_pinned
from quizapp.operations.attempt_secrecy import find_closed_facts
from quizapp.operations.quizzes.reviewing import find_facts, review_id_of
from quizapp.operations.study import find_deck, today_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Effect:
    """What a response did to the memory of one fact: whether it moved it, and in how many days it would come back.

    `text` is what the question shows of the fact where it probes several: an option, a place, an event, a left side.
    """

    fact_key: str
    text: str
    is_right: bool
    is_long_term: bool
    days: int | None


class Judged:
    """What templates ask of a question that was responded to, in a quiz or in study."""

    __slots__ = ()

    question: AnyQuestion
    response: Response | None
    order: Sequence[str]
    grade: Grade

    @property
    def outcome(self) -> str:
        """How the response was judged."""
        return self.grade.outcome.value

    @property
    def options(self) -> tuple[Option, ...]:
        """The options as they were shown; none where the question has none."""
        if not isinstance(self.question, ChoiceQuestion | MultipleQuestion | TrueFalseQuestion):
            return ()
        by_id = {option.id: option for option in self.question.options}
        return tuple(by_id[name] for name in self.order)

    @property
    def picked(self) -> str | None:
        """The id of the one option that was picked."""
        return self.response.option if isinstance(self.response, OptionResponse) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Judged):
    """One question with everything that may now be told about it.

    `order` holds the ids of what was shown, as `AttemptResponse.option_order` does. `is_closed` is set while an open
    quiz of this learner asks one of its facts: nothing of it may be shown then.
    """

    position: int
    question_id: uuid.UUID
    question_revision: int
    question: AnyQuestion
    response: Response | None
    order: tuple[str, ...]
    given: str | None
    key: str
    grade: Grade
    effects: tuple[Effect, ...]
    is_closed: bool

    @property
    def fact_key(self) -> str | None:
        """The key of the one fact that is probed; None where there are several."""
        return self.question.facts[0] if len(self.question.facts) == 1 else None

    @property
    def effect(self) -> Effect | None:
        """What the response did to the memory of the one fact that is probed."""
        return self.effects[0] if self.effects and self.fact_key is not None else None

    @property
    def moved(self) -> int:
        """How many memories the response moved."""
        return sum(effect.is_long_term for effect in self.effects)


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """The outcome of an attempt. `is_deck` says whether its facts become due."""

    result: Result
    told: list[Told]
    is_deck: bool

    def count(self, *outcomes: str, is_fictional: bool = False) -> int:
        """Return how many responses had one of these outcomes: of what is scored, or else of what the source invents."""
        return sum(
            one.outcome in outcomes and (one.question.standing == Standing.FICTIONAL) == is_fictional
            for one in self.told
        )

    @property
    def told_not_right(self) -> list[Told]:
        """What was not right, to be gone through again; what another open quiz keeps closed is not among it."""
        return [
            one
            for one in self.told
            if one.outcome not in (Outcome.RIGHT, Outcome.NEUTRAL) and not one.is_closed
        ]


def load_result(
    learner: Learner, attempt: Attempt, question_set_id: uuid.UUID, now: datetime
) -> AttemptResult:
    """Return what a closed attempt tells; raises `ValueError` while it is open."""
    if attempt.state != AttemptState.CLOSED:
        raise ValueError("an open attempt tells nothing")
    rows = [
        (row, set_id, question_from_dict(content))
        for row, set_id, content in db.session.execute(
            select(AttemptResponse, Question.question_set_id, QuestionRevision.content)
            .join(Question, Question.id == AttemptResponse.question_id)
            .join(
                QuestionRevision,
                is_pinned(),
            )
            .where(AttemptResponse.learner_id == learner.id, AttemptResponse.attempt_id == attempt.id)
            .order_by(AttemptResponse.position)
        )
    ]
    facts = find_facts((set_id, question.facts) for _, set_id, question in rows)
    reviews = _load_reviews(learner.id, [(row, question) for row, _, question in rows])
    due = _load_due(learner.id, [review.fact_id for review in reviews.values()])
    today = today_of(learner, now)
    closed = find_closed_facts(learner.id)
    told: list[Told] = []
    grades: list[QuestionGrade] = []
    for row, set_id, question in rows:
        is_closed = any(facts[set_id].get(key) in closed for key in question.facts)
        effects = tuple(_effects(row, question, reviews, due, today))
        told.append(_tell(row, question, effects, is_closed=is_closed))
        grades.append(
            QuestionGrade(
                topic=question.topic,
                points=row.score or 0.0,
                is_neutral=row.outcome == Outcome.NEUTRAL,
                is_fictional=question.standing == Standing.FICTIONAL,
            )
        )
    is_deck = find_deck(learner.id, question_set_id) is not None
    return AttemptResult(result(grades), told, is_deck)


def _load_reviews(
    learner_id: uuid.UUID, rows: Iterable[tuple[AttemptResponse, AnyQuestion]]
) -> dict[uuid.UUID, Any]:
    ids = [name for row, question in rows if row.review_id for name in _review_ids(row, question)]
    found = db.session.execute(
        select(Review.id, Review.fact_id, Review.is_right, Review.is_long_term).where(
            Review.learner_id == learner_id, Review.id.in_(ids)
        )
    )
    return {review.id: review for review in found}


def _load_due(learner_id: uuid.UUID, fact_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, date]:
    found = db.session.execute(
        select(Card.fact_id, Card.due_on).where(Card.learner_id == learner_id, Card.fact_id.in_(fact_ids))
    )
    return {row.fact_id: row.due_on for row in found}


def _review_ids(row: AttemptResponse, question: AnyQuestion) -> list[uuid.UUID]:
    """Return for each fact of a question the id of the review that it became, if it became one."""
    places = [None] if len(question.facts) == 1 else range(len(question.facts))
    return [review_id_of(row.attempt_id, row.position, place) for place in places]


def _effects(
    row: AttemptResponse,
    question: AnyQuestion,
    reviews: Mapping[uuid.UUID, Any],
    due: Mapping[uuid.UUID, date],
    today: date,
) -> Iterator[Effect]:
    texts = texts_of_facts(question)
    for place, review_id in enumerate(_review_ids(row, question)):
        review = reviews.get(review_id)
        if review is not None:
            due_on = due.get(review.fact_id)
            yield Effect(
                fact_key=question.facts[place],
                text=texts[place] if texts else "",
                is_right=review.is_right,
                is_long_term=review.is_long_term,
                days=None if due_on is None else max(0, (due_on - today).days),
            )


def texts_of_facts(question: AnyQuestion) -> list[str]:
    """Return what a question of several facts shows of each."""
    if isinstance(question, MultipleQuestion):
        return [option.text for option in question.options if option.correct]
    if isinstance(question, MapQuestion):
        names = {place.id: place.name for place in question.places}
        return [names[target] for target in question.targets]
    if isinstance(question, OrderingQuestion):
        return [event.text for event in question.sequence]
    return [pair.left for pair in question.pairs] if isinstance(question, MatchingQuestion) else []


def _tell(
    row: AttemptResponse, question: AnyQuestion, effects: tuple[Effect, ...], *, is_closed: bool
) -> Told:
    response = None if row.response is None else response_from_dict(row.response)
    judged = grade(question, response)
    return Told(
        position=row.position,
        question_id=row.question_id,
        question_revision=row.question_revision,
        question=question,
        response=response,
        order=tuple(row.option_order),
        given=response_text(question, response),
        key=key_text(question),
        # The outcome and score that count are those of the closing, whatever a later version of the rules would say.
        grade=Grade(Outcome(row.outcome or Outcome.BLANK), row.score or 0.0, judged.feedback, judged.matched),
        effects=effects,
        is_closed=is_closed,
    )
