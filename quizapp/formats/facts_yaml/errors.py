"""What is wrong with a bank's file: where, what, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class BankError:
    """One problem of a bank's file; `line` counts from 1 and is 0 where no line is to blame."""

    file: str
    line: int
    fact: str | None
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        fact = f"fact {self.fact}: " if self.fact else ""
        return f"{place}: {fact}{self.problem} — {self.remedy}"


class BankErrors(ValueError):  # noqa: N818 -- it is all the errors of a file at once
    """Everything that is wrong with a bank's file, in the order of its lines."""

    def __init__(self, errors: Iterable[BankError]) -> None:
        self.errors = tuple(sorted(errors, key=lambda error: (error.line, error.fact or "", error.problem)))
        super().__init__(self.errors)

    def __str__(self) -> str:
        return "\n".join(map(str, self.errors))
