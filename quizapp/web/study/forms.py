"""What the pages of study post: reviews, responses and marks."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from quizapp.core.memory import Rating

if TYPE_CHECKING:
    from collections.abc import Mapping

#: A review kept by the browser while it was offline counts from when it was given, as long as that is believable.
_LONGEST_WAIT = timedelta(days=7)
_MOST_NEW = 100
_MOST = 2**31 - 1
#: So many cards at most are sent at once, and so many the client may say that it holds.
MOST_WANTED = 20
_MOST_HELD = 60
#: What a response is given in; what a question asks of each of several things has a name that begins so.
_FIELDS = frozenset({"option", "text", "day", "month", "year"})
_FIELD_STARTS = ("mark-", "place-", "pair-")
#: No question shows more things than this.
_MOST_FIELDS = 500
_LONGEST_FIELD = 1000
_LONGEST_QUERY = 500
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class MissingResponseError(ValueError):
    """Neither a rating nor a response was given; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedReview:
    """A probe as its card sent it, whether it was rated or a question was responded to.

    `due_on` is the day that the button of each rating showed.
    """

    review_id: uuid.UUID
    fact_id: uuid.UUID
    fact_revision: int
    rating: Rating | None
    duration_ms: int
    ago: timedelta
    #: Whether the card was shown as a first taste of a set that is not among the learner's decks.
    begins: bool
    due_on: Mapping[Rating, date] = field(default_factory=dict)
    source: str = "study"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedResponse:
    """A response to a question, with the fields in which it was given."""

    probe: PostedReview
    question_id: uuid.UUID
    question_revision: int
    #: The order in which the parts were shown.
    turn: int
    fields: dict[str, str]


def read_review(form: Mapping[str, str]) -> PostedReview:
    """Read a rated review; raises `ValueError` for what no card sends, `MissingResponseError` without a rating."""
    review = _read_probe(form)
    if review.rating is None:
        raise MissingResponseError("Say whether you remembered it; the card is still there.")
    return review


def read_response(form: Mapping[str, str]) -> PostedResponse:
    """Read a response to a question; raises `ValueError` for what no card sends."""
    names = [name for name in form if name in _FIELDS or name.startswith(_FIELD_STARTS)]
    return PostedResponse(
        probe=_read_probe(form),
        question_id=uuid.UUID(form.get("question", "")),
        question_revision=_number(form, "question_revision"),
        turn=_number(form, "turn"),
        fields={name[:_LONGEST_FIELD]: form[name][:_LONGEST_FIELD] for name in names[:_MOST_FIELDS]},
    )


def _read_probe(form: Mapping[str, str]) -> PostedReview:
    rating = form.get("rating", "")
    return PostedReview(
        review_id=uuid.UUID(form.get("review", "")),
        fact_id=uuid.UUID(form.get("fact", "")),
        fact_revision=max(1, _number(form, "revision")),
        rating=Rating(int(rating)) if rating else None,
        duration_ms=_number(form, "duration_ms"),
        ago=min(timedelta(milliseconds=_number(form, "ago_ms")), _LONGEST_WAIT),
        begins=form.get("begins") == "1",
        due_on={rating: day for rating in Rating if (day := _read_day(form.get(f"due-{rating:d}", "")))},
        source="cram" if form.get("mode") == "cram" else "study",
    )


def read_more(form: Mapping[str, str]) -> int:
    """Return by how many new facts this visit goes beyond the limit of the day; 0 for anything odd."""
    try:
        return min(_number(form, "more"), _MOST_NEW)
    except ValueError:
        return 0


def read_query(words: Mapping[str, str]) -> str:
    """Return the text by which facts are chosen."""
    return words.get("q", "").replace("\0", "").strip()[:_LONGEST_QUERY]


def read_want(form: Mapping[str, str], usual: int) -> int:
    """Return how many cards the client would like, at most `MOST_WANTED`; `usual` where it does not say."""
    try:
        return min(_number(form, "want"), MOST_WANTED) if form.get("want") else usual
    except ValueError:
        return usual


def read_have(form: Mapping[str, str]) -> list[uuid.UUID]:
    """Return the facts whose cards the client holds; what is no id is passed over."""
    found = []
    for name in form.get("have", "").split(",", _MOST_HELD)[:_MOST_HELD]:
        try:
            found.append(uuid.UUID(name.strip()))
        except ValueError:
            continue
    return found


def _read_day(text: str) -> date | None:
    if not _DAY.fullmatch(text) or not text.isascii():
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(form: Mapping[str, str], name: str) -> int:
    # What no column holds is none that a card sends.
    return max(0, min(int(form.get(name, "")[:10] or 0), _MOST))
