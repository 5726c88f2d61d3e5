"""Fits: weights of the memory from a learner's own reviews, used only where they predict later reviews better."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from quizapp.core import fitting
from quizapp.core.memory import DEFAULT_WEIGHTS, Rating, Weights, hash_to_unit, initial, interval_days
from quizapp.core.study_days import UnknownTimeZoneError
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import Card, DailyStatistics, Fit, Learner, Review
from quizapp.operations.study.cards import rebuild_cards
from quizapp.operations.study.decks import scheduling_of, today_of
from quizapp.operations.study.topics import make_census

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from quizapp.core.fitting import History, Trial

#: A learner not seen for longer is left alone until they come back.
_SEEN_WITHIN = timedelta(days=7)
#: Facts whose log is read at once.
_READ = 500
#: Cards rebuilt in one transaction: others wait for it.
_REBUILT = 200


@dataclass(frozen=True, slots=True)
class FitStanding:
    """Where a learner stands with weights: reviews that count, the last try, the last that was used and what it replaced.

    `missing` is how many more reviews the first fit needs, 0 where it has them.
    """

    is_available: bool
    reviews: int
    missing: int
    last: Fit | None
    used: Fit | None
    replaced: tuple[float, ...]


def find_standing(learner_id: uuid.UUID, reviews: int) -> FitStanding:
    """Return what to tell a learner of weights of their own, with so many predicted reviews; reads the few fits."""
    fits = list(
        db.session.execute(select(Fit).where(Fit.learner_id == learner_id).order_by(Fit.id.desc())).scalars()
    )
    used = [fit for fit in fits if fit.is_used]
    return FitStanding(
        is_available=fitting.is_available(),
        reviews=reviews,
        missing=max(0, fitting.ENOUGH - reviews),
        last=fits[0] if fits else None,
        used=used[0] if used else None,
        replaced=tuple(used[1].weights) if len(used) > 1 else DEFAULT_WEIGHTS,
    )


def first_return(weights: Weights, desired_retention: float) -> int:
    """Return after how many days a new fact comes back that was remembered the first time."""
    return interval_days(initial(Rating.GOOD, weights).stability, desired_retention, weights)


def list_due(now: datetime) -> list[uuid.UUID]:
    """Return the learners seen lately who have enough new reviews for a fit, or one whose cards wait to be rebuilt."""
    if not fitting.is_available():
        return []
    totals = db.session.execute(
        select(Learner, func.sum(DailyStatistics.predicted_reviews))
        .join(DailyStatistics, DailyStatistics.learner_id == Learner.id)
        .where(Learner.seen_on >= (now - _SEEN_WITHIN).date())
        .group_by(Learner.id)
        .having(func.sum(DailyStatistics.predicted_reviews) >= fitting.ENOUGH)
        .order_by(Learner.id)
    ).all()
    return [learner.id for learner, reviews in totals if _is_due(learner, int(reviews))]


def fit_learner(learner_id: uuid.UUID, now: datetime) -> Fit | None:
    """Fit weights to a learner's reviews and use them if they win on later ones; its transactions are its own.

    Returns the try, None where the library is missing or there is too little to fit on. Memories are rebuilt by
    replay in small transactions, due dates stay until the next review. Killed in between, the next call ends what was
    begun: until then some cards only hold what the weights of before made of them.
    """
    learner = db.session.get(Learner, learner_id)
    if learner is None or not fitting.is_available():
        return None
    unfinished = _find_unfinished(learner)
    if unfinished is not None:
        return _put_to_use(learner_id, unfinished.id, now)
    weights, version = scheduling_of(learner).weights, learner.weights_version
    trial = fitting.try_fit(_read_histories(learner_id), weights)
    if trial is None:
        return None
    fit_id = new_row_id()
    is_kept = run_tx(lambda: _keep(learner_id, fit_id, trial, version, now))
    if not is_kept:
        return None
    return (
        _put_to_use(learner_id, fit_id, now) if trial.is_better else db.session.get(Fit, (learner_id, fit_id))
    )


def _is_due(learner: Learner, reviews: int) -> bool:
    last = _find_last(learner.id)
    if last is None:
        return fitting.is_due(reviews, None)
    if _find_unfinished(learner) is not None:
        return True
    try:
        fitted_on = today_of(learner, last.fitted_at)
    except UnknownTimeZoneError:
        # Unknown since the system's zones changed: no reason to leave everybody else unfitted.
        return False
    then = db.session.execute(
        select(func.coalesce(func.sum(DailyStatistics.predicted_reviews), 0)).where(
            DailyStatistics.learner_id == learner.id, DailyStatistics.study_day <= fitted_on
        )
    ).scalar_one()
    return fitting.is_due(reviews, int(then))


def _find_last(learner_id: uuid.UUID) -> Fit | None:
    return (
        db.session.execute(select(Fit).where(Fit.learner_id == learner_id).order_by(Fit.id.desc()).limit(1))
        .scalars()
        .first()
    )


def _find_unfinished(learner: Learner) -> Fit | None:
    """Return the fit whose weights count already while its cards were not all rebuilt: it is marked as used last."""
    last = _find_last(learner.id)
    return last if last is not None and not last.is_used and last.weights == learner.weights else None


def _count_predicted(learner_id: uuid.UUID) -> int:
    return int(
        db.session.execute(
            select(func.coalesce(func.sum(DailyStatistics.predicted_reviews), 0)).where(
                DailyStatistics.learner_id == learner_id
            )
        ).scalar_one()
    )


def _read_histories(learner_id: uuid.UUID) -> list[History]:
    """Return the histories of the learner's facts; of a very long log, those of an even share of the facts."""
    share = fitting.MOST / max(1, _count_predicted(learner_id))
    columns = (
        Review.id, Review.fact_id, Review.study_day, Review.reviewed_at, Review.source, Review.rating, Review.is_right,
        Review.guess, Review.weight, Review.action, Review.cancels,
    )  # fmt: skip
    found = []
    for fact_ids in _batches(learner_id, _READ):
        chosen = [fact_id for fact_id in fact_ids if hash_to_unit(fact_id.bytes) < share]
        rows: dict[uuid.UUID, list[Review]] = {fact_id: [] for fact_id in chosen}
        for row in db.session.execute(
            select(*columns).where(Review.learner_id == learner_id, Review.fact_id.in_(chosen))
        ):
            rows[row.fact_id].append(row)  # type: ignore[arg-type]
        for log in rows.values():
            found += fitting.prepare(log)
        # Nothing is kept open while there is nothing to read.
        db.session.rollback()
    return found


