"""Settings: for users, for guests, for visitors of whom nothing is kept yet."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from quizapp.database import db
from quizapp.models import Learner
from tests.forms import post

if TYPE_CHECKING:
    import uuid

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.factories import Cast, Factory

URL = "/account/settings"
CHOSEN = {
    "time_zone": "Europe/Paris",
    "rollover_hour": "3",
    "new_per_day": "25",
    "desired_retention": "0.95",
    "rating_buttons": "4",
    "study_mode": "question",
    "due_order": "stability",
    "new_order": "last",
    "goal_minutes": "15",
    "budget_minutes": "",
    "uses_keys": "y",
}


def _settings(app: Flask, learner_id: uuid.UUID) -> tuple[object, ...]:
    with app.app_context():
        learner = db.session.get_one(Learner, learner_id)
        return (
            learner.time_zone,
            learner.rollover_hour,
            learner.new_per_day,
            learner.desired_retention,
            learner.rating_buttons,
        )


def test_a_user_sees_their_account(make: Factory, cast: Cast) -> None:
    page = make.browser_of(cast.ben).get("/account/").text
    for words in (cast.ben.email, "Change password", "Download your data", "Delete your account", "Log out"):
        assert words in page
    assert "as a guest" not in page


def test_a_guest_is_told_how_to_keep_what_they_learn(make: Factory) -> None:
    page = make.browser_of_guest(make.guest()).get("/account/").text
    assert "You study as a guest on this browser" in page
    assert "/account/sign-up" in page
    assert "Download your data" in page
    assert "Log out" not in page


def test_looking_at_the_settings_keeps_nothing(app: Flask, client: FlaskClient) -> None:
    page = client.get("/account/").text
    assert "Download your data" not in page
    with app.app_context():
        assert db.session.execute(select(func.count()).select_from(Learner)).scalar_one() == 0


def test_settings_are_saved(app: Flask, make: Factory, cast: Cast) -> None:
    browser = make.browser_of(cast.ben)
    assert post(browser, URL, CHOSEN).location == "/account/"
    assert _settings(app, cast.ben.learner_id) == ("Europe/Paris", 3, 25, 0.95, 4)
    page = browser.get("/account/").text
    assert "Your settings are saved." in page
    assert '<option selected value="Europe/Paris">' in page


def test_the_ways_of_a_day_are_saved(app: Flask, make: Factory) -> None:
    guest = make.guest()
    browser = make.browser_of_guest(guest)
    post(browser, URL, {**CHOSEN, "budget_minutes": "20"})
    with app.app_context():
        learner = db.session.get_one(Learner, guest)
        assert (learner.study_mode, learner.due_order, learner.new_order) == ("question", "stability", "last")
        assert (learner.goal_minutes, learner.budget_minutes) == (15, 20)
        assert (learner.shows_streak, learner.uses_keys, learner.reads_aloud) == (False, True, False)
    post(browser, URL, {**CHOSEN, "goal_minutes": "", "shows_streak": "y", "reads_aloud": "y"})
    with app.app_context():
        learner = db.session.get_one(Learner, guest)
        assert (learner.goal_minutes, learner.budget_minutes) == (None, None)
        assert (learner.shows_streak, learner.reads_aloud) == (True, True)


def test_keys_are_switched_off_for_every_page(app: Flask, make: Factory, client: FlaskClient) -> None:
    browser = make.browser_of_guest(make.guest())
    assert 'data-keys="on"' in browser.get("/library/").text
    post(browser, URL, {**CHOSEN, "uses_keys": ""} | {"uses_keys": "false"})
    for page in ("/", "/library/", "/no-such-page"):
        assert 'data-keys="off"' in browser.get(page).text
    assert 'data-keys="on"' in client.get("/library/").text


def test_a_user_is_reminded_at_an_hour_of_their_choice(app: Flask, make: Factory, cast: Cast) -> None:
    browser = make.browser_of(cast.ben)
    assert "Remind me by mail at" in browser.get("/account/").text
    for given, expected in (("7", 7), ("0", 0), ("", None)):
        assert post(browser, URL, {**CHOSEN, "reminder_hour": given}).status_code == 302
        with app.app_context():
            assert db.session.get_one(Learner, cast.ben.learner_id).reminder_hour == expected
    page = post(browser, URL, {**CHOSEN, "reminder_hour": "24"})
    assert page.status_code == 422
    assert 'id="reminder_hour-error"' in page.text


def test_a_guest_is_told_why_there_is_no_reminder_and_cannot_set_one(app: Flask, make: Factory) -> None:
    guest = make.guest()
    browser = make.browser_of_guest(guest)
    page = browser.get("/account/").text
    assert "Reminders by mail need an address" in page
    assert 'name="reminder_hour"' not in page
    post(browser, URL, {**CHOSEN, "reminder_hour": "7"})
    with app.app_context():
        assert db.session.get_one(Learner, guest).reminder_hour is None


def test_without_a_public_address_no_reminder_is_promised(app: Flask, make: Factory, cast: Cast) -> None:
    app.config["QUIZAPP"] = dataclasses.replace(app.config["QUIZAPP"], host="0.0.0.0")
    browser = make.browser_of(cast.ben)
    page = browser.get("/account/").text
    assert "whoever runs this site has not set its public address" in page
    assert 'name="reminder_hour"' not in page
    app.config["QUIZAPP"] = dataclasses.replace(app.config["QUIZAPP"], public_url="https://cards.example.org")
    assert 'name="reminder_hour"' in browser.get("/account/").text


def test_a_visitor_who_saves_settings_becomes_a_guest(app: Flask, client: FlaskClient) -> None:
    post(client, URL, CHOSEN)
    with app.app_context():
        learner = db.session.execute(select(Learner)).scalar_one()
        assert (learner.user_id, learner.new_per_day) == (None, 25)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("rollover_hour", "24"),
        ("new_per_day", "-1"),
        ("new_per_day", "1000"),
        ("new_per_day", "many"),
        ("desired_retention", "0.5"),
        ("rating_buttons", "3"),
        ("study_mode", "sleep"),
        ("due_order", "random"),
        ("new_order", "never"),
        ("goal_minutes", "0"),
        ("budget_minutes", "601"),
        ("budget_minutes", "long"),
    ],
)
def test_a_wrong_form_comes_back_with_its_error_and_what_was_typed(
    app: Flask, make: Factory, cast: Cast, field: str, value: str
) -> None:
    answer = post(make.browser_of(cast.ben), URL, {**CHOSEN, field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert '<option selected value="Europe/Paris">' in answer.text or field == "time_zone"
    assert _settings(app, cast.ben.learner_id) == ("UTC", 4, 10, 0.9, 2)


def test_a_wrong_form_makes_no_guest(app: Flask, client: FlaskClient) -> None:
    assert post(client, URL, {**CHOSEN, "new_per_day": "many"}).status_code == 422
    with app.app_context():
        assert db.session.execute(select(func.count()).select_from(Learner)).scalar_one() == 0


def test_extra_time_is_not_for_oneself_to_set(app: Flask, make: Factory, cast: Cast) -> None:
    post(
        make.browser_of(cast.ben),
        URL,
        {**CHOSEN, "extra_time_percent": "400", "user_id": str(cast.cleo.user_id)},
    )
    with app.app_context():
        learner = db.session.get_one(Learner, cast.ben.learner_id)
        assert (learner.extra_time_percent, learner.user_id) == (0, cast.ben.user_id)


def test_what_was_set_by_other_means_stays_when_saved(app: Flask, make: Factory, cast: Cast) -> None:
    with app.app_context():
        learner = db.session.get_one(Learner, cast.ben.learner_id)
        learner.desired_retention, learner.time_zone = 0.87, "CET"
        db.session.commit()
    browser = make.browser_of(cast.ben)
    assert "As set now: about 87 of 100" in browser.get("/account/").text
    post(browser, URL, {**CHOSEN, "desired_retention": "0.87", "time_zone": "CET"})
    assert _settings(app, cast.ben.learner_id)[0] == "CET"
    assert _settings(app, cast.ben.learner_id)[3] == 0.87


def test_settings_speak_the_words_of_the_cards(client: FlaskClient) -> None:
    page = client.get("/account/").text
    assert "Four: Forgot, Hardly, Remembered and Easily" in page
    assert "New facts a day" in page


def test_reloading_a_refused_form_leads_back_to_the_settings(client: FlaskClient) -> None:
    answer = client.get(URL)
    assert (answer.status_code, answer.location) == (302, "/account/")


def test_settings_are_sent_with_a_token(client: FlaskClient) -> None:
    assert client.put(URL).status_code == 405
    assert client.post(URL, data=CHOSEN).status_code == 400


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    "page",
    [
        "",
        "log-in",
        "sign-up",
        "reset",
        "confirm",
        "signed-up",
        "change-password",
        "change-email",
        "verify",
        "delete",
    ],
)
def test_no_page_of_the_account_has_a_script_or_style_of_its_own(
    make: Factory, cast: Cast, page: str
) -> None:
    for browser in (make.browser_of(cast.ben), make.browser_of_guest(make.guest())):
        text = browser.get(f"/account/{page}", follow_redirects=True).text
        assert "<style" not in text
        assert " style=" not in text
        assert "<script>" not in text
        assert " onclick" not in text


@pytest.mark.only_on("sqlite")
def test_every_page_that_is_in_use_is_ours(app: Flask) -> None:
    names = [
        value
        for key, value in app.config.items()
        if key.startswith("SECURITY_") and key.endswith("_TEMPLATE") and str(value).startswith("security/")
    ]
    unused = ("two_factor", "us_", "wan_", "mf_", "username", "send_login", "logout", "email/")
    ours = app.template_folder or ""
    for name in names:
        if not any(part in name for part in unused):
            source = app.jinja_env.get_or_select_template(name).filename
            assert source is not None
            assert source.startswith(str(ours)), name
