"""The timeline of a set: zoomed by links, tinted by one's own memory, silent on what an open quiz asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quizapp.web.library import timeline
from tests.histories import attempt, review
from tests.web.library.test_bank import date_it

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Clock
    from tests.factories import Factory, MadeSet


@pytest.fixture
def rivers(app: Flask, make: Factory, frozen: Clock) -> MadeSet:
    """A set with facts of 1815, 1816 and 1817, the last of them invented."""
    made = make.question_set("rivers", facts=5, fictional=1)
    date_it(app, made.facts[0], "1815-06-09", "Bridge of Basel")
    date_it(app, made.facts[1], "1815-11", "Lock of Iffezheim")
    date_it(app, made.facts[2], "1816-02-01", "Weir of Geesthacht")
    date_it(app, made.facts[4], "1817", "Invented dam")
    return made


def test_marks_and_table_hold_the_same_and_lead_to_the_facts(client: FlaskClient, rivers: MadeSet) -> None:
    page = client.get("/library/rivers/timeline").text
    for name, key in (("Bridge of Basel", "fact-0"), ("Lock of Iffezheim", "fact-1")):
        assert page.count(f'href="/library/rivers/facts/{key}"') == 2
        assert f"{name}</text>" in page
        assert f">{name}</a>" in page
    assert "9 June 1815" in page
    assert "November 1815" in page


def test_it_is_zoomed_by_links(client: FlaskClient, rivers: MadeSet) -> None:
    whole = client.get("/library/rivers/timeline").text
    assert 'href="/library/rivers/timeline?period=1815"' in whole
    assert "period=1817" not in whole
    year = client.get("/library/rivers/timeline?period=1815").text
    assert "Weir of Geesthacht" not in year
    assert 'rel="next"' in year
    assert 'href="/library/rivers/timeline?period=1816"' in year
    assert 'rel="prev"' not in year
    assert 'href="/library/rivers/timeline?period=1815-Q2"' in year
    assert 'href="/library/rivers/timeline?period=1815-Q4"' in year
    assert "1815-Q1" not in year
    quarter = client.get("/library/rivers/timeline?period=1815-Q4").text
    assert "Lock of Iffezheim" in quarter
    assert "Bridge of Basel" not in quarter


def test_what_the_source_invents_is_shown_by_a_switch_alone(client: FlaskClient, rivers: MadeSet) -> None:
    page = client.get("/library/rivers/timeline").text
    assert "Invented dam" not in page
    assert "Show what the source invents (1)" in page
    shown = client.get("/library/rivers/timeline?fiction=yes").text
    assert "Invented dam" in shown
    assert "fiction in the source" in shown
    assert "Leave out what the source invents" in shown
    assert 'href="/library/rivers/timeline?period=1817&amp;fiction=yes"' in shown


def test_memory_is_told_by_shape_and_word(app: Flask, make: Factory, rivers: MadeSet) -> None:
    guest = make.guest()
    assert "Memory</th>" not in make.browser_of_guest(guest).get("/library/rivers/timeline").text
    review(app, guest, rivers.facts[0].id)
    review(app, guest, rivers.facts[1].id, days_ago=60)
    page = make.browser_of_guest(guest).get("/library/rivers/timeline").text
    for state in ("held", "slipping", "new"):
        assert f'class="shape  {state}"' in page
        assert f"({state})</title>" in page
    other = make.browser_of_guest(make.guest()).get("/library/rivers/timeline").text
    assert "slipping" not in other


def test_what_an_open_quiz_asks_is_left_out(app: Flask, make: Factory, rivers: MadeSet) -> None:
    guest = make.guest()
    attempt(app, guest, rivers, [rivers.facts[0].questions["date"]])
    page = make.browser_of_guest(guest).get("/library/rivers/timeline").text
    assert "Bridge of Basel" not in page
    assert "9 June" not in page
    assert "Lock of Iffezheim" in page


def test_a_narrow_screen_opens_on_the_end_with_more_on_it(
    app: Flask, client: FlaskClient, make: Factory
) -> None:
    for name, years in (("early", (1700, 1701, 1702, 1999)), ("late", (1700, 1997, 1998, 1999))):
        made = make.question_set(name, facts=4)
        for fact, year in zip(made.facts, years, strict=True):
            date_it(app, fact, str(year), f"Bridge of {year}")
        page = client.get(f"/library/{name}/timeline").text
        assert ("from-end" in page) is (name == "late")


def test_a_long_table_has_pages(
    client: FlaskClient, rivers: MadeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "_PAGE", 2)
    page = client.get("/library/rivers/timeline").text
    assert "Page 1 of 2" in page
    assert ">Weir of Geesthacht</a>" not in page
    assert ">Weir of Geesthacht</a>" in client.get("/library/rivers/timeline?page=2").text
    assert client.get("/library/rivers/timeline?page=3").status_code == 404


def test_a_set_without_dates_and_an_empty_time_say_what_to_do(
    client: FlaskClient, make: Factory, rivers: MadeSet
) -> None:
    make.question_set("lakes")
    assert "No dates here" in client.get("/library/lakes/timeline").text
    page = client.get("/library/rivers/timeline?period=1815-Q3").text
    assert "Nothing in this time" in page
    assert "The whole timeline" in page
    assert "what the source invents" not in page
    assert "Show what the source invents (1)" in client.get("/library/rivers/timeline?period=1817").text


@pytest.mark.parametrize("period", ["nothing", "18XX", "1815-13", "%01", "0000", "1900", "9999"])
def test_a_period_that_is_none_is_not_found(client: FlaskClient, rivers: MadeSet, period: str) -> None:
    assert client.get(f"/library/rivers/timeline?period={period}").status_code == 404


def test_a_missing_set_is_not_found_and_nothing_is_written(client: FlaskClient, rivers: MadeSet) -> None:
    assert client.get("/library/nothing/timeline").status_code == 404
    assert client.post("/library/rivers/timeline").status_code in {400, 405}
