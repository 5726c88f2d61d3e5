"""What memory learns from a response: right or wrong for each fact that was probed, and the chance that it was luck."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from quizapp.core.grading.grades import Outcome, Verdict
from quizapp.core.grading.judging import grade
from quizapp.core.questions import (
    AnyQuestion,
    ChoiceQuestion,
    MapQuestion,
    MarksResponse,
    MatchingQuestion,
    MultipleQuestion,
    OrderingQuestion,
    OrderResponse,
    PairsResponse,
    Response,
    TrueFalseQuestion,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Who marks everything has shown nothing, but a chance of 1 would make any memory out of it.
_MOST_LUCK: Final = 0.95
_ON_BOTH_SIDES: Final = 2


def chance_of_guessing(question: AnyQuestion) -> float:
    """Return the chance that a learner who knows nothing gives the whole key: 0 for what is typed."""
    if isinstance(question, ChoiceQuestion | TrueFalseQuestion):
        return 1 / len(question.options)
    if isinstance(question, MultipleQuestion):
        # Every set of marks but none at all.
        return 1 / ((1 << len(question.options)) - 1)
    if isinstance(question, MapQuestion):
        return 1 / math.comb(len(question.places), len(question.targets))
    if isinstance(question, OrderingQuestion):
        return 1 / math.factorial(len(question.sequence))
    if isinstance(question, MatchingQuestion):
        return 1 / math.perm(len(question.rights), len(question.pairs))
    return 0.0


def verdicts(question: AnyQuestion, response: Response | None) -> tuple[Verdict, ...]:
    """Return what a response says of each fact it settles; nothing for a blank, neutral or unclear one.

    Multiple and map: each key marked or left out, with the share of all that was marked as the chance of luck.
    Matching: each pair that was made, 1 in the number of right sides. Ordering: each event, right if its neighbours in
    the right order are the ones beside it: of n! orders (n-1)! put one given neighbour beside an event, (n-2)! two.
    """
    done = grade(question, response)
    if done.outcome not in (Outcome.RIGHT, Outcome.PARTLY, Outcome.WRONG):
        return ()
    if isinstance(question, MultipleQuestion) and isinstance(response, MarksResponse):
        keys = [option.id for option in question.options if option.correct]
        return _of_marks(keys, len(question.options), response)
    if isinstance(question, MapQuestion) and isinstance(response, MarksResponse):
        return _of_marks(question.targets, len(question.places), response)
    if isinstance(question, MatchingQuestion) and isinstance(response, PairsResponse):
        made = dict(response.pairs)
        luck = 1 / len(question.rights)
        return tuple(
            Verdict(place, made[pair.id] == pair.right_id, luck)
            for place, pair in enumerate(question.pairs)
            if pair.id in made
        )
    if isinstance(question, OrderingQuestion) and isinstance(response, OrderResponse):
        return _of_order([event.id for event in question.sequence], response)
    return (Verdict(0, done.outcome is Outcome.RIGHT, chance_of_guessing(question)),)


def _of_marks(keys: Sequence[str], shown: int, response: MarksResponse) -> tuple[Verdict, ...]:
    luck = min(_MOST_LUCK, len(response.marks) / shown)
    return tuple(Verdict(place, key in response.marks, luck) for place, key in enumerate(keys))


def _of_order(key: Sequence[str], response: OrderResponse) -> tuple[Verdict, ...]:
    count = len(key)
    made = []
    for place, event in enumerate(key):
        given = response.order.index(event)
        wanted = _neighbours(key, place)
        right = all(
            0 <= given + step < count and response.order[given + step] == name for step, name in wanted
        )
        luck = 1 / (count * (count - 1)) if len(wanted) == _ON_BOTH_SIDES else 1 / count
        made.append(Verdict(place, right, luck))
    return tuple(made)


def _neighbours(key: Sequence[str], place: int) -> list[tuple[int, str]]:
    return [(step, key[place + step]) for step in (-1, 1) if 0 <= place + step < len(key)]
