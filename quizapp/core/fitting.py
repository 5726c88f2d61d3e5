"""Weights of a learner's own: what a fitter is given of the log, and whether its weights predict better than others.

The fitting itself is the work of fsrs-rs-python, an optional library; all else here needs nothing.
"""

from __future__ import annotations

import importlib
import importlib.util
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from quizapp.core import evidence
from quizapp.core.memory import DEFAULT_WEIGHTS, Rating, Weights

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime
    from uuid import UUID

#: Long-term reviews with a prediction that a fit needs.
ENOUGH: Final = 400
#: No more of them are fitted on: weights hardly change beyond it.
MOST: Final = 50_000
#: A fit is tried again when there are so many times the reviews of the last one.
GROWTH: Final = 1.2
#: The later part of the reviews, by time, that a fit never sees and is judged by.
_HELD_BACK: Final = 0.2
_LIBRARY: Final = "fsrs_rs_python"
#: A prediction is never quite sure: one miss would cost all.
_SURE: Final = 1e-4


class LogRow(Protocol):
    """The columns of the log that are read here, as the table of reviews names them."""

    @property
    def id(self) -> UUID: ...  # noqa: D102
    @property
    def study_day(self) -> date: ...  # noqa: D102
    @property
    def reviewed_at(self) -> datetime: ...  # noqa: D102
    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def rating(self) -> int | None: ...  # noqa: D102
    @property
    def is_right(self) -> bool: ...  # noqa: D102
    @property
    def guess(self) -> float: ...  # noqa: D102
    @property
    def weight(self) -> float: ...  # noqa: D102
    @property
    def action(self) -> str | None: ...  # noqa: D102
    @property
    def cancels(self) -> UUID | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Step:
    """One long-term review: whole study days since the one before, and how it went.

    `rated` is the learner's own rating, None where a question was graded with the chance `guess`; `fitted` is what a
    fitter that knows four ratings and no chance is told.
    """

    day: date
    elapsed_days: int
    rated: Rating | None
    is_right: bool
    guess: float
    fitted: Rating


#: The long-term reviews of one fact from its first, or from a reset, on.
History = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Loss:
    """How well weights predicted some reviews.

    `log_loss` is the mean over the reviews, `losses` each of them. `error` is by how much predicted and reached recall
    lie apart, 0 to 1: the root mean square over groups of like reviews (by days passed and lapses), the same groups
    whatever the weights.
    """

    log_loss: float
    error: float
    losses: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """Fitted weights, how many reviews they were fitted on and judged by, and how they did against others."""

    weights: Weights
    reviews: int
    held_back: int
    before: Loss
    after: Loss

    @property
    def is_better(self) -> bool:
        """Whether the fitted weights won by more than chance."""
        return decide(self.before, self.after)


def is_available() -> bool:
    """Return whether the library that fits is installed."""
    return importlib.util.find_spec(_LIBRARY) is not None


def is_due(reviews: int, fitted_on: int | None) -> bool:
    """Return whether to fit, with so many predicted reviews now and so many at the last fit (None: never fitted)."""
    return reviews >= ENOUGH and (fitted_on is None or reviews >= GROWTH * fitted_on)


def prepare(log: Iterable[LogRow]) -> list[History]:
    """Return the histories in all rows of the log of one fact, in whatever order they come.

    Long-term reviews only: the first standing probe of each study day, without cramming. A right response that could
    be guessed is told to a fitter as Good or Again, by the weight that was recorded with it. A reset begins a new
    history.
    """
    rows = list(log)
    cancelled = {row.cancels for row in rows}
    standing = sorted(
        (row for row in rows if row.cancels is None and row.id not in cancelled and row.source != "cram"),
        key=lambda row: (row.reviewed_at, row.id),
    )
    found: list[list[Step]] = [[]]
    for row in standing:
        if row.action == "reset":
            found.append([])
        if row.action is not None:
            continue
        steps = found[-1]
        last = steps[-1].day if steps else None
        if last is None or row.study_day > last:
            steps.append(_step(row, 0 if last is None else (row.study_day - last).days))
    return [tuple(steps) for steps in found if steps]


def _step(row: LogRow, elapsed_days: int) -> Step:
    if row.rating is not None:
        rated = fitted = Rating(row.rating)
        return Step(row.study_day, elapsed_days, rated, rated != Rating.AGAIN, 0.0, fitted)
    fitted = evidence.fitter_rating(row.id, row.weight) if row.is_right else Rating.AGAIN
    return Step(row.study_day, elapsed_days, None, row.is_right, row.guess, fitted)


