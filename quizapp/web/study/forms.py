"""What the pages of study post: a review from a card, and the settings of a deck."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from quizapp.core.memory import Rating

if TYPE_CHECKING:
    from collections.abc import Mapping

#: A review kept by the browser while it was offline counts from when it was given, as long as that is believable.
_LONGEST_WAIT = timedelta(days=7)
_MOST_NEW = 100
_MOST = 2**31 - 1


class MissingResponseError(ValueError):
    """Neither a rating nor an option was given; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedReview:
    """A review as its card sent it: rated (`rating`), or the option picked of a question."""

    review_id: uuid.UUID
    fact_id: uuid.UUID
    fact_revision: int
    rating: Rating | None
    question_id: uuid.UUID | None
    question_revision: int
    option: str
    #: The order in which the options were shown.
    turn: int
    duration_ms: int
    ago: timedelta
    #: Whether the card was shown as a first taste of a set that is not among the learner's decks.
    begins: bool


def read_review(form: Mapping[str, str]) -> PostedReview:
    """Read a review; raises `ValueError` for what no card sends, `MissingResponseError` where nothing was chosen."""
    question = form.get("question", "")
    rating = form.get("rating", "")
    option = form.get("option", "")
    review = PostedReview(
        review_id=uuid.UUID(form.get("review", "")),
        fact_id=uuid.UUID(form.get("fact", "")),
        fact_revision=max(1, _number(form, "revision")),
        rating=Rating(int(rating)) if rating and not question else None,
        question_id=uuid.UUID(question) if question else None,
        question_revision=_number(form, "question_revision"),
        option=option[:64],
        turn=_number(form, "turn"),
        duration_ms=_number(form, "duration_ms"),
        ago=min(timedelta(milliseconds=_number(form, "ago_ms")), _LONGEST_WAIT),
        begins=form.get("begins") == "1",
    )
    if review.question_id is not None and not option:
        raise MissingResponseError("Choose one of the options first; the card is still there.")
    if review.question_id is None and review.rating is None:
        raise MissingResponseError("Say whether you remembered it; the card is still there.")
    return review


def read_more(form: Mapping[str, str]) -> int:
    """Return by how many new facts this visit goes beyond the limit of the day; 0 for anything odd."""
    try:
        return min(_number(form, "more"), _MOST_NEW)
    except ValueError:
        return 0


def read_turn(words: Mapping[str, str]) -> int:
    """Return in which order options were shown; 0, as they were written, for anything odd."""
    try:
        return _number(words, "turn")
    except ValueError:
        return 0


def _number(form: Mapping[str, str], name: str) -> int:
    # What no column holds is none that a card sends.
    return max(0, min(int(form.get(name, "")[:10] or 0), _MOST))


class DeckForm(FlaskForm):  # type: ignore[misc]
    """The limit of a deck; empty means what the learner set for all decks."""

    new_per_day = IntegerField(
        "New facts a day",
        [Optional(), NumberRange(0, 999, "Enter a whole number from 0 to 999, or leave it empty.")],
    )
