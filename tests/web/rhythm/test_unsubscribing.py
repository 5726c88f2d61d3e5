"""The link of a reminder: logged out, by one click, and nothing happens by looking at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quizapp.database import db
from quizapp.models import Learner
from quizapp.operations import rhythm
from tests.forms import post

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.factories import Cast


@pytest.fixture
def url(app: Flask, cast: Cast) -> str:
    with app.app_context():
        db.session.get_one(Learner, cast.ben.learner_id).reminder_hour = 7
        db.session.commit()
        token = rhythm.reminder_token(app.config["QUIZAPP"].secret_key, cast.ben.learner_id)
    return f"/rhythm/reminders/{token}"


def hour_of_ben(app: Flask, cast: Cast) -> int | None:
    with app.app_context():
        return db.session.get_one(Learner, cast.ben.learner_id).reminder_hour


def test_looking_at_the_link_shows_a_button_and_stops_nothing(
    app: Flask, client: FlaskClient, cast: Cast, url: str
) -> None:
    page = client.get(url).text
    assert "Stop the reminders?" in page
    assert hour_of_ben(app, cast) == 7


def test_the_button_stops_them(app: Flask, client: FlaskClient, cast: Cast, url: str) -> None:
    answer = post(client, url)
    assert answer.status_code == 200
    assert "No more reminders" in answer.text
    assert hour_of_ben(app, cast) is None


def test_a_mailbox_stops_them_by_one_click_without_a_token_of_ours(
    app: Flask, client: FlaskClient, cast: Cast, url: str
) -> None:
    answer = client.post(url, data={"List-Unsubscribe": "One-Click"})
    # No cookie, and no redirect, which a mailbox would not follow.
    assert answer.status_code == 200
    assert hour_of_ben(app, cast) is None
    assert client.post(url, data={"List-Unsubscribe": "One-Click"}).status_code == 200


def test_a_forged_link_is_not_found(app: Flask, client: FlaskClient, cast: Cast, url: str) -> None:
    for other in ("forged", url.rpartition("/")[2][:-1], "x" + url.rpartition("/")[2]):
        assert client.get(f"/rhythm/reminders/{other}").status_code == 404
        assert client.post(f"/rhythm/reminders/{other}").status_code == 404
    assert hour_of_ben(app, cast) == 7
    assert client.put(url).status_code == 405


def test_the_address_of_a_calendar_stops_no_reminder(app: Flask, client: FlaskClient, cast: Cast) -> None:
    secret = app.config["QUIZAPP"].secret_key
    token = rhythm.calendar_token(secret, cast.ben.learner_id, cast.ben.user_id)
    assert client.get(f"/rhythm/reminders/{token}").status_code == 404
    assert rhythm.read_calendar_token(secret, rhythm.reminder_token(secret, cast.ben.learner_id)) is None
