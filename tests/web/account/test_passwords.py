"""Which passwords are refused, and that hashing cannot take the site."""

from __future__ import annotations

import threading
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import ServiceUnavailable

from quizapp.web.account.passwords import LONGEST, SHORTEST, Gate, GatedContext, own_words, weakness
from tests.factories import PASSWORD
from tests.forms import post

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.factories import Cast


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "ninechars",
        "x" * (LONGEST + 1),
        "password12",
        "PassWord!!!!",
        "123password123",
        "qwertyuiop",
        "1234567890",
        "correct horse battery staple",
        "aaaaaaaaaaaaaaa",
        "abababababab",
    ],
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    assert weakness(password) is not None


@pytest.mark.parametrize(
    "password", ["four green boats", "vtkqhmzsde", "Ünïcödé wörds", "пять зелёных лодок"]
)
def test_what_only_its_owner_thinks_of_is_taken_whatever_its_characters(password: str) -> None:
    assert weakness(password) is None


@pytest.mark.parametrize(
    "password", ["Margaret.Hill", "margarethill1", "m.hill@example.org", "hill-margaret", "example.org99"]
)
def test_ones_own_name_and_address_are_refused(password: str) -> None:
    own = own_words("m.hill@example.org", "Margaret Hill")
    assert weakness(password, own=own) is not None


def test_a_name_within_a_good_password_does_no_harm() -> None:
    assert weakness("margaret rows four green boats", own=own_words("m@example.org", "Margaret")) is None


@given(st.text(max_size=SHORTEST - 1))
def test_nothing_short_is_taken(password: str) -> None:
    assert weakness(password) is not None


def test_the_same_password_typed_on_another_keyboard_logs_in(app: Flask, client: FlaskClient) -> None:
    typed = "Ünïcödé wörds at sea"
    form = {"name": "Dora", "email": "dora@example.org"}
    post(client, "/account/sign-up", {**form, "password": unicodedata.normalize("NFD", typed)})
    other = app.test_client()
    form = {"email": "dora@example.org", "password": unicodedata.normalize("NFC", typed)}
    assert post(other, "/account/log-in", form).status_code == 302


class _Context:
    """A hash that lasts until it is told to end."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.begun = threading.Semaphore(0)

    def hash(self, secret: str) -> str:
        self.begun.release()
        assert self.go_on.wait(20)
        return secret[::-1]

    def verify(self, secret: str, hashed: str) -> bool:
        return self.hash(secret) == hashed


def test_no_more_hash_at_once_than_the_gate_lets_and_who_comes_beyond_is_asked_back() -> None:
    context = _Context()
    gated = GatedContext(context, Gate(running=2, waiting=0))
    results: list[str] = []
    threads = [threading.Thread(target=lambda: results.append(gated.hash("abc"))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert context.begun.acquire(timeout=20)
    with pytest.raises(ServiceUnavailable) as refused:
        gated.verify("abc", "cba")
    assert refused.value.retry_after == 3
    context.go_on.set()
    for thread in threads:
        thread.join()
    assert results == ["cba", "cba"]
    assert gated.verify("abc", "cba")


def test_who_may_wait_gets_a_turn() -> None:
    context = _Context()
    gated = GatedContext(context, Gate(running=1, waiting=2, seconds=20))
    results: list[str] = []
    threads = [threading.Thread(target=lambda: results.append(gated.hash("abc"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert context.begun.acquire(timeout=20)
    context.go_on.set()
    for thread in threads:
        thread.join()
    assert results == ["cba"] * 3


def test_a_place_is_free_again_after_a_hash_that_failed() -> None:
    class Broken:
        def hash(self, secret: str) -> str:
            raise ValueError(secret)

    gated = GatedContext(Broken(), Gate(running=1, waiting=0))
    for _ in range(3):
        with pytest.raises(ValueError, match="abc"):
            gated.hash("abc")


@pytest.mark.only_on("sqlite")
def test_a_busy_gate_is_a_page_that_says_when_to_come_back(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    security = app.extensions["security"]
    security.pwd_context = GatedContext(security.pwd_context, Gate(running=0, waiting=0))
    answer = post(client, "/account/log-in", {"email": cast.ben.email, "password": PASSWORD})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3")
    assert "Busy just now" in answer.text
