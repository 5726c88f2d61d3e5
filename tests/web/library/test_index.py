"""The library lists what is published, and an instructor's own drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from quizapp.database import db
from quizapp.models import Learner, QuestionSet
from quizapp.operations.reports import library
from tests.histories import review

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Clock
    from tests.factories import Cast, Factory


def test_a_visitor_sees_the_published_sets_and_stays_unknown(
    app: Flask, client: FlaskClient, make: Factory
) -> None:
    make.question_set("rivers", fictional=1)
    page = client.get("/library/")
    assert page.status_code == 200
    assert "Rivers" in page.text
    assert "3 facts" in page.text
    assert "fiction in the source" in page.text
    with app.app_context():
        assert db.session.execute(select(func.count()).select_from(Learner)).scalar_one() == 0


def test_an_empty_library_says_what_to_do(client: FlaskClient) -> None:
    assert "quizapp banks load" in client.get("/library/").text


def test_a_learner_sees_what_is_held_and_due(app: Flask, make: Factory, frozen: Clock) -> None:
    made = make.question_set("rivers")
    guest = make.guest()
    make.deck(guest, made)
    review(app, guest, made.facts[0].id, days_ago=40)
    page = make.browser_of_guest(guest).get("/library/").text
    assert "1 due today" in page
    assert "1 of 4 begun" in page


def test_drafts_are_shown_to_their_author_alone(client: FlaskClient, make: Factory, cast: Cast) -> None:
    make.question_set("half-done", owner=cast.ada, state="draft")
    assert "Half done" in make.browser_of(cast.ada).get("/library/").text
    for browser in (client, make.browser_of(cast.ben), make.browser_of(cast.olga)):
        assert "Half done" not in browser.get("/library/").text


def test_titles_are_searched_and_the_words_are_kept(client: FlaskClient, make: Factory) -> None:
    make.question_set("rivers")
    make.question_set("lakes")
    page = client.get("/library/?q=lak").text
    assert "Lakes" in page
    assert "Rivers" not in page
    assert 'value="lak"' in page
    assert "Nothing has that title" in client.get("/library/?q=mountains").text


def test_a_title_with_markup_stays_text(app: Flask, client: FlaskClient, make: Factory) -> None:
    made = make.question_set("rivers")
    with app.app_context():
        row = db.session.get_one(QuestionSet, made.id)
        row.title, row.about = "<script>alert(1)</script>", "<img src=x onerror=alert(1)>"
        db.session.commit()
    for address in (
        "/library/",
        "/library/rivers/",
        "/library/?q=<script>",
        "/library/rivers/facts?q=<script>",
    ):
        page = client.get(address).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@pytest.mark.parametrize("query", ["q=%01", "q=%25%5f", "page=0", "page=x", "q=" + "a" * 5000])
def test_odd_addresses_are_borne(client: FlaskClient, make: Factory, query: str) -> None:
    make.question_set("rivers")
    assert client.get(f"/library/?{query}").status_code == 200


def test_a_long_library_has_pages(
    client: FlaskClient, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "PAGE", 2)
    for name in ("a", "b", "c"):
        make.question_set(f"set-{name}", facts=1)
    first, second = (client.get(f"/library/?page={page}").text for page in (1, 2))
    assert ("Set b" in first, "Set c" in first, "Set c" in second) == (True, False, True)
    assert client.get("/library/?page=3").status_code == 404
    assert client.get(f"/library/?page={10**30}").status_code == 404


def test_the_library_is_not_written_to(client: FlaskClient) -> None:
    assert client.post("/library/").status_code in {400, 405}
