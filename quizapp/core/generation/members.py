"""Members of lists: which of these stands on the list, asked of every member among outsiders."""

from __future__ import annotations

import heapq
from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING, Final

from quizapp.core import item_checks
from quizapp.core.bank_index import MANY, Ring, index_of
from quizapp.core.distractors import distinct, outsiders
from quizapp.core.facts import EntityValue
from quizapp.core.generation.making import Making, key_option, option_id, sentence
from quizapp.core.matching import fold, holds
from quizapp.core.questions import ChoiceQuestion, Option

if TYPE_CHECKING:
    from quizapp.core.bank_index import BankIndex
    from quizapp.core.distractors import Distractor
    from quizapp.core.facts import Fact

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
        making = Making(bank, bank.by_id[name], "choice", seed)
        taken = _beside(making, pool, used)
        if len(taken) >= MIN_OUTSIDERS:
            used.update(one.text for one in taken)
            made[name] = _among(making, taken)
    return made


def _beside(making: Making, pool: list[Distractor], used: Counter[str]) -> tuple[Distractor, ...]:
    """Choose the outsiders for one member: of those used least, the first that fit together without a flaw."""
    key = making.bank.text_of(making.fact.value)
    rng = making.rng("outsiders")
    drawn = ((used[one.text], rng.random(), place) for place, one in enumerate(pool))
    fair = [pool[place] for _, _, place in heapq.nsmallest(_SOUGHT, drawn)]
    fair = [one for one in fair if not (holds(one.text, key) or holds(key, one.text))]
    best: tuple[int, tuple[Distractor, ...]] | None = None
    for taken in combinations(fair, min(MAX_OUTSIDERS, len(fair))):
        if len(distinct(making.bank, taken, MAX_OUTSIDERS)) < len(taken):
            continue
        flaws = len(item_checks.check(making.bank, [_among(making, taken)], item_checks.OPTION_RULES))
        if best is None or flaws < best[0]:
            best = flaws, taken
        if flaws == 0:
            break
    return best[1] if best else ()


def _among(making: Making, taken: tuple[Distractor, ...]) -> ChoiceQuestion:
    options = [key_option(making.bank, making.fact), *(_outsider(making, one) for one in taken)]
    options.sort(key=lambda option: fold(option.text))
    return ChoiceQuestion(stem=making.fact.pick_ask, options=tuple(options), **making.common())


def _outsider(making: Making, distractor: Distractor) -> Option:
    """Return the option of an outsider, with the list it stands on, or what else the bank says of it."""
    index = index_of(making.bank)
    lent = index.lent_to(making.fact)
    entity = distractor.value.entity if isinstance(distractor.value, EntityValue) else ""
    fact = lent.members.get(entity) or lent.entities.get(entity)
    because = f"Not on that list: {distractor.text}."
    if fact:
        because += f" What the source does say of it: {sentence(making.bank.by_id[fact].statement)}"
    return Option(option_id(distractor.text), distractor.text, False, because, fact, distractor.strategy)
