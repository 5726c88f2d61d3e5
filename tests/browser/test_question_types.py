"""Each of the ten types is given by mouse, by keyboard and without scripts, is kept, and is told in the end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import select

from quizapp import clock
from quizapp.core.questions import TYPES, id_of_text
from quizapp.core.quiz_contents import contents_to_list, one_rule
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import FactRevision, QuestionRevision, Quiz
from quizapp.operations import quizzes
from tests.browser.conftest import log_in

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from flask import Flask
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

    from tests.factories import Cast, Factory

pytestmark = pytest.mark.only_on("sqlite")

SAVES = re.compile(r"/attempts/[^/]+/\d+$")
#: What is given: names of options, and what is typed or chosen in the fields with these labels.
PICKED = {"choice": ("An oak",), "true-false": ("True",), "multiple": ("An elk", "A fox", "A hen")}
TYPED = {
    "short": (("Your response", "Copenhagen"),),
    "cloze": (("What belongs in the blank?", "Ljubljana"),),
    "date": (("Day", "5"), ("Month", "September"), ("Year", "2014")),
    "numeric": (("Your number", "thirty-four"),),
    "matching": (("Rhine", "North Sea"), ("Volga", "Baltic Sea")),
}
EVENTS = ("The road was paved", "A dam was built", "The mill was sold")


class Sitting:
    """Ben's attempt at a question of each type."""

    def __init__(self, app: Flask, learner_id: uuid.UUID, set_id: uuid.UUID) -> None:
        self.app = app
        self.learner_id = learner_id
        with app.app_context():
            quiz = Quiz(
                id=new_row_id(),
                question_set_id=set_id,
                made_by=learner_id,
                title="Ten",
                contents=contents_to_list(one_rule(len(TYPES), set_id)),
                question_count=len(TYPES),
                created_at=clock.now(),
            )
            run_tx(lambda: db.session.add(quiz))
            kept = db.session.get_one(Quiz, quiz.id)
            plan = quizzes.plan_attempt(learner_id, kept, new_row_id())
            self.attempt_id = run_tx(lambda: quizzes.start_attempt(learner_id, kept, plan, clock.now()))
            slots = quizzes.list_slots(learner_id, self.attempt_id)
        self.positions = {slot.form: slot.position for slot in slots}
        assert set(self.positions) == set(TYPES)

    def address(self, kind: str) -> str:
        return f"/quizzes/attempts/{self.attempt_id}/{self.positions[kind]}"

    def given(self, kind: str) -> Any:
        with self.app.app_context():
            slot = quizzes.find_slot(self.learner_id, self.attempt_id, self.positions[kind])
        assert slot is not None
        return slot.given


@pytest.fixture
def sitting(app: Flask, make: Factory, cast: Cast, context: BrowserContext, served: str) -> Sitting:
    context.set_default_timeout(5000)
    log_in(context, make, cast.ben, served)
    return Sitting(app, cast.ben.learner_id, make.ten_types().id)


def _state(page: Page) -> Locator:
    return page.locator("[data-save-state]")


def _order(page: Page) -> list[str]:
    return page.locator("[data-event-text]").all_inner_texts()


def _up(texts: list[str]) -> list[str]:
    """Return the order after the second event was moved up, as each of the following does."""
    return [texts[1], texts[0], *texts[2:]]


def _spot_of(page: Page, place: str) -> tuple[float, float]:
    """Return where on the screen a country of the map can be hit: the middle of its box may lie in the sea."""
    shape = page.locator(f'.map-view [data-place="{place}"]')
    shape.scroll_into_view_if_needed()
    spot = shape.evaluate(
        """shape => {
          const { left, top, width, height } = shape.getBoundingClientRect();
          for (let step = 0; step < 400; step += 1) {
            const [x, y] = [left + (width * (step % 20)) / 20, top + (height * Math.floor(step / 20)) / 20];
            if (shape.contains(document.elementFromPoint(x, y))) return [x, y];
          }
          return null;
        }"""
    )
    assert spot is not None, f"{place} cannot be hit"
    return tuple(spot)


