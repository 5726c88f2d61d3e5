"""The script of an attempt: nothing given is lost, to a broken line, a second tab or the clock."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from quizapp import clock
from quizapp.core.quiz_contents import contents_to_list, one_rule
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import Attempt, Quiz
from quizapp.operations import quizzes
from tests.browser.conftest import log_in

if TYPE_CHECKING:
    import uuid

    from flask import Flask
    from playwright.sync_api import BrowserContext, Locator, Page, Route

    from tests.factories import Cast, Factory

pytestmark = pytest.mark.only_on("sqlite")

SAVES = re.compile(r"/attempts/[^/]+/\d+$")


class Attempts:
    """Ben's attempts at a quiz of five questions, one of each type."""

    def __init__(self, app: Flask, learner_id: uuid.UUID, set_id: uuid.UUID) -> None:
        self.app = app
        self.learner_id = learner_id
        self.set_id = set_id

    def start(self, seconds: int | None = 600) -> uuid.UUID:
        quiz_id = new_row_id()
        with self.app.app_context():
            quiz = Quiz(
                id=quiz_id,
                question_set_id=self.set_id,
                made_by=self.learner_id,
                title="Rivers",
                contents=contents_to_list(one_rule(5, self.set_id)),
                question_count=5,
                time_limit_seconds=seconds,
                created_at=clock.now(),
            )
            run_tx(lambda: db.session.add(quiz))
            kept = db.session.get_one(Quiz, quiz_id)
            plan = quizzes.plan_attempt(self.learner_id, kept, new_row_id())
            return run_tx(lambda: quizzes.start_attempt(self.learner_id, kept, plan, clock.now()))

    def address(self, attempt_id: uuid.UUID, *forms: str) -> str:
        """Return where a question of one of these forms is asked."""
        with self.app.app_context():
            slots = quizzes.list_slots(self.learner_id, attempt_id)
        position = next(slot.position for slot in slots if slot.form in forms)
        return f"/quizzes/attempts/{attempt_id}/{position}"

    def given(self, attempt_id: uuid.UUID) -> list[object]:
        with self.app.app_context():
            return [slot.given for slot in quizzes.list_slots(self.learner_id, attempt_id) if slot.given]


@pytest.fixture
def attempts(app: Flask, make: Factory, cast: Cast, context: BrowserContext, served: str) -> Attempts:
    made = make.question_set(facts=5)
    log_in(context, make, cast.ben, served)
    return Attempts(app, cast.ben.learner_id, made.id)


def _state(page: Page) -> Locator:
    return page.locator("[data-save-state]")


def test_a_response_is_saved_as_it_is_given(page: Page, attempts: Attempts, problems: list[str]) -> None:
    attempt_id = attempts.start()
    page.goto(attempts.address(attempt_id, "choice"))
    page.get_by_role("radio").nth(2).check()
    expect(_state(page)).to_have_text("Saved")
    page.reload()
    expect(page.get_by_role("radio").nth(2)).to_be_checked()
    page.goto(attempts.address(attempt_id, "short"))
    page.locator("#text").fill("Value 9")
    expect(_state(page)).to_have_text("Saved")
    assert {"text": "Value 9"} in attempts.given(attempt_id)
    assert problems == []


def test_a_broken_line_is_told_and_the_response_sent_when_it_is_back(
    page: Page, context: BrowserContext, attempts: Attempts
) -> None:
    attempt_id = attempts.start()
    page.goto(attempts.address(attempt_id, "short"))
    context.set_offline(True)
    page.locator("#text").fill("kept here")
    expect(_state(page)).to_have_text(re.compile("Offline"))
    page.get_by_role("button", name=re.compile("^Save and")).last.click()
    expect(page.locator("[data-messages]")).to_contain_text("kept on this device")
    assert attempts.given(attempt_id) == []
    context.set_offline(False)
    expect(_state(page)).to_have_text("Saved")
    assert attempts.given(attempt_id) == [{"text": "kept here"}]


