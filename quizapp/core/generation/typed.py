"""What is typed: whether a value can be, and which responses are right, explained or slips of another name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quizapp.core.bank_index import index_of
from quizapp.core.facts import EntityValue, TextValue
from quizapp.core.matching import fold, words_of

if TYPE_CHECKING:
    from quizapp.core.facts import Bank, Fact, Value

# Longer names and phrases are read, not typed: their wording would be graded, not the knowledge.
TYPED_WORDS: Final = 4
TYPED_PHRASE_WORDS: Final = 3


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
