"""The memory of one fact: FSRS-6 on plain floats, in whole study days.

Learning steps are no part of it: within a study day only the first probe moves the memory, so that every step is
at least one day after the one before. What a forgotten card does meanwhile is the matter of `study_queue`.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

Weights = tuple[float, ...]

#: The 21 weights of FSRS-6 as published, fitted on several hundred million reviews.
DEFAULT_WEIGHTS: Final[Weights] = (
    0.212, 1.2931, 2.3065, 8.2956,  # stability after a first Again, Hard, Good, Easy
    6.4133, 0.8334, 3.0194, 0.001,  # difficulty: at first, its spread, its change, its return to the mean
    1.8722, 0.1666, 0.796,  # stability after recall
    1.4835, 0.0614, 0.2629, 1.6483,  # stability after forgetting
    0.6014, 1.8729,  # Hard's penalty, Easy's bonus
    0.5425, 0.0912, 0.0658,  # within a day
    0.1542,  # how the forgetting curve decays
)  # fmt: skip

MINIMUM_STABILITY: Final = 0.001
MAXIMUM_INTERVAL_DAYS: Final = 36500

#: Where fuzz starts, where each range ends (days), and the share of the days between that it adds.
_FUZZ_RANGES: Final = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, math.inf, 0.05))


class Rating(IntEnum):
    """How well a fact was recalled, as FSRS counts it."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True, slots=True)
class Memory:
    """Stability in days (the time until recall falls to 90 %) and difficulty from 1 to 10."""

    stability: float
    difficulty: float


@dataclass(frozen=True, slots=True)
class Scheduling:
    """What turns a memory into a due date: fitted weights, recall aimed at (0 to 1), longest interval in days."""

    weights: Weights = DEFAULT_WEIGHTS
    desired_retention: float = 0.9
    maximum_days: int = MAXIMUM_INTERVAL_DAYS


@dataclass(frozen=True, slots=True)
class Outcome:
    """The memory after one possible rating, and in how many days the card is due then."""

    memory: Memory
    interval_days: int


def retrievability(stability: float, elapsed_days: float, weights: Weights = DEFAULT_WEIGHTS) -> float:
    """Return the chance of recall, 0 to 1, so many days after the last review.

    FSRS-6: R = (1 + F t / S) ** -w20, with F such that R(S) = 0.9. Time before the review counts as none.
    """
    decay = -weights[20]
    return float((1 + _factor(decay) * max(0.0, elapsed_days) / stability) ** decay)


def initial(rating: Rating, weights: Weights = DEFAULT_WEIGHTS) -> Memory:
    """Return the memory of a fact after its first probe."""
    return Memory(
        max(weights[rating - 1], MINIMUM_STABILITY),
        _clamp_difficulty(_initial_difficulty(rating, weights)),
    )


def step(
    memory: Memory | None, rating: Rating, elapsed_days: float, weights: Weights = DEFAULT_WEIGHTS
) -> Memory:
    """Return the memory after a probe, `elapsed_days` (1 or more) after the last one.

    A fact never probed (None) starts anew, whatever the days. Formulas: FSRS-6, long-term part. Raises
    `ValueError` for a second probe within a day, which is log and never memory.
    """
    if memory is None:
        return initial(rating, weights)
    if elapsed_days < 1:
        raise ValueError(f"a memory moves once a study day, not after {elapsed_days} days")
    recall = retrievability(memory.stability, elapsed_days, weights)
    if rating == Rating.AGAIN:
        stability = _stability_after_forgetting(memory, recall, weights)
    else:
        stability = _stability_after_recall(memory, rating, recall, weights)
    return Memory(max(stability, MINIMUM_STABILITY), _next_difficulty(memory.difficulty, rating, weights))


def interval_days(
    stability: float,
    desired_retention: float,
    weights: Weights = DEFAULT_WEIGHTS,
    maximum: int = MAXIMUM_INTERVAL_DAYS,
) -> int:
    """Return after how many whole days (1 to `maximum`) recall falls to the desired retention.

    Raises `ValueError` unless the desired retention lies between 0 and 1, both excluded.
    """
    if not 0 < desired_retention < 1:
        raise ValueError(f"desired retention lies between 0 and 1, not at {desired_retention}")
    decay = -weights[20]
    days: float = stability / _factor(decay) * (desired_retention ** (1 / decay) - 1)
    # A cap before rounding: a stability fitted far off may be too large for an int.
    return min(max(round(min(days, maximum)), 1), maximum)


