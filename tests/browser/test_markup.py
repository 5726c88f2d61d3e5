"""What an author types runs nowhere: every field holds a script, and no page that a learner meets executes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import log_in, open_player
from tests.forms import post
from tests.web.author.test_markup import EVIL, KINDS

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.factories import Cast, Factory

pytestmark = pytest.mark.only_on("sqlite")

COMMON = {"explanation": f"Explained {EVIL}", "cite": f"Cited {EVIL}", "topic": ""}


def test_a_script_in_any_field_of_an_author_runs_on_no_page(
    make: Factory, cast: Cast, served: str, page: Page, context: BrowserContext
) -> None:
    ada = make.browser_of(cast.ada)
    fields = {"title": f"Evil {EVIL}", "about": f"About {EVIL}", "topics": "<svg onload=alert(4)>"}
    slug = post(ada, "/author/new", {**fields, "language": "en"}).location.split("/")[2]
    for number, (kind, special) in enumerate(KINDS.items()):
        sent = {**COMMON, **special, "key": f"{number:032x}"}
        assert post(ada, f"/author/{slug}/questions/new/{kind}", sent).status_code == 302, kind
    post(ada, f"/author/{slug}/publish")
    log_in(context, make, cast.ben, served)
    ran: list[str] = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))

    def check() -> None:
        expect(page.locator("body")).to_contain_text("alert(1)")
        assert ran == []
        assert page.locator("img[src='x']").count() == 0
        assert page.locator("main script, main svg[onload]").count() == 0

    for number in range(len(KINDS)):
        page.goto(f"/library/{slug}/facts/{number:032x}")
        check()
    for address in ("/library/", f"/library/{slug}/", f"/library/{slug}/facts"):
        page.goto(address)
        check()

    open_player(page, f"/study/{slug}/")
    for _ in range(len(KINDS)):
        check()
        heading = page.locator("h1").inner_text()
        if page.locator("details[data-reveal]").count():
            page.keyboard.press("Space")
            expect(page.locator("details[data-reveal][open]")).to_be_visible()
            check()
            page.keyboard.press("2")
        else:
            page.get_by_role("radio").first.check()
            page.get_by_role("button", name="Check").click()
            expect(page.get_by_text("Explained").last).to_be_visible()
            check()
            page.keyboard.press("Enter")
        expect(page.locator("h1")).not_to_have_text(heading)
    expect(page.get_by_role("heading", name="Done for today")).to_be_visible()

    page.goto(f"/quizzes/new?set={slug}")
    page.get_by_role("button", name="Make the quiz").click()
    page.get_by_role("button", name="Start the clock").click()
    for number in range(1, len(KINDS) + 1):
        expect(page.get_by_text(f"Question {number} of {len(KINDS)}", exact=True)).to_be_visible()
        check()
        if page.locator(".choice").count():
            page.get_by_role("radio").first.check()
        else:
            page.locator("[data-response] input:not([type=hidden])").first.fill("1971")
        page.get_by_role("button", name="Save and").and_(page.locator(".main")).click()
    page.get_by_role("button", name="Submit and see the result").click()
    expect(page.get_by_role("heading", name="Question by question")).to_be_visible()
    check()
    for address in ("/quizzes/", "/progress/", "/"):
        page.goto(address)
        assert ran == []
        assert page.locator("img[src='x']").count() == 0
