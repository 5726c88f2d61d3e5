"""The limit endpoint: what a POST that inserts a review and updates a card could do at best on this machine.

Raw sqlite3 under the same server: one transaction, synced, ON CONFLICT DO NOTHING, the card by its key.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import uuid
from pathlib import Path

from waitress import serve as run

from benchmarks.measuring import Row, free_port, requests_per_second, wait_until_served

CONNECTIONS = 16


def measure(*, large: bool) -> list[Row]:
    return [
        Row(
            "limit endpoint",
            rate(400 if large else 100),
            "requests/s",
            f"{CONNECTIONS} connections, waitress, 8 threads",
        )
    ]


def rate(each: int) -> float:
    """Return answered requests a second, `each` over every connection."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        server = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.limit", folder, str(port)], env=os.environ
        )
        try:
            wait_until_served(port)
            return requests_per_second(
                port, CONNECTIONS, each, lambda *_: ("POST", "/", uuid.uuid4().bytes, {})
            )
        finally:
            server.terminate()
            server.wait(10)


def serve(folder: str, port: int) -> None:
    """Serve the endpoint until ended."""
    path = Path(folder) / "limit.sqlite3"
    local = threading.local()

    def connect() -> sqlite3.Connection:
        if not hasattr(local, "connection"):
            local.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000"):
                local.connection.execute(f"PRAGMA {pragma}")
        return local.connection

    connection = connect()
    connection.execute(
        "CREATE TABLE reviews (learner BLOB, id BLOB, fact BLOB, at TEXT, rating INT, stability REAL, "
        "difficulty REAL, PRIMARY KEY (learner, id)) WITHOUT ROWID"
    )
    connection.execute(
        "CREATE TABLE cards (learner BLOB, fact BLOB, stability REAL, difficulty REAL, due TEXT, "
        "PRIMARY KEY (learner, fact)) WITHOUT ROWID"
    )
    learner, fact = uuid.uuid4().bytes, uuid.uuid4().bytes
    connection.execute("INSERT INTO cards VALUES (?, ?, 1.0, 5.0, '2026-01-01')", (learner, fact))

    def app(environ, start_response):  # type: ignore[no-untyped-def]
        if environ["REQUEST_METHOD"] == "POST":
            review = environ["wsgi.input"].read()
            here = connect()
            here.execute("BEGIN IMMEDIATE")
            here.execute(
                "INSERT INTO reviews VALUES (?, ?, ?, '2026-01-01', 3, 1.0, 5.0) ON CONFLICT DO NOTHING",
                (learner, review, fact),
            )
            here.execute(
                "UPDATE cards SET stability = 2.0, difficulty = 5.0, due = '2026-01-03' WHERE learner = ? AND fact = ?",
                (learner, fact),
            )
            here.execute("COMMIT")
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
        return [b"ok"]

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    run(app, host="127.0.0.1", port=port, threads=8, connection_limit=1000)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
