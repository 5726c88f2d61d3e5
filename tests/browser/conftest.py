"""A real Chromium on the application, served on a free port of this machine."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect
from werkzeug.serving import make_server

from tests.browser.sitting import Attempts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from playwright.sync_api import BrowserContext, Page

    from tests.factories import Cast, Factory, Person

_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def find_chromium() -> str | None:
    named = os.environ.get("QUIZAPP_CHROMIUM")
    return named or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    path = find_chromium()
    if path is None:
        missing = "no Chromium: apt-get install chromium, or name one in QUIZAPP_CHROMIUM"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return {"executable_path": path, "args": _FLAGS, "headless": True}


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """Serve the application in threads of this process; returns its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    # What ends it is looked for often: by default every test would wait half a second for that.
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], served: str) -> dict[str, Any]:
    return {**browser_context_args, "base_url": served, "locale": "en-GB", "timezone_id": "Europe/Berlin"}


@pytest.fixture
def problems(page: Page) -> list[str]:
    """Collect what the page complained about: failed scripts, refused resources, server errors."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on(
        "console",
        lambda message: found.append(message.text) if message.type == "error" else None,
    )
    return found


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A page that rests when it is closed: Chromium may wait for ever for one that is on its way to another address."""
    yield page
    with contextlib.suppress(PlaywrightError):
        page.goto("about:blank", timeout=5000)


@pytest.fixture
def attempts(app: Flask, make: Factory, cast: Cast, context: BrowserContext, served: str) -> Attempts:
    """Log ben in, who takes quizzes."""
    made = make.question_set(facts=5)
    log_in(context, make, cast.ben, served)
    return Attempts(app, cast.ben.learner_id, made.id)


def log_in(context: BrowserContext, make: Factory, person: Person, served: str) -> None:
    """Give a browser the session of a person, as logging in would."""
    client = make.browser_of(person)
    cookie = client.get_cookie("quizapp")
    assert cookie is not None
    context.add_cookies([{"name": "quizapp", "value": cookie.value, "url": served}])


def wait_for(claim: Callable[[], bool]) -> None:
    """Wait until the database holds what was sent in the background."""
    end = time.monotonic() + 20
    while not claim():
        assert time.monotonic() < end
        time.sleep(0.05)


def open_player(page: Page, address: str) -> None:
    """Open a page of the player and wait until its scripts serve it: before that its forms are sent as they are."""
    page.goto(address)
    expect(page.locator("[data-player][data-ready]")).to_have_count(1)
