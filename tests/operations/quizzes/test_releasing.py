"""Release: until its moment nothing of an attempt shows anywhere, and no memory moves."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from quizapp import clock
from quizapp.core.disclosure import (
    ALL_AFTER_CLOSE,
    KEY_AFTER_CLOSE,
    Disclosure,
    Item,
    Phase,
    disclosure_to_dict,
)
from quizapp.core.timing import GRACE_SECONDS
from quizapp.database import db, run_tx
from quizapp.models import Attempt, Quiz
from quizapp.operations import quizzes
from quizapp.operations.attempt_secrecy import find_closed_facts

GRACE = timedelta(seconds=GRACE_SECONDS)
SECRET = disclosure_to_dict(Disclosure(frozenset()))


@pytest.fixture
def exam(sit, make):
    """Four questions, three of them responded to, of a quiz that closes in an hour and tells its keys then."""
    sitting = sit(make.question_set(facts=5))
    sitting.start(
        count=4, closes_at=clock.now() + timedelta(hours=1), shows=disclosure_to_dict(KEY_AFTER_CLOSE)
    )
    for position in (1, 2, 3):
        sitting.send(position, sitting.key_of(position))
    sitting.after(minutes=5)
    return sitting


def test_an_attempt_is_released_when_its_key_may_be_seen(exam):
    exam.submit()
    attempt = exam.attempt()
    assert (attempt.released_at, attempt.releases_at) == (None, exam.started + timedelta(hours=1) + GRACE)
    assert attempt.score == 3
    exam.after(minutes=55, seconds=GRACE_SECONDS)
    assert quizzes.release_due(clock.now()) == 1
    assert exam.attempt().released_at == clock.now()
    assert [event.at for event in exam.events("released")] == [clock.now()]
    assert quizzes.release_due(clock.now()) == 0


def test_its_facts_are_a_secret_until_then_and_no_memory_moves(exam):
    exam.submit()
    quizzes.review_attempt(exam.learner_id, exam.attempt_id, clock.now())
    quizzes.close_overdue(clock.now())
    assert exam.reviews() == {}
    assert len(find_closed_facts(exam.learner_id)) == 4
    exam.after(hours=1)
    quizzes.close_overdue(clock.now())
    assert len(exam.reviews()) == 3
    assert find_closed_facts(exam.learner_id) == frozenset()


def test_its_responses_become_reviews_of_the_time_at_which_they_were_given(exam):
    exam.submit()
    exam.after(hours=30)
    quizzes.close_overdue(clock.now())
    assert {review.reviewed_at for review in exam.reviews().values()} == {exam.started}
    assert exam.attempt().reviewed_at == clock.now()


def test_whoever_looks_after_the_moment_has_it_released_without_a_sweep(exam):
    exam.submit()
    assert not quizzes.release_if_due(exam.attempt(), clock.now())
    exam.after(hours=1)
    assert quizzes.close_if_over(exam.attempt(), clock.now())
    assert exam.attempt().released_at == clock.now()
    assert len(exam.reviews()) == 3


def test_a_close_put_off_while_the_sweep_is_on_its_way_is_waited_for(exam, monkeypatch):
    exam.submit()
    exam.after(hours=1)
    quiz_id = exam.attempt().quiz_id

    def put_off(unit):
        monkeypatch.setattr(quizzes.releasing, "run_tx", run_tx)
        exam.set_quiz(quiz_id, closes_at=clock.now() + timedelta(days=1))
        run_tx(lambda: quizzes.reschedule_release(quiz_id, clock.now()))
        return run_tx(unit)

    monkeypatch.setattr(quizzes.releasing, "run_tx", put_off)
    assert quizzes.release_due(clock.now()) == 0
    assert exam.attempt().released_at is None
    assert len(find_closed_facts(exam.learner_id)) == 4


def test_an_open_attempt_is_not_released(exam):
    assert not quizzes.release_if_due(exam.attempt(), clock.now())
    assert quizzes.release_due(clock.now() + timedelta(days=9)) == 0


def test_where_nothing_ever_tells_right_from_wrong_no_memory_moves(exam):
    exam.set_quiz(exam.attempt().quiz_id, shows=SECRET)
    exam.submit()
    exam.after(hours=1)
    quizzes.close_overdue(clock.now())
    attempt = exam.attempt()
    assert (attempt.released_at, attempt.reviewed_at) == (clock.now(), clock.now())
    assert exam.reviews() == {}


def test_an_attempt_that_tells_nothing_and_ends_at_once_is_not_reviewed_either(sit, make):
    sitting = sit(make.question_set(facts=5)).start(count=4, shows=SECRET)
    sitting.send(1, sitting.key_of(1))
    assert sitting.close() == 0
    assert (sitting.attempt().released_at, sitting.attempt().reviewed_at) == (clock.now(), clock.now())


def test_what_shows_now_decides_about_attempts_that_ended_before(exam):
    exam.submit()
    quiz_id = exam.attempt().quiz_id
    later = clock.now() + timedelta(days=2)
    exam.set_quiz(quiz_id, closes_at=later)
    assert run_tx(lambda: quizzes.reschedule_release(quiz_id, clock.now())) == 1
    assert exam.attempt().releases_at == later + GRACE
    score_and_key = {(item, phase) for item in Item for phase in (Phase.AFTER, Phase.CLOSED)}
    exam.set_quiz(quiz_id, shows=disclosure_to_dict(Disclosure(frozenset(score_and_key))))
    assert run_tx(lambda: quizzes.reschedule_release(quiz_id, clock.now())) == 1
    assert quizzes.release_due(clock.now()) == 1
    assert run_tx(lambda: quizzes.reschedule_release(quiz_id, clock.now())) == 0


def test_a_quiz_that_never_closes_any_more_releases_what_waited(exam):
    exam.set_quiz(exam.attempt().quiz_id, shows=disclosure_to_dict(ALL_AFTER_CLOSE))
    exam.submit()
    quiz_id = exam.attempt().quiz_id
    exam.set_quiz(quiz_id, closes_at=None)
    run_tx(lambda: quizzes.reschedule_release(quiz_id, clock.now()))
    assert quizzes.release_due(clock.now()) == 1


def test_one_that_cannot_be_released_does_not_keep_the_others_waiting(exam, make, sit, caplog):
    exam.submit()
    other = sit(exam.set)
    other.learner_id = make.guest()
    other.start(
        count=4, closes_at=clock.now() + timedelta(minutes=30), shows=disclosure_to_dict(ALL_AFTER_CLOSE)
    )
    other.submit()
    exam.set_quiz(exam.attempt().quiz_id, shows={"riddle": ["after"]})
    exam.after(hours=2)
    assert quizzes.release_due(clock.now()) == 1
    assert other.attempt().released_at is not None
    assert "could not be released" in caplog.text


def test_a_preview_keeps_nothing_secret(exam):
    run_tx(lambda: db.session.execute(sa.update(Attempt).values(is_preview=True)))
    assert find_closed_facts(exam.learner_id) == frozenset()
    exam.submit()
    assert find_closed_facts(exam.learner_id) == frozenset()
    assert db.session.get(Quiz, exam.attempt().quiz_id) is not None
