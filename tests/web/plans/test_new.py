"""Making a plan: what it would promise, what is wrong with it, and that only the confirmation writes."""

from __future__ import annotations

import re

import pytest

from quizapp.database import db
from quizapp.models import Deck, Learner, StudyPlan
from tests.forms import post
from tests.histories import attempt, review

WANTED = {"set": "rivers", "q": "", "on": "2026-03-31", "minutes": "15"}


@pytest.fixture
def rivers(app, make, cast, frozen):
    made = make.question_set(facts=12, fictional=2)
    make.deck(cast.ben, made, desired_retention=0.91, new_per_day=7)
    for fact in made.facts[:5]:
        review(app, cast.ben.learner_id, fact.id, days_ago=4)
    return made


@pytest.fixture
def ben(make, cast, rivers):
    return make.browser_of(cast.ben)


def count_plans(app):
    with app.app_context():
        return db.session.query(StudyPlan).count()


def test_the_form_suggests_a_month_and_the_minutes_the_learner_has(app, ben, cast):
    with app.app_context():
        db.session.get_one(Learner, cast.ben.learner_id).goal_minutes = 25
        db.session.commit()
    page = ben.get("/plans/new?set=rivers").text
    assert 'value="2026-03-31"' in page
    assert 'value="25"' in page
    assert 'min="2026-03-02"' in page
    assert "Make this plan" not in page


def test_a_preview_shows_what_will_be_known_and_writes_nothing(app, ben):
    page = ben.get("/plans/new", query_string=WANTED)
    assert page.status_code == 200
    assert "of 10 facts known on the day" in page.text
    assert "known on the day without study" in page.text
    assert 'class="band"' in page.text
    assert "What this prediction assumes" in page.text
    assert "What other minutes a day would give" in page.text
    assert "minutes=30" in page.text
    assert "91 %" in page.text
    assert count_plans(app) == 0


def test_the_numbers_of_the_curve_stand_in_a_table(ben):
    page = ben.get("/plans/new", query_string=WANTED).text
    assert "Share known on each day" in page
    assert "31 March 2026" in page
    assert re.search(r'<th scope="row"\s*>1 March 2026</th>', page)


def test_part_of_a_set_is_planned_in_the_words_of_the_search(app, ben, cast):
    wanted = WANTED | {"q": " topic:length "}
    assert "of 5 facts known on the day" in ben.get("/plans/new", query_string=wanted).text
    answer = post(ben, "/plans/new", wanted)
    assert answer.status_code == 303
    with app.app_context():
        plan = db.session.query(StudyPlan).one()
        assert (plan.query, plan.title, plan.learner_id) == (
            "topic:length",
            "Rivers: topic:length",
            cast.ben.learner_id,
        )


def test_a_confirmed_plan_is_made_as_it_was_shown_and_the_deck_follows_it(app, ben, cast, rivers):
    answer = post(ben, "/plans/new", WANTED)
    with app.app_context():
        plan = db.session.query(StudyPlan).one()
        deck = db.session.get_one(Deck, (cast.ben.learner_id, rivers.id))
        assert (deck.desired_retention, deck.new_per_day) == (plan.desired_retention, plan.new_per_day)
        shown = f"{round(100 * plan.predicted)} %"
        assert answer.headers["Location"] == f"/plans/{plan.id}"
    page = ben.get(answer.headers["Location"]).text
    assert "The plan is made" in page
    assert shown in page


def test_a_form_sent_twice_makes_one_plan(app, ben):
    first = post(ben, "/plans/new", WANTED).headers["Location"]
    second = post(ben, "/plans/new", WANTED)
    assert count_plans(app) == 1
    assert second.status_code == 422
    assert "open plan already" in second.text
    assert first in ben.get("/plans/").text


def test_a_plan_made_meanwhile_in_another_tab_is_shown(app, ben, monkeypatch):
    first = post(ben, "/plans/new", WANTED).headers["Location"]
    # The other tab was quicker than the check before the transaction.
    monkeypatch.setattr("quizapp.operations.plans.predicting.find_open_plan", lambda *_: None)
    second = post(ben, "/plans/new", WANTED)
    assert second.headers["Location"] == first
    assert "Nothing was changed" in ben.get(first).text


