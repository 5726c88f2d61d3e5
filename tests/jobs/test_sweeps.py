"""The sweeps: what nobody came back to is closed, and guests go only where they expire at all."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from quizapp.core.disclosure import ALL_AFTER_CLOSE, disclosure_to_dict
from quizapp.core.quiz_contents import contents_to_list, one_rule
from quizapp.database import db, new_row_id, run_tx
from quizapp.jobs import QUEUE_FILE, make_queue, sweeps
from quizapp.models import Learner, Quiz
from quizapp.operations import quizzes


def _open_attempt(app, make, frozen):
    made = make.question_set(facts=2)
    learner_id = make.guest()
    with app.app_context():
        quiz_id = new_row_id()
        quiz = Quiz(
            id=quiz_id,
            question_set_id=made.id,
            made_by=learner_id,
            title="Rivers",
            contents=contents_to_list(one_rule(2, made.id)),
            question_count=2,
            time_limit_seconds=60,
            created_at=frozen.moment,
        )
        run_tx(lambda: db.session.add(quiz))
        quiz = db.session.get(Quiz, quiz_id)
        plan = quizzes.plan_attempt(learner_id, quiz, new_row_id())
        attempt_id = run_tx(lambda: quizzes.start_attempt(learner_id, quiz, plan, frozen.moment))
    return learner_id, attempt_id


def test_a_sweep_closes_what_is_overdue_in_a_context_of_its_own(app, make, frozen):
    learner_id, attempt_id = _open_attempt(app, make, frozen)
    assert sweeps.sweep(app.app_context) == 0
    frozen.moment += timedelta(minutes=2)
    assert sweeps.sweep(app.app_context) == 1
    with app.app_context():
        attempt = quizzes.find_attempt(learner_id, attempt_id)
        assert attempt.finished_at == attempt.started_at + timedelta(minutes=1)
        assert attempt.released_at == attempt.reviewed_at == frozen.moment


def test_a_sweep_releases_what_waited_for_the_close_of_its_quiz(app, make, frozen):
    learner_id, attempt_id = _open_attempt(app, make, frozen)
    closes_at = frozen.moment + timedelta(hours=1)
    with app.app_context():
        settings = {"closes_at": closes_at, "shows": disclosure_to_dict(ALL_AFTER_CLOSE)}
        run_tx(lambda: db.session.execute(sa.update(Quiz).values(**settings)))
    frozen.moment += timedelta(minutes=2)
    assert sweeps.sweep(app.app_context) == 1
    with app.app_context():
        assert quizzes.find_attempt(learner_id, attempt_id).released_at is None
    frozen.moment = closes_at + timedelta(minutes=1)
    assert sweeps.sweep(app.app_context) == 0
    with app.app_context():
        attempt = quizzes.find_attempt(learner_id, attempt_id)
        assert attempt.released_at == attempt.reviewed_at == frozen.moment


def test_the_queue_calls_the_sweep_every_minute(app, make, frozen):
    learner_id, attempt_id = _open_attempt(app, make, frozen)
    frozen.moment += timedelta(minutes=2)
    queue = make_queue(app.config["QUIZAPP"])
    task = sweeps.register(queue, app.app_context)
    assert [one.name for one in queue.read_periodic(frozen.moment.replace(tzinfo=None))] == ["sweep_attempts"]
    task()
    with app.app_context():
        assert quizzes.find_attempt(learner_id, attempt_id).state == "closed"


def test_guests_are_swept_hourly_and_only_where_they_expire(app, make, frozen):
    guest_id = make.guest()
    frozen.moment += timedelta(days=200)

    def minutes_of_sweeps(guest_days):
        queue = make_queue(app.config["QUIZAPP"])
        sweeps.register(queue, app.app_context, guest_days)
        times = [frozen.moment.replace(minute=minute, tzinfo=None) for minute in range(60)]
        names = [[task.name for task in queue.read_periodic(time)] for time in times]
        return sum("sweep_guests" in at_once for at_once in names)

    assert minutes_of_sweeps(None) == 0
    assert minutes_of_sweeps(180) == 1
    assert sweeps.sweep_guests(app.app_context, 180) == 1
    with app.app_context():
        assert db.session.get(Learner, guest_id) is None


def test_the_queue_lies_in_the_data_folder(app):
    config = app.config["QUIZAPP"]
    queue = make_queue(config)
    assert queue.immediate
    assert queue.storage_kwargs["filename"] == str(config.data / QUEUE_FILE)
