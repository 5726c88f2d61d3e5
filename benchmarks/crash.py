"""Kills the server at random under load, again and again, and looks whether anything acknowledged was lost or doubled.

    python -m benchmarks.crash --engine sqlite|postgresql [--fault early|doubled|torn]

Learners in open attempts save responses without a pause; a send that was not acknowledged is sent again under its key,
and some that were are too. Meanwhile the process is ended by SIGKILL and started anew. At last, after one more kill, each
response and its record is compared with what was sent. Prints one line of JSON; ends with 1 where anything is amiss. A
planted fault (see `crash_faults`) must be caught.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import click
from sqlalchemy import select, text

from benchmarks import crash_faults, sittings
from benchmarks.measuring import free_port
from quizapp import create_app
from quizapp.cli.serve import prepare
from quizapp.config import Config, database_url
from quizapp.database import db
from quizapp.models import AttemptEvent, AttemptResponse
from quizapp.operations.quizzes import read_response
from tests import postgresql

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from flask import Flask

_SECRET = "a secret for crashing, of no use elsewhere"
_SITTERS = 8
_QUESTIONS = 20
#: A send that was acknowledged is sent again with this chance.
_AGAIN = 0.2
#: How long a server lives, in seconds from its first answer.
_LIVES = (0.5, 2.0)
_PATIENCE = 20.0
_SEND = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


@dataclass(slots=True)
class Sent:
    """One save as the client knows it; `content` is what the server makes of its fields."""

    sequence: int
    key: uuid.UUID
    content: Any
    is_acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database holds of one response: its last save, and the sequence of each save in its record."""

    sequence: int
    key: uuid.UUID | None
    content: Any
    recorded: tuple[int, ...]


@dataclass(slots=True)
class Verdict:
    """How many saves were lost, doubled or torn, and an example of each."""

    lost: int = 0
    doubled: int = 0
    torn: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether nothing is amiss."""
        return not (self.lost or self.doubled or self.torn)

    def judge(self, name: str, sent: Sequence[Sent], kept: Kept) -> None:
        """Compare what was sent of one response with what is kept of it.

        Lost: acknowledged, but not recorded, or older than the last that was. Doubled: recorded more than once. Torn: what
        is kept is not what was sent under its key, or response and record do not agree.
        """
        times = Counter(kept.recorded)
        acknowledged = [one for one in sent if one.is_acknowledged]
        last = max((one.sequence for one in acknowledged), default=0)
        lost = sum(times[one.sequence] == 0 for one in acknowledged) or int(kept.sequence < last)
        doubled = sum(count - 1 for count in times.values())
        torn = int(kept.sequence != max(kept.recorded, default=0) or not _is_among(kept, sent))
        for word, count in (("lost", lost), ("doubled", doubled), ("torn", torn)):
            if count:
                setattr(self, word, getattr(self, word) + count)
                self.examples.append(f"{name} {word}: {kept}")


def _is_among(kept: Kept, sent: Iterable[Sent]) -> bool:
    if kept.sequence == 0:
        return kept.key is None and kept.content is None
    return any(
        (one.sequence, one.key, one.content) == (kept.sequence, kept.key, kept.content) for one in sent
    )


class Server:
    """The real command, ended without warning and started again on the same port."""

    def __init__(self, environment: dict[str, str], fault: str | None) -> None:
        self.port = free_port()
        self._environment = environment
        self._module = ["benchmarks.crash_faults", fault] if fault else ["quizapp"]
        self._process: subprocess.Popen[bytes] | None = None
        self.kills = 0

    def start(self) -> None:
        """Start the process and wait for its first answer."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", *self._module, "serve", "--port", str(self.port)],
            env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end and self._process.poll() is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                connection.request("GET", "/static/manifest.webmanifest")
                if connection.getresponse().status < 500:
                    return
            except OSError:
                time.sleep(0.02)
            finally:
                connection.close()
        raise RuntimeError("the server does not start")

    def kill(self) -> None:
        """End the process by SIGKILL; its worker ends with it."""
        if self._process is not None and self._process.poll() is None:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self.kills += 1


class Client(threading.Thread):
    """Saves responses of one attempt until told to stop; what was not acknowledged is sent again."""

    def __init__(self, sitter: sittings.Sitter, port: int, stop: threading.Event, seed: int) -> None:
        super().__init__(name=f"client-{seed}")
        self.sitter = sitter
        self.sent: dict[int, list[Sent]] = {slot.position: [] for slot in sitter.slots}
        self.acknowledged = 0
        self.problem = ""
        self._port = port
        self._stop_now = stop
        self._rng = random.Random(seed)
        self._connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        """Save one response after another."""
        while not self._stop_now.is_set() and not self.problem:
            slot = self._rng.choice(self.sitter.slots)
            fields = sittings.some_response(slot, self._rng)
            before = self.sent[slot.position]
            one = Sent(len(before) + 1, uuid.uuid4(), read_response(slot, fields))
            before.append(one)
            if self._send(slot.position, one, fields):
                self.acknowledged += 1
                if self._rng.random() < _AGAIN:
                    self._send(slot.position, one, fields)

    def _send(self, position: int, one: Sent, fields: sittings.Fields) -> bool:
        """Send until acknowledged; False when the load ends before."""
        whole = {**fields, "csrf_token": self.sitter.token, "save_key": one.key, "sequence": one.sequence}
        body = urlencode({**whole, "go": "save"}).encode()
        path = f"/quizzes/attempts/{self.sitter.attempt_id}/{position}"
        while not self._stop_now.is_set():
            try:
                self._connection = self._connection or http.client.HTTPConnection(
                    "127.0.0.1", self._port, timeout=10
                )
                self._connection.request("POST", path, body, {**_SEND, "Cookie": self.sitter.cookie})
                answer = self._connection.getresponse()
                told = answer.read()
            except (OSError, http.client.HTTPException):
                if self._connection is not None:
                    self._connection.close()
                self._connection = None
                time.sleep(0.01)
                continue
            if answer.status == 200 and json.loads(told).get("state") == "saved":
                one.is_acknowledged = True
                return True
            if answer.status < 500:
                self.problem = f"{answer.status}: {told[:200]!r}"
                return False
        return False


