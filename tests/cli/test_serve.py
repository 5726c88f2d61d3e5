"""One command serves: it stops cleanly, keeps everything, and is not held up by the slow."""

from __future__ import annotations

import signal
import socket
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.serving import PATIENCE, get, run, serving

if TYPE_CHECKING:
    import subprocess


def _worker_of(process: subprocess.Popen[str]) -> int:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert len(children) == 1
    return int(children[0])


def _wait_until_gone(pid: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return
        if state == "Z":
            return
        time.sleep(0.05)
    raise AssertionError(f"process {pid} is still there")


def test_it_serves_the_shipped_banks_from_an_empty_folder_and_keeps_them(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data) as (_, port):
        assert get(port)[0] == 200
        assert "Interventions against ISIL" in get(port, "/library/")[1]
    with serving(data) as (_, port):
        assert "Interventions against ISIL" in get(port, "/library/")[1]


def test_a_polite_end_stops_server_and_worker(data: Path) -> None:
    with serving(data) as (process, _):
        worker = _worker_of(process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        _wait_until_gone(worker)


def test_the_worker_does_not_outlive_a_server_that_was_killed(data: Path) -> None:
    with serving(data) as (process, _):
        worker = _worker_of(process)
        process.kill()
        process.wait(PATIENCE)
        _wait_until_gone(worker)


def test_fifty_half_sent_requests_do_not_keep_others_from_being_served(data: Path) -> None:
    with serving(data) as (_, port):
        slow = []
        for _number in range(50):
            half = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
            half.sendall(b"POST /study/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf")
            slow.append(half)
        try:
            assert [get(port)[0] for _ in range(5)] == [200] * 5
        finally:
            for half in slow:
                half.close()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"QUIZAPP_ENV": "production"}, "QUIZAPP_SECRET_KEY is not set"),
        ({"QUIZAPP_ENV": "production", "QUIZAPP_SECRET_KEY": "change-me"}, "too weak"),
        ({"QUIZAPP_HOST": "0.0.0.0"}, "QUIZAPP_ENV=production"),
        ({"QUIZAPP_PORT": "many"}, "QUIZAPP_PORT"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}, "The database did not answer"),
    ],
)
def test_a_setting_that_is_unsafe_or_wrong_ends_it_with_a_remedy(
    tmp_path: Path, settings: dict[str, str], told: str
) -> None:
    done = run(tmp_path / "data", "serve", "--port", "0", **settings)
    assert done.returncode != 0
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_named_with_a_remedy(data: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        done = run(data, "serve", "--port", str(holder.getsockname()[1]))
    assert done.returncode != 0
    assert "QUIZAPP_PORT" in done.stderr


def test_a_locked_database_is_told_and_left_as_it_is(data: Path) -> None:
    holder = sqlite3.connect(data / "quizapp.sqlite3", isolation_level=None)
    holder.execute("UPDATE question_sets SET loaded_sha256 = 'older'")
    holder.execute("BEGIN EXCLUSIVE")
    try:
        address = f"sqlite:///{data / 'quizapp.sqlite3'}?timeout=0.2"
        done = run(data, "serve", "--port", "0", DATABASE_URL=address)
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    assert done.returncode != 0
    assert "Nothing was changed" in done.stderr
    assert "Traceback" not in done.stderr
