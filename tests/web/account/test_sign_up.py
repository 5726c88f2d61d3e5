"""Signing up: good passwords, guests promoted, and no telling who has an account."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from quizapp import clock
from quizapp.app import create_app
from quizapp.database import db
from quizapp.models import Learner, Review, User
from quizapp.web.account import mail as account_mail
from tests.forms import post
from tests.operations.test_accounts import _review
from tests.web.account.mailbox import link_in, mails

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.factories import Cast, Factory

URL = "/account/sign-up"
GOOD = "four green boats at sea"


def _sign_up(
    client: FlaskClient, email: str = "dora@example.org", password: str = GOOD, name: str = "Dora"
) -> TestResponse:
    return post(client, URL, {"name": name, "email": email, "password": password})


def _find(app: Flask, email: str) -> User | None:
    with app.app_context():
        return db.session.execute(select(User).where(User.email == email)).scalar_one_or_none()


def test_signing_up_makes_an_account_and_logs_in(app: Flask, client: FlaskClient) -> None:
    assert _sign_up(client, "Dora@Example.org").location == "/account/signed-up"
    user = _find(app, "dora@example.org")
    assert user is not None
    assert (user.name, user.active, user.password[:9] if user.password else "") == ("Dora", True, "$argon2id")
    page = client.get("/account/signed-up", follow_redirects=True).text
    assert "Your account is ready." in page
    assert "as a guest" not in page
    assert "Dora" in client.get("/account/").text


def test_a_guest_that_signs_up_keeps_everything(app: Flask, make: Factory) -> None:
    made = make.question_set()
    guest_id = make.guest()
    with app.app_context():
        _review(guest_id, made.facts[0].id, clock.now())
    browser = make.browser_of_guest(guest_id)
    answer = _sign_up(browser)
    page = browser.get(answer.location, follow_redirects=True).text
    assert "Your account is ready, and all you learned as a guest is in it." in page
    assert "What you studied on this browser" not in page
    user = _find(app, "dora@example.org")
    with app.app_context():
        assert user is not None
        assert db.session.get_one(Learner, guest_id).user_id == user.id
        count = select(func.count()).select_from(Review).where(Review.learner_id == guest_id)
        assert db.session.execute(count).scalar_one() == 1


def test_a_wrong_form_comes_back_with_what_was_typed_but_the_password(
    app: Flask, client: FlaskClient
) -> None:
    page = _sign_up(client, password="short", name="Dora D").text
    assert "at least 10 characters" in page
    assert 'value="Dora D"' in page
    assert 'value="dora@example.org"' in page
    assert 'value="short"' not in page
    assert _find(app, "dora@example.org") is None


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "not an address"),
        ("email", ""),
        ("name", ""),
        ("name", " \t "),
        ("name", "x" * 81),
        ("name", "a\x07b"),
        ("password", ""),
        ("password", "password123"),
        ("password", "dora@example.org"),
        ("password", "x" * 129),
    ],
)
def test_what_makes_no_account_is_refused_beside_its_field(
    app: Flask, client: FlaskClient, field: str, value: str
) -> None:
    given = {"email": "dora@example.org", "name": "Dora", "password": GOOD, field: value}
    answer = post(client, URL, given)
    assert answer.status_code == 200
    assert f'id="{field}-error"' in answer.text
    with app.app_context():
        assert db.session.execute(select(func.count()).select_from(User)).scalar_one() == 0


def test_nobody_signs_up_as_instructor_by_adding_fields(app: Flask, client: FlaskClient) -> None:
    given = {
        "name": "Dora",
        "email": "dora@example.org",
        "password": GOOD,
        "roles": "administrator",
        "active": "",
    }
    post(client, URL, {**given, "fs_uniquifier": "mine", "confirmed_at": "2020-01-01"})
    user = _find(app, "dora@example.org")
    assert user is not None
    assert (user.is_instructor, user.active, user.fs_uniquifier == "mine") == (False, True, False)


def test_a_taken_address_is_told_by_mail_and_the_account_is_untouched(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    before = _find(app, cast.ben.email)
    answer = _sign_up(client, cast.ben.email)
    assert answer.location == "/account/signed-up"
    page = " ".join(client.get("/account/signed-up").text.split())
    assert "If the address has an account already, the mail says so" in page
    assert "makes your account ready" not in page
    assert "has an account already" in mails(app)[-1]
    after = _find(app, cast.ben.email)
    assert before is not None
    assert after is not None
    assert before.password == after.password


def test_who_is_logged_in_does_not_sign_up(make: Factory, cast: Cast) -> None:
    assert make.browser_of(cast.ben).get(URL).status_code == 302


@pytest.mark.only_on("sqlite")
def test_signing_up_over_and_over_is_stopped(client: FlaskClient) -> None:
    codes = [_sign_up(client, password="short").status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]


# ---- Where mail is delivered, an address is confirmed first ----


@pytest.fixture
def delivering(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application with an SMTP server, whose mails are kept as in development."""
    config = dataclasses.replace(app.config["QUIZAPP"], mail_url="smtps://a:b@mail.example.org")
    application = create_app(config)
    application.config["MAIL_BACKEND"] = account_mail.FileBackend
    application.extensions["mailman"].backend = account_mail.FileBackend
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


def test_an_address_is_confirmed_before_the_first_log_in(delivering: Flask, make: Factory) -> None:
    guest_id = make.guest()
    browser = delivering.test_client()
    with browser.session_transaction() as session:
        session["learner_id"] = str(guest_id)
    _sign_up(browser)
    assert "makes your account ready" in browser.get("/account/signed-up").text
    form = {"email": "dora@example.org", "password": GOOD}
    assert "not confirmed yet" in post(browser, "/account/log-in", form).text
    assert browser.get(link_in(mails(delivering)[-1])).status_code == 302
    assert post(browser, "/account/log-in", form).status_code == 302
    with delivering.app_context():
        assert db.session.get_one(Learner, guest_id).user_id is not None


def test_signing_up_looks_the_same_for_a_new_address_and_a_taken_one(delivering: Flask, cast: Cast) -> None:
    def journey(email: str) -> tuple[object, ...]:
        browser = delivering.test_client()
        answer = _sign_up(browser, email)
        page = browser.get("/account/signed-up")
        return answer.status_code, answer.location, page.status_code, page.text.replace(email, "ADDRESS")

    assert journey("dora@example.org") == journey(cast.ben.email)


def test_the_link_can_be_sent_again_and_tells_nothing(delivering: Flask, cast: Cast) -> None:
    browser = delivering.test_client()
    _sign_up(browser)
    sent = len(mails(delivering))

    def ask(email: str) -> str:
        page = post(delivering.test_client(), "/account/confirm", {"email": email}).text
        return "\n".join(
            line for line in page.replace(email, "ADDRESS").splitlines() if 'value="' not in line
        )

    assert ask("dora@example.org") == ask("nobody@example.org")
    assert len(mails(delivering)) == sent + 1
