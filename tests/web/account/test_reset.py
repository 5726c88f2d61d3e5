"""A forgotten password: a link that works once, goes where it should, and tells nothing."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import pytest

from quizapp.app import create_app
from quizapp.database import db
from quizapp.models import User
from quizapp.web.account.mail import public_address
from tests.factories import PASSWORD
from tests.forms import post
from tests.web.account.mailbox import link_in, mails

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.factories import Cast, Factory

URL = "/account/reset"
NEW = "seven grey geese"


def test_the_link_sets_a_new_password_and_ends_every_session(
    app: Flask, client: FlaskClient, make: Factory, cast: Cast
) -> None:
    elsewhere = make.browser_of(cast.ben)
    post(client, URL, {"email": cast.ben.email})
    link = link_in(mails(app)[-1])
    assert client.get(link).status_code == 200
    assert post(client, link, {"password": NEW}).location == "/account/log-in"
    assert elsewhere.get("/account/change-password").status_code == 302
    form = {"email": cast.ben.email, "password": PASSWORD}
    assert post(client, "/account/log-in", form).status_code == 200
    assert post(client, "/account/log-in", {**form, "password": NEW}).status_code == 302
    assert "was changed just now" in mails(app)[-1]


def test_the_link_works_once(app: Flask, client: FlaskClient, cast: Cast) -> None:
    post(client, URL, {"email": cast.ben.email})
    link = link_in(mails(app)[-1])
    post(client, link, {"password": NEW})
    answer = post(client, link, {"password": "eight white swans"})
    assert answer.location == URL
    assert "used before" in client.get(URL).text


def test_a_link_with_a_changed_letter_is_refused(app: Flask, client: FlaskClient, cast: Cast) -> None:
    post(client, URL, {"email": cast.ben.email})
    link = link_in(mails(app)[-1])
    # Not the last letter: some of its bits say nothing.
    changed = "a" if link[-5] != "a" else "b"
    assert client.get(link[:-5] + changed + link[-4:]).location == URL


def test_a_weak_new_password_comes_back_with_its_error(app: Flask, client: FlaskClient, cast: Cast) -> None:
    post(client, URL, {"email": cast.ben.email})
    link = link_in(mails(app)[-1])
    assert "among the first" in post(client, link, {"password": "password123"}).text


def test_the_links_address_is_never_what_the_request_claims(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    evil = "http://evil.example"
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(URL, base_url=evil).text)
    assert token is not None
    client.post(URL, data={"csrf_token": token[1], "email": cast.ben.email}, base_url=evil)
    assert len(mails(app)) == 1
    assert "evil" not in mails(app)[0]


def test_an_unknown_address_gets_the_same_page_and_no_mail(app: Flask, cast: Cast) -> None:
    def page(email: str) -> str:
        text = post(app.test_client(), URL, {"email": email}).text
        return "\n".join(
            line for line in text.replace(email, "ADDRESS").splitlines() if 'value="' not in line
        )

    assert page(cast.ben.email) == page("nobody@example.org")
    assert len(mails(app)) == 1


@pytest.mark.only_on("sqlite")
def test_both_cost_one_hash(
    app: Flask, client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    context = type(app.extensions["security"].pwd_context)
    monkeypatch.setattr(context, "hash", lambda _self, secret, **_: calls.append(secret) or "x")
    post(client, URL, {"email": cast.ben.email})
    known = len(calls)
    post(client, URL, {"email": "nobody@example.org"})
    assert (known, len(calls) - known) == (1, 1)


@pytest.mark.only_on("sqlite")
def test_nobodys_mailbox_is_filled(app: Flask, client: FlaskClient, cast: Cast) -> None:
    codes = [post(client, URL, {"email": cast.ben.email}).status_code for _ in range(6)]
    assert codes == [200] * 5 + [429]
    assert len(mails(app)) == 5


@pytest.mark.only_on("sqlite")
def test_links_lead_to_the_public_address(app: Flask) -> None:
    public = create_app(dataclasses.replace(app.config["QUIZAPP"], public_url="https://quiz.example.org/"))
    with public.test_request_context(base_url="https://evil.example"):
        assert public_address("security.login") == "https://quiz.example.org/account/log-in"


def test_a_closed_account_gets_no_link(app: Flask, client: FlaskClient, cast: Cast) -> None:
    with app.app_context():
        db.session.get_one(User, cast.ben.user_id).active = False
        db.session.commit()
    post(client, URL, {"email": cast.ben.email})
    assert mails(app) == []
