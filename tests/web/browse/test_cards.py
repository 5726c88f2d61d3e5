"""Deciding about many cards at once, from the page that found them, and taking it back."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from quizapp.database import db, new_row_id, run_tx
from quizapp.models import Card, CardMark, Review
from quizapp.operations import search
from tests.forms import post
from tests.histories import attempt, review

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.conftest import Clock
    from tests.factories import Cast, Factory, MadeSet


@pytest.fixture
def rivers(app: Flask, make: Factory, frozen: Clock) -> MadeSet:
    made = make.question_set("rivers", facts=4)
    with app.app_context():
        run_tx(lambda: search.index_set(made.id))
    return made


@pytest.fixture
def browser(app: Flask, make: Factory, cast: Cast, rivers: MadeSet) -> FlaskClient:
    make.deck(cast.ben, rivers)
    review(app, cast.ben.learner_id, rivers.facts[0].id, days_ago=9)
    review(app, cast.ben.learner_id, rivers.facts[1].id, days_ago=9)
    return make.browser_of(cast.ben)


def send(browser: FlaskClient, action: str, **fields: Any) -> TestResponse:
    data = {"action": action, "step": str(new_row_id()), "q": "set:rivers", **fields}
    return post(browser, "/browse/cards", data)


def found(browser: FlaskClient, text: str) -> list[str]:
    page = browser.get("/browse/", query_string={"q": text}).text
    return [f"fact-{number}" for number in range(4) if f"/facts/fact-{number}" in page]


@pytest.mark.parametrize(
    ("action", "state"), [("suspend", "is:suspended"), ("flag", "is:flagged"), ("bury", "is:hidden")]
)
def test_the_facts_that_were_checked_are_changed_and_it_is_told(
    browser: FlaskClient, rivers: MadeSet, action: str, state: str
) -> None:
    answer = send(browser, action, fact=[str(rivers.facts[0].id), str(rivers.facts[2].id)])
    assert answer.status_code == 303
    page = browser.get(answer.headers["Location"]).text
    assert "2 facts" in page
    assert "Undo what was just done" in page
    assert found(browser, state) == ["fact-0", "fact-2"]


def test_what_was_decided_is_taken_back_once(browser: FlaskClient, rivers: MadeSet) -> None:
    step = str(new_row_id())
    send(browser, "suspend", step=step, fact=str(rivers.facts[0].id))
    answer = post(browser, "/browse/undo", {"step": step, "q": "set:rivers"})
    assert answer.headers["Location"] == "/browse/?q=set:rivers"
    page = browser.get(answer.headers["Location"]).text
    assert "Taken back" in page
    assert "Undo what was just done" not in page
    assert found(browser, "is:suspended") == []


def test_nothing_is_taken_back_once_something_else_was_done(browser: FlaskClient, rivers: MadeSet) -> None:
    step = str(new_row_id())
    answer = send(browser, "suspend", step=step, fact=str(rivers.facts[0].id))
    send(browser, "flag", fact=str(rivers.facts[1].id))
    assert "Undo what was just done" not in browser.get(answer.headers["Location"]).text
    gone = post(browser, "/browse/undo", {"step": step})
    assert "Nothing was taken back" in browser.get(gone.headers["Location"]).text
    assert found(browser, "is:suspended") == ["fact-0"]


def test_all_that_was_found_is_changed_whatever_page_it_stands_on(browser: FlaskClient) -> None:
    send(browser, "flag", which="all", q="topic:mouth")
    assert found(browser, "is:flagged") == ["fact-1", "fact-3"]
    send(browser, "unflag", which="all", q="is:flagged")
    assert found(browser, "is:flagged") == []


def test_suspended_facts_are_resumed(browser: FlaskClient) -> None:
    send(browser, "suspend", which="all")
    send(browser, "resume", which="all", q="topic:length")
    assert found(browser, "is:suspended") == ["fact-1", "fact-3"]


def test_the_same_form_sent_twice_is_done_once(app: Flask, browser: FlaskClient, rivers: MadeSet) -> None:
    step = str(new_row_id())
    for _ in range(2):
        answer = send(browser, "due", step=step, which="all", due_on="2026-04-01")
        assert "2 facts due on 1 April 2026." in browser.get(answer.headers["Location"]).text
    with app.app_context():
        assert len(db.session.execute(select(Review).where(Review.action == "due")).all()) == 2


def test_a_due_date_is_set_for_what_was_begun(
    app: Flask, browser: FlaskClient, cast: Cast, rivers: MadeSet
) -> None:
    send(browser, "due", which="all", due_on="2026-04-01")
    assert found(browser, "due:2026-04-01") == ["fact-0", "fact-1"]


@pytest.mark.parametrize("due_on", ["", "2026-02-30", "2026-02-28", "2999-01-01", "x" * 50])
def test_an_odd_due_date_comes_back_with_its_error(
    browser: FlaskClient, rivers: MadeSet, due_on: str
) -> None:
    answer = send(browser, "due", fact=str(rivers.facts[0].id), due_on=due_on)
    assert answer.status_code == 422
    assert "on which they are to be due" in answer.text
    assert "Nothing was changed" in answer.text
    assert found(browser, "due:2026-03-01") == []


def test_a_reset_asks_first_and_keeps_the_log(
    app: Flask, browser: FlaskClient, cast: Cast, rivers: MadeSet
) -> None:
    chosen = [str(rivers.facts[0].id), str(rivers.facts[3].id)]
    asked = send(browser, "reset", fact=chosen)
    assert asked.status_code == 200
    assert "Begin 1 fact anew?" in asked.text
    assert "Your history stays" in asked.text
    assert found(browser, "-is:new") == ["fact-0", "fact-1"]
    step = str(new_row_id())
    send(browser, "reset", fact=chosen, confirm="yes", step=step)
    assert found(browser, "-is:new") == ["fact-1"]
    with app.app_context():
        rows = db.session.execute(select(Review).where(Review.fact_id == rivers.facts[0].id)).scalars()
        assert [row.action for row in rows] == [None, "reset"]
    post(browser, "/browse/undo", {"step": step})
    assert found(browser, "-is:new") == ["fact-0", "fact-1"]


def test_there_is_nothing_to_reset_in_what_was_never_begun(browser: FlaskClient, rivers: MadeSet) -> None:
    answer = send(browser, "reset", fact=str(rivers.facts[3].id))
    assert answer.status_code == 422
    assert "nothing to reset" in answer.text


def test_what_is_missing_or_odd_is_told(browser: FlaskClient, rivers: MadeSet) -> None:
    fact = str(rivers.facts[0].id)
    for fields, words in (
        ({"action": "suspend"}, "Check at least one fact"),
        ({"action": "explode", "fact": fact}, "Choose what to do"),
        ({"action": "flag", "fact": "no-id"}, "incomplete"),
        ({"action": "flag", "fact": fact, "step": "x"}, "incomplete"),
        ({"action": "flag", "which": "all", "q": "is:late"}, "Mend the search first"),
    ):
        answer = send(browser, **fields)
        assert answer.status_code == 422
        assert words in answer.text
    assert found(browser, "is:flagged or is:suspended") == []


def test_facts_that_may_not_be_seen_are_left_alone(
    app: Flask, make: Factory, cast: Cast, browser: FlaskClient, rivers: MadeSet
) -> None:
    draft = make.question_set("bridges", owner=cast.ada, state="draft")
    attempt(app, cast.ben.learner_id, rivers, [rivers.facts[3].questions["choice"]])
    answer = send(
        browser, "flag", fact=[str(draft.facts[0].id), str(rivers.facts[3].id), str(uuid.UUID(int=1))]
    )
    assert "Nothing had to be changed" in browser.get(answer.headers["Location"]).text
    with app.app_context():
        assert db.session.execute(select(CardMark)).all() == []


def test_another_learner_and_their_step_are_strangers(
    app: Flask, make: Factory, cast: Cast, browser: FlaskClient, rivers: MadeSet
) -> None:
    step = str(new_row_id())
    send(browser, "suspend", step=step, fact=str(rivers.facts[0].id))
    cleo = make.browser_of(cast.cleo)
    post(cleo, "/browse/undo", {"step": step})
    send(cleo, "reset", which="all", confirm="yes")
    assert found(browser, "is:suspended") == ["fact-0"]
    with app.app_context():
        assert len(db.session.execute(select(Card).where(Card.learner_id == cast.ben.learner_id)).all()) == 2


def test_a_visitor_has_nothing_to_decide_about(client: FlaskClient, rivers: MadeSet) -> None:
    assert send(client, "suspend", which="all").status_code == 404
    assert post(client, "/browse/undo", {"step": str(new_row_id())}).status_code == 404
