"""Paces and streaks: what a usual day is, and which days in a row count."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from quizapp.database import db
from quizapp.models import DailyStatistics, Learner
from quizapp.operations import reports, rhythm
from quizapp.operations.rhythm import streaks
from tests.loads import TODAY, give_cards

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from flask import Flask

    from tests.conftest import Clock
    from tests.factories import Factory, MadeSet


@pytest.fixture
def made(make: Factory, frozen: Clock) -> MadeSet:
    return make.question_set(facts=6, fictional=1)


@pytest.fixture
def guest(make: Factory, made: MadeSet) -> uuid.UUID:
    learner_id = make.guest()
    make.deck(learner_id, made)
    return learner_id


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def studied(
    app: Flask,
    learner_id: uuid.UUID,
    made: MadeSet,
    days: Sequence[int],
    reviews: int = 30,
    seconds: int = 5,
) -> None:
    with app.app_context():
        for number in days:
            for topic in ("length", "mouth"):
                db.session.add(
                    DailyStatistics(
                        learner_id=learner_id,
                        study_day=days_ago(number),
                        question_set_id=made.id,
                        topic=topic,
                        reviews=reviews,
                        duration_ms=reviews * seconds * 1000,
                    )
                )
        db.session.commit()


def test_a_pace_is_that_of_the_days_studied_in_the_last_two_months(
    app: Flask, guest: uuid.UUID, made: MadeSet
) -> None:
    studied(app, guest, made, [0, 3, 59])
    studied(app, guest, made, [60, 61], reviews=500, seconds=60)
    with app.app_context():
        assert rhythm.load_pace(guest, TODAY) == rhythm.Pace(60, 5)


def test_who_hardly_studied_has_a_typical_pace(app: Flask, guest: uuid.UUID, made: MadeSet) -> None:
    studied(app, guest, made, [1], reviews=9, seconds=100)
    with app.app_context():
        assert rhythm.load_pace(guest, TODAY) == rhythm.Pace(20, 8)


def test_only_what_is_asked_is_overdue(app: Flask, guest: uuid.UUID, made: MadeSet) -> None:
    # The last fact is invented and not asked; the fourth is due today.
    give_cards(app, guest, made, [-3, -2, -1, 0, 1, -1])
    with app.app_context():
        assert rhythm.count_overdue(guest, [made.id], TODAY) == 3
        assert rhythm.count_overdue(guest, [], TODAY) == 0


@pytest.mark.parametrize(
    ("days", "paused", "length"),
    [
        ([0, 1, 2], None, 3),
        ([1, 2], None, 2),
        ([0, 4, 5], None, 1),
        ([0, 4, 5], (3, 1), 3),
        # Seven days in a row earn the freeze that bridges the eighth.
        ([0, *range(2, 9)], None, 8),
    ],
)
def test_a_streak_reaches_over_freezes_and_a_pause(
    app: Flask,
    guest: uuid.UUID,
    made: MadeSet,
    days: list[int],
    paused: tuple[int, int] | None,
    length: int,
) -> None:
    studied(app, guest, made, days)
    with app.app_context():
        learner = db.session.get_one(Learner, guest)
        if paused is not None:
            learner.paused_from, learner.paused_through = (days_ago(number) for number in paused)
        assert rhythm.load_streak(learner, TODAY).length == length


def test_a_streak_reaches_over_every_pause_there_was(app: Flask, guest: uuid.UUID, made: MadeSet) -> None:
    # Studied 30 and 16 to 12 days ago, and today; paused between, the second time ended early.
    studied(app, guest, made, [0, 12, 13, 14, 15, 16, 30])
    with app.app_context():
        for first, last in ((29, 17), (11, 2)):
            rhythm.pause(guest, days_ago(first), days_ago(last), days_ago(first))
        rhythm.pause(guest, days_ago(9), days_ago(-5), days_ago(9))
        rhythm.resume(guest, days_ago(0))
        rhythm.pause(guest, days_ago(-7), days_ago(-9), TODAY)
        db.session.commit()
        learner = db.session.get_one(Learner, guest)
        assert learner.past_pauses == [
            [days_ago(29).isoformat(), days_ago(17).isoformat()],
            [days_ago(11).isoformat(), days_ago(10).isoformat()],
            [days_ago(9).isoformat(), days_ago(1).isoformat()],
        ]
        assert (learner.paused_from, learner.paused_through) == (days_ago(-7), days_ago(-9))
        assert rhythm.load_streak(learner, TODAY).length == 7
        totals = reports.count_totals(guest, TODAY, rhythm.list_pauses(learner))
        assert totals.streak == 7


def test_a_pause_that_never_began_is_forgotten_and_of_many_the_last_are_kept(
    app: Flask, guest: uuid.UUID
) -> None:
    with app.app_context():
        rhythm.pause(guest, TODAY, days_ago(-9), TODAY)
        rhythm.pause(guest, days_ago(-2), days_ago(-9), TODAY)
        rhythm.resume(guest, TODAY)
        assert db.session.get_one(Learner, guest).past_pauses == []
        for number in range(53):
            day = TODAY + timedelta(days=number)
            rhythm.pause(guest, day, day, day)
        kept = db.session.get_one(Learner, guest).past_pauses
        assert [len(kept), kept[0][0]] == [50, days_ago(-2).isoformat()]


@pytest.mark.parametrize(("rested", "length"), [(None, 900), (401, 900), (301, 301)])
def test_a_long_streak_is_told_to_its_first_day(
    app: Flask, guest: uuid.UUID, made: MadeSet, rested: int | None, length: int
) -> None:
    # One day without reviews is frozen and does not count; three in a row end a streak.
    missed = {None: [], 401: [401], 301: [301, 302, 303]}[rested]
    studied(app, guest, made, [day for day in range(900 + (rested == 401)) if day not in missed])
    with app.app_context():
        learner = db.session.get_one(Learner, guest)
        assert rhythm.load_streak(learner, TODAY).length == length


def test_a_streak_reads_no_more_days_than_it_must(
    app: Flask, guest: uuid.UUID, made: MadeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    studied(app, guest, made, [*range(150), *range(160, 900)])
    read: list[date] = []
    reading = streaks._read_days

    def counted(learner: Learner, first: date) -> list[date]:
        days = reading(learner, first)
        read.extend(days)
        return days

    monkeypatch.setattr(streaks, "_read_days", counted)
    with app.app_context():
        assert rhythm.load_streak(db.session.get_one(Learner, guest), TODAY).length == 150
    assert len(read) < 200


def test_a_pause_that_is_over_is_left_as_it_was(app: Flask, guest: uuid.UUID) -> None:
    first, last = TODAY - timedelta(days=9), TODAY - timedelta(days=5)
    with app.app_context():
        rhythm.pause(guest, first, last, first)
        rhythm.resume(guest, TODAY)
        learner = db.session.get_one(Learner, guest)
        assert (learner.paused_from, learner.paused_through) == (first, last)
