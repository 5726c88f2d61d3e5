"""What a learner's own quiz can be about: sets with their topics, mistakes, or what is known least."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from quizapp.core.quiz_contents import MOST_QUESTIONS, Contents, DrawRule, Section, one_rule
from quizapp.operations.quizzes.making import Stock, count_stock
from quizapp.operations.quizzes.planning import count_to_practise

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence

    from quizapp.models import QuestionSet

#: What a quiz by memory is called.
BY_MEMORY: Final = {"mistakes": "What I got wrong", "weak": "What I know least"}
#: Stands between the set and the topic where there are several sets.
_BETWEEN: Final = "/"
_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """What a quiz is about, with what there is to ask; `chosen_by` as in `core.quiz_contents.DrawRule`.

    `facts` is their number where memory chooses them. Of one set topics are chosen by their names, of several by the
    name of the set, a stroke, and theirs.
    """

    sets: tuple[QuestionSet, ...]
    stocks: tuple[Stock, ...]
    chosen_by: str = "unseen"
    facts: int = 0

    @property
    def is_by_memory(self) -> bool:
        """Whether the learner's memory chooses the facts, from all sets."""
        return self.chosen_by in BY_MEMORY

    @property
    def title(self) -> str:
        """What the quiz is called, if all topics are asked."""
        if self.is_by_memory:
            return BY_MEMORY[self.chosen_by]
        names = [one.title for one in self.sets]
        if len(names) > _NAMED:
            names = [*names[: _NAMED - 1], f"{len(names) - _NAMED + 1} more sets"]
        return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)

    @property
    def has_fiction(self) -> bool:
        """Whether a source invents anything that can be asked."""
        return not self.is_by_memory and any(stock.has_fiction for stock in self.stocks)

    def list_topics(self) -> list[tuple[str, QuestionSet, str]]:
        """Return what can be chosen among: its value, the set, and the topic ("" for facts without one).

        A set without topics has nothing to choose among, but of several sets it is a choice itself.
        """
        if self.is_by_memory:
            return []
        listed = []
        for one, stock in zip(self.sets, self.stocks, strict=True):
            names = stock.topics_in(one.topics)
            if len(self.sets) == 1:
                return [] if names == [""] else [(name, one, name) for name in names]
            listed += [(f"{one.slug}{_BETWEEN}{name}", one, name) for name in names]
        return listed

    def stock_of(self, question_set: QuestionSet) -> Stock:
        """Return what one of the sets has to ask."""
        return self.stocks[self.sets.index(question_set)]

    def count(self, chosen: Iterable[str] = (), *, with_fiction: bool = False) -> int:
        """Return how many facts there are in the topics chosen, in all where none is."""
        if self.is_by_memory:
            return self.facts
        return sum(
            stock.count(topics, with_fiction=with_fiction)
            for stock, topics in zip(self.stocks, self._by_set(chosen), strict=True)
            if topics is not None
        )

    def contents(self, count: int, chosen: Sequence[str] = (), *, with_fiction: bool = False) -> Contents:
        """Return the rules of a quiz of so many questions; where topics are chosen, sets share them evenly."""
        set_ids = tuple(one.id for one in self.sets)
        if self.is_by_memory:
            return _contents(DrawRule(count=count, sets=set_ids, chosen_by=self.chosen_by))
        if len(set_ids) == 1:
            return one_rule(count, set_ids[0], topics=chosen, with_fiction=with_fiction)
        standings = _rule_of(one_rule(count, set_ids[0], with_fiction=with_fiction)).standings
        if not chosen:
            return _contents(DrawRule(count=count, sets=set_ids, standings=standings))
        wanted = [
            (set_id, topics, stock.count(topics, with_fiction=with_fiction))
            for set_id, topics, stock in zip(set_ids, self._by_set(chosen), self.stocks, strict=True)
            if topics is not None
        ]
        shares = _shared(count, [there for _, _, there in wanted])
        return _contents(
            *(
                DrawRule(count=share, sets=(set_id,), topics=tuple(topics), standings=standings)
                for (set_id, topics, _), share in zip(wanted, shares, strict=True)
                if share
            )
        )

    def _by_set(self, chosen: Iterable[str]) -> list[list[str] | None]:
        """Return the topics chosen of each set, none for all of them; None where nothing of the set is wanted."""
        chosen = list(chosen)
        if len(self.sets) == 1 or not chosen:
            return [chosen for _ in self.sets]
        of_sets = []
        for one in self.sets:
            start = f"{one.slug}{_BETWEEN}"
            of_sets.append([name.removeprefix(start) for name in chosen if name.startswith(start)] or None)
        return of_sets


def subject_of_sets(sets: Sequence[QuestionSet]) -> Subject:
    """Return these sets as what a quiz can be about."""
    return Subject(tuple(sets), tuple(count_stock(one.id) for one in sets))


def subject_of_memory(learner_id: uuid.UUID, sets: Sequence[QuestionSet], chosen_by: str) -> Subject:
    """Return what the learner got wrong ("mistakes") or began ("weak") in these sets as what a quiz can be about."""
    mistaken, begun = count_to_practise(learner_id, [one.id for one in sets])
    return Subject(tuple(sets), (), chosen_by, mistaken if chosen_by == "mistakes" else begun)


def _contents(*rules: DrawRule) -> Contents:
    return Contents((Section("", rules),))


def _rule_of(contents: Contents) -> DrawRule:
    return contents.rules[0]


def _shared(count: int, available: Sequence[int]) -> list[int]:
    """Return how many questions each of several gives: evenly, as long as it has some."""
    shares = [0] * len(available)
    for _ in range(min(count, sum(available), MOST_QUESTIONS)):
        at = min((at for at in range(len(shares)) if shares[at] < available[at]), key=lambda at: shares[at])
        shares[at] += 1
    return shares
