"""The other ways through an attempt: all on a page, never back, checking on the way, by keyboard, without scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import expect

from quizapp.core.disclosure import AT_ONCE, disclosure_to_dict
from tests.browser.sitting import SAVES, open_attempt, save_state

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

    from tests.browser.sitting import Attempts

pytestmark = pytest.mark.only_on("sqlite")


def test_all_on_one_page_each_response_is_saved_alone_and_one_at_a_time(
    page: Page, context: BrowserContext, attempts: Attempts, problems: list[str]
) -> None:
    attempt_id = attempts.start(navigation="page")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    open_attempt(page, f"/quizzes/attempts/{attempt_id}/all")
    page.route(SAVES, hold)
    choice, short, cloze, true_false = (
        page.locator(f'form[data-position="{attempts.position(attempt_id, form)}"]')
        for form in ("choice", "short", "cloze", "true-false")
    )
    choice.get_by_role("radio").nth(1).check()
    true_false.get_by_role("radio").first.check()
    cloze.locator("[data-flag]").click()
    expect(page.locator(".navigator .flag")).to_have_count(1)
    assert len(held) == 1
    expect(true_false.locator("[data-save-state]")).to_have_text("Not saved yet")
    held[0].continue_()
    page.unroute(SAVES)
    short.get_by_role("textbox").fill("Value 9")
    expect(choice.locator("[data-save-state]")).to_have_text("Saved")
    expect(short.locator("[data-save-state]")).to_have_text("Saved")
    expect(true_false.locator("[data-save-state]")).to_have_text("Saved")
    expect(save_state(page)).to_have_text("Saved")
    expect(page.locator(".navigator .given")).to_have_count(3)
    assert sorted(attempts.saves(attempt_id)) == [0, 0, 1, 1, 1]
    assert problems == []
    context.set_offline(True)
    short.get_by_role("textbox").fill("later")
    choice.get_by_role("radio").nth(2).check()
    expect(save_state(page)).to_have_text("Offline: 2 kept on this device")
    context.set_offline(False)
    expect(save_state(page)).to_have_text("Saved")
    assert {"text": "later"} in attempts.given(attempt_id)
    page.get_by_role("button", name=re.compile("[Ff]inish")).last.click()
    expect(page.get_by_role("heading", name="Before you submit")).to_be_visible()


def test_where_one_cannot_go_back_a_blank_is_left_knowingly(page: Page, attempts: Attempts) -> None:
    attempt_id = attempts.start(count=2, types=("short",), navigation="forward", certainty=True)
    open_attempt(page, f"/quizzes/attempts/{attempt_id}/1")
    page.get_by_role("button", name="Save and next").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("You have not given a response")
    dialog.get_by_role("button", name="Cancel").click()
    page.locator("#text").fill("Value 1")
    page.get_by_role("button", name="Save and next").click()
    expect(dialog).to_contain_text("how certain you are")
    dialog.get_by_role("button", name="Go on without it").click()
    page.wait_for_url("**/2")
    page.goto(f"/quizzes/attempts/{attempt_id}/1")
    page.wait_for_url("**/2")
    assert attempts.given(attempt_id) == [{"text": "Value 1"}]


def test_how_certain_one_is_belongs_to_the_response(
    page: Page, context: BrowserContext, attempts: Attempts
) -> None:
    attempt_id = attempts.start(count=1, types=("short",), certainty=True)
    open_attempt(page, f"/quizzes/attempts/{attempt_id}/1")
    page.locator("#text").fill("Value 1")
    expect(save_state(page)).to_have_text("Saved")
    context.set_offline(True)
    page.locator('[name="certainty"][value="2"]').check()
    expect(save_state(page)).to_have_text(re.compile("Offline"))
    page.close(run_before_unload=False)
    context.set_offline(False)
    again = context.new_page()
    open_attempt(again, f"/quizzes/attempts/{attempt_id}/1")
    expect(again.locator('[name="certainty"][value="2"]')).to_be_checked()
    expect(save_state(again)).to_have_text("Saved")
    again.reload()
    expect(again.locator('[name="certainty"][value="2"]')).to_be_checked()


def test_checking_saves_first_and_then_shows_the_key(page: Page, attempts: Attempts) -> None:
    attempt_id = attempts.start(count=1, types=("short",), shows=disclosure_to_dict(AT_ONCE))
    open_attempt(page, f"/quizzes/attempts/{attempt_id}/1")
    page.get_by_role("button", name="Check").click()
    expect(page.locator("[data-messages]").first).to_contain_text("Give a response first")
    page.locator("#text").fill("Value 9")
    page.get_by_role("button", name="Check").click()
    expect(page.locator("[data-fixed]")).to_contain_text("Value 9")
    expect(page.locator("#text")).to_have_count(0)
    assert attempts.given(attempt_id) == [{"text": "Value 9"}]


def test_an_attempt_by_keyboard_alone_is_submitted_once_however_often_one_presses(
    page: Page, attempts: Attempts, problems: list[str]
) -> None:
    attempt_id = attempts.start(count=2, types=("choice",))
    open_attempt(page, f"/quizzes/attempts/{attempt_id}/1")
    page.keyboard.press("2")
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    page.get_by_role("radio").nth(1).focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio").nth(2)).to_be_checked()
    expect(save_state(page)).to_have_text("Saved")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Save and next")
    dialog.get_by_label("Use single keys").press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.press("?")
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Keyboard").press("Enter")
    dialog.get_by_label("Use single keys").press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_url("**/2")
    expect(page.locator("[data-attempt][data-ready]")).to_have_count(1)
    page.keyboard.press("1")
    expect(save_state(page)).to_have_text("Saved")
    page.get_by_role("button", name="Finish and review").press("Enter")
    submit = page.get_by_role("button", name="Submit and see the result")
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.url.endswith("/submit") else None)
    submit.dblclick(no_wait_after=True)
    page.wait_for_url("**/result")
    assert len(sent) == 1
    assert len(attempts.given(attempt_id)) == 2
    assert problems == []


def test_without_scripts_an_attempt_is_taken_all_the_same(
    browser: Browser, browser_context_args: dict[str, object], context: BrowserContext, attempts: Attempts
) -> None:
    attempt_id = attempts.start(count=2, types=("short",), navigation="page")
    plain = browser.new_context(**{**browser_context_args, "java_script_enabled": False})
    plain.add_cookies(context.cookies())
    page = plain.new_page()
    page.goto(f"/quizzes/attempts/{attempt_id}/all")
    for number in (0, 1):
        page.get_by_role("textbox").nth(number).fill(f"Value {number}")
    page.get_by_role("button", name=re.compile("[Ff]inish")).last.click()
    page.get_by_role("button", name="Submit and see the result").click()
    page.wait_for_url("**/result")
    assert len(attempts.given(attempt_id)) == 2
    plain.close()


def test_nothing_is_wrong_with_the_pages_in_any_state(
    page: Page, context: BrowserContext, attempts: Attempts
) -> None:
    attempt_id = attempts.start(navigation="page", certainty=True, shows=disclosure_to_dict(AT_ONCE))
    attempts.end_in(attempt_id, 50)
    open_attempt(page, f"/quizzes/attempts/{attempt_id}/all")
    assert _flaws(page) == []
    page.get_by_role("textbox").first.fill("kept")
    context.set_offline(True)
    page.get_by_role("radio").first.check()
    expect(save_state(page)).to_have_text(re.compile("Offline"))
    page.set_viewport_size({"width": 320, "height": 800})
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert _flaws(page) == []


def _flaws(page: Page) -> list[str]:
    """Return what axe finds, and whether the page is wider than the screen."""
    page.evaluate(AXE_SCRIPT)
    found = AxeResults(page.evaluate("axe.run({resultTypes: ['violations']})"))
    flaws = [found.generate_report()] if found.violations_count else []
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*flaws, *([f"{too_wide} px too wide"] if too_wide > 0 else [])]
