"""The front page: a card for who is new, Today for who has decks."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from quizapp.database import db, new_row_id
from quizapp.models import Attempt, AttemptResponse, Deck, Learner, Quiz, Review, StudyPlan
from tests.forms import post
from tests.histories import review
from tests.loads import TODAY, give_cards

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Clock
    from tests.factories import Cast, Factory, MadeSet


@pytest.fixture
def made(make: Factory, frozen: Clock) -> MadeSet:
    return make.question_set(facts=6, fictional=1)


def count(app: Flask, table: Any) -> int:
    with app.app_context():
        return int(db.session.execute(select(sa.func.count()).select_from(table)).scalar_one())


def form_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', page))


def test_a_visitor_finds_a_card_that_can_be_tried_at_once(
    app: Flask, client: FlaskClient, made: MadeSet
) -> None:
    page = client.get("/").text
    assert re.search(r"Which value belongs to fact \d of rivers\?", page)
    assert page.count('type="radio"') >= 4
    assert "It is the value." not in page
    assert count(app, Learner) == 0


def test_the_card_is_the_same_all_day(client: FlaskClient, made: MadeSet, frozen: Clock) -> None:
    first = form_of(client.get("/").text)["question"]
    frozen.moment += timedelta(hours=5)
    assert form_of(client.get("/").text)["question"] == first


@pytest.mark.parametrize(("option", "words"), [("right", "Right"), ("wrong-1", "Not this time")])
def test_trying_it_makes_the_learner_and_tells_what_was_right_and_why(
    app: Flask, client: FlaskClient, made: MadeSet, option: str, words: str
) -> None:
    form = {**form_of(client.get("/").text), "option": option}
    page = post(client, "/study/responses", form, follow_redirects=True).text
    assert words in page
    assert "It is the value." in page
    assert "That belongs elsewhere." in page
    assert "A test, first sentence" in page
    assert "Keep going" in page
    assert (count(app, Learner), count(app, Deck), count(app, Review)) == (1, 1, 1)
    with app.app_context():
        assert db.session.execute(select(Review.guess)).scalar_one() == 0.25


def test_trying_it_without_a_choice_says_what_to_do_and_makes_nobody(
    app: Flask, client: FlaskClient, made: MadeSet
) -> None:
    form = form_of(client.get("/").text)
    answer = post(client, "/study/responses", form)
    assert answer.status_code == 422
    assert "Choose one of the options first" in answer.text
    assert count(app, Learner) == 0


def test_an_empty_installation_says_so(client: FlaskClient, frozen: Clock) -> None:
    assert "Nothing to study yet" in client.get("/").text


def test_a_draft_is_no_first_card(client: FlaskClient, make: Factory, frozen: Clock) -> None:
    make.question_set(state="draft")
    assert "Nothing to study yet" in client.get("/").text


def test_today_tells_minutes_first_and_cards_second(make: Factory, made: MadeSet) -> None:
    guest = make.guest()
    make.deck(guest, made)
    page = make.browser_of_guest(guest).get("/").text
    assert "About a minute today" in page
    assert "5 new facts." in page
    assert "Study now" in page
    assert page.index("About a minute today") < page.index("5 new facts.")


def test_today_tells_streak_memory_and_when_the_next_facts_are_due(make: Factory, made: MadeSet) -> None:
    guest = make.guest()
    make.deck(guest, made, new_per_day=1)
    tab = make.browser_of_guest(guest)
    form = {"review": new_row_id(), "fact": made.facts[0].id, "revision": 1, "rating": 3, "scope": "rivers"}
    post(tab, "/study/reviews", form)
    page = re.sub(r"\s+", " ", tab.get("/").text)
    assert "Done for today" in page
    assert re.search(r"1 fact comes back (tomorrow|in \d+ days)", page)
    assert re.search(r'<b class="num">1</b> ?<span>day in a row', page)
    assert "Length: 33 %" in page
    assert "Mouth: not tried yet" in page
    assert "1 review on 1 day" in page
    assert "Study more new facts" in page


def test_a_draft_among_the_decks_counts_for_its_author_alone(
    make: Factory, cast: Cast, made: MadeSet
) -> None:
    draft = make.question_set("draft", owner=cast.ada, state="draft", facts=3)
    for person in (cast.ada, cast.ben):
        make.deck(person, draft)
    assert "3 new facts" in make.browser_of(cast.ada).get("/").text
    page = make.browser_of(cast.ben).get("/").text
    assert "Try one" in page
    assert "Draft" not in page


def open_attempt(app: Flask, guest: Any, made: MadeSet, frozen: Clock) -> Any:
    with app.app_context():
        quiz = Quiz(
            question_set_id=made.id,
            made_by=guest,
            title="Rivers, quickly",
            question_count=1,
            created_at=frozen.moment,
        )
        db.session.add(quiz)
        db.session.flush()
        attempt = Attempt(
            learner_id=guest,
            quiz_id=quiz.id,
            started_at=frozen.moment,
            deadline_at=frozen.moment + timedelta(minutes=5),
        )
        db.session.add(attempt)
        db.session.flush()
        db.session.add(
            AttemptResponse(
                learner_id=guest,
                attempt_id=attempt.id,
                position=1,
                question_id=made.facts[0].questions["choice"],
                question_revision=1,
                form="choice",
                response={"option": "right"},
            )
        )
        attempt_id = attempt.id
        db.session.commit()
        return attempt_id


def test_an_open_quiz_is_offered_again_and_nothing_of_it_is_told(
    app: Flask, make: Factory, made: MadeSet, frozen: Clock
) -> None:
    guest = make.guest()
    make.deck(guest, made)
    tab = make.browser_of_guest(guest)
    attempt_id = open_attempt(app, guest, made, frozen)
    page = tab.get("/").text
    assert "You are in the middle of a quiz: Rivers, quickly." in page
    assert f"/quizzes/attempts/{attempt_id}" in page
    assert "4 new facts." in page
    frozen.moment += timedelta(minutes=6)
    assert "in the middle of a quiz" not in tab.get("/").text


def test_a_question_of_an_open_quiz_is_not_graded_in_study(
    app: Flask, make: Factory, made: MadeSet, frozen: Clock
) -> None:
    guest = make.guest()
    make.deck(guest, made)
    tab = make.browser_of_guest(guest)
    open_attempt(app, guest, made, frozen)
    form = {
        "review": new_row_id(),
        "fact": made.facts[0].id,
        "revision": 1,
        "question": made.facts[0].questions["choice"],
        "question_revision": 1,
        "option": "right",
        "scope": "rivers",
    }
    answer = post(tab, "/study/responses", form, as_json=True)
    assert (answer.status_code, answer.json["state"]) == (409, "in-quiz")
    assert "It is the value." not in answer.text
    assert count(app, Review) == 0


def today_of(tab: FlaskClient) -> str:
    return re.sub(r"\s+", " ", tab.get("/").text)


def change(app: Flask, learner_id: Any, **values: Any) -> None:
    with app.app_context():
        learner = db.session.get_one(Learner, learner_id)
        for name, value in values.items():
            setattr(learner, name, value)
        db.session.commit()


def test_a_goal_shows_how_far_the_day_is(app: Flask, make: Factory, made: MadeSet) -> None:
    guest = make.guest()
    make.deck(guest, made)
    tab = make.browser_of_guest(guest)
    assert "Goal of today" not in today_of(tab)
    change(app, guest, goal_minutes=1)
    assert "Goal of today: 0 of 1 minute done" in today_of(tab)
    for fact in made.facts[:5]:
        review(app, guest, fact.id)
    assert "0 of 1 minute" in today_of(tab)
    for fact in made.facts[:5]:
        review(app, guest, fact.id)
    assert "Goal reached: 1 minute" in today_of(tab)


def test_the_last_week_is_told_day_by_day_and_can_be_hidden(app: Flask, make: Factory, made: MadeSet) -> None:
    guest = make.guest()
    make.deck(guest, made)
    tab = make.browser_of_guest(guest)
    # Ten days but for the day before yesterday: a freeze, earned before, bridges it.
    for days in (0, 1, *range(3, 11)):
        review(app, guest, made.facts[days % 5].id, days_ago=days)
    page = today_of(tab)
    assert '<b class="num">10</b><span>days in a row</span>' in page
    assert "Friday bridged by a freeze, Saturday studied, Sunday studied" in page
    change(app, guest, shows_streak=False)
    page = today_of(tab)
    assert "in a row" not in page
    assert "The last seven days" not in page


def test_a_heavy_backlog_is_offered_to_be_spread(app: Flask, make: Factory, frozen: Clock) -> None:
    made = make.question_set(facts=42)
    guest = make.guest()
    make.deck(guest, made)
    tab = make.browser_of_guest(guest)
    give_cards(app, guest, made, [-9] * 40)
    assert "overdue" not in today_of(tab)
    give_cards_more(app, guest, made)
    page = today_of(tab)
    assert "41 cards are overdue." in page
    assert "Study now" in page
    assert page.index("Study now") < page.index("41 cards are overdue.")
    change(app, guest, relief_through=TODAY + timedelta(days=6))
    page = today_of(tab)
    assert "are overdue." not in page
    assert "What was overdue is spread through 7 March 2026." in page


def give_cards_more(app: Flask, guest: Any, made: MadeSet) -> None:
    give_cards(app, guest, dataclasses.replace(made, facts=made.facts[40:41]), [-9])


def test_a_pause_is_told_with_a_button_that_ends_it(
    app: Flask, make: Factory, made: MadeSet, frozen: Clock
) -> None:
    guest = make.guest()
    make.deck(guest, made)
    give_cards(app, guest, made, [-9] * 5)
    change(app, guest, paused_from=TODAY, paused_through=TODAY + timedelta(days=3))
    tab = make.browser_of_guest(guest)
    page = today_of(tab)
    assert "You are taking a pause" in page
    assert "Through 4 March 2026 nothing is due, and your streak is kept." in page
    assert "Study now" not in page
    assert "Resume today" in page
    post(tab, "/rhythm/pause/end", {"from": "home"})
    assert "Study now" in today_of(tab)


def test_cards_are_searched_from_today(make: Factory, made: MadeSet) -> None:
    guest = make.guest()
    make.deck(guest, made)
    page = today_of(make.browser_of_guest(guest))
    assert re.search(r'<form class="search"[^>]*method="get"[^>]*action="/browse/"', page)


def test_an_open_plan_is_told_with_its_day(app: Flask, make: Factory, made: MadeSet, frozen: Clock) -> None:
    guest = make.guest()
    make.deck(guest, made)
    with app.app_context():
        db.session.add(
            StudyPlan(
                learner_id=guest,
                question_set_id=made.id,
                title="Before the trip",
                ready_on=TODAY + timedelta(days=30),
                daily_minutes=10,
                desired_retention=0.9,
                new_per_day=10,
                predicted=0.84,
                created_at=frozen.moment,
            )
        )
        db.session.commit()
    page = today_of(make.browser_of_guest(guest))
    assert "Before the trip" in page
    assert "31 March 2026, about 84 %" in page


def test_the_front_page_takes_no_post(client: FlaskClient, frozen: Clock) -> None:
    assert post(client, "/").status_code == 405
