"""The player in a real browser: keys, marks, undo, touch, questions, and what it does when the line is down."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import func, select, update

from quizapp import clock
from quizapp.core.questions import TYPES
from quizapp.database import db
from quizapp.models import Card, CardMark, Learner, Review
from tests.browser.conftest import log_in, open_player, wait_for

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import BrowserContext, Page, Route

    from tests.factories import Cast, Factory, MadeSet

pytestmark = pytest.mark.only_on("sqlite")

#: Records what is said instead of saying it.
SPEECH = """
  const said = [];
  const stub = { speaking: false, getVoices: () => [], cancel: () => {}, speak: (one) => said.push(one.text) };
  Object.defineProperty(window, "speechSynthesis", { value: stub });
  window.said = said;
"""


def _reviews(app: Flask) -> list[int | None]:
    """Return the ratings of the reviews that stand, in the order in which they were given."""
    with app.app_context():
        cancelled = select(Review.cancels).where(Review.cancels.is_not(None))
        rows = db.session.execute(
            select(Review.rating)
            .where(Review.cancels.is_(None), Review.id.not_in(cancelled))
            .order_by(Review.reviewed_at)
        )
        return [rating for (rating,) in rows]


def _count_all(app: Flask) -> int:
    with app.app_context():
        return int(db.session.execute(select(func.count()).select_from(Review)).scalar_one())


def _marks(app: Flask) -> list[CardMark]:
    with app.app_context():
        return list(db.session.execute(select(CardMark).order_by(CardMark.fact_id)).scalars())


def _expect_card(page: Page, number: int) -> None:
    name = f"Which value belongs to fact {number} of rivers?"
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def _rate(page: Page, key: str = "2") -> None:
    page.keyboard.press("Space")
    page.keyboard.press(key)


@pytest.fixture
def rivers(make: Factory, cast: Cast, context: BrowserContext, served: str) -> MadeSet:
    """Ben's deck of nine facts; the browser is his."""
    made = make.question_set("rivers", facts=9)
    make.deck(cast.ben, made, new_per_day=50)
    log_in(context, make, cast.ben, served)
    return made


def test_who_goes_back_to_the_player_meets_the_card_that_is_next(
    app: Flask, page: Page, rivers: MadeSet, problems: list[str]
) -> None:
    open_player(page, "/study/rivers/")
    with page.expect_navigation():
        page.get_by_role("button", name="Cards", exact=True).click()
    expect(page.locator("[data-player][data-ready]")).to_have_count(1)
    for number in range(2):
        _expect_card(page, number)
        _rate(page)
    _expect_card(page, 2)
    wait_for(lambda: len(_reviews(app)) == 2)
    page.get_by_role("link", name="Done").click()
    expect(page).to_have_title(re.compile("Today"))
    page.go_back()
    _expect_card(page, 2)
    assert problems == []


def test_cards_are_rated_by_keys_and_taken_back_one_after_the_other(
    app: Flask, page: Page, rivers: MadeSet, problems: list[str]
) -> None:
    open_player(page, "/study/rivers/")
    for number in range(6):
        _expect_card(page, number)
        _rate(page, "1" if number == 2 else "2")
    _expect_card(page, 6)
    wait_for(lambda: len(_reviews(app)) == 6)
    for number in (5, 4):
        page.keyboard.press("u")
        _expect_card(page, number)
        expect(page.locator("details[data-reveal][open]")).to_have_count(0)
    wait_for(lambda: len(_reviews(app)) == 4)
    open_player(page, page.url)
    # What was done before this page was opened is taken back too.
    page.keyboard.press("u")
    _expect_card(page, 3)
    wait_for(lambda: _reviews(app) == [3, 3, 1])
    # The forgotten card returns behind others.
    for number in (3, 4, 5, 6):
        _expect_card(page, number)
        _rate(page)
    seen = []
    for _ in range(3):
        seen.append(page.get_by_role("heading", level=1).inner_text())
        _rate(page)
        expect(page.get_by_role("heading", level=1)).not_to_have_text(seen[-1])
    assert any("fact 2 " in text for text in seen)
    wait_for(lambda: len(_reviews(app)) == 10)
    assert problems == []


