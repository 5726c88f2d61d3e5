"""How certain learners said to be against how often they were right: whether they know what they know."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from quizapp.core.marking import CERTAINTY_MARKS, LEAST_CERTAIN, MOST_CERTAIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: An outcome that would come by chance less often than this, of somebody who judges well, tells that one does not.
_UNLIKELY: Final = 0.1
#: Of fewer responses nothing good is said either.
_FEWEST: Final = 3


class Verdict(StrEnum):
    """What a count of responses says of the certainty stated with them."""

    WELL = "well judged"
    OVER = "over-confident"
    UNDER = "under-confident"
    #: Sure where one was wrong, and unsure where one was right.
    MIXED = "mixed"
    #: Too few responses to tell it from chance.
    FEW = "too few"


@dataclass(frozen=True, slots=True)
class Stated:
    """A graded response with the certainty stated for it: 1 to 3, or None where nothing was stated.

    `score` is the share that was right, 0 to 1, `marks` what it brought, `weight` the weight of its question.
    """

    certainty: int | None
    score: float
    marks: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """All responses with one certainty.

    `right` were right in full; `share` is the mean score. `marks` is what they brought, `if_stated` what they would have
    brought with each certainty. This certainty pays where the share lies from `low` to `high`.
    """

    certainty: int
    count: int
    right: int
    share: float
    marks: float
    if_stated: Mapping[int, float]
    low: float
    high: float
    verdict: Verdict

    @property
    def best(self) -> int:
        """The certainty that would have brought the most marks; this one where none would have brought more."""
        return max(self.if_stated, key=lambda level: (self.if_stated[level], level == self.certainty))


def range_of(certainty: int) -> tuple[float, float]:
    """Return the shares of right responses between which stating this certainty brings the most marks.

    Stating a certainty brings wrong + (right - wrong) p at a share p; two neighbours cross at
    (wrong' - wrong) / ((right - wrong) - (right' - wrong')).
    """
    low = 0.0 if certainty == LEAST_CERTAIN else _crossing(certainty - 1, certainty)
    high = 1.0 if certainty == MOST_CERTAIN else _crossing(certainty, certainty + 1)
    return low, high


def sum_levels(stated: Iterable[Stated]) -> list[Level]:
    """Return the levels of certainty that were stated, the most certain first; who stated nothing was unsure."""
    by_level: dict[int, list[Stated]] = defaultdict(list)
    for one in stated:
        by_level[one.certainty or LEAST_CERTAIN].append(one)
    return [_level(certainty, by_level[certainty]) for certainty in sorted(by_level, reverse=True)]


def judge(levels: Sequence[Level]) -> Verdict:
    """Return what all levels say together."""
    verdicts = {level.verdict for level in levels}
    if {Verdict.OVER, Verdict.UNDER} <= verdicts:
        return Verdict.MIXED
    return next((one for one in (Verdict.OVER, Verdict.UNDER, Verdict.WELL) if one in verdicts), Verdict.FEW)


def _level(certainty: int, responses: Sequence[Stated]) -> Level:
    low, high = range_of(certainty)
    share = math.fsum(one.score for one in responses) / len(responses)
    return Level(
        certainty=certainty,
        count=len(responses),
        right=sum(one.score == 1 for one in responses),
        share=share,
        marks=math.fsum(one.marks for one in responses),
        if_stated={level: _marks_if(responses, level) for level in CERTAINTY_MARKS},
        low=low,
        high=high,
        verdict=_verdict(len(responses), share, low, high),
    )


def _marks_if(responses: Iterable[Stated], certainty: int) -> float:
    right, wrong = CERTAINTY_MARKS[certainty]
    return math.fsum(one.weight * (right * one.score if one.score > 0 else wrong) for one in responses)


def _verdict(count: int, share: float, low: float, high: float) -> Verdict:
    right = math.floor(count * share + 0.5)
    if low > 0 and _at_most(right, count, low) < _UNLIKELY:
        return Verdict.OVER
    if high < 1 and 1 - _at_most(right - 1, count, high) < _UNLIKELY:
        return Verdict.UNDER
    # Between the two it may be chance.
    return Verdict.WELL if count >= _FEWEST and low <= share <= high else Verdict.FEW


def _at_most(right: int, count: int, share: float) -> float:
    """Return the chance of at most so many right responses where each is right with this chance."""
    return math.fsum(
        math.comb(count, number) * share**number * (1 - share) ** (count - number)
        for number in range(right + 1)
    )


def _crossing(lower: int, upper: int) -> float:
    right, wrong = CERTAINTY_MARKS[lower]
    more_right, more_wrong = CERTAINTY_MARKS[upper]
    return (wrong - more_wrong) / ((more_right - more_wrong) - (right - wrong))