def count_predicted(histories: Iterable[History]) -> int:
    """Return how many reviews had one before them to predict them from."""
    return sum(len(history) - 1 for history in histories)


def split(histories: Iterable[History]) -> date | None:
    """Return the study day from which on reviews are held back: the later fifth, by time. None without any."""
    days = sorted(step.day for history in histories for step in history[1:])
    return days[int(len(days) * (1 - _HELD_BACK))] if days else None


def fit(histories: Sequence[History], before: date) -> Weights | None:
    """Return the weights fitted to the reviews before a study day; None where the library finds none.

    Raises `ImportError` without the library.
    """
    library = importlib.import_module(_LIBRARY)
    items = list(_items(library, histories, before))
    if not items:
        return None
    try:
        weights = tuple(float(weight) for weight in library.FSRS([]).compute_parameters(items))
    except (RuntimeError, ValueError):
        # Too little of one kind to fit on; its words are of no use to a learner.
        return None
    is_sound = len(weights) == len(DEFAULT_WEIGHTS) and all(map(math.isfinite, weights))
    return weights if is_sound else None


def _items(library: Any, histories: Iterable[History], before: date) -> Iterator[Any]:
    """Yield each predicted review with all that came before it: the form in which the library trains."""
    for history in histories:
        reviews = [
            library.FSRSReview(int(step.fitted), step.elapsed_days) for step in history if step.day < before
        ]
        for length in range(2, len(reviews) + 1):
            yield library.FSRSItem(reviews[:length])


def loss(weights: Weights, histories: Iterable[History], since: date) -> Loss:
    """Return how well the weights predict the reviews from a study day on, memories being those of our own step.

    A response that could be guessed is right with the chance R + (1 - R) g, so that what is judged is what was seen,
    not what was made of it.
    """
    losses: list[float] = []
    groups: dict[tuple[int, int], list[float]] = {}
    for history in histories:
        if history[-1].day < since:
            continue
        for step, recall, lapses in _predict(history, weights):
            if step.day < since:
                continue
            expected = min(max(recall + (1 - recall) * step.guess, _SURE), 1 - _SURE)
            losses.append(-math.log(expected if step.is_right else 1 - expected))
            sums = groups.setdefault((step.elapsed_days.bit_length(), min(lapses, 2)), [0, 0.0])
            sums[0] += 1
            sums[1] += expected - step.is_right
    if not losses:
        return Loss(0.0, 0.0, ())
    error = math.sqrt(sum(apart * apart / count for count, apart in groups.values()) / len(losses))
    return Loss(math.fsum(losses) / len(losses), error, tuple(losses))


def _predict(history: History, weights: Weights) -> Iterator[tuple[Step, float, int]]:
    """Yield each predicted review, its predicted recall and the number of lapses before it."""
    memory, lapses = None, 0
    for step in history:
        done = evidence.probe(
            memory,
            rating=step.rated,
            right=step.is_right if step.rated is None else None,
            guess=step.guess,
            elapsed_days=step.elapsed_days,
            weights=weights,
        )
        if done.predicted is not None:
            yield step, done.predicted, lapses
            lapses += not step.is_right
        memory = done.memory


def decide(before: Loss, after: Loss) -> bool:
    """Return whether weights won on the same reviews: by log loss, and by more than its standard error."""
    gains = [old - new for old, new in zip(before.losses, after.losses, strict=True)]
    if len(gains) < 2:
        return False
    mean = math.fsum(gains) / len(gains)
    variance = math.fsum((gain - mean) ** 2 for gain in gains) / (len(gains) - 1)
    return mean > math.sqrt(variance / len(gains))


def try_fit(histories: Sequence[History], weights: Weights) -> Trial | None:
    """Fit on the earlier reviews and judge by the later ones, against the weights in use.

    None where there is too little to fit on or nothing to judge by. Raises `ImportError` without the library.
    """
    since = split(histories)
    if since is None or count_predicted(histories) < ENOUGH:
        return None
    fitted = fit(histories, since)
    if fitted is None:
        return None
    before, after = (loss(one, histories, since) for one in (weights, fitted))
    held_back = len(before.losses)
    return Trial(fitted, count_predicted(histories) - held_back, held_back, before, after)