def test_a_guest_plans_too_and_becomes_a_learner_by_confirming_alone(app, client, rivers):
    with app.app_context():
        before = db.session.query(Learner).count()
    assert "0 %" in client.get("/plans/new", query_string=WANTED).text
    with app.app_context():
        assert db.session.query(Learner).count() == before
    answer = post(client, "/plans/new", WANTED | {"time_zone": "Europe/Vienna"})
    assert client.get(answer.headers["Location"]).status_code == 200
    with app.app_context():
        plan = db.session.query(StudyPlan).one()
        assert db.session.get_one(Learner, plan.learner_id).time_zone == "Europe/Vienna"
        assert db.session.get(Deck, (plan.learner_id, rivers.id)) is not None


@pytest.mark.parametrize("send", ["get", "post"])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"on": "2026-03-01"}, "The day must lie ahead"),
        ({"on": "2025-12-24"}, "The day must lie ahead"),
        ({"on": "2029-06-01"}, "within the next three years"),
        ({"on": "9999-12-31"}, "within the next three years"),
        ({"on": "31.3.2026"}, "Give the day as a date"),
        ({"on": ""}, "Give the day as a date"),
        ({"minutes": "0"}, "whole number from 1 to 600"),
        ({"minutes": "601"}, "whole number from 1 to 600"),
        ({"minutes": "a lot"}, "whole number from 1 to 600"),
        ({"minutes": ""}, "whole number from 1 to 600"),
        ({"minutes": "9" * 5000}, "whole number from 1 to 600"),
        ({"set": "bridges"}, "Not a valid choice"),
        ({"set": ""}, "Choose a question set"),
        ({"q": "tpic:length"}, "no filter"),
        ({"q": "is:due"}, "from day to day"),
        ({"q": "topic:nothing"}, "No fact of this set"),
        ({"q": "x" * 5000}, "4,000 characters"),
    ],
)
def test_a_bad_form_comes_back_with_its_error_and_what_was_typed(app, ben, send, change, words):
    wanted = WANTED | change
    answer = ben.get("/plans/new", query_string=wanted) if send == "get" else post(ben, "/plans/new", wanted)
    assert answer.status_code == 422
    assert words in answer.text
    assert "error-summary" in answer.text
    kept = {name: value for name, value in wanted.items() if name != "set"}
    for value in kept.values():
        assert f'value="{value}"' in answer.text
    assert count_plans(app) == 0


def test_an_open_quiz_on_the_set_is_to_be_finished_first(app, ben, cast, rivers):
    attempt(app, cast.ben.learner_id, rivers, [rivers.facts[0].questions["choice"]])
    for query in ("", '"fact 0"', "topic:mouth"):
        answer = ben.get("/plans/new", query_string=WANTED | {"q": query})
        assert answer.status_code == 422
        assert "still open" in answer.text
        assert "known today" not in answer.text
    assert post(ben, "/plans/new", WANTED).status_code == 422
    assert count_plans(app) == 0


def test_a_plan_whose_day_has_come_does_not_stand_in_the_way_of_the_next(app, ben, frozen):
    post(ben, "/plans/new", WANTED | {"on": "2026-03-02"})
    frozen.moment = frozen.moment.replace(day=3)
    assert ben.get("/plans/new", query_string=WANTED).status_code == 200
    assert post(ben, "/plans/new", WANTED).status_code == 303
    with app.app_context():
        assert {plan.state for plan in db.session.query(StudyPlan)} == {"reached", "open"}


def test_a_draft_of_another_cannot_be_planned(app, ben, make, cast):
    make.question_set("drafted", owner=cast.ada, state="draft")
    assert "drafted" not in ben.get("/plans/new").text
    assert ben.get("/plans/new", query_string=WANTED | {"set": "drafted"}).status_code == 422


def test_a_form_without_its_token_makes_nothing(app, ben):
    assert ben.post("/plans/new", data=WANTED).status_code == 400
    assert count_plans(app) == 0


def test_the_wrong_method_is_405(ben):
    assert ben.put("/plans/new").status_code in {400, 405}
    assert post(ben, "/plans/").status_code == 405
