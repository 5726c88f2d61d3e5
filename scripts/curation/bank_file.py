"""What the curation scripts share: corrections with their reasons read, facts gathered, the bank's file written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

WIDTH = 110
# Words that many names hold: to share one of them gives nothing away.
COMMON_WORDS = frozenset(
    [
        "city",
        "island",
        "islands",
        "north",
        "south",
        "east",
        "west",
        "saint",
        "port",
        "republic",
        "new",
        "united",
        "states",
        "the",
        "of",
        "and",
    ]
)
_CUE_LETTERS = 5


class CurationError(ValueError):
    """A correction that fits nothing, or data that cannot be made into facts."""


@dataclass(frozen=True)
class Correction:
    """What is done about one record of a package, and why."""

    record: str
    what: str
    why: str
    value: str | None = None
    leave_out: bool = False
    never_wrong: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    note: str = ""
    event: str = ""


class Corrections:
    """The corrections of a bank by record and by what they are about; each must be used."""

    def __init__(self, listed: Iterable[Mapping[str, Any]]) -> None:
        self._by_place: dict[tuple[str, str], Correction] = {}
        for raw in listed:
            one = _correction(raw)
            if (one.record, one.what) in self._by_place:
                raise CurationError(f"{one.record}, {one.what}: corrected twice")
            self._by_place[one.record, one.what] = one
        self._used: set[tuple[str, str]] = set()

    def find(self, record: str, what: str) -> Correction | None:
        """Return the correction for a record, if there is one, and note that it was asked for."""
        found = self._by_place.get((record, what))
        if found:
            self._used.add((record, what))
        return found

    def leaves_out(self, record: str, what: str) -> bool:
        """Whether nothing of this kind is asked of the record."""
        found = self.find(record, what)
        return found is not None and found.leave_out

    def check_used(self) -> None:
        """Raise `CurationError` for corrections that no record asked for: misspelt, or no longer needed."""
        unused = sorted(set(self._by_place) - self._used)
        if unused:
            raise CurationError("corrections that fit no record: " + "; ".join(map(", ".join, unused)))


@dataclass
class BankFile:
    """A bank in the making; entities and facts stand in the order in which they were added."""

    head: Mapping[str, Any]
    entities: dict[str, dict[str, Any]] = field(default_factory=dict)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    sets: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add_entity(
        self, name: str, kind: str, shown: str, aliases: Sequence[str] = (), code: str = ""
    ) -> str:
        """Add an entity, once; returns its id."""
        entity: dict[str, Any] = {"kind": kind, "name": shown}
        if aliases:
            entity["aliases"] = list(aliases)
        if code:
            entity["code"] = code
        if self.entities.setdefault(name, entity) != entity:
            raise CurationError(f"two different entities are called {name}")
        return name

    def add_fact(self, name: str, correction: Correction | None = None, **fields: Any) -> None:
        """Add a fact, with what a correction says of it; fields that are empty are left out."""
        if name in self.facts:
            raise CurationError(f"two facts are called {name}")
        fact = {"id": name} | fields | {"standing": "documented", "treatment": "plain"}
        if correction:
            said = " ".join(text for text in (correction.note, fields.get("note", "")) if text)
            fact["note"] = said
            fact["treatment"] = "note" if correction.note else "plain"
            fact["accepted"] = [*fields.get("accepted", ()), *correction.accepted]
            fact["never_wrong"] = [*fields.get("never_wrong", ()), *correction.never_wrong]
            fact["never"] = [*fields.get("never", ()), *correction.never]
        self.facts[name] = {key: value for key, value in fact.items() if value not in ("", [], None)}

    def add_set(self, name: str, kind: str, facts: Sequence[str], ask: str = "") -> None:
        """Add a named list of facts that are in the bank."""
        missing = [one for one in facts if one not in self.facts]
        if missing or name in self.sets:
            raise CurationError(f"the set {name} is there twice, or names unknown facts: {missing}")
        group: dict[str, Any] = {"id": name, "kind": kind, "facts": list(facts)}
        self.sets[name] = group | ({"ask": ask} if ask else {})

    def facts_of(self, relation: str) -> list[dict[str, Any]]:
        """Return the facts of one relation."""
        return [fact for fact in self.facts.values() if fact["relation"] == relation]

    def dump(self, opening: str) -> str:
        """Return the text of the bank's file; `opening` is its comment."""
        comment = "".join(f"# {line}\n" for line in opening.splitlines())
        parts = [
            self.head,
            {"entities": {name: _Flow(entity) for name, entity in self.entities.items()}},
            {"facts": [_inlined(fact) for fact in self.facts.values()]},
            {"sets": [_inlined(group) for group in self.sets.values()]},
        ]
        return comment + "\n".join(
            yaml.dump(part, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH)
            for part in parts
        )


