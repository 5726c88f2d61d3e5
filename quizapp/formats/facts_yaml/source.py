"""Proof that a bank's citations stand in its source document, which itself stays outside."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from quizapp.formats.facts_yaml.errors import BankError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quizapp.core.facts import Bank, Fact

_REVIEW = "check that the passages still prove the facts, then renew sha256 and the prints"


def fingerprint(texts: Iterable[str]) -> str:
    """Return the first 16 hex digits of the SHA-256 of the cited texts, joined by a newline, in UTF-8."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def check_source(bank: Bank, text: str, file: str = "") -> list[BankError]:
    """Return every fact whose spans or fingerprint do not agree with the document's text.

    Spans count Unicode code points of the text as it stands in the file, line ends included. `file` is what the
    errors call the bank's file.
    """
    name = file or f"{bank.id}/facts.yaml"
    if bank.source.document is None:
        problem = "the bank was not curated from a document"
        return [BankError(name, 0, None, problem, "check it without --source")]
    digest = hashlib.sha256(text.encode()).hexdigest()
    errors = []
    if digest != bank.source.sha256:
        problem = f"the document is another one: its sha256 is {digest}"
        errors.append(BankError(name, 0, None, problem, _REVIEW))
    seen: set[tuple[str, str]] = set()
    for fact in bank.facts:
        for problem, remedy in _problems(fact, text):
            whose = fact.member_of or fact.id
            if (whose, problem) not in seen:
                seen.add((whose, problem))
                errors.append(BankError(name, fact.line, whose, problem, remedy))
    return errors


def _problems(fact: Fact, text: str) -> list[tuple[str, str]]:
    outside = [span for span in fact.cite if span[1] > len(text)]
    if outside:
        problem = f"the span {list(outside[0])} ends after the document, which has {len(text)} characters"
        return [(problem, "mend the span")]
    right = fingerprint(text[start:end] for start, end in fact.cite)
    if right != fact.fingerprint:
        problem = f"the cited text has another fingerprint than {fact.fingerprint or 'the missing one'}"
        return [(problem, f"if the span is right, write print: {right}")]
    return []
