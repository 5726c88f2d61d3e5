"""Facts that hold a date, as timelines draw them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from quizapp.core.dates import PartialDate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quizapp.operations.reports import FactLine


@dataclass(frozen=True, slots=True)
class Dated:
    """A fact that holds a date, and the date."""

    line: FactLine
    when: PartialDate

    @property
    def label(self) -> str:
        """What stands beside the mark."""
        content = self.line.content
        name = str(content.get("label") or content.get("subject") or self.line.statement)
        return name[:1].upper() + name[1:]

    @property
    def middle(self) -> float:
        """The day in the middle of what the date may mean, as an ordinal."""
        return (self.when.earliest.toordinal() + self.when.latest.toordinal()) / 2


def dated_facts(lines: Iterable[FactLine], *, with_fiction: bool) -> list[Dated]:
    """Return the facts that may be shown and hold a date, in order; invented ones only where they are asked for."""
    found = []
    for line in lines:
        written = line.content.get("date")
        if not written or line.is_closed or not line.is_asked or (line.is_fictional and not with_fiction):
            continue
        try:
            found.append(Dated(line, PartialDate.parse(str(written))))
        except ValueError:
            continue
    return sorted(found, key=lambda item: (item.middle, item.when.latest))
