"""Every page: nothing for axe to find, nothing wider than the screen, nothing refused by the content policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import expect

from quizapp import clock
from quizapp.database import run_tx
from quizapp.operations.quizzes import supervising
from tests.browser.conftest import log_in
from tests.histories import attempt, report, review
from tests.made import Made
from tests.taught import Taught
from tests.web.library.test_bank import date_it

if TYPE_CHECKING:
    import uuid

    from flask import Flask
    from playwright.sync_api import BrowserContext, Page

    from tests.factories import Cast, Factory, MadeSet

WIDTHS = (1280, 320)
OPEN_TO_ALL = (
    "/",
    "/library/",
    "/library/rivers/",
    "/library/rivers/facts",
    "/library/rivers/facts/fact-0",
    "/library/rivers/timeline",
    "/library/rivers/timeline?period=1815&fiction=yes",
    "/library/facts/{fact}/mistake",
    "/library/mistakes",
    "/browse/",
    "/browse/choose",
    "/browse/?show=questions",
    "/study/rivers/",
    "/quizzes/",
    "/quizzes/new?set=rivers",
    "/plans/",
    "/plans/new?set=rivers&q=&on=2026-03-21&minutes=10",
    "/progress/",
    "/rhythm/",
    "/account/",
    "/account/log-in",
    "/account/sign-up",
    "/account/reset",
    "/no-such-page",
)
OF_A_LEARNER = (
    "/",
    "/browse/",
    "/library/",
    "/library/rivers/",
    "/library/rivers/facts/fact-0",
    "/library/rivers/timeline",
    "/library/questions/{question}/mistake",
    "/library/attempts/{open}/1/mistake",
    "/study/",
    "/study/decks",
    "/study/rivers/",
    "/study/rivers/settings",
    "/quizzes/",
    "/quizzes/new?set=rivers",
    "/quizzes/attempts/{open}/1",
    "/quizzes/attempts/{open}/2",
    "/quizzes/attempts/{open}/3",
    "/quizzes/attempts/{open}/review",
    "/quizzes/attempts/{closed}/result",
    "/progress/",
    "/rhythm/",
    "/account/",
    "/account/change-password",
    "/account/change-email",
    "/account/delete",
)
OF_AN_INSTRUCTOR = (
    "/author/",
    "/author/new",
    "/author/mistakes",
    "/author/bridges/",
    "/author/bridges/describe",
    "/author/bridges/paste",
    "/author/bridges/questions/new",
    "/author/bridges/questions/new/choice",
    "/author/bridges/questions/new/true-false",
    "/author/bridges/questions/new/cloze",
    "/author/bridges/questions/new/short",
    "/author/bridges/questions/new/date",
    "/library/bridges/",
)
OF_WHO_WATCHES = (
    "attempts",
    "attempts/{running}",
    "attempts/{finished}",
    "attempts/{finished}/reopen",
    "attempts/{finished}/delete",
    "attempts/{running}/submit",
    "attempts/{deleted}",
    "takers/{learner}",
    "record?show=looks",
)
OF_WHO_SETS = (
    "/teaching/quizzes/",
    "/teaching/quizzes/new",
    "/teaching/quizzes/{quiz}/",
    "/teaching/quizzes/{quiz}/questions",
    "/teaching/quizzes/{quiz}/questions/add",
    "/teaching/quizzes/{quiz}/questions/rule/1/1",
    # Each opens the group in which its setting stands.
    "/teaching/quizzes/{quiz}/settings",
    "/teaching/quizzes/{quiz}/settings#closes_at",
    "/teaching/quizzes/{quiz}/settings#negative_percent",
    "/teaching/quizzes/{quiz}/settings#shows",
)

pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture
def rivers(app: Flask, make: Factory, frozen: object) -> MadeSet:
    made = make.question_set("rivers", facts=6, fictional=1)
    for number, edtf in ((0, "1815-06-09"), (1, "1815-11"), (2, "1816"), (5, "1815")):
        date_it(app, made.facts[number], edtf, f"Bridge {number}")
    return made


def _look_at(page: Page, paths: list[str], problems: list[str]) -> None:
    """Open each page wide and light, make it narrow and dark, and say everything that is wrong in either."""
    wrong: list[str] = []
    page.emulate_media(reduced_motion="reduce")
    for path in paths:
        for theme, width in (("light", WIDTHS[0]), ("dark", WIDTHS[1])):
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": width, "height": 800})
            if width == WIDTHS[0]:
                page.goto(path)
                expect(page.locator("h1").first).to_be_visible()
                page.evaluate(AXE_SCRIPT)
            found = AxeResults(page.evaluate("axe.run({resultTypes: ['violations']})"))
            if found.violations_count:
                wrong.append(f"{path} {theme} {width}: {found.generate_report()}")
            too_wide = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if too_wide > 0:
                wrong.append(f"{path} {theme} {width}: {too_wide} px wider than the screen")
    wrong += [line for line in problems if "404" not in line]
    assert not wrong, "\n".join(wrong)


def test_pages_of_a_visitor(page: Page, rivers: MadeSet, problems: list[str]) -> None:
    _look_at(page, [path.format(fact=rivers.facts[0].id) for path in OPEN_TO_ALL], problems)


def test_pages_of_a_learner(
    app: Flask,
    page: Page,
    context: BrowserContext,
    served: str,
    make: Factory,
    cast: Cast,
    rivers: MadeSet,
    problems: list[str],
) -> None:
    ids = _history(app, make, cast.ben.learner_id, rivers)
    log_in(context, make, cast.ben, served)
    _look_at(page, [path.format(**ids) for path in OF_A_LEARNER], problems)


def test_pages_of_an_instructor(
    app: Flask,
    page: Page,
    context: BrowserContext,
    served: str,
    make: Factory,
    cast: Cast,
    rivers: MadeSet,
    problems: list[str],
) -> None:
    made = make.question_set("bridges", owner=cast.ada, state="draft")
    with app.app_context():
        report(cast.ada.learner_id, question_id=made.facts[0].questions["cloze"], words="It is another one.")
    log_in(context, make, cast.ada, served)
    _look_at(page, list(OF_AN_INSTRUCTOR), problems)


def test_pages_of_who_sets_a_quiz(
    app: Flask,
    page: Page,
    context: BrowserContext,
    served: str,
    make: Factory,
    cast: Cast,
    rivers: MadeSet,
    problems: list[str],
) -> None:
    quiz = Made(app, rivers, cast.ada)
    log_in(context, make, cast.ada, served)
    _look_at(page, [path.format(quiz=quiz.id) for path in OF_WHO_SETS], problems)


def test_pages_of_who_watches_a_quiz(
    app: Flask,
    page: Page,
    context: BrowserContext,
    served: str,
    make: Factory,
    cast: Cast,
    frozen: object,
    problems: list[str],
) -> None:
    taught = Taught(app, make, cast)
    learner, guest = taught.join(cast.ben), taught.join(make.guest(), "Gus")
    ids = {"learner": learner, "finished": taught.finished(learner), "deleted": taught.finished(guest)}
    ids["running"] = taught.start(learner)
    with app.app_context():
        run_tx(
            lambda: supervising.delete_attempt(
                taught.id, ids["deleted"], clock.now(), cast.olga.user_id, "A trial"
            )
        )
    log_in(context, make, cast.olga, served)
    _look_at(
        page, [f"/teaching/quizzes/{taught.id}/{path.format(**ids)}" for path in OF_WHO_WATCHES], problems
    )


def _history(app: Flask, make: Factory, learner_id: uuid.UUID, made: MadeSet) -> dict[str, uuid.UUID]:
    make.deck(learner_id, made)
    for index, fact in enumerate(made.facts[:4]):
        review(app, learner_id, fact.id, days_ago=30 + index, right=True)
        review(app, learner_id, fact.id, days_ago=index, right=index != 2)
    choice = [fact.questions["choice"] for fact in made.facts]
    dated = [made.facts[4].questions[kind] for kind in ("choice", "short", "date")]
    return {
        "question": made.facts[0].questions["choice"],
        "open": attempt(app, learner_id, made, dated),
        "closed": attempt(app, learner_id, made, choice[:2], state="closed", scores=(1.0, 0.0), days_ago=2),
    }
