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

    Multiple and map: each key marked or left out, with the share of all that was marked as the chance of luck; marks no
    better than luck, as of everything, say nothing for what they hit. Matching: each pair that was made, 1 in the number
    of right sides. Ordering: each event that `events_settled` judges: of n! orders (n-1)! put one given neighbour beside an
    event, (n-2)! two.
    """
    done = grade(question, response)
    if done.outcome not in (Outcome.RIGHT, Outcome.PARTLY, Outcome.WRONG):
        return ()
    if isinstance(question, MultipleQuestion) and isinstance(response, MarksResponse):
        keys = [option.id for option in question.options if option.correct]
        return _of_marks(keys, len(question.options), response, is_luck=not done.score)
    if isinstance(question, MapQuestion) and isinstance(response, MarksResponse):
        return _of_marks(question.targets, len(question.places), response, is_luck=not done.score)
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


def events_settled(key: Sequence[str], order: Sequence[str]) -> tuple[bool | None, ...]:
    """Return for each event, in the order of the key, whether it stands right, wrong, or neither can be said.

    It is right if its neighbours in the right order are the ones beside it, and wrong if some longest run of events that
    stand in the right order is without it: one event that was misplaced is wrong alone, those around it are not.
    """
    places = {event: place for place, event in enumerate(key)}
    kept = _in_every_longest_run([places[event] for event in order])
    return tuple(
        True if _has_its_neighbours(key, order, place) else None if place in kept else False
        for place in range(len(key))
    )


def _of_marks(
    keys: Sequence[str], shown: int, response: MarksResponse, *, is_luck: bool
) -> tuple[Verdict, ...]:
    luck = min(_MOST_LUCK, len(response.marks) / shown)
    return tuple(
        Verdict(place, key in response.marks, luck)
        for place, key in enumerate(keys)
        if not (is_luck and key in response.marks)
    )


def _of_order(key: Sequence[str], response: OrderResponse) -> tuple[Verdict, ...]:
    count = len(key)
    return tuple(
        Verdict(place, is_right, 1 / (count * (count - 1)) if 0 < place < count - 1 else 1 / count)
        for place, is_right in enumerate(events_settled(key, response.order))
        if is_right is not None
    )


def _has_its_neighbours(key: Sequence[str], order: Sequence[str], place: int) -> bool:
    here = order.index(key[place])
    before, after = (list(order[max(0, here - 1) : here]), list(order[here + 1 : here + 2]))
    return (place == 0 or before == [key[place - 1]]) and (place == len(key) - 1 or after == [key[place + 1]])


def _in_every_longest_run(places: Sequence[int]) -> set[int]:
    """Return what stands in all of the longest increasing subsequences of some numbers that differ."""
    ending: list[int] = []
    for here, place in enumerate(places):
        ending.append(1 + max((ending[one] for one in range(here) if places[one] < place), default=0))
    starting = [1] * len(places)
    for here in reversed(range(len(places))):
        after = [starting[one] for one in range(here + 1, len(places)) if places[one] > places[here]]
        starting[here] = 1 + max(after, default=0)
    longest = max(ending, default=0)
    steps = [
        ending[here] if ending[here] + starting[here] - 1 == longest else 0 for here in range(len(places))
    ]
    return {place for place, step in zip(places, steps, strict=True) if step and steps.count(step) == 1}
