"""Quizzes under load: saving a response, starting an attempt, its page, and closing many at once while others save."""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from sqlalchemy import delete, func, insert, select

from benchmarks import limit, sittings
from benchmarks.measuring import Row, free_port, requests_per_second, send_load, wait_until_served
from quizapp import clock, create_app
from quizapp.cli.serve import prepare
from quizapp.config import Config
from quizapp.core.attempts import Decision, Save
from quizapp.database import db, new_learner_id, new_row_id, run_tx
from quizapp.models import Attempt, AttemptEvent, AttemptResponse, Learner
from quizapp.operations import quizzes

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

_SECRET = "a secret for measuring, of no use elsewhere"
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_CONNECTIONS = 32
_QUESTIONS = 50
_IDENTICAL = 20
_TIMES = 15
_OVERDUE = 10_000
_ASKED = 20
_TICKS = os.sysconf("SC_CLK_TCK")


def measure(*, large: bool) -> list[Row]:
    floor = limit.rate(400 if large else 200)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        app = create_app(Config(_SECRET, f"sqlite:///{path / 'quizapp.sqlite3'}", path))
        prepare(app)
        return [
            *_measure_saving(app, path, floor, 100 if large else 40),
            *_measure_starting(app),
            *_measure_sweep(app, _OVERDUE),
        ]


