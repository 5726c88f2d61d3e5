"""Where a plan stands, other minutes, giving it up, and what an open quiz hides of it."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from quizapp.database import db
from quizapp.models import Deck, StudyPlan
from quizapp.operations import plans
from tests.forms import post
from tests.histories import attempt, review

WANTED = {"set": "rivers", "q": "", "on": "2026-03-31", "minutes": "15"}


@pytest.fixture
def rivers(app, make, cast, frozen):
    made = make.question_set(facts=12)
    make.deck(cast.ben, made, desired_retention=0.91, new_per_day=7)
    for fact in made.facts[:5]:
        review(app, cast.ben.learner_id, fact.id, days_ago=4)
    return made


@pytest.fixture
def ben(make, cast, rivers):
    return make.browser_of(cast.ben)


@pytest.fixture
def address(ben):
    return post(ben, "/plans/new", WANTED).headers["Location"]


def settle(app, frozen):
    with app.app_context():
        plans.settle_all(frozen.moment)


def test_a_plan_shows_its_curve_and_the_numbers_beneath(ben, address):
    page = ben.get(address).text
    assert "Where it stands" in page
    assert "known as today began" in page
    assert "expected on the day from here" in page
    assert all(f'class="{name}"' in page for name in ("promised", "expected", "line", "band"))
    assert "Promised and reached on each day" in page
    assert "30 days left" in page
    assert 'href="/study/rivers/"' in page
    assert "Behind" not in page


def test_who_falls_behind_is_told_by_how_much_and_what_would_make_up_for_it(ben, address, frozen):
    frozen.moment += timedelta(days=15)
    page = ben.get(address).text
    assert "Behind by" in page
    assert "were expected by now" in page
    assert f"{address}/minutes?minutes=" in page


def test_who_is_ahead_is_told_so(app, ben, address, cast, rivers, frozen):
    with app.app_context():
        db.session.execute(db.text("UPDATE plan_days SET predicted = 0.1"))
        db.session.commit()
    frozen.moment += timedelta(days=1)
    assert "Ahead by" in ben.get(address).text


def test_looking_at_a_plan_writes_nothing(app, ben, address, frozen):
    frozen.moment += timedelta(days=5)
    ben.get(address)
    ben.get("/plans/")
    with app.app_context():
        plan = db.session.query(StudyPlan).one()
        assert [row.reached for row in plans.list_days(plan)][5] is None


def test_on_the_day_the_page_tells_what_was_reached_before_the_job_came_by(app, ben, address, frozen):
    frozen.moment += timedelta(days=31)
    page = ben.get(address).text
    assert "The day has come" in page
    assert "known on the day" in page
    assert "The day has come" in ben.get("/plans/").text
    settle(app, frozen)
    page = ben.get(address).text
    assert "points beside the promise" in page
    assert "Give the plan up" not in page
    assert "Make a new plan" in page


def test_other_minutes_are_shown_first_and_then_taken(app, ben, address):
    page = ben.get(f"{address}/minutes?minutes=40")
    assert page.status_code == 200
    assert "With 40 minutes a day from today" in page.text
    answer = post(ben, f"{address}/minutes", {"minutes": "40"})
    assert answer.headers["Location"] == address
    page = ben.get(address).text
    assert "goes on with the new minutes" in page
    assert "40 minutes a day" in page
    with app.app_context():
        assert db.session.query(StudyPlan).one().daily_minutes == 40


def test_bare_the_page_of_other_minutes_shows_those_of_the_plan(ben, address):
    page = ben.get(f"{address}/minutes")
    assert page.status_code == 200
    assert "With 15 minutes a day from today" in page.text


@pytest.mark.parametrize("minutes", ["", "0", "601", "many", "-3"])
def test_bad_minutes_come_back_with_their_error(ben, address, minutes):
    for answer in (
        ben.get(f"{address}/minutes?minutes={minutes}"),
        post(ben, f"{address}/minutes", {"minutes": minutes}),
    ):
        assert answer.status_code == 422
        assert "whole number from 1 to 600" in answer.text
        assert f'value="{minutes}"' in answer.text


def test_giving_up_puts_the_decks_settings_back(app, ben, address, cast, rivers):
    answer = post(ben, f"{address}/give-up")
    assert answer.headers["Location"] == "/plans/"
    page = ben.get("/plans/").text
    assert "The plan is given up" in page
    assert "given up</td>" in page
    with app.app_context():
        deck = db.session.get_one(Deck, (cast.ben.learner_id, rivers.id))
        assert (deck.desired_retention, deck.new_per_day) == (0.91, 7)
    post(ben, f"{address}/give-up")
    assert "The plan was over already" in ben.get("/plans/").text
    assert "given up" in ben.get(address).text


def test_a_plan_that_is_over_takes_no_other_minutes(ben, address):
    post(ben, f"{address}/give-up")
    for answer in (
        ben.get(f"{address}/minutes?minutes=30"),
        post(ben, f"{address}/minutes", {"minutes": "30"}),
    ):
        assert answer.status_code == 422
        assert "This plan is over" in answer.text


def test_a_plan_whose_day_has_come_takes_no_other_minutes(ben, address, frozen):
    frozen.moment += timedelta(days=31)
    answer = post(ben, f"{address}/minutes", {"minutes": "30"})
    assert answer.status_code == 422
    assert "The day must lie ahead" in answer.text


def test_an_open_quiz_hides_every_figure_of_its_facts_memory(app, ben, address, cast, rivers, frozen):
    def pages():
        return [ben.get(url).text for url in (address, "/plans/", f"{address}/minutes?minutes=30")]

    assert any("%" in page for page in pages())
    attempt(app, cast.ben.learner_id, rivers, [rivers.facts[0].questions["choice"]])
    hidden = pages()
    shown, listed, minutes = hidden
    assert "A quiz of yours on this set is open" in shown
    assert "told again when your open quiz" in listed
    assert "still open" in minutes
    for page in hidden:
        assert "polyline" not in page
        assert "known today" not in page
        assert "promised for the day" not in page
    # What a quiz finds out does not show through either: the pages are the same whatever the cards say.
    with app.app_context():
        db.session.execute(db.text("UPDATE cards SET stability = 900"))
        db.session.commit()
    assert [_settled(page) for page in pages()] == [_settled(page) for page in hidden]


def _settled(page):
    """Return a page without the token of its forms, which is another each time."""
    return [line for line in page.splitlines() if "csrf_token" not in line and 'value="I' not in line]


def test_the_list_is_told_from_scratch_and_compares_what_is_over(app, ben, client, frozen):
    assert "No plan yet" in client.get("/plans/").text
    for day in (2, 4):
        post(ben, "/plans/new", WANTED | {"on": f"2026-03-0{day}"})
        frozen.moment = frozen.moment.replace(day=day)
        settle(app, frozen)
    page = ben.get("/plans/").text
    assert "Over: promised and reached" in page
    assert "points on average" in page
    assert page.count("March 2026</td>") == 2


@pytest.mark.parametrize("part", ["", "/minutes"])
def test_a_stranger_a_visitor_and_a_missing_plan_get_404(make, cast, client, ben, address, part):
    cleo = make.browser_of(cast.cleo)
    missing = f"/plans/{uuid.uuid4()}"
    for browser, url in ((cleo, address), (client, address), (ben, missing)):
        assert browser.get(url + part).status_code == 404
        assert post(browser, f"{url}/minutes", {"minutes": "30"}).status_code == 404
        assert post(browser, f"{url}/give-up").status_code == 404
    assert ben.get("/plans/no-id").status_code == 404


def test_the_wrong_method_is_405(ben, address):
    assert post(ben, address).status_code == 405
    assert ben.get(f"{address}/give-up").status_code == 405
