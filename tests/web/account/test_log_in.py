"""Logging in and out: sessions, guests brought along, nothing told about who has an account."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from quizapp import clock
from quizapp.app import create_app
from quizapp.database import NotSavedError, db, run_tx
from quizapp.models import Learner, Review, User
from quizapp.models.users import RoleName
from quizapp.operations import accounts
from quizapp.web.account import security
from tests.factories import PASSWORD
from tests.forms import post
from tests.operations.test_accounts import _review

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.factories import Cast, Factory, Person

URL = "/account/log-in"


def _log_in(client: FlaskClient, person: Person, password: str = PASSWORD, **more: str) -> TestResponse:
    return post(client, URL, {"email": person.email, "password": password, **more})


def _is_logged_in(client: FlaskClient) -> bool:
    return client.get("/account/change-password").status_code == 200


def test_the_right_password_logs_in(client: FlaskClient, cast: Cast) -> None:
    answer = _log_in(client, cast.ben)
    assert (answer.status_code, answer.location) == (302, "/")
    assert _is_logged_in(client)


def test_the_address_may_be_written_in_any_case(client: FlaskClient, cast: Cast) -> None:
    post(client, URL, {"email": " BEN@Example.org ", "password": PASSWORD})
    assert _is_logged_in(client)


@pytest.mark.only_on("sqlite")
def test_a_wrong_password_and_an_unknown_address_get_the_same_page(app: Flask, cast: Cast) -> None:
    def page(email: str) -> str:
        browser = app.test_client()
        token_page = post(browser, URL, {"email": email, "password": "wrong wrong wrong"})
        assert token_page.status_code == 200
        lines = token_page.text.replace(email, "ADDRESS").splitlines()
        return "\n".join(line for line in lines if "csrf_token" not in line and 'value="' not in line)

    assert page(cast.ben.email) == page("nobody@example.org")


def test_a_refused_form_keeps_the_address_and_not_the_password(client: FlaskClient, cast: Cast) -> None:
    page = _log_in(client, cast.ben, "wrong wrong wrong").text
    assert "do not belong together" in page
    assert f'value="{cast.ben.email}"' in page
    assert "wrong wrong wrong" not in page


@pytest.mark.only_on("sqlite")
def test_an_unknown_address_costs_a_hash_too(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = app.extensions["security"].pwd_context
    calls: list[str] = []
    monkeypatch.setattr(type(context), "hash", lambda _self, secret, **_: calls.append(secret) or "x")
    post(client, URL, {"email": "nobody@example.org", "password": "wrong wrong wrong"})
    assert calls == ["wrong wrong wrong"]


def test_a_form_without_token_is_refused(client: FlaskClient, cast: Cast) -> None:
    assert client.post(URL, data={"email": cast.ben.email, "password": PASSWORD}).status_code == 400
    assert not _is_logged_in(client)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    "next_page", ["https://evil.example/", "//evil.example/", "\\\\evil.example", "javascript:x"]
)
def test_nobody_is_sent_away_to_another_site(client: FlaskClient, cast: Cast, next_page: str) -> None:
    answer = post(
        client, f"{URL}?next={next_page}", {"email": cast.ben.email, "password": PASSWORD, "next": next_page}
    )
    assert urlsplit(answer.location or "")[:2] == ("", "")
    assert not (answer.location or "").startswith(("//", "\\"))


def test_a_page_for_users_is_shown_after_logging_in(client: FlaskClient, cast: Cast) -> None:
    sent = client.get("/account/change-password")
    assert sent.location == "/account/log-in?next=/account/change-password"
    page = client.get(sent.location)
    assert 'value="/account/change-password"' in page.text
    answer = post(client, sent.location, {"email": cast.ben.email, "password": PASSWORD})
    assert answer.location == "/account/change-password"


@pytest.mark.only_on("sqlite")
def test_a_very_long_password_is_only_wrong(client: FlaskClient, cast: Cast) -> None:
    assert _log_in(client, cast.ben, "x" * 100_000).status_code == 200


def test_a_closed_account_says_so_only_to_who_knows_the_password(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    with app.app_context():
        db.session.get_one(User, cast.ben.user_id).active = False
        db.session.commit()
    assert "This account is closed" not in _log_in(client, cast.ben, "wrong wrong wrong").text
    assert "This account is closed" in _log_in(client, cast.ben).text
    assert not _is_logged_in(client)


def test_closing_an_account_ends_its_sessions(app: Flask, make: Factory, cast: Cast) -> None:
    browser = make.browser_of(cast.ben)
    assert _is_logged_in(browser)
    with app.app_context():
        db.session.get_one(User, cast.ben.user_id).active = False
        db.session.commit()
    assert not _is_logged_in(browser)


def test_a_role_counts_from_the_next_request(app: Flask, make: Factory, cast: Cast) -> None:
    browser = make.browser_of(cast.ada)
    assert ">Author<" in browser.get("/account/").text
    with app.app_context():
        run_tx(lambda: accounts.change_role(cast.ada.email, RoleName.LEARNER))
    assert ">Author<" not in browser.get("/account/").text


def test_a_token_in_the_address_or_a_header_logs_nobody_in(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    with app.test_request_context():
        token = db.session.get_one(User, cast.ben.user_id).get_auth_token()
    page = "/account/change-password"
    assert client.get(f"{page}?auth_token={token}").status_code == 302
    assert client.get(page, headers={"Authentication-Token": token}).status_code == 302


@pytest.mark.only_on("sqlite")
def test_json_does_not_pass_the_rules_by(client: FlaskClient, cast: Cast) -> None:
    answer = client.post(URL, json={"email": cast.ben.email, "password": PASSWORD})
    assert answer.status_code in {400, 415}


# ---- Sessions ----


def test_a_token_planted_before_logging_in_is_worth_nothing_after(client: FlaskClient, cast: Cast) -> None:
    with client.session_transaction() as session:
        session["csrf_token"] = "planted"
    _log_in(client, cast.ben)
    with client.session_transaction() as session:
        assert session.get("csrf_token") != "planted"


def test_the_session_of_a_user_ends_with_the_browser(app: Flask, make: Factory, cast: Cast) -> None:
    browser = make.browser_of_guest(make.guest())
    with browser.session_transaction() as session:
        session.permanent = True
    answer = _log_in(browser, cast.ben)
    cookies = answer.headers.getlist("Set-Cookie")
    assert [cookie for cookie in cookies if cookie.startswith("quizapp=")]
    assert not any("Expires" in cookie for cookie in cookies)


def test_staying_logged_in_is_asked_for(client: FlaskClient, cast: Cast) -> None:
    answer = _log_in(client, cast.ben, remember="y")
    kept = next(
        cookie for cookie in answer.headers.getlist("Set-Cookie") if cookie.startswith("quizapp_remember=")
    )
    assert "HttpOnly" in kept
    assert "SameSite=Lax" in kept
    client.delete_cookie("quizapp")
    assert _is_logged_in(client)


@pytest.mark.only_on("sqlite")
def test_cookies_are_secure_where_the_site_is(app: Flask) -> None:
    config = dataclasses.replace(app.config["QUIZAPP"], public_url="https://quiz.example.org")
    secure = create_app(config)
    with secure.app_context():
        assert secure.config["REMEMBER_COOKIE_SECURE"]
        assert secure.config["SESSION_COOKIE_SECURE"]
        db.engine.dispose()


def test_after_logging_out_the_browser_is_a_new_guest(make: Factory, client: FlaskClient, cast: Cast) -> None:
    _log_in(client, cast.ben, remember="y")
    assert post(client, "/account/log-out").status_code == 302
    with client.session_transaction() as session:
        assert not [name for name in session if name not in {"_flashes", "csrf_token"}]
    assert not _is_logged_in(client)
    page = client.get("/account/").text
    assert "You are logged out." in page
    assert "You study as a guest" in page


def test_logging_out_needs_a_post_with_a_token(make: Factory, cast: Cast) -> None:
    browser = make.browser_of(cast.ben)
    assert browser.get("/account/log-out").status_code == 405
    assert browser.post("/account/log-out").status_code == 400
    assert _is_logged_in(browser)


# ---- Guests ----


def test_logging_in_brings_the_guest_along(app: Flask, make: Factory, cast: Cast) -> None:
    made = make.question_set()
    guest_id = make.guest()
    with app.app_context():
        _review(guest_id, made.facts[0].id, clock.now())
    browser = make.browser_of_guest(guest_id)
    _log_in(browser, cast.ben)
    assert "What you studied on this browser as a guest is in your account now." in browser.get("/").text
    with app.app_context():
        assert db.session.get(Learner, guest_id) is None
        count = select(func.count()).select_from(Review).where(Review.learner_id == cast.ben.learner_id)
        assert db.session.execute(count).scalar_one() == 1
    with browser.session_transaction() as session:
        assert "learner_id" not in session


def test_a_guest_that_learned_nothing_is_not_spoken_of(make: Factory, cast: Cast) -> None:
    browser = make.browser_of_guest(make.guest())
    _log_in(browser, cast.ben)
    assert "as a guest" not in browser.get("/").text


def test_a_wrong_password_leaves_the_guest_alone(app: Flask, make: Factory, cast: Cast) -> None:
    guest_id = make.guest()
    browser = make.browser_of_guest(guest_id)
    _log_in(browser, cast.ben, "wrong wrong wrong")
    with app.app_context():
        assert db.session.get(Learner, guest_id) is not None
    with browser.session_transaction() as session:
        assert session["learner_id"] == str(guest_id)


def test_a_guest_that_cannot_be_brought_along_at_once_comes_with_the_next_post(
    app: Flask, make: Factory, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest_id = make.guest()
    browser = make.browser_of_guest(guest_id)

    def fails(*_: object) -> None:
        raise NotSavedError("The database is busy.")

    with monkeypatch.context() as patch:
        patch.setattr(security, "adopt_guest", fails)
        assert _log_in(browser, cast.ben).status_code == 302
    assert _is_logged_in(browser)
    with app.app_context():
        assert db.session.get(Learner, guest_id) is not None
    post(browser, "/account/settings", {})
    with app.app_context():
        assert db.session.get(Learner, guest_id) is None


# ---- Guessing ----


def test_guessing_at_one_account_is_stopped_and_told_when_to_come_back(
    client: FlaskClient, cast: Cast
) -> None:
    for _ in range(10):
        assert _log_in(client, cast.ben, "wrong wrong wrong").status_code == 200
    answer = _log_in(client, cast.ben)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 300
    assert answer.headers["Retry-After"] in answer.text
    assert _log_in(client, cast.cleo).status_code == 302


@pytest.mark.only_on("sqlite")
def test_guessing_at_an_unknown_account_is_stopped_just_so(client: FlaskClient, cast: Cast) -> None:
    data = {"email": "nobody@example.org", "password": "wrong wrong wrong"}
    codes = [post(client, URL, data).status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]


@pytest.mark.only_on("sqlite")
def test_many_accounts_from_one_address_are_stopped(client: FlaskClient) -> None:
    codes = [
        post(client, URL, {"email": f"n{number}@example.org", "password": "wrong wrong wrong"}).status_code
        for number in range(61)
    ]
    assert codes == [200] * 60 + [429]


@pytest.mark.only_on("sqlite")
def test_a_class_that_logs_in_together_is_not_stopped(app: Flask, cast: Cast) -> None:
    codes = [_log_in(app.test_client(), cast.ben).status_code for _ in range(70)]
    assert set(codes) == {302}


def test_a_new_secret_key_leaves_passwords_valid(app: Flask, cast: Cast) -> None:
    other = create_app(dataclasses.replace(app.config["QUIZAPP"], secret_key="y" * 48))
    assert _log_in(other.test_client(), cast.ben).status_code == 302
    with other.app_context():
        db.session.remove()
        db.engine.dispose()