def _by_mouse(page: Page, kind: str) -> None:
    """Give a response by clicks and typing; what can be right in part is not all right."""
    if kind in PICKED:
        for name in PICKED[kind]:
            page.locator(".choice", has_text=name).click()
    elif kind == "ordering":
        page.get_by_role("button", name=re.compile("^Move .* up$")).nth(1).click()
    elif kind == "map":
        page.mouse.click(*_spot_of(page, "ESP"))
        for name in ("France", "Weimar"):
            page.get_by_role("checkbox", name=name).check()
    else:
        for label, text in TYPED[kind]:
            field = page.get_by_label(label)
            if kind == "matching" or label == "Month":
                field.select_option(label=text)
            else:
                field.fill(text)
                field.blur()


def _by_keyboard(page: Page, kind: str) -> None:
    """Give the same by keys alone."""
    keys = page.keyboard

    def tab_to(target: Locator) -> None:
        for _ in range(40):
            keys.press("Tab")
            if target.evaluate("element => element === document.activeElement"):
                return
        pytest.fail("the Tab key does not reach it")

    if kind in PICKED:
        for name in PICKED[kind]:
            keys.press(page.locator(".choice", has_text=name).locator("kbd").inner_text())
    elif kind == "ordering":
        tab_to(page.get_by_role("button", name=re.compile("^Move .* up$")).nth(1))
        keys.press("Enter")
    elif kind == "map":
        for name in ("France", "Spain", "Weimar"):
            tab_to(page.get_by_role("checkbox", name=name))
            keys.press("Space")
    else:
        for label, text in TYPED[kind]:
            tab_to(page.get_by_label(label))
            keys.type(text)
        keys.press("Tab")


def _without_scripts(page: Page, kind: str) -> None:
    match kind:
        case "ordering":
            for place, text in enumerate(_up(_order(page)), 1):
                page.get_by_label(f"Place of {text}").select_option(str(place))
        case "map":
            for name in ("France", "Spain", "Weimar"):
                page.get_by_role("checkbox", name=name).check()
        case _:
            _by_mouse(page, kind)


def _look(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), (
        page.url
    )


def _check_given(sitting: Sitting, shown: list[str]) -> None:
    """Say that all ten were kept; `shown` is the order in which the events stood at first."""
    given = {kind: sitting.given(kind) for kind in TYPES}
    assert sorted(given.pop("multiple")["marks"]) == ["elk", "fox", "hen"]
    assert sorted(given.pop("map")["marks"]) == ["ESP", "FRA", "weimar"]
    pairs = (("Rhine", "North Sea"), ("Volga", "Baltic Sea"))
    assert given == {
        "choice": {"option": "oak"},
        "true-false": {"option": "true"},
        "short": {"text": "Copenhagen"},
        "cloze": {"text": "Ljubljana"},
        "date": {"day": 5, "month": 9, "year": 2014},
        "numeric": {"number": 34, "text": "thirty-four"},
        "ordering": {"order": [id_of_text(text) for text in _up(shown)]},
        "matching": {"pairs": [[id_of_text(left), id_of_text(right)] for left, right in pairs]},
    }


def _give_all(page: Page, sitting: Sitting, give: Callable[[Page, str], None]) -> list[str]:
    """Give all ten, each saved by the script as it is given, with nothing for axe to find.

    Returns the order in which the events stood at first.
    """
    shown: list[str] = []
    for kind in TYPES:
        page.goto(sitting.address(kind))
        if kind == "ordering":
            shown = _order(page)
        give(page, kind)
        expect(page.locator(".navigator .here")).to_have_accessible_name(re.compile("given"))
        expect(_state(page)).to_have_text("Saved")
        _look(page)
    return shown


