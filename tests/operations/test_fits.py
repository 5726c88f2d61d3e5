"""Weights of a learner's own: tried on their reviews, used only where they win, and memories rebuilt from the log."""

from __future__ import annotations

import math
import random
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from quizapp.core import evidence, fitting, memory
from quizapp.core.memory import DEFAULT_WEIGHTS, Memory, Rating
from quizapp.database import db, new_row_id
from quizapp.models import Card, CardMark, DailyStatistics, Fact, Fit, Learner, Review
from quizapp.operations import fits, study
from quizapp.operations.study.cards import LOG_COLUMNS
from tests.histories import NOON

if TYPE_CHECKING:
    import uuid

    from flask import Flask

    from tests.conftest import Clock
    from tests.factories import Factory, MadeSet

TODAY = NOON.date()
#: One who forgets sooner than most.
FORGETFUL = (0.1, *DEFAULT_WEIGHTS[1:2], 0.4, *DEFAULT_WEIGHTS[3:8], 0.6, *DEFAULT_WEIGHTS[9:])
_FACTS = 90


@pytest.fixture
def rivers(make: Factory, frozen: Clock) -> MadeSet:
    return make.question_set("rivers", facts=_FACTS)


@pytest.fixture
def guest(make: Factory, rivers: MadeSet) -> uuid.UUID:
    return make.guest()