def fuzz_factor(card: bytes, reps: int) -> float:
    """Return the place in the fuzz range, 0 to 1 (excluded), for the review `reps` of a card.

    The same card and count give the same place on every machine, so that a shown interval is the one that comes
    true and a replayed card is due on the same day.
    """
    return hash_to_unit(card + reps.to_bytes(4, "big"))


def fuzz_range(interval: int, maximum: int = MAXIMUM_INTERVAL_DAYS) -> tuple[int, int]:
    """Return the shortest and the longest interval that stand for this one, both included.

    Ranges as in FSRS, no fuzz below 3 days. The interval is at most `maximum`, and so is the longest.
    """
    if interval < _FUZZ_RANGES[0][0]:
        return interval, interval
    delta = 1.0
    for start, end, share in _FUZZ_RANGES:
        if interval <= start:
            break
        delta += share * (min(interval, end) - start)
    return round(interval - delta), min(round(interval + delta), maximum)


def fuzzed_interval(interval: int, factor: float, maximum: int = MAXIMUM_INTERVAL_DAYS) -> int:
    """Return the interval moved a little, so that cards learnt together do not stay together.

    `factor` (0 to 1, excluded) chooses among the days of `fuzz_range`.
    """
    lowest, highest = fuzz_range(interval, maximum)
    return lowest + int(factor * (highest - lowest + 1))


def due_in_days(memory: Memory, scheduling: Scheduling, fuzz: float | None = None) -> int:
    """Return in how many days a card with this memory is due; without a fuzz factor, exactly."""
    days = interval_days(
        memory.stability, scheduling.desired_retention, scheduling.weights, scheduling.maximum_days
    )
    return days if fuzz is None else fuzzed_interval(days, fuzz, scheduling.maximum_days)


def next_outcomes(
    memory: Memory | None, elapsed_days: float, scheduling: Scheduling, fuzz: float | None = None
) -> dict[Rating, Outcome]:
    """Return what each of the four ratings would lead to, Again first."""
    outcomes = {}
    for rating in Rating:
        after = step(memory, rating, elapsed_days, scheduling.weights)
        outcomes[rating] = Outcome(after, due_in_days(after, scheduling, fuzz))
    return outcomes


def hash_to_unit(data: bytes) -> float:
    """Return a number from 0 to 1 (excluded) that depends on nothing but the bytes."""
    # 53 bits are what a float holds exactly; one more would let the largest round up to 1.
    return (int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big") >> 11) / 2**53


def _factor(decay: float) -> float:
    return float(0.9 ** (1 / decay)) - 1


def _clamp_difficulty(difficulty: float) -> float:
    return min(max(difficulty, 1.0), 10.0)


def _initial_difficulty(rating: Rating, weights: Weights) -> float:
    return weights[4] - math.exp(weights[5] * (rating - 1)) + 1


def _next_difficulty(difficulty: float, rating: Rating, weights: Weights) -> float:
    # Damped towards 10, then drawn back to where an Easy start would be (unclamped, as FSRS has it).
    moved = difficulty - weights[6] * (rating - 3) * (10 - difficulty) / 9
    return _clamp_difficulty(
        weights[7] * _initial_difficulty(Rating.EASY, weights) + (1 - weights[7]) * moved
    )


def _stability_after_recall(memory: Memory, rating: Rating, recall: float, weights: Weights) -> float:
    growth = (
        math.exp(weights[8])
        * (11 - memory.difficulty)
        * memory.stability ** -weights[9]
        * (math.exp((1 - recall) * weights[10]) - 1)
    )
    if rating == Rating.HARD:
        growth *= weights[15]
    elif rating == Rating.EASY:
        growth *= weights[16]
    return float(memory.stability * (1 + growth))


def _stability_after_forgetting(memory: Memory, recall: float, weights: Weights) -> float:
    long_term = (
        weights[11]
        * memory.difficulty ** -weights[12]
        * ((memory.stability + 1) ** weights[13] - 1)
        * math.exp((1 - recall) * weights[14])
    )
    return float(min(long_term, memory.stability / math.exp(weights[17] * weights[18])))
