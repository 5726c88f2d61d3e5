"""The clocks of an attempt: the server's alone, hidden at will, warning politely, and the end that comes by itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.sitting import open_attempt, save_state, wake

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.sitting import Attempts

pytestmark = pytest.mark.only_on("sqlite")

#: A device whose clock is an hour ahead.
_AN_HOUR_OFF = """
const Old = Date;
Date = class extends Old {
  constructor(...given) { given.length ? super(...given) : super(Old.now() + 3600000); }
  static now() { return Old.now() + 3600000; }
};
"""


def test_a_clock_of_the_device_that_is_wrong_changes_nothing_and_the_clock_can_be_hidden(
    page: Page, attempts: Attempts
) -> None:
    page.add_init_script(_AN_HOUR_OFF)
    open_attempt(page, attempts.address(attempts.start(count=1, types=("short",)), "short"))
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^(10:00|9:5\d)$"))
    wake(page)
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^(10:00|9:5\d)$"))
    page.get_by_role("button", name="Hide clock").click()
    expect(page.locator("[data-clock]")).not_to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Show clock")).to_be_visible()
    expect(page.locator("[data-clock]")).not_to_be_visible()


def test_the_last_minutes_and_time_that_is_given_meanwhile_are_said(page: Page, attempts: Attempts) -> None:
    attempt_id = attempts.start(count=1, types=("short",))
    attempts.end_in(attempt_id, 300.9)
    open_attempt(page, attempts.address(attempt_id, "short"))
    words = page.locator("[data-time-warning]")
    expect(words).to_have_text("5 minutes left")
    attempts.end_in(attempt_id, 1800)
    wake(page)
    expect(words).to_have_text("More time: 30 minutes left")
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^(30:00|29:5\d)$"))


def test_when_the_time_is_up_the_quiz_is_submitted_with_what_was_given(
    page: Page, attempts: Attempts
) -> None:
    attempt_id = attempts.start(count=1, types=("short",))
    attempts.end_in(attempt_id, 3)
    open_attempt(page, attempts.address(attempt_id, "short"))
    page.locator("#text").fill("just in time")
    page.wait_for_url("**/result")
    expect(page.get_by_role("main")).to_contain_text("just in time")
    assert attempts.given(attempt_id) == [{"text": "just in time"}]


def test_time_given_at_the_last_moment_keeps_the_quiz_open(page: Page, attempts: Attempts) -> None:
    attempt_id = attempts.start(count=1, types=("short",))
    attempts.end_in(attempt_id, 4)
    open_attempt(page, attempts.address(attempt_id, "short"))
    attempts.end_in(attempt_id, 600)
    expect(page.locator("[data-time-warning]")).to_have_text("More time: 10 minutes left")
    page.locator("#text").fill("still open")
    expect(save_state(page)).to_have_text("Saved")


def test_a_question_whose_own_time_is_up_is_sent_and_the_next_one_comes(
    page: Page, attempts: Attempts
) -> None:
    attempt_id = attempts.start(count=2, types=("short",), navigation="forward", question_seconds=30)
    attempts.end_question_in(attempt_id, 1, 3)
    open_attempt(page, f"/quizzes/attempts/{attempt_id}/1")
    page.locator("#text").fill("as far as I got")
    page.wait_for_url("**/2")
    expect(page.locator("[data-question-clock]")).to_have_text(re.compile(r"^0:(30|2\d)$"))
    assert attempts.given(attempt_id) == [{"text": "as far as I got"}]
