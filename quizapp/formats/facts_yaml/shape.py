"""The shape of a bank's file against its JSON schema, with messages in words.

The schema's descriptions are the remedies that are shown.
"""

from __future__ import annotations

import difflib
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from jsonschema import Draft202012Validator

from quizapp import paths

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

    from quizapp.formats.facts_yaml.tree import Path, Tree


@lru_cache(maxsize=4)
def validator(name: str) -> Draft202012Validator:
    """Return the validator of a schema in questions/schema."""
    schema = json.loads((paths.questions() / "schema" / name).read_text(encoding="utf-8"))
    return Draft202012Validator(schema)


def check_shape(tree: Tree, schema: str) -> set[Path]:
    """Note every breach of a schema in the tree; returns the paths, two deep, that cannot be built from."""
    broken: set[Path] = set()
    for error in validator(schema).iter_errors(tree.data):
        path = tuple(error.absolute_path)
        broken.add(path[:2])
        for problem, remedy, place in _in_words(error, path):
            tree.fail(place, problem, remedy)
    return broken


def _in_words(error: ValidationError, path: Path) -> list[tuple[str, str, Path]]:
    schema: Any = error.schema
    wanted: Any = error.validator_value
    remedy = str(schema.get("description", "see questions/README.md"))
    name = f"“{path[-1]}”" if path and isinstance(path[-1], str) else "this item" if path else "the file"
    if error.validator == "additionalProperties":
        return [
            _unknown(key, list(schema["properties"]), path)
            for key in cast("dict[str, Any]", error.instance)
            if key not in schema["properties"]
        ]
    if error.validator == "required":
        missing = next(key for key in wanted if f"'{key}'" in error.message.split(" is ")[0])
        return [(f"“{missing}” is missing in {name}", f"add {missing}: ...", path)]
    if error.validator == "propertyNames" or "propertyNames" in error.absolute_schema_path:
        return [(f"{_shown(error.instance)} is not a valid id", remedy, (*path, str(error.instance)))]
    words = {
        "type": f"{name} has the wrong shape",
        "enum": f"{name} cannot be {_shown(error.instance)}",
        "oneOf": f"{name} has none or several of the fields of which it needs one",
        "dependentRequired": f"{name} has a unit without a number",
        "uniqueItems": f"{name} names something twice",
        "minItems": f"{name} has too few items",
        "maxItems": f"{name} has too many items",
        "maxLength": f"{name} is too long",
        "minLength": f"{name} is empty",
    }
    problem = words.get(str(error.validator), f"{name} is written wrongly: {_shown(error.instance)}")
    return [(problem, remedy, path)]


def _unknown(key: str, known: list[str], path: Path) -> tuple[str, str, Path]:
    near = difflib.get_close_matches(key, known, 1)
    remedy = f"did you mean “{near[0]}”?" if near else f"use only {', '.join(known)}"
    return f"“{key}” is not a known field", remedy, (*path, key)


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"“{text[:60]}{'…' if len(text) > 60 else ''}”"