def test_a_response_that_was_not_sent_survives_the_page(
    page: Page, context: BrowserContext, attempts: Attempts
) -> None:
    attempt_id = attempts.start()
    address = attempts.address(attempt_id, "short")
    page.goto(address)
    context.set_offline(True)
    page.locator("#text").fill("kept here")
    expect(_state(page)).to_have_text(re.compile("Offline"))
    page.close(run_before_unload=False)
    context.set_offline(False)
    again = context.new_page()
    # From another question of the attempt as well.
    again.goto(attempts.address(attempt_id, "date"))
    number = address.rpartition("/")[2]
    expect(again.locator(f'.navigator [value="{number}"]')).to_have_class(re.compile("given"))
    assert attempts.given(attempt_id) == [{"text": "kept here"}]


def test_a_save_whose_acknowledgement_was_lost_is_no_conflict_with_oneself(
    page: Page, attempts: Attempts
) -> None:
    attempt_id = attempts.start()
    page.goto(attempts.address(attempt_id, "choice"))

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(SAVES, lose, times=1)
    page.get_by_role("radio").nth(0).check()
    expect(_state(page)).to_have_text("Not saved")
    page.get_by_role("radio").nth(1).check()
    expect(_state(page)).to_have_text("Saved")
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
    expect(_state(other)).to_have_text("Saved")
    page.locator("#text").fill("here")
    expect(page.locator("[data-messages]")).to_contain_text("another tab")
    assert attempts.given(attempt_id) == [{"text": "there"}]
    page.get_by_role("button", name="Keep this one instead").click()
    expect(_state(page)).to_have_text("Saved")
    other.locator("#text").fill("there again")
    other.get_by_role("button", name="Show the one that is saved").click()
    expect(other.locator("#text")).to_have_value("here")


def test_a_date_is_sent_when_it_is_whole(page: Page, attempts: Attempts) -> None:
    attempt_id = attempts.start()
    page.goto(attempts.address(attempt_id, "date"))
    page.get_by_label("Day").fill("31")
    page.get_by_label("Month").select_option(label="February")
    expect(_state(page)).to_have_text("Not saved yet")
    expect(page.locator("[data-messages]")).to_be_empty()
    page.get_by_label("Year").fill("2014")
    expect(page.locator("[data-messages]")).to_contain_text("31 February 2014 does not exist")
    page.get_by_label("Day").fill("28")
    expect(_state(page)).to_have_text("Saved")
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


def test_a_clock_of_the_device_that_is_wrong_changes_nothing_and_the_clock_can_be_hidden(
    page: Page, attempts: Attempts
) -> None:
    page.add_init_script(
        "Date.now = () => 0; const Old = Date; Date = class extends Old { constructor() { super(0); } };"
    )
    page.goto(attempts.address(attempts.start(), "short"))
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^(10:00|9:5\d)$"))
    page.get_by_role("button", name="Hide clock").click()
    expect(page.locator("[data-clock]")).not_to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Show clock")).to_be_visible()
    expect(page.locator("[data-clock]")).not_to_be_visible()


def test_when_the_time_is_up_the_quiz_is_submitted_with_what_was_given(
    page: Page, attempts: Attempts
) -> None:
    attempt_id = attempts.start()
    address = attempts.address(attempt_id, "short")
    with attempts.app.app_context():

        def nearly_over() -> None:
            attempt = db.session.get_one(Attempt, (attempts.learner_id, attempt_id))
            attempt.deadline_at = clock.now() + timedelta(seconds=3)

        run_tx(nearly_over)
    page.goto(address)
    page.locator("#text").fill("just in time")
    page.wait_for_url("**/result")
    expect(page.get_by_role("main")).to_contain_text("just in time")
    assert attempts.given(attempt_id) == [{"text": "just in time"}]
