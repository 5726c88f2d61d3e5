"""Rating a card: the whole answer path of the application, as a share of the limit endpoint in the same run.

Everybody has logged in; the session is checked, the token too, and the review is one synced transaction.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

from benchmarks import history, limit
from benchmarks.measuring import Row, free_port, requests_per_second, wait_until_served
from quizapp.database import new_row_id

_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_CARDS = 5_000
_WARM_UP = 20
_REST_SECONDS = 4


def measure(*, large: bool) -> list[Row]:
    each = 250 if large else 120
    floor = limit.rate(each * 2)
    with tempfile.TemporaryDirectory() as folder:
        made = history.make(Path(folder) / "quizapp.sqlite3", _CARDS)
        browser = made.browser()
        page = browser.get("/study/").text
        cookie = made.cookie(browser)
        fields = dict(re.findall(r'name="(csrf_token|owner)"\s+value="([^"]+)"', page))
        rows = made.connect().execute("SELECT fact_id FROM cards ORDER BY shown_on").fetchall()
        facts = [row[0].hex() for row in rows]
        port = free_port()
        environment = {
            **os.environ, "QUIZAPP_DATA": folder, "QUIZAPP_PORT": str(port), "QUIZAPP_SECRET_KEY": history.SECRET,
        }  # fmt: skip
        server = subprocess.Popen(
            [sys.executable, "-m", "quizapp", "serve"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

        def request(index: int, number: int) -> tuple[str, str, bytes, dict[str, str]]:
            fact = facts[(index * each + number) % len(facts)]
            sent = {
                "review": new_row_id(),
                "fact": fact,
                "revision": 1,
                "rating": 3,
                "duration_ms": 4000,
                "want": 0,
            }
            return (
                "POST",
                "/study/reviews",
                urlencode({**fields, **sent}).encode(),
                {**_FORM, "Cookie": cookie},
            )

        try:
            wait_until_served(port)
            # Threads open their connections, and the worker beside the server ends its start.
            requests_per_second(
                port, limit.CONNECTIONS, _WARM_UP, lambda index, number: request(-1 - index, number)
            )
            time.sleep(_REST_SECONDS)
            rate = requests_per_second(port, limit.CONNECTIONS, each, request)
        finally:
            server.terminate()
            server.wait(20)
    return [
        Row(
            "rating a card",
            rate,
            "requests/s",
            f"{limit.CONNECTIONS} connections, logged in, waitress; floor: the limit endpoint",
            floor=floor,
        )
    ]