def test_marks_are_made_by_keys_and_each_is_taken_back(
    app: Flask, page: Page, rivers: MadeSet, problems: list[str]
) -> None:
    open_player(page, "/study/rivers/")
    status = page.get_by_role("status")
    for number, (key, words) in enumerate((("s", "Skipped"), ("b", "Buried"), ("!", "Suspended"))):
        _expect_card(page, number)
        page.keyboard.press(key)
        expect(status.filter(has_text=words)).to_have_count(1)
    _expect_card(page, 3)
    page.keyboard.press("f")
    expect(status.filter(has_text="Flagged")).to_have_count(1)
    _expect_card(page, 3)
    page.keyboard.press("n")
    page.keyboard.type("Think of a stone, s b f u")
    page.get_by_role("button", name="Save the note").click()
    wait_for(lambda: len(_marks(app)) == 4)
    wait_for(lambda: {mark.note for mark in _marks(app)} == {"", "Think of a stone, s b f u"})
    kept = {mark.fact_id: mark for mark in _marks(app)}
    ids = [fact.id for fact in rivers.facts]
    assert kept[ids[0]].skipped_on is not None
    assert kept[ids[1]].hidden_through is not None
    assert kept[ids[2]].suspended_at is not None
    assert kept[ids[3]].flagged_at is not None
    page.locator(".toast-line").get_by_role("button", name="Undo").click()
    wait_for(lambda: all(not mark.note for mark in _marks(app)))
    page.keyboard.press("u")
    wait_for(lambda: all(mark.flagged_at is None for mark in _marks(app)))
    for number in (2, 1, 0):
        page.keyboard.press("u")
        _expect_card(page, number)
    wait_for(lambda: all(mark.suspended_at is None and mark.skipped_on is None for mark in _marks(app)))
    page.keyboard.press("m")
    first, second = page.locator(".menu-item:visible").nth(0), page.locator(".menu-item:visible").nth(1)
    expect(first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(second).to_be_focused()
    page.keyboard.press("Escape")
    expect(first).to_be_hidden()
    expect(page.locator("[data-menu] > summary")).to_be_focused()
    assert problems == []


def test_what_is_rated_without_a_line_survives_a_reload_and_is_sent_once(
    app: Flask, page: Page, rivers: MadeSet
) -> None:
    open_player(page, "/study/rivers/")
    _rate(page)
    _expect_card(page, 1)
    wait_for(lambda: _count_all(app) == 1)
    answered: list[str] = []

    def lose_the_answer(route: Route) -> None:
        """The post arrives, and its answer does not come back."""
        if not answered:
            answered.append(route.fetch().text())
        route.abort()

    page.route("**/study/reviews", lose_the_answer)
    for number in (1, 2, 3):
        _expect_card(page, number)
        _rate(page)
    _expect_card(page, 4)
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    # What was never sent is just not sent; what may have arrived is taken back there.
    page.keyboard.press("u")
    _expect_card(page, 3)
    open_player(page, page.url)
    # The page was made before the server knew of the others.
    _expect_card(page, 3)
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    page.unroute("**/study/reviews")
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_for(lambda: _count_all(app) == 3)
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('unsent'))") == []
    _rate(page)
    wait_for(lambda: _reviews(app) == [3, 3, 3, 3])


def test_without_a_line_the_cards_that_are_ready_are_shown_and_then_a_calm_word(
    app: Flask, page: Page, context: BrowserContext, rivers: MadeSet
) -> None:
    open_player(page, "/study/rivers/")
    page.keyboard.press("Space")
    context.set_offline(offline=True)
    page.keyboard.press("2")
    for number in range(1, 5):
        _expect_card(page, number)
        _rate(page)
    expect(page.get_by_role("heading", name="No connection just now")).to_be_visible()
    expect(page.get_by_text("5 steps are kept")).to_be_visible()
    context.set_offline(offline=False)
    for number in range(5, 9):
        _expect_card(page, number)
        _rate(page)
    expect(page.get_by_role("heading", name="Done for today")).to_be_visible()
    wait_for(lambda: _reviews(app) == [3] * 9)