def _submit(page: Page, sitting: Sitting) -> None:
    page.goto(f"/quizzes/attempts/{sitting.attempt_id}/review")
    page.get_by_role("button", name="Submit and see the result").click()
    expect(page.get_by_role("heading", name="Question by question")).to_be_visible()
    for summary in page.locator("details.effects > summary").all():
        summary.click()
    _look(page)


def test_each_type_is_given_by_mouse_is_there_after_a_reload_and_is_told_in_the_result(
    page: Page, sitting: Sitting, problems: list[str]
) -> None:
    shown = _give_all(page, sitting, _by_mouse)
    _check_given(sitting, shown)

    page.goto(sitting.address("multiple"))
    expect(page.get_by_role("checkbox", name="A fox")).to_be_checked()
    expect(page.get_by_role("checkbox", name="An owl")).not_to_be_checked()
    page.goto(sitting.address("numeric"))
    expect(page.get_by_label("Your number")).to_have_value("thirty-four")
    expect(page.get_by_label("Your number")).to_have_accessible_description("bridges In digits or in words.")
    page.goto(sitting.address("ordering"))
    assert _order(page) == _up(shown)
    page.goto(sitting.address("matching"))
    expect(page.get_by_label("Volga").locator("option:checked")).to_have_text("Baltic Sea")
    expect(page.get_by_label("Danube").locator("option:checked")).to_have_text("Choose")
    page.goto(sitting.address("map"))
    expect(page.get_by_role("checkbox", name="Spain")).to_be_checked()
    expect(page.locator('.map-view [data-place="weimar"]')).to_have_class(re.compile("marked"))

    _submit(page, sitting)
    told = {kind: page.locator(f"#question-{position}") for kind, position in sitting.positions.items()}
    for kind in ("choice", "true-false", "short", "cloze", "date", "numeric"):
        expect(told[kind].locator(".badge-word").first).to_have_text("right")
    for kind in ("multiple", "matching", "map"):
        expect(told[kind].locator(".badge-word").first).to_have_text("partly right")
    expect(page.locator(".figure", has_text="partly right")).to_be_visible()
    expect(told["multiple"]).to_contain_text("2 of 2 marked, 1 marked wrongly.")
    rows = told["multiple"].locator("li.choice")
    expect(rows.filter(has_text="A fox")).to_contain_text("your mark, right")
    expect(rows.filter(has_text="A hen")).to_contain_text("your mark, wrong")
    expect(rows.filter(has_text="A hen")).to_contain_text("That belongs elsewhere.")
    expect(told["numeric"]).to_contain_text("thirty-four bridges")
    for place, event in enumerate(EVENTS):
        row = told["ordering"].locator("ol li").nth(place)
        expect(row).to_contain_text(event)
        expect(row).to_contain_text(f"you:\u00a0{_up(shown).index(event) + 1}")
        expect(row).to_contain_text(f"The reason is {1901 + place}.")
    expect(told["matching"]).to_contain_text("1 of 3 pairs is right.")
    rows = told["matching"].locator("li.choice")
    expect(rows.filter(has_text="Rhine")).to_contain_text("your pair, right")
    expect(rows.filter(has_text="Volga")).to_contain_text("you chose Baltic Sea, wrong")
    expect(rows.filter(has_text="Danube")).to_contain_text("left open")
    expect(told["map"]).to_contain_text("The reason of Spain.")
    expect(told["map"]).to_contain_text("2 facts reviewed: 2 right, 0 not")
    assert problems == []


def test_each_type_is_given_by_keyboard_alone_on_a_narrow_dark_screen(
    page: Page, sitting: Sitting, problems: list[str]
) -> None:
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.set_viewport_size({"width": 320, "height": 800})
    shown = _give_all(page, sitting, _by_keyboard)
    _check_given(sitting, shown)
    _submit(page, sitting)
    assert problems == []


