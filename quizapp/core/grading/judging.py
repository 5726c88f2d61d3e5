"""How each type of question is judged."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from quizapp.core.dates import PartialDate
from quizapp.core.grading.grades import Grade, Outcome, ResponseError
from quizapp.core.grading.wording import key_text
from quizapp.core.matching import match
from quizapp.core.questions import (
    AnyQuestion,
    ChoiceQuestion,
    DateQuestion,
    DateResponse,
    MapQuestion,
    MarksResponse,
    MatchingQuestion,
    MultipleQuestion,
    NumberResponse,
    NumericQuestion,
    OptionResponse,
    OrderingQuestion,
    OrderResponse,
    PairsResponse,
    Response,
    ShortQuestion,
    TextResponse,
    TrueFalseQuestion,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

# Numbers that are equal but for the last bits of a fraction are the same.
_ROUNDING: Final = 1e-9


def grade(question: AnyQuestion, response: Response | None) -> Grade:
    """Judge a response; None or an empty one is blank. Raises `ResponseError` for one of another question's form.

    Several marks score the share of keys that are marked less the share of the others that are: marking all or
    nothing, or by chance, scores 0 in the mean. An order scores the share of neighbours that follow one another, a
    matching the share of its pairs.
    """
    if response is None or _is_empty(response):
        return Grade(Outcome.BLANK, 0.0, "No response was given.")
    if isinstance(question, ChoiceQuestion | TrueFalseQuestion) and isinstance(response, OptionResponse):
        return _grade_option(question, response)
    if isinstance(question, MultipleQuestion) and isinstance(response, MarksResponse):
        keys = [option.id for option in question.options if option.correct]
        return _grade_marks(keys, [option.id for option in question.options], response)
    if isinstance(question, MapQuestion) and isinstance(response, MarksResponse):
        return _grade_marks(question.targets, [place.id for place in question.places], response)
    if isinstance(question, OrderingQuestion) and isinstance(response, OrderResponse):
        return _grade_order([event.id for event in question.sequence], response)
    if isinstance(question, MatchingQuestion) and isinstance(response, PairsResponse):
        return _grade_pairs(question, response)
    if isinstance(question, DateQuestion) and isinstance(response, DateResponse):
        return _grade_date(question, response)
    if isinstance(question, NumericQuestion) and isinstance(response, NumberResponse):
        return _grade_number(question, response)
    if isinstance(question, ShortQuestion) and isinstance(response, TextResponse):
        return _grade_text(question, response)
    raise ResponseError(
        "response", f"A question of type {question.type} cannot be given a {type(response).__name__}."
    )


def as_date(response: DateResponse) -> PartialDate | None:
    """Return the date that was entered; None if it has no year, has a gap, or does not exist."""
    if response.year is None or (response.day is not None and response.month is None):
        return None
    parts = [f"{response.year:04}"]
    parts += [f"{part:02}" for part in (response.month, response.day) if part is not None]
    try:
        return PartialDate.parse("-".join(parts))
    except ValueError:
        return None


def _is_empty(response: Response) -> bool:
    if isinstance(response, DateResponse):
        return response.year is None and response.month is None and response.day is None
    if isinstance(response, MarksResponse):
        return not response.marks
    if isinstance(response, OrderResponse):
        return not response.order
    if isinstance(response, PairsResponse):
        return not response.pairs
    return not (response.option if isinstance(response, OptionResponse) else response.text).strip()


def _grade_option(question: ChoiceQuestion | TrueFalseQuestion, response: OptionResponse) -> Grade:
    for option in question.options:
        if option.id == response.option:
            outcome = Outcome.RIGHT if option.correct else Outcome.WRONG
            return Grade(outcome, float(option.correct), option.because, option.text)
    raise ResponseError("option", "This question has no such option. Choose one of those shown.")


def _grade_marks(keys: Sequence[str], shown: Sequence[str], response: MarksResponse) -> Grade:
    marked = set(response.marks)
    if not marked <= set(shown):
        raise ResponseError("marks", "Something is marked that this question does not show. Reload it.")
    hits, false = len(marked & set(keys)), len(marked - set(keys))
    others = len(shown) - len(keys)
    score = max(0.0, hits / len(keys) - (false / others if others else 0.0))
    missed = len(keys) - hits
    feedback = f"{hits} of {len(keys)} marked"
    feedback += f", {false} marked wrongly." if false else "."
    return _in_part(1.0 if not (missed or false) else score, not (missed or false), feedback)


def _grade_order(key: Sequence[str], response: OrderResponse) -> Grade:
    if sorted(response.order) != sorted(key):
        raise ResponseError("order", "The order is not one of these events. Give every event its place.")
    follows = dict(pairwise(key))
    right = sum(follows.get(one) == other for one, other in pairwise(response.order))
    total = len(key) - 1
    feedback = "Right." if right == total else f"{right} of {total} follow one another as they should."
    return _in_part(right / total, right == total, feedback)


def _grade_pairs(question: MatchingQuestion, response: PairsResponse) -> Grade:
    wanted = {pair.id: pair.right_id for pair in question.pairs}
    rights = {name for name, _ in question.rights}
    if not all(left in wanted and right in rights for left, right in response.pairs):
        raise ResponseError("pairs", "A pair was made of something this question does not show. Reload it.")
    made = dict(response.pairs)
    right = sum(made.get(left) == belongs for left, belongs in wanted.items())
    feedback = f"{right} of {len(wanted)} pairs {'is' if right == 1 else 'are'} right."
    return _in_part(right / len(wanted), right == len(wanted), feedback)


def _in_part(score: float, is_right: bool, feedback: str) -> Grade:
    if is_right:
        return Grade(Outcome.RIGHT, 1.0, feedback)
    return Grade(Outcome.PARTLY if score > 0 else Outcome.WRONG, score, feedback)


def _grade_number(question: NumericQuestion, response: NumberResponse) -> Grade:
    if abs(response.number - question.number) <= question.tolerance + _ROUNDING:
        return Grade(Outcome.RIGHT, 1.0, "Right.", key_text(question))
    for numbers, is_right in ((question.also, True), (question.neutral, False)):
        if any(abs(response.number - number) <= _ROUNDING for number in numbers):
            return Grade(Outcome.RIGHT, 1.0, "Right.") if is_right else _neutral(question, response.text)
    return Grade(Outcome.WRONG, 0.0, f"The right number is {key_text(question)}.")


def _grade_text(question: ShortQuestion, response: TextResponse) -> Grade:
    right = match(response.text, question.accept, (*question.others, *question.neutral))
    if right.kind == "exact":
        return Grade(Outcome.RIGHT, 1.0, "Right.", right.name)
    neutral = match(response.text, question.neutral, (*question.others, *question.accept))
    if neutral.kind == "exact":
        return _neutral(question, neutral.name)
    if right.kind == "close":
        return Grade(Outcome.RIGHT, 1.0, f"Right. It is spelled “{right.name}”.", right.name)
    if neutral.kind == "close":
        return _neutral(question, neutral.name)
    if right.kind == "ambiguous":
        feedback = f"Did you mean “{right.name}”? Another name is as near to what you typed: write it out."
        return Grade(Outcome.UNCLEAR, 0.0, feedback, right.name)
    return Grade(Outcome.WRONG, 0.0, f"The right response is “{key_text(question)}”.")


def _grade_date(question: DateQuestion, response: DateResponse) -> Grade:
    given = as_date(response)
    missing = [part for part in question.parts if getattr(response, part) is None]
    if missing or given is None:
        wanted = " and ".join(missing) or "month"
        return Grade(Outcome.UNCLEAR, 0.0, f"The date is incomplete: give the {wanted} as well.")
    for edtf in question.accept:
        if PartialDate.parse(edtf).covers(given):
            return Grade(Outcome.RIGHT, 1.0, "Right.", edtf)
    for edtf in question.neutral:
        if PartialDate.parse(edtf).covers(given):
            return _neutral(question, edtf)
    return Grade(Outcome.WRONG, 0.0, f"The right date is {key_text(question)}.")


def _neutral(question: AnyQuestion, name: str | None) -> Grade:
    feedback = (
        "Not scored: this is not what is asked for here, yet it is not simply wrong; the explanation says why. "
        f"Asked for is “{key_text(question)}”."
    )
    return Grade(Outcome.NEUTRAL, 0.0, feedback, name)