def test_a_double_click_and_a_slow_server_rate_once_and_show_the_next_card(
    app: Flask, page: Page, rivers: MadeSet
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    open_player(page, "/study/rivers/")
    page.route("**/study/reviews", hold)
    page.get_by_text("Reveal").click()
    page.get_by_role("button", name="Remembered").dblclick()
    _expect_card(page, 1)
    expect(page.locator("details[data-reveal][open]")).to_have_count(0)
    page.keyboard.press("Space")
    page.keyboard.press("2")
    _expect_card(page, 2)
    assert len(held) == 1
    page.unroute("**/study/reviews")
    wait_for(lambda: _reviews(app) == [3, 3])


def test_a_card_that_was_settled_elsewhere_is_told_calmly_and_the_session_goes_on(
    app: Flask, page: Page, rivers: MadeSet
) -> None:
    open_player(page, "/study/rivers/")
    told = {"state": "conflict", "error": "That card was rated before."}
    page.route("**/study/reviews", lambda route: route.fulfill(status=409, json=told), times=1)
    with page.expect_response("**/study/cards?*want=8*"):
        _rate(page)
    expect(page.get_by_role("status").filter(has_text="That card was rated before.")).to_have_count(1)
    _expect_card(page, 1)
    _rate(page)
    wait_for(lambda: _reviews(app) == [3])
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('unsent'))") == []


def test_a_page_that_is_left_takes_along_what_it_has_not_sent(
    app: Flask, page: Page, rivers: MadeSet
) -> None:
    open_player(page, "/study/rivers/")
    _rate(page)
    wait_for(lambda: _count_all(app) == 1)
    slow = {"offline": False, "latency": 1000, "downloadThroughput": -1, "uploadThroughput": -1}
    network = page.context.new_cdp_session(page)
    network.send("Network.emulateNetworkConditions", slow)
    for number in (1, 2, 3):
        _expect_card(page, number)
        _rate(page)
    page.goto("/library/", wait_until="commit")
    wait_for(lambda: _count_all(app) == 4)
    network.send("Network.emulateNetworkConditions", {**slow, "latency": 0})
    open_player(page, "/study/rivers/")
    _expect_card(page, 4)
    _rate(page)
    wait_for(lambda: _count_all(app) == 5)


