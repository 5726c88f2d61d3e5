"""Which facts a plan is about, what of them is known on a day, and how fast their learner works."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quizapp.core.memory import Memory, Rating, initial, retrievability, step
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import CardMark, Fact, Learner
from quizapp.operations import plans
from quizapp.operations.plans.choosing import read_facts
from quizapp.operations.study import Given, record_review, undo_review
from tests.histories import attempt, review
from tests.operations.plans.conftest import TODAY

GOOD = initial(Rating.GOOD)


def facts_of(planner, query=""):
    with planner.app.app_context():
        learner = db.session.get_one(Learner, planner.learner_id)
        return read_facts(learner, planner.made.id, query, TODAY, planner.clock.moment)


def test_all_facts_of_the_set_are_read_but_those_that_the_source_invents(planner):
    facts = facts_of(planner)
    assert len(facts) == 18
    seen = [fact for fact in facts if fact.stability is not None]
    assert [(fact.stability, fact.days_since) for fact in seen] == [(GOOD.stability, 4)] * 8


def test_part_of_a_set_is_chosen_in_the_words_of_the_search(planner):
    assert len(facts_of(planner, "topic:length")) == 9
    with planner.app.app_context():
        learner = db.session.get_one(Learner, planner.learner_id)
        count = plans.count_chosen(learner, planner.made.id, "topic:length", planner.clock.moment)
    assert count == 9


def test_a_suspended_fact_is_never_shown_whether_seen_or_new(planner):
    with planner.app.app_context():
        for fact in (planner.made.facts[0], planner.made.facts[10]):
            db.session.add(
                CardMark(
                    learner_id=planner.learner_id,
                    fact_id=fact.id,
                    question_set_id=planner.made.id,
                    suspended_at=planner.clock.moment,
                    updated_at=planner.clock.moment,
                )
            )
        db.session.execute(
            db.text("UPDATE cards SET shown_on = NULL WHERE fact_id = :fact"),
            {"fact": _stored(planner.made.facts[0].id)},
        )
        db.session.commit()
    assert [place for place, fact in enumerate(facts_of(planner)) if fact.due_in is None] == [0, 10]


def _stored(fact_id):
    return fact_id.bytes if db.engine.dialect.name == "sqlite" else fact_id


def test_retired_facts_are_left_out(planner):
    with planner.app.app_context():
        db.session.get_one(Fact, planner.made.facts[3].id).retired_at = planner.clock.moment
        db.session.commit()
    assert len(facts_of(planner)) == 17


@pytest.mark.parametrize("query", ["is:due", "topic:length stability:<7", "-is:flagged", "recall:<80"])
def test_words_that_choose_other_facts_each_day_are_refused(query):
    with pytest.raises(plans.PlanError, match="from day to day") as problem:
        plans.read_query(query)
    assert problem.value.field == "query"


def test_words_that_cannot_be_read_are_told(planner):
    with pytest.raises(plans.PlanError, match="tpic") as problem:
        plans.read_query("tpic:length")
    assert problem.value.field == "query"


def test_what_is_known_is_the_chance_of_recall_over_all_facts(planner):
    expected = 8 * retrievability(GOOD.stability, 4) / 18
    assert planner.known_on(TODAY) == pytest.approx(expected)


def test_reviews_of_the_day_itself_and_later_are_looked_through(planner):
    before = planner.known_on(TODAY)
    review(planner.app, planner.learner_id, planner.made.facts[0].id)
    review(planner.app, planner.learner_id, planner.made.facts[12].id)
    assert planner.known_on(TODAY) == pytest.approx(before)
    stronger = step(GOOD, Rating.GOOD, 4)
    tomorrow = (
        7 * retrievability(GOOD.stability, 5)
        + retrievability(stronger.stability, 1)
        + retrievability(GOOD.stability, 1)
    )
    assert planner.known_on(TODAY + timedelta(days=1)) == pytest.approx(tomorrow / 18)


def test_a_day_gone_by_is_known_as_it_was(planner):
    for days_ago in (3, 2, 1):
        review(planner.app, planner.learner_id, planner.made.facts[0].id, days_ago=days_ago)
    memory = Memory(GOOD.stability, GOOD.difficulty)
    memory = step(memory, Rating.GOOD, 1)
    two_days_ago = 7 * retrievability(GOOD.stability, 2) + retrievability(memory.stability, 1)
    assert planner.known_on(TODAY - timedelta(days=2)) == pytest.approx(two_days_ago / 18)
    assert planner.known_on(TODAY - timedelta(days=9)) == 0


def test_a_review_that_was_taken_back_is_no_last_one(planner):
    with planner.app.app_context():
        learner = db.session.get_one(Learner, planner.learner_id)
        given = Given(
            id=new_row_id(),
            fact_id=planner.made.facts[0].id,
            form="flashcard",
            source="study",
            at=planner.clock.moment - timedelta(days=2),
            rating=Rating.GOOD,
        )
        run_tx(lambda: record_review(learner, given))
        run_tx(lambda: undo_review(learner, given.id, new_row_id(), planner.clock.moment))
    review(planner.app, planner.learner_id, planner.made.facts[0].id)
    assert planner.known_on(TODAY) == pytest.approx(8 * retrievability(GOOD.stability, 4) / 18)


def test_a_set_without_facts_has_no_share(planner):
    assert planner.known_on(TODAY, "topic:nothing") is None


def pace(planner):
    with planner.app.app_context():
        return plans.pace_of(db.session.get_one(Learner, planner.learner_id), TODAY)


def test_pace_is_as_usual_until_reviews_tell_it(app):
    with app.app_context():
        usual = plans.pace_of(None, TODAY)
    assert (usual.seconds_per_review, usual.seconds_per_new, usual.first_recall) == (8, 14, 0.25)


def test_pace_follows_the_latest_reviews(planner):
    # Eight new facts, all known at once, at 6 s each; then six reviews.
    assert pace(planner).first_recall == pytest.approx((8 + 2) / 16)
    for fact in planner.made.facts[:6]:
        review(planner.app, planner.learner_id, fact.id, days_ago=1)
    found = pace(planner)
    assert found.seconds_per_review == 6
    assert found.seconds_per_new == pytest.approx(6 + (1 - 10 / 16) * 6)


def test_sets_of_open_quizzes_are_told_and_those_of_closed_ones_are_not(planner, make):
    other = make.question_set("bridges")
    questions = [planner.made.facts[0].questions["choice"]]
    attempt(planner.app, planner.learner_id, planner.made, questions)
    attempt(
        planner.app,
        planner.learner_id,
        other,
        [other.facts[0].questions["choice"]],
        state="closed",
        scores=(1.0,),
    )
    with planner.app.app_context():
        assert plans.sets_in_open_quizzes(planner.learner_id) == {planner.made.id}
        assert plans.sets_in_open_quizzes(None) == frozenset()
