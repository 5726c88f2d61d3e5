"""The list of facts is searched, filtered, paged, and silent on what an open quiz asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quizapp.database import db
from quizapp.models import FactRevision
from quizapp.web.library import views
from tests.histories import attempt, make_members

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Clock
    from tests.factories import Factory


def test_words_find_facts_and_are_kept_in_the_form(client: FlaskClient, make: Factory) -> None:
    make.question_set("rivers")
    page = client.get("/library/rivers/facts?q=value+2").text
    assert "Fact 2 of rivers" in page
    assert "Fact 1 of rivers" not in page
    assert 'value="value 2"' in page


def test_a_topic_filters(client: FlaskClient, make: Factory) -> None:
    make.question_set("rivers")
    page = client.get("/library/rivers/facts?topic=mouth").text
    assert "Fact 1 of rivers" in page
    assert "Fact 0 of rivers" not in page


def test_invented_statements_are_asked_for(client: FlaskClient, make: Factory) -> None:
    make.question_set("rivers", fictional=1)
    page = client.get("/library/rivers/facts").text
    assert "Fact 3 of rivers" not in page
    assert "1 statement that the source invents" in page
    assert "Fact 3 of rivers" in client.get("/library/rivers/facts?standing=fictional").text


def test_nothing_found_says_what_to_do(client: FlaskClient, make: Factory) -> None:
    make.question_set("rivers")
    page = client.get("/library/rivers/facts?q=mountain").text
    assert "No fact matches" in page
    assert "Show all facts" in page


def test_a_long_list_has_pages(client: FlaskClient, make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_PAGE", 3)
    make.question_set("rivers")
    assert "Page 1 of 2" in client.get("/library/rivers/facts").text
    assert "Fact 3 of rivers" in client.get("/library/rivers/facts?page=2").text
    assert client.get("/library/rivers/facts?page=3").status_code == 404


def test_the_members_of_a_list_are_folded(app: Flask, client: FlaskClient, make: Factory) -> None:
    made = make.question_set("rivers")
    make_members(app, made, 3)
    page = client.get("/library/rivers/facts").text
    assert page.count("<details") == 1
    assert "3 entries" in page
    assert 'href="/library/rivers/facts/nations.n2"' in page


def test_what_an_open_quiz_asks_is_closed_and_not_found_by_words(
    app: Flask, make: Factory, frozen: Clock
) -> None:
    made = make.question_set("rivers")
    guest = make.guest()
    attempt(app, guest, made, [made.facts[1].questions["choice"]])
    browser = make.browser_of_guest(guest)
    page = browser.get("/library/rivers/facts").text
    assert "A fact in your open quiz" in page
    assert "Value 1" not in page
    assert "fact-1" not in page
    assert "No fact matches" in browser.get("/library/rivers/facts?q=value+1").text


@pytest.mark.parametrize("query", ["q=%01", "standing=what", "topic=%01", "page=-3", "page=1e9"])
def test_odd_filters_are_borne(client: FlaskClient, make: Factory, query: str) -> None:
    make.question_set("rivers")
    assert client.get(f"/library/rivers/facts?{query}").status_code == 200


def test_what_was_found_elsewhere_than_in_the_statement_says_where(
    app: Flask, client: FlaskClient, make: Factory
) -> None:
    made = make.question_set("rivers")
    with app.app_context():
        revision = db.session.get_one(FactRevision, (made.facts[1].id, 1))
        revision.content = revision.content | {"note": "Measured by Humboldt."}
        db.session.commit()
    page = client.get("/library/rivers/facts?q=humboldt").text
    assert "Fact 1 of rivers" in page
    assert "found in its note" in page
    assert "found in" not in client.get("/library/rivers/facts?q=value+1").text
    assert "found in" not in client.get("/library/rivers/facts").text
