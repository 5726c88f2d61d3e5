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
from quizapp.core.generation.making import Making, Pool, key_option, option_id, sentence
from quizapp.core.matching import fold, holds
from quizapp.core.questions import ChoiceQuestion, Option

if TYPE_CHECKING:
    from quizapp.core.bank_index import BankIndex
    from quizapp.core.distractors import Distractor
    from quizapp.core.facts import Fact

MIN_OUTSIDERS: Final = 2
MAX_OUTSIDERS: Final = 3
# Of the outsiders used least so far, among so many are sought those whose names show no flaw beside the member's.
_SOUGHT: Final = 7


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
    order = sorted((used[one.text], rng.random(), place) for place, one in enumerate(fair))
    least_used = [fair[place] for _, _, place in order]
    alone = ChoiceQuestion(stem=making.fact.pick_ask, options=(key,), **making.common())
    best: tuple[int, ChoiceQuestion] | None = None
    for drawn in (least_used, sorted(least_used, key=lambda one: abs(len(one.text) - len(key.text)))):
        for taken in combinations(drawn[:_SOUGHT], min(MAX_OUTSIDERS, len(drawn))):
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


def _by_text(option: Option) -> str:
    return fold(option.text)


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
