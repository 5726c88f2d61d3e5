"""Searching, checking what was found and deciding about it, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from quizapp.database import run_tx
from quizapp.operations import search
from tests.browser.conftest import log_in

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import BrowserContext, Page

    from tests.factories import Cast, Factory

pytestmark = pytest.mark.only_on("sqlite")


def test_all_of_a_page_are_checked_suspended_and_taken_back(
    app: Flask,
    page: Page,
    context: BrowserContext,
    served: str,
    make: Factory,
    cast: Cast,
    problems: list[str],
) -> None:
    made = make.question_set("rivers", facts=4)
    make.deck(cast.ben, made)
    with app.app_context():
        run_tx(lambda: search.index_set(made.id))
    log_in(context, make, cast.ben, served)
    page.goto("/browse/")
    page.get_by_label("Words and filters").fill("value topic:mouth")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row")).to_have_count(3)
    page.get_by_label("Choose all on this page").check()
    expect(page.get_by_label("Choose: Fact 3")).to_be_checked()
    page.get_by_label("Choose: Fact 3").uncheck()
    expect(page.get_by_label("Choose all on this page")).not_to_be_checked()
    page.get_by_label("Choose all on this page").check()
    page.get_by_role("button", name="Suspend").click()
    expect(page.get_by_text("2 facts suspended")).to_be_visible()
    page.get_by_role("button", name="Undo what was just done").click()
    expect(page.get_by_text("Taken back")).to_be_visible()
    page.get_by_role("link", name="Suspended").click()
    expect(page.get_by_role("heading", name="Nothing was found")).to_be_visible()
    assert not problems
