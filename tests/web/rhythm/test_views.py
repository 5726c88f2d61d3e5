"""Planning: a backlog spread over days, a pause, easy days."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from quizapp.core.memory import retrievability
from quizapp.database import db
from quizapp.models import Learner
from quizapp.operations import rhythm
from tests.forms import post
from tests.loads import TODAY, give_cards

if TYPE_CHECKING:
    import uuid

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Clock
    from tests.factories import Factory, MadeSet

USUAL_DAYS = dict.fromkeys(
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), "100"
)


@pytest.fixture
def made(make: Factory, frozen: Clock) -> MadeSet:
    return make.question_set(facts=6)


@pytest.fixture
def guest(make: Factory, made: MadeSet) -> uuid.UUID:
    learner_id = make.guest()
    make.deck(learner_id, made)
    return learner_id


@pytest.fixture
def tab(make: Factory, guest: uuid.UUID) -> FlaskClient:
    return make.browser_of_guest(guest)


def learner_of(app: Flask, learner_id: uuid.UUID) -> Learner:
    with app.app_context():
        return db.session.get_one(Learner, learner_id)


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def set_learner(app: Flask, learner_id: uuid.UUID, **values: Any) -> None:
    with app.app_context():
        learner = db.session.get_one(Learner, learner_id)
        for name, value in values.items():
            setattr(learner, name, value)
        db.session.commit()


def test_without_a_learner_the_page_says_what_it_will_be_for(client: FlaskClient, made: MadeSet) -> None:
    page = client.get("/rhythm/").text
    assert "Nothing to plan yet" in page
    assert "/library/" in page


def test_without_a_backlog_nothing_is_offered(tab: FlaskClient) -> None:
    page = tab.get("/rhythm/").text
    assert "Nothing is overdue." in page
    assert 'name="days"' not in page


def test_a_backlog_is_told_with_what_each_span_asks_and_costs(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    # Five overdue; the sixth is due within a week, and counts among what that week asks.
    give_cards(app, guest, made, [-9, -9, -9, -9, -9, 5])
    words = words_of(tab.get("/rhythm/").text)
    assert "5 cards are overdue." in words
    for span in ("3 days", "7 days", "14 days", "30 days"):
        assert span in words
    assert "3 days about 1 min a day, 2 cards waiting costs less than one fact" in words
    assert "reckoned on" not in words


def test_what_waiting_costs_is_reckoned_on_a_part_where_there_are_too_many(
    app: Flask,
    tab: FlaskClient,
    guest: uuid.UUID,
    made: MadeSet,
    frozen: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    give_cards(app, guest, made, [-30, -5, -5, -5, -5, -5], stability=2.0)
    monkeypatch.setattr(rhythm.backlog, "SAMPLE", 1)
    with app.app_context():
        learner = db.session.get_one(Learner, guest)
        found = rhythm.load_backlog(learner, [made.id], frozen.moment)
    # The one that is longest overdue alone: last seen 40 days ago.
    lost = retrievability(2.0, 40) - retrievability(2.0, 47)
    assert (found.overdue, found.sampled) == (6, 1)
    assert found.lost_in_a_week == pytest.approx(lost)
    assert "reckoned on the 1 card longest overdue" in words_of(tab.get("/rhythm/").text)


def test_choosing_a_span_spreads_the_backlog_through_its_last_day(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    give_cards(app, guest, made, [-9] * 5)
    answer = post(tab, "/rhythm/backlog", {"days": "7"})
    assert (answer.status_code, answer.location) == (303, "/rhythm/")
    assert learner_of(app, guest).relief_through == TODAY + timedelta(days=6)
    page = words_of(tab.get("/rhythm/").text)
    assert "spread through 7 March 2026, most at risk first. 5 cards are left of it." in page
    post(tab, "/rhythm/backlog/end")
    assert learner_of(app, guest).relief_through is None


def test_a_relief_that_is_over_is_not_shown(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    set_learner(app, guest, relief_through=TODAY - timedelta(days=1))
    assert "Nothing is overdue." in tab.get("/rhythm/").text


def test_a_span_of_ones_own_can_be_looked_at_first(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    give_cards(app, guest, made, [-9] * 5)
    page = tab.get("/rhythm/?days=5").text
    assert "5 days about 1 min a day, 1 card " in words_of(page)
    assert 'class="looked-at"' in page
    assert learner_of(app, guest).relief_through is None


@pytest.mark.parametrize("given", ["", "1", "91", "some", "-3"])
def test_a_bad_span_comes_back_with_its_error_and_what_was_typed(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, made: MadeSet, given: str
) -> None:
    give_cards(app, guest, made, [-9] * 5)
    for answer in (tab.get(f"/rhythm/?days={given}"), post(tab, "/rhythm/backlog", {"days": given})):
        assert answer.status_code == 422
        assert "Enter a whole number from 2 to 90." in answer.text
        assert re.search(rf'name="days"[^>]*value="{given}"', answer.text)
    assert learner_of(app, guest).relief_through is None


def test_a_pause_is_begun_told_and_ended_early(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, frozen: Clock
) -> None:
    form = {"first": "2026-03-01", "last": "2026-03-08"}
    assert post(tab, "/rhythm/pause", form).location == "/rhythm/"
    learner = learner_of(app, guest)
    assert (learner.paused_from, learner.paused_through) == (TODAY, date(2026, 3, 8))
    assert "You are taking a pause through 8 March 2026." in tab.get("/rhythm/").text
    frozen.moment += timedelta(days=3)
    assert post(tab, "/rhythm/pause/end").location == "/rhythm/"
    learner = learner_of(app, guest)
    # What was paused stays so: the streak reaches over it.
    assert (learner.paused_from, learner.past_pauses) == (None, [["2026-03-01", "2026-03-03"]])
    assert "taking a pause" not in tab.get("/rhythm/").text


def test_a_pause_that_ends_on_its_first_day_was_none(app: Flask, tab: FlaskClient, guest: uuid.UUID) -> None:
    post(tab, "/rhythm/pause", {"first": "2026-03-01", "last": "2026-03-08"})
    assert post(tab, "/rhythm/pause/end", {"from": "home"}).location == "/"
    assert learner_of(app, guest).paused_from is None


def test_a_pause_to_come_is_told_and_can_be_taken_back(
    app: Flask, tab: FlaskClient, guest: uuid.UUID
) -> None:
    post(tab, "/rhythm/pause", {"first": "2026-03-05", "last": "2026-03-08"})
    assert "You take a pause from 5 March 2026 through 8 March 2026." in tab.get("/rhythm/").text
    post(tab, "/rhythm/pause/end")
    assert learner_of(app, guest).paused_from is None


def test_moving_the_end_of_a_pause_keeps_its_first_days(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, frozen: Clock
) -> None:
    post(tab, "/rhythm/pause", {"first": "2026-03-01", "last": "2026-03-08"})
    frozen.moment += timedelta(days=5)
    post(tab, "/rhythm/pause", {"first": "2026-03-06", "last": "2026-03-20"})
    learner = learner_of(app, guest)
    assert learner.past_pauses == [["2026-03-01", "2026-03-05"]]
    assert (learner.paused_from, learner.paused_through) == (date(2026, 3, 6), date(2026, 3, 20))


@pytest.mark.parametrize(
    ("first", "last", "error"),
    [
        ("2026-02-28", "2026-03-08", "A pause begins today (2026-03-01) or later."),
        ("2026-03-05", "2026-03-04", "The last day comes before the first."),
        ("2026-03-01", "2027-03-02", "A pause lasts at most a year."),
        ("2028-03-01", "2028-03-02", "A pause begins within a year."),
        ("soon", "2026-03-04", "Choose a day, as in 2026-03-01."),
        ("", "", "Choose a day, as in 2026-03-01."),
    ],
)
def test_a_bad_pause_comes_back_with_its_error_and_what_was_typed(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, first: str, last: str, error: str
) -> None:
    answer = post(tab, "/rhythm/pause", {"first": first, "last": last})
    assert answer.status_code == 422
    assert error in answer.text
    assert f'value="{first}"' in answer.text
    assert f'value="{last}"' in answer.text
    assert learner_of(app, guest).paused_from is None


def test_a_pause_may_last_a_year_and_is_counted_in_the_learners_days(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, frozen: Clock
) -> None:
    # In Auckland it is five in the morning of the second of March.
    frozen.moment += timedelta(hours=4)
    set_learner(app, guest, time_zone="Pacific/Auckland")
    assert post(tab, "/rhythm/pause", {"first": "2026-03-01", "last": "2026-03-03"}).status_code == 422
    assert post(tab, "/rhythm/pause", {"first": "2026-03-02", "last": "2027-03-02"}).status_code == 303


def test_easy_days_are_saved_monday_first(app: Flask, tab: FlaskClient, guest: uuid.UUID) -> None:
    answer = post(tab, "/rhythm/easy-days", {**USUAL_DAYS, "monday": "50", "sunday": "0"})
    assert answer.status_code == 303
    assert learner_of(app, guest).easy_days == [50, 100, 100, 100, 100, 100, 0]
    page = tab.get("/rhythm/").text
    assert re.search(r'<input checked[^>]*name="sunday"[^>]*value="0"', page)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        (dict.fromkeys(USUAL_DAYS, "50"), "Leave one day at least as usual"),
        ({"friday": "70"}, "Not a valid choice"),
        ({"friday": ""}, "Choose how much you study on a Friday."),
    ],
)
def test_bad_easy_days_come_back_with_their_error(
    app: Flask, tab: FlaskClient, guest: uuid.UUID, changed: dict[str, str], error: str
) -> None:
    answer = post(tab, "/rhythm/easy-days", {**USUAL_DAYS, "monday": "0", **changed})
    assert answer.status_code == 422
    assert error in answer.text or "Not a valid choice" in answer.text
    assert re.search(
        rf'<input checked[^>]*name="monday"[^>]*value="{changed.get("monday", "0")}"', answer.text
    )
    assert learner_of(app, guest).easy_days == [100] * 7


@pytest.mark.parametrize("place", ["backlog", "pause", "easy-days"])
def test_reloading_a_refused_form_leads_back_to_the_page(tab: FlaskClient, place: str) -> None:
    answer = tab.get(f"/rhythm/{place}")
    assert (answer.status_code, answer.location) == (302, "/rhythm/")


@pytest.mark.parametrize(
    "place",
    ["backlog", "backlog/end", "pause", "pause/end", "easy-days", "calendar", "calendar/revoke"],
)
def test_who_has_learned_nothing_has_nothing_to_plan(client: FlaskClient, made: MadeSet, place: str) -> None:
    assert post(client, f"/rhythm/{place}").status_code == 404
    assert client.post(f"/rhythm/{place}").status_code == 400
    assert client.delete(f"/rhythm/{place}").status_code == 405


def test_a_withdrawn_set_is_no_backlog(
    app: Flask, make: Factory, tab: FlaskClient, guest: uuid.UUID, made: MadeSet
) -> None:
    draft = make.question_set("draft", state="draft")
    make.deck(guest, draft)
    give_cards(app, guest, draft, [-9] * 4)
    assert "Nothing is overdue." in tab.get("/rhythm/").text
