"""Keys and responses as learners read them."""

from __future__ import annotations

from quizapp.core import numerals
from quizapp.core.dates import MONTHS, PartialDate
from quizapp.core.questions import (
    AnyQuestion,
    ChoiceQuestion,
    DateQuestion,
    DateResponse,
    MapQuestion,
    MarksResponse,
    MatchingQuestion,
    MultipleQuestion,
    NumericQuestion,
    OptionResponse,
    OrderingQuestion,
    OrderResponse,
    PairsResponse,
    Response,
    TrueFalseQuestion,
)


def key_text(question: AnyQuestion) -> str:
    """Return the right response as it is shown."""
    if isinstance(question, ChoiceQuestion | TrueFalseQuestion):
        return next(option.text for option in question.options if option.correct)
    if isinstance(question, MultipleQuestion):
        return _listed([option.text for option in question.options if option.correct])
    if isinstance(question, MapQuestion):
        names = {place.id: place.name for place in question.places}
        return _listed([names[target] for target in question.targets])
    if isinstance(question, OrderingQuestion):
        return _in_order([event.text for event in question.sequence])
    if isinstance(question, MatchingQuestion):
        return _joined([(pair.left, pair.right) for pair in question.pairs])
    if isinstance(question, NumericQuestion):
        return f"{numerals.digits(question.number)} {question.unit}".strip()
    if isinstance(question, DateQuestion):
        return PartialDate.parse(question.accept[0]).text()
    return question.accept[0]


def response_text(question: AnyQuestion, response: Response | None) -> str | None:
    """Return a response as it is shown; None if it is blank or of another question's form."""
    if response is None:
        return None
    if isinstance(response, DateResponse):
        month = MONTHS[response.month - 1] if response.month else None
        parts = (response.day, month, response.year)
        return " ".join(str(part) for part in parts if part is not None) or None
    names = _names(question)
    if isinstance(response, OptionResponse):
        return names.get(response.option)
    if isinstance(response, MarksResponse):
        return _listed([names[mark] for mark in response.marks if mark in names]) or None
    if isinstance(response, OrderResponse):
        return _in_order([names[event] for event in response.order if event in names]) or None
    if isinstance(response, PairsResponse):
        known = [pair for pair in response.pairs if pair[0] in names and pair[1] in names]
        return _joined([(names[left], names[right]) for left, right in known]) or None
    return response.text


def _names(question: AnyQuestion) -> dict[str, str]:
    """Return the texts of what a question shows, by id; a left and a right side that read alike have one text."""
    if isinstance(question, ChoiceQuestion | TrueFalseQuestion | MultipleQuestion):
        return {option.id: option.text for option in question.options}
    if isinstance(question, MapQuestion):
        return {place.id: place.name for place in question.places}
    if isinstance(question, OrderingQuestion):
        return {event.id: event.text for event in question.sequence}
    if isinstance(question, MatchingQuestion):
        return {pair.id: pair.left for pair in question.pairs} | dict(question.rights)
    return {}


def _listed(texts: list[str]) -> str:
    return "; ".join(texts)


def _in_order(texts: list[str]) -> str:
    return " → ".join(texts)


def _joined(pairs: list[tuple[str, str]]) -> str:
    return "; ".join(f"{left} – {right}" for left, right in pairs)
