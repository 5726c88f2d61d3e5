"""Making a plan, changing it, giving it up, and what is recorded day by day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from quizapp.database import db, run_tx
from quizapp.models import Deck, PlanDay, StudyPlan
from quizapp.operations import plans
from tests.histories import attempt, review
from tests.operations.plans.conftest import TODAY


def deck(planner):
    with planner.app.app_context():
        found = db.session.get(Deck, (planner.learner_id, planner.made.id))
        return None if found is None else (found.desired_retention, found.new_per_day)


def change_deck(planner, **settings):
    with planner.app.app_context():
        own = db.session.get_one(Deck, (planner.learner_id, planner.made.id))
        for name, value in settings.items():
            setattr(own, name, value)
        db.session.commit()


def give_up(planner, plan_id):
    with planner.app.app_context():
        return run_tx(lambda: plans.give_up(planner.learner_id, plan_id, planner.clock.moment))


def change(planner, plan_id, **wanted):
    preview = planner.preview(replacing=plan_id, **wanted)
    with planner.app.app_context():
        return run_tx(lambda: plans.change_plan(planner.learner_id, plan_id, preview, planner.clock.moment))


def days_of(planner, plan_id):
    with planner.app.app_context():
        return plans.list_days(db.session.get_one(StudyPlan, (planner.learner_id, plan_id)))


def test_a_plan_gives_its_deck_the_settings_that_get_there(planner):
    preview = planner.preview()
    plan = planner.plan(planner.make())
    wanted = (preview.settings.desired_retention, preview.settings.new_per_day)
    assert deck(planner) == (plan.desired_retention, plan.new_per_day) == wanted
    assert plan.deck_before == {"desired_retention": 0.91, "new_per_day": 7}
    assert (plan.state, plan.title, plan.predicted) == ("open", "Rivers", preview.known)


def test_every_day_of_a_plan_holds_what_was_promised_and_the_first_what_was_known(planner):
    days = days_of(planner, planner.make())
    assert [row.day for row in days] == [TODAY + timedelta(days=day) for day in range(21)]
    assert all(row.predicted is not None for row in days)
    assert [row.reached for row in days if row.reached is not None] == [
        pytest.approx(planner.known_on(TODAY))
    ]


def test_a_set_that_is_no_deck_becomes_one(planner, make):
    planner.made = make.question_set("bridges")
    plan_id = planner.make()
    assert deck(planner) is not None
    give_up(planner, plan_id)
    assert deck(planner) == (None, None)


def test_two_plans_of_one_set_are_refused(planner):
    preview = planner.preview()
    first = planner.make()
    with planner.app.app_context(), pytest.raises(plans.PlanOpenError) as problem:
        run_tx(lambda: plans.make_plan(planner.learner_id, preview, planner.clock.moment))
    assert problem.value.plan_id == first


def test_giving_up_puts_the_decks_own_settings_back_once(planner):
    plan_id = planner.make()
    assert give_up(planner, plan_id)
    assert deck(planner) == (0.91, 7)
    change_deck(planner, new_per_day=3)
    assert not give_up(planner, plan_id)
    assert deck(planner) == (0.91, 3)
    plan = planner.plan(plan_id)
    assert (plan.state, plan.reached, plan.ended_at) == ("ended", None, planner.clock.moment)


def test_what_the_learner_set_meanwhile_stays(planner):
    plan_id = planner.make()
    change_deck(planner, new_per_day=33)
    give_up(planner, plan_id)
    assert deck(planner) == (0.91, 33)


def test_a_deck_that_was_removed_stays_removed(planner):
    plan_id = planner.make()
    with planner.app.app_context():
        db.session.delete(db.session.get_one(Deck, (planner.learner_id, planner.made.id)))
        db.session.commit()
    assert give_up(planner, plan_id)
    assert deck(planner) is None


def test_other_minutes_change_the_days_to_come_and_nothing_before(planner):
    plan_id = planner.make(minutes=1)
    before, promised = days_of(planner, plan_id), planner.plan(plan_id).predicted
    planner.clock.moment += timedelta(days=5)
    assert change(planner, plan_id, minutes=40)
    plan, after = planner.plan(plan_id), days_of(planner, plan_id)
    assert (plan.daily_minutes, plan.predicted) == (40, promised)
    assert after[:6] == before[:6]
    assert after[-1].predicted > before[-1].predicted
    assert deck(planner) == (plan.desired_retention, plan.new_per_day)
    give_up(planner, plan_id)
    assert deck(planner) == (0.91, 7)


def test_what_the_learner_set_before_other_minutes_comes_back_at_the_end(planner):
    plan_id = planner.make(minutes=1)
    change_deck(planner, new_per_day=33)
    change(planner, plan_id, minutes=40)
    give_up(planner, plan_id)
    assert deck(planner) == (0.91, 33)


def test_a_plan_that_is_over_is_not_changed(planner):
    plan_id = planner.make()
    preview = planner.preview(replacing=plan_id, minutes=40)
    give_up(planner, plan_id)
    with planner.app.app_context():
        assert not run_tx(
            lambda: plans.change_plan(planner.learner_id, plan_id, preview, planner.clock.moment)
        )
    assert deck(planner) == (0.91, 7)


def test_each_day_is_recorded_once_as_it_began(planner):
    plan_id = planner.make()
    planner.clock.moment += timedelta(days=3)
    day = TODAY + timedelta(days=3)
    morning = planner.known_on(day)
    assert (planner.settle().days, planner.settle().days) == (1, 0)
    review(planner.app, planner.learner_id, planner.made.facts[15].id, days_ago=-3)
    planner.settle()
    reached = {row.day: row.reached for row in days_of(planner, plan_id)}
    assert reached[day] == pytest.approx(morning)
    assert reached[TODAY + timedelta(days=2)] is None


def test_on_its_day_a_plan_ends_with_what_was_known_that_morning(planner):
    plan_id = planner.make(days=6)
    planner.clock.moment += timedelta(days=6)
    day = TODAY + timedelta(days=6)
    morning = planner.known_on(day)
    review(planner.app, planner.learner_id, planner.made.facts[15].id, days_ago=-6)
    assert planner.settle().plans == 1
    plan = planner.plan(plan_id)
    assert (plan.state, plan.reached) == ("reached", pytest.approx(morning))
    assert days_of(planner, plan_id)[-1].reached == pytest.approx(morning)
    assert deck(planner) == (0.91, 7)
    assert planner.settle() == planner.settle()
    assert planner.settle().plans == 0


def test_a_worker_that_comes_days_late_records_the_day_all_the_same(planner):
    plan_id = planner.make(days=6)
    morning = planner.known_on(TODAY + timedelta(days=6))
    for fact in planner.made.facts[:18]:
        review(planner.app, planner.learner_id, fact.id, days_ago=-8)
    planner.clock.moment += timedelta(days=9)
    planner.settle()
    assert planner.plan(plan_id).reached == pytest.approx(morning)


def test_study_days_begin_where_the_learner_lives(planner):
    planner.make(days=6)
    planner.clock.moment += timedelta(days=5, hours=15)
    assert planner.settle().plans == 0
    planner.clock.moment += timedelta(hours=1)
    assert planner.settle().plans == 1


def test_nothing_is_recorded_while_a_quiz_on_the_set_is_open(planner):
    plan_id = planner.make(days=6)
    sitting = attempt(
        planner.app, planner.learner_id, planner.made, [planner.made.facts[0].questions["choice"]]
    )
    planner.clock.moment += timedelta(days=6)
    assert planner.settle() == plans.keeping.Settled()
    with planner.app.app_context():
        db.session.execute(
            db.text(
                "UPDATE attempts SET state = 'closed', finished_at = started_at, finished_by = 'learner', "
                "released_at = started_at"
            )
        )
        db.session.commit()
    assert sitting
    assert planner.settle().plans == 1
    assert planner.plan(plan_id).state == "reached"


def test_the_plans_of_one_learner_are_settled_without_those_of_others(planner, cast, make):
    planner.make(days=2)
    make.deck(cast.cleo, planner.made)
    planner.clock.moment += timedelta(days=2)
    with planner.app.app_context():
        assert plans.settle_learner(cast.cleo.learner_id, planner.clock.moment).plans == 0
        assert plans.settle_learner(planner.learner_id, planner.clock.moment).plans == 1


def test_a_plan_that_cannot_be_reckoned_keeps_no_other_from_being_recorded(planner, cast, make, caplog):
    planner.make(days=6)
    with planner.app.app_context():
        for person, slug, query in ((cast.ada, "one", "nothing:like"), (cast.cleo, "two", "seen:today")):
            made = make.question_set(slug)
            db.session.add(
                StudyPlan(
                    learner_id=person.learner_id, question_set_id=made.id, query=query, ready_on=TODAY,
                    daily_minutes=5, desired_retention=0.9, new_per_day=5, predicted=0.5,
                    created_at=planner.clock.moment,
                )
            )  # fmt: skip
        db.session.commit()
    planner.clock.moment += timedelta(days=1)
    assert planner.settle().days == 1
    assert len(caplog.records) == 2


def test_a_second_open_plan_of_a_set_is_never_written(planner):
    plan_id = planner.make()
    with planner.app.app_context():
        copied = {
            column.name: getattr(planner.plan(plan_id), column.name)
            for column in StudyPlan.__table__.columns
            if column.name != "id"
        }
        db.session.add(StudyPlan(**copied))
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


@pytest.mark.only_on("sqlite")
def test_the_open_plans_of_everybody_are_read_by_an_index_of_their_own(planner):
    said = []
    with planner.app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    planner.settle()
    [reading] = [one for one in said if "study_plans" in one]
    with planner.app.app_context():
        told = db.session.execute(db.text(f"EXPLAIN QUERY PLAN {reading}")).all()
    assert "USING INDEX uq_study_plans_learner_id_question_set_id_open" in str(told)


def test_erasing_a_plan_takes_its_days(planner):
    plan_id = planner.make()
    with planner.app.app_context():
        db.session.delete(db.session.get_one(StudyPlan, (planner.learner_id, plan_id)))
        db.session.commit()
        assert not db.session.query(PlanDay).count()