def _live(app: Flask, learner_id: uuid.UUID, made: MadeSet, weights: memory.Weights, days: int = 200) -> None:
    """Write the log and cards of a learner whose memory has these weights, as scheduled by the default ones."""
    rng = random.Random(4)
    rows: list[dict[str, Any]] = []
    cards: list[dict[str, Any]] = []
    predicted = 0
    for fact in made.facts:
        day = rng.randrange(days // 2)
        first, last, reps, lapses = day, 0, 0, 0
        true: Memory | None = None
        believed: Memory | None = None
        while day < days:
            elapsed = day - last if true else 0
            chance = 0.4 if true is None else memory.retrievability(true.stability, elapsed, weights)
            rating = Rating.GOOD if rng.random() < chance else Rating.AGAIN
            true = memory.step(true, rating, elapsed, weights)
            done = evidence.probe(believed, rating=rating, elapsed_days=elapsed)
            lapses += believed is not None and rating == Rating.AGAIN
            predicted += believed is not None
            on = TODAY - timedelta(days=days - day)
            rows.append(
                {
                    "learner_id": learner_id, "id": new_row_id(), "fact_id": fact.id, "form": "flashcard",
                    "source": "study", "reviewed_at": NOON - timedelta(days=days - day), "study_day": on,
                    "rating": int(rating), "is_right": rating != Rating.AGAIN, "weight": done.weight,
                    "is_long_term": True, "predicted": done.predicted, "guess": 0.0,
                }
            )  # fmt: skip
            believed, last, reps = done.memory, day, reps + 1
            day += memory.interval_days(believed.stability, 0.9) + rng.randrange(2)
        assert believed is not None
        cards.append(
            {
                "learner_id": learner_id, "fact_id": fact.id, "question_set_id": made.id,
                "stability": believed.stability, "difficulty": believed.difficulty,
                "first_on": TODAY - timedelta(days=days - first), "last_on": TODAY - timedelta(days=days - last),
                "last_at": NOON - timedelta(days=days - last), "due_on": TODAY + timedelta(days=1),
                "shown_on": TODAY + timedelta(days=2), "reps": reps, "lapses": lapses,
            }
        )  # fmt: skip
    with app.app_context():
        db.session.execute(sa.insert(Review), rows)
        db.session.execute(sa.insert(Card), cards)
        # Buried until tomorrow: shown the day after they are due.
        hidden = {"hidden_through": TODAY + timedelta(days=1), "updated_at": NOON}
        owners = ("learner_id", "fact_id", "question_set_id")
        db.session.execute(
            sa.insert(CardMark), [{name: card[name] for name in owners} | hidden for card in cards]
        )
        db.session.add(_day(learner_id, made, TODAY, predicted))
        db.session.commit()


def _day(learner_id: uuid.UUID, made: MadeSet, day: Any, predicted: int) -> DailyStatistics:
    return DailyStatistics(
        learner_id=learner_id, study_day=day, question_set_id=made.id, topic="length", reviews=predicted,
        predicted_reviews=predicted,
    )  # fmt: skip


def _fit(app: Flask, learner_id: uuid.UUID) -> Fit | None:
    with app.app_context():
        fit = fits.fit_learner(learner_id, NOON)
        if fit is not None:
            db.session.refresh(fit)
            db.session.expunge(fit)
        return fit


def _assert_cards_follow_from_the_log(learner_id: uuid.UUID) -> None:
    learner = db.session.get_one(Learner, learner_id)
    for card in db.session.execute(sa.select(Card).where(Card.learner_id == learner_id)).scalars().all():
        log = db.session.execute(
            sa.select(*LOG_COLUMNS).where(Review.learner_id == learner_id, Review.fact_id == card.fact_id)
        )
        state = evidence.replay(study.logged(log), study.scheduling_of(learner), card.fact_id.bytes)
        assert state.memory is not None
        assert math.isclose(card.stability, state.memory.stability, rel_tol=1e-9)
        assert math.isclose(card.difficulty, state.memory.difficulty, rel_tol=1e-9)


def test_weights_that_win_are_used_and_memories_rebuilt_while_due_dates_stay(
    app: Flask, rivers: MadeSet, guest: uuid.UUID
) -> None:
    _live(app, guest, rivers, FORGETFUL)
    with app.app_context():
        before = {row.fact_id: row.stability for row in db.session.execute(sa.select(Card)).scalars()}
    fit = _fit(app, guest)
    assert fit is not None
    assert fit.is_used
    assert fit.loss_after < fit.loss_before
    assert fit.reviews + fit.held_back >= fitting.ENOUGH
    with app.app_context():
        learner = db.session.get_one(Learner, guest)
        assert (learner.weights, learner.weights_version) == (fit.weights, 1)
        after = db.session.execute(sa.select(Card)).scalars().all()
        assert all(card.stability != before[card.fact_id] for card in after)
        assert {(card.due_on, card.shown_on) for card in after} == {
            (TODAY + timedelta(days=1), TODAY + timedelta(days=2))
        }
        _assert_cards_follow_from_the_log(guest)
        # What an undo does later comes to the same.
        card = after[0]
        held = (card.stability, card.difficulty)
        state = study.rebuild_card(learner, db.session.get_one(Fact, card.fact_id))
        assert state.memory is not None
        assert (state.memory.stability, state.memory.difficulty) == pytest.approx(held)


def test_weights_that_do_not_win_are_told_and_change_nothing(
    app: Flask, rivers: MadeSet, guest: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    _live(app, guest, rivers, FORGETFUL)
    monkeypatch.setattr(fitting, "fit", lambda *_: (*DEFAULT_WEIGHTS[:20], 0.6))
    fit = _fit(app, guest)
    assert fit is not None
    assert not fit.is_used
    assert fit.loss_after > fit.loss_before
    with app.app_context():
        learner = db.session.get_one(Learner, guest)
        assert (learner.weights, learner.weights_version) == (None, 0)
        _assert_cards_follow_from_the_log(guest)


def test_a_fit_that_was_cut_off_is_ended_by_the_next(
    app: Flask, rivers: MadeSet, guest: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    _live(app, guest, rivers, FORGETFUL)
    rebuild, calls = fits._rebuild, []

    def cut_off(*args: Any) -> None:
        calls.append(1)
        if len(calls) > 1:
            raise KeyboardInterrupt
        rebuild(*args)

    monkeypatch.setattr(fits, "_REBUILT", 30)
    monkeypatch.setattr(fits, "_rebuild", cut_off)
    with pytest.raises(KeyboardInterrupt):
        _fit(app, guest)
    monkeypatch.setattr(fits, "_rebuild", rebuild)
    with app.app_context():
        learner = db.session.get_one(Learner, guest)
        assert learner.weights_version == 1
        assert fits.list_due(NOON) == [guest]
    fit = _fit(app, guest)
    assert fit is not None
    assert fit.is_used
    with app.app_context():
        assert db.session.execute(sa.select(sa.func.count()).select_from(Fit)).scalar_one() == 1
        assert db.session.get_one(Learner, guest).weights_version == 1
        _assert_cards_follow_from_the_log(guest)
        assert fits.list_due(NOON) == []


def test_of_a_very_long_log_an_even_share_of_the_facts_is_read(
    app: Flask, rivers: MadeSet, guest: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    _live(app, guest, rivers, DEFAULT_WEIGHTS)
    monkeypatch.setattr(fits, "_READ", 7)
    with app.app_context():
        everything = fits._read_histories(guest)
        monkeypatch.setattr(fitting, "MOST", fitting.count_predicted(everything) // 2)
        some = fits._read_histories(guest)
    assert len(everything) == _FACTS
    assert _FACTS // 4 < len(some) < 3 * _FACTS // 4
    assert set(some) <= set(everything)


def test_who_has_a_fifth_more_reviews_is_due_again(app: Flask, rivers: MadeSet, guest: uuid.UUID) -> None:
    with app.app_context():
        db.session.add(_day(guest, rivers, TODAY - timedelta(days=1), 399))
        db.session.commit()
        assert fits.list_due(NOON) == []
        db.session.add(_day(guest, rivers, TODAY, 1))
        db.session.commit()
        assert fits.list_due(NOON) == [guest]
        assert fits.list_due(NOON + timedelta(days=30)) == []
        db.session.add(
            Fit(
                learner_id=guest, fitted_at=NOON, reviews=320, held_back=80, weights=[1.0], loss_before=0.3,
                loss_after=0.4, error_before=0.1, error_after=0.1,
            )
        )  # fmt: skip
        db.session.commit()
        assert fits.list_due(NOON) == []
        db.session.add(_day(guest, rivers, TODAY + timedelta(days=1), 80))
        db.session.commit()
        assert fits.list_due(NOON) == [guest]
        # A zone that the system no longer knows stops nobody else's fit.
        db.session.get_one(Learner, guest).time_zone = "Middle-earth/Shire"
        db.session.commit()
        assert fits.list_due(NOON) == []


def test_too_few_reviews_leave_no_trace(app: Flask, make: Factory, guest: uuid.UUID) -> None:
    assert _fit(app, guest) is None
    with app.app_context():
        assert fits.fit_learner(new_row_id(), NOON) is None
        assert db.session.execute(sa.select(sa.func.count()).select_from(Fit)).scalar_one() == 0


def test_without_the_library_nothing_is_fitted_and_the_learner_is_told(
    app: Flask, rivers: MadeSet, guest: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    _live(app, guest, rivers, FORGETFUL)
    monkeypatch.setitem(sys.modules, "fsrs_rs_python", None)
    assert _fit(app, guest) is None
    with app.app_context():
        assert fits.list_due(NOON) == []
        standing = fits.find_standing(guest, 500)
        assert (standing.is_available, standing.last) == (False, None)


def test_a_learner_is_told_what_the_weights_in_use_replaced(
    app: Flask, rivers: MadeSet, guest: uuid.UUID
) -> None:
    def made(stability: float, is_used: bool) -> Fit:
        return Fit(
            learner_id=guest, id=new_row_id(), fitted_at=NOON, reviews=400, held_back=100,
            weights=[0.2, 1.0, stability, *DEFAULT_WEIGHTS[3:]], loss_before=0.3, loss_after=0.2, error_before=0.05,
            error_after=0.03, is_used=is_used,
        )  # fmt: skip

    with app.app_context():
        assert fits.find_standing(guest, 150).missing == fitting.ENOUGH - 150
        for stability, is_used in ((4.0, True), (6.0, True), (9.0, False)):
            db.session.add(made(stability, is_used))
            db.session.commit()
        standing = fits.find_standing(guest, 1000)
        assert standing.used is not None
        assert standing.last is not None
        assert (standing.replaced[2], standing.used.weights[2], standing.last.weights[2]) == (4.0, 6.0, 9.0)
        assert standing.missing == 0
        assert fits.first_return(tuple(standing.used.weights), 0.9) == 6
        assert fits.first_return(standing.replaced, 0.9) == 4
