"""What a plan promises before it is made, what is refused, and where one stands on its way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quizapp.database import db
from quizapp.models import Deck, Learner, PlanDay, QuestionSet, StudyPlan
from quizapp.operations import plans
from tests.histories import attempt, review
from tests.operations.plans.conftest import TODAY


def standing(planner, plan_id):
    with planner.app.app_context():
        learner = db.session.get_one(Learner, planner.learner_id)
        return plans.stand(
            learner, db.session.get_one(StudyPlan, (planner.learner_id, plan_id)), planner.clock.moment
        )


def test_a_preview_tells_what_will_be_known_and_what_the_deck_will_do(planner):
    preview = planner.preview()
    assert (preview.facts, preview.begun, preview.days) == (18, 8, 20)
    assert preview.known_now == pytest.approx(planner.known_on(TODAY))
    assert preview.without < preview.known_now < preview.known <= 1
    assert preview.low <= preview.known <= preview.high
    assert (preview.usual.desired_retention, preview.usual.new_per_day) == (0.91, 7)
    assert [point.day for point in preview.points] == [TODAY + timedelta(days=day) for day in range(21)]
    assert [row.daily_minutes for row in preview.others] == [2, 5, 10, 15, 20]
    assert preview.pace.seconds_per_review == 8


def test_a_preview_writes_nothing(planner):
    planner.preview()
    with planner.app.app_context():
        assert not db.session.query(StudyPlan).count()
        assert db.session.get_one(Deck, (planner.learner_id, planner.made.id)).new_per_day == 7


def test_a_visitor_is_shown_what_somebody_who_knows_nothing_would_reach(planner):
    with planner.app.app_context():
        made = db.session.get_one(QuestionSet, planner.made.id)
        preview = plans.preview_plan(None, made, "", TODAY + timedelta(days=20), 10, planner.clock.moment)
    assert (preview.known_now, preview.begun) == (0, 0)
    assert preview.known > 0.5


@pytest.mark.parametrize(
    ("wanted", "field", "words"),
    [
        ({"days": 0}, "ready_on", "ahead"),
        ({"days": -1}, "ready_on", "ahead"),
        ({"days": plans.LONGEST_DAYS + 1}, "ready_on", "three years"),
        ({"minutes": 0}, "minutes", "from 1 to 600"),
        ({"minutes": 601}, "minutes", "from 1 to 600"),
        ({"query": "topic:nothing"}, "query", "No fact"),
        ({"query": "standing:fictional"}, "query", "No fact"),
        ({"query": "is:due"}, "query", "day to day"),
    ],
)
def test_what_cannot_be_planned_is_told_at_its_field(planner, wanted, field, words):
    with pytest.raises(plans.PlanError, match=words) as problem:
        planner.preview(**wanted)
    assert problem.value.field == field


def test_an_empty_set_cannot_be_planned(planner, make):
    planner.made = make.question_set("empty", facts=0)
    with pytest.raises(plans.PlanError, match="no facts") as problem:
        planner.preview()
    assert problem.value.field == "question_set"


def test_a_set_follows_one_plan_at_a_time(planner):
    plan_id = planner.make()
    with pytest.raises(plans.PlanError, match="open plan already"):
        planner.preview(query="topic:length")
    assert planner.preview(replacing=plan_id).facts == 18


def test_an_open_quiz_on_the_set_closes_what_a_prediction_would_tell(planner):
    # Its first fact alone: what a plan of it would show is how that one stands.
    attempt(planner.app, planner.learner_id, planner.made, [planner.made.facts[0].questions["choice"]])
    for query in ("", "topic:length", "topic:mouth"):
        with pytest.raises(plans.PlanError, match="quiz of yours on this set is still open"):
            planner.preview(query=query)


def test_who_did_as_planned_is_neither_behind_nor_ahead(planner):
    found = standing(planner, planner.make())
    assert found.known == pytest.approx(found.wanted)
    assert not found.is_behind
    assert not found.is_ahead
    assert found.enough is None


def test_on_its_first_day_a_plan_has_nothing_to_keep_up_with(planner):
    for fact in planner.made.facts[8:18]:
        review(planner.app, planner.learner_id, fact.id)
    found = standing(planner, planner.make())
    assert not found.is_behind
    assert not found.is_ahead
    assert found.enough is None


def test_who_did_nothing_is_behind_and_is_offered_minutes_that_make_up_for_it(planner):
    plan_id = planner.make(minutes=1)
    planner.clock.moment += timedelta(days=10)
    found = standing(planner, plan_id)
    assert found.is_behind
    assert found.facts_apart >= 1
    assert found.expected < found.points[-1].high + 1e-9
    assert found.enough is not None
    assert found.enough.daily_minutes >= 1
    assert found.enough.known >= planner.plan(plan_id).predicted - 0.01


def test_the_minutes_so_far_are_those_of_the_days_of_the_plan(planner):
    plan_id = planner.make()
    review(planner.app, planner.learner_id, planner.made.facts[10].id, days_ago=-1)
    planner.clock.moment += timedelta(days=2)
    review(planner.app, planner.learner_id, planner.made.facts[11].id, days_ago=-2)
    # Six seconds in two days; today is not over.
    assert standing(planner, plan_id).minutes_so_far == pytest.approx(0.05)


def test_nothing_is_offered_where_no_minutes_are_enough(planner):
    plan_id = planner.make(minutes=60)
    with planner.app.app_context():
        db.session.get_one(StudyPlan, (planner.learner_id, plan_id)).predicted = 0.999
        db.session.commit()
    planner.clock.moment += timedelta(days=18)
    found = standing(planner, plan_id)
    assert found.is_behind
    assert found.enough is None


def test_who_did_more_is_ahead(planner):
    plan_id = planner.make(minutes=1, days=30)
    planner.clock.moment += timedelta(days=1)
    for fact in planner.made.facts[8:18]:
        review(planner.app, planner.learner_id, fact.id)
    assert standing(planner, plan_id).is_ahead


def test_between_two_days_looked_at_the_line_between_them_counts(planner):
    plan_id = planner.make()
    with planner.app.app_context():
        for row in db.session.query(PlanDay).all():
            row.predicted = {0: 0.2, 20: 0.6}.get((row.day - TODAY).days)
        db.session.commit()
    planner.clock.moment += timedelta(days=5)
    assert standing(planner, plan_id).wanted == pytest.approx(0.3)


def test_a_plan_whose_facts_are_gone_stands_nowhere(planner):
    plan_id = planner.make()
    with planner.app.app_context():
        db.session.execute(db.text("UPDATE facts SET treatment = 'exclude'"))
        db.session.commit()
    assert standing(planner, plan_id) is None
