"""Instructors settle the reports on their own sets, administrators those on banks; nobody else sees them."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from quizapp.database import db
from quizapp.models import MistakeReport
from quizapp.operations.mistakes import settling
from tests.forms import post
from tests.histories import report

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Clock
    from tests.factories import Cast, Factory, MadeSet


@pytest.fixture
def mine(make: Factory, cast: Cast, frozen: Clock) -> MadeSet:
    return make.question_set("mine", owner=cast.ada)


@pytest.fixture
def reported(app: Flask, cast: Cast, mine: MadeSet) -> uuid.UUID:
    """Ben's report on a question of ada's."""
    with app.app_context():
        report(
            cast.ben.learner_id,
            question_id=mine.facts[0].questions["short"],
            reason="source",
            words="Line one.\n<b>Line two.</b>",
        )
        found: uuid.UUID = db.session.execute(select(MistakeReport.id)).scalar_one()
        return found


def _state(app: Flask, report_id: uuid.UUID) -> tuple[str, str]:
    with app.app_context():
        row = db.session.get_one(MistakeReport, report_id)
        return row.state, row.reply


def _version(browser: FlaskClient, query: str = "") -> str:
    return _version_in(browser.get(f"/author/mistakes{query}").text)


def _version_in(page: str) -> str:
    found = re.search(r'name="version" value="(\w+)"', page)
    assert found is not None
    return found[1]


def test_an_instructor_reads_what_was_reported_and_by_nobody_s_name(
    make: Factory, cast: Cast, reported: uuid.UUID
) -> None:
    ada = make.browser_of(cast.ada)
    assert "1 open" in ada.get("/author/").text
    page = ada.get("/author/mistakes").text
    assert "The source does not say so" in page
    assert "Which value belongs to fact 0 of mine?" in page
    assert "Value 0" in page
    assert "&lt;b&gt;Line two.&lt;/b&gt;" in page
    assert 'href="/author/mine/questions/fact-0"' in page
    assert "Ben" not in page
    assert cast.ben.email not in page


@pytest.mark.parametrize("verdict", ["resolved", "dismissed"])
def test_it_is_settled_with_a_reply(
    app: Flask, make: Factory, cast: Cast, reported: uuid.UUID, verdict: str
) -> None:
    ada = make.browser_of(cast.ada)
    fields = {"verdict": verdict, "reply": " Thank you.\r\nDone. ", "version": _version(ada)}
    answer = post(ada, f"/author/mistakes/{reported}", fields)
    assert answer.location == "/author/mistakes"
    assert _state(app, reported) == (verdict, "Thank you.\nDone.")
    assert "No report is open" in ada.get("/author/mistakes").text
    assert "1 open" not in ada.get("/author/").text
    settled = ada.get("/author/mistakes?show=settled").text
    assert verdict in settled
    assert "Thank you." in settled


def test_a_reply_is_optional_and_may_be_changed_later(
    app: Flask, make: Factory, cast: Cast, reported: uuid.UUID
) -> None:
    ada = make.browser_of(cast.ada)
    post(ada, f"/author/mistakes/{reported}", {"verdict": "dismissed", "version": _version(ada)})
    assert _state(app, reported) == ("dismissed", "")
    version = _version(ada, "?show=settled")
    answer = post(
        ada,
        f"/author/mistakes/{reported}",
        {"verdict": "resolved", "reply": "On second thoughts.", "version": version},
    )
    assert answer.location == "/author/mistakes?show=settled"
    assert _state(app, reported) == ("resolved", "On second thoughts.")


def test_a_page_that_is_older_than_the_verdict_changes_nothing_and_says_how_it_was_settled(
    app: Flask, make: Factory, cast: Cast, reported: uuid.UUID
) -> None:
    ada = make.browser_of(cast.ada)
    seen = _version(ada)
    address = f"/author/mistakes/{reported}"
    post(ada, address, {"verdict": "dismissed", "reply": "It is right.", "version": seen})
    stale = post(ada, address, {"verdict": "resolved", "reply": "Typed here.", "version": seen})
    assert stale.status_code == 409
    assert "was dismissed meanwhile, with the reply “It is right.”" in stale.text
    assert "Typed here.</textarea>" in stale.text
    assert _state(app, reported) == ("dismissed", "It is right.")
    # What comes back may be sent again, deliberately.
    again = {"verdict": "resolved", "reply": "Typed here.", "version": _version_in(stale.text)}
    assert post(ada, address, again).status_code == 303
    assert _state(app, reported) == ("resolved", "Typed here.")


def test_settling_twice_in_the_same_way_is_no_conflict(
    app: Flask, make: Factory, cast: Cast, reported: uuid.UUID
) -> None:
    ada = make.browser_of(cast.ada)
    fields = {"verdict": "resolved", "reply": "Mended.", "version": _version(ada)}
    for _ in range(2):
        assert post(ada, f"/author/mistakes/{reported}", fields).status_code == 303
    assert _state(app, reported) == ("resolved", "Mended.")


def test_a_report_that_its_learner_changed_meanwhile_is_read_again(
    app: Flask, make: Factory, cast: Cast, mine: MadeSet, reported: uuid.UUID
) -> None:
    ada = make.browser_of(cast.ada)
    seen = _version(ada)
    with app.app_context():
        report(cast.ben.learner_id, question_id=mine.facts[0].questions["short"], words="Something else.")
    stale = post(ada, f"/author/mistakes/{reported}", {"verdict": "resolved", "version": seen})
    assert stale.status_code == 409
    assert "the learner changed this report meanwhile" in stale.text
    assert "Something else." in stale.text
    assert _state(app, reported) == ("open", "")


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"reply": "typed already"}, "Say whether the report is resolved or dismissed."),
        ({"verdict": "open", "reply": "typed already"}, "Say whether"),
        ({"verdict": "resolved", "reply": "typed already" * 200}, "Shorten the reply to 2,000 characters."),
    ],
)
def test_a_bad_form_comes_back_with_its_error_and_what_was_typed(
    app: Flask, make: Factory, cast: Cast, reported: uuid.UUID, fields: dict[str, str], problem: str
) -> None:
    answer = post(make.browser_of(cast.ada), f"/author/mistakes/{reported}", fields)
    assert answer.status_code == 422
    assert problem in answer.text
    assert fields["reply"] in answer.text
    assert _state(app, reported) == ("open", "")


def test_another_instructor_sees_nothing_of_it(
    app: Flask, make: Factory, cast: Cast, reported: uuid.UUID
) -> None:
    gil = make.browser_of(make.person("gil", "instructor"))
    assert "No report is open" in gil.get("/author/mistakes").text
    assert post(gil, f"/author/mistakes/{reported}", {"verdict": "resolved"}).status_code == 404
    assert _state(app, reported) == ("open", "")


def test_reports_on_banks_reach_administrators_alone(app: Flask, make: Factory, cast: Cast) -> None:
    rivers = make.question_set("rivers")
    with app.app_context():
        report(cast.ben.learner_id, fact_id=rivers.facts[2].id)
    page = make.browser_of(cast.olga).get("/author/mistakes").text
    assert "Fact 2 of rivers has the value Value 2." in page
    assert 'href="/library/rivers/facts/fact-2"' in page
    assert "No report is open" in make.browser_of(cast.ada).get("/author/mistakes").text


def test_learners_are_refused_and_guests_sent_to_log_in(
    client: FlaskClient, make: Factory, cast: Cast, reported: uuid.UUID
) -> None:
    ben = make.browser_of(cast.ben)
    assert ben.get("/author/mistakes").status_code == 403
    assert post(ben, f"/author/mistakes/{reported}", {"verdict": "resolved"}).status_code == 403
    assert "/account/log-in" in client.get("/author/mistakes").location
    assert "/account/log-in" in post(client, f"/author/mistakes/{reported}").location


def test_a_missing_report_is_not_found_and_a_wrong_method_refused(make: Factory, cast: Cast) -> None:
    ada = make.browser_of(cast.ada)
    assert post(ada, f"/author/mistakes/{uuid.uuid4()}", {"verdict": "resolved"}).status_code == 404
    assert ada.get(f"/author/mistakes/{uuid.uuid4()}").status_code == 405


def test_many_reports_have_pages(
    app: Flask, make: Factory, cast: Cast, mine: MadeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "PAGE", 2)
    with app.app_context():
        for fact in mine.facts[:3]:
            report(cast.ben.learner_id, fact_id=fact.id)
    ada = make.browser_of(cast.ada)
    assert "Page 1 of 2" in ada.get("/author/mistakes").text
    assert "Fact 2 of mine" in ada.get("/author/mistakes?page=2").text
    assert ada.get("/author/mistakes?page=3").status_code == 404
    assert ada.get("/author/mistakes?page=x").status_code == 200
