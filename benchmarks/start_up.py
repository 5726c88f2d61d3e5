"""Start-up: from the command to the first page, with an empty data folder and with a filled one."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

from benchmarks.measuring import Row, free_port, wait_until_served


def measure(*, large: bool) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        first = _seconds(folder)
        later = min(_seconds(folder) for _ in range(5 if large else 3))
    bare = min(_bare_import() for _ in range(3))
    return [
        Row("start-up, first", first, "s", "empty folder: migrations and all banks", floor=bare),
        Row(
            "start-up, later",
            later,
            "s",
            "filled folder; floor: importing Flask, SQLAlchemy and Flask-Security",
            floor=bare,
        ),
    ]


def _seconds(folder: str) -> float:
    port = free_port()
    environment = {**os.environ, "QUIZAPP_DATA": folder, "QUIZAPP_PORT": str(port)}
    began = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "quizapp", "serve"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_served(port)
        return time.perf_counter() - began
    finally:
        server.terminate()
        server.wait(20)


def _bare_import() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import flask, sqlalchemy.orm, flask_security"], check=True)
    return time.perf_counter() - began
