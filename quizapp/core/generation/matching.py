"""Matching questions: each left side has one right side that belongs to it, and every other is provably wrong for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quizapp.core import numerals
from quizapp.core.distractors import candidates, is_false, truths_of
from quizapp.core.facts import DateValue, EntityValue, NumberValue
from quizapp.core.generation.making import sentence
from quizapp.core.generation.ordering import event_text
from quizapp.core.matching import fold, holds
from quizapp.core.questions import MatchingQuestion, pair_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quizapp.core.facts import Bank, Fact, Value
    from quizapp.core.generation.making import Gathering

FEWEST: Final = 3
MOST: Final = 6


def make(gathering: Gathering) -> list[MatchingQuestion]:
    """Return the question of a set; nothing where fewer than three pairs are left that exclude one another."""
    facts = _excluding(gathering)
    if len(facts) < FEWEST:
        return []
    rights = _rights(gathering.bank, facts)
    pairs = tuple(
        pair_of(event_text(gathering, fact), rights[fact.value], sentence(fact.statement)) for fact in facts
    )
    extra = _extra(gathering, facts, rights)
    told = " ".join(dict.fromkeys(sentence(fact.statement) for fact in facts))
    stem = gathering.group.ask or _default_stem(gathering, facts[0].value)
    return [MatchingQuestion(stem=stem, pairs=pairs, extra=extra, **gathering.common(facts, told))]


def kind_of(bank: Bank, value: Value) -> str:
    """Return what right sides have to be alike in: the kind of the entity, or the type of the value."""
    return bank.entities[value.entity].kind if isinstance(value, EntityValue) else type(value).__name__


def _excluding(gathering: Gathering) -> list[Fact]:
    """Take the first facts of a set of which no value fits another's left side, and no side tells the other."""
    bank = gathering.bank
    taken: list[Fact] = []
    for fact in gathering.facts:
        left = event_text(gathering, fact)
        is_told = any(holds(left, name) for name in bank.names_of(fact.value))
        if len(taken) < MOST and fact.is_asked and gathering.type not in fact.never and not is_told:
            fits = all(
                kind_of(bank, one.value) == kind_of(bank, fact.value)
                and fold(event_text(gathering, one)) != fold(left)
                and is_false(bank, truths_of(bank, one), fact.value)
                and is_false(bank, truths_of(bank, fact), one.value)
                for one in taken
            )
            if fits:
                taken.append(fact)
    return taken


def _rights(bank: Bank, facts: Sequence[Fact]) -> dict[Value, str]:
    """Return the right sides as they are shown: counts of different things without their units, which would tell them."""
    with_unit = _is_one_unit(facts)
    return {fact.value: _shown(bank, fact.value, with_unit=with_unit) for fact in facts}


def _is_one_unit(facts: Sequence[Fact]) -> bool:
    return len({fact.value.unit for fact in facts if isinstance(fact.value, NumberValue)}) == 1


def _shown(bank: Bank, value: Value, *, with_unit: bool) -> str:
    if isinstance(value, NumberValue) and not with_unit:
        return numerals.digits(value.number)
    return bank.text_of(value)


def _extra(gathering: Gathering, facts: Sequence[Fact], rights: Mapping[Value, str]) -> tuple[str, ...]:
    """Return one more right side that fits none of the left ones, where the bank has such a value."""
    bank = gathering.bank
    all_truths = [truths_of(bank, fact) for fact in facts]
    shown = [*rights.values(), *(event_text(gathering, fact) for fact in facts)]
    with_unit = _is_one_unit(facts)
    pool = [
        _shown(bank, one.value, with_unit=with_unit)
        for one in candidates(bank, facts[0])
        if all(is_false(bank, truths, one.value) for truths in all_truths)
        and not any(holds(text, one.text) or holds(one.text, text) for text in shown)
        and not holds(gathering.group.ask, one.text)
    ]
    return (gathering.rng("extra").choice(sorted(pool)),) if pool else ()


def _default_stem(gathering: Gathering, value: Value) -> str:
    what = "date" if isinstance(value, DateValue) else "number" if isinstance(value, NumberValue) else "one"
    stem = f"which {what} belongs to each of these?"
    return f"According to the source, {stem}" if gathering.is_by_source else stem.capitalize()
