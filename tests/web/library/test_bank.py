"""A set's page says what it is made from, what is in it and what the learner holds."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from quizapp.database import db
from quizapp.models import Fact, FactRevision, QuestionSet
from tests.forms import post
from tests.histories import attempt, make_members, review

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Clock
    from tests.factories import Cast, Factory, MadeFact


def date_it(app: Flask, fact: MadeFact, edtf: str, subject: str) -> None:
    """Give a fact a date as its value."""
    with app.app_context():
        revision = db.session.get_one(FactRevision, (fact.id, 1))
        revision.content = revision.content | {"date": edtf, "subject": subject}
        db.session.commit()


def test_it_tells_counts_and_keeps_invented_statements_apart(client: FlaskClient, make: Factory) -> None:
    make.question_set("rivers", facts=5, fictional=2)
    page = client.get("/library/rivers/").text
    assert "3 facts" in page
    assert "What the source invents" in page
    assert "2 statements of the source" in " ".join(page.split())
    assert "off by default" in page
    assert 'href="/study/rivers/"' in page
    assert 'href="/quizzes/new?set=rivers"' in page
    assert 'href="/library/rivers/facts"' in page


def test_it_names_the_source_and_its_licence(app: Flask, client: FlaskClient, make: Factory) -> None:
    made = make.question_set("rivers")
    with app.app_context():
        row = db.session.get_one(QuestionSet, made.id)
        row.source = {"package": "river-list", "version": "3.4.1", "licence": "CC0-1.0"}
        db.session.commit()
    page = client.get("/library/rivers/").text
    assert "from the package river-list 3.4.1" in page
    assert "CC0-1.0" in page


def test_a_document_is_named_with_its_fingerprint(app: Flask, client: FlaskClient, make: Factory) -> None:
    made = make.question_set("rivers")
    digest = hashlib.sha256(b"x").hexdigest()
    with app.app_context():
        db.session.get_one(QuestionSet, made.id).source = {"document": "rivers.txt", "sha256": digest}
        db.session.commit()
    page = client.get("/library/rivers/").text
    assert "from one document" in page
    assert digest[:16] in page


def test_the_timeline_is_shown_small_and_leads_to_the_whole(
    app: Flask, client: FlaskClient, make: Factory
) -> None:
    made = make.question_set("rivers", facts=5, fictional=1)
    assert "/library/rivers/timeline" not in client.get("/library/rivers/").text
    date_it(app, made.facts[0], "1815-06", "Bridge of Basel")
    date_it(app, made.facts[1], "1900-07-14", "Lock of Iffezheim")
    date_it(app, made.facts[4], "1850", "Invented dam")
    page = client.get("/library/rivers/").text
    assert "Bridge of Basel" in page
    assert "Lock of Iffezheim" in page
    assert 'href="/library/rivers/timeline"' in page
    assert 'href="/library/rivers/timeline?period=190X"' in page
    assert "Invented dam" not in page


def test_what_the_source_invents_is_switched_on_in_the_deck_as_it_exists(
    app: Flask, make: Factory, frozen: Clock
) -> None:
    made = make.question_set("rivers", facts=3, fictional=1)
    guest = make.guest()
    browser = make.browser_of_guest(guest)
    assert "Include them in my deck" not in browser.get("/library/rivers/").text
    make.deck(guest, made)
    assert "Include them in my deck" in browser.get("/library/rivers/").text
    answer = post(browser, "/study/rivers/fiction", {"include": "1", "from": "library"})
    assert answer.location == "/library/rivers/#invented"
    page = browser.get("/library/rivers/").text
    assert "on in your deck now" in page
    assert "Take them out of my deck" in page


def test_questions_are_counted_by_type(client: FlaskClient, make: Factory) -> None:
    make.question_set("rivers", facts=5, fictional=2)
    page = " ".join(client.get("/library/rivers/").text.split())
    assert 'True or false</span> <span class="num quiet">3</span>' in page
    assert "15 questions in all, those on invented statements apart." in page
    assert "10 questions ask about them" in page


def test_a_set_with_places_leads_to_its_map(app: Flask, client: FlaskClient, make: Factory) -> None:
    made = make.question_set("rivers")
    assert "/library/rivers/map" not in client.get("/library/rivers/").text
    with app.app_context():
        revision = db.session.get_one(FactRevision, (made.facts[0].id, 1))
        place = {"code": "DEU", "point": None, "name": "Germany"}
        revision.content = revision.content | {"place": place}
        db.session.commit()
    assert 'href="/library/rivers/map"' in client.get("/library/rivers/").text


def test_what_an_open_quiz_asks_is_not_on_the_timeline(app: Flask, make: Factory, frozen: Clock) -> None:
    made = make.question_set("rivers")
    date_it(app, made.facts[0], "1815-06", "Bridge of Basel")
    guest = make.guest()
    attempt(app, guest, made, [made.facts[0].questions["date"]])
    page = make.browser_of_guest(guest).get("/library/rivers/").text
    assert "Bridge of Basel" not in page
    assert "1815" not in page


def test_a_learner_sees_what_is_held(app: Flask, make: Factory, frozen: Clock) -> None:
    made = make.question_set("rivers")
    guest = make.guest()
    make.deck(guest, made)
    review(app, guest, made.facts[0].id, days_ago=40)
    page = make.browser_of_guest(guest).get("/library/rivers/").text
    assert "What you hold today" in page
    assert "(1 due)" in page


def test_memory_is_marked_once_something_is_begun(
    app: Flask, client: FlaskClient, make: Factory, frozen: Clock
) -> None:
    made = make.question_set("rivers")
    date_it(app, made.facts[0], "1815-06", "Bridge of Basel")
    guest = make.guest()
    date_it(app, made.facts[1], "1900", "Lock of Iffezheim")
    review(app, guest, made.facts[1].id)
    assert "new to you" in make.browser_of_guest(guest).get("/library/rivers/").text
    assert "new to you" not in client.get("/library/rivers/").text


def test_a_draft_is_found_by_its_owner_and_administrators_alone(
    client: FlaskClient, make: Factory, cast: Cast
) -> None:
    make.question_set("half-done", owner=cast.ada, state="draft")
    for browser, code in (
        (make.browser_of(cast.ada), 200),
        (make.browser_of(cast.olga), 200),
        (make.browser_of(cast.ben), 404),
        (client, 404),
    ):
        for address in (
            "/library/half-done/",
            "/library/half-done/facts",
            "/library/half-done/facts/fact-0",
            "/library/half-done/timeline",
        ):
            assert browser.get(address).status_code == code


@pytest.mark.parametrize("address", ["/library/nothing/", "/library/%01/", "/library/nothing/facts"])
def test_a_missing_set_is_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_it_is_not_written_to(client: FlaskClient, make: Factory) -> None:
    make.question_set("rivers")
    assert client.delete("/library/rivers/").status_code in {400, 405}
    assert client.put("/library/rivers/facts").status_code in {400, 405}


def test_what_is_due_is_what_study_offers_while_a_quiz_is_open(
    app: Flask, make: Factory, frozen: Clock
) -> None:
    made = make.question_set("rivers")
    guest = make.guest()
    make.deck(guest, made)
    make_members(app, made, 2)
    for fact in made.facts[:3]:
        review(app, guest, fact.id, days_ago=40)
    attempt(app, guest, made, [made.facts[0].questions["choice"]])
    browser = make.browser_of_guest(guest)

    # The quiz asks the first; the second belongs to the same list, and waits with it.
    assert "(1 due)" in browser.get("/library/rivers/").text
    assert "1 due today" in browser.get("/library/").text
    assert "1 fact is due" in browser.get("/").text


def test_what_is_never_asked_is_counted_too(app: Flask, client: FlaskClient, make: Factory) -> None:
    made = make.question_set("rivers", facts=5, fictional=2)
    with app.app_context():
        db.session.get_one(Fact, made.facts[0].id).treatment = "exclude"
        db.session.commit()
    page = " ".join(client.get("/library/rivers/").text.split())
    assert "2 facts" in page
    assert "2 statements of the source" in page
    assert "1 more statement</a> is reading matter and never asked." in page


def test_a_set_that_an_instructor_wrote_says_how_many_facts_name_a_source(
    app: Flask, client: FlaskClient, make: Factory, cast: Cast
) -> None:
    made = make.question_set("rivers", owner=cast.ada)
    with app.app_context():
        for fact in made.facts[1:]:
            revision = db.session.get_one(FactRevision, (fact.id, 1))
            revision.content = revision.content | {"where": ""}
        db.session.commit()
    page = client.get("/library/rivers/").text
    assert "1 of 4 facts names its source" in " ".join(page.split())
    for words in ("to the record", "As the record has it", "With a note"):
        assert words not in page


def test_a_set_without_topics_has_no_legend(app: Flask, client: FlaskClient, make: Factory) -> None:
    made = make.question_set("rivers", topics=())
    date_it(app, made.facts[0], "2014-09-05", "a treaty")
    page = client.get("/library/rivers/").text
    assert 'id="timeline"' in page
    assert 'class="topic' not in page
