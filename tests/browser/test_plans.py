"""A guest plans to know a set by a day: sees what it gives, makes the plan, tries other minutes, gives it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.factories import Factory

pytestmark = pytest.mark.only_on("sqlite")


def test_a_plan_from_the_form_to_its_end(
    page: Page, make: Factory, frozen: object, problems: list[str]
) -> None:
    make.question_set("rivers", facts=12)
    page.goto("/plans/")
    page.get_by_role("link", name="Make a plan").click()
    page.get_by_label("Known on").fill("2026-03-21")
    page.get_by_label("Minutes a day for it").fill("15")
    page.get_by_role("button", name="See what it gives").click()
    expect(page.get_by_role("img", name="Share of the facts known from today")).to_be_visible()
    page.get_by_role("link", name="Try 7 minutes a day").click()
    expect(page.get_by_label("Minutes a day for it")).to_have_value("7")
    page.get_by_role("button", name="Make this plan").click()
    expect(page.get_by_text("The plan is made")).to_be_visible()
    _check(page)
    page.get_by_label("Minutes a day for it").fill("20")
    page.get_by_role("button", name="See what it gives").click()
    _check(page)
    page.get_by_role("button", name="Go on with 20 minutes").click()
    expect(page.get_by_text("20 minutes a day").first).to_be_visible()
    page.get_by_text("Numbers as a table").click()
    expect(page.get_by_role("rowheader", name="21 March 2026")).to_be_visible()
    page.get_by_role("button", name="Give the plan up").click()
    expect(page.get_by_role("cell", name="given up")).to_be_visible()
    _check(page)
    assert not problems


def _check(page: Page) -> None:
    """See that axe finds nothing and nothing is wider than the screen, wide and light, narrow and dark."""
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(AXE_SCRIPT)
    for theme, width in (("light", 1280), ("dark", 320)):
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 800})
        found = AxeResults(page.evaluate("axe.run({resultTypes: ['violations']})"))
        assert not found.violations_count, found.generate_report()
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0
