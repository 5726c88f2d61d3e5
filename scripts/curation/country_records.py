"""The records of the package countries-list, as they are shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Currency(NamedTuple):
    """A currency as it is shown."""

    code: str
    name: str
    unit: str
    aliases: tuple[str, ...]


class Country(NamedTuple):
    """A record of the package as it is shown; `phrase` is the name within a sentence."""

    alpha2: str
    alpha3: str
    name: str
    phrase: str
    aliases: tuple[str, ...]
    raw: dict[str, Any]

    @property
    def id(self) -> str:
        """The id of its entity."""
        return self.alpha2.lower()

    @property
    def where(self) -> dict[str, Any]:
        """What its facts cite."""
        return {"where": f"countries, record {self.alpha2}", "cite": self.alpha2}


def country_of(alpha2: str, alpha3: str, raw: dict[str, Any], shown: Mapping[str, Any]) -> Country:
    """Return a record with what the overrides say of its name."""
    name = shown.get("name", raw["name"])
    phrase = f"the {name}" if shown.get("the") == "true" else name
    return Country(alpha2, alpha3, name, phrase, tuple(shown.get("aliases", ())), raw)


def currency_of(code: str, raw: dict[str, Any], shown: Mapping[str, Any]) -> Currency:
    """Return a currency with what the overrides say of it; its unit is the last word of its name."""
    *whose, unit = raw["name"].split()
    full = shown.get("name", " ".join((*whose, unit.lower())))
    return Currency(code, full, shown.get("unit", unit.lower()), tuple(shown.get("aliases", ())))


def read_table(package: Path, name: str) -> dict[str, Any]:
    """Return a JSON file of the package."""
    content: dict[str, Any] = json.loads((package / name).read_text(encoding="utf-8"))
    return content
