"""How much of a source document the facts cite, and what is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quizapp.core.facts import Bank

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the characters of a [start, end) span carry no fact."""

    span: Span
    why: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of text that no fact cites, and why; without a reason `why` is empty."""

    span: Span
    why: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Characters of a document in all and cited, and the gaps in order; one without a letter or digit is none."""

    characters: int
    cited: int
    gaps: tuple[Gap, ...]

    @property
    def share(self) -> float:
        """The share of characters that some fact cites, 0 to 1."""
        return self.cited / self.characters if self.characters else 1.0

    @property
    def unexplained(self) -> tuple[Gap, ...]:
        """The gaps without a reason."""
        return tuple(gap for gap in self.gaps if not gap.why)


def coverage(bank: Bank, text: str, reasons: Iterable[Reason] = ()) -> Coverage:
    """Return what of `text` the facts of a bank cite, asked or not; spans are cut off at its end."""
    cited = merged(span for fact in bank.facts for span in fact.cite)
    known = sorted(reasons, key=lambda reason: reason.span)
    gaps: list[Gap] = []
    for start, end in _between(cited, len(text)):
        position = start
        for reason in known:
            first, last = max(reason.span[0], position), min(reason.span[1], end)
            if first < last:
                gaps += [Gap((position, first), ""), Gap((first, last), reason.why)]
                position = last
        gaps.append(Gap((position, end), ""))
    count = sum(min(end, len(text)) - start for start, end in cited if start < len(text))
    told = tuple(gap for gap in gaps if any(map(str.isalnum, text[slice(*gap.span)])))
    return Coverage(len(text), count, told)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the same characters as spans in order that neither meet nor overlap."""
    joined: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def _between(spans: list[Span], length: int) -> list[Span]:
    edges = [0, *(edge for span in spans for edge in span), length]
    return [(start, min(end, length)) for start, end in zip(edges[::2], edges[1::2], strict=True)]
