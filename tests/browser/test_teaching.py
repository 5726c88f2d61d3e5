"""An instructor sets a quiz in a real browser: what scripts and keys do there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import log_in
from tests.made import Made

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import BrowserContext, Page

    from tests.factories import Cast, Factory

pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture
def quiz(
    app: Flask, page: Page, context: BrowserContext, served: str, make: Factory, cast: Cast, frozen: object
) -> Made:
    made = Made(app, make.question_set("rivers", facts=4), cast.ada)
    log_in(context, make, cast.ada, served)
    return made


def test_return_in_a_field_saves_and_presses_no_button_that_fills_in(page: Page, quiz: Made) -> None:
    page.goto(quiz.url("settings#limit_minutes"))
    field = page.get_by_label("Time limit")
    expect(field).to_be_focused()
    field.fill("45")
    expect(page.get_by_text("changed, not saved")).to_have_count(0)
    expect(page.locator("#group-time")).to_have_class("settings-group changed")
    field.press("Enter")
    expect(page.get_by_text("The settings are saved.")).to_be_visible()
    assert quiz.settings.time_limit_seconds == 2700
    page.goto(quiz.url("questions"))
    page.get_by_label("Section title").fill("Warm-up")
    page.get_by_label("Section title").press("Enter")
    expect(page.get_by_text("Titles and marks are saved.")).to_be_visible()
    assert quiz.contents.sections[0].title == "Warm-up"


def test_from_the_overview_what_is_missing_leads_into_its_group(page: Page, quiz: Made) -> None:
    page.goto(quiz.url("settings"))
    page.get_by_role("button", name="Examination").click()
    expect(page.get_by_text("Nothing is saved yet")).to_be_visible()
    page.get_by_role("button", name="Save the settings").click()
    page.get_by_role("link", name="Mend it").first.click()
    expect(page.get_by_label("Closes")).to_be_focused()
    page.get_by_label("Closes").fill("2026-04-01T12:00")
    page.get_by_role("button", name="Save the settings").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published: whoever has the link")).to_be_visible()
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_label("Address of the quiz")).to_have_value(
        f"{page.url.split('/teaching')[0]}/quizzes/shared/{quiz.row.share_key}"
    )
    expect(page.get_by_role("button", name="Copy", exact=True)).to_be_visible()


def test_questions_are_moved_and_put_back_with_the_keyboard(page: Page, quiz: Made) -> None:
    quiz.fix(0, 1, 2)
    page.goto(quiz.url("questions"))
    button = page.get_by_role("button", name="Move up: Which value belongs to fact 2")
    button.focus()
    button.press("Enter")
    expect(page.locator(".item .title").nth(1)).to_contain_text("fact 2")
    page.get_by_role("button", name="Remove: Which value belongs to fact 2").press("Enter")
    expect(page.locator(".item")).to_have_count(2)
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator(".item .title").nth(1)).to_contain_text("fact 2")
