"""A question that was responded to, with its key: what studying, checking and results tell alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

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
)
from quizapp.core.regrading import UNADJUSTED, Adjustment, regrade

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from quizapp.models import AttemptResponse

#: Parts of a question that say of each thing why it is what it is.
_REASONED: Final = ("options", "sequence", "pairs", "places")


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
    """One question of an attempt with its key.

    `order` holds the ids of what was shown, as `AttemptResponse.option_order` does. `slug` is the set it belongs to,
    empty where its facts cannot be looked up; `is_deck` says whether that is among the learner's decks.
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
    effects: tuple[Effect, ...] = ()
    slug: str = ""
    is_deck: bool = False
    explains: bool = True

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


def tell(
    row: AttemptResponse,
    question: AnyQuestion,
    adjustment: Adjustment = UNADJUSTED,
    *,
    explains: bool = True,
    **more: Any,
) -> Told:
    """Return a graded response of an attempt with its key; `more` are other fields of `Told`.

    Without `explains` the reasons and the source are left out.
    """
    response = None if row.response is None else response_from_dict(row.response)
    return Told(
        position=row.position,
        question_id=row.question_id,
        question_revision=row.question_revision,
        question=question if explains else without_reasons(question),
        response=response,
        order=tuple(row.option_order),
        given=response_text(question, response),
        key=key_text(question),
        grade=grade_of(row, question, adjustment),
        explains=explains,
        **more,
    )


def grade_of(row: AttemptResponse, question: AnyQuestion, adjustment: Adjustment = UNADJUSTED) -> Grade:
    """Return the grade that a response has, with the feedback that fits it.

    Outcome and score are those that are kept, whatever a later version of the rules, or a decision that left them as
    they stood, would say.
    """
    outcome, score = Outcome(row.outcome or Outcome.BLANK), row.score or 0.0
    response = None if row.response is None else response_from_dict(row.response)
    tried = (regrade(question, response, adjustment), grade(question, response))
    fitting = next((one for one in tried if (one.outcome, one.score) == (outcome, score)), None)
    if fitting is None:
        fitting = next((one for one in tried if one.outcome == outcome), tried[-1])
    return Grade(outcome, score, fitting.feedback, fitting.matched)


def decision_of(row: AttemptResponse, question: AnyQuestion, adjustment: Adjustment) -> str:
    """Return in words what was decided of a question, where that made the grade what it is; else nothing."""
    if not adjustment:
        return ""
    response = None if row.response is None else response_from_dict(row.response)
    decided, as_written = regrade(question, response, adjustment), grade(question, response)
    if decided == as_written:
        return ""
    is_so = (decided.outcome, decided.score) == (row.outcome, row.score)
    if is_so:
        return decided.feedback
    if adjustment.is_dropped:
        return "This question was dropped; your marks for it stay."
    return ""


def without_reasons(question: AnyQuestion) -> AnyQuestion:
    """Return a question that does not say why."""
    bare: dict[str, Any] = {
        name: tuple(replace(part, because="") for part in getattr(question, name))
        for name in _REASONED
        if hasattr(question, name)
    }
    return replace(question, explanation="", **bare)


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
