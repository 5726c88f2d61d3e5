"""Deadlines that move: extra time of the learner, the quiz and the enrolment, and another close."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from quizapp import clock
from quizapp.core.timing import NO_EXTRA, ExtraTime
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import Attempt, QuizTaker
from quizapp.operations import quizzes

MINUTE = timedelta(minutes=1)


def _grant(sitting, extra):
    run_tx(lambda: quizzes.grant_extra_time(sitting.learner_id, extra, clock.now()))


def _set_quiz(sitting, **columns):
    quiz_id = sitting.attempt().quiz_id
    sitting.set_quiz(quiz_id, **columns)
    return run_tx(lambda: quizzes.retime_quiz(quiz_id, clock.now()))


def _minutes(sitting):
    attempt = sitting.attempt()
    return None if attempt.deadline_at is None else (attempt.deadline_at - attempt.started_at) / MINUTE


@pytest.mark.parametrize(
    ("learner", "quiz", "taker", "expected"),
    [
        (ExtraTime(percent=50), 0, NO_EXTRA, 15),
        (ExtraTime(percent=10), 20, ExtraTime(percent=30), 13),
        (ExtraTime(percent=10), 100, ExtraTime(percent=30), 20),
        (NO_EXTRA, 100, ExtraTime(is_untimed=True), None),
        (ExtraTime(is_untimed=True), 0, NO_EXTRA, None),
    ],
)
def test_the_largest_extra_time_holds_for_an_attempt_that_goes_on(ten, learner, quiz, taker, expected):
    ten.after(minutes=4)
    place = QuizTaker(
        learner_id=ten.learner_id,
        quiz_id=ten.attempt().quiz_id,
        name="",
        extra_time_percent=taker.percent,
        is_untimed=taker.is_untimed,
        joined_at=clock.now(),
    )
    run_tx(lambda: db.session.add(place))
    _grant(ten, learner)
    _set_quiz(ten, extra_time_percent=quiz)
    assert _minutes(ten) == expected
    pinned = ExtraTime(ten.attempt().is_untimed, ten.attempt().extra_time_percent)
    assert pinned == max(learner, ExtraTime(percent=quiz), taker)


def test_another_close_moves_the_end_of_attempts_that_go_on(ten):
    started_at = clock.now()
    assert _set_quiz(ten, closes_at=started_at + 7 * MINUTE) == 1
    assert _minutes(ten) == 7
    assert _set_quiz(ten, closes_at=started_at + 90 * MINUTE) == 1
    assert _minutes(ten) == 10
    assert _set_quiz(ten, closes_at=started_at + 91 * MINUTE) == 0


def test_who_is_untimed_ends_with_the_quiz(ten):
    _grant(ten, ExtraTime(is_untimed=True))
    _set_quiz(ten, closes_at=clock.now() + 30 * MINUTE)
    assert _minutes(ten) == 30


def test_what_is_over_and_waits_to_be_closed_ended_when_it_did(ten):
    ten.after(minutes=11)
    assert _set_quiz(ten, closes_at=ten.started - MINUTE) == 0
    assert _minutes(ten) == 10


def test_nobody_in_time_is_found_to_have_been_late(ten):
    _grant(ten, ExtraTime(percent=100))
    ten.after(minutes=15)
    _grant(ten, NO_EXTRA)
    assert _minutes(ten) == 15
    ten.after(seconds=11)
    assert quizzes.close_overdue(clock.now()) == 1


def test_extra_time_does_not_move_an_end_that_was_granted(ten):
    until = clock.now() + 42 * MINUTE
    run_tx(lambda: db.session.execute(sa.update(Attempt).values(deadline_at=until, granted_until=until)))
    _grant(ten, ExtraTime(percent=400))
    _set_quiz(ten, closes_at=clock.now() + MINUTE)
    assert _minutes(ten) == 42


def test_a_change_is_recorded_with_who_made_it(ten):
    administrator = new_row_id()
    extra = ExtraTime(percent=50)
    run_tx(lambda: quizzes.grant_extra_time(ten.learner_id, extra, clock.now(), user_id=administrator))
    _grant(ten, extra)
    [event] = ten.events("extra-time")
    assert event.user_id == administrator
    assert event.detail == {
        "is_untimed": False,
        "percent": 50,
        "deadline_at": ten.attempt().deadline_at.isoformat(),
    }


def test_the_question_at_its_turn_gets_its_extra_time_too(sit, make):
    sitting = sit(make.question_set(facts=5)).start(count=4, navigation="forward", question_seconds=60)
    _grant(sitting, ExtraTime(percent=50))
    assert sitting.row(1).closes_at == clock.now() + 1.5 * MINUTE
    sitting.after(minutes=1)
    run_tx(lambda: quizzes.turn_to(sitting.learner_id, sitting.attempt_id, 2, clock.now()))
    turned_at = clock.now()
    sitting.after(seconds=30)
    _grant(sitting, ExtraTime(percent=100))
    assert sitting.row(2).closes_at == turned_at + 2 * MINUTE
    _grant(sitting, ExtraTime(is_untimed=True))
    assert sitting.row(2).closes_at is None


def test_attempts_that_ended_and_those_of_others_stay_as_they_are(ten, make):
    _grant_to = make.guest()
    run_tx(lambda: quizzes.grant_extra_time(_grant_to, ExtraTime(percent=50), clock.now()))
    assert _minutes(ten) == 10
    ten.submit()
    _grant(ten, ExtraTime(percent=50))
    assert _minutes(ten) == 10
