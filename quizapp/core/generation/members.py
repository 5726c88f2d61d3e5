"""Members of lists: which of these stands on the list, asked of every member among outsiders."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Final

from quizapp.core import item_checks
from quizapp.core.bank_index import MANY, Ring, index_of
from quizapp.core.distractors import distinct, outsiders
from quizapp.core.facts import EntityValue
from quizapp.core.generation import balance
from quizapp.core.generation.making import Making, Pool, key_option, sentence
from quizapp.core.matching import fold, holds
from quizapp.core.questions import ChoiceQuestion, Option, id_of_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from quizapp.core.bank_index import BankIndex
    from quizapp.core.distractors import Distractor
    from quizapp.core.facts import Bank, Fact

MIN_OUTSIDERS: Final = 2
MAX_OUTSIDERS: Final = 3
# Of the outsiders used least so far, among so many are sought those whose names show no flaw beside the member's.
_SOUGHT: Final = 9


def make(making: Making) -> ChoiceQuestion | None:
    """Return the choice of a member among outsiders; None where its list asks no such question or has too few."""
    index = index_of(making.bank)
    fact = making.fact
    if not _is_picked(fact):
        return None
    return index.kept(_allot, index, fact.member_of, _kind_of(index, fact), making.seed).get(fact.id)


def _is_picked(fact: Fact) -> bool:
    return fact.is_asked and bool(fact.pick_ask) and "choice" not in fact.never


def _kind_of(index: BankIndex, fact: Fact) -> str:
    return index.bank.entities[fact.value.entity].kind if isinstance(fact.value, EntityValue) else ""


def _allot(index: BankIndex, of_list: str, kind: str, seed: int) -> dict[str, ChoiceQuestion]:
    """Return the questions of a list's members of one kind, by fact; every outsider stands in about as many."""
    bank = index.bank
    members = [fact for fact in index.lists[of_list] if _is_picked(fact) and _kind_of(index, fact) == kind]
    known = {one.text: one for one in outsiders(bank, members[0]) if not holds(members[0].pick_ask, one.text)}
    pool = [known[text] for text in Ring(known).draw(of_list, MANY)]
    used: Counter[str] = Counter()
    made = {}
    for name in Ring(fact.id for fact in members).draw(of_list, len(members)):
        fact = bank.by_id[name]
        making = Making(bank, fact, ChoiceQuestion.type, seed, Pool(bank, fact))
        question = _among(making, pool, used)
        if question is not None:
            used.update(option.text for option in question.options if not option.correct)
            made[name] = question
    return made


def _among(making: Making, pool: list[Distractor], used: Counter[str]) -> ChoiceQuestion | None:
    """Return one member among the first outsiders that fit together without a flaw, of those used least.

    Where none of those fit, as beside a long name, they are sought among the names nearest to it in length.
    """
    key = key_option(making.bank, making.fact)
    fair = [one for one in pool if not (holds(one.text, key.text) or holds(key.text, one.text))]
    if len(fair) < MIN_OUTSIDERS:
        return None
    rng = making.rng("outsiders")
    confused = balance.confused_with(index_of(making.bank), making.fact)
    order = sorted(
        (used[one.text], one.text not in confused, rng.random(), place) for place, one in enumerate(fair)
    )
    least_used = [fair[place] for *_, place in order]
    alone = ChoiceQuestion(stem=making.fact.pick_ask, options=(key,), **making.common())
    best: tuple[int, ChoiceQuestion] | None = None
    by_length = sorted(least_used, key=lambda one: abs(len(one.text) - len(key.text)))
    for drawn in (least_used, by_length):
        for taken in _nearest(making, key.text, drawn[:_SOUGHT], used):
            if len(distinct(making.bank, taken, MAX_OUTSIDERS)) < len(taken):
                continue
            options = sorted((key, *(_outsider(making, one) for one in taken)), key=_by_text)
            question = replace(alone, options=tuple(options))
            flaws = len(item_checks.check(making.bank, [question], item_checks.OPTION_RULES))
            if flaws == 0:
                return question
            if best is None or flaws < best[0]:
                best = flaws, question
    return best[1] if best else None


def _nearest(
    making: Making, key: str, drawn: Sequence[Distractor], used: Counter[str]
) -> Iterator[tuple[Distractor, ...]]:
    """Yield sets of outsiders: those used least, and of them those first that put the key where it should stand."""
    count = min(MAX_OUTSIDERS, len(drawn))
    aim = balance.aim_of(making, count)
    corners = {one.text: balance.corner_of(key, one.text) for one in drawn}

    def price(taken: tuple[Distractor, ...]) -> int:
        sides = [corners[one.text] for one in taken]
        miss = aim.miss(sum(before for before, _ in sides), sum(shorter for _, shorter in sides))
        return miss + sum(used[one.text] for one in taken)

    yield from sorted(combinations(drawn, count), key=price)


def _by_text(option: Option) -> str:
    return fold(option.text)


def _outsider(making: Making, distractor: Distractor) -> Option:
    because, fact = off_the_list(making.bank, making.fact, distractor)
    return Option(id_of_text(distractor.text), distractor.text, False, because, fact, distractor.strategy)


def off_the_list(bank: Bank, member: Fact, outsider: Distractor) -> tuple[str, str | None]:
    """Return why an outsider is wrong beside a member, and the fact that speaks of it: a list it stands on, or another."""
    lent = index_of(bank).lent_to(member)
    entity = outsider.value.entity if isinstance(outsider.value, EntityValue) else ""
    fact = lent.members.get(entity) or lent.entities.get(entity)
    because = f"Not among them: {outsider.text}."
    if fact:
        because += f" What the source does say of it: {sentence(bank.by_id[fact].statement)}"
    return because, fact
