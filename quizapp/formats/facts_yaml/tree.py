"""YAML as plain strings with their line numbers: no types guessed, nothing that could blow up.

YAML would turn `NO` into false and 2014-09-05 into a date, and would let one small file stand for gigabytes. Here
every scalar stays a string, and aliases, anchors, tags and deep nesting are refused before anything is built.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from quizapp.formats.facts_yaml.errors import BankError, BankErrors

MAX_DEPTH: Final = 12
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_EMPTY: Final = frozenset({"", "null", "~"})

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Tree:
    """The content of a file, the line of every path in it, and what was wrong on the way."""

    file: str
    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    errors: list[BankError] = field(default_factory=list)

    def line_of(self, path: Path) -> int:
        """Return the line where a path stands, or the nearest known part of it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fact_at(self, path: Path) -> str | None:
        """Return the id of the fact that a path leads into, None elsewhere."""
        if len(path) < 2 or path[0] != "facts":
            return None
        fact = self.data["facts"][path[1]]
        name = fact.get("id") if isinstance(fact, dict) else None
        return name if isinstance(name, str) else None

    def fail(self, path: Path, problem: str, remedy: str, fact: str | None = None) -> None:
        """Note a problem at a path."""
        self.errors.append(
            BankError(self.file, self.line_of(path), fact or self.fact_at(path), problem, remedy)
        )


def read_tree(content: bytes, file: str) -> Tree:
    """Read a YAML file into strings, lists and mappings; raises `BankErrors` if it cannot be read at all.

    A key given twice is noted in the tree's errors; the first value stays.
    """
    text = _decode(content, file)
    try:
        _guard(text, file)
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise BankErrors([_broken(error, file)]) from error
    tree = Tree(file)
    if root is not None:
        tree.data = _plain(root, (), tree)
    if not isinstance(tree.data, dict):
        remedy = "write the fields bank, title, language, topics, source, entities and facts"
        raise BankErrors([BankError(file, 1, None, "the file is not a mapping of fields", remedy)])
    return tree


def _decode(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BankErrors(
            [BankError(file, line, None, "the file is not UTF-8 here", "save the file as UTF-8")]
        ) from error


def _guard(text: str, file: str) -> None:
    """Go through the file's events and raise `BankErrors` for what could blow up or change meaning."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = _line(event.start_mark)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise BankErrors(
                [
                    BankError(
                        file,
                        line,
                        None,
                        "anchors (&) and aliases (*) are refused",
                        "write the value out, in quotes if it begins so",
                    )
                ]
            )
        tag = getattr(event, "tag", None)
        if tag:
            raise BankErrors(
                [BankError(file, line, None, f"the tag {tag} is refused", "put the value in quotes")]
            )
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH or documents > 1:
            problem = (
                "values are nested too deep"
                if depth > MAX_DEPTH
                else "there is a second document in the file"
            )
            raise BankErrors(
                [BankError(file, line, None, problem, "keep to the fields of questions/README.md")]
            )


def _line(mark: Any) -> int:
    return int(mark.line) + 1


def _broken(error: yaml.YAMLError, file: str) -> BankError:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    remedy = "mend the indentation or put the text in quotes on this line or the one before"
    return BankError(file, _line(mark) if mark else 0, None, f"not valid YAML: {problem}", remedy)


def _plain(node: yaml.Node, path: Path, tree: Tree) -> Any:
    tree.lines.setdefault(path, _line(node.start_mark))
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, place), tree) for place, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, tree)
    is_plain = not getattr(node, "style", None)
    return None if is_plain and node.value in _EMPTY else node.value


def _mapping(node: yaml.MappingNode, path: Path, tree: Tree) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        line = _line(key.start_mark)
        if not isinstance(key, yaml.ScalarNode):
            tree.errors.append(BankError(tree.file, line, None, "a key is not a word", "write name: value"))
        elif key.value in found or (*path, key.value) in tree.lines:
            fact = found.get("id") if path[:1] == ("facts",) and len(path) == 2 else None
            problem, remedy = f"“{key.value}” is given twice", "remove one of them"
            tree.errors.append(BankError(tree.file, line, fact, problem, remedy))
        else:
            tree.lines[*path, key.value] = line
            plain = _plain(value, (*path, key.value), tree)
            # An empty value is the same as a field left out.
            if plain is not None:
                found[key.value] = plain
    return found
