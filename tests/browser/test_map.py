"""Maps in a real browser: they are drawn from the shared picture, can be zoomed and moved, and mark what they show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, render_template_string, request
from playwright.sync_api import expect

from quizapp.core.questions import Place
from quizapp.database import db
from quizapp.models import FactRevision
from quizapp.web.maps import countries

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from tests.factories import Factory

pytestmark = pytest.mark.only_on("sqlite")

CODES = ("BHR", "EGY", "IRN", "IRQ", "ISR", "JOR", "KWT", "LBN", "OMN", "QAT", "SAU", "SYR", "TUR")
PAGE = """
{% extends "base.html" %}
{% from "_parts/map.html" import map_control, map_told with context %}
{% block head %}
  <link rel="stylesheet" href="{{ asset('base/map.css') }}">
  <script type="module" src="{{ asset('base/map.js') }}"></script>
{% endblock %}
{% block main %}
  <h1>A question</h1>
  {% if told %}{{ map_told(question, marks) }}{% else %}
    <form method="get">{{ map_control(question, {"marks": marks}, problem) }}
      <output id="heard">0</output><button class="button">Send</button></form>
  {% endif %}
{% endblock %}
"""


class _Question:
    places = (
        *(Place(code, countries()[code].name, code, None, None, f"Why of {code}.") for code in CODES),
        Place("erbil", "Erbil", None, (36.19, 44.01), None, "Why of Erbil."),
    )
    targets = ("TUR", "QAT")


class _World:
    # All but what lies beyond the edge of the map.
    places = tuple(
        Place(code, country.name, code, None, None, "")
        for code, country in countries().items()
        if code != "ATA"
    )
    targets = ("TUR",)


class _Problem:
    field = "marks"
    message = "Mark at least one place."


@pytest.fixture
def app(app: Flask) -> Flask:
    """The application with a page for a map question of its own."""

    @app.get("/the-world")
    def the_world() -> str:
        return render_template_string(PAGE, question=_World, marks=[], told=False, problem=None)

    @app.get("/a-question")
    def a_question() -> str:
        marks = [name.removeprefix("mark-") for name in request.args if name.startswith("mark-")]
        return render_template_string(
            PAGE,
            question=_Question,
            marks=marks,
            told="told" in request.args,
            problem=_Problem if "problem" in request.args else None,
        )

    return app


def _place(page: Page, name: str) -> Locator:
    return page.locator(f'.map-view .place[data-place="{name}"]')


def _width(page: Page) -> float:
    return float((page.locator(".map-view").get_attribute("viewBox") or "").split()[2])


@pytest.fixture
def question(page: Page) -> Page:
    page.goto("/a-question")
    expect(page.get_by_role("button", name="Zoom in")).to_be_visible()
    return page


def test_countries_are_drawn_from_the_shared_picture(question: Page, problems: list[str]) -> None:
    turkey, qatar = (_place(question, code).bounding_box() for code in ("TUR", "QAT"))
    assert turkey is not None
    assert qatar is not None
    assert turkey["width"] > 100
    assert turkey["x"] + turkey["width"] < qatar["x"] + qatar["width"]
    assert turkey["y"] < qatar["y"]
    assert problems == []


def test_a_click_on_a_country_or_a_dot_marks_its_box_and_another_takes_it_back(question: Page) -> None:
    box = question.get_by_role("checkbox", name="Iran")
    _place(question, "IRN").click()
    expect(box).to_be_checked()
    expect(_place(question, "IRN")).to_have_class(re.compile("marked"))
    # A dot is a line without length: it has a place, but for Playwright no size.
    at = _place(question, "erbil").evaluate("(dot) => dot.getBoundingClientRect().toJSON()")
    question.mouse.click(at["x"], at["y"])
    expect(question.get_by_role("checkbox", name="Erbil")).to_be_checked()
    expect(question.get_by_role("status").filter(has_text="marked")).to_have_text("2 marked")
    _place(question, "IRN").click()
    expect(box).not_to_be_checked()
    expect(_place(question, "IRN")).to_have_class(re.compile("free"))


#: Clicks into each shape, where it is farthest from its own edge and off the dots of others; returns what each click marked, by code.
CLICKS = """
async () => {
  const map = document.querySelector(".map-view");
  map.scrollIntoView({ block: "center", behavior: "instant" });
  const file = map.querySelector(".land").getAttribute("href").split("#")[0];
  const world = new DOMParser().parseFromString(await (await fetch(file)).text(), "image/svg+xml");
  const marked = () => [...document.querySelectorAll("[data-map-mark]:checked")].map((box) => box.dataset.mapMark);
  const dots = [...map.querySelectorAll(".dot:not([hidden])")].map((dot) => ({
    code: dot.closest(".place").dataset.place,
    at: dot.querySelector("path").getAttribute("d").match(/[0-9.]+/g).map(Number),
  }));
  const isOnDot = (code, left, top, scale) =>
    dots.some((dot) => dot.code !== code && Math.hypot(dot.at[0] - left, dot.at[1] - top) * scale < 6);
  const hits = {};
  for (const place of map.querySelectorAll(".place:has(.shape)")) {
    const code = place.dataset.place;
    const source = world.getElementById(code);
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", (source.matches("path") ? source : source.querySelector("path")).getAttribute("d"));
    path.setAttribute("pointer-events", "none");
    map.append(path);
    const { x, y, width, height } = path.getBBox();
    const matrix = map.getScreenCTM();
    const isIn = (left, top) => path.isPointInFill(new DOMPoint(left, top));
    const room = (left, top) => {
      let reach = 0;
      for (const pixels of [1, 2, 3, 4, 6, 8, 12, 16, 24]) {
        const far = pixels / matrix.a;
        for (let turn = 0; turn < 8; turn += 1) {
          if (!isIn(left + far * Math.cos(turn * Math.PI / 4), top + far * Math.sin(turn * Math.PI / 4))) return reach;
        }
        reach = pixels;
      }
      return reach;
    };
    let best = { reach: 0 };
    for (let across = 1; across < 16; across += 1) {
      for (let down = 1; down < 16; down += 1) {
        const [left, top] = [x + width * across / 16, y + height * down / 16];
        if (!isIn(left, top) || isOnDot(code, left, top, matrix.a)) continue;
        const reach = room(left, top);
        if (reach > best.reach) best = { reach, left, top };
      }
    }
    path.remove();
    if (best.reach < 4) continue;
    const at = new DOMPoint(best.left, best.top).matrixTransform(matrix);
    const click = () => document.elementFromPoint(at.x, at.y)
      .dispatchEvent(new MouseEvent("click", { bubbles: true, clientX: at.x, clientY: at.y }));
    click();
    hits[code] = marked().join(" ");
    click();
    if (marked().length) throw new Error(`${code} stays marked: ${marked()}`);
  }
  return hits;
}
"""


@pytest.mark.parametrize(("width", "least"), [(1280, 80), (390, 25)])
def test_a_click_within_the_shape_of_any_country_marks_that_country(
    page: Page, width: int, least: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/the-world")
    expect(page.get_by_role("button", name="Zoom in")).to_be_visible()
    hits = page.evaluate(CLICKS)
    assert {code: hit for code, hit in hits.items() if hit != code} == {}
    assert len(hits) >= least
    assert {"DZA", "LBY", "SAU"} <= set(hits)


def test_a_click_beside_a_dot_off_all_shapes_marks_the_nearest_place(page: Page) -> None:
    page.goto("/the-world")
    expect(page.get_by_role("button", name="Zoom in")).to_be_visible()
    at = page.locator('.map-view .place[data-place="CPV"] .inside').evaluate(
        "(dot) => dot.getBoundingClientRect().toJSON()"
    )
    page.mouse.click(at["x"] - 12, at["y"])
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    expect(page.get_by_role("checkbox", name=countries()["CPV"].name)).to_be_checked()


def test_zoom_goes_to_the_place_that_was_marked_last(page: Page) -> None:
    page.goto("/the-world")
    page.get_by_role("checkbox", name=countries()["JPN"].name, exact=True).check()
    for _ in range(3):
        page.get_by_role("button", name="Zoom in").click()
    left, top, width, height = map(float, (page.locator(".map-view").get_attribute("viewBox") or "").split())
    x, y = countries()["JPN"].centre
    assert left < x < left + width
    assert top < y < top + height


def test_a_mark_on_the_map_is_heard_as_a_change_of_the_form(question: Page) -> None:
    question.evaluate(
        "document.querySelector('form').addEventListener('change',"
        " (event) => { document.getElementById('heard').value = event.target.name; })"
    )
    _place(question, "SAU").click()
    expect(question.locator("#heard")).to_have_text("mark-SAU")


def test_the_list_marks_with_the_keyboard_alone_and_the_map_follows(question: Page) -> None:
    question.get_by_role("checkbox", name="Qatar").focus()
    question.keyboard.press("Space")
    expect(_place(question, "QAT")).to_have_class(re.compile("marked"))
    expect(question.get_by_role("status").filter(has_text="marked")).to_have_text("1 marked")


def test_the_map_follows_a_script_that_writes_the_boxes(question: Page) -> None:
    question.evaluate(
        "document.querySelector('[name=mark-OMN]').checked = true;"
        "document.querySelector('form').dispatchEvent(new CustomEvent('form:written', { bubbles: true }))"
    )
    expect(_place(question, "OMN")).to_have_class(re.compile("marked"))


def test_the_list_is_searched_and_return_does_not_send_the_form(question: Page) -> None:
    search = question.get_by_role("searchbox", name="Find a place in the list")
    search.fill("ira")
    expect(question.get_by_role("checkbox")).to_have_count(2)
    search.press("Enter")
    expect(question).to_have_url(re.compile("/a-question$"))
    search.fill("zzz")
    expect(question.get_by_text("No place in the list has these letters.")).to_be_visible()


def test_zoom_goes_in_and_out_by_buttons_and_keys_and_back_to_the_whole(question: Page) -> None:
    whole = _width(question)
    question.get_by_role("button", name="Zoom in").click()
    near = _width(question)
    assert near < whole
    question.keyboard.press("+")
    assert _width(question) < near
    question.keyboard.press("-")
    assert _width(question) == pytest.approx(near, rel=0.01)
    question.get_by_role("button", name="Whole map").click()
    assert _width(question) == pytest.approx(whole, rel=0.01)


def test_the_map_is_moved_by_arrow_keys_and_by_dragging_which_marks_nothing(question: Page) -> None:
    question.get_by_role("button", name="Zoom in").click()
    before = question.locator(".map-view").get_attribute("viewBox")
    question.locator("[data-map]").focus()
    question.keyboard.press("ArrowRight")
    moved = question.locator(".map-view").get_attribute("viewBox")
    assert moved != before
    box = question.locator(".map-view").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    question.mouse.move(x, y)
    question.mouse.down()
    question.mouse.move(x + 60, y + 20, steps=4)
    question.mouse.up()
    assert question.locator(".map-view").get_attribute("viewBox") != moved
    expect(question.get_by_role("checkbox", checked=True)).to_have_count(0)
    # The next click means what it says again.
    _place(question, "SAU").click()
    expect(question.get_by_role("checkbox", checked=True)).to_have_count(1)


def test_names_are_told_by_the_map_only_afterwards(question: Page) -> None:
    _place(question, "TUR").hover()
    assert "Turkey" not in question.locator(".map-frame, .map-tools").all_inner_texts()
    assert question.locator("[data-name]").count() == 0
    question.goto("/a-question?told&mark-TUR=yes&mark-IRN=yes")
    _place(question, "TUR").hover()
    expect(question.locator("[data-map-name]")).to_have_text("Turkey, marked, right")
    expect(question.get_by_text("Why of QAT.")).to_be_visible()
    expect(question.get_by_text("Why of IRN.")).to_be_visible()


def test_without_scripts_the_whole_map_is_shown_and_the_list_sends_its_marks(
    browser: Browser, served: str
) -> None:
    page = browser.new_context(java_script_enabled=False, base_url=served).new_page()
    page.goto("/a-question")
    expect(page.locator(".map-view")).to_be_visible()
    expect(page.get_by_role("button", name="Zoom in")).to_be_hidden()
    page.get_by_role("checkbox", name="Turkey").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("checkbox", name="Turkey")).to_be_checked()
    expect(_place(page, "TUR")).to_have_class(re.compile("marked"))
    page.context.close()


@pytest.mark.parametrize("path", ["/a-question?problem", "/a-question?told&mark-TUR=yes&mark-IRN=yes"])
def test_a_map_question_has_nothing_for_axe_and_fits(page: Page, path: str, problems: list[str]) -> None:
    _look_at(page, path)
    assert problems == []


def test_the_map_of_a_set_has_nothing_for_axe_and_links_to_its_facts(
    app: Flask, page: Page, make: Factory, frozen: object, problems: list[str]
) -> None:
    made = make.question_set("rivers", facts=3)
    with app.app_context():
        for fact, code in zip(made.facts, ("TUR", "IRQ", "QAT"), strict=True):
            revision = db.session.get_one(FactRevision, (fact.id, 1))
            place = {"code": code, "point": None, "name": countries()[code].name}
            revision.content = revision.content | {"place": place}
        db.session.commit()
    _look_at(page, "/library/rivers/map")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="Fact 0 of rivers").hover()
    expect(_place(page, "TUR")).to_have_class(re.compile("near"))
    _place(page, "QAT").hover()
    expect(page.locator("[data-map-name]")).to_have_text("Qatar")
    assert problems == []
    _place(page, "IRQ").click()
    expect(page).to_have_url(re.compile("/library/rivers/facts/fact-1$"))


def _look_at(page: Page, path: str) -> None:
    for theme, width in (("light", 1280), ("dark", 320)):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(path)
        expect(page.locator(".map-view")).to_be_visible()
        found = Axe().run(page)
        assert found.violations_count == 0, f"{theme} {width}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
