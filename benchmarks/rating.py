"""Rating a card: the whole answer path of the application, as a share of the limit endpoint in the same run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import uuid
from http.client import HTTPConnection
from urllib.parse import urlencode

from benchmarks import limit
from benchmarks.measuring import Row, free_port, requests_per_second, wait_until_served

_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


def measure(*, large: bool) -> list[Row]:
    each = 200 if large else 40
    floor = limit.rate(each * 2)
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = {**os.environ, "QUIZAPP_DATA": folder, "QUIZAPP_PORT": str(port)}
        server = subprocess.Popen(
            [sys.executable, "-m", "quizapp", "serve"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_until_served(port)
            guests = [_begin(port) for _ in range(limit.CONNECTIONS)]

            def request(index: int, _number: int) -> tuple[str, str, bytes, dict[str, str]]:
                cookie, path, fields = guests[index]
                body = urlencode({**fields, "review": str(uuid.uuid4()), "rating": "3"}).encode()
                return "POST", path, body, {**_FORM, "Cookie": cookie}

            rate = requests_per_second(port, limit.CONNECTIONS, each, request)
        finally:
            server.terminate()
            server.wait(20)
    return [
        Row(
            "rating a card",
            rate,
            "requests/s",
            f"{limit.CONNECTIONS} guests; floor: the limit endpoint",
            floor=floor,
        )
    ]


def _begin(port: int) -> tuple[str, str, dict[str, str]]:
    """Become a guest with a deck; return the cookie, where a rating is sent, and the form's hidden fields."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/study/interventions/")
    answer = connection.getresponse()
    page = answer.read().decode()
    cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
    form = re.search(r'<form class="rates.*?</form>', page, re.DOTALL)
    if form is None:
        raise RuntimeError("the first card has no form to rate it")
    fields = dict(re.findall(r'name="([^"]+)"\s+value="([^"]*)"', form[0]))
    action = re.search(r'action="([^"]+)"', form[0])
    path = action[1] if action else "/study/reviews"
    connection.request("POST", path, urlencode({**fields, "rating": "3"}), {**_FORM, "Cookie": cookie})
    answer = connection.getresponse()
    answer.read()
    kept = (answer.getheader("Set-Cookie") or cookie).partition(";")[0]
    fields.pop("begins", None)
    return kept, path, fields
