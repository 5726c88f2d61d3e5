"""The shape of a bank's file against its JSON schema, with messages in words.

The schema's descriptions are the remedies that are shown.
"""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from quizapp import paths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quizapp.formats.facts_yaml.tree import Path, Tree


@dataclass(frozen=True, slots=True)
class Breach:
    """One breach of a schema: where, by which keyword with which value, and the schema that states it."""

    path: Path
    keyword: str
    wanted: Any
    schema: dict[str, Any]
    instance: Any
    message: str
    is_of_name: bool


@lru_cache(maxsize=4)
def _schema(name: str) -> tuple[dict[str, Any], Any]:
    schema = json.loads((paths.questions() / "schema" / name).read_text(encoding="utf-8"))
    return schema, jsonschema_rs.validator_for(schema)


def breaches(name: str, data: Any) -> Iterator[Breach]:
    """Yield every breach of a schema in questions/schema."""
    schema, validator = _schema(name)
    for error in validator.iter_errors(data):
        *place, keyword = error.schema_path
        within = reduce(lambda part, key: part[key], place, schema)
        yield Breach(
            path=tuple(error.instance_path),
            keyword=str(keyword),
            wanted=within[keyword],
            schema=within,
            instance=error.instance,
            message=error.message,
            is_of_name=type(error.kind).__name__ == "PropertyNames",
        )


def check_shape(tree: Tree, schema: str) -> set[Path]:
    """Note every breach of a schema in the tree; returns the paths, two deep, that cannot be built from."""
    broken: set[Path] = set()
    for breach in breaches(schema, tree.data):
        broken.add(breach.path[:2])
        for problem, remedy, place in _in_words(breach):
            tree.fail(place, problem, remedy)
    return broken


def _in_words(breach: Breach) -> list[tuple[str, str, Path]]:
    path = breach.path
    remedy = str(breach.schema.get("description", "see questions/README.md"))
    name = f"“{path[-1]}”" if path and isinstance(path[-1], str) else "this item" if path else "the file"
    if breach.is_of_name:
        # The library gives the mapping; the name stands at the head of its message.
        key, _ = json.JSONDecoder().raw_decode(breach.message)
        return [(f"{_shown(key)} is not a valid id", remedy, (*path, key))]
    if breach.keyword == "additionalProperties":
        known = list(breach.schema["properties"])
        return [_unknown(key, known, path) for key in breach.instance if key not in known]
    if breach.keyword == "required":
        missing = next(key for key in breach.wanted if f'"{key}"' in breach.message.split(" is ")[0])
        return [(f"“{missing}” is missing in {name}", f"add {missing}: ...", path)]
    words = {
        "type": f"{name} has the wrong shape",
        "enum": f"{name} cannot be {_shown(breach.instance)}",
        "oneOf": f"{name} has none or several of the fields of which it needs one",
        "dependentRequired": f"{name} has a unit without a number",
        "uniqueItems": f"{name} names something twice",
        "minItems": f"{name} has too few items",
        "maxItems": f"{name} has too many items",
        "maxLength": f"{name} is too long",
        "minLength": f"{name} is empty",
    }
    problem = words.get(breach.keyword, f"{name} is written wrongly: {_shown(breach.instance)}")
    return [(problem, remedy, path)]


def _unknown(key: str, known: list[str], path: Path) -> tuple[str, str, Path]:
    near = difflib.get_close_matches(key, known, 1)
    remedy = f"did you mean “{near[0]}”?" if near else f"use only {', '.join(known)}"
    return f"“{key}” is not a known field", remedy, (*path, key)


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"“{text[:60]}{'…' if len(text) > 60 else ''}”"
