"""A mistake is reported from wherever a question or fact is shown, and the form never tells a key."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from quizapp.database import db, run_tx
from quizapp.models import Attempt, AttemptResponse, MistakeReport, QuestionSet
from quizapp.models.mistakes import ReportState
from quizapp.operations import mistakes
from tests.forms import post
from tests.histories import NOON, attempt, report

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Clock
    from tests.factories import Cast, Factory, MadeSet


@pytest.fixture
def rivers(make: Factory, frozen: Clock) -> MadeSet:
    return make.question_set("rivers")


def _form(made: MadeSet, kind: str = "choice", fact: int = 0) -> str:
    return f"/library/questions/{made.facts[fact].questions[kind]}/mistake"


def _kept(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        rows = db.session.execute(select(MistakeReport).order_by(MistakeReport.id)).scalars()
        return [(row.reason, row.words) for row in rows]


def test_a_guest_reports_and_is_thanked(app: Flask, client: FlaskClient, rivers: MadeSet) -> None:
    page = client.get(_form(rivers)).text
    assert "Which value belongs to fact 0 of rivers?" in page
    assert "Value 0" not in page
    answer = post(client, _form(rivers), {"reason": "wrong-key", "words": "It is longer.\r\nSee the atlas. "})
    assert answer.status_code == 303
    assert _kept(app) == [("wrong-key", "It is longer.\nSee the atlas.")]
    told = client.get(answer.location).text
    assert "Thank you, reported." in told
    assert "You reported this on 1 March 2026" in told
    assert "See the atlas." in told


def test_looking_at_the_form_makes_no_learner(client: FlaskClient, rivers: MadeSet) -> None:
    client.get(_form(rivers))
    with client.session_transaction() as session:
        assert "learner_id" not in session


def test_a_second_report_edits_the_first(app: Flask, make: Factory, rivers: MadeSet) -> None:
    browser = make.browser_of_guest(make.guest())
    post(browser, _form(rivers), {"reason": "unclear"})
    assert "Change the report" in browser.get(_form(rivers)).text
    post(browser, _form(rivers), {"reason": "other", "words": "Two of them."})
    assert _kept(app) == [("other", "Two of them.")]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"words": "kept as typed"}, "Choose what is wrong."),
        ({"reason": "nonsense", "words": "kept as typed"}, "Not a valid choice"),
        ({"reason": "other"}, "Say in a few words what is wrong."),
        ({"reason": "unclear", "words": "kept as typed" * 200}, "Shorten this to 2,000 characters."),
    ],
)
def test_a_bad_form_comes_back_with_its_error_and_what_was_typed(
    app: Flask, client: FlaskClient, rivers: MadeSet, fields: dict[str, str], problem: str
) -> None:
    answer = post(client, _form(rivers), fields)
    assert answer.status_code == 422
    assert problem in answer.text
    assert fields.get("words", "") in answer.text
    assert _kept(app) == []


def test_a_fact_is_reported_too(app: Flask, client: FlaskClient, rivers: MadeSet) -> None:
    address = f"/library/facts/{rivers.facts[1].id}/mistake"
    page = client.get(address).text
    assert "Fact 1 of rivers has the value Value 1." in page
    assert "The statement is wrong" in page
    assert "More than one response" not in page
    post(client, address, {"reason": "source", "words": "Not there."})
    assert _kept(app) == [("source", "Not there.")]
    shown = client.get("/library/rivers/facts/fact-1").text
    assert "You reported this on 1 March 2026" in shown
    assert "Change your report" in shown


def test_every_question_of_a_fact_has_its_link(client: FlaskClient, rivers: MadeSet) -> None:
    page = client.get("/library/rivers/facts/fact-0").text
    for question in rivers.facts[0].questions.values():
        assert f"/library/questions/{question}/mistake?revision=1" in page
    assert f"/library/facts/{rivers.facts[0].id}/mistake" in page


def test_what_became_of_it_is_told_with_the_reply(app: Flask, make: Factory, rivers: MadeSet) -> None:
    guest = make.guest()
    with app.app_context():
        report(guest, question_id=rivers.facts[0].questions["choice"], words="Look again.")
        report_id = db.session.execute(select(MistakeReport.id)).scalar_one()
        run_tx(lambda: mistakes.settle_report(report_id, ReportState.RESOLVED, "You are right.", NOON))
    browser = make.browser_of_guest(guest)
    for address in (_form(rivers), "/library/rivers/facts/fact-0"):
        page = browser.get(address).text
        assert "resolved." in page
        assert "You are right." in page
    # What is settled is not edited: the form is for a new report.
    assert "Send the report" in browser.get(_form(rivers)).text
    assert "Look again." not in browser.get(_form(rivers)).text
    assert "You are right." not in make.browser_of_guest(make.guest()).get(_form(rivers)).text


def _today(browser: FlaskClient) -> str:
    return re.sub(r"\s+", " ", browser.get("/").text)


class TestOwnReports:
    @pytest.fixture
    def guest(self, app: Flask, make: Factory, rivers: MadeSet) -> uuid.UUID:
        """A guest whose report on a question was resolved with a reply."""
        guest = make.guest()
        with app.app_context():
            report(guest, question_id=rivers.facts[0].questions["choice"], words="Look again.")
            report_id = db.session.execute(select(MistakeReport.id)).scalar_one()
            run_tx(lambda: mistakes.settle_report(report_id, ReportState.RESOLVED, "It is Value 0.", NOON))
        return guest

    def test_they_are_listed_with_what_became_of_them(
        self, app: Flask, make: Factory, rivers: MadeSet, guest: uuid.UUID
    ) -> None:
        with app.app_context():
            report(guest, fact_id=rivers.facts[1].id)
        browser = make.browser_of_guest(guest)
        assert 'href="/library/mistakes"' in browser.get("/library/").text
        page = browser.get("/library/mistakes").text
        for words in (
            "Which value belongs to fact 0",
            "Look again.",
            "It is Value 0.",
            "it waits to be looked at",
        ):
            assert words in page
        other = make.browser_of_guest(make.guest())
        assert "You reported nothing yet" in other.get("/library/mistakes").text
        assert 'href="/library/mistakes"' not in other.get("/library/").text

    def test_an_open_quiz_keeps_words_and_reply_back(
        self, app: Flask, make: Factory, rivers: MadeSet, guest: uuid.UUID
    ) -> None:
        attempt(app, guest, rivers, [rivers.facts[0].questions["true-false"]])
        browser = make.browser_of_guest(guest)
        for address in ("/", "/library/mistakes"):
            page = browser.get(address).text
            assert "open quiz asks" in page
            for secret in ("Which value belongs to fact 0", "Value 0", "Look again."):
                assert secret not in page

    def test_the_news_stands_on_today_until_it_is_put_away_and_anew_after_a_change(
        self, app: Flask, make: Factory, guest: uuid.UUID
    ) -> None:
        browser = make.browser_of_guest(guest)
        news = _today(browser)
        assert (
            "Your report on “Which value belongs to fact 0 of rivers?” was resolved: It is Value 0." in news
        )
        with app.app_context():
            shown = str(db.session.execute(select(MistakeReport.id)).scalar_one())
        stranger = make.browser_of_guest(make.guest())
        assert "Your report on" not in _today(stranger)
        assert post(stranger, "/library/mistakes/seen", {"report": shown}).location == "/"
        assert "Your report on" in _today(browser)
        assert post(browser, "/library/mistakes/seen", {"report": shown}).location == "/"
        assert "Your report on" not in _today(browser)
        with app.app_context():
            run_tx(
                lambda: mistakes.settle_report(uuid.UUID(shown), ReportState.DISMISSED, "It is not.", NOON)
            )
        assert "It is not." in browser.get("/").text

    def test_odd_reports_are_put_away_without_harm(self, make: Factory, guest: uuid.UUID) -> None:
        browser = make.browser_of_guest(guest)
        assert post(browser, "/library/mistakes/seen", {"report": "nonsense"}).status_code == 303
        assert "Your report on" in _today(browser)


def test_from_a_card_the_way_leads_back_to_studying(app: Flask, make: Factory, rivers: MadeSet) -> None:
    guest = make.guest()
    make.deck(guest, rivers)
    browser = make.browser_of_guest(guest)
    for scope, back in (("rivers", "/study/rivers/"), ("", "/study/")):
        card = browser.get(back).text
        found = re.search(rf'href="(/library/facts/[^"]+/mistake\?revision=1&amp;study={scope})"', card)
        assert found is not None
        address = found[1].replace("&amp;", "&")
        fact = address.split("/")[3]
        answer = post(browser, address, {"reason": "unclear"})
        for page in (browser.get(address).text, browser.get(answer.location).text):
            assert f'href="{back}?card={fact}">Back to studying</a>' in page
            assert "To the fact" in page


class TestOpenQuiz:
    @pytest.mark.parametrize("is_timed", [True, False])
    def test_the_way_from_a_question_leads_to_its_form_and_back(
        self, app: Flask, make: Factory, rivers: MadeSet, is_timed: bool
    ) -> None:
        guest = make.guest()
        sitting = attempt(app, guest, rivers, [rivers.facts[0].questions["choice"]])
        if is_timed:
            with app.app_context():
                db.session.get_one(Attempt, (guest, sitting)).deadline_at = NOON + timedelta(hours=1)
                db.session.commit()
        browser = make.browser_of_guest(guest)
        answer = browser.get(f"/library/attempts/{sitting}/1/mistake")
        assert answer.location.startswith(_form(rivers))
        page = browser.get(answer.location).text
        assert ("Its clock runs on" in page) is is_timed
        assert f'href="/quizzes/attempts/{sitting}/1"' in page
        # The main places would lead away from the quiz.
        assert 'aria-label="Main"' not in page
        sent = post(browser, answer.location, {"reason": "unclear"})
        assert f"attempt={sitting}" in sent.location
        assert f'href="/quizzes/attempts/{sitting}/1"' in browser.get(sent.location).text

    def test_the_form_shows_the_stem_and_no_key(self, app: Flask, make: Factory, rivers: MadeSet) -> None:
        guest = make.guest()
        attempt(app, guest, rivers, [rivers.facts[0].questions["choice"]])
        browser = make.browser_of_guest(guest)
        page = browser.get(_form(rivers)).text
        assert "Which value belongs to fact 0 of rivers?" in page
        for secret in ("Value 0", "It is the value", "fact-0", "Other 0-1"):
            assert secret not in page

    def test_other_questions_and_the_fact_itself_are_hidden_meanwhile(
        self, app: Flask, make: Factory, rivers: MadeSet
    ) -> None:
        guest = make.guest()
        attempt(app, guest, rivers, [rivers.facts[0].questions["choice"]])
        browser = make.browser_of_guest(guest)
        for address in (_form(rivers, "true-false"), f"/library/facts/{rivers.facts[0].id}/mistake"):
            page = browser.get(address).text
            assert "Your open quiz asks about this" in page
            assert "Value 0" not in page

    def test_a_reply_that_would_tell_is_kept_back(self, app: Flask, make: Factory, rivers: MadeSet) -> None:
        guest = make.guest()
        with app.app_context():
            report(guest, question_id=rivers.facts[0].questions["choice"])
            report_id = db.session.execute(select(MistakeReport.id)).scalar_one()
            reply = "It is Value 0 indeed."
            run_tx(lambda: mistakes.settle_report(report_id, ReportState.DISMISSED, reply, NOON))
        attempt(app, guest, rivers, [rivers.facts[0].questions["choice"]])
        page = make.browser_of_guest(guest).get(_form(rivers)).text
        assert "left as it is" in page
        assert "Value 0" not in page

    def test_a_report_is_taken_even_then(self, app: Flask, make: Factory, rivers: MadeSet) -> None:
        guest = make.guest()
        attempt(app, guest, rivers, [rivers.facts[0].questions["choice"]])
        browser = make.browser_of_guest(guest)
        post(browser, f"/library/facts/{rivers.facts[0].id}/mistake", {"reason": "unclear"})
        assert _kept(app) == [("unclear", "")]

    def test_without_a_script_the_button_saves_on_its_way(
        self, app: Flask, make: Factory, rivers: MadeSet
    ) -> None:
        guest = make.guest()
        sitting = attempt(app, guest, rivers, [rivers.facts[0].questions["short"]])
        with app.app_context():
            row = db.session.get_one(AttemptResponse, (guest, sitting, 1))
            row.form = "short"
            db.session.commit()
        browser = make.browser_of_guest(guest)
        address = f"/quizzes/attempts/{sitting}/1"
        assert 'value="report"' in browser.get(address).text
        fields = {"save_key": str(uuid.uuid4()), "sequence": "1", "text": "Mine", "go": "report"}
        answer = post(browser, address, fields)
        assert answer.location == f"/library/attempts/{sitting}/1/mistake"
        with app.app_context():
            kept = db.session.get_one(AttemptResponse, (guest, sitting, 1)).response
        assert kept == {"text": "Mine"}

    def test_the_result_links_each_question_and_tells_what_was_reported(
        self, app: Flask, make: Factory, rivers: MadeSet
    ) -> None:
        guest = make.guest()
        asked = [rivers.facts[number].questions["short"] for number in (0, 1)]
        sitting = attempt(app, guest, rivers, asked, state="closed")
        with app.app_context():
            report(guest, question_id=asked[1])
        page = make.browser_of_guest(guest).get(f"/quizzes/attempts/{sitting}/result").text
        for position, question in enumerate(asked, 1):
            way = f"revision=1&amp;attempt={sitting}&amp;position={position}"
            assert f"/library/questions/{question}/mistake?{way}" in page
        assert page.count("You reported this on 1 March 2026") == 1

    def test_after_the_quiz_the_way_back_is_its_result(
        self, app: Flask, make: Factory, rivers: MadeSet
    ) -> None:
        guest = make.guest()
        sitting = attempt(app, guest, rivers, [rivers.facts[0].questions["choice"]], state="closed")
        page = make.browser_of_guest(guest).get(f"{_form(rivers)}?attempt={sitting}&position=1").text
        assert f'href="/quizzes/attempts/{sitting}/result#question-1"' in page

    def test_the_attempt_of_another_leads_nowhere(self, app: Flask, make: Factory, rivers: MadeSet) -> None:
        sitting = attempt(app, make.guest(), rivers, [rivers.facts[0].questions["choice"]])
        stranger = make.browser_of_guest(make.guest())
        assert stranger.get(f"/library/attempts/{sitting}/1/mistake").status_code == 404
        assert stranger.get(f"/library/attempts/{sitting}/201/mistake").status_code == 404


def test_a_draft_is_not_found_by_strangers_but_by_who_has_met_it(
    app: Flask, client: FlaskClient, make: Factory, cast: Cast
) -> None:
    made = make.question_set("bridges", owner=cast.ada, state="draft")
    address = _form(made)
    assert client.get(address).status_code == 404
    assert make.browser_of(cast.ben).get(address).status_code == 404
    assert post(make.browser_of(cast.ben), address, {"reason": "unclear"}).status_code == 404
    assert make.browser_of(cast.ada).get(address).status_code == 200
    attempt(app, cast.ben.learner_id, made, [made.facts[0].questions["choice"]], state="closed")
    page = make.browser_of(cast.ben).get(address)
    assert page.status_code == 200
    assert 'href="/library/bridges/facts/fact-0"' not in page.text


def test_a_withdrawn_set_is_still_reported_by_who_studies_it(
    app: Flask, make: Factory, cast: Cast, rivers: MadeSet
) -> None:
    make.deck(cast.ben, rivers)
    with app.app_context():
        db.session.get_one(QuestionSet, rivers.id).state = "archived"
        db.session.commit()
    assert make.browser_of(cast.ben).get(_form(rivers)).status_code == 200
    assert make.browser_of(cast.cleo).get(_form(rivers)).status_code == 404


@pytest.mark.parametrize(
    "query",
    [f"revision=0{10**30}", "revision=99", "revision=x", "revision=²", "revision=-1", "attempt=x&position=1"],
)
def test_odd_addresses_are_borne(client: FlaskClient, rivers: MadeSet, query: str) -> None:
    assert client.get(f"{_form(rivers)}?{query}").status_code == 200


@pytest.mark.parametrize("place", ["questions", "facts"])
def test_a_missing_id_is_not_found(client: FlaskClient, rivers: MadeSet, place: str) -> None:
    assert client.get(f"/library/{place}/{uuid.uuid4()}/mistake").status_code == 404
    assert client.get(f"/library/{place}/nothing/mistake").status_code == 404


def test_markup_in_words_stays_text(app: Flask, make: Factory, rivers: MadeSet) -> None:
    browser = make.browser_of_guest(make.guest())
    post(browser, _form(rivers), {"reason": "other", "words": "</textarea><img src=x onerror=alert(1)>"})
    page = browser.get(_form(rivers)).text
    assert "<img" not in page
    assert "&lt;img" in page


def test_twenty_reports_an_hour_are_enough(app: Flask, make: Factory, frozen: Clock) -> None:
    made = make.question_set("rivers", facts=21)
    browser = make.browser_of_guest(make.guest())
    # What is refused for its form does not count.
    assert post(browser, _form(made), {}).status_code == 422
    answers = [
        post(browser, _form(made, fact=number), {"reason": "unclear"}).status_code for number in range(21)
    ]
    assert answers == [303] * 20 + [429]
    other = make.browser_of_guest(make.guest())
    assert post(other, _form(made), {"reason": "unclear"}).status_code == 303


def test_the_form_names_nobody(make: Factory, cast: Cast, rivers: MadeSet) -> None:
    page = make.browser_of(cast.ben).get(_form(rivers)).text
    assert cast.ben.email not in re.sub(r"<header.*?</header>", "", page, flags=re.DOTALL)


def test_a_card_in_study_has_its_link_on_the_back(make: Factory, rivers: MadeSet) -> None:
    guest = make.guest()
    make.deck(guest, rivers)
    page = make.browser_of_guest(guest).get("/study/rivers/").text
    assert f"/library/facts/{rivers.facts[0].id}/mistake?revision=1" in page
