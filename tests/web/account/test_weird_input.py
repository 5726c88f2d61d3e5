"""Whatever is sent to the pages of accounts is answered in order: never by a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quizapp.extensions import limiter
from tests.factories import PASSWORD
from tests.forms import post
from tests.weird import WEIRD, WEIRD_NUMBERS, on_the_stricter_database, percent_encoded

if TYPE_CHECKING:
    from tests.factories import Cast, Factory


@pytest.fixture(autouse=True)
def _unlimited(app: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "enabled", False)


@on_the_stricter_database
@pytest.mark.parametrize(
    ("address", "sound", "is_user"),
    [
        ("log-in", {"email": "ben@example.org", "password": PASSWORD, "remember": "y", "next": "/"}, False),
        ("sign-up", {"email": "new@example.org", "password": "x", "name": "New"}, False),
        ("reset", {"email": "ben@example.org"}, False),
        ("reset/token", {"password": PASSWORD}, False),
        ("change-password", {"password": PASSWORD, "new_password": "x"}, True),
        ("change-email", {"email": "new@example.org"}, True),
        ("verify", {"password": PASSWORD, "next": "/"}, True),
        ("delete", {"password": "wrong"}, True),
        (
            "settings",
            {
                "time_zone": "UTC",
                "rollover_hour": "4",
                "new_per_day": "10",
                "desired_retention": "0.9",
                "rating_buttons": "2",
            },
            True,
        ),
    ],
)
def test_no_value_of_a_form_is_a_fault(
    make: Factory, cast: Cast, address: str, sound: dict[str, str], is_user: bool
) -> None:
    for name in sound:
        for value in (*WEIRD, *WEIRD_NUMBERS):
            browser = make.browser_of(cast.ben) if is_user else make.browser_of_guest(make.guest())
            answer = post(browser, f"/account/{address}", {**sound, name: value})
            assert answer.status_code < 500, (name, value[:40])


@pytest.mark.parametrize(
    "address", ["log-in?next={0}", "reset/{0}", "change-email-confirm/{0}", "verify?next={0}", "{0}"]
)
def test_no_part_of_an_address_is_a_fault(make: Factory, cast: Cast, address: str) -> None:
    browser = make.browser_of(cast.ben)
    for value in (*WEIRD, *WEIRD_NUMBERS):
        answer = browser.get(f"/account/{address.format(percent_encoded(value[:8000]))}")
        assert answer.status_code < 500, (address, value[:40])
