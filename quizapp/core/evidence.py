"""What a response says about a memory: right by recall or by luck, and a card rebuilt from its log of reviews."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from quizapp.core import memory as fsrs
from quizapp.core.memory import Memory, Rating, Scheduling, Weights

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from typing import Literal
    from uuid import UUID

#: Recall assumed of a fact never probed: some know it before they are asked.
PRIOR_RETRIEVABILITY: Final = 0.25


@dataclass(frozen=True, slots=True)
class Probe:
    """What one response did.

    `weight` is how far it counts as recalled, 0 to 1; `rating` is the learner's own, else Good or Again;
    `predicted` is the chance of recall just before, None for a fact never probed.
    """

    memory: Memory
    weight: float
    rating: Rating
    predicted: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedReview:
    """One row of the append-only log of a fact.

    Either `rating` (the learner rated) or `right` (a question was graded, with its chance of guessing), or `action`: at
    `reset` the memory begins anew, `due` sets the due date. None of them in a row that only cancels. A regrade cancels
    and carries the new outcome, with the time of the response. `due_on` is the date set, or the one chosen when a probe
    was recorded. A row that `is_cram` is log alone.
    """

    id: UUID
    fact: UUID
    study_day: date
    at: datetime
    rating: Rating | None = None
    right: bool | None = None
    guess: float = 0.0
    cancels: UUID | None = None
    action: Literal["reset", "due"] | None = None
    due_on: date | None = None
    is_cram: bool = False

    def __post_init__(self) -> None:
        if self.rating is not None and self.right is not None:
            raise ValueError(f"review {self.id} is both rated and graded")
        if self.action is None:
            if not self.is_probe and self.cancels is None:
                raise ValueError(f"review {self.id} neither probes nor cancels")
        elif self.is_probe or self.is_cram:
            raise ValueError(f"review {self.id} is both a probe and an action")
        elif self.action == "due" and self.due_on is None:
            raise ValueError(f"review {self.id} sets no due date")

    @property
    def is_probe(self) -> bool:
        """Whether the row says how a probe went."""
        return self.rating is not None or self.right is not None

    @property
    def is_remembered(self) -> bool:
        """Whether the fact was recalled, or may have been."""
        return self.right is True or (self.rating is not None and self.rating != Rating.AGAIN)


@dataclass(frozen=True, slots=True)
class CardState:
    """One learner's memory of one fact, as its log makes it.

    Days are study days. `reps` counts the probes that moved the memory, `lapses` those of them that forgot a fact
    probed before; `last_on` and `last_at` are of the last of them. `last_right` is of the last
    probe of any kind but cramming, `probed_at` too, or of the setting of a due date after it: what is older than that
    comes late.
    """

    memory: Memory | None = None
    first_on: date | None = None
    last_on: date | None = None
    due_on: date | None = None
    last_at: datetime | None = None
    probed_at: datetime | None = None
    last_right: bool | None = None
    reps: int = 0
    lapses: int = 0


def weight(retrievability: float, guess: float) -> float:
    """Return the chance that a right response was recalled: R / (R + (1 - R) g), by Bayes' rule.

    Raises `ValueError` for a retrievability or chance of guessing outside 0 to 1.
    """
    if not (0 <= retrievability <= 1 and 0 <= guess <= 1):
        raise ValueError(f"chances lie between 0 and 1, not at {retrievability} and {guess}")
    if guess == 0:
        return 1.0
    return retrievability / (retrievability + (1 - retrievability) * guess)


def probe(
    memory: Memory | None,
    *,
    rating: Rating | None = None,
    right: bool | None = None,
    guess: float = 0.0,
    elapsed_days: float,
    weights: Weights = fsrs.DEFAULT_WEIGHTS,
) -> Probe:
    """Return the memory after a probe: rated by the learner, or graded with a chance of guessing.

    Wrong is Again. Right lies between Again and Good: S = S_good^w S_again^(1-w), D = w D_good + (1-w) D_again, with
    the weight w. Raises `ValueError` unless exactly one of `rating` and `right` is given.
    """
    if (rating is None) == (right is None):
        raise ValueError("a probe is either rated or graded")
    predicted = None
    if memory is not None:
        predicted = fsrs.retrievability(memory.stability, elapsed_days, weights)
    if rating is None:
        rating = Rating.GOOD if right else Rating.AGAIN
    recalled = 0.0 if rating == Rating.AGAIN else 1.0
    if right:
        recalled = weight(PRIOR_RETRIEVABILITY if predicted is None else predicted, guess)
    after = fsrs.step(memory, rating, elapsed_days, weights)
    if right and recalled < 1:
        after = _mix(after, fsrs.step(memory, Rating.AGAIN, elapsed_days, weights), recalled)
    return Probe(after, recalled, rating, predicted)


def fitter_rating(review_id: UUID, recalled: float) -> Rating:
    """Return Good in a share `recalled` of reviews, else Again, always the same for one review.

    For fitters of weights, which know four ratings and no weight.
    """
    return Rating.GOOD if fsrs.hash_to_unit(review_id.bytes) < recalled else Rating.AGAIN


def standing(reviews: Iterable[LoggedReview]) -> list[LoggedReview]:
    """Return the probes and actions that were not cancelled, oldest first, each once; those of cramming among them.

    What was cancelled stays so, even if the cancelling row is cancelled later: a second regrade must not bring the
    first outcome back.
    """
    rows = {review.id: review for review in reviews}
    cancelled = {row.cancels for row in rows.values()}
    kept = [
        row for row in rows.values() if row.id not in cancelled and (row.is_probe or row.action is not None)
    ]
    return sorted(kept, key=lambda row: (row.at, row.id))


def uncancelled(reviews: Iterable[LoggedReview]) -> list[LoggedReview]:
    """Return the probes alone of those that are `standing`."""
    return [row for row in standing(reviews) if row.is_probe]


def advance(
    state: CardState, review: LoggedReview, scheduling: Scheduling, card: bytes | None = None
) -> tuple[CardState, Probe | None]:
    """Return the card after one more row that stands, later than all before, and what the probe did.

    The first probe of a study day moves memory and due date; for a later one, for cramming and for an action the second
    value is None. A due date chosen when the probe was recorded holds as long as it lies within the fuzz of the
    interval. Else `card` identifies the card for the fuzz; None is without. An undo, or a probe that comes in late, is
    not for this: `replay` the log.
    """
    if review.is_cram:
        return state, None
    if review.action is not None:
        return _act(state, review), None
    if state.last_on is not None and review.study_day <= state.last_on:
        # Not only the same day: after a journey west a later probe can fall on an earlier one.
        return replace(state, probed_at=review.at, last_right=review.is_remembered), None
    elapsed_days = 0 if state.last_on is None else (review.study_day - state.last_on).days
    done = probe(
        state.memory,
        rating=review.rating,
        right=review.right,
        guess=review.guess,
        elapsed_days=elapsed_days,
        weights=scheduling.weights,
    )
    reps = state.reps + 1
    is_lapse = state.memory is not None and done.rating == Rating.AGAIN
    after = CardState(
        memory=done.memory,
        first_on=state.first_on or review.study_day,
        last_on=review.study_day,
        due_on=_due_on(
            done.memory, review, scheduling, None if card is None else fsrs.fuzz_factor(card, reps)
        ),
        last_at=review.at,
        probed_at=review.at,
        last_right=review.is_remembered,
        reps=reps,
        lapses=state.lapses + is_lapse,
    )
    return after, done


def replay(reviews: Iterable[LoggedReview], scheduling: Scheduling, card: bytes | None = None) -> CardState:
    """Rebuild a card from all rows of its log, in whatever order they come.

    `card` as in `advance`. Raises `ValueError` if the rows speak of more than one fact.
    """
    rows = standing(reviews)
    if len({row.fact for row in rows}) > 1:
        raise ValueError("one log is of one fact")
    state = CardState()
    for review in rows:
        state, _ = advance(state, review, scheduling, card)
    return state


def _act(state: CardState, review: LoggedReview) -> CardState:
    if review.action == "reset":
        # Nothing of before is left, not even the day: a card begun anew can be studied at once.
        return CardState()
    if state.memory is None:
        return state
    return replace(state, due_on=review.due_on, probed_at=review.at)


def _due_on(memory: Memory, review: LoggedReview, scheduling: Scheduling, fuzz: float | None) -> date:
    interval = fsrs.due_in_days(memory, scheduling)
    if review.due_on is not None:
        lowest, highest = fsrs.fuzz_range(interval, scheduling.maximum_days)
        if lowest <= (review.due_on - review.study_day).days <= highest:
            return review.due_on
    if fuzz is not None:
        interval = fsrs.fuzzed_interval(interval, fuzz, scheduling.maximum_days)
    return review.study_day + timedelta(days=interval)


def _mix(good: Memory, again: Memory, recalled: float) -> Memory:
    return Memory(
        good.stability**recalled * again.stability ** (1 - recalled),
        recalled * good.difficulty + (1 - recalled) * again.difficulty,
    )
