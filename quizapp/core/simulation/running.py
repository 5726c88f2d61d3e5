"""Days of study run ahead: due cards first, the most at risk before the others, then new facts while time is left.

A seeded Monte Carlo: whether a review is remembered is drawn from the chance of recall, since a forgotten card costs more
time than a remembered one and an average of both exists nowhere. What is known on a day is not drawn but summed from
the chances, so that one run says much; several seeds give the spread. Intervals are without fuzz.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

from quizapp.core.evidence import PRIOR_RETRIEVABILITY
from quizapp.core.memory import MINIMUM_STABILITY, Rating, initial

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from quizapp.core.memory import Scheduling, Weights

#: So many outcomes of each fact are drawn beforehand; later ones begin again with the first.
DRAWS: Final = 16


@dataclass(frozen=True, slots=True)
class FactMemory:
    """One fact as it stands today.

    A fact never probed has no `stability`. `days_since` is the age of the last review; `due_in` the days until the card
    is shown, 0 or less for one that waits already, None for one that is never shown (suspended).
    """

    stability: float | None = None
    difficulty: float = 5.0
    days_since: int = 0
    due_in: int | None = 0


@dataclass(frozen=True, slots=True)
class Pace:
    """How a learner works: seconds for a review, seconds until a new fact sits, and how often a new fact is known already.

    Who forgets a card sees it again in the same session: that takes the time of one more review.
    """

    seconds_per_review: float = 8.0
    seconds_per_new: float = 16.0
    first_recall: float = PRIOR_RETRIEVABILITY


@dataclass(frozen=True, slots=True)
class Simulation:
    """What came of it.

    `looked_on` are the days counted from today (0) on which was looked, before that day's study; `known` the share of the
    facts known on each, 0 to 1. `reviews` (new facts among them), `new` and `minutes` stand for every day from today to
    the day before the last.
    """

    looked_on: tuple[int, ...]
    known: tuple[float, ...]
    reviews: tuple[int, ...]
    new: tuple[int, ...]
    minutes: tuple[float, ...]

    @property
    def on_the_day(self) -> float:
        """The share known on the last day."""
        return self.known[-1]


def simulate(
    facts: Sequence[FactMemory],
    *,
    days: int,
    daily_seconds: float,
    pace: Pace,
    scheduling: Scheduling,
    new_per_day: int,
    seed: int = 0,
    spent_seconds: float = 0.0,
    new_today: int = 0,
    every: int = 1,
) -> Simulation:
    """Run `days` days of study from today, and look at what is known each `every` days and on the day after them.

    New facts are begun in the order given. A card is begun while time is left; what it takes beyond is missing on the
    next day, and cards not reached are carried over. `spent_seconds` and `new_today` were done today already. Outcome
    number k of fact i (seen facts first, each kind in its order, i and k from 0) is decided by number
    (k mod `DRAWS`) * len(facts) + i drawn from `Random(seed)`: plans are compared on equal luck. Raises `ValueError`
    without facts or for negative days.
    """
    if not facts or days < 0:
        raise ValueError("a simulation needs facts, and days that are to come")
    run = _Run(facts, days, pace, scheduling, seed)
    looked_on, known, reviews, new, minutes = [], [], [], [], []
    owed = spent_seconds
    for day in range(days):
        if day % every == 0:
            looked_on.append(day)
            known.append(run.known_share(day))
        budget = daily_seconds - owed
        spent, reviewed = run.review_due(day, budget)
        more, begun = run.begin_new(day, budget - spent, new_per_day - (new_today if day == 0 else 0))
        spent += more
        owed = max(0.0, spent - budget)
        reviews.append(reviewed + begun)
        new.append(begun)
        minutes.append(spent / 60)
    return Simulation(
        (*looked_on, days), (*known, run.known_share(days)), tuple(reviews), tuple(new), tuple(minutes)
    )


class _Run:
    """The state of one run: lists of numbers, a place for each fact that was seen."""

    def __init__(
        self, facts: Sequence[FactMemory], days: int, pace: Pace, scheduling: Scheduling, seed: int
    ) -> None:
        seen = [fact for fact in facts if fact.stability is not None]
        self.total = len(facts)
        self.days = days
        self.pace = pace
        self.stability = [fact.stability or MINIMUM_STABILITY for fact in seen]
        self.difficulty = [fact.difficulty for fact in seen]
        self.last = [-max(0, fact.days_since) for fact in seen]
        self.probes = [0] * len(facts)
        # A suspended new fact never begins; which place it would have had does not matter.
        self.waiting = sum(fact.stability is None and fact.due_in is not None for fact in facts)
        #: Cards that become due on each day, and those not reached on the day before.
        self.due: list[list[int]] = [[] for _ in range(days)]
        self.carried: list[int] = []
        for place, fact in enumerate(seen):
            if fact.due_in is not None:
                # What was reviewed today can move again tomorrow at the earliest.
                day = max(fact.due_in, 1 if fact.days_since <= 0 else 0)
                if day < days:
                    self.due[day].append(place)
        draw = Random(seed).random  # noqa: S311 - the luck of a run, guards nothing
        self.draws = [draw() for _ in range(DRAWS * self.total)]
        weights = scheduling.weights
        self.decay = -weights[20]
        self.factor = 0.9 ** (1 / self.decay) - 1
        self.remember, self.forget = _steps(weights)
        self.starts = [
            (made.stability, made.difficulty)
            for made in (initial(Rating.AGAIN, weights), initial(Rating.GOOD, weights))
        ]
        self.longest = scheduling.maximum_days
        #: Days of an interval for a day of stability.
        self.stretch = (scheduling.desired_retention ** (1 / self.decay) - 1) / self.factor

    def known_share(self, day: int) -> float:
        """Return the expected share of all facts that would be recalled; what was never seen counts as not known."""
        factor, decay = self.factor, self.decay
        recalls = [
            (1 + factor * (day - last) / stability) ** decay
            for stability, last in zip(self.stability, self.last, strict=True)
        ]
        return math.fsum(recalls) / self.total

    def review_due(self, day: int, budget: float) -> tuple[float, int]:
        """Review what is due while time is left; return the seconds spent and the number of cards."""
        stability, difficulty, last, probes = self.stability, self.difficulty, self.last, self.probes
        factor, decay, draws, total = self.factor, self.decay, self.draws, self.total
        remember, forget, cost = self.remember, self.forget, self.pace.seconds_per_review
        due, days, stretch, longest = self.due, self.days, self.stretch, self.longest
        queue = self._queue(day, budget)
        self.carried = []
        spent = 0.0
        for done, card in enumerate(queue):
            if spent >= budget:
                self.carried = queue[done:]
                return spent, done
            before = stability[card]
            recall = (1 + factor * (day - last[card]) / before) ** decay
            count = probes[card]
            if draws[count % DRAWS * total + card] < recall:
                after, difficulty[card] = remember(before, difficulty[card], recall)
                spent += cost
            else:
                after, difficulty[card] = forget(before, difficulty[card], recall)
                spent += 2 * cost
            stability[card] = after
            last[card] = day
            probes[card] = count + 1
            later = day + min(max(round(min(after * stretch, longest)), 1), longest)
            if later < days:
                due[later].append(card)
        return spent, len(queue)

    def begin_new(self, day: int, budget: float, limit: int) -> tuple[float, int]:
        """Begin new facts while time is left, at most `limit`; return the seconds spent and their number."""
        spent, begun = 0.0, 0
        while spent < budget and begun < limit and self.waiting:
            card = len(self.stability)
            is_known = self.draws[card] < self.pace.first_recall
            stability, difficulty = self.starts[is_known]
            self.stability.append(stability)
            self.difficulty.append(difficulty)
            self.last.append(day)
            self.probes[card] = 1
            later = day + min(max(round(min(stability * self.stretch, self.longest)), 1), self.longest)
            if later < self.days:
                self.due[later].append(card)
            self.waiting -= 1
            begun += 1
            spent += self.pace.seconds_per_new
        return spent, begun

    def _queue(self, day: int, budget: float) -> list[int]:
        """Return what is due, the most at risk first where not all of it can be reached."""
        queue = self.carried + self.due[day]
        if budget > 0 and 2 * len(queue) * self.pace.seconds_per_review > budget:
            factor, stability, last = self.factor, self.stability, self.last
            # Recall falls as elapsed time over stability grows.
            queue.sort(key=lambda card: (-factor * (day - last[card]) / stability[card], card))
        return queue


def _steps(
    weights: Weights,
) -> tuple[
    Callable[[float, float, float], tuple[float, float]], Callable[[float, float, float], tuple[float, float]]
]:
    """Return the step of a memory that was recalled (Good) and of one that was not: `memory.step` on bare numbers."""
    exp = math.exp
    w = weights
    growth, shrink = exp(w[8]), exp(w[17] * w[18])
    home = w[7] * (w[4] - exp(w[5] * (Rating.EASY - 1)) + 1)
    stay, harder = 1 - w[7], w[6] * 2 / 9
    w9, w10, w11, w12, w13, w14 = w[9:15]

    def remember(stability: float, difficulty: float, recall: float) -> tuple[float, float]:
        gain = growth * (11 - difficulty) * stability**-w9 * (exp((1 - recall) * w10) - 1)
        stability *= 1 + gain
        difficulty = home + stay * difficulty
        return (
            max(MINIMUM_STABILITY, stability),
            min(max(difficulty, 1.0), 10.0),
        )

    def forget(stability: float, difficulty: float, recall: float) -> tuple[float, float]:
        after = w11 * difficulty**-w12 * ((stability + 1) ** w13 - 1) * exp((1 - recall) * w14)
        after = min(after, stability / shrink)
        difficulty = home + stay * (difficulty + harder * (10 - difficulty))
        return max(MINIMUM_STABILITY, after), min(max(difficulty, 1.0), 10.0)

    return remember, forget
