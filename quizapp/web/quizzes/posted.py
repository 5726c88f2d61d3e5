"""What comes with a response: its key and sequence, its fields, how certain the learner is; alone or among all of a page."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import abort

from quizapp.core.marking import LEAST_CERTAIN, MOST_CERTAIN

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_SAVES: Final = 1_000_000
_FIELDS: Final = frozenset({"option", "text", "day", "month", "year"})
#: What a question of several things asks of each has a name that begins so.
_FIELD_STARTS: Final = ("mark-", "place-", "pair-")
#: No question shows more things than this.
_MOST_FIELDS: Final = 500
_LONGEST: Final = 1000
#: On the page of all questions the name of a field begins with the number of its question.
_OF_ONE: Final = re.compile(r"q([1-9][0-9]{0,2})-(.+)", re.DOTALL)
_CERTAINTIES: Final = {str(level): level for level in range(LEAST_CERTAIN, MOST_CERTAIN + 1)} | {"": None}


@dataclass(frozen=True, slots=True)
class Posted:
    """What came with one response besides the response."""

    key: uuid.UUID
    sequence: int
    certainty: int | None


def read_posted(fields: Mapping[str, str]) -> Posted:
    """Return key, sequence and certainty of a response; 400 where they are not as a page sends them."""
    try:
        key, sequence = uuid.UUID(fields.get("save_key", "")), int(fields.get("sequence", ""))
    except ValueError:
        abort(
            400, "The page sent a response without its key. Reload it and try again; what was saved is kept."
        )
    if not 1 <= sequence <= _MOST_SAVES:
        abort(400, "The page sent a response out of order. Reload it and try again; what was saved is kept.")
    return Posted(key, sequence, certainty_in(fields))


def certainty_in(fields: Mapping[str, str]) -> int | None:
    """Return how certain the learner says to be, None where nothing is said; 400 for anything else."""
    certainty = fields.get("certainty", "")
    if certainty not in _CERTAINTIES:
        abort(400, "There is no such certainty. Reload the page and choose again; what was saved is kept.")
    return _CERTAINTIES[certainty]


def response_in(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of a response as they came, to be given back with the page."""
    names = [name for name in fields if name in _FIELDS or name.startswith(_FIELD_STARTS)]
    return {name: fields[name][:_LONGEST] for name in names[:_MOST_FIELDS]}


def split_posted(fields: Mapping[str, str]) -> dict[int, dict[str, str]]:
    """Return the fields of each question from a page of all, under their plain names, by position."""
    split: dict[int, dict[str, str]] = {}
    for name, value in fields.items():
        found = _OF_ONE.fullmatch(name)
        if found is not None:
            split.setdefault(int(found[1]), {})[found[2]] = value
    return split
