"""Recall promised and reached, by tenths of what was promised, by form and by topic; all from per-day tables."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from quizapp.core.form_growth import RECOGNISING
from quizapp.database import db
from quizapp.models import DailyRecall, DailyStatistics

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence
    from datetime import date

#: Forms in which nothing is right by luck: what they reach is recall itself.
UNGUESSED: Final = frozenset({"flashcard", "short", "cloze", "date", "numeric"})
#: Two-sided 95 %.
_Z: Final = 1.96


class Way(StrEnum):
    """How a fact is asked for."""

    RATED = "rated"
    RECOGNISED = "recognised"
    PRODUCED = "produced"


@dataclass(frozen=True, slots=True)
class RecallSum:
    """Reviews of one form and one tenth of predicted recall (-1 without a prediction), with their sums."""

    form: str
    tenth: int
    reviews: int
    recalled: int
    promised: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Tenth:
    """Reviews whose predicted recall lay in one tenth: mean promised, share reached, where that may lie in truth."""

    tenth: int
    reviews: int
    promised: float
    reached: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Recall promised and reached.

    `with_guesses` tells that reviews which could be right by luck are in it, since there are no others; `left_out` is
    how many such were left out.
    """

    tenths: tuple[Tenth, ...]
    reviews: int
    promised: float
    reached: float
    with_guesses: bool
    left_out: int

    @property
    def is_kept(self) -> bool:
        """Whether promised and reached lie no further apart than chance explains."""
        low, high = interval(self.reviews, round(self.reached * self.reviews))
        return low <= self.promised <= high


@dataclass(frozen=True, slots=True)
class FormRecall:
    """What one form of question, or one way of asking, took and reached; shares are of the reviews with a prediction."""

    form: str
    reviews: int
    predicted: int
    promised: float | None
    reached: float | None
    seconds_each: float


@dataclass(frozen=True, slots=True)
class TopicSum:
    """What was done for one topic of one set in a period; `gained` in facts still known in a month."""

    set_id: uuid.UUID
    topic: str
    reviews: int
    promised: float | None
    reached: float | None
    seconds: float
    gained: float


def read_recall(learner_id: uuid.UUID, first: date, last: date, *, fiction: bool = False) -> list[RecallSum]:
    """Return the sums of a period by form and tenth; invented facts only where asked for."""
    table = DailyRecall
    rows = db.session.execute(
        select(
            table.form,
            table.tenth,
            func.sum(table.reviews),
            func.sum(table.recalled),
            func.sum(table.predicted_recall),
            func.sum(table.duration_ms),
        )
        .where(
            table.learner_id == learner_id,
            table.study_day.between(first, last),
            table.is_fiction.is_(fiction),
        )
        .group_by(table.form, table.tenth)
        .order_by(table.form, table.tenth)
    )
    return [
        RecallSum(form, tenth, int(reviews), int(recalled), float(promised), float(ms) / 1000)
        for form, tenth, reviews, recalled, promised, ms in rows
        if reviews
    ]


def calibrate(sums: Iterable[RecallSum]) -> Calibration | None:
    """Return promised against reached; None where nothing was predicted.

    A right response to a question of options may be luck: such reviews are left out where there are others.
    """
    predicted = [one for one in sums if one.tenth >= 0]
    sure = [one for one in predicted if one.form in UNGUESSED]
    used = sure or predicted
    if not used:
        return None
    tenths = []
    for tenth in sorted({one.tenth for one in used}):
        some = [one for one in used if one.tenth == tenth]
        reviews, recalled = sum(one.reviews for one in some), sum(one.recalled for one in some)
        low, high = interval(reviews, recalled)
        promised = sum(one.promised for one in some) / reviews
        tenths.append(Tenth(tenth, reviews, promised, recalled / reviews, low, high))
    reviews = sum(one.reviews for one in used)
    return Calibration(
        tenths=tuple(tenths),
        reviews=reviews,
        promised=sum(one.promised for one in used) / reviews,
        reached=sum(one.recalled for one in used) / reviews,
        with_guesses=not sure,
        left_out=sum(one.reviews for one in predicted) - reviews,
    )


def sum_forms(sums: Sequence[RecallSum]) -> list[FormRecall]:
    """Return each form with its reviews, the most used first."""
    forms = [
        _sum_form(form, [one for one in sums if one.form == form]) for form in {one.form for one in sums}
    ]
    return sorted(forms, key=lambda form: (-form.reviews, form.form))


def sum_ways(sums: Sequence[RecallSum]) -> list[FormRecall]:
    """Return the ways of asking that were used: rated by oneself, recognised among options, produced."""
    ways = [_sum_form(way, [one for one in sums if way_of(one.form) == way]) for way in Way]
    return [way for way in ways if way.reviews]


def way_of(form: str) -> Way:
    """Return the way in which a form of question asks."""
    if form == "flashcard":
        return Way.RATED
    return Way.RECOGNISED if form in RECOGNISING else Way.PRODUCED


def sum_topics(learner_id: uuid.UUID, first: date, last: date) -> dict[tuple[uuid.UUID, str], TopicSum]:
    """Return what was done for each topic in a period, by set and topic."""
    table = DailyStatistics
    rows = db.session.execute(
        select(
            table.question_set_id,
            table.topic,
            func.sum(table.reviews),
            func.sum(table.predicted_reviews),
            func.sum(table.predicted_recall),
            func.sum(table.predicted_recalled),
            func.sum(table.duration_ms),
            func.sum(table.gained),
        )
        .where(table.learner_id == learner_id, table.study_day.between(first, last))
        .group_by(table.question_set_id, table.topic)
    )
    return {
        (set_id, topic): TopicSum(
            set_id=set_id,
            topic=topic,
            reviews=int(reviews),
            promised=float(promised) / int(predicted) if predicted else None,
            reached=int(reached) / int(predicted) if predicted else None,
            seconds=float(ms) / 1000,
            gained=float(gained),
        )
        for set_id, topic, reviews, predicted, promised, reached, ms, gained in rows
        if reviews
    }


def interval(reviews: int, recalled: int) -> tuple[float, float]:
    """Return between which shares the true one lies with 95 %: Wilson's interval for a share of so many reviews."""
    share, square = recalled / reviews, _Z * _Z
    middle = (share + square / (2 * reviews)) / (1 + square / reviews)
    half = _Z / (1 + square / reviews) * math.sqrt(share * (1 - share) / reviews + square / (4 * reviews**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def _sum_form(form: str, sums: Sequence[RecallSum]) -> FormRecall:
    reviews = sum(one.reviews for one in sums)
    predicted = [one for one in sums if one.tenth >= 0]
    count = sum(one.reviews for one in predicted)
    return FormRecall(
        form=form,
        reviews=reviews,
        predicted=count,
        promised=sum(one.promised for one in predicted) / count if count else None,
        reached=sum(one.recalled for one in predicted) / count if count else None,
        seconds_each=sum(one.seconds for one in sums) / reviews if reviews else 0.0,
    )
