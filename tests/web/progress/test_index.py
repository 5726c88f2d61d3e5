"""Progress: charts with their numbers, from one's own days alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from quizapp.database import db
from quizapp.models import Learner
from quizapp.operations.reports import MonthRecall
from quizapp.web.progress.views import recall_scale, scale_for
from tests.histories import NOON, attempt, review

if TYPE_CHECKING:
    import uuid

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Clock
    from tests.factories import Cast, Factory, MadeSet


@pytest.fixture
def rivers(make: Factory, frozen: Clock) -> MadeSet:
    return make.question_set("rivers", facts=6, fictional=1)


@pytest.fixture
def busy(app: Flask, make: Factory, rivers: MadeSet) -> uuid.UUID:
    """A guest with reviews on three days."""
    guest = make.guest()
    make.deck(guest, rivers)
    for number in range(3):
        review(app, guest, rivers.facts[number].id, days_ago=12)
        review(app, guest, rivers.facts[number].id, days_ago=5, right=number != 0)
    review(app, guest, rivers.facts[3].id)
    return guest


def test_a_visitor_gets_a_friendly_page_and_stays_unknown(app: Flask, client: FlaskClient) -> None:
    page = client.get("/progress/")
    assert page.status_code == 200
    assert "Nothing to draw yet" in page.text
    with app.app_context():
        assert db.session.execute(select(func.count()).select_from(Learner)).scalar_one() == 0


def test_a_learner_without_reviews_gets_the_same(make: Factory) -> None:
    assert "Nothing to draw yet" in make.browser_of_guest(make.guest()).get("/progress/").text


def test_every_chart_has_a_name_and_its_numbers(make: Factory, busy: uuid.UUID) -> None:
    page = make.browser_of_guest(busy).get("/progress/").text
    for name in ("reviews", "minutes", "heat", "recall", "due"):
        assert f'id="{name}-chart-title"' in page
        assert f'id="{name}-chart-text"' in page
    for caption in (
        "Reviews per day",
        "Reviews per week",
        "Memory of Rivers",
        "Recall by month",
        "Cards due per day",
    ):
        assert f">{caption}</caption>" in page
    assert "24 February 2026: 3 reviews, 2 recalled" in page
    assert "7" in page
    assert " style=" not in page


def test_numbers_are_the_learners_own(make: Factory, rivers: MadeSet, busy: uuid.UUID) -> None:
    assert "Nothing to draw yet" in make.browser_of_guest(make.guest()).get("/progress/").text


def test_the_period_is_chosen(make: Factory, busy: uuid.UUID) -> None:
    browser = make.browser_of_guest(busy)
    assert browser.get("/progress/").text.count(" recalled</title>") == 30
    assert browser.get("/progress/?days=90").text.count(" recalled</title>") == 90
    assert browser.get("/progress/?days=100000000").text.count(" recalled</title>") == 30


def test_invented_facts_stand_in_rows_of_their_own_and_only_once_begun(
    app: Flask, make: Factory, rivers: MadeSet, busy: uuid.UUID
) -> None:
    browser = make.browser_of_guest(busy)
    assert "fiction in the source" not in browser.get("/progress/").text
    review(app, busy, rivers.facts[5].id, days_ago=9)
    review(app, busy, rivers.facts[5].id, days_ago=2)
    page = browser.get("/progress/").text
    assert "fiction in the source" in page
    assert "On what sources invent" in page


def test_closed_quizzes_are_listed_with_their_result_and_open_ones_are_not(
    app: Flask, make: Factory, rivers: MadeSet, busy: uuid.UUID
) -> None:
    asked = [rivers.facts[0].questions["choice"]]
    browser = make.browser_of_guest(busy)
    opened = attempt(app, busy, rivers, asked)
    assert str(opened) not in browser.get("/progress/").text
    closed = attempt(app, busy, rivers, asked, state="closed", scores=(1.0,), days_ago=2)
    page = browser.get("/progress/").text
    assert f"/quizzes/attempts/{closed}/result" in page
    assert "50 %" in page


def test_the_daily_numbers_are_sent_as_a_file(make: Factory, busy: uuid.UUID) -> None:
    answer = make.browser_of_guest(busy).get("/progress/daily.csv")
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.text.startswith("\ufeffstudy_day,question_set,topic,reviews")
    assert "2026-03-01,Rivers,mouth,1,1" in answer.text


def test_a_visitor_has_no_file(client: FlaskClient) -> None:
    assert client.get("/progress/daily.csv").status_code == 404


def test_a_user_reads_progress_by_their_own_study_days(
    app: Flask, make: Factory, rivers: MadeSet, cast: Cast
) -> None:
    with app.app_context():
        db.session.get_one(Learner, cast.ben.learner_id).time_zone = "Pacific/Auckland"
        db.session.commit()
    review(app, cast.ben.learner_id, rivers.facts[0].id)
    page = make.browser_of(cast.ben).get("/progress/").text
    assert "1 March 2026: 1 review, 1 recalled" in page
    review(app, cast.ben.learner_id, rivers.facts[1].id, days_ago=-0.25)
    assert NOON.day == 1


def test_it_is_not_written_to(client: FlaskClient) -> None:
    assert client.post("/progress/").status_code in {400, 405}


@pytest.mark.parametrize(
    ("most", "top", "ticks"),
    [
        (0, 2, (0, 1, 2)),
        (1, 2, (0, 1, 2)),
        (4, 4, (0, 1, 2, 3, 4)),
        (5, 6, (0, 2, 4, 6)),
        (24.2, 30, (0, 10, 20, 30)),
        (815, 1000, (0, 500, 1000)),
    ],
)
def test_an_axis_ends_on_a_round_number_above_the_highest(
    most: float, top: int, ticks: tuple[int, ...]
) -> None:
    scale = scale_for(most)
    assert (scale.top, scale.ticks) == (top, ticks)
    assert scale.top >= most


def test_shares_of_recall_are_drawn_from_a_half_unless_one_is_lower() -> None:
    month = MonthRecall(NOON.date(), 10, 0.9, 0.8)
    assert recall_scale([month]).ticks[0] == 50
    assert recall_scale([month, MonthRecall(NOON.date(), 1, 0.9, 0.0)]).ticks[0] == 0
