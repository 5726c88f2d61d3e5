"""The search finds facts and questions for everybody, and shows learners what they hold of them."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest

from quizapp.database import db, run_tx
from quizapp.models import FactRevision
from quizapp.operations import search
from tests.forms import post
from tests.histories import attempt, review

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Clock
    from tests.factories import Cast, Factory, MadeSet


@pytest.fixture
def rivers(app: Flask, make: Factory, frozen: Clock) -> MadeSet:
    made = make.question_set("rivers", facts=6, fictional=1)
    with app.app_context():
        run_tx(lambda: search.index_set(made.id))
    return made


def words(page: str) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


def test_a_visitor_finds_facts_and_sees_no_columns_of_a_memory(client: FlaskClient, rivers: MadeSet) -> None:
    page = client.get('/browse/?q="value 3"').text
    assert "Fact 3 of rivers has the value Value 3." in page
    assert 'href="/library/rivers/facts/fact-3"' in page
    assert "fact-2" not in page
    assert '1 fact for “"value 3"”' in words(page)
    assert "Recall today" not in page
    assert "Decide about several" not in page


def test_what_a_source_invents_is_labelled(client: FlaskClient, rivers: MadeSet) -> None:
    assert "fiction in the source" in client.get("/browse/?q=standing:fictional").text
    assert "fiction in the source" not in client.get("/browse/?q=standing:documented").text


def test_a_learner_sees_what_they_hold_of_each(
    app: Flask, make: Factory, cast: Cast, rivers: MadeSet
) -> None:
    make.deck(cast.ben, rivers)
    review(app, cast.ben.learner_id, rivers.facts[0].id, days_ago=30)
    page = words(make.browser_of(cast.ben).get("/browse/?q=is:due").text)
    assert "Due today" in page
    assert re.search(r"Lasts \d+(\.\d)? d Recall today \d\d %", page)
    assert "Decide about several at once" in page


def test_quick_choices_and_decks_lead_to_searches(make: Factory, cast: Cast, rivers: MadeSet) -> None:
    make.deck(cast.ben, rivers)
    page = make.browser_of(cast.ben).get("/browse/").text
    for query in ("is:due", "is:weak", "is:new", "is:mistake", "is:flagged", "is:suspended"):
        assert f'href="/browse/?q={query}"' in page
    assert 'href="/browse/?q=set:rivers"' in page
    assert 'href="/browse/?q=set:rivers+topic:mouth"' in page


def test_what_was_found_can_be_studied(client: FlaskClient, rivers: MadeSet) -> None:
    page = client.get("/browse/?q=topic:mouth+is:new").text
    assert 'href="/study/?q=topic:mouth+is:new&amp;mode=ahead"' in page
    assert 'href="/study/?q=topic:mouth+is:new"' in page
    assert 'href="/study/?q=topic:mouth+is:new&amp;mode=cram"' in page
    assert 'href="/study/rivers/?q=set:rivers&amp;mode=cram"' in client.get("/browse/?q=set:rivers").text


def test_columns_are_links_that_sort_and_say_so(make: Factory, cast: Cast, rivers: MadeSet) -> None:
    browser = make.browser_of(cast.ben)
    page = browser.get("/browse/?q=value").text
    assert "aria-sort" not in page
    assert 'href="/browse/?q=value&amp;sort=recall"' in page
    page = browser.get("/browse/?q=value&sort=recall").text
    assert page.count('aria-sort="ascending"') == 1
    assert 'href="/browse/?q=value&amp;sort=recall&amp;order=desc"' in page
    assert 'aria-sort="descending"' in browser.get("/browse/?q=value&sort=recall&order=desc").text


def test_a_long_list_has_pages(client: FlaskClient, rivers: MadeSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quizapp.operations.search.finding.PAGE", 4)
    first = client.get("/browse/?q=value").text
    assert 'href="/browse/?q=value&amp;page=2"' in first
    assert "6 facts" in words(first)
    second = client.get("/browse/?q=value&page=2").text
    assert 'rel="prev"' in second
    assert 'rel="next"' not in second
    assert client.get("/browse/?q=value&page=99999999").status_code == 200


def test_questions_have_their_own_list_without_keys(client: FlaskClient, rivers: MadeSet) -> None:
    page = client.get("/browse/?q=type:choice+%22value+2%22&show=questions").text
    assert "Which value belongs to fact 2 of rivers?" in page
    assert "Value 2" not in page.replace('"value 2"', "")
    assert "Study these" not in page


def test_an_open_quiz_keeps_its_facts_and_questions_to_itself(
    app: Flask, make: Factory, cast: Cast, rivers: MadeSet
) -> None:
    attempt(app, cast.ben.learner_id, rivers, [rivers.facts[1].questions["choice"]])
    browser = make.browser_of(cast.ben)
    for address in ('/browse/?q="value 1"', '/browse/?q="value 1"&show=questions', "/browse/?q=set:rivers"):
        page = browser.get(address).text
        assert "fact-1" not in page
        assert "fact 1" not in page.casefold()
    assert "fact-1" in make.browser_of(cast.cleo).get('/browse/?q="value 1"').text


def test_a_bad_search_comes_back_with_its_error(client: FlaskClient, rivers: MadeSet) -> None:
    answer = client.get("/browse/?q=river+colour:red")
    assert answer.status_code == 422
    assert 'value="river colour:red"' in answer.text
    assert "At character 7, “colour:red”: there is no filter “colour:”." in words(answer.text)


def test_nothing_found_says_what_to_do(client: FlaskClient, rivers: MadeSet) -> None:
    page = client.get("/browse/?q=zebra").text
    assert "Nothing was found" in page
    assert "Try fewer words" in page


def test_script_in_a_search_a_fact_and_a_note_is_inert(
    app: Flask, client: FlaskClient, rivers: MadeSet
) -> None:
    evil = "<script>alert(1)</script>"
    with app.app_context():
        revision = db.session.get_one(FactRevision, (rivers.facts[0].id, 1))
        revision.content = revision.content | {"statement": f"Hostile {evil}"}
        db.session.commit()
        run_tx(lambda: search.index_set(rivers.id))
    for page in (
        client.get("/browse/", query_string={"q": "hostile"}).text,
        client.get("/browse/", query_string={"q": f'"{evil}"'}).text,
        client.get("/browse/", query_string={"q": f"is:{evil}"}).text,
        client.get("/browse/choose", query_string={"words": f"is:{evil}", "go": "look", "tag": evil}).text,
    ):
        assert evil not in page
        assert "&lt;script&gt;" in page


def test_the_library_leads_here(client: FlaskClient, rivers: MadeSet) -> None:
    assert 'href="/browse/"' in client.get("/library/").text
    assert 'href="/browse/?q=set:rivers"' in client.get("/library/rivers/facts").text


def test_other_methods_are_refused(client: FlaskClient) -> None:
    assert post(client, "/browse/").status_code == 405
    assert client.get("/browse/cards").status_code == 405
    assert client.get("/browse/undo").status_code == 405
    assert client.get("/browse/nothing").status_code == 404