def test_each_type_is_given_without_scripts(
    browser: Browser, sitting: Sitting, make: Factory, cast: Cast, served: str
) -> None:
    context = browser.new_context(base_url=served, java_script_enabled=False)
    log_in(context, make, cast.ben, served)
    page = context.new_page()
    shown: list[str] = []
    for kind in TYPES:
        page.goto(sitting.address(kind))
        if kind == "ordering":
            shown = _order(page)
        _without_scripts(page, kind)
        page.locator(".actions .main").click()
    page.goto(f"/quizzes/attempts/{sitting.attempt_id}/review")
    expect(page.get_by_text("Every question has a response.")).to_be_visible()
    _check_given(sitting, shown)
    page.goto(sitting.address("ordering"))
    assert _order(page) == _up(shown)
    last = page.get_by_label(f"Place of {shown[2]}")
    last.select_option("1")
    page.locator(".actions .main").click()
    # Two in one place: said at the field, and what was chosen is still there.
    expect(page.locator("select[aria-invalid]")).to_have_accessible_description(
        re.compile("Place 1 is given twice")
    )
    expect(last).to_have_value("1")
    assert sitting.given("ordering")["order"] == [id_of_text(text) for text in _up(shown)]
    context.close()


def test_events_are_moved_by_buttons_and_arrow_keys_and_it_is_said_where_they_are(
    page: Page, sitting: Sitting
) -> None:
    page.goto(sitting.address("ordering"))
    live = page.locator("[data-moved]")
    event = _order(page)[2]
    up = page.get_by_role("button", name=f"Move {event} up")
    up.focus()
    page.keyboard.press("ArrowUp")
    expect(live).to_have_text(f"{event} is now second of three.")
    expect(up).to_be_focused()
    up.click()
    expect(live).to_have_text(f"{event} is now first of three.")
    page.keyboard.press("ArrowUp")
    expect(live).to_have_text(f"{event} is first already.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(live).to_have_text(f"{event} is now second of three.")
    expect(page.get_by_role("button", name=f"Move {event} down")).to_be_focused()
    order = _order(page)
    assert order[1] == event
    expect(_state(page)).to_have_text("Saved")
    assert sitting.given("ordering") == {"order": [id_of_text(text) for text in order]}
    for button in page.locator("[data-move]").all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("map", "[data-map]"),
        ("map", "[data-map-zoom=in]"),
        ("ordering", "[data-move=up]"),
        ("choice", "input[type=radio]"),
    ],
)
def test_an_arrow_key_where_it_has_a_use_of_its_own_turns_no_page(
    page: Page, sitting: Sitting, kind: str, what: str
) -> None:
    page.goto(sitting.address(kind))
    expect(page.locator(".navigator .here")).to_be_visible()
    page.locator(what).first.focus()
    can_go_on = page.locator('[data-key^="ArrowRight"]').count()
    page.keyboard.press("ArrowRight" if can_go_on else "ArrowLeft")
    # Had a page been turned, this would find another.
    page.locator("[data-flag]").click()
    expect(page.locator("[data-flag-mark]")).to_be_visible()
    expect(page).to_have_url(re.compile(f"{sitting.address(kind)}$"))


def test_events_are_dragged_by_their_dots(page: Page, sitting: Sitting) -> None:
    page.goto(sitting.address("ordering"))
    shown = _order(page)
    grips = page.locator("[data-grip]")
    target = grips.last.bounding_box()
    assert target is not None
    grips.first.hover()
    page.mouse.down()
    page.mouse.move(target["x"] + 5, target["y"] + target["height"] - 2, steps=8)
    page.mouse.up()
    expect(page.locator("[data-moved]")).to_have_text(f"{shown[0]} is now third of three.")
    assert _order(page) == [*shown[1:], shown[0]]
    expect(_state(page)).to_have_text("Saved")


