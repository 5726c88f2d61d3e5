"""Values as JSON and sheets take them."""

from __future__ import annotations

import json
import uuid
from datetime import date, datetime
from typing import Any, Final

#: A sheet takes a cell that begins so for a formula.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def neutral_cell(value: Any) -> Any:
    """Return a value as a sheet may show it: a text that would be run as a formula gets an apostrophe in front."""
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def plain(value: Any) -> Any:
    """Return a value of the database as JSON knows it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value
