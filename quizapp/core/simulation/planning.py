"""Which settings of a deck serve a plan best, what more or fewer minutes a day would give, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from quizapp.core.memory import retrievability
from quizapp.core.simulation.running import FactMemory, Pace, Simulation, simulate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quizapp.core.memory import Scheduling

#: Desired retentions tried, and new facts a day as multiples of what all new facts over all days would be.
_RETENTIONS: Final = (0.7, 0.75, 0.8, 0.85, 0.88, 0.9, 0.92, 0.94, 0.96, 0.97)
_HASTE: Final = (0.5, 1.0, 1.3, 2.0, 4.0)
_MOST_NEW: Final = 999
#: Shares this close count as equal: of equal settings the one that takes less time is chosen.
_ALIKE: Final = 0.003
#: Runs of a forecast, and of a figure that stands beside it for comparison.
_RUNS: Final = 20
_FEW_RUNS: Final = 6
#: A run looks at about so many days, and a search at no more facts and days of facts than these.
_LOOKS: Final = 120
_MOST_FACTS: Final = 400
_FEWEST_FACTS: Final = 100
_FACT_DAYS: Final = 40_000


@dataclass(frozen=True, slots=True)
class Settings:
    """What a plan does to its deck: the recall to aim at (0 to 1), and new facts a day."""

    desired_retention: float
    new_per_day: int


@dataclass(frozen=True, slots=True)
class Situation:
    """What is given: the facts as they stand, days until the day, the learner's pace, weights, and what today had."""

    facts: tuple[FactMemory, ...]
    days: int
    pace: Pace
    scheduling: Scheduling
    spent_seconds: float = 0.0
    new_today: int = 0

    @property
    def known_now(self) -> float:
        """The share of the facts that would be recalled today."""
        return self.left_after(0)

    def left_after(self, days: int) -> float:
        """Return the share that would be recalled so many days from now if nothing were studied."""
        weights = self.scheduling.weights
        recalls = (
            retrievability(fact.stability, fact.days_since + days, weights)
            for fact in self.facts
            if fact.stability is not None
        )
        return math.fsum(recalls) / len(self.facts)

    def run(self, daily_minutes: float, settings: Settings, *, seed: int = 0, every: int = 1) -> Simulation:
        """Return one run with so many minutes a day."""
        return simulate(
            self.facts,
            days=self.days,
            daily_seconds=60 * daily_minutes,
            pace=self.pace,
            scheduling=replace(self.scheduling, desired_retention=settings.desired_retention),
            new_per_day=settings.new_per_day,
            seed=seed,
            spent_seconds=self.spent_seconds,
            new_today=self.new_today,
            every=every,
        )

    def sample(self, most: int) -> tuple[Situation, float]:
        """Return the situation with at most so many facts, evenly chosen, and the share of the facts that it has.

        Minutes and new facts a day are to be taken in that share too. Facts alike in memory stand side by side in the
        row that is chosen from; new ones keep their order, though which comes first is all the same to a simulation.
        """
        count = len(self.facts)
        if count <= most:
            return self, 1.0
        row = sorted(self.facts, key=lambda fact: (fact.stability is None, fact.stability or 0.0))
        chosen = tuple(row[(2 * place + 1) * count // (2 * most)] for place in range(most))
        share = most / count
        return replace(
            self,
            facts=chosen,
            spent_seconds=self.spent_seconds * share,
            new_today=round(self.new_today * share),
        ), share


@dataclass(frozen=True, slots=True)
class Minutes:
    """So many minutes a day, the settings that serve them best, and the share expected to be known on the day."""

    daily_minutes: int
    settings: Settings
    known: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """The expected course: days from today, the mean share known on each, and between which shares 8 of 10 runs lay.

    `minutes` is the mean of all days of all runs, `new` the mean number of facts begun.
    """

    looked_on: tuple[int, ...]
    known: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    minutes: float
    new: float

    @property
    def on_the_day(self) -> float:
        """The share expected to be known on the day."""
        return self.known[-1]


def foresee(situation: Situation, daily_minutes: float, settings: Settings, *, runs: int = _RUNS) -> Forecast:
    """Return the mean and the spread of twenty seeded runs.

    Of many facts a sample is run. Facts succeed or fail each by itself, so that the spread of all is that of the sample
    times the root of its share.
    """
    sample, share = situation.sample(_size_for(situation.days))
    every = max(1, math.ceil(situation.days / _LOOKS))
    scaled = replace(settings, new_per_day=_scaled(settings.new_per_day, share))
    done = [sample.run(daily_minutes * share, scaled, seed=seed, every=every) for seed in range(runs)]
    known, low, high = [], [], []
    # A sample begins a little beside what is known of all facts.
    beside = 0.0 if share == 1 else situation.known_now - done[0].known[0]
    for shares in zip(*(run.known for run in done), strict=True):
        ordered = sorted(min(max(one + beside, 0.0), 1.0) for one in shares)
        mean = math.fsum(ordered) / runs
        known.append(mean)
        low.append(mean + (min(ordered[runs // 10], mean) - mean) * math.sqrt(share))
        high.append(mean + (max(ordered[-1 - runs // 10], mean) - mean) * math.sqrt(share))
    days = max(1, situation.days)
    return Forecast(
        done[0].looked_on,
        tuple(known),
        tuple(low),
        tuple(high),
        minutes=math.fsum(math.fsum(run.minutes) for run in done) / share / days / runs,
        new=sum(sum(run.new) for run in done) / share / runs,
    )


def find_settings(situation: Situation, daily_minutes: float, start: Settings | None = None) -> Settings:
    """Return the settings with which most is known on the day, as far as a search along each of the two finds them.

    Of settings as good as each other, the ones that take the least time.
    """
    sample, share = situation.sample(_size_for(situation.days))
    tried: dict[Settings, tuple[float, float]] = {}

    def best(candidates: list[Settings]) -> Settings:
        for one in candidates:
            if one not in tried:
                scaled = replace(one, new_per_day=_scaled(one.new_per_day, share))
                run = sample.run(daily_minutes * share, scaled, every=max(1, situation.days))
                tried[one] = (run.on_the_day, math.fsum(run.minutes))
        most = max(tried[one][0] for one in candidates)
        return min(
            (one for one in candidates if tried[one][0] >= most - _ALIKE),
            key=lambda one: (tried[one][1], one.new_per_day, one.desired_retention),
        )

    numbers = _new_per_day_choices(situation)
    found = start or Settings(0.9, numbers[len(numbers) // 2])
    found = best([found, *(Settings(retention, found.new_per_day) for retention in _RETENTIONS[::2])])
    found = best([found, *(Settings(found.desired_retention, number) for number in numbers)])
    near = sorted(_RETENTIONS, key=lambda retention: abs(retention - found.desired_retention))[:3]
    return best([found, *(Settings(retention, found.new_per_day) for retention in near)])


def compare_minutes(
    situation: Situation, daily_minutes: int, choices: Sequence[int]
) -> tuple[Forecast, list[Minutes]]:
    """Return the forecast for so many minutes a day, and what it and other numbers would give, the fewest first.

    More minutes can always be used like fewer, so that no number promises less than a smaller one.
    """
    settings = find_settings(situation, daily_minutes)
    forecast = foresee(situation, daily_minutes, settings)
    rows = [Minutes(daily_minutes, settings, forecast.on_the_day)]
    for minutes in sorted(set(choices) - {daily_minutes}):
        found = find_settings(situation, minutes, settings)
        row = Minutes(minutes, found, foresee(situation, minutes, found, runs=_FEW_RUNS).on_the_day)
        rows.append(row)
    rows.sort(key=lambda row: row.daily_minutes)
    chosen = next(place for place, row in enumerate(rows) if row.daily_minutes == daily_minutes)
    for place in range(chosen - 1, -1, -1):
        rows[place] = replace(rows[place], known=min(rows[place].known, rows[place + 1].known))
    for place in range(chosen + 1, len(rows)):
        if rows[place].known < rows[place - 1].known:
            rows[place] = replace(rows[place - 1], daily_minutes=rows[place].daily_minutes)
    return forecast, rows


def least_minutes(situation: Situation, wanted: float, choices: Sequence[int]) -> Minutes | None:
    """Return the least of these numbers of minutes a day with which the wanted share is known on the day, by halving."""
    ordered = sorted(set(choices))
    found: Minutes | None = None
    low, high = 0, len(ordered)
    while low < high:
        middle = (low + high) // 2
        settings = find_settings(situation, ordered[middle], None if found is None else found.settings)
        known = foresee(situation, ordered[middle], settings, runs=_FEW_RUNS).on_the_day
        if known >= wanted:
            found, high = Minutes(ordered[middle], settings, known), middle
        else:
            low = middle + 1
    return found


def _new_per_day_choices(situation: Situation) -> list[int]:
    new = sum(fact.stability is None and fact.due_in is not None for fact in situation.facts)
    even = new / max(1, situation.days)
    return sorted({min(max(math.ceil(even * haste), 1 if new else 0), _MOST_NEW) for haste in _HASTE})


def _size_for(days: int) -> int:
    """Return how many facts a search may run so many days: long ones take fewer."""
    return min(_MOST_FACTS, max(_FEWEST_FACTS, _FACT_DAYS // max(1, days)))


def _scaled(new_per_day: int, share: float) -> int:
    return new_per_day if share == 1 else max(round(new_per_day * share), 1 if new_per_day else 0)
