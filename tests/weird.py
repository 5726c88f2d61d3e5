"""Values that no form offers and that are sent all the same."""

from __future__ import annotations

from urllib.parse import quote

import pytest

#: What forms say is read alike on both databases, and what PostgreSQL takes, SQLite takes: of numbers it takes fewer.
on_the_stricter_database = pytest.mark.only_on("postgresql")

#: As text: empty, signs, control characters, other digits, bytes that are no UTF-8, markup, and very much of it.
WEIRD = (
    "",
    " ",
    "-1",
    "0",
    "1e309",
    "nan",
    "99999999999999999999",
    "9" * 5000,
    "\0",
    "a\0b",
    "²",
    "٣",
    "\u202e\u2028\ufeff",
    "\U0010ffff",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }} %s {0}",
    "../../etc/passwd",
    "not-a-uuid",
    "00000000-0000-0000-0000-000000000000",
    "[[a]] [[b]]",
    "x" * 100_000,
)
#: In an address: numbers beyond what a database holds.
WEIRD_NUMBERS = ("2147483648", "9223372036854775808", "-9223372036854775809", "007")


def percent_encoded(text: str) -> str:
    """Return a text as it stands in an address; slashes too, so that it stays one part."""
    return quote(text, safe="")
