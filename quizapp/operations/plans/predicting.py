"""What a plan promises before it is made, and where one stands on its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from quizapp.core import simulation
from quizapp.core.simulation import Forecast, Minutes, Pace, Settings
from quizapp.core.simulation.planning import Situation
from quizapp.operations.plans import choosing
from quizapp.operations.plans.choosing import LONGEST_DAYS, MOST_MINUTES, PlanError
from quizapp.operations.plans.listing import find_open_plan, list_days
from quizapp.operations.study import find_deck, scheduling_of, today_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from quizapp.models import Learner, QuestionSet, StudyPlan

#: So far below what was predicted for today is behind.
_BEHIND: Final = 0.02
#: A promise is kept where no more than this is missing.
_NEARLY: Final = 0.01
_NEW_PER_DAY: Final = 10


@dataclass(frozen=True, slots=True)
class Point:
    """A day of a curve: the share expected to be known as it begins, and between which shares 8 of 10 runs lay."""

    day: date
    known: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A plan before it is made.

    `facts` are the plan's, `begun` those of them seen before; shares are of all of them. `usual` is what the deck does
    without the plan. `others` are the numbers of minutes to compare with, the chosen one among them; `without` is
    the share left on the day with no study at all.
    """

    question_set_id: uuid.UUID
    slug: str
    set_title: str
    query: str
    ready_on: date
    today: date
    daily_minutes: int
    facts: int
    begun: int
    known_now: float
    settings: Settings
    usual: Settings
    points: tuple[Point, ...]
    minutes: float
    new: float
    others: tuple[Minutes, ...]
    without: float
    pace: Pace

    @property
    def days(self) -> int:
        """How many days of study are left."""
        return (self.ready_on - self.today).days

    @property
    def known(self) -> float:
        """The share expected to be known on the day."""
        return self.points[-1].known

    @property
    def low(self) -> float:
        """The share that 9 of 10 runs reached."""
        return self.points[-1].low

    @property
    def high(self) -> float:
        """The share that 1 of 10 runs passed."""
        return self.points[-1].high


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an open plan stands today.

    `known` is the share known as today began, `wanted` what was predicted for it, `minutes_so_far` what the set had a day
    until yesterday, `points` the course from here with the plan's minutes and settings. `enough` is given when the plan is behind: the minutes a day with which the promise
    is still kept, None where none are enough.
    """

    today: date
    facts: int
    known: float
    wanted: float
    minutes_so_far: float
    points: tuple[Point, ...]
    enough: Minutes | None

    @property
    def is_behind(self) -> bool:
        """Whether less is known than was predicted, by more than a little."""
        return self.known < self.wanted - _BEHIND

    @property
    def is_ahead(self) -> bool:
        """Whether more is known than was predicted, by more than a little."""
        return self.known > self.wanted + _BEHIND

    @property
    def facts_apart(self) -> int:
        """By how many facts what is known and what was predicted differ."""
        return round(abs(self.known - self.wanted) * self.facts)

    @property
    def expected(self) -> float:
        """The share expected on the day from here."""
        return self.points[-1].known


def preview_plan(
    learner: Learner | None,
    question_set: QuestionSet,
    query: str,
    ready_on: date,
    daily_minutes: int,
    now: datetime,
    *,
    replacing: uuid.UUID | None = None,
) -> Preview:
    """Return what a plan would promise; nothing is written. Twenty seeded runs for the curve, a search for the settings.

    `replacing` is the plan that would be changed. Raises `PlanError` for a day that is not to come, for more than three
    years, for minutes out of range, for a selection without facts, where another plan of the set is open, and while an
    open quiz asks facts of the set.
    """
    today = today_of(learner, now)
    _check(today, ready_on, daily_minutes)
    if question_set.id in choosing.sets_in_open_quizzes(None if learner is None else learner.id):
        raise PlanError(
            "question_set",
            "A quiz of yours on this set is still open. What you know of it is told again when it is over: "
            "submit the quiz, then make the plan.",
        )
    standing = None if learner is None else find_open_plan(learner.id, question_set.id)
    if standing is not None and standing.id != replacing and standing.ready_on > today:
        raise PlanError(
            "question_set",
            "This set has an open plan already. Change that one or give it up: a deck follows one plan at a time.",
        )
    situation = _read(learner, question_set.id, query, ready_on, today, now)
    if not situation.facts:
        raise PlanError(
            "query" if query else "question_set",
            "No fact of this set is chosen by these words: choose others, or leave the field empty for all of it."
            if query
            else "This set has no facts to ask yet: choose another.",
        )
    forecast, others = simulation.compare_minutes(situation, daily_minutes, _choices(daily_minutes))
    chosen = next(row for row in others if row.daily_minutes == daily_minutes)
    return Preview(
        question_set_id=question_set.id,
        slug=question_set.slug,
        set_title=question_set.title,
        query=query,
        ready_on=ready_on,
        today=today,
        daily_minutes=daily_minutes,
        facts=len(situation.facts),
        begun=sum(fact.stability is not None for fact in situation.facts),
        known_now=situation.known_now,
        settings=chosen.settings,
        usual=_usual(learner, question_set.id),
        points=_points(today, forecast),
        minutes=forecast.minutes,
        new=forecast.new,
        others=tuple(others),
        without=situation.left_after(situation.days),
        pace=situation.pace,
    )


def stand(learner: Learner, plan: StudyPlan, now: datetime) -> Standing | None:
    """Return where an open plan stands whose day is still to come; None where its facts are gone."""
    today = today_of(learner, now)
    situation = _read(learner, plan.question_set_id, plan.query, plan.ready_on, today, now)
    known = choosing.known_on(learner, plan.question_set_id, plan.query, today, now)
    if not situation.facts or known is None:
        return None
    first = _first_day(learner, plan)
    # What was studied before it on its first day is in its prediction, and not yet in what was known as the day began.
    wanted = _wanted_on(plan, today) if today > first else known
    settings = Settings(plan.desired_retention, plan.new_per_day)
    points = _points(today, simulation.foresee(situation, plan.daily_minutes, settings))
    enough = None
    if known < wanted - _BEHIND:
        enough = simulation.least_minutes(
            situation, plan.predicted - _NEARLY, [plan.daily_minutes, *_more_than(plan.daily_minutes)]
        )
    return Standing(
        today=today,
        facts=len(situation.facts),
        known=known,
        wanted=wanted,
        minutes_so_far=choosing.minutes_a_day(learner, plan.question_set_id, first, today),
        points=points,
        enough=enough,
    )


def _first_day(learner: Learner, plan: StudyPlan) -> date:
    return today_of(learner, plan.created_at)


def _check(today: date, ready_on: date, daily_minutes: int) -> None:
    if ready_on <= today:
        raise PlanError("ready_on", "The day must lie ahead: choose tomorrow or later.")
    if (ready_on - today).days > LONGEST_DAYS:
        raise PlanError("ready_on", "Choose a day within the next three years.")
    if not 1 <= daily_minutes <= MOST_MINUTES:
        raise PlanError("minutes", f"Give the minutes a day as a whole number from 1 to {MOST_MINUTES}.")


def _read(
    learner: Learner | None,
    question_set_id: uuid.UUID,
    query: str,
    ready_on: date,
    today: date,
    now: datetime,
) -> Situation:
    deck = None if learner is None else find_deck(learner.id, question_set_id)
    spent_seconds, new_today = choosing.done_today(learner, question_set_id, today)
    return Situation(
        facts=choosing.read_facts(learner, question_set_id, query, today, now),
        days=(ready_on - today).days,
        pace=choosing.pace_of(learner, today),
        scheduling=scheduling_of(learner, deck),
        spent_seconds=spent_seconds,
        new_today=new_today,
    )


def _usual(learner: Learner | None, question_set_id: uuid.UUID) -> Settings:
    deck = None if learner is None else find_deck(learner.id, question_set_id)
    new = None if deck is None else deck.new_per_day
    if new is None:
        new = _NEW_PER_DAY if learner is None else learner.new_per_day
    return Settings(scheduling_of(learner, deck).desired_retention, new)


def _points(today: date, forecast: Forecast) -> tuple[Point, ...]:
    return tuple(
        Point(today + timedelta(days=day), known, low, high)
        for day, known, low, high in zip(
            forecast.looked_on, forecast.known, forecast.low, forecast.high, strict=True
        )
    )


def _choices(daily_minutes: int) -> Sequence[int]:
    wanted = (daily_minutes // 4, daily_minutes // 2, daily_minutes, daily_minutes + 5, 2 * daily_minutes)
    return [minutes for minutes in wanted if minutes == daily_minutes or 1 <= minutes <= MOST_MINUTES]


def _more_than(daily_minutes: int) -> Sequence[int]:
    """Return numbers of minutes to try beyond the plan's, in steps that grow."""
    numbers = []
    minutes = daily_minutes - daily_minutes % 5 + 5
    while minutes <= min(8 * daily_minutes + 30, MOST_MINUTES):
        numbers.append(minutes)
        minutes += 5 if minutes < 60 else 15
    return numbers


def _wanted_on(plan: StudyPlan, today: date) -> float:
    """Return what was predicted for a day; between two days that were looked at, on the line between them."""
    told = [(row.day, row.predicted) for row in list_days(plan) if row.predicted is not None]
    before = [(day, share) for day, share in told if day <= today]
    after = [(day, share) for day, share in told if day >= today]
    if not before or not after:
        return plan.predicted if not told else (before or after)[-1][1]
    (first, low), (last, high) = before[-1], after[0]
    span = (last - first).days
    return low if span == 0 else low + (high - low) * (today - first).days / span
