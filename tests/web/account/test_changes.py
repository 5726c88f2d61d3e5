"""Changing password and address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quizapp.database import db
from quizapp.models import User
from tests.factories import PASSWORD
from tests.forms import post
from tests.web.account.mailbox import link_in, mails

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.factories import Cast, Factory

NEW = "seven grey geese"


def _email_of(app: Flask, cast: Cast) -> str:
    with app.app_context():
        return db.session.get_one(User, cast.ben.user_id).email


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("page", ["change-password", "change-email", "verify"])
def test_a_guest_is_sent_to_log_in(client: FlaskClient, page: str) -> None:
    assert client.get(f"/account/{page}").location == f"/account/log-in?next=/account/{page}"


def test_a_new_password_keeps_this_session_and_ends_all_others(
    make: Factory, client: FlaskClient, cast: Cast
) -> None:
    here, elsewhere = make.browser_of(cast.ben), make.browser_of(cast.ben)
    answer = post(here, "/account/change-password", {"password": PASSWORD, "new_password": NEW})
    assert answer.location == "/account/"
    assert here.get("/account/change-password").status_code == 200
    assert elsewhere.get("/account/change-password").status_code == 302
    form = {"email": cast.ben.email, "password": NEW}
    assert post(client, "/account/log-in", form).status_code == 302


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"password": "wrong wrong wrong", "new_password": NEW}, "This is not your password."),
        ({"password": PASSWORD, "new_password": PASSWORD}, "is the present one"),
        ({"password": PASSWORD, "new_password": "password123"}, "among the first"),
        ({"password": PASSWORD, "new_password": "ben@example.org"}, "your name or e-mail"),
        ({"password": "", "new_password": NEW}, "Enter a password."),
    ],
)
def test_a_password_is_not_changed_without_good_reason(
    make: Factory, client: FlaskClient, cast: Cast, given: dict[str, str], words: str
) -> None:
    assert words in post(make.browser_of(cast.ben), "/account/change-password", given).text
    form = {"email": cast.ben.email, "password": PASSWORD}
    assert post(client, "/account/log-in", form).status_code == 302


@pytest.mark.only_on("sqlite")
def test_guessing_the_present_password_is_stopped(make: Factory, cast: Cast) -> None:
    browser = make.browser_of(cast.ben)
    given = {"password": "wrong wrong wrong", "new_password": NEW}
    codes = [post(browser, "/account/change-password", given).status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]


def test_the_address_changes_once_the_new_one_is_confirmed_and_the_old_one_is_told(
    app: Flask, make: Factory, cast: Cast
) -> None:
    browser = make.browser_of(cast.ben)
    post(browser, "/account/change-email", {"email": "Benjamin@example.org"})
    assert _email_of(app, cast) == cast.ben.email
    mail = mails(app)[-1]
    assert "To: benjamin@example.org" in mail
    browser.get(link_in(mail))
    assert _email_of(app, cast) == "benjamin@example.org"
    assert f"To: {cast.ben.email}" in mails(app)[-1]


def test_the_link_of_a_new_address_works_once(app: Flask, make: Factory, cast: Cast) -> None:
    browser = make.browser_of(cast.ben)
    post(browser, "/account/change-email", {"email": "one@example.org"})
    first = link_in(mails(app)[-1])
    browser.get(first)
    post(browser, "/account/change-email", {"email": "two@example.org"})
    browser.get(link_in(mails(app)[-1]))
    browser.get(first)
    assert _email_of(app, cast) == "two@example.org"


def test_an_address_that_somebody_has_is_answered_like_any_other(
    app: Flask, make: Factory, cast: Cast
) -> None:
    browser = make.browser_of(cast.ben)
    page = post(browser, "/account/change-email", {"email": cast.cleo.email}).text
    assert f"on its way to {cast.cleo.email}" in page
    assert mails(app) == []


def test_a_malformed_address_comes_back_with_its_error(make: Factory, cast: Cast) -> None:
    page = post(make.browser_of(cast.ben), "/account/change-email", {"email": "nowhere"}).text
    assert 'value="nowhere"' in page
    assert 'id="email-error"' in page


def test_a_session_of_long_ago_is_asked_for_the_password_first(make: Factory, cast: Cast) -> None:
    browser = make.browser_of(cast.ben)
    with browser.session_transaction() as session:
        session["fs_paa"] = 1.0
    sent = browser.get("/account/change-email")
    assert sent.location == "/account/verify?next=/account/change-email"
    assert "not your password" in post(browser, sent.location, {"password": "wrong wrong wrong"}).text
    assert post(browser, sent.location, {"password": PASSWORD}).location == "/account/change-email"
    assert browser.get("/account/change-email").status_code == 200
