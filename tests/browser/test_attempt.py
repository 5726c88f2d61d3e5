"""The script of an attempt: nothing given is lost, to a broken line, a reload or a second tab."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.sitting import SAVES, open_attempt, save_state, wake

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Route

    from tests.browser.sitting import Attempts

pytestmark = pytest.mark.only_on("sqlite")


def test_a_response_is_saved_as_it_is_given(page: Page, attempts: Attempts, problems: list[str]) -> None:
    attempt_id = attempts.start(count=2, types=("choice", "short"))
    page.goto(attempts.address(attempt_id, "choice"))
    page.get_by_role("radio").nth(2).check()
    expect(save_state(page)).to_have_text("Saved")
    page.reload()
    expect(page.get_by_role("radio").nth(2)).to_be_checked()
    page.goto(attempts.address(attempt_id, "short"))
    page.locator("#text").fill("Value 9")
    expect(save_state(page)).to_have_text("Saved")
    assert {"text": "Value 9"} in attempts.given(attempt_id)
    assert problems == []


def test_a_broken_line_is_told_and_the_response_sent_when_it_is_back(
    page: Page, context: BrowserContext, attempts: Attempts
) -> None:
    attempt_id = attempts.start()
    page.goto(attempts.address(attempt_id, "short"))
    context.set_offline(True)
    page.locator("#text").fill("kept here")
    expect(save_state(page)).to_have_text(re.compile("Offline"))
    page.get_by_role("button", name=re.compile("^Save and")).last.click()
    expect(page.locator("[data-messages]")).to_contain_text("kept on this device")
    assert attempts.given(attempt_id) == []
    context.set_offline(False)
    expect(save_state(page)).to_have_text("Saved")
    assert attempts.given(attempt_id) == [{"text": "kept here"}]


def test_a_response_that_was_not_sent_survives_the_page(
    page: Page, context: BrowserContext, attempts: Attempts
) -> None:
    attempt_id = attempts.start()
    address = attempts.address(attempt_id, "short")
    page.goto(address)
    context.set_offline(True)
    page.locator("#text").fill("kept here")
    expect(save_state(page)).to_have_text(re.compile("Offline"))
    page.close(run_before_unload=False)
    context.set_offline(False)
    again = context.new_page()
    # From another question of the attempt as well.
    again.goto(attempts.address(attempt_id, "date"))
    number = address.rpartition("/")[2]
    expect(again.locator(f'.navigator [value="{number}"]')).to_have_class(re.compile("given"))
    assert attempts.given(attempt_id) == [{"text": "kept here"}]


def test_leaving_with_unsaved_work_asks_and_a_reload_brings_it_back(page: Page, attempts: Attempts) -> None:
    attempt_id = attempts.start(count=1, types=("short",))
    open_attempt(page, attempts.address(attempt_id, "short"))
    page.route(SAVES, _refuse)
    page.locator("#text").click()
    page.keyboard.type("brought back")
    expect(save_state(page)).to_have_text("Not saved")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]
    expect(page.locator("#text")).to_have_value("brought back")
    expect(save_state(page)).to_have_text("Not saved")
    page.unroute(SAVES)
    wake(page)
    expect(save_state(page)).to_have_text("Saved")
    assert attempts.given(attempt_id) == [{"text": "brought back"}]


def test_nothing_is_submitted_while_a_response_of_another_page_waits(page: Page, attempts: Attempts) -> None:
    attempt_id = attempts.start(count=1, types=("short",))
    open_attempt(page, attempts.address(attempt_id, "short"))
    page.route(SAVES, _refuse)
    page.locator("#text").fill("from before")
    expect(save_state(page)).to_have_text("Not saved")
    page.on("dialog", lambda dialog: dialog.accept())
    open_attempt(page, f"/quizzes/attempts/{attempt_id}/review")
    page.get_by_role("button", name="Submit and see the result").click()
    expect(page.locator("[data-messages]")).to_contain_text("question 1 is not saved yet")
    page.unroute(SAVES)
    page.get_by_role("button", name="Try again").click()
    page.wait_for_url("**/result")
    assert attempts.given(attempt_id) == [{"text": "from before"}]


def _refuse(route: Route) -> None:
    """Let nothing that is sent arrive."""
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


def _lose(route: Route) -> None:
    """Let a request through, and lose the answer to it."""
    route.fetch()
    route.abort()


def test_what_is_sent_again_after_a_lost_acknowledgement_is_stored_once(
    page: Page, attempts: Attempts
) -> None:
    attempt_id = attempts.start(count=1, types=("short",))
    sent: list[str | None] = []
    page.on(
        "request",
        lambda one: sent.append(one.post_data) if SAVES.search(one.url) and one.method == "POST" else None,
    )
    open_attempt(page, attempts.address(attempt_id, "short"))
    page.route(SAVES, _lose, times=1)
    page.locator("#text").fill("once")
    expect(save_state(page)).to_have_text("Not saved")
    assert attempts.given(attempt_id) == [{"text": "once"}]
    expect(save_state(page)).to_have_text("Saved")
    assert len(sent) == 2
    assert sent[0] == sent[1]
    assert attempts.saves(attempt_id) == [1]


def test_a_save_whose_acknowledgement_was_lost_is_no_conflict_with_oneself(
    page: Page, attempts: Attempts
) -> None:
    attempt_id = attempts.start(count=1, types=("choice",))
    open_attempt(page, attempts.address(attempt_id, "choice"))
    page.route(SAVES, _lose, times=1)
    page.get_by_role("radio").nth(0).check()
    expect(save_state(page)).to_have_text("Not saved")
    page.get_by_role("radio").nth(1).check()
    expect(save_state(page)).to_have_text("Saved")
    expect(page.locator("[data-messages]")).to_be_empty()
    page.reload()
    expect(page.get_by_role("radio").nth(1)).to_be_checked()


def test_another_tab_is_told_and_either_response_can_be_kept(
    page: Page, context: BrowserContext, attempts: Attempts
) -> None:
    attempt_id = attempts.start()
    address = attempts.address(attempt_id, "short")
    other = context.new_page()
    for tab in (page, other):
        tab.goto(address)
    other.locator("#text").fill("there")
    expect(save_state(other)).to_have_text("Saved")
    page.locator("#text").fill("here")
    expect(page.locator("[data-messages]")).to_contain_text("another tab")
    assert attempts.given(attempt_id) == [{"text": "there"}]
    page.get_by_role("button", name="Keep this one instead").click()
    expect(save_state(page)).to_have_text("Saved")
    other.locator("#text").fill("there again")
    other.get_by_role("button", name="Show the one that is saved").click()
    expect(other.locator("#text")).to_have_value("here")
    expect(other.locator("#text")).to_be_focused()
    expect(save_state(other)).to_have_text("Saved")


def test_a_tab_that_lies_idle_follows_what_another_one_saves(
    page: Page, context: BrowserContext, attempts: Attempts
) -> None:
    attempt_id = attempts.start(count=1, types=("short",))
    address = attempts.address(attempt_id, "short")
    other = context.new_page()
    for tab in (page, other):
        open_attempt(tab, address)
    other.locator("#text").fill("there")
    expect(save_state(other)).to_have_text("Saved")
    wake(page)
    expect(page.locator("#text")).to_have_value("there")
    page.locator("#text").fill("here")
    expect(save_state(page)).to_have_text("Saved")
    expect(page.locator("[data-messages]").first).to_be_empty()
    assert attempts.given(attempt_id) == [{"text": "here"}]


def test_what_was_not_sent_is_shown_to_nobody_else_and_goes_on_logging_out(
    page: Page, context: BrowserContext, attempts: Attempts
) -> None:
    attempt_id = attempts.start(count=1, types=("short",))
    open_attempt(page, attempts.address(attempt_id, "short"))
    owner = page.locator("[data-attempt]").get_attribute("data-owner")
    context.set_offline(True)
    page.locator("#text").fill("mine alone")
    expect(save_state(page)).to_have_text(re.compile("Offline"))
    assert _kept(page) == [f"response:{owner}:{attempt_id}:1"]
    page.close(run_before_unload=False)
    context.set_offline(False)
    again = context.new_page()
    again.goto("/account/")
    assert len(_kept(again)) == 1
    again.get_by_role("button", name="Log out").click()
    expect(again.get_by_role("link", name="Log in").first).to_be_visible()
    assert _kept(again) == []


def _kept(page: Page) -> list[str]:
    """Return under which names responses are kept in the browser."""
    names: list[str] = page.evaluate(
        "Object.keys(localStorage).filter((name) => name.startsWith('response:'))"
    )
    return names


def test_a_date_is_sent_when_it_is_whole(page: Page, attempts: Attempts) -> None:
    attempt_id = attempts.start()
    page.goto(attempts.address(attempt_id, "date"))
    page.get_by_label("Day").fill("31")
    page.get_by_label("Month").select_option(label="February")
    expect(save_state(page)).to_have_text("Not saved yet")
    expect(page.locator("[data-messages]")).to_be_empty()
    page.get_by_label("Year").fill("2014")
    expect(page.locator("[data-messages]")).to_contain_text("31 February 2014 does not exist")
    page.get_by_label("Day").fill("28")
    expect(save_state(page)).to_have_text("Saved")
    assert attempts.given(attempt_id) == [{"year": 2014, "month": 2, "day": 28}]


def test_a_flag_and_a_cleared_response_show_in_the_navigator(page: Page, attempts: Attempts) -> None:
    attempt_id = attempts.start()
    page.goto(attempts.address(attempt_id, "choice"))
    here = page.locator(".navigator .here")
    page.get_by_role("radio").first.check()
    expect(here).to_have_accessible_name(re.compile("given"))
    page.get_by_role("button", name="Flag", exact=True).click()
    expect(here).to_have_accessible_name(re.compile("flagged"))
    page.get_by_role("button", name="Clear").click()
    expect(here).to_have_accessible_name(re.compile("blank"))
    page.get_by_role("button", name="Finish and review").click()
    expect(page.get_by_role("heading", name="Before you submit")).to_be_visible()
    assert attempts.given(attempt_id) == []
