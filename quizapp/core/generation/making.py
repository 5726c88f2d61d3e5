"""What the makers of all question types share: seeded chance, ids, explanations, citations, difficulty."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from quizapp.core.bank_index import stable_hash
from quizapp.core.distractors import SOURCE_SAYS, candidates
from quizapp.core.facts import EntityValue, Fact, NumberValue, Standing, TextValue, Treatment
from quizapp.core.questions import Citation, Option, id_of_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quizapp.core.distractors import Distractor
    from quizapp.core.facts import Bank, FactSet

# Priors: recognising is easier than producing; statements of the source alone are harder to hold than known ones.
_DIFFICULTY: Final = {
    "true-false": 0.25,
    "choice": 0.35,
    "matching": 0.45,
    "multiple": 0.5,
    "map": 0.5,
    "cloze": 0.55,
    "ordering": 0.55,
    "short": 0.6,
    "numeric": 0.65,
    "date": 0.65,
}
_HARDER_BY_SOURCE: Final = 0.1
# A question of several facts is as doubtful as the most doubtful of them.
_DOUBT: Final = (
    Standing.DOCUMENTED,
    Standing.VAGUE,
    Standing.INCONSISTENT,
    Standing.INACCURATE,
    Standing.FICTIONAL,
)
_CARE: Final = (Treatment.PLAIN, Treatment.NOTE, Treatment.ACCORDING_TO_SOURCE)


class Pool:
    """The sound distractors for a fact, found when first asked for and shared by its questions."""

    def __init__(self, bank: Bank, fact: Fact) -> None:
        self._bank, self._fact = bank, fact

    @cached_property
    def distractors(self) -> list[Distractor]:
        """See `distractors.candidates`."""
        return candidates(self._bank, self._fact)


@dataclass(frozen=True, slots=True)
class Making:
    """One question in the making: the bank, the fact, the type, the seed and what may stand beside the key.

    A second question of the same type has the `number` 2.
    """

    bank: Bank
    fact: Fact
    type: str
    seed: int
    pool: Pool
    number: int = 0

    @property
    def id(self) -> str:
        """The question's id, stable while the fact is."""
        return _id(self.bank, self.fact.id, self.type, self.number)

    def rng(self, purpose: str = "") -> random.Random:
        """Return chance that depends on seed, question and purpose alone, never on other facts."""
        return _rng(self.seed, self.id, purpose)

    def common(self) -> dict[str, Any]:
        """Return the fields that every type of question has, but the stem."""
        return _common(self.bank, (self.fact,), self.id, self.type) | {
            "explanation": explanation(self.bank, self.fact)
        }


@dataclass(frozen=True, slots=True)
class Gathering:
    """One question of several facts in the making; several of one type and set are numbered from 1."""

    bank: Bank
    group: FactSet
    facts: tuple[Fact, ...]
    type: str
    seed: int
    number: int = 0

    @property
    def id(self) -> str:
        """The question's id, stable while the set is."""
        return _id(self.bank, self.group.id, self.type, self.number)

    @property
    def is_by_source(self) -> bool:
        """Whether the stem has to say that it asks what the source says."""
        return any(fact.treatment is Treatment.ACCORDING_TO_SOURCE for fact in self.facts)

    def rng(self, purpose: str = "") -> random.Random:
        """Return chance that depends on seed, question and purpose alone, never on other facts."""
        return _rng(self.seed, self.id, purpose)

    def common(self, facts: Sequence[Fact], summary: str) -> dict[str, Any]:
        """Return the fields that every type of question has, but the stem; `summary` opens the explanation."""
        return _common(self.bank, facts, self.id, self.type) | {
            "explanation": " ".join([summary, *notes(self.bank, facts)])
        }


def explanation(bank: Bank, fact: Fact) -> str:
    """Return the statement with its note, and the record where the source differs."""
    return " ".join([sentence(fact.statement), *notes(bank, [fact])])


def notes(bank: Bank, facts: Sequence[Fact]) -> list[str]:
    """Return the notes of facts and what the record says where the source differs, each once.

    Of several facts each note says which it speaks of, where the fact has a label.
    """
    said = []
    for fact in facts:
        about = f"{fact.label}: " if fact.label and len(facts) > 1 else ""
        if fact.note:
            said.append(about + sentence(fact.note))
        if fact.record:
            said.append(
                about + sentence(f"The record: {bank.text_of(fact.record.value)} ({fact.record.source})")
            )
    return list(dict.fromkeys(said))


def citation(bank: Bank, facts: Sequence[Fact]) -> Citation:
    """Return where the source says so, in words a person can follow, with its spans."""
    places = dict.fromkeys(
        fact.where or (f"record {fact.record_key}" if fact.record_key else "") for fact in facts
    )
    spans = dict.fromkeys(span for fact in facts for span in fact.cite)
    where = "; ".join(place for place in places if place)
    words = ", ".join(part for part in (bank.source.label, where) if part)
    return Citation(words, tuple(sorted(spans) if len(facts) > 1 else spans))


def sentence(text: str) -> str:
    """Return the text with a mark at its end."""
    stripped = text.strip()
    return stripped if stripped.endswith((".", "!", "?", "”", '"')) else f"{stripped}."


def key_option(bank: Bank, fact: Fact) -> Option:
    """Return the right option of a choice, with its reason."""
    text = bank.text_of(fact.value)
    return Option(id_of_text(text), text, True, sentence(fact.statement), fact.id, None)


def wrong_option(bank: Bank, distractor: Distractor) -> Option:
    """Return a wrong option; its reason says what it is right for, where the bank knows."""
    because = reason(bank, distractor)
    return Option(
        id_of_text(distractor.text), distractor.text, False, because, distractor.fact, distractor.strategy
    )


def reason(bank: Bank, distractor: Distractor) -> str:
    """Return why a distractor is wrong: the statement it belongs to, or that the source does not say so."""
    if distractor.fact is None:
        return f"The source does not say so of “{distractor.text}”."
    fact = bank.by_id[distractor.fact]
    said = sentence(fact.statement)
    if distractor.strategy == SOURCE_SAYS:
        return f"That is what the source says; the record says otherwise. The source: {said}"
    if fact.member_of:
        return f"The source does not say so of “{distractor.text}”; it belongs elsewhere: {said}"
    kind = {NumberValue: "count", EntityValue: "statement", TextValue: "statement"}.get(
        type(fact.value), "date"
    )
    label = " (an invention of the source)" if fact.standing is Standing.FICTIONAL else ""
    return f"That belongs to another {kind}{label}: {said}"


def _id(bank: Bank, name: str, kind: str, number: int) -> str:
    return f"{bank.id}/{name}/{kind}" + (f"-{number}" if number else "")


def _rng(seed: int, name: str, purpose: str) -> random.Random:
    return random.Random(stable_hash(f"{seed}:{name}:{purpose}"))  # noqa: S311 -- content, not secrets


def _common(bank: Bank, facts: Sequence[Fact], name: str, kind: str) -> dict[str, Any]:
    treatment = max((fact.treatment for fact in facts), key=_CARE.index)
    by_source = treatment is Treatment.ACCORDING_TO_SOURCE
    return {
        "id": name,
        "facts": tuple(fact.id for fact in facts),
        "cite": citation(bank, facts),
        "standing": str(max((fact.standing for fact in facts), key=_DOUBT.index)),
        "treatment": str(treatment),
        "topic": Counter(fact.topic for fact in facts).most_common(1)[0][0],
        "difficulty": round(_DIFFICULTY[kind] + (_HARDER_BY_SOURCE if by_source else 0.0), 2),
    }
