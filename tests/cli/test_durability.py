"""What the server has acknowledged is kept, once, whatever happens to its process."""

from __future__ import annotations

import html
import re
import sqlite3
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.serving import CUT_OFF, PATIENCE, Browser, hidden, run, serving

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

LEARNERS = 4
#: After so many acknowledged reviews the server is killed, in the midst of those that follow.
ENOUGH = 30
SENDS = 50


@dataclass
class Student:
    """Somebody who rates card after card, and keeps what was sent until it is acknowledged."""

    browser: Browser
    sent: list[dict[str, Any]] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)

    def study(self, enough: threading.Semaphore) -> None:
        """Rate cards until the server is gone."""
        cards = self.browser.get("/study/interventions/")
        while True:
            form = {**card_form(cards), "review": str(uuid.uuid4())}
            self.sent.append(form)
            try:
                status, answer = self.browser.send("/study/reviews", form)
            except CUT_OFF:
                return
            assert (status, answer["state"]) == (200, "saved")
            self.acknowledged.append(form["review"])
            enough.release()
            # When nothing is left for today, the last card is rated once more.
            cards = answer["cards"] if "data-review" in answer["cards"] else cards


def card_form(page: str) -> dict[str, Any]:
    """Return what the first card of a page sends: "remembered", or the first option of a question."""
    form = page[page.index("data-review=") :]
    form = form[: form.index("</form>")]
    names = ("review", "fact", "revision", "scope", "owner", "begins", "question", "question_revision")
    found = {name: hidden(form, name) for name in names if hidden(form, name)}
    options = re.findall(r'name="option"\s[^>]*?value="([^"]+)"', form)
    return {**found, "option": html.unescape(options[0])} if options else {**found, "rating": 3}


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait(PATIENCE)


def rows(data: Path, query: str, *values: object) -> list[Any]:
    connection = sqlite3.connect(data / "quizapp.sqlite3")
    try:
        return connection.execute(query, values).fetchall()
    finally:
        connection.close()


def count_of(data: Path, review: str) -> int:
    return int(rows(data, "SELECT count(*) FROM reviews WHERE id = ?", uuid.UUID(review).bytes)[0][0])


def test_a_killed_server_has_every_acknowledged_review_once_and_every_card_is_its_log(data: Path) -> None:
    enough = threading.Semaphore(0)
    with serving(data) as (process, port), ThreadPoolExecutor(LEARNERS) as pool:
        students = [Student(Browser(port)) for _ in range(LEARNERS)]
        under_way = [pool.submit(student.study, enough) for student in students]
        for _ in range(ENOUGH):
            assert enough.acquire(timeout=PATIENCE)
        kill(process)
        for one in under_way:
            one.result(PATIENCE)
    for student in students:
        assert [count_of(data, review) for review in student.acknowledged] == [1] * len(student.acknowledged)
    with serving(data) as (_, port):
        # What was under way is sent again, as a browser does that got no answer; and once more all that was answered.
        for student in students:
            student.browser.port = port
            for form in student.sent:
                assert student.browser.send("/study/reviews", form)[0] == 200
    sent = [form["review"] for student in students for form in student.sent]
    assert [count_of(data, review) for review in sent] == [1] * len(sent)
    assert rows(data, "SELECT count(*) FROM reviews") == [(len(sent),)]
    assert rows(data, "SELECT sum(reviews) FROM daily_statistics") == [(len(sent),)]
    checked = run(data, "cards", "check")
    assert checked.returncode == 0, checked.stderr
    assert "Every card is what its log makes it" in checked.stdout


def test_a_killed_server_has_every_acknowledged_response_and_the_quiz_goes_on(data: Path) -> None:
    with serving(data) as (process, port):
        browser = Browser(port)
        page = browser.get("/quizzes/new?set=interventions")
        topics = re.findall(r'name="topics"\s[^>]*?value="([^"]+)"', page)
        wanted = {"quiz_id": uuid.uuid4(), "topics": topics, "count": "5", "time": "10"}
        _, cover = browser.post("/quizzes/new?set=interventions", wanted)
        _, first = browser.post(f"{cover}start", {})
        attempt = first.rpartition("/")[0]
        for position in (1, 2):
            assert save(browser, attempt, position)["state"] == "saved"
        kill(process)
    kept = "SELECT position FROM responses WHERE response IS NOT NULL AND sequence = 1 ORDER BY position"
    assert rows(data, kept) == [(1,), (2,)]
    with serving(data) as (_, port):
        browser.port = port
        _, told = browser.send(f"{attempt}/3/flag", {"flagged": "yes"})
        assert told["state"] == "saved"
        assert save(browser, attempt, 3)["state"] == "saved"
        page, result = browser.post(f"{attempt}/submit", {})
        assert result == f"{attempt}/result"
    assert rows(data, "SELECT state, finished_by FROM attempts") == [("closed", "learner")]
    assert rows(data, "SELECT count(*) FROM responses WHERE outcome <> 'blank'") == [(3,)]


def save(browser: Browser, attempt: str, position: int) -> dict[str, Any]:
    """Save some response to a question of any type."""
    page = browser.get(f"{attempt}/{position}")
    given: dict[str, Any] = {"text": "2014", "day": 1, "month": 9, "year": 2014}
    for name in re.findall(r'name="((?:mark|pair|place)-[^"]+)"', page):
        rights = re.search(rf'name="{re.escape(name)}".*?<option value="([^"]+)"', page, re.DOTALL)
        given[name] = rights[1] if rights and not name.startswith("mark-") else 1
    events = [name for name in given if name.startswith("place-")]
    given |= {name: place for place, name in enumerate(events, 1)}
    for option in re.findall(r'name="option"\s[^>]*?value="([^"]+)"', page)[:1]:
        given["option"] = option
    fields = {**given, "save_key": uuid.uuid4(), "sequence": 1, "go": "save"}
    return browser.send(f"{attempt}/{position}", fields)[1]


def test_of_many_sends_of_one_review_one_counts_and_it_is_nobody_elses(data: Path) -> None:
    with serving(data) as (_, port):
        browser, stranger = Browser(port), Browser(port)
        # The first makes the learner that the others belong to.
        first = card_form(browser.get("/study/interventions/"))
        assert browser.send("/study/reviews", first)[0] == 200
        form = {**card_form(browser.get("/study/interventions/")), "rating": 3}
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: browser.send("/study/reviews", form)[0], range(SENDS)))
        assert answers == [200] * SENDS
        assert count_of(data, form["review"]) == 1
        assert browser.send("/study/reviews", {**form, "rating": 1})[0] == 409
        # Another learner's key opens nothing and takes nothing back.
        own = card_form(stranger.get("/study/interventions/"))
        assert stranger.send("/study/reviews", own)[0] == 200
        assert stranger.send("/study/undo", {"step": form["review"]})[0] == 409
    assert rows(data, "SELECT rating FROM reviews WHERE id = ?", uuid.UUID(form["review"]).bytes) == [(3,)]
    assert rows(data, "SELECT count(*) FROM reviews WHERE cancels IS NOT NULL") == [(0,)]
