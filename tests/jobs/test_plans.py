"""The job of plans: each hour, in a context of its own, and once for each day."""

from __future__ import annotations

from datetime import timedelta

from quizapp.database import db, run_tx
from quizapp.jobs import make_queue
from quizapp.jobs import plans as job
from quizapp.models import Learner, QuestionSet, StudyPlan
from quizapp.operations import plans


def _plan(app, make, cast, frozen):
    made = make.question_set(facts=4)
    make.deck(cast.ben, made)
    with app.app_context():
        preview = plans.preview_plan(
            db.session.get_one(Learner, cast.ben.learner_id),
            db.session.get_one(QuestionSet, made.id),
            "",
            frozen.moment.date() + timedelta(days=2),
            10,
            frozen.moment,
        )
        return run_tx(lambda: plans.make_plan(cast.ben.learner_id, preview, frozen.moment))


def test_each_day_is_recorded_once_and_the_last_ends_the_plan(app, make, cast, frozen):
    plan_id = _plan(app, make, cast, frozen)
    assert job.record(app.app_context) == 0
    frozen.moment += timedelta(days=1)
    assert [job.record(app.app_context), job.record(app.app_context)] == [1, 0]
    frozen.moment += timedelta(days=1)
    assert [job.record(app.app_context), job.record(app.app_context)] == [1, 0]
    with app.app_context():
        assert db.session.get_one(StudyPlan, (cast.ben.learner_id, plan_id)).state == "reached"


def test_the_queue_calls_it_once_an_hour(app, frozen):
    queue = make_queue(app.config["QUIZAPP"])
    job.register(queue, app.app_context)
    times = [frozen.moment.replace(minute=minute, tzinfo=None) for minute in range(60)]
    names = [task.name for time in times for task in queue.read_periodic(time)]
    assert names == ["record_plans"]