def _swipe(page: Page, way: tuple[int, int]) -> None:
    """Draw a finger over the card, in steps, as a touch screen tells it."""
    session = page.context.new_cdp_session(page)
    x, y = 195, 300

    def tell(kind: str, points: list[dict[str, float]]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    tell("touchStart", [{"x": x, "y": y}])
    for step in range(1, 9):
        tell("touchMove", [{"x": x + way[0] * step / 8, "y": y + way[1] * step / 8}])
    tell("touchEnd", [])


class TestOnAPhone:
    """With a finger, on a small screen."""

    @pytest.fixture
    def browser_context_args(self, browser_context_args: dict[str, object]) -> dict[str, object]:
        return {
            **browser_context_args,
            "viewport": {"width": 390, "height": 780},
            "has_touch": True,
            "is_mobile": True,
        }

    @pytest.mark.usefixtures("rivers")
    def test_a_tap_turns_the_card_and_a_swipe_rates_it(
        self, app: Flask, page: Page, problems: list[str]
    ) -> None:
        open_player(page, "/study/rivers/")
        _swipe(page, (150, 0))
        _expect_card(page, 0)
        expect(page.locator("details[data-reveal][open]")).to_have_count(0)
        page.get_by_role("heading", level=1).tap()
        expect(page.locator("details[data-reveal][open]")).to_have_count(1)
        for way in ((40, 0), (20, -200)):
            _swipe(page, way)
            _expect_card(page, 0)
        _swipe(page, (150, 10))
        _expect_card(page, 1)
        page.get_by_role("heading", level=1).tap()
        _swipe(page, (-150, 10))
        _expect_card(page, 2)
        wait_for(lambda: _reviews(app) == [3, 1])
        assert problems == []

    @pytest.mark.usefixtures("rivers")
    def test_everything_has_room_and_can_be_hit(self, page: Page, problems: list[str]) -> None:
        page.emulate_media(reduced_motion="reduce")
        page.set_viewport_size({"width": 320, "height": 640})
        open_player(page, "/study/rivers/")
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            _check(page)
            page.get_by_text("Reveal").click()
            _check(page)
            page.locator("[data-menu] > summary").click()
            expect(page.get_by_role("button", name="Skip")).to_be_visible()
            _check(page)
            page.locator("[data-menu] > summary").press("Escape")
            page.get_by_role("button", name="Remembered").click()
        assert problems == []


def _check(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    small = page.evaluate(
        """[...document.querySelectorAll(".study :is(button, summary, a.button)")]
          .filter((one) => one.checkVisibility())
          .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
          .filter(([, box]) => box.width < 44 || box.height < 44)
          .map(([words, box]) => `${words} ${box.width} x ${box.height}`)"""
    )
    assert small == []
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_keys_are_listed_and_can_be_switched_off(app: Flask, page: Page, rivers: MadeSet, cast: Cast) -> None:
    open_player(page, "/study/rivers/")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    for words in ("Reveal", "Skip", "Bury", "Suspend", "Flag", "Note of your own", "Undo", "Card menu"):
        expect(dialog.get_by_role("definition").filter(has_text=words)).to_have_count(1)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    dialog.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("s")
    page.keyboard.press("?")
    _expect_card(page, 0)
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.evaluate("localStorage.clear()")
    with app.app_context():
        db.session.execute(update(Learner).where(Learner.id == cast.ben.learner_id).values(uses_keys=False))
        db.session.commit()
    open_player(page, page.url)
    page.keyboard.press("s")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    _expect_card(page, 0)
    # The keys that everybody has do what they do everywhere.
    page.locator("details[data-reveal] > summary").press("Enter")
    page.get_by_role("button", name="Remembered").press("Enter")
    _expect_card(page, 1)
    assert _marks(app) == []


def _ask_questions(app: Flask, cast: Cast, **settings: object) -> None:
    with app.app_context():
        values = {"study_mode": "question", **settings}
        db.session.execute(update(Learner).where(Learner.id == cast.ben.learner_id).values(**values))
        db.session.commit()


def _know_well(app: Flask, cast: Cast, made: MadeSet) -> None:
    """Give ben a strong memory of every fact: then whatever is there is asked, not only what is recognised."""
    now = clock.now()
    with app.app_context():
        for fact in made.facts:
            days = {"first_on": now.date(), "last_on": now.date(), "last_at": now}
            due = {"due_on": now.date() + timedelta(60), "shown_on": now.date() + timedelta(60)}
            memory = {"stability": 60.0, "difficulty": 5.0, "reps": 4}
            db.session.add(
                Card(
                    learner_id=cast.ben.learner_id,
                    fact_id=fact.id,
                    question_set_id=made.id,
                    **days,
                    **due,
                    **memory,
                )
            )
        db.session.commit()


def test_questions_of_every_type_are_asked_and_told(
    app: Flask,
    page: Page,
    context: BrowserContext,
    make: Factory,
    cast: Cast,
    served: str,
    problems: list[str],
) -> None:
    made = make.ten_types()
    make.deck(cast.ben, made)
    _ask_questions(app, cast)
    _know_well(app, cast, made)
    log_in(context, make, cast.ben, served)
    open_player(page, "/study/ten/?mode=ahead")
    kinds = {str(fact.id): kind for fact in made.facts for kind in fact.questions}
    card, told = page.locator("[data-card]:not([data-told])"), page.locator("[data-told]")
    seen: set[str] = set()
    for _ in range(25):
        fact = card.get_attribute("data-fact") or ""
        if card.get_attribute("data-kind") == "flashcard":
            # What was typed wrongly is not asked to be typed again at once.
            _rate(page)
            expect(page.locator(f'[data-card][data-fact="{fact}"]')).to_have_count(0)
            continue
        seen.add(kinds[fact])
        _respond(page, kinds[fact])
        expect(told.get_by_role("heading", level=1)).to_be_focused()
        page.keyboard.press("Enter")
        expect(told).to_have_count(0)
        if seen == set(TYPES):
            break
    assert seen == set(TYPES)
    assert [line for line in problems if "422" not in line] == []


def _respond(page: Page, kind: str) -> None:
    card = page.locator("[data-card]")
    if kind in ("choice", "true-false", "multiple"):
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        if kind != "multiple":
            expect(page.locator("[data-told], [data-card] input:checked").first).to_be_visible()
    elif kind in ("short", "cloze", "numeric"):
        # The field has the focus; sent empty, the card says so and keeps it.
        if kind == "short":
            page.keyboard.press("Enter")
            expect(page.get_by_text("Give a response first").first).to_be_visible()
        expect(card.locator("input[name=text]")).to_be_focused()
        page.keyboard.type("34")
        page.keyboard.press("Enter")
    elif kind == "ordering":
        card.get_by_role("button", name="Keep this order").click()
        card.get_by_role("button", name="Check").click()
    elif kind == "map":
        card.get_by_role("checkbox").first.check()
        expect(card.locator("[data-map-count]")).to_have_text("1 marked")
        card.get_by_role("button", name="Check").click()
    elif kind == "matching":
        for field in card.get_by_role("combobox").all():
            field.select_option(index=1)
        card.get_by_role("button", name="Check").click()
    else:
        card.get_by_label("Day").fill("5")
        card.get_by_label("Month").select_option(label="September")
        card.get_by_label("Year").fill("2014")
        card.get_by_role("button", name="Check").click()


def test_a_response_without_a_line_is_kept_and_told_later(
    app: Flask, page: Page, context: BrowserContext, rivers: MadeSet, cast: Cast
) -> None:
    _ask_questions(app, cast)
    open_player(page, "/study/rivers/")
    page.keyboard.press("1")
    context.set_offline(offline=True)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your response is kept")).to_be_visible()
    page.keyboard.press("Enter")
    heading = page.locator("[data-card] h1")
    expect(heading).to_be_visible()
    second = heading.inner_text()
    context.set_offline(offline=False)
    line = page.locator(".toast-line", has_text=re.compile("Right|Not this time"))
    expect(line).to_be_visible(timeout=10000)
    assert len(_reviews(app)) == 1
    line.get_by_role("button", name="See why").click()
    expect(page.locator("[data-told]")).to_be_visible()
    page.keyboard.press("Enter")
    expect(heading).to_have_text(second)


def test_cards_are_read_aloud_where_the_browser_can(
    page: Page, rivers: MadeSet, app: Flask, cast: Cast
) -> None:
    page.add_init_script(SPEECH)
    open_player(page, "/study/rivers/")
    page.keyboard.press("r")
    assert page.evaluate("said") == ["Which value belongs to fact 0 of rivers?"]
    with app.app_context():
        db.session.execute(update(Learner).where(Learner.id == cast.ben.learner_id).values(reads_aloud=True))
        db.session.commit()
    open_player(page, page.url)
    page.keyboard.press("Space")
    wait_for(lambda: "Value 0" in page.evaluate("said"))
    page.keyboard.press("2")
    _expect_card(page, 1)
    said = page.evaluate("said")
    assert said[0] == "Which value belongs to fact 0 of rivers?"
    assert said[-1] == "Which value belongs to fact 1 of rivers?"
