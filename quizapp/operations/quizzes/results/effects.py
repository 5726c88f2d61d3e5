"""What the responses of an attempt did to memory, by the reviews that they became."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from quizapp.database import db
from quizapp.models import Card
from quizapp.operations.quizzes.results.telling import Effect, texts_of_facts
from quizapp.operations.quizzes.standing import find_standing, review_id_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from quizapp.core.questions import AnyQuestion
    from quizapp.models import AttemptResponse


@dataclass(frozen=True, slots=True)
class Effects:
    """The reviews that came of an attempt and stand, by their first ids, with the days on which their facts are due."""

    reviews: Mapping[uuid.UUID, Any]
    due: Mapping[uuid.UUID, date]
    today: date

    def of(self, row: AttemptResponse, question: AnyQuestion) -> tuple[Effect, ...]:
        """Return what one response did to each fact of its question."""
        return tuple(self._of(row, question))

    def _of(self, row: AttemptResponse, question: AnyQuestion) -> Iterator[Effect]:
        texts = texts_of_facts(question)
        for place, review_id in enumerate(_review_ids(row, question)):
            review = self.reviews.get(review_id)
            if review is not None:
                due_on = self.due.get(review.fact_id)
                yield Effect(
                    fact_key=question.facts[place],
                    text=texts[place] if texts else "",
                    is_right=review.is_right,
                    is_long_term=review.is_long_term,
                    days=None if due_on is None else max(0, (due_on - self.today).days),
                )


def load_effects(
    learner_id: uuid.UUID, rows: Iterable[tuple[AttemptResponse, AnyQuestion]], today: date
) -> Effects:
    """Return what these responses of a learner did to memory."""
    ids = [name for row, question in rows if row.review_id for name in _review_ids(row, question)]
    reviews = {
        name: standing.review
        for name, standing in find_standing(learner_id, ids).items()
        if standing.review is not None
    }
    cards = db.session.execute(
        select(Card.fact_id, Card.due_on).where(
            Card.learner_id == learner_id, Card.fact_id.in_([review.fact_id for review in reviews.values()])
        )
    )
    return Effects(reviews, {row.fact_id: row.due_on for row in cards}, today)


def _review_ids(row: AttemptResponse, question: AnyQuestion) -> list[uuid.UUID]:
    """Return for each fact of a question the id of the review that it became, if it became one."""
    places = [None] if len(question.facts) == 1 else range(len(question.facts))
    return [review_id_of(row.attempt_id, row.position, place) for place in places]