def test_an_order_that_nobody_touched_is_blank_and_one_that_is_kept_or_cleared_is_what_it_says(
    page: Page, sitting: Sitting
) -> None:
    page.goto(sitting.address("ordering"))
    here = page.locator(".navigator .here")
    shown = _order(page)
    # Where it leads must be reached before another address is asked for.
    with page.expect_navigation():
        page.locator(".actions .main").click()
    page.goto(sitting.address("ordering"))
    expect(here).to_have_accessible_name(re.compile("blank"))
    assert sitting.given("ordering") is None
    page.get_by_role("button", name="Keep this order").click()
    expect(here).to_have_accessible_name(re.compile("given"))
    expect(page.locator("[data-moved]")).to_have_text("This order is your response.")
    page.get_by_role("button", name=f"Move {shown[2]} up").click()
    assert _order(page) != shown
    page.get_by_role("button", name="Clear").click()
    expect(here).to_have_accessible_name(re.compile("blank"))
    assert _order(page) == shown
    expect(page.get_by_role("button", name="Keep this order")).to_be_visible()
    assert sitting.given("ordering") is None


def test_what_was_not_sent_is_there_again_in_every_control(
    page: Page, context: BrowserContext, sitting: Sitting
) -> None:
    for kind in ("ordering", "matching", "map"):
        page.goto(sitting.address(kind))
        page.route(
            SAVES, lambda route: route.abort() if route.request.method == "POST" else route.continue_()
        )
        shown = _order(page)
        _by_mouse(page, kind)
        expect(_state(page)).to_have_text("Not saved")
        page.close(run_before_unload=False)
        page = context.new_page()
        page.goto(sitting.address(kind))
        expect(_state(page)).to_have_text("Saved")
        if kind == "ordering":
            assert _order(page) == _up(shown)
        if kind == "map":
            expect(page.locator("[data-map-count]")).to_have_text("3 marked")
        assert sitting.given(kind)


def test_what_is_joined_already_says_so_and_a_matching_is_kept_in_part(page: Page, sitting: Sitting) -> None:
    page.goto(sitting.address("matching"))
    page.get_by_label("Rhine").select_option(label="North Sea")
    expect(page.get_by_label("Volga").locator("option", has_text="North Sea (used)")).to_have_count(1)
    expect(page.get_by_label("Rhine").locator("option:checked")).to_have_text("North Sea")
    expect(_state(page)).to_have_text("Saved")
    assert len(sitting.given("matching")["pairs"]) == 1
    page.get_by_label("Rhine").select_option(label="Choose")
    expect(page.locator("option", has_text="(used)")).to_have_count(0)
    expect(page.locator(".navigator .here")).to_have_accessible_name(re.compile("blank"))


def test_after_a_wrong_response_in_study_the_button_does_not_cover_the_right_option(
    app: Flask, page: Page, context: BrowserContext, make: Factory, cast: Cast, served: str
) -> None:
    make.question_set("bridges", facts=2)
    with app.app_context():
        for revision in db.session.scalars(select(FactRevision)):
            revision.content = revision.content | {"flashcard": False}
        for asked in db.session.scalars(select(QuestionRevision)):
            asked.content = asked.content | {"stem": "Which value is it, of all that are told of here? " * 7}
        db.session.commit()
    log_in(context, make, cast.ben, served)
    page.set_viewport_size({"width": 320, "height": 480})
    page.goto("/study/bridges/")
    for turn in (0, 1):
        wrong = page.locator('input[type="radio"]:not([value="right"], [value="true"])')
        (wrong.last if turn else wrong.first).check()
        page.get_by_role("button", name="Check").click()
        right = page.locator("[data-told] .choice.right")
        expect(right).to_be_in_viewport(ratio=1)
        option, buttons = right.bounding_box(), page.locator(".rates").bounding_box()
        assert option is not None
        assert buttons is not None
        assert option["y"] + option["height"] <= buttons["y"]
        page.get_by_role("link", name="Keep going").click()
