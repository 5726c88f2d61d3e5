"""A mistake reported in the middle of a quiz costs nothing: the response is saved first, and the way leads back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import log_in

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.factories import Cast, Factory

pytestmark = pytest.mark.only_on("sqlite")


def test_a_report_in_the_middle_of_a_quiz_keeps_the_response(
    make: Factory, cast: Cast, served: str, page: Page, context: BrowserContext, problems: list[str]
) -> None:
    make.question_set("mine", owner=cast.ada, facts=3)
    log_in(context, make, cast.ben, served)
    page.goto("/quizzes/new?set=mine")
    page.get_by_role("button", name="Make the quiz").click()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Question 1 of", exact=False).first).to_be_visible()
    stem = page.locator("h1.stem").inner_text()
    if page.get_by_role("radio").count():
        page.get_by_role("radio").first.check()
    else:
        page.locator("[data-response] input:not([type=hidden])").first.fill("1971")
        if page.locator("select[name=month]").count():
            page.locator("[data-response] input[name=day]").fill("3")
            page.locator("select[name=month]").select_option("4")
            page.locator("[data-response] input[name=year]").fill("1971")
    page.get_by_role("button", name="Report a mistake").click()

    expect(page.get_by_role("heading", name="Report a mistake")).to_be_visible()
    expect(page.get_by_text("What you gave is saved.")).to_be_visible()
    expect(page.locator(".about-what")).to_contain_text(stem.split("\n")[0][:20])
    page.get_by_role("button", name="Send the report").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("Choose what is wrong.")
    page.get_by_label("It is unclear what is asked").check()
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_text("Thank you, reported.")).to_be_visible()
    page.get_by_role("link", name="Back to question 1").first.click()

    expect(page).to_have_url(re.compile(r"/1$"))
    expect(page.locator(".navigator .given")).to_have_count(1)

    context.clear_cookies()
    log_in(context, make, cast.ada, served)
    page.goto("/author/")
    page.get_by_role("link", name="Reports of mistakes").click()
    expect(page.get_by_text("It is unclear what is asked")).to_be_visible()
    page.get_by_label("Reply to the learner").fill("Mended, thank you.")
    page.get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("No report is open")).to_be_visible()
    assert problems == [] or all("422" in line for line in problems)