@click.command()
@click.option("--engine", type=click.Choice(["sqlite", "postgresql"]), default="sqlite")
@click.option(
    "--fault", type=click.Choice(sorted(crash_faults.FAULTS)), help="Plant this fault; it must be caught."
)
@click.option("--kills", default=20, help="At least so often.")
@click.option("--responses", default=3000, help="At least so many acknowledged.")
@click.option("--seconds", default=120, help="At most so long, without the preparation.")
@click.option("--seed", default=1)
def main(engine: str, fault: str | None, kills: int, responses: int, seconds: int, seed: int) -> None:
    """Crash the server under load and look what is left."""
    with tempfile.TemporaryDirectory() as folder:
        held = postgresql.start(is_durable=True) if engine == "postgresql" else None
        try:
            address = held.address() if held else f"sqlite:///{folder}/quizapp.sqlite3"
            told = crash(Path(folder), address, fault, kills, responses, seconds, seed)
        finally:
            if held:
                held.stop()
    click.echo(json.dumps({"engine": engine, "fault": fault, **told}))
    is_enough = told["kills"] >= kills and told["acknowledged"] >= responses
    is_sound = not (told["lost"] or told["doubled"] or told["torn"] or told["problems"])
    sys.exit(0 if is_sound and is_enough else 1)


def crash(
    folder: Path, address: str, fault: str | None, kills: int, responses: int, seconds: int, seed: int
) -> dict[str, Any]:
    """Prepare a database, crash the server over it, and return what was counted."""
    config = Config(_SECRET, database_url(address, folder), folder)
    app = create_app(config)
    prepare(app)
    sitters = sittings.seat(app, _SITTERS, _QUESTIONS)
    environment = {
        **os.environ, "QUIZAPP_DATA": str(folder), "DATABASE_URL": config.database_url,
        "QUIZAPP_SECRET_KEY": _SECRET,
    }  # fmt: skip
    server = Server(environment, fault)
    stop = threading.Event()
    clients = [Client(sitter, server.port, stop, seed * 1000 + n) for n, sitter in enumerate(sitters)]
    rng = random.Random(seed)
    began = time.monotonic()
    try:
        server.start()
        for client in clients:
            client.start()
        while True:
            time.sleep(rng.uniform(*_LIVES))
            is_enough = sum(client.acknowledged for client in clients) >= responses
            is_over = time.monotonic() - began > seconds - _LIVES[1]
            server.kill()
            if (server.kills >= kills and is_enough) or is_over or any(client.problem for client in clients):
                break
            server.start()
    finally:
        stop.set()
        server.kill()
        for client in clients:
            client.join(_PATIENCE)
    verdict = compare(app, clients)
    return {
        "seconds": round(time.monotonic() - began, 1),
        "kills": server.kills,
        "sent": sum(len(those) for client in clients for those in client.sent.values()),
        "acknowledged": sum(client.acknowledged for client in clients),
        "lost": verdict.lost,
        "doubled": verdict.doubled,
        "torn": verdict.torn,
        "problems": [client.problem for client in clients if client.problem],
        "examples": verdict.examples[:3],
        "seed": seed,
    }


def compare(app: Flask, clients: Iterable[Client]) -> Verdict:
    """Read what the database holds and judge it against what the clients know."""
    verdict = Verdict()
    with app.app_context():
        if (
            db.engine.dialect.name == "sqlite"
            and db.session.execute(text("PRAGMA integrity_check")).scalar() != "ok"
        ):
            verdict.torn += 1
            verdict.examples.append("the file is damaged")
        for client in clients:
            for position, kept in _read(client.sitter):
                name = f"{client.sitter.attempt_id} question {position}"
                verdict.judge(name, client.sent[position], kept)
    return verdict


def _read(sitter: sittings.Sitter) -> Iterator[tuple[int, Kept]]:
    rows = db.session.execute(
        select(
            AttemptResponse.position, AttemptResponse.sequence, AttemptResponse.save_key, AttemptResponse.response
        ).where(
            AttemptResponse.learner_id == sitter.learner_id, AttemptResponse.attempt_id == sitter.attempt_id
        )
    )  # fmt: skip
    kept = {row.position: Kept(row.sequence, row.save_key, row.response, ()) for row in rows}
    events = db.session.execute(
        select(AttemptEvent.position, AttemptEvent.detail).where(
            AttemptEvent.learner_id == sitter.learner_id,
            AttemptEvent.attempt_id == sitter.attempt_id,
            AttemptEvent.kind == "saved",
        )
    )
    for position, detail in events:
        one = kept[position]
        kept[position] = replace(one, recorded=(*one.recorded, int(detail["sequence"])))
    yield from kept.items()


if __name__ == "__main__":
    main()
