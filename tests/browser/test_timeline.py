"""A timeline is used with the pointer on its marks and columns, and with the keyboard on the links around it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.web.library.test_bank import date_it

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Page

    from tests.factories import Factory

pytestmark = pytest.mark.only_on("sqlite")


def test_a_mark_leads_to_its_fact(app: Flask, make: Factory, page: Page, problems: list[str]) -> None:
    made = make.question_set("rivers")
    date_it(app, made.facts[0], "1815-06-09", "Bridge of Basel")
    date_it(app, made.facts[1], "1816-01", "Lock of Iffezheim")
    page.goto("/library/rivers/timeline")
    page.locator("svg.timeline text", has_text="Lock of Iffezheim").click()
    expect(page).to_have_url(re.compile("/library/rivers/facts/fact-1$"))
    assert problems == []


def test_columns_and_the_keyboard_zoom_until_names_appear(
    app: Flask, make: Factory, page: Page, problems: list[str]
) -> None:
    made = make.question_set("rivers", facts=70)
    for number, fact in enumerate(made.facts):
        date_it(app, fact, str(1700 + number * 4), f"Bridge {number}")
    page.goto("/library/rivers/timeline")
    expect(page.locator("svg.timeline text", has_text="Bridge 0")).to_have_count(0)
    page.locator("svg.timeline a[href*='period=180X'] text").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1800s")
    expect(page.locator("svg.timeline text", has_text="Bridge 25")).to_be_visible()
    page.get_by_role("link", name="1810s").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("1810s")
    assert problems == []


def test_no_mark_takes_a_stop_of_the_keyboard(app: Flask, make: Factory, page: Page) -> None:
    made = make.question_set("rivers")
    date_it(app, made.facts[0], "1815-06-09", "Bridge of Basel")
    page.goto("/library/rivers/timeline")
    page.locator(".timeline-frame").focus()
    page.keyboard.press("Tab")
    expect(page.locator(".dates-table a").first).to_be_focused()
