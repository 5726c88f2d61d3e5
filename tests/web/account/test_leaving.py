"""Taking one's data away, and deleting everything."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from quizapp import clock
from quizapp.database import db
from quizapp.models import Erasure, Learner, User
from tests.factories import PASSWORD
from tests.forms import post
from tests.operations.test_accounts import _review

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.factories import Cast, Factory

DELETE = "/account/delete"
DOWNLOAD = "/account/download"


def _data(client: FlaskClient) -> dict[str, Any]:
    answer = client.get(DOWNLOAD)
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
        data: dict[str, Any] = json.loads(file.read("data.json"))
    return data


def _count(app: Flask, table: Any) -> int:
    with app.app_context():
        return db.session.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_user_takes_their_data_away_as_a_file_that_is_not_kept(
    app: Flask, make: Factory, cast: Cast
) -> None:
    made = make.question_set()
    with app.app_context():
        _review(cast.ben.learner_id, made.facts[0].id, clock.now())
    browser = make.browser_of(cast.ben)
    answer = browser.get(DOWNLOAD)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="quizapp-')
    assert "no-store" in answer.headers["Cache-Control"]
    data = _data(browser)
    assert (data["profile"]["email"], len(data["reviews"])) == (cast.ben.email, 1)


def test_a_guest_takes_their_data_away_too(app: Flask, make: Factory) -> None:
    made = make.question_set()
    guest_id = make.guest()
    with app.app_context():
        _review(guest_id, made.facts[0].id, clock.now())
    data = _data(make.browser_of_guest(guest_id))
    assert (data["profile"], len(data["reviews"])) == (None, 1)


def test_a_user_who_never_studied_takes_their_profile_away(app: Flask, make: Factory, cast: Cast) -> None:
    with app.app_context():
        db.session.delete(db.session.get_one(Learner, cast.ben.learner_id))
        db.session.commit()
    data = _data(make.browser_of(cast.ben))
    assert (data["profile"]["email"], data["settings"], data["reviews"]) == (cast.ben.email, None, [])


@pytest.mark.parametrize("page", [DOWNLOAD, DELETE])
def test_a_visitor_of_whom_nothing_is_kept_gets_404(client: FlaskClient, page: str) -> None:
    assert client.get(page).status_code == 404


def test_the_session_of_a_guest_never_opens_a_users_data(make: Factory, cast: Cast) -> None:
    assert make.browser_of_guest(cast.ben.learner_id).get(DOWNLOAD).status_code == 404


@pytest.mark.only_on("sqlite")
def test_downloads_are_limited(make: Factory, cast: Cast) -> None:
    browser = make.browser_of(cast.ben)
    assert [browser.get(DOWNLOAD).status_code for _ in range(21)] == [200] * 20 + [429]


def test_the_page_says_what_goes_and_what_stays(app: Flask, make: Factory, cast: Cast) -> None:
    made = make.question_set("published", owner=cast.ada)
    make.question_set("draft", owner=cast.ada, state="draft")
    with app.app_context():
        _review(cast.ada.learner_id, made.facts[0].id, clock.now())
    page = " ".join(make.browser_of(cast.ada).get(DELETE).text.split())
    goes, stays = page.split("What stays")
    assert "1 card and 1 review" in goes
    assert "Your draft “Draft”" in goes
    assert "“Published”, without your name" in stays


def test_a_user_deletes_everything_with_their_password(app: Flask, make: Factory, cast: Cast) -> None:
    browser, elsewhere = make.browser_of(cast.ben), make.browser_of(cast.ben)
    assert post(browser, DELETE, {"password": PASSWORD}).location == "/"
    page = browser.get("/").text
    assert "Everything is deleted." in page
    assert "You are logged out." not in page
    with app.app_context():
        assert db.session.get(User, cast.ben.user_id) is None
        assert db.session.get(Learner, cast.ben.learner_id) is None
        note = db.session.execute(select(Erasure)).scalar_one()
        assert (note.learner_id, note.user_id) == (cast.ben.learner_id, cast.ben.user_id)
    for one in (browser, elsewhere):
        assert "You study as a guest" in one.get("/account/").text
    form = {"email": cast.ben.email, "password": PASSWORD}
    assert post(app.test_client(), "/account/log-in", form).status_code == 200


@pytest.mark.parametrize("password", ["wrong wrong wrong", ""])
def test_nothing_is_deleted_without_the_password(
    app: Flask, make: Factory, cast: Cast, password: str
) -> None:
    answer = post(make.browser_of(cast.ben), DELETE, {"password": password})
    assert answer.status_code == 422
    assert 'id="password-error"' in answer.text
    assert (_count(app, User), _count(app, Erasure)) == (4, 0)


@pytest.mark.only_on("sqlite")
def test_guessing_the_password_here_is_stopped(make: Factory, cast: Cast) -> None:
    browser = make.browser_of(cast.ben)
    codes = [post(browser, DELETE, {"password": "wrong wrong wrong"}).status_code for _ in range(11)]
    assert codes == [422] * 10 + [429]


def test_a_guest_deletes_everything_by_saying_so(app: Flask, make: Factory) -> None:
    browser = make.browser_of_guest(make.guest())
    assert post(browser, DELETE).status_code == 422
    assert _count(app, Learner) == 1
    assert post(browser, DELETE, {"confirm": "y"}).location == "/"
    assert (_count(app, Learner), _count(app, Erasure)) == (0, 1)


def test_a_link_deletes_nothing(app: Flask, make: Factory, cast: Cast) -> None:
    browser = make.browser_of(cast.ben)
    browser.get(f"{DELETE}?password={PASSWORD}")
    assert browser.post(DELETE, data={"password": PASSWORD}).status_code == 400
    assert _count(app, User) == 4
