"""A fact's page: what it says, where, its questions, one's own history; closed while a quiz asks it."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING

import pytest

from quizapp.database import db
from quizapp.models import Fact, FactRevision, QuestionFact, QuestionSet
from tests.histories import NOON, attempt, make_members, review

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Clock
    from tests.factories import Factory, MadeSet

TEXT = "Elbe, Rhine and Danube."


@pytest.fixture
def attached(app: Flask, make: Factory, tmp_path: Path) -> MadeSet:
    """A set whose source document the operator has attached; its facts cite `Elbe`."""
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "rivers.txt").write_text(TEXT, "utf-8")
    app.config["QUIZAPP"] = dataclasses.replace(app.config["QUIZAPP"], sources=folder)
    made = make.question_set("rivers")
    with app.app_context():
        db.session.get_one(QuestionSet, made.id).source = {
            "document": "rivers.txt",
            "sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
        }
        db.session.commit()
    return made


def test_it_shows_statement_citation_note_and_stems(client: FlaskClient, make: Factory) -> None:
    make.question_set("rivers")
    page = client.get("/library/rivers/facts/fact-1").text
    assert "Fact 1 of rivers has the value Value 1." in page
    assert "A test, first sentence" in page
    assert "A note on fact 1." in page
    assert "Which value belongs to fact 1 of rivers?" in page
    assert "Other 1-1" not in page
    assert "That belongs elsewhere" not in page
    assert "New to you" in page


def test_what_the_record_says_stands_beside(app: Flask, client: FlaskClient, make: Factory) -> None:
    made = make.question_set("rivers")
    with app.app_context():
        db.session.get_one(Fact, made.facts[0].id).standing = "inaccurate"
        revision = db.session.get_one(FactRevision, (made.facts[0].id, 1))
        revision.content = revision.content | {"record_text": "Value 9", "record_source": "an atlas"}
        db.session.commit()
    page = client.get("/library/rivers/facts/fact-0").text
    assert "differs from the record" in page
    assert "Value 9" in page
    assert "an atlas" in page


def test_an_invention_is_called_one(client: FlaskClient, make: Factory) -> None:
    make.question_set("rivers", fictional=1)
    assert "The source invents this" in client.get("/library/rivers/facts/fact-3").text


def test_the_cited_passage_is_shown_where_the_document_is_attached(
    client: FlaskClient, attached: MadeSet
) -> None:
    page = client.get("/library/rivers/facts/fact-0").text
    assert ">Elbe</blockquote>" in page
    assert "Danube" not in page


def test_a_passage_with_markup_stays_text(app: Flask, client: FlaskClient, attached: MadeSet) -> None:
    folder = app.config["QUIZAPP"].sources
    text = "<b>x"
    (folder / "other.txt").write_text(text, "utf-8")
    with app.app_context():
        db.session.get_one(QuestionSet, attached.id).source = {
            "document": "other.txt",
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
        }
        db.session.commit()
    page = client.get("/library/rivers/facts/fact-0").text
    assert "<b>x" not in page
    assert "&lt;b&gt;x" in page


def test_a_learner_sees_memory_and_history(app: Flask, make: Factory, frozen: Clock) -> None:
    made = make.question_set("rivers")
    guest = make.guest()
    review(app, guest, made.facts[0].id, days_ago=8)
    review(app, guest, made.facts[0].id, days_ago=2, right=False)
    page = make.browser_of_guest(guest).get("/library/rivers/facts/fact-0").text
    assert "chance that you recall it today" in page
    assert "remembered" in page
    assert "forgot" in page
    assert "due now" in page
    other = make.browser_of_guest(make.guest()).get("/library/rivers/facts/fact-0").text
    assert "Your history with it" not in other


def test_a_retired_fact_keeps_its_page_and_history(app: Flask, make: Factory, frozen: Clock) -> None:
    made = make.question_set("rivers")
    guest = make.guest()
    review(app, guest, made.facts[0].id, days_ago=2)
    with app.app_context():
        db.session.get_one(Fact, made.facts[0].id).retired_at = NOON
        db.session.commit()
    page = make.browser_of_guest(guest).get("/library/rivers/facts/fact-0").text
    assert "not asked any more" in page
    assert "Your history with it" in page


def test_while_a_quiz_asks_it_nothing_of_it_is_told(app: Flask, make: Factory, frozen: Clock) -> None:
    made = make.question_set("rivers")
    make_members(app, made, 2)
    guest = make.guest()
    review(app, guest, made.facts[0].id, days_ago=2)
    attempt(app, guest, made, [made.facts[0].questions["true-false"]])
    browser = make.browser_of_guest(guest)
    asked, sibling, unknown = (
        browser.get(f"/library/rivers/facts/{key}") for key in ("nations.n0", "nations.n1", "nations.other")
    )
    assert asked.status_code == sibling.status_code == unknown.status_code == 200
    assert asked.text == sibling.text == unknown.text
    assert "In your open quiz" in asked.text
    assert "Value 0" not in asked.text
    assert browser.get("/library/rivers/facts/fact-2").text.count("Fact 2 of rivers") > 0


def test_passages_are_closed_with_any_fact_of_the_set(
    app: Flask, make: Factory, attached: MadeSet, frozen: Clock
) -> None:
    guest = make.guest()
    attempt(app, guest, attached, [attached.facts[0].questions["choice"]])
    page = make.browser_of_guest(guest).get("/library/rivers/facts/fact-1").text
    assert "Fact 1 of rivers" in page
    assert "Elbe" not in page


def test_after_the_quiz_it_is_open_again(app: Flask, make: Factory, frozen: Clock) -> None:
    made = make.question_set("rivers")
    guest = make.guest()
    attempt(app, guest, made, [made.facts[0].questions["choice"]], state="closed")
    assert "Value 0" in make.browser_of_guest(guest).get("/library/rivers/facts/fact-0").text


@pytest.mark.parametrize("key", ["nothing", "fact-99", "%01", "../fact-0"])
def test_a_missing_fact_is_not_found(client: FlaskClient, make: Factory, key: str) -> None:
    make.question_set("rivers")
    assert client.get(f"/library/rivers/facts/{key}").status_code == 404


def test_it_is_not_written_to(client: FlaskClient, make: Factory) -> None:
    make.question_set("rivers")
    assert client.post("/library/rivers/facts/fact-0").status_code in {400, 405}


def test_questions_of_several_facts_stand_apart(app: Flask, client: FlaskClient, make: Factory) -> None:
    made = make.question_set("rivers")
    assert "Also part of" not in client.get("/library/rivers/facts/fact-1").text
    with app.app_context():
        shared = made.facts[0].questions["choice"]
        db.session.add(QuestionFact(question_id=shared, fact_id=made.facts[1].id, position=1))
        db.session.commit()
    page = client.get("/library/rivers/facts/fact-1").text
    _, also = page.split("Also part of")
    assert "Which value belongs to fact 0 of rivers?" in also
    assert "One of several, 2 facts" in also


def test_a_fact_of_a_package_names_its_record(app: Flask, client: FlaskClient, make: Factory) -> None:
    made = make.question_set("rivers")
    with app.app_context():
        db.session.get_one(QuestionSet, made.id).source = {"package": "river-list", "version": "3.4.1"}
        revision = db.session.get_one(FactRevision, (made.facts[0].id, 1))
        revision.content = revision.content | {"where": "", "record_key": "ELB"}
        db.session.commit()
    page = " ".join(client.get("/library/rivers/facts/fact-0").text.split())
    assert "river-list 3.4.1 record <code>ELB</code>" in page


def test_the_facts_before_and_after_it_are_offered(client: FlaskClient, make: Factory) -> None:
    make.question_set("rivers", fictional=1)
    page = client.get("/library/rivers/facts/fact-1").text
    assert 'rel="prev" href="/library/rivers/facts/fact-0"' in " ".join(page.split())
    assert 'rel="next" href="/library/rivers/facts/fact-2"' in " ".join(page.split())
    # The next one is invented and stays apart.
    assert "Next fact" not in client.get("/library/rivers/facts/fact-2").text