def _batches(learner_id: uuid.UUID, size: int) -> Iterator[Sequence[uuid.UUID]]:
    """Yield the facts of which the learner has cards, so many at once; each batch is a query of its own."""
    last: uuid.UUID | None = None
    while True:
        after = () if last is None else (Card.fact_id > last,)
        batch = list(
            db.session.execute(
                select(Card.fact_id)
                .where(Card.learner_id == learner_id, *after)
                .order_by(Card.fact_id)
                .limit(size)
            ).scalars()
        )
        if not batch:
            return
        yield batch
        last = batch[-1]


def _keep(learner_id: uuid.UUID, fit_id: uuid.UUID, trial: Trial, version: int, now: datetime) -> bool:
    """Write the try, and the weights where they won; False where the learner is gone or another fit came first."""
    learner = db.session.get(Learner, learner_id)
    if learner is None or learner.weights_version != version:
        return False
    db.session.add(
        Fit(
            learner_id=learner_id,
            id=fit_id,
            fitted_at=now,
            reviews=trial.reviews,
            held_back=trial.held_back,
            weights=list(trial.weights),
            loss_before=trial.before.log_loss,
            loss_after=trial.after.log_loss,
            error_before=trial.before.error,
            error_after=trial.after.error,
        )
    )
    if trial.is_better:
        learner.weights = list(trial.weights)
        learner.weights_version = version + 1
    return True


def _put_to_use(learner_id: uuid.UUID, fit_id: uuid.UUID, now: datetime) -> Fit | None:
    for fact_ids in _batches(learner_id, _REBUILT):
        run_tx(lambda fact_ids=fact_ids: _rebuild(learner_id, fact_ids))  # type: ignore[misc]
    run_tx(
        lambda: db.session.execute(
            update(Fit).where(Fit.learner_id == learner_id, Fit.id == fit_id).values(is_used=True)
        )
    )
    make_census(learner_id, now)
    return db.session.get(Fit, (learner_id, fit_id))


def _rebuild(learner_id: uuid.UUID, fact_ids: Sequence[uuid.UUID]) -> None:
    """Give cards the memory that their log makes with the weights that count now; due dates stay."""
    learner = db.session.get(Learner, learner_id)
    if learner is not None:
        rebuild_cards(learner, fact_ids, keeps_due=True)
