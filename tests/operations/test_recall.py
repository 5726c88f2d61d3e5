"""Recall promised against recall reached: by tenths, by way of asking, by topic."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.questions import TYPES
from quizapp.database import db
from quizapp.models import DailyRecall, DailyStatistics
from quizapp.operations import reports
from quizapp.operations.reports.recall import interval, way_of
from tests.histories import NOON

if TYPE_CHECKING:
    import uuid

    from flask import Flask

    from tests.conftest import Clock
    from tests.factories import Factory, MadeSet

TODAY = NOON.date()


@pytest.fixture
def rivers(make: Factory, frozen: Clock) -> MadeSet:
    return make.question_set("rivers", facts=2)


@pytest.fixture
def guest(app: Flask, make: Factory, rivers: MadeSet) -> uuid.UUID:
    guest = make.guest()
    rows = (
        (0, False, "flashcard", 9, 10, 8, 9.5),
        (3, False, "flashcard", 9, 10, 9, 9.3),
        (0, False, "short", 7, 4, 2, 3.0),
        (0, False, "short", -1, 6, 1, 0.0),
        (0, False, "choice", 8, 5, 5, 4.2),
        (0, True, "short", 9, 2, 1, 1.9),
        (40, False, "short", 1, 3, 0, 0.4),
    )
    with app.app_context():
        for days_ago, is_fiction, form, tenth, reviews, recalled, predicted in rows:
            db.session.add(
                DailyRecall(
                    learner_id=guest, study_day=TODAY - timedelta(days=days_ago), question_set_id=rivers.id,
                    is_fiction=is_fiction, form=form, tenth=tenth, reviews=reviews, recalled=recalled,
                    predicted_recall=predicted, duration_ms=1000 * reviews,
                )
            )  # fmt: skip
        db.session.commit()
    return guest


def _read(app: Flask, guest: uuid.UUID, *, fiction: bool = False) -> list[reports.RecallSum]:
    with app.app_context():
        return reports.read_recall(guest, TODAY - timedelta(days=29), TODAY, fiction=fiction)


def test_a_period_is_gathered_by_form_and_tenth_and_what_is_invented_stays_apart(
    app: Flask, guest: uuid.UUID
) -> None:
    sums = _read(app, guest)
    assert [(one.form, one.tenth, one.reviews, one.recalled) for one in sums] == [
        ("choice", 8, 5, 5),
        ("flashcard", 9, 20, 17),
        ("short", -1, 6, 1),
        ("short", 7, 4, 2),
    ]
    assert [one.reviews for one in _read(app, guest, fiction=True)] == [2]


def test_what_could_be_luck_is_left_out_where_there_is_other_evidence(app: Flask, guest: uuid.UUID) -> None:
    found = reports.calibrate(_read(app, guest))
    assert found is not None
    assert [(tenth.tenth, tenth.reviews) for tenth in found.tenths] == [(7, 4), (9, 20)]
    assert (found.reviews, found.left_out, found.with_guesses) == (24, 5, False)
    assert found.promised == pytest.approx(21.8 / 24)
    assert found.reached == pytest.approx(19 / 24)
    assert found.tenths[1].promised == pytest.approx(0.94)


def test_where_all_could_be_luck_it_says_so(app: Flask, guest: uuid.UUID) -> None:
    found = reports.calibrate([one for one in _read(app, guest) if one.form == "choice"])
    assert found is not None
    assert (found.with_guesses, found.left_out, found.reviews) == (True, 0, 5)
    assert reports.calibrate([one for one in _read(app, guest) if one.tenth < 0]) is None


def test_a_promise_is_kept_within_chance() -> None:
    def found(reviews: int, recalled: int) -> bool:
        sums = [reports.RecallSum("flashcard", 9, reviews, recalled, 0.95 * reviews, 1.0)]
        calibration = reports.calibrate(sums)
        assert calibration is not None
        return calibration.is_kept

    assert found(20, 18)
    assert not found(2000, 1800)


def test_ways_of_asking_are_told_apart_with_the_time_a_review_takes(app: Flask, guest: uuid.UUID) -> None:
    sums = _read(app, guest)
    ways = {way.form: way for way in reports.sum_ways(sums)}
    assert list(ways) == ["rated", "recognised", "produced"]
    produced = ways["produced"]
    assert (produced.reviews, produced.predicted, produced.reached, produced.seconds_each) == (
        10,
        4,
        0.5,
        1.0,
    )
    assert ways["recognised"].reached == 1.0
    assert [form.form for form in reports.sum_forms(sums)] == ["flashcard", "short", "choice"]
    first_probes = reports.sum_ways([one for one in sums if one.tenth < 0])
    assert [(way.promised, way.reached) for way in first_probes] == [(None, None)]


def test_every_form_of_question_has_a_way() -> None:
    assert {way_of(form) for form in TYPES} == {reports.Way.RECOGNISED, reports.Way.PRODUCED}
    assert way_of("flashcard") == reports.Way.RATED


def test_topics_tell_what_was_done_in_the_period(app: Flask, rivers: MadeSet, guest: uuid.UUID) -> None:
    with app.app_context():
        for days_ago, topic, reviews in (
            (1, "length", 4),
            (2, "length", 4),
            (50, "mouth", 4),
            (1, "mouth", 0),
        ):
            db.session.add(
                DailyStatistics(
                    learner_id=guest, study_day=TODAY - timedelta(days=days_ago), question_set_id=rivers.id,
                    topic=topic, reviews=reviews, recalled=min(reviews, 3), predicted_reviews=reviews // 2,
                    predicted_recall=1.8, predicted_recalled=1, duration_ms=9000, gained=0.5,
                )
            )  # fmt: skip
        db.session.commit()
        done = reports.sum_topics(guest, TODAY - timedelta(days=29), TODAY)
    (topic,) = done.values()
    assert (topic.topic, topic.reviews, topic.seconds, topic.gained) == ("length", 8, 18, 1.0)
    assert (topic.promised, topic.reached) == (pytest.approx(0.9), 0.5)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_the_share_reached_lies_within_its_own_interval(reviews: int, share: float) -> None:
    recalled = round(share * reviews)
    low, high = interval(reviews, recalled)
    assert 0 <= low <= recalled / reviews + 1e-9
    assert recalled / reviews - 1e-9 <= high <= 1
