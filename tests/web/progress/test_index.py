"""Progress: charts with their numbers, from one's own days alone."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, func, select

from quizapp.core import fitting
from quizapp.core.memory import DEFAULT_WEIGHTS
from quizapp.database import db
from quizapp.models import DailyLoad, DailyRecall, DailyStatistics, Fit, Learner
from quizapp.web.progress.drawing import minute_scale, recall_scale, scale_for, spread_labels
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
    """A guest with reviews on three days, what they promised, and cards due."""
    guest = make.guest()
    make.deck(guest, rivers)
    for number in range(3):
        review(app, guest, rivers.facts[number].id, days_ago=12)
        review(app, guest, rivers.facts[number].id, days_ago=5, right=number != 0)
    review(app, guest, rivers.facts[3].id)
    _promise(app, guest, rivers, "short", reviews=100, recalled=88, predicted=91.0)
    with app.app_context():
        db.session.execute(delete(DailyLoad).where(DailyLoad.learner_id == guest))
        for days, cards in ((-3, 2), (0, 1), (4, 5)):
            day = NOON.date() + timedelta(days=days)
            db.session.add(DailyLoad(learner_id=guest, question_set_id=rivers.id, shown_on=day, cards=cards))
        db.session.commit()
    return guest


def _promise(
    app: Flask,
    learner_id: uuid.UUID,
    made: MadeSet,
    form: str,
    *,
    reviews: int,
    recalled: int,
    predicted: float,
    fiction: bool = False,
) -> None:
    """Have a form of question promise and reach so much on a day; it is all that was promised then."""
    with app.app_context():
        db.session.execute(delete(DailyRecall).where(DailyRecall.learner_id == learner_id, DailyRecall.is_fiction == fiction))  # fmt: skip
        db.session.add(
            DailyRecall(
                learner_id=learner_id, study_day=NOON.date() - timedelta(days=2), question_set_id=made.id,
                is_fiction=fiction, form=form, tenth=9, reviews=reviews, recalled=recalled,
                predicted_recall=predicted, duration_ms=5000 * reviews,
            )
        )  # fmt: skip
        db.session.commit()


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
    for name in ("reviews-chart", "minutes-chart", "heat", "heat-earlier", "recall-chart", "due-chart", "forms-chart", "gained-chart"):  # fmt: skip
        assert f'id="{name}-title"' in page, name
        assert f'id="{name}-text"' in page, name
    for caption in (
        "Reviews per day",
        "Reviews per week",
        "Memory of Rivers",
        "Memory gained per day",
        "Recall by what was promised",
        "Recall by way of asking",
        "Cards due per day",
    ):
        assert f">{caption}</caption>" in page
    assert "24 February 2026: 3 reviews, 2 recalled" in page
    assert " style=" not in page
    assert page.count("<script") == page.count("<script src") + page.count('<script type="module" src')


def test_a_promise_and_what_became_of_it_are_told_in_words(
    app: Flask, make: Factory, rivers: MadeSet, busy: uuid.UUID
) -> None:
    browser = make.browser_of_guest(busy)
    words = " ".join(browser.get("/progress/").text.split())
    assert "You were promised <b>91 %</b>, you reached <b>88 %</b>: no further apart than chance" in words
    assert "Produced: promised 91 %, reached 88 %" in words
    assert "5.0 s" in words
    _promise(app, busy, rivers, "choice", reviews=1000, recalled=990, predicted=910.0)
    words = " ".join(browser.get("/progress/").text.split())
    assert "you reached <b>99 %</b>: more, by more than chance explains." in words
    assert "where a right one can be luck: recall itself is lower" in words


def test_memory_gained_is_told_by_the_minute(
    app: Flask, make: Factory, rivers: MadeSet, busy: uuid.UUID
) -> None:
    with app.app_context():
        db.session.execute(delete(DailyStatistics).where(DailyStatistics.learner_id == busy))
        for topic, gained in (("length", 12.0), ("*fiction", 40.0)):
            db.session.add(
                DailyStatistics(
                    learner_id=busy, study_day=NOON.date(), question_set_id=rivers.id, topic=topic, reviews=9,
                    recalled=9, duration_ms=240_000, gained=gained,
                )
            )  # fmt: skip
        db.session.commit()
    words = " ".join(make.browser_of_guest(busy).get("/progress/").text.split())
    assert (
        "In 4 min you gained <b>12 facts</b> that you will still know in a month: <b>3.0 a minute</b>"
        in words
    )


def test_what_is_overdue_stands_apart_from_the_days_ahead(make: Factory, busy: uuid.UUID) -> None:
    words = " ".join(make.browser_of_guest(busy).get("/progress/").text.split())
    assert "<b>2 cards</b> wait from days before" in words
    assert "<title>today: 1 card</title>" in words
    assert "<title>5 March 2026: 5 cards</title>" in words


def test_who_has_too_few_reviews_for_a_schedule_of_their_own_is_told_how_many_are_missing(
    make: Factory, busy: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = make.browser_of_guest(busy)
    assert f"After {fitting.ENOUGH - 3} more reviews" in browser.get("/progress/").text
    monkeypatch.setitem(sys.modules, "fsrs_rs_python", None)
    page = browser.get("/progress/")
    assert page.status_code == 200
    assert "needs the library fsrs-rs-python" in page.text


def _fitted(app: Flask, learner_id: uuid.UUID, *, is_used: bool) -> None:
    with app.app_context():
        db.session.add(
            Fit(
                learner_id=learner_id, fitted_at=NOON, reviews=1240, held_back=310,
                weights=[*DEFAULT_WEIGHTS[:2], 3.1, *DEFAULT_WEIGHTS[3:]], loss_before=0.3, loss_after=0.28,
                error_before=0.046, error_after=0.031, is_used=is_used,
            )
        )  # fmt: skip
        db.session.commit()


def test_a_schedule_of_ones_own_is_told_before_and_after(app: Flask, make: Factory, busy: uuid.UUID) -> None:
    _fitted(app, busy, is_used=True)
    words = " ".join(make.browser_of_guest(busy).get("/progress/").text.split())
    assert "From <b>1,240 reviews</b> the schedule learned how you forget" in words
    assert "off by <b>3.1 points</b> instead of 4.6 points" in words
    assert "comes back after 3 days instead of 2" in words


def test_a_schedule_that_did_not_win_is_told_too(app: Flask, make: Factory, busy: uuid.UUID) -> None:
    _fitted(app, busy, is_used=False)
    words = " ".join(make.browser_of_guest(busy).get("/progress/").text.split())
    assert "The usual schedule predicts you as well as one of your own" in words


def test_everything_is_offered_to_take_away(make: Factory, busy: uuid.UUID) -> None:
    browser = make.browser_of_guest(busy)
    assert 'href="/account/download"' in browser.get("/progress/").text
    assert browser.get("/account/download").mimetype == "application/zip"


def test_numbers_are_the_learners_own(make: Factory, rivers: MadeSet, busy: uuid.UUID) -> None:
    assert "Nothing to draw yet" in make.browser_of_guest(make.guest()).get("/progress/").text


def test_the_period_is_chosen(make: Factory, busy: uuid.UUID) -> None:
    browser = make.browser_of_guest(busy)
    for days, columns, heading in (
        ("30", 30, "The last 30 days"),
        ("90", 90, "The last 90 days"),
        ("365", 53, "The last 365 days"),
        ("all", 30, "From the beginning"),
        ("100000000", 30, "The last 30 days"),
        ("'", 30, "The last 30 days"),
    ):
        page = browser.get("/progress/", query_string={"days": days}).text
        assert page.count(" recalled</title>") == columns
        assert f">{heading}</h2>" in page


def test_all_reaches_back_to_the_first_review_by_months(
    app: Flask, make: Factory, rivers: MadeSet, busy: uuid.UUID
) -> None:
    review(app, busy, rivers.facts[4].id, days_ago=800)
    page = make.browser_of_guest(busy).get("/progress/?days=all").text
    assert page.count(" recalled</title>") == 28
    assert ">Reviews per month</caption>" in page
    empty = make.browser_of_guest(busy).get("/progress/?days=30")
    assert empty.status_code == 200


def test_a_period_without_reviews_says_so(app: Flask, make: Factory, rivers: MadeSet) -> None:
    guest = make.guest()
    review(app, guest, rivers.facts[0].id, days_ago=60)
    page = make.browser_of_guest(guest).get("/progress/").text
    assert page.count("No reviews in the last 30 days.") == 3
    assert "Nothing comes back in the next 30 days." in page


def test_invented_facts_stand_in_rows_of_their_own_and_only_once_begun(
    app: Flask, make: Factory, rivers: MadeSet, busy: uuid.UUID
) -> None:
    browser = make.browser_of_guest(busy)
    assert "fiction in the source" not in browser.get("/progress/").text
    review(app, busy, rivers.facts[5].id, days_ago=9)
    review(app, busy, rivers.facts[5].id, days_ago=2)
    _promise(app, busy, rivers, "short", reviews=4, recalled=3, predicted=3.6, fiction=True)
    page = browser.get("/progress/").text
    assert "fiction in the source" in page
    assert "On what sources invent" in page
    assert "Promised 90 %, reached 75 % in 4 reviews." in page


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
    assert recall_scale([0.9, 0.8]).ticks[0] == 50
    assert recall_scale([0.9, 0.0]).ticks[0] == 0
    assert recall_scale([]).ticks[0] == 50


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (12, (0, 5, 10, 15)),
        (61, (0, 30, 60, 90)),
        (200, (0, 60, 120, 180, 240)),
        (4000, (0, 1200, 2400, 3600, 4800)),
    ],
)
def test_long_times_have_axes_in_hours(most: float, ticks: tuple[int, ...]) -> None:
    assert minute_scale(most).ticks == ticks


def test_labels_are_few_and_today_bears_one() -> None:
    assert spread_labels(30) == {29, 23, 17, 11, 5}
    assert spread_labels(30, from_end=False) == {0, 6, 12, 18, 24}
    assert spread_labels(3) == {0, 1, 2}
