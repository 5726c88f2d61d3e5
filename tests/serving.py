"""The real command as a process, and browsers that talk to it over the network."""

from __future__ import annotations

import html
import http.client
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
#: How long anything may take before the test gives up; a bound, not a measurement.
PATIENCE = 60.0
#: What a browser meets whose server goes away in the middle.
CUT_OFF = (OSError, http.client.HTTPException)


def environment(data: Path, **more: str) -> dict[str, str]:
    """Return the environment of a command: this folder for its data, no setting from outside."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QUIZAPP_")}
    kept.pop("DATABASE_URL", None)
    return {**kept, "QUIZAPP_DATA": str(data), "PYTHONPATH": str(ROOT), **more}


def run(data: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "quizapp", *words],
        env=environment(data, **more),
        capture_output=True,
        text=True,
        timeout=PATIENCE * 2,
        check=False,
    )


def start(data: Path, **more: str) -> tuple[subprocess.Popen[str], int]:
    """Start the server on a free port and wait until it says that it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "quizapp", "serve", "--port", "0"],
        env=environment(data, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=data.parent,
    )
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        ready = re.search(r"ready at http://127\.0\.0\.1:(\d+)", line)
        if ready:
            return process, int(ready[1])
    process.wait(PATIENCE)
    process.stdout.close()
    raise AssertionError("".join(said))


@contextmanager
def serving(data: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Serve this folder for as long as it takes; the process may be killed meanwhile."""
    process, port = start(data)
    try:
        yield process, port
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(PATIENCE)
        if process.stdout is not None:
            process.stdout.close()


def get(port: int, path: str = "/") -> tuple[int, str]:
    """Fetch one page as a visitor."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


class Browser:
    """Keeps its cookies, follows where it is led, and sends forms with the token of the page it saw last."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.token = ""
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        """Return a page."""
        status, text, _ = self._open(path, None, "text/html")
        assert status == 200, (path, status)
        self.token = hidden(text, "csrf_token") or self.token
        return text

    def post(self, path: str, fields: dict[str, Any]) -> tuple[str, str]:
        """Send a form as a page does; returns the page it leads to and its address."""
        status, text, address = self._open(path, fields, "text/html")
        assert status == 200, (path, status)
        return text, address

    def send(self, path: str, fields: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Send a form as a script does."""
        status, text, _ = self._open(path, fields, "application/json")
        return status, json.loads(text)

    def _open(self, path: str, fields: dict[str, Any] | None, accept: str) -> tuple[int, str, str]:
        body = None
        if fields is not None:
            body = urllib.parse.urlencode({"csrf_token": self.token, **fields}, doseq=True).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, {"Accept": accept})
        try:
            with self._opener.open(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode(), urllib.parse.urlsplit(answer.url).path
        except urllib.error.HTTPError as problem:
            with problem:
                return problem.code, problem.read().decode(), path


def hidden(page: str, name: str) -> str:
    """Return the first value of a field that is not empty."""
    found = re.search(rf'name="{name}"[^>]*?\svalue="([^"]+)"', page)
    return html.unescape(found[1]) if found else ""
