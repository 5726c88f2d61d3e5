"""What people come for, in a real browser: a guest studies, takes a quiz, signs up; an instructor publishes a set."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from quizapp.database import db
from quizapp.models import Attempt, AttemptResponse, Card, Learner, Review
from tests.browser.conftest import log_in, open_player, wait_for

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.factories import Cast, Factory

PASSWORD = "forty grey herons stand still"


def _count(app: Flask, table: type) -> int:
    with app.app_context():
        return int(db.session.execute(select(func.count()).select_from(table)).scalar_one())


@pytest.mark.only_on("sqlite")
def test_a_visitor_answers_the_first_card_and_is_a_guest_then(
    app: Flask, page: Page, make: Factory, problems: list[str]
) -> None:
    make.question_set("rivers")
    page.goto("/")
    assert _count(app, Learner) == 0
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("A test, first sentence")).to_be_visible()
    assert (_count(app, Learner), _count(app, Review)) == (1, 1)
    page.get_by_role("link", name="Keep going").or_(page.get_by_role("button", name="Keep going")).click()
    expect(page.get_by_text("Reveal")).to_be_visible()
    assert problems == []


@pytest.mark.only_on("sqlite")
def test_a_guest_studies_with_the_keyboard_alone_and_takes_a_rating_back(
    app: Flask, page: Page, make: Factory, problems: list[str]
) -> None:
    make.question_set("rivers", facts=3)
    open_player(page, "/study/rivers/")
    expect(page.get_by_role("heading", name="Which value belongs to fact 0 of rivers?")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_text("Value 0", exact=True)).to_be_visible()
    page.keyboard.press("2")
    expect(page.get_by_role("heading", name="Which value belongs to fact 1 of rivers?")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    page.keyboard.press("u")
    expect(page.get_by_role("heading", name="Which value belongs to fact 0 of rivers?")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Taken back")).to_have_count(1)
    for index in (0, 1, 2):
        expect(
            page.get_by_role("heading", name=f"Which value belongs to fact {index} of rivers?")
        ).to_be_visible()
        page.keyboard.press("Space")
        page.keyboard.press("2")
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Which value")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    wait_for(lambda: _count(app, Card) == 3)
    assert problems == []


@pytest.mark.only_on("sqlite")
def test_a_forgotten_card_comes_back_in_the_session(page: Page, make: Factory) -> None:
    make.question_set("rivers", facts=1)
    open_player(page, "/study/rivers/")
    page.keyboard.press("Space")
    page.keyboard.press("1")
    expect(page.locator("details[data-reveal]:not([open]) > summary")).to_be_visible()
    page.keyboard.press("Space")
    page.keyboard.press("2")
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Which value")


@pytest.mark.only_on("sqlite")
def test_a_double_click_on_a_rating_does_not_turn_the_next_card(page: Page, make: Factory) -> None:
    make.question_set("rivers", facts=3)
    open_player(page, "/study/rivers/")
    page.get_by_text("Reveal").click()
    page.get_by_role("button", name="Remembered").dblclick()
    expect(page.get_by_role("heading", name="Which value belongs to fact 1 of rivers?")).to_be_visible()
    expect(page.locator("details[data-reveal][open]")).to_have_count(0)
    page.keyboard.press("Space")
    expect(page.get_by_text("Value 1", exact=True)).to_be_visible()


@pytest.mark.only_on("sqlite")
def test_reveal_is_never_too_early_for_a_click_of_its_own(page: Page, make: Factory) -> None:
    make.question_set("rivers", facts=4)
    open_player(page, "/study/rivers/")
    for index in range(3):
        page.get_by_text("Reveal").click()
        expect(page.get_by_text(f"Value {index}", exact=True)).to_be_visible()
        page.get_by_role("button", name="Remembered").click()


@pytest.mark.only_on("sqlite")
def test_a_rating_given_while_the_line_is_down_is_kept_and_sent_once(
    app: Flask, page: Page, context: BrowserContext, make: Factory
) -> None:
    make.question_set("rivers", facts=3)
    open_player(page, "/study/rivers/")
    page.keyboard.press("Space")
    page.keyboard.press("2")
    expect(page.get_by_role("heading", name="Which value belongs to fact 1 of rivers?")).to_be_visible()
    context.set_offline(True)
    page.keyboard.press("Space")
    page.keyboard.press("2")
    expect(
        page.get_by_text(re.compile("not saved|trying again|offline", re.IGNORECASE)).first
    ).to_be_visible()
    assert _count(app, Review) == 1
    context.set_offline(False)
    expect(page.get_by_role("heading", name="Which value belongs to fact 2 of rivers?")).to_be_visible(
        timeout=20000
    )
    wait_for(lambda: _count(app, Review) == 2)


@pytest.mark.only_on("sqlite")
def test_studying_works_without_scripts(app: Flask, browser: Browser, served: str, make: Factory) -> None:
    make.question_set("rivers", facts=2)
    context = browser.new_context(base_url=served, java_script_enabled=False)
    page = context.new_page()
    page.goto("/study/rivers/")
    for _ in range(2):
        page.get_by_text("Reveal").click()
        page.get_by_role("button", name="Remembered").click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Which value")
    assert _count(app, Card) == 2
    context.close()


def _start_quiz(page: Page) -> None:
    page.goto("/quizzes/new?set=rivers")
    page.get_by_role("button", name=re.compile("Make|Create|Continue|Go on|Next", re.IGNORECASE)).click()
    page.get_by_role("button", name=re.compile("Start|Begin", re.IGNORECASE)).click()


def test_a_quiz_keeps_every_response_through_reload_back_and_a_second_tab(
    app: Flask, page: Page, context: BrowserContext, make: Factory, problems: list[str]
) -> None:
    make.question_set("rivers", facts=5)
    _start_quiz(page)
    expect(page).to_have_url(re.compile(r"/quizzes/attempts/.+/1$"))
    _respond(page)
    expect(page.locator("[data-save-state]")).to_contain_text(re.compile(r"^\s*Saved"))
    given = _given(app)
    assert len(given) == 1
    page.reload()
    assert _given(app) == given
    second = context.new_page()
    second.goto(page.url)
    expect(second.locator("form[data-response]")).to_be_visible()
    page.goto(page.url.rsplit("/", 1)[0] + "/review")
    page.get_by_role("button", name=re.compile("Submit", re.IGNORECASE)).first.click()
    dialog = page.get_by_role("dialog")
    if dialog.is_visible():
        dialog.get_by_role("button", name=re.compile("Submit", re.IGNORECASE)).click()
    expect(page).to_have_url(re.compile("/result$"))
    page.go_back()
    page.goto(page.url)
    assert _states(app) == ["closed"]
    assert _given(app) == given
    assert problems == []


def _respond(page: Page) -> None:
    """Give some response to the question shown, whatever its type."""
    form = page.locator("form[data-response]")
    if form.get_by_role("radio").count():
        form.get_by_role("radio").first.check()
    elif form.locator("input[name=text]").count():
        form.locator("input[name=text]").fill("Value 0")
        form.locator("input[name=text]").blur()
    else:
        form.locator("[name=day]").fill("5")
        form.locator("[name=month]").select_option("9")
        form.locator("[name=year]").fill("2014")
        form.locator("[name=year]").blur()


def _given(app: Flask) -> list[object]:
    with app.app_context():
        rows = db.session.execute(select(AttemptResponse.response).order_by(AttemptResponse.position))
        return [row for (row,) in rows if row is not None]


def _states(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.execute(select(Attempt.state)).scalars())


@pytest.mark.only_on("sqlite")
def test_a_guest_signs_up_and_keeps_everything(app: Flask, page: Page, make: Factory) -> None:
    make.question_set("rivers", facts=3)
    open_player(page, "/study/rivers/")
    page.keyboard.press("Space")
    page.keyboard.press("2")
    expect(page.get_by_role("heading", name="Which value belongs to fact 1 of rivers?")).to_be_visible()
    # The rating was acknowledged, and with it the guest's session came.
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    page.goto("/account/sign-up")
    page.get_by_label("Name").fill("Dora")
    page.get_by_label(re.compile("E-mail")).fill("dora@example.org")
    page.get_by_label(re.compile("^Password")).first.fill(PASSWORD)
    page.get_by_role("button", name=re.compile("Sign up", re.IGNORECASE)).click()
    expect(page).not_to_have_url(re.compile("sign-up$"))
    with app.app_context():
        learners = list(db.session.execute(select(Learner)).scalars())
        cards = list(db.session.execute(select(Card)).scalars())
        assert len(learners) == 1
        assert learners[0].user is not None
        assert [card.learner_id for card in cards] == [learners[0].id]


@pytest.mark.only_on("sqlite")
def test_an_instructor_writes_a_set_and_a_learner_studies_it(
    browser: Browser, page: Page, context: BrowserContext, served: str, make: Factory, cast: Cast
) -> None:
    log_in(context, make, cast.ada, served)
    page.goto("/author/new")
    page.get_by_label("Title").fill("Bridges of Berlin")
    page.get_by_role("button", name=re.compile("Create|Make|Save", re.IGNORECASE)).click()
    page.goto("/author/bridges-of-berlin/paste")
    page.get_by_role("textbox").first.fill(
        "Which bridge carries the U1?\tOberbaumbrücke\nWhich came first?\tLange Brücke"
    )
    page.get_by_role("button", name=re.compile("Preview", re.IGNORECASE)).click()
    page.get_by_role("button", name=re.compile("Add|Import|Take", re.IGNORECASE)).first.click()
    page.goto("/author/bridges-of-berlin/")
    expect(page.get_by_text("Which bridge carries the U1?", exact=True)).to_be_visible()
    page.get_by_role("button", name=re.compile("^Publish", re.IGNORECASE)).click()
    other = browser.new_context(base_url=served)
    learner = other.new_page()
    learner.goto("/library/")
    learner.get_by_role("link", name="Bridges of Berlin").first.click()
    learner.get_by_role("link", name="Study").first.click()
    learner.get_by_text("Reveal").click()
    expect(learner.get_by_text("Oberbaumbrücke").first).to_be_visible()
    other.close()