def read_overrides(path: Path) -> tuple[Corrections, dict[str, Any]]:
    """Return the corrections of an overrides file, and its other sections as they stand."""
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 -- plain strings only
    return Corrections(data.pop("corrections")), data


def slug(text: str) -> str:
    """Return a text as an id: letters without marks, digits and single hyphens."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(str.maketrans("øłđæ", "olda")))
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter) and letter not in "'’ʻ.")
    return re.sub(r"[^a-z0-9]+", "-", kept).strip("-")


def gives_away(stem: str, key: str) -> bool:
    """Whether a name in the stem and the key share a telling word, or one that opens with the same five letters."""
    said, wanted = (set(slug(text).split("-")) - COMMON_WORDS for text in (stem, key))
    return any(
        one == other
        or (min(len(one), len(other)) >= _CUE_LETTERS and one[:_CUE_LETTERS] == other[:_CUE_LETTERS])
        for one in said
        for other in wanted
    )


def is_spelled_by(code: str, name: str) -> bool:
    """Whether a code opens with a name's first letter or its letters stand in the name in order: one tells the other."""
    plain = slug(name)
    letters = iter(plain)
    return plain[0] == code[0].lower() or all(letter in letters for letter in code.lower())


def in_words(names: Sequence[str]) -> str:
    """Return names as a list within a sentence."""
    return f"{', '.join(names[:-1])} and {names[-1]}"


def spread(items: Sequence[Any], size: int, least: int) -> list[list[Any]]:
    """Deal items out into lists of about `size` that each run through the whole; none if there are fewer than `least`."""
    if len(items) < least:
        return []
    count = max(1, round(len(items) / size))
    return [list(items[start::count]) for start in range(count)]


def _correction(raw: Mapping[str, Any]) -> Correction:
    known = {
        "record",
        "what",
        "why",
        "value",
        "leave-out",
        "never-wrong",
        "accepted",
        "never",
        "note",
        "event",
    }
    if set(raw) - known or not {"record", "what", "why"} <= set(raw) or not raw["why"].strip():
        raise CurationError(
            f"a correction needs record, what and why, and may have {sorted(known)}: {dict(raw)}"
        )
    return Correction(
        record=raw["record"],
        what=raw["what"],
        why=raw["why"],
        value=raw.get("value"),
        leave_out=raw.get("leave-out") == "true",
        never_wrong=tuple(raw.get("never-wrong", ())),
        accepted=tuple(raw.get("accepted", ())),
        never=tuple(raw.get("never", ())),
        note=raw.get("note", ""),
        event=raw.get("event", ""),
    )


class _Flow(dict[str, Any]):
    """A mapping written on one line."""


class _FlowList(list[Any]):
    """A list written on one line."""


class _Dumper(yaml.SafeDumper):
    """Indents lists as people do, and writes no anchors."""

    def ignore_aliases(self, _: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 -- its signature
        super().increase_indent(flow, False)


_Dumper.add_representer(
    _Flow, lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data, flow_style=True)
)
_Dumper.add_representer(
    _FlowList, lambda dumper, data: dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=True)
)


def _inlined(record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _Flow(value)
        if isinstance(value, dict)
        else _FlowList(value)
        if isinstance(value, list)
        else value
        for key, value in record.items()
    }
