"""One memory per fact against one per question: the reviews each needs so that as much is recalled.

Run as `python -m benchmarks.simulate_memory`. Learners are simulated with a true memory that the scheduler does not see:
it sees right and wrong responses, some of them lucky, and moves its own memory by `core.evidence` as the application does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Final

import click

from quizapp.core import evidence, memory
from quizapp.core.memory import DEFAULT_WEIGHTS, Memory, Rating, Scheduling, Weights

#: Chance of guessing each of the two questions of a fact: a choice among four, and a typed one.
GUESSES: Final = (0.25, 0.0)
TRANSFERS: Final = ((1.0, "full"), (0.4, "40 %"), (0.0, "none"))
YEAR: Final = 365
#: Recall is looked at from here on, each so many days.
_FROM: Final = 60
_EACH: Final = 5
_AIM: Final = 0.9
_AIMS: Final = (0.85, _AIM, 0.93, 0.96, 0.98)
_NEW_PER_DAY: Final = 4


@dataclass(frozen=True, slots=True)
class Result:
    """What a year gave: the recall aimed at, reviews a fact, and the mean true recall over facts, questions and days."""

    aim: float
    reviews: float
    recall: float


class _Learner:
    """True memories of the two questions of each fact, and the cards that a scheduler keeps of them."""

    def __init__(self, seed: int, facts: int, transfer: float, *, per_fact: bool) -> None:
        self.rng = Random(seed)
        # A learner forgets faster or slower than the weights that the scheduler uses say, and facts differ.
        pace = self.rng.lognormvariate(0, 0.25)
        self.weights: Weights = (*(weight * pace for weight in DEFAULT_WEIGHTS[:4]), *DEFAULT_WEIGHTS[4:])
        self.ease = [self.rng.lognormvariate(0, 0.4) for _ in range(facts)]
        self.transfer = transfer
        self.per_fact = per_fact
        self.truth: list[list[tuple[Memory, int] | None]] = [[None, None] for _ in range(facts)]
        cards = facts if per_fact else 2 * facts
        self.cards: list[Memory | None] = [None] * cards
        self.last = [0] * cards
        self.turns = [0] * cards

    def review(self, card: int, day: int, scheduling: Scheduling) -> int:
        """Have a card reviewed; return the day on which it is due next."""
        fact, form = (card, self.turns[card] % 2) if self.per_fact else divmod(card, 2)
        guess = GUESSES[form]
        recall = self.recall(fact, form, day)
        knew = self.rng.random() < (evidence.PRIOR_RETRIEVABILITY if recall is None else recall)
        is_right = knew or self.rng.random() < guess
        self._learn(fact, form, day, knew=knew)
        if self.rng.random() < self.transfer:
            self._learn(fact, 1 - form, day, knew=knew)
        done = evidence.probe(
            self.cards[card], right=is_right, guess=guess, elapsed_days=day - self.last[card]
        )
        self.cards[card], self.last[card] = done.memory, day
        self.turns[card] += 1
        return day + memory.due_in_days(done.memory, scheduling)

    def recall(self, fact: int, form: int, day: int) -> float | None:
        """Return the true chance that a question is recalled; None before anything was learnt of it."""
        state = self.truth[fact][form]
        if state is None:
            return None
        held, last = state
        return memory.retrievability(held.stability, day - last, self.weights)

    def _learn(self, fact: int, form: int, day: int, *, knew: bool) -> None:
        rating = Rating.GOOD if knew else Rating.AGAIN
        state = self.truth[fact][form]
        if state is None:
            first = memory.initial(rating, self.weights)
            self.truth[fact][form] = (Memory(first.stability * self.ease[fact], first.difficulty), day)
        elif day > state[1]:
            self.truth[fact][form] = (memory.step(state[0], rating, day - state[1], self.weights), day)


def live(seed: int, *, facts: int, transfer: float, per_fact: bool, aim: float, days: int = YEAR) -> Result:
    """Let a learner study every day all that is due, and some new facts until all are begun."""
    learner = _Learner(seed, facts, transfer, per_fact=per_fact)
    scheduling = Scheduling(desired_retention=aim)
    due: list[list[int]] = [[] for _ in range(days)]
    for fact in range(facts):
        begun = fact // _NEW_PER_DAY
        if per_fact:
            due[begun].append(fact)
        else:
            # The second question a day after the first: on the same day it would be no new probe of the memory.
            due[begun].append(2 * fact)
            due[begun + 1].append(2 * fact + 1)
    reviews, shares = 0, []
    for day in range(days):
        if day >= _FROM and day % _EACH == 0:
            known = [learner.recall(fact, form, day) or 0.0 for fact in range(facts) for form in (0, 1)]
            shares.append(math.fsum(known) / len(known))
        for card in due[day]:
            reviews += 1
            later = learner.review(card, day, scheduling)
            if later < days:
                due[later].append(card)
    return Result(aim, reviews / facts, math.fsum(shares) / len(shares))


def average(learners: int, **how: float | bool) -> Result:
    """Return the mean over seeded learners."""
    results = [live(seed, **how) for seed in range(learners)]  # type: ignore[arg-type]
    return Result(
        results[0].aim,
        math.fsum(one.reviews for one in results) / learners,
        math.fsum(one.recall for one in results) / learners,
    )


def at_equal_recall(results: list[Result], wanted: float) -> Result | None:
    """Return what would be needed for the wanted recall, on the line between two aims that were tried, lowest first."""
    for below, above in pairwise(results):
        if below.recall <= wanted <= above.recall:
            part = (wanted - below.recall) / (above.recall - below.recall)
            return Result(
                below.aim + part * (above.aim - below.aim),
                below.reviews + part * (above.reviews - below.reviews),
                wanted,
            )
    return None


@click.command()
@click.option("--learners", type=click.IntRange(1), default=16, show_default=True)
@click.option("--facts", type=click.IntRange(1), default=40, show_default=True, help="Facts of each learner.")
def main(learners: int, facts: int) -> None:
    """Print what is assumed, and the table."""
    click.echo(
        f"Assumed: {learners} learners, seeded, {facts} facts each, {_NEW_PER_DAY} new a day, one year, all that is due is\n"
        "studied every day. A fact has two questions: a choice of four and a typed one. True memories follow FSRS-6 with\n"
        "a pace of the learner's own (lognormal, 0.25) and an ease of each fact's own (0.4), unknown to the scheduler, which\n"
        "uses the default weights and weighs right responses by the chance of guessing. A quarter of new facts are known\n"
        "before. Transfer is the chance that a probe of one question refreshes the other too. One memory per question:\n"
        f"two cards a fact, each aimed at {_AIM:.0%}. One memory per fact: one card, the questions in turn, once with the same\n"
        f"aim, and once aimed so that the true recall of both questions from day {_FROM} on is the same.\n"
    )
    click.echo(
        f"{'transfer':10}{'memory per':12}{'aimed at':>10}{'reviews a fact':>16}{'true recall':>13}{'ratio':>8}"
    )
    for transfer, name in TRANSFERS:
        each = average(learners, facts=facts, transfer=transfer, per_fact=False, aim=_AIM)
        tried = [average(learners, facts=facts, transfer=transfer, per_fact=True, aim=aim) for aim in _AIMS]
        equal = at_equal_recall(tried, each.recall)
        _print(name, "question", each, None)
        _print("", "fact", tried[_AIMS.index(_AIM)], each)
        if equal is None:
            click.echo(f"{'':10}fact at no aim from {_AIMS[0]:.0%} to {_AIMS[-1]:.0%} recalls as much")
        else:
            _print("", "fact", equal, each)


def _print(name: str, per: str, result: Result, against: Result | None) -> None:
    ratio = "" if against is None else f"{result.reviews / against.reviews:8.2f}"
    click.echo(
        f"{name:10}{per:12}{result.aim:>9.1%} {result.reviews:>16.1f}{result.recall:>12.1%} {ratio:>8}"
    )


if __name__ == "__main__":
    main()
