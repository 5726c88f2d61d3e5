"""The calendar of the load: private by its address, revocable, in the learner's own days, without a word of any fact."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest
from icalendar import Calendar

from quizapp.database import db
from quizapp.models import Learner
from tests.forms import post
from tests.loads import TODAY, give_cards

if TYPE_CHECKING:
    import uuid

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Clock
    from tests.factories import Factory, MadeSet


@pytest.fixture
def made(make: Factory, frozen: Clock) -> MadeSet:
    return make.question_set(facts=6)


@pytest.fixture
def guest(app: Flask, make: Factory, made: MadeSet) -> uuid.UUID:
    learner_id = make.guest()
    make.deck(learner_id, made)
    give_cards(app, learner_id, made, [-9, -1, 0, 3, 3, 40])
    return learner_id


@pytest.fixture
def tab(make: Factory, guest: uuid.UUID) -> FlaskClient:
    return make.browser_of_guest(guest)


def address_of(tab: FlaskClient) -> str:
    found = re.search(r'value="(http://127\.0\.0\.1:8000/rhythm/calendar/[^"]+)"', tab.get("/rhythm/").text)
    assert found is not None
    return unescape(found[1]).removeprefix("http://127.0.0.1:8000")


def made_address(tab: FlaskClient) -> str:
    assert post(tab, "/rhythm/calendar").status_code == 303
    return address_of(tab)


def load_of(feed: str) -> list[tuple[date, str]]:
    events = Calendar.from_ical(feed).walk("VEVENT")
    return [(event.decoded("dtstart"), str(event["summary"])) for event in events]


def test_the_address_needs_no_login_and_says_how_much_each_day_asks(
    client: FlaskClient, tab: FlaskClient
) -> None:
    answer = client.get(made_address(tab))
    assert answer.status_code == 200
    assert load_of(answer.text) == [
        (TODAY, "3 cards, about 1 min"),
        (TODAY + timedelta(days=3), "2 cards, about 1 min"),
    ]


def test_nothing_of_a_fact_is_in_it_and_no_machine_keeps_it(client: FlaskClient, tab: FlaskClient) -> None:
    answer = client.get(made_address(tab))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Cache-Control"].startswith("private")
    assert "rivers" not in answer.text.lower()
    assert "Value" not in answer.text
    assert "Set-Cookie" not in answer.headers


def test_every_event_takes_a_whole_day_and_no_time_from_others(
    client: FlaskClient, tab: FlaskClient, frozen: Clock
) -> None:
    url = made_address(tab)
    first = Calendar.from_ical(client.get(url).text).walk("VEVENT")
    for event in first:
        assert event["transp"] == "TRANSPARENT"
        assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(days=1)
        assert event["dtstart"].params["VALUE"] == "DATE"
    frozen.moment += timedelta(hours=5)
    again = Calendar.from_ical(client.get(url).text).walk("VEVENT")
    uids = [str(event["uid"]) for event in first]
    assert uids == [str(event["uid"]) for event in again]
    assert len(set(uids)) == len(uids)


def test_today_is_the_learners_own_day(
    app: Flask, client: FlaskClient, tab: FlaskClient, guest: uuid.UUID, frozen: Clock
) -> None:
    url = made_address(tab)
    with app.app_context():
        learner = db.session.get_one(Learner, guest)
        learner.time_zone, learner.rollover_hour = "Pacific/Auckland", 4
        db.session.commit()
    frozen.moment = datetime(2026, 3, 1, 14, 59, tzinfo=UTC)  # 3:59 on 2 March there
    assert load_of(client.get(url).text)[0][0] == date(2026, 3, 1)
    frozen.moment += timedelta(minutes=1)
    assert load_of(client.get(url).text)[0][0] == date(2026, 3, 2)


def test_a_pause_and_a_spread_backlog_show_in_it(
    app: Flask, client: FlaskClient, tab: FlaskClient, guest: uuid.UUID
) -> None:
    url = made_address(tab)
    with app.app_context():
        learner = db.session.get_one(Learner, guest)
        learner.relief_through = TODAY + timedelta(days=2)
        learner.paused_from = learner.paused_through = TODAY
        db.session.commit()
    assert [day - TODAY for day, _ in load_of(client.get(url).text)] == [
        timedelta(days=1),
        timedelta(days=2),
        timedelta(days=3),
    ]


def test_a_new_address_ends_the_old_one_and_a_revoked_one_leads_nowhere(
    client: FlaskClient, tab: FlaskClient
) -> None:
    old = made_address(tab)
    new = made_address(tab)
    assert old != new
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200
    post(tab, "/rhythm/calendar/revoke")
    assert client.get(new).status_code == 404
    assert "Make an address for my calendar" in tab.get("/rhythm/").text


def test_a_changed_or_invented_address_is_not_found(client: FlaskClient, tab: FlaskClient) -> None:
    url = made_address(tab)
    token = url.removeprefix("/rhythm/calendar/").removesuffix(".ics")
    words, _, signature = token.partition(".")
    for other in ("forged", f"{words}.", f".{signature}", f"A{token}", f"{words[::-1]}.{signature}", "ä"):
        assert client.get(f"/rhythm/calendar/{other}.ics").status_code == 404
    assert post(client, url).status_code == 405


def test_the_calendar_of_who_was_erased_is_not_found(
    app: Flask, client: FlaskClient, tab: FlaskClient
) -> None:
    url = made_address(tab)
    post(tab, "/account/delete", {"confirm": "y"})
    assert client.get(url).status_code == 404
