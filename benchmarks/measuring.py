"""A measured row, and a load of a bounded number of requests over kept connections."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    #: Method, path, body and headers of the request with this number over this connection.
    Request = Callable[[int, int], tuple[str, str, bytes, dict[str, str]]]


@dataclass(frozen=True)
class Row:
    """One value; `floor` is what it is compared with (the limit or the smaller size) and `ratio` value / floor."""

    name: str
    value: float
    unit: str
    conditions: str
    floor: float | None = None

    @property
    def ratio(self) -> float | None:
        """Value / floor."""
        return None if not self.floor else self.value / self.floor


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_served(port: int, path: str = "/", seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            if connection.getresponse().status < 500:
                return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"nothing was served on port {port} within {seconds} s")


@dataclass(frozen=True)
class Load:
    """What a load of requests took: answered ones a second, and in milliseconds what 95 of 100 stayed below."""

    rate: float
    p95: float


def requests_per_second(port: int, connections: int, each: int, request: Request) -> float:
    """Send a load and return answered requests a second."""
    return send_load(port, connections, each, request).rate


def send_load(port: int, connections: int, each: int, request: Request) -> Load:
    """Send `each` requests over every one of `connections`.

    `request(connection, number)` gives method, path, body and headers. An answer of 400 or more fails the run.
    """
    problems: list[str] = []
    took: list[float] = []
    barrier = threading.Barrier(connections + 1)

    def work(index: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.connect()
        barrier.wait()
        for number in range(each):
            method, path, body, headers = request(index, number)
            sent = time.perf_counter()
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
            took.append(1000 * (time.perf_counter() - sent))
            if answer.status >= 400:
                problems.append(f"{answer.status}: {text[:200]!r}")
                return

    threads = [threading.Thread(target=work, args=(index,)) for index in range(connections)]
    for thread in threads:
        thread.start()
    barrier.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    if problems:
        raise RuntimeError(problems[0])
    return Load(connections * each / seconds, sorted(took)[int(0.95 * len(took))])
