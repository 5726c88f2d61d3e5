"""What the makers of all question types share: seeded chance, ids, explanations, citations, difficulty."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from quizapp.core.bank_index import index_of, stable_hash
from quizapp.core.distractors import candidates
from quizapp.core.facts import EntityValue, Fact, NumberValue, Standing, TextValue, Treatment, Value
from quizapp.core.matching import fold, words_of
from quizapp.core.questions import Citation, Option

if TYPE_CHECKING:
    from quizapp.core.distractors import Distractor
    from quizapp.core.facts import Bank

# Priors: recognising is easier than producing; statements of the source alone are harder to hold than known ones.
_DIFFICULTY: Final = {"true-false": 0.25, "choice": 0.35, "cloze": 0.55, "short": 0.6, "date": 0.65}
_HARDER_BY_SOURCE: Final = 0.1
# Longer names and phrases are read, not typed: their wording would be graded, not the knowledge.
TYPED_WORDS: Final = 4
TYPED_PHRASE_WORDS: Final = 3


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
    """One question in the making: the bank, the fact, the type, the seed and what may stand beside the key."""

    bank: Bank
    fact: Fact
    type: str
    seed: int
    pool: Pool

    @property
    def id(self) -> str:
        """The question's id, stable while the fact is."""
        return f"{self.bank.id}/{self.fact.id}/{self.type}"

    def rng(self, purpose: str = "") -> random.Random:
        """Return chance that depends on seed, question and purpose alone, never on other facts."""
        return random.Random(stable_hash(f"{self.seed}:{self.id}:{purpose}"))  # noqa: S311 -- content, not secrets

    def common(self) -> dict[str, Any]:
        """Return the fields that every type of question has, but the stem."""
        by_source = self.fact.treatment is Treatment.ACCORDING_TO_SOURCE
        return {
            "id": self.id,
            "facts": (self.fact.id,),
            "explanation": explanation(self.bank, self.fact),
            "cite": citation(self.bank, self.fact),
            "standing": str(self.fact.standing),
            "treatment": str(self.fact.treatment),
            "topic": self.fact.topic,
            "difficulty": round(_DIFFICULTY[self.type] + (_HARDER_BY_SOURCE if by_source else 0.0), 2),
        }


def option_id(text: str) -> str:
    """Return a short id made from what the option says, so that it survives revisions that keep the option."""
    return hashlib.sha256(fold(text).encode()).hexdigest()[:8]


def explanation(bank: Bank, fact: Fact) -> str:
    """Return the statement with its note, and the record where the source differs."""
    parts = [sentence(fact.statement)]
    if fact.note:
        parts.append(sentence(fact.note))
    if fact.record:
        parts.append(sentence(f"The record: {bank.text_of(fact.record.value)} ({fact.record.source})"))
    return " ".join(parts)


def citation(bank: Bank, fact: Fact) -> Citation:
    """Return where the source says so, in words a person can follow, with its spans."""
    where = fact.where or (f"record {fact.record_key}" if fact.record_key else "")
    return Citation(", ".join(part for part in (bank.source.label, where) if part), fact.cite)


def sentence(text: str) -> str:
    """Return the text with a mark at its end."""
    stripped = text.strip()
    return stripped if stripped.endswith((".", "!", "?", "”", '"')) else f"{stripped}."


def key_option(bank: Bank, fact: Fact) -> Option:
    """Return the right option of a choice, with its reason."""
    text = bank.text_of(fact.value)
    return Option(option_id(text), text, True, sentence(fact.statement), fact.id, None)


def wrong_option(bank: Bank, distractor: Distractor) -> Option:
    """Return a wrong option; its reason says what it is right for, where the bank knows."""
    because = reason(bank, distractor)
    return Option(
        option_id(distractor.text), distractor.text, False, because, distractor.fact, distractor.strategy
    )


def reason(bank: Bank, distractor: Distractor) -> str:
    """Return why a distractor is wrong: the statement it belongs to, or that the source does not say so."""
    if distractor.fact is None:
        return f"The source does not say so of {distractor.text}."
    fact = bank.by_id[distractor.fact]
    if fact.member_of:
        return f"The source does not say so of {distractor.text}; it belongs elsewhere: {sentence(fact.statement)}"
    kind = {NumberValue: "count", EntityValue: "statement", TextValue: "statement"}.get(
        type(fact.value), "date"
    )
    label = " (an invention of the source)" if fact.standing is Standing.FICTIONAL else ""
    return f"That belongs to another {kind}{label}: {sentence(fact.statement)}"


def is_typed(bank: Bank, fact: Fact) -> bool:
    """Whether the value is short enough to be typed from memory."""
    limit = TYPED_PHRASE_WORDS if isinstance(fact.value, TextValue) else TYPED_WORDS
    return len(words_of(bank.text_of(fact.value))) <= limit


def has_rivals(fact: Fact, bank: Bank) -> bool:
    """Whether another fact gives a further right response to the same stem, so that typing one of them is a gamble."""
    index = index_of(bank)
    same = (index.asking.get(fold(fact.ask), ()), index.blanked.get(fold(fact.statement_with("")), ()))
    return any(other.value != fact.value for others in same for other in others)


def neutral_values(bank: Bank, fact: Fact) -> list[Value]:
    """Return what is not asked for and yet not wrong: the record, and what else is true of the same subject and relation."""
    values = [fact.record.value] if fact.record else []
    values += [
        other.value
        for other in index_of(bank).linked.get((fact.subject, fact.relation), ())
        if type(other.value) is type(fact.value) and other.value != fact.value
    ]
    return values


def neutral_names(bank: Bank, fact: Fact) -> tuple[str, ...]:
    """Return the typed responses that are explained and not scored: neutral values, and what is disputed."""
    names = [name for value in neutral_values(bank, fact) for name in bank.names_of(value)]
    right = set(map(fold, (*bank.names_of(fact.value), *fact.accepted)))
    return tuple(dict.fromkeys(name for name in (*names, *fact.never_wrong) if fold(name) not in right))


def other_names(bank: Bank, fact: Fact) -> tuple[str, ...]:
    """Return the names of the other entities of the key's kind, which a slip must not be taken for."""
    if not isinstance(fact.value, EntityValue):
        return ()
    kind = bank.entities[fact.value.entity].kind
    right = (*bank.names_of(fact.value), *fact.accepted)
    taken = set(map(fold, (*right, *neutral_names(bank, fact))))
    return tuple(name for name in index_of(bank).names_beside(kind, right) if fold(name) not in taken)
