"""The list of attempts keeps itself up to date, calmly; without scripts it has a button."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from quizapp import clock
from tests.browser.conftest import log_in
from tests.taught import Taught

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.factories import Cast, Factory

pytestmark = pytest.mark.only_on("sqlite")


def test_the_list_follows_what_happens_and_leaves_the_focus_where_it_is(
    app: Flask,
    make: Factory,
    cast: Cast,
    served: str,
    page: Page,
    context: BrowserContext,
    problems: list[str],
) -> None:
    taught = Taught(app, make, cast)
    ben = taught.join(cast.ben, "Ben B.")
    attempt_id = taught.start(ben)
    log_in(context, make, cast.ada, served)
    page.clock.install()
    page.goto(f"/teaching/quizzes/{taught.id}/attempts")
    expect(page.get_by_text("Kept up to date")).to_be_visible()
    expect(page.get_by_role("link", name="Reload")).to_be_hidden()
    line = page.get_by_role("row", name="Ben B.")
    expect(line).to_contain_text("0 of 2")
    page.get_by_role("link", name="Ben B.").focus()

    taught.save(ben, attempt_id)
    page.clock.run_for(15_000)
    expect(line).to_contain_text("1 of 2")
    expect(page.get_by_role("link", name="Ben B.")).to_be_focused()

    taught.submit(ben, attempt_id)
    page.clock.run_for(15_000)
    expect(line).to_contain_text("Finished")
    assert problems == []


def test_a_lost_connection_is_said_and_the_button_comes_back(
    app: Flask, make: Factory, cast: Cast, served: str, page: Page, context: BrowserContext
) -> None:
    taught = Taught(app, make, cast)
    log_in(context, make, cast.ada, served)
    page.clock.install()
    page.goto(f"/teaching/quizzes/{taught.id}/attempts")
    expect(page.get_by_text("Kept up to date")).to_be_visible()
    context.set_offline(True)
    page.clock.run_for(15_000)
    expect(page.get_by_role("link", name="Reload")).to_be_visible()
    page.clock.run_for(15_000)
    expect(page.get_by_text("Not up to date")).to_be_visible()
    context.set_offline(False)
    page.clock.run_for(15_000)
    expect(page.get_by_text("Kept up to date")).to_be_visible()


def test_without_scripts_an_attempt_is_opened_again_and_deleted_and_restored(
    app: Flask, make: Factory, cast: Cast, served: str, browser: Browser
) -> None:
    taught = Taught(app, make, cast)
    ben = taught.join(cast.ben, "Ben B.")
    attempt_id = taught.finished(ben)
    plain = browser.new_context(base_url=served, java_script_enabled=False)
    log_in(plain, make, cast.ada, served)
    page = plain.new_page()
    page.goto(f"/teaching/quizzes/{taught.id}/attempts")
    expect(page.get_by_role("link", name="Reload")).to_be_visible()
    page.get_by_role("link", name="Ben B.").click()
    page.get_by_role("link", name="Open again").click()
    page.get_by_label("Open again for").fill("10")
    page.get_by_role("button", name="Open it again").click()
    expect(page.get_by_text("The attempt is open again.")).to_be_visible()
    until = taught.row(ben, attempt_id)["granted_until"]
    assert timedelta(minutes=9) < until - clock.now() <= timedelta(minutes=10)

    page.get_by_role("link", name="Submit for the learner").click()
    page.get_by_role("button", name="Submit it").click()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete the attempt").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The attempt is back, as it was.")).to_be_visible()
    assert taught.row(ben, attempt_id)["score"] == 1
    plain.close()
