"""The plan of an attempt: section by section its fixed questions, and those drawn by rule."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import func, select

from quizapp import clock
from quizapp.core.drawing import Candidate, Wish, draw_all
from quizapp.core.quiz_contents import DrawRule, FixedQuestion
from quizapp.database import db
from quizapp.models import Attempt
from quizapp.models.quizzes import QuizKind
from quizapp.operations.quizzes.planning.preferences import (
    count_seen,
    list_mistaken,
    rank_by_memory,
    rank_of,
)
from quizapp.operations.quizzes.planning.slots import slots_of
from quizapp.operations.quizzes.planning.stock import Stock, raw_ids, read_questions, select_held
from quizapp.operations.statements import as_id

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from quizapp.models import Quiz
    from quizapp.operations.quizzes.planning.stock import Found, RawId, Read

#: So many questions of a rule are all read; of more only a part.
_FEW: Final = 100
#: Facts of each topic to choose from beyond its share, and those that can be asked in each type.
_SPARE: Final = 8
_OF_A_TYPE: Final = 3


class NoQuestionsError(Exception):
    """A quiz finds nothing to ask: its facts were retired since it was made, or another open quiz asks them."""


class HeldError(NoQuestionsError):
    """Another open quiz asks what this one asks of everybody; it must end first."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an attempt will hold: for each position its question, revision, form, order of options, section and weight.

    `withdrawn` is how many fixed questions are left out because they are not asked any more, `facts` how many facts
    there are for what the quiz wants to ask: fewer than its questions are too few by themselves.
    """

    attempt_id: uuid.UUID
    slots: tuple[dict[str, Any], ...]
    withdrawn: int = 0
    facts: int = 0


def seed_of(learner_id: uuid.UUID, quiz: Quiz) -> bytes:
    """Return the seed of the next attempt at a quiz: the same until an attempt at it starts."""
    made = db.session.execute(
        select(func.count()).where(
            Attempt.learner_id == learner_id, Attempt.quiz_id == quiz.id, Attempt.is_preview.is_(False)
        )
    ).scalar_one()
    return quiz.id.bytes + learner_id.bytes + str(made).encode()


def plan_attempt(
    learner_id: uuid.UUID,
    quiz: Quiz,
    attempt_id: uuid.UUID,
    seed: bytes | None = None,
    *,
    with_open: bool = False,
    now: datetime | None = None,
) -> Plan:
    """Choose the questions of an attempt; without a seed its id is one. Reads only.

    But for `with_open`, what another quiz keeps secret from the learner is not drawn: the first to end would tell the
    keys of the other. Raises `NoQuestionsError`; of these `HeldError` where what an open quiz asks is fixed in one that
    is the same for all who take it.
    """
    plan = draw_plan(learner_id, quiz, attempt_id, seed, with_open=with_open, now=now)
    if not plan.slots:
        raise NoQuestionsError
    return plan


def draw_plan(
    learner_id: uuid.UUID,
    quiz: Quiz,
    attempt_id: uuid.UUID,
    seed: bytes | None = None,
    *,
    with_open: bool = False,
    now: datetime | None = None,
) -> Plan:
    """Return the same as `plan_attempt`, or a plan without questions."""
    rng = random.Random(seed or attempt_id.bytes)  # noqa: S311 - draws questions, guards nothing
    contents = quiz.rule
    stock = Stock(quiz, contents)
    held: frozenset[RawId] = frozenset() if with_open else _held(learner_id, quiz)
    fixed = _list_fixed(learner_id, quiz, stock, held)
    preferences = _Preferences(learner_id, stock, now or clock.now())
    offers = [_Offer(rule, preferences.list_for(rule), held) for rule in contents.rules]
    chosen = [_choose(offer, rng) for offer in offers]
    questions = read_questions({*fixed, *_ids(chosen)})
    drawn = _draw(offers, chosen, fixed, questions, rng)
    if any(
        len(part) < offer.rule.count and len(some) < len(offer.found)
        for part, some, offer in zip(drawn, chosen, offers, strict=True)
    ):
        # Too many of those chosen give one another away: all others may be drawn as well.
        everything = [offer.found for offer in offers]
        questions |= read_questions(_ids(everything) - questions.keys())
        drawn = _draw(offers, everything, fixed, questions, rng)
    return Plan(
        attempt_id,
        slots_of(quiz, contents, fixed, drawn, questions, rng),
        withdrawn=sum(
            isinstance(item, FixedQuestion) and item.question_id not in stock.fixed for item in contents.items
        ),
        facts=min(_count_facts(offers, stock), contents.count),
    )


def _held(learner_id: uuid.UUID, quiz: Quiz, *, only_open: bool = False) -> frozenset[RawId]:
    return raw_ids(db.session.execute(select_held(learner_id, quiz, only_open=only_open)).scalars())


def _ids(parts: Iterable[Iterable[_Wanted]]) -> set[uuid.UUID]:
    return {as_id(one.question.id) for part in parts for one in part}


def _count_facts(offers: Sequence[_Offer], stock: Stock) -> int:
    """Return for how many questions there are facts, each asked once; a fixed one counts as one."""
    together = len({fact_id for offer in offers for fact_id in offer.facts})
    return len(stock.fixed) + min(together, sum(min(offer.rule.count, len(offer.facts)) for offer in offers))


class _Wanted(NamedTuple):
    """A question as a rule would draw it."""

    question: Found
    times_seen: int
    rank: int


class _Offer:
    """What a rule may draw: without what another quiz holds; `facts` are with it."""

    def __init__(self, rule: DrawRule, wanted: Sequence[_Wanted], held: frozenset[RawId]) -> None:
        self.rule = rule
        self.facts = {fact_id for one in wanted for fact_id in one.question.facts}
        self.found = [one for one in wanted if held.isdisjoint(one.question.facts)] if held else wanted


class _Preferences:
    """In which order a learner is asked; what it takes to know is read once, and only where it is needed."""

    def __init__(self, learner_id: uuid.UUID, stock: Stock, now: datetime) -> None:
        self._learner_id = learner_id
        self._stock = stock
        self._now = now
        self._seen: dict[RawId, int] | None = None

    def list_for(self, rule: DrawRule) -> list[_Wanted]:
        """Return what a rule may draw, each with how often it was asked and its rank."""
        if self._seen is None:
            self._seen = count_seen(self._learner_id)
        seen, found = self._seen, self._stock.list_for(rule)
        if rule.chosen_by == "weak":
            ranks = rank_by_memory(self._learner_id, self._stock.set_ids, self._now)
            # Neither sets nor topics take turns: what is known least comes first.
            return [
                _Wanted(one._replace(topic=""), seen.get(one.id, 0), rank_of(one.facts, ranks))
                for one in found
            ]
        if rule.chosen_by == "mistakes":
            mistaken = list_mistaken(self._learner_id, self._stock.set_ids)
            found = [one for one in found if mistaken.issuperset(one.facts)]
        return [_Wanted(one, seen.get(one.id, 0), 0) for one in found]


def _list_fixed(
    learner_id: uuid.UUID, quiz: Quiz, stock: Stock, held: frozenset[RawId]
) -> Mapping[uuid.UUID, Found]:
    """Return the fixed questions that can be asked."""
    free = {name: one for name, one in stock.fixed.items() if held.isdisjoint(one.facts)}
    if len(free) == len(stock.fixed) or quiz.kind != QuizKind.TAUGHT:
        return free
    # All who take it are asked the same. What was handed in elsewhere can be used there no more.
    still_open = _held(learner_id, quiz, only_open=True)
    if not all(still_open.isdisjoint(one.facts) for one in stock.fixed.values()):
        raise HeldError
    return stock.fixed


def _choose(offer: _Offer, rng: random.Random) -> Sequence[_Wanted]:
    """Return enough of many questions to draw from without reading them all.

    For each topic the facts asked least, and some more that can be asked in a type that is rare, with all their
    questions: what `draw` would look at first. Few questions are returned as they are.
    """
    found, count = offer.found, offer.rule.count
    if len(found) <= _FEW:
        return found
    by_facts: dict[tuple[RawId, ...], list[_Wanted]] = {}
    for one in found:
        by_facts.setdefault(one.question.facts, []).append(one)
    groups = sorted(
        by_facts.values(),
        key=lambda group: (group[0].rank, sum(one.times_seen for one in group), rng.random()),
    )
    # Topics take turns, so each gets its share; where one cannot fill it, the spare of the others does.
    enough = count // len({(one.question.set_id, one.question.topic) for one in found}) + _SPARE
    chosen: list[_Wanted] = []
    taken: Counter[tuple[Any, ...]] = Counter()
    for group in groups:
        topic = group[0].question.set_id, group[0].question.topic
        shelves = {(topic, one.question.type) for one in group}
        if taken[topic] < enough or any(taken[shelf] < _OF_A_TYPE for shelf in shelves):
            chosen += group
            taken.update([topic, *shelves])
    return chosen


def _draw(
    offers: Sequence[_Offer],
    chosen: Sequence[Sequence[_Wanted]],
    fixed: Mapping[uuid.UUID, Found],
    questions: Mapping[uuid.UUID, Read],
    rng: random.Random,
) -> list[list[Candidate]]:
    wishes = [
        Wish([_candidate(one, offer.rule, questions) for one in part], offer.rule.count)
        for part, offer in zip(chosen, offers, strict=True)
    ]
    held = [
        Candidate(question=name, facts=_facts_of(one), topic=one.topic, content=questions[name].question)
        for name, one in fixed.items()
    ]
    return draw_all(held, wishes, rng)


def _candidate(one: _Wanted, rule: DrawRule, questions: Mapping[uuid.UUID, Read]) -> Candidate:
    question_id = as_id(one.question.id)
    return Candidate(
        question=question_id,
        facts=_facts_of(one.question),
        topic=one.question.topic,
        content=questions[question_id].question,
        times_seen=one.times_seen,
        rank=one.rank,
        question_set=None if rule.chosen_by == "weak" else as_id(one.question.set_id),
    )


def _facts_of(one: Found) -> tuple[uuid.UUID, ...]:
    return tuple(as_id(fact_id) for fact_id in one.facts)
