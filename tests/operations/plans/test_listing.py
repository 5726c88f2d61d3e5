"""Open plans at a glance, and past ones with what they promised and reached."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quizapp.database import db, run_tx
from quizapp.operations import plans
from tests.histories import attempt
from tests.operations.plans.conftest import TODAY


def listed(planner, what):
    with planner.app.app_context():
        return what(planner.learner_id)


def test_open_plans_stand_with_the_nearest_day_first_and_what_was_last_recorded(planner, make):
    later = planner.make(days=30)
    planner.made = make.question_set("bridges")
    sooner = planner.make(days=10, query="topic:length")
    planner.clock.moment += timedelta(days=1)
    planner.settle()
    found = listed(planner, plans.list_open)
    assert [plan.id for plan in found] == [sooner, later]
    assert [plan.title for plan in found] == ["Bridges: topic:length", "Rivers"]
    assert found[0].reached_on == TODAY + timedelta(days=1)
    assert found[0].reached == 0
    assert found[1].predicted == planner.plan(later).predicted


def test_an_open_quiz_hides_how_the_plans_of_its_set_stand_and_no_others(planner, make):
    rivers = planner.made
    planner.make(days=30)
    planner.made = make.question_set("bridges")
    planner.make(days=10)
    attempt(planner.app, planner.learner_id, rivers, [rivers.facts[0].questions["choice"]])
    bridges, hidden = listed(planner, plans.list_open)
    assert (hidden.predicted, hidden.reached, hidden.reached_on) == (None, None, None)
    assert bridges.predicted is not None


def test_past_plans_hold_both_figures(planner):
    first = planner.make(days=3)
    planner.clock.moment += timedelta(days=3)
    planner.settle()
    with planner.app.app_context():
        preview = planner.preview(days=10)
        second = run_tx(lambda: plans.make_plan(planner.learner_id, preview, planner.clock.moment))
        planner.clock.moment += timedelta(hours=1)
        run_tx(lambda: plans.give_up(planner.learner_id, second, planner.clock.moment))
    given_up, reached = listed(planner, plans.list_past)
    assert (given_up.id, given_up.was_given_up, given_up.reached) == (second, True, None)
    assert (reached.id, reached.was_given_up) == (first, False)
    plan = planner.plan(first)
    assert (reached.predicted, reached.reached) == (plan.predicted, plan.reached)
    assert reached.predicted_last == pytest.approx(plan.predicted)
    assert listed(planner, plans.list_open) == []


def test_an_open_quiz_hides_past_figures_of_its_set_too(planner):
    planner.make(days=3)
    planner.clock.moment += timedelta(days=3)
    planner.settle()
    attempt(planner.app, planner.learner_id, planner.made, [planner.made.facts[0].questions["choice"]])
    (past,) = listed(planner, plans.list_past)
    assert (past.predicted, past.predicted_last, past.reached) == (None, None, None)


def test_the_mean_error_needs_two_plans_and_knows_no_sign():
    def past(predicted, reached):
        return plans.PastPlan(None, "", TODAY, 10, False, predicted, predicted, reached)

    assert plans.mean_error([past(0.9, 0.8)]) is None
    assert plans.mean_error([past(0.9, 0.8), past(0.5, None)]) is None
    assert plans.mean_error([past(0.9, 0.8), past(0.5, 0.7), past(0.5, None)]) == pytest.approx(0.15)


def test_a_plan_is_found_by_its_own_learner_alone(planner, cast):
    plan_id = planner.make()
    with planner.app.app_context():
        assert plans.find_plan(planner.learner_id, plan_id) is not None
        assert plans.find_plan(cast.cleo.learner_id, plan_id) is None
        db.session.rollback()