def _measure_saving(app: Flask, folder: Path, floor: float, each: int) -> list[Row]:
    sitters = sittings.seat(app, _CONNECTIONS, _QUESTIONS)
    rng = random.Random(1)
    port = free_port()
    environment = {**os.environ, "QUIZAPP_DATA": str(folder), "QUIZAPP_SECRET_KEY": _SECRET}
    server = subprocess.Popen(
        [sys.executable, "-m", "quizapp", "serve", "--port", str(port)],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    sequences = iter(range(1, 10**6))

    def request(index: int, _number: int) -> tuple[str, str, bytes, dict[str, str]]:
        sitter = sitters[index % len(sitters)]
        return _save_of(sitter, rng.choice(sitter.slots), next(sequences), uuid.uuid4(), rng)

    same = _save_of(sitters[0], sitters[0].slots[0], 10**6, uuid.uuid4(), rng)
    try:
        wait_until_served(port)
        requests_per_second(port, limit.CONNECTIONS, 20, request)
        # The worker beside the server ends its start.
        time.sleep(4)
        used, sent = _cpu_ms(server.pid), limit.CONNECTIONS * each
        rate = requests_per_second(port, limit.CONNECTIONS, each, request)
        cpu = (_cpu_ms(server.pid) - used) / sent
        busy = send_load(port, _CONNECTIONS, each, request)
        requests_per_second(port, _IDENTICAL, 1, lambda *_: same)
    finally:
        server.terminate()
        server.wait(20)
    logged_in = "logged in, session and token checked, one synced transaction"
    return [
        Row("saving a response", rate, "requests/s", f"16 connections, {logged_in}; floor: the limit endpoint", floor),
        Row("saving a response, CPU", cpu, "ms", f"of the server's process for each of {sent} saves"),
        Row("saving a response, p95", busy.p95, "ms", f"{_CONNECTIONS} connections"),
        Row("rows of 20 identical sends", _rows_of(app, sitters[0], 10**6), "rows", "sent at once"),
    ]  # fmt: skip


def _save_of(
    sitter: sittings.Sitter, slot: Any, sequence: int, key: uuid.UUID, rng: random.Random
) -> tuple[str, str, bytes, dict[str, str]]:
    fields = {"csrf_token": sitter.token, "save_key": key, "sequence": sequence, "go": "save"}
    body = urlencode({**sittings.some_response(slot, rng), **fields}).encode()
    path = f"/quizzes/attempts/{sitter.attempt_id}/{slot.position}"
    return "POST", path, body, {**_FORM, "Cookie": sitter.cookie}


def _cpu_ms(pid: int) -> float:
    """Return the processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / _TICKS


def _rows_of(app: Flask, sitter: sittings.Sitter, sequence: int) -> int:
    with app.app_context():
        details = db.session.execute(
            select(AttemptEvent.detail).where(
                AttemptEvent.learner_id == sitter.learner_id,
                AttemptEvent.attempt_id == sitter.attempt_id,
                AttemptEvent.kind == "saved",
            )
        ).scalars()
        return sum(detail["sequence"] == sequence for detail in details)


def _measure_starting(app: Flask) -> list[Row]:
    with app.app_context():
        user_id, learner_id = sittings.make_user(10**6, "no password")
    starting: list[float] = []
    opening: list[float] = []
    sizes: list[float] = []
    for navigation in ("free", "page"):
        for _ in range(_TIMES):
            with app.app_context():
                made = sittings.make_quiz(learner_id, _QUESTIONS, "countries", {"navigation": navigation})
                address = f"/quizzes/{made.id}/"
            client = sittings.browser_of(app, user_id)
            fields = {"csrf_token": _token_in(client.get(address).text)}
            took, answer = _timed(partial(client.post, f"{address}start", data=fields))
            starting.append(took)
            location = client.get(answer.location).location
            took, page = _timed(partial(client.get, location, headers={"Accept-Encoding": "br"}))
            if page.status_code != 200:
                raise AssertionError(f"{location}: {page.status_code}")
            if navigation == "page":
                opening.append(took)
                sizes.append(len(page.data) / 1024)
            with app.app_context():
                _finish(learner_id, location)
    bank = f"{_QUESTIONS} questions of a bank of 2,273"
    return [
        Row("start of an attempt", statistics.median(starting), "ms", f"{bank}, median of {len(starting)}"),
        Row("page with all questions", statistics.median(opening), "ms", f"{bank}, median of {_TIMES}"),
        Row("page with all questions", max(sizes), "KB compressed", f"{bank}, the largest of {_TIMES}"),
    ]


def _token_in(page: str) -> str:
    start = page.index('name="csrf_token"')
    start = page.index('value="', start) + len('value="')
    return page[start : page.index('"', start)]


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return how long the work took in milliseconds, and what it gave."""
    began = time.perf_counter()
    done = work()
    return 1000 * (time.perf_counter() - began), done


def _finish(learner_id: uuid.UUID, location: str) -> None:
    """End the attempt, so that the next may ask the same facts."""
    attempt_id = uuid.UUID(location.split("/attempts/")[1].split("/", maxsplit=1)[0])
    run_tx(
        lambda: db.session.execute(
            delete(Attempt).where(Attempt.learner_id == learner_id, Attempt.id == attempt_id)
        )
    )


def _measure_sweep(app: Flask, count: int) -> list[Row]:
    with app.app_context():
        overdue = _make_overdue(count)
        _, learner_id = sittings.make_user(10**6 + 1, "no password")
        quiz = sittings.make_quiz(learner_id, _ASKED, "countries", {})
        attempt_id = sittings.start(learner_id, quiz)
        slots = quizzes.list_slots(learner_id, attempt_id)
        db.session.remove()
    stop = threading.Event()
    waits: list[float] = []
    others = [
        threading.Thread(target=_keep_saving, args=(app, learner_id, attempt_id, slots, stop, waits)),
        threading.Thread(target=_sweep, args=(app,)),
    ]
    began = time.perf_counter()
    for other in others:
        other.start()
    # Reviews follow when all are closed: what is measured ends before.
    while _count_open(app, overdue[-1:]) or _count_open(app, overdue):
        time.sleep(0.1)
    seconds = time.perf_counter() - began
    stop.set()
    for other in others:
        other.join()
    what = f"{count} attempts of {_ASKED} questions, half of them responded to"
    return [
        Row("closing overdue attempts", seconds, "s", what),
        Row("saving meanwhile, slowest", max(waits), "ms", f"of {len(waits)} saves of another learner"),
    ]


def _sweep(app: Flask) -> None:
    with app.app_context():
        quizzes.close_overdue(clock.now())


def _count_open(app: Flask, learner_ids: list[uuid.UUID]) -> int:
    parts = (learner_ids[start : start + 500] for start in range(0, len(learner_ids), 500))
    with app.app_context():
        return sum(
            db.session.execute(
                select(func.count()).where(Attempt.learner_id.in_(part), Attempt.state == "open")
            ).scalar_one()
            for part in parts
        )


def _make_overdue(count: int) -> list[uuid.UUID]:
    """Write many learners with an attempt each whose time is over, after the pattern of one that was started."""
    _, learner_id = sittings.make_user(10**6 + 2, "no password")
    quiz = sittings.make_quiz(learner_id, _ASKED, "countries", {"time_limit_seconds": 600})
    attempt_id = sittings.start(learner_id, quiz)
    table, responses, people = Attempt.__table__, AttemptResponse.__table__, Learner.__table__
    pattern = dict(db.session.execute(select(table).where(table.c.learner_id == learner_id)).mappings().one())
    slots = [
        dict(row)
        for row in db.session.execute(
            select(responses).where(responses.c.attempt_id == attempt_id)
        ).mappings()
    ]
    person = dict(db.session.execute(select(people).where(people.c.id == learner_id)).mappings().one())
    given = {slot["position"]: _content_of(slot) for slot in slots[: _ASKED // 2]}
    past = clock.now() - timedelta(hours=1)
    made = [new_learner_id() for _ in range(count)]
    for start in range(0, count, 500):
        part = [(one, new_row_id()) for one in made[start : start + 500]]

        def unit(part: list[tuple[uuid.UUID, uuid.UUID]] = part) -> None:
            db.session.execute(insert(Learner), [{**person, "id": one, "user_id": None} for one, _ in part])
            db.session.execute(
                insert(Attempt),
                [
                    {**pattern, "learner_id": one, "id": name, "started_at": past, "deadline_at": past}
                    for one, name in part
                ],
            )
            db.session.execute(
                insert(AttemptResponse),
                [
                    {
                        **slot, "learner_id": one, "attempt_id": name, "response": given.get(slot["position"]),
                        "responded_at": past if slot["position"] in given else None,
                    }
                    for one, name in part
                    for slot in slots
                ],
            )  # fmt: skip

        run_tx(unit)
    return made


def _content_of(slot: dict[str, Any]) -> dict[str, Any] | None:
    rng = random.Random(slot["position"])
    shown = quizzes.find_slot(slot["learner_id"], slot["attempt_id"], slot["position"])
    if shown is None:
        raise AssertionError("the attempt has this position")
    content = quizzes.read_response(shown, sittings.some_response(shown, rng))
    return json.loads(json.dumps(content))  # type: ignore[no-any-return]


def _keep_saving(
    app: Flask,
    learner_id: uuid.UUID,
    attempt_id: uuid.UUID,
    slots: list[quizzes.Slot],
    stop: threading.Event,
    waits: list[float],
) -> None:
    """Save one response after another, and note in milliseconds how long each took."""
    rng = random.Random(2)
    sequence = 0
    with app.app_context():
        while not stop.is_set():
            sequence += 1
            slot = rng.choice(slots)
            content = quizzes.read_response(slot, sittings.some_response(slot, rng))
            sent = Save(uuid.uuid4(), sequence, content)

            def save(slot: Any = slot, sent: Save = sent) -> Any:
                return run_tx(
                    lambda: quizzes.save_response(learner_id, attempt_id, slot.position, sent, clock.now())
                )

            took, done = _timed(save)
            if done.decision != Decision.SAVE:
                raise AssertionError(done)
            waits.append(took)
            time.sleep(0.01)
