"""A quiz by its link: shared and taken back, taken over by others, and an instructor's quiz joined."""

from __future__ import annotations

import re
import uuid

import pytest
import sqlalchemy as sa

from quizapp.database import db, run_tx
from quizapp.models import Learner, QuestionSet, Quiz, QuizTaker
from quizapp.operations import quizzes
from tests.forms import post
from tests.histories import taught_quiz


def link_of(client, quiz_url):
    return re.search(r'value="[^"]*(/quizzes/shared/[^"]+)"', client.get(f"{quiz_url}share").text)[1]


@pytest.fixture
def link(desk):
    post(desk.client, f"{desk.quiz_url}share")
    return link_of(desk.client, desk.quiz_url)


def takers(app):
    with app.app_context():
        return list(db.session.execute(sa.select(QuizTaker)).scalars())


# ---- A quiz of one's own ----


def test_a_link_is_made_shown_and_taken_back(desk):
    page = f"{desk.quiz_url}share"
    assert "Make a link" in desk.client.get(page).text
    assert post(desk.client, page).location == page
    link = link_of(desk.client, desk.quiz_url)
    assert desk.app.test_client().get(link).status_code == 200
    ended = post(desk.client, f"{desk.quiz_url}unshare", follow_redirects=True)
    assert "The link leads nowhere now." in ended.text
    assert "Make a link" in ended.text
    assert desk.app.test_client().get(link).status_code == 404


def test_whoever_opens_a_link_takes_a_copy_of_their_own_once(desk, link, make, cast):
    with desk.app.app_context():
        there = db.session.execute(sa.select(sa.func.count()).select_from(Learner)).scalar_one()
    guest = desk.app.test_client()
    assert "Take this quiz" in guest.get(link).text
    with desk.app.app_context():
        # To look at a link makes nobody a learner.
        assert db.session.execute(sa.select(sa.func.count()).select_from(Learner)).scalar_one() == there
    taken = post(guest, link)
    assert taken.status_code == 303
    assert taken.location != desk.quiz_url
    assert post(guest, link).location == taken.location
    assert len(desk.quizzes()) == 2
    assert "Rivers" in guest.get(taken.location).text
    assert guest.get(desk.quiz_url).status_code == 404
    ben = make.browser_of(cast.ben)
    assert post(ben, link).location not in {desk.quiz_url, taken.location}


def test_the_own_link_leads_to_the_own_quiz(desk, link):
    assert desk.client.get(link).location == desk.quiz_url
    assert post(desk.client, link).location == desk.quiz_url
    assert len(desk.quizzes()) == 1


def test_a_link_to_a_quiz_on_a_set_that_was_withdrawn_leads_nowhere(desk, link):
    with desk.app.app_context():
        db.session.execute(sa.update(QuestionSet).values(state="archived"))
        db.session.commit()
    guest = desk.app.test_client()
    assert guest.get(link).status_code == 404
    assert post(guest, link).status_code == 404


def test_nobody_else_shares_a_quiz(desk, make, cast):
    for client in (desk.app.test_client(), make.browser_of(cast.ben), make.browser_of(cast.olga)):
        assert client.get(f"{desk.quiz_url}share").status_code == 404
        assert post(client, f"{desk.quiz_url}share").status_code == 404
        assert post(client, f"{desk.quiz_url}unshare").status_code == 404


def test_unknown_links_are_not_found_and_guessing_ends(desk):
    desk.app.config["RATELIMIT_ENABLED"] = True
    client = desk.app.test_client()
    answers = [client.get(f"/quizzes/shared/{uuid.uuid4().hex}").status_code for _ in range(62)]
    assert answers[:60] == [404] * 60
    assert set(answers[60:]) <= {404, 429}
    assert client.get(f"/quizzes/shared/{'x' * 44}").status_code == 404
    assert client.put("/quizzes/shared/x").status_code in {400, 405}


# ---- An instructor's ----


@pytest.fixture
def given(app, made, make, cast, frozen):
    """A link to a quiz of ada's."""
    with app.app_context():
        quiz_id = taught_quiz(made, cast.ada, [made.facts[0].questions["choice"]])
        return f"/quizzes/shared/{run_tx(lambda: quizzes.share_quiz(quiz_id))}"


def test_a_guest_joins_under_a_name_and_comes_to_the_cover(app, given):
    guest = app.test_client()
    page = guest.get(given).text
    assert "Ada gives you this quiz." in page
    assert "Your name" in page
    joined = post(guest, given, {"name": "  Ida   Lovell "})
    assert joined.status_code == 303
    (taker,) = takers(app)
    assert taker.name == "Ida Lovell"
    assert "Rivers, examined" in guest.get(joined.location).text
    assert guest.get(given).location == joined.location
    index = guest.get("/quizzes/").text
    assert "Given to you" in index
    assert "Open" in index


@pytest.mark.parametrize(("name", "words"), [("  ", "Enter your name"), ("x" * 81, "At most 80 letters.")])
def test_without_a_name_a_guest_is_asked_again(app, given, name, words):
    answer = post(app.test_client(), given, {"name": name})
    assert answer.status_code == 422
    assert words in answer.text
    assert takers(app) == []


def test_a_user_joins_under_the_name_of_the_account(app, given, make, cast):
    ben = make.browser_of(cast.ben)
    assert "You take part as Ben" in ben.get(given).text
    post(ben, given)
    assert [taker.name for taker in takers(app)] == ["Ben"]


def test_a_quiz_that_is_no_more_given_leads_nowhere_but_stays_with_who_joined(app, given, make, cast):
    ben = make.browser_of(cast.ben)
    cover = post(ben, given).location
    with app.app_context():
        db.session.execute(sa.update(Quiz).values(state="archived"))
        db.session.commit()
    assert app.test_client().get(given).status_code == 404
    assert ben.get(cover).status_code == 200
    assert "Closed" in ben.get("/quizzes/").text


def test_a_quiz_joined_cannot_be_shared_by_its_learner(app, given, make, cast):
    ben = make.browser_of(cast.ben)
    cover = post(ben, given).location
    assert ben.get(f"{cover}share").status_code == 404
    assert post(ben, f"{cover}unshare").status_code == 404
