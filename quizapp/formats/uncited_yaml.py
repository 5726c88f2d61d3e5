"""`uncited.yaml`: why stretches of a source document carry no fact, kept with the bank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quizapp.core.coverage import Reason
from quizapp.formats.facts_yaml.errors import BankErrors
from quizapp.formats.facts_yaml.files import read_limited
from quizapp.formats.facts_yaml.shape import check_shape
from quizapp.formats.facts_yaml.tree import read_tree

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "uncited.yaml"
_SCHEMA: Final = "uncited.schema.json"


def read_reasons(source: Path | bytes, name: str | None = None) -> list[Reason]:
    """Return the reasons of a file in its order; a bank without one has none.

    `name` is what errors call the file. Raises `BankErrors` with everything that is wrong with it.
    """
    if not isinstance(source, bytes) and not source.exists():
        return []
    file = name or (FILE if isinstance(source, bytes) else str(source))
    tree = read_tree(read_limited(source, file), file)
    if not check_shape(tree, _SCHEMA):
        reasons = []
        for place, raw in enumerate(tree.data["reasons"]):
            start, end = map(int, raw["span"])
            if start >= end:
                problem = f"the span [{start}, {end}] is empty or backwards"
                tree.fail(("reasons", place, "span"), problem, "write [start, end], end exclusive")
            reasons.append(Reason((start, end), raw["why"]))
        if not tree.errors:
            return reasons
    raise BankErrors(dict.fromkeys(tree.errors))
