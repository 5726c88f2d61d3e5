"""`facts.yaml`: the file that people write, read into a validated bank with every error named by its line."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from quizapp.core.fact_checks import entity_problems, fact_problems, repeated_ids, set_problems
from quizapp.formats.facts_yaml.building import build
from quizapp.formats.facts_yaml.errors import BankError, BankErrors
from quizapp.formats.facts_yaml.files import MAX_BYTES, read_limited
from quizapp.formats.facts_yaml.shape import check_shape
from quizapp.formats.facts_yaml.source import check_source, fingerprint
from quizapp.formats.facts_yaml.tree import Tree, read_tree

if TYPE_CHECKING:
    from quizapp.core.facts import Bank

__all__ = ["MAX_BYTES", "BankError", "BankErrors", "check_source", "fingerprint", "read_bank"]


def read_bank(source: Path | bytes, name: str | None = None) -> Bank:
    """Read and validate a bank from a path or from bytes; `name` is what errors call the file.

    Raises `BankErrors` with everything that is wrong with it; a file over 10 MB is refused unread.
    """
    file = name or (str(source) if isinstance(source, Path) else "facts.yaml")
    content = read_limited(source, file)
    tree = read_tree(content, file)
    broken = check_shape(tree, "facts.schema.json")
    bank, places = build(tree, broken, hashlib.sha256(content).hexdigest())
    _check_references(bank, places, tree)
    if tree.errors:
        raise BankErrors(dict.fromkeys(tree.errors))
    return bank


def _check_references(bank: Bank, places: list[tuple[str | int, ...]], tree: Tree) -> None:
    repeated = repeated_ids(bank)
    first: set[str] = set()
    for fact, path in zip(bank.facts, places, strict=True):
        if fact.id in repeated and fact.id in first:
            tree.fail((*path, "id"), "the id is given twice", "give each fact an id of its own")
        first.add(fact.id)
        for problem in fact_problems(bank, fact):
            tree.fail((*path, problem.field), problem.text, problem.remedy)
    for entity, problem in entity_problems(bank):
        tree.fail(("entities", entity), problem.text, problem.remedy)
    sets = tree.data.get("sets", [])
    named = {group["id"]: sets.index(group) for group in _listed(tree, "sets")}
    broken = {fact["id"] for fact in _listed(tree, "facts")} - {
        fact.member_of or fact.id for fact in bank.facts
    }
    for group in bank.sets:
        path = ("sets", named[group.id]) if group.id in named else ("sets",)
        if group.id in repeated:
            tree.fail(path, f"the set “{group.id}” is given twice", "give each set an id of its own")
        for problem in set_problems(bank, group, broken):
            tree.fail(path, problem.text, problem.remedy)


def _listed(tree: Tree, section: str) -> list[dict[str, str]]:
    """Return the items of a section that have an id, whatever else is wrong with them."""
    items = tree.data.get(section, [])
    listed = items if isinstance(items, list) else []
    return [item for item in listed if isinstance(item, dict) and isinstance(item.get("id"), str)]
