"""What every answer carries, what goes wrong in words, and what a page weighs."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

import brotli
import pytest
from sqlalchemy.exc import OperationalError

from quizapp import paths
from quizapp.database import NotSavedError

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.factories import Factory

pytestmark = pytest.mark.only_on("sqlite")

#: Bytes beyond faces that a first visit to home or study may cost, compressed.
BUDGET = 100_000


def test_every_page_forbids_foreign_and_inline_content(client: FlaskClient) -> None:
    for path in ("/", "/no-such-page", "/account/log-in"):
        policy = client.get(path).headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert client.get(path).headers["X-Content-Type-Options"] == "nosniff"


def test_no_template_holds_what_the_policy_refuses() -> None:
    refused = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
    for file in paths.templates().rglob("*.html"):
        found = refused.search(re.sub(r"\{#.*?#\}", "", file.read_text("utf-8"), flags=re.DOTALL))
        assert found is None, f"{file.name}: {found[0]}"


def test_nothing_is_fetched_from_elsewhere() -> None:
    elsewhere = re.compile(
        r"""(?:src|href|action)=["'](?:https?:)?//|url\(["']?https?:|import .*["']https?:"""
    )
    for folder in (paths.templates(), paths.static()):
        for file in folder.rglob("*"):
            if file.suffix in {".html", ".css", ".js", ".svg"}:
                assert elsewhere.search(file.read_text("utf-8")) is None, file.name


def test_an_asset_is_kept_for_ever_and_a_page_is_not(client: FlaskClient) -> None:
    page = client.get("/")
    assert "private" in page.headers["Cache-Control"]
    address = re.search(r"/static/base/layout\.css\?v=\w+", page.text)
    assert address is not None
    kept = client.get(address[0])
    assert "immutable" in kept.headers["Cache-Control"]
    kept.close()


def test_an_asset_comes_smaller_than_a_page_and_is_the_same_for_all(client: FlaskClient) -> None:
    address = re.search(r"/static/base/layout\.css\?v=\w+", client.get("/").text)
    assert address is not None
    plain, small, refused = (
        client.get(address[0], headers={"Accept-Encoding": accepted})
        for accepted in ("identity", "gzip, br", "gzip, br;q=0")
    )
    assert small.headers["Content-Encoding"] == "br"
    assert "Accept-Encoding" in small.headers["Vary"]
    assert brotli.decompress(small.data) == plain.data
    assert refused.headers["Content-Encoding"] == "gzip"
    assert len(small.data) < len(refused.data) < len(plain.data)
    assert len({answer.headers["ETag"] for answer in (plain, small, refused)}) == 3
    for answer in (plain, small, refused):
        answer.close()


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (NotSavedError("The disk is full."), "The disk is full."),
        (OperationalError("SELECT 1", {}, Exception("gone")), "did not answer"),
    ],
)
def test_a_database_in_trouble_is_told_in_words_and_may_be_tried_again(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, problem: Exception, told: str
) -> None:
    def fail() -> str:
        raise problem

    monkeypatch.setitem(app.view_functions, "home.index", fail)
    answer = client.get("/")
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
    answer = client.get("/", headers={"Accept": "application/json"})
    assert answer.is_json
    assert told in answer.text


def test_a_fault_shows_a_page_without_its_inner_life(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> str:
        raise ZeroDivisionError("the inner life")

    app.testing = False
    monkeypatch.setitem(app.view_functions, "home.index", fail)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "inner life" not in answer.text


@pytest.mark.parametrize("path", ["/", "/study/rivers/", "/library/rivers/", "/quizzes/"])
def test_a_first_visit_stays_within_its_weight(client: FlaskClient, make: Factory, path: str) -> None:
    make.question_set("rivers", facts=12)
    page = client.get(path).text
    addresses = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', page))
    sprites = {address.partition("#")[0] for address in re.findall(r'href="(/static/[^"]+)#', page)}
    weight = len(gzip.compress(page.encode()))
    for address in addresses | sprites:
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, address
        weight += len(answer.data)
        answer.close()
    assert weight <= BUDGET


def test_a_form_that_was_open_too_long_comes_back_with_all_that_was_typed(app: Flask, make: Factory) -> None:
    ada = make.person("ada", "instructor")
    browser = make.browser_of(ada)
    typed = {
        "title": "Bridges <of> Berlin",
        "about": "Two\nlines",
        "csrf_token": "of yesterday",
        "password": "hidden",
    }
    answer = browser.post("/author/new", data=typed)
    assert answer.status_code == 400
    assert "Bridges &lt;of&gt; Berlin" in answer.text
    assert "hidden</textarea>" not in answer.text
    again = dict(re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', answer.text, re.DOTALL))
    token = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
    assert token is not None
    assert again["about"] == "Two\nlines"
    sent = browser.post("/author/new", data={**again, "title": "Bridges", "csrf_token": token[1]})
    assert sent.status_code == 302
