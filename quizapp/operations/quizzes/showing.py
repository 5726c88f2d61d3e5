"""A question before its time: in which order it is shown, what of it is shown, and how a response to it is read.

Nothing here hands on a key, and a response is read by what was shown, never by the question.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from quizapp.core.grading import parse_response, response_to_dict
from quizapp.core.matching import fold
from quizapp.core.questions import (
    AnyQuestion,
    ChoiceQuestion,
    Citation,
    DateQuestion,
    Event,
    MapQuestion,
    MatchingQuestion,
    MultipleQuestion,
    NumericQuestion,
    Option,
    OrderingQuestion,
    Pair,
    Place,
    ShortQuestion,
    TrueFalseQuestion,
    question_from_dict,
)
from quizapp.database import db
from quizapp.models import AttemptResponse, QuestionRevision
from quizapp.models.quizzes import is_pinned

if TYPE_CHECKING:
    import random
    import uuid
    from collections.abc import Mapping

    from quizapp.operations.quizzes.asking import Asked
    from quizapp.operations.quizzes.attempts import Slot

#: Stands before the id of a right side, which may be that of a left side too.
_RIGHT: Final = "="
#: Two events that never stand in their order stand in the other.
_FEWEST_TO_SHUFFLE: Final = 3


@dataclass(frozen=True, slots=True)
class ShownText:
    """An option, an event, or a side of a pair, without anything that tells whether or where it is right."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownPlace:
    """A place that can be marked, without saying whether it should be: a country by its code, or a point."""

    id: str
    name: str
    code: str | None
    point: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A question as it may be shown before its time, each part in the order of this attempt; nothing tells the key."""

    type: str
    topic: str
    standing: str
    stem: str
    options: tuple[ShownText, ...] = ()
    parts: tuple[str, ...] = ()
    events: tuple[ShownText, ...] = ()
    lefts: tuple[ShownText, ...] = ()
    rights: tuple[ShownText, ...] = ()
    places: tuple[ShownPlace, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _KeylessMatching(MatchingQuestion):
    """Left sides with right sides of which it is not known where they belong."""

    right_ids: tuple[str, ...]

    @property
    def rights(self) -> tuple[tuple[str, str], ...]:
        """(id, text) of every right side; the texts are not known."""
        return tuple((name, "") for name in self.right_ids)


def order_of(question: AnyQuestion, rng: random.Random, *, shuffles: bool = True) -> list[str]:
    """Return the ids of what a question shows, in the order of one attempt; it tells nothing of the key.

    Options stand as they were written where nothing is to be shuffled; events and right sides never do. Of a date they
    are the parts that are asked for; of a matching the left sides, then the right ones with a sign before. Places stand
    by name: written, the right ones might come first.
    """
    if isinstance(question, DateQuestion):
        return list(question.parts)
    if isinstance(question, TrueFalseQuestion):
        # True stands before false, as everywhere.
        return [option.id for option in question.options]
    if isinstance(question, ChoiceQuestion | MultipleQuestion):
        options = [option.id for option in question.options]
        return _shuffled(options, rng) if shuffles else options
    if isinstance(question, MapQuestion):
        return [place.id for place in sorted(question.places, key=lambda place: (fold(place.name), place.id))]
    if isinstance(question, OrderingQuestion):
        key = [event.id for event in question.sequence]
        order = _shuffled(key, rng)
        while order == key and len(key) >= _FEWEST_TO_SHUFFLE:
            order = _shuffled(key, rng)
        return order
    if isinstance(question, MatchingQuestion):
        rights = _shuffled([name for name, _ in question.rights], rng)
        return [*(pair.id for pair in question.pairs), *(_RIGHT + name for name in rights)]
    return []


def show_question(learner_id: uuid.UUID, attempt_id: uuid.UUID, position: int) -> Shown:
    """Return the pinned question at a position, without its key."""
    _, content, order = db.session.execute(
        _select_pinned(learner_id, attempt_id).where(AttemptResponse.position == position)
    ).one()
    return shown_of(question_from_dict(content), order)


def show_questions(learner_id: uuid.UUID, attempt_id: uuid.UUID) -> dict[int, Shown]:
    """Return all pinned questions of an attempt by position, without their keys."""
    rows = db.session.execute(_select_pinned(learner_id, attempt_id).order_by(AttemptResponse.position))
    return {position: shown_of(question_from_dict(content), order) for position, content, order in rows}


def _select_pinned(learner_id: uuid.UUID, attempt_id: uuid.UUID) -> Any:
    return (
        select(AttemptResponse.position, QuestionRevision.content, AttemptResponse.option_order)
        .join(QuestionRevision, is_pinned())
        .where(AttemptResponse.learner_id == learner_id, AttemptResponse.attempt_id == attempt_id)
    )


def shown_of(question: AnyQuestion, order: list[str]) -> Shown:
    """Return what may be shown of a question before its time, its parts in this order, as `order_of` makes it."""
    return Shown(
        type=question.type,
        topic=question.topic,
        standing=question.standing,
        stem=question.stem,
        **_shown_parts(question, order),
    )


def read_response(slot: Slot | Asked, fields: Mapping[str, str]) -> dict[str, Any] | None:
    """Read a response from the fields of a form, by the form of the question alone; None if it is blank.

    The question is not looked at: what is read cannot depend on its key. Raises `core.grading.ResponseError`.
    """
    response = parse_response(_keyless(slot), fields)
    return None if response is None else response_to_dict(response)


def _shuffled(ids: list[str], rng: random.Random) -> list[str]:
    order = list(ids)
    rng.shuffle(order)
    return order


def _shown_parts(question: AnyQuestion, order: list[str]) -> dict[str, Any]:
    if isinstance(question, ChoiceQuestion | MultipleQuestion | TrueFalseQuestion):
        return {"options": _texts({option.id: option.text for option in question.options}, order)}
    if isinstance(question, OrderingQuestion):
        return {"events": _texts({event.id: event.text for event in question.sequence}, order)}
    if isinstance(question, MatchingQuestion):
        lefts, rights = _sides(order)
        return {
            "lefts": _texts({pair.id: pair.left for pair in question.pairs}, lefts),
            "rights": _texts(dict(question.rights), rights),
        }
    if isinstance(question, MapQuestion):
        places = {place.id: place for place in question.places}
        shown = (places[name] for name in order)
        return {"places": tuple(ShownPlace(place.id, place.name, place.code, place.point) for place in shown)}
    if isinstance(question, DateQuestion):
        return {"parts": question.parts}
    return {"unit": question.unit} if isinstance(question, NumericQuestion) else {}


def _texts(texts: Mapping[str, str], order: list[str]) -> tuple[ShownText, ...]:
    return tuple(ShownText(name, texts[name]) for name in order)


def _sides(order: list[str]) -> tuple[list[str], list[str]]:
    """Return the ids of the left and of the right sides, as `order_of` put them together."""
    lefts = [name for name in order if not name.startswith(_RIGHT)]
    return lefts, [name.removeprefix(_RIGHT) for name in order if name.startswith(_RIGHT)]


def _keyless(slot: Slot | Asked) -> AnyQuestion:
    """Return a question of the slot's form with all that reading a response needs, and no key."""
    common: dict[str, Any] = {
        "id": "",
        "facts": (),
        "stem": "",
        "explanation": "",
        "cite": Citation(""),
        "standing": "",
        "treatment": "",
        "topic": "",
    }
    order = slot.option_order
    if slot.form == DateQuestion.type:
        return DateQuestion(**common, accept=(), parts=order)
    if slot.form in (ChoiceQuestion.type, TrueFalseQuestion.type, MultipleQuestion.type):
        kind = MultipleQuestion if slot.form == MultipleQuestion.type else ChoiceQuestion
        return kind(**common, options=tuple(Option(name, "", correct=False, because="") for name in order))
    if slot.form == MapQuestion.type:
        return MapQuestion(**common, places=tuple(Place(name, "") for name in order), targets=())
    if slot.form == OrderingQuestion.type:
        return OrderingQuestion(**common, sequence=tuple(Event(name, "") for name in order))
    if slot.form == MatchingQuestion.type:
        lefts, rights = _sides(list(order))
        pairs = tuple(Pair(name, "", "", "") for name in lefts)
        return _KeylessMatching(**common, pairs=pairs, right_ids=tuple(rights))
    if slot.form == NumericQuestion.type:
        return NumericQuestion(**common, number=0)
    return ShortQuestion(**common, accept=())
