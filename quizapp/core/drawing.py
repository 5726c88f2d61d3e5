"""Which questions an attempt gets: spread over topics and types, unseen first, none that gives another away."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from quizapp.core import leaks
from quizapp.core.grading import key_text
from quizapp.core.questions import AnyQuestion, ShortQuestion

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    #: The set and the topic of a question; the rank of a fact, and how often it was asked.
    _Topic = tuple[UUID | None, str]
    _Level = tuple[int, int]

# A question of more facts than this is a large one: of five questions, one may be large.
MOST_FACTS: Final = 3
_LARGE_IN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A question that may be drawn.

    `facts` are those it probes, `content` what it says, `times_seen` how often the learner had it in an attempt. Of
    candidates those of the lowest `rank` come first, whatever else speaks for others.
    """

    question: UUID
    facts: tuple[UUID, ...]
    topic: str
    content: AnyQuestion
    times_seen: int = 0
    rank: int = 0
    question_set: UUID | None = None

    @property
    def type(self) -> str:
        """The type of the question."""
        return self.content.type

    @property
    def is_large(self) -> bool:
        """Whether it probes so many facts that few such questions belong in a quiz."""
        return len(self.facts) > MOST_FACTS


@dataclass(frozen=True, slots=True)
class Wish:
    """So many questions of these candidates."""

    candidates: Sequence[Candidate]
    count: int


def draw(candidates: Iterable[Candidate], count: int, rng: random.Random) -> list[Candidate]:
    """Return up to `count` questions, in the order in which they are asked.

    Each fact is probed once at most. Sets take turns, and within them topics; facts that were asked least come first,
    and among them those that can be asked in the type drawn least so far: many facts that know but one type do not
    crowd a quiz. Of five questions one at most probes more than three facts, unless nothing else is left. There are
    fewer than `count` where there are fewer facts, or where each question left would give away one drawn or be given
    away by it (see `leaks`). The same candidates, in whatever order they come, and the same state of `rng` give the
    same draw.
    """
    return draw_all((), [Wish(tuple(candidates), count)], rng)[0]


def draw_all(fixed: Sequence[Candidate], wishes: Sequence[Wish], rng: random.Random) -> list[list[Candidate]]:
    """Return for each wish what is drawn for it, as `draw` does, beside `fixed` questions and beside one another.

    The wish that has the fewest facts to spare is met first: what only it can ask is not used up by others.
    """
    pools = [sorted(wish.candidates, key=lambda one: one.question.int) for wish in wishes]
    drawing = _Drawing(rng, _names_in([*fixed, *(one for pool in pools for one in pool)]))
    for one in fixed:
        drawing.hold(one)
    spare = [
        len({fact for one in pool for fact in one.facts}) - wish.count
        for wish, pool in zip(wishes, pools, strict=True)
    ]
    drawn: list[list[Candidate]] = [[] for _ in wishes]
    for at in sorted(range(len(wishes)), key=lambda at: spare[at]):
        drawn[at] = drawing.meet(pools[at], wishes[at].count)
    return drawn


class _Drawing:
    """What has been drawn so far, and what may still join it."""

    def __init__(self, rng: random.Random, names: Mapping[str, tuple[str, ...]]) -> None:
        self._types: Counter[str] = Counter()
        self._rng = rng
        self._names = names
        self._probed: set[UUID] = set()
        self._quiz = leaks.Quiz()

    def hold(self, one: Candidate) -> None:
        """Take in a question that is asked whatever else is."""
        self._quiz.add(leaks.shown_text(one.content), self._secret_of(one))
        self._add(one)

    def meet(self, pool: Sequence[Candidate], count: int) -> list[Candidate]:
        """Draw up to `count` questions of a pool."""
        waiting = _by_topic(pool, self._rng)
        drawn: list[Candidate] = []
        topics: Counter[_Topic] = Counter()
        sets: Counter[UUID | None] = Counter()
        larges = 0
        for most_large in (count // _LARGE_IN, count):
            while len(drawn) < count:
                with_large = larges < most_large
                ready = {name: shelf for name, shelf in waiting.items() if shelf.has(with_large=with_large)}
                if not ready:
                    break
                turns = {
                    name: (sets[name[0]], topics[name], shelf.least_seen(with_large=with_large))
                    for name, shelf in ready.items()
                }
                topic = min(turns, key=lambda name: turns[name])
                group = ready[topic].take(self._types, with_large=with_large)
                chosen = self._take_from(group)
                if chosen is not None:
                    drawn.append(chosen)
                    sets[topic[0]] += 1
                    topics[topic] += 1
                    larges += chosen.is_large
        self._rng.shuffle(drawn)
        return drawn

    def _take_from(self, group: Sequence[Candidate]) -> Candidate | None:
        """Draw the question of a fact whose type was drawn least; None if each would clash with what is drawn."""
        ranked = sorted(group, key=lambda one: (self._types[one.type], one.times_seen, self._rng.random()))
        for one in ranked:
            if self._probed.isdisjoint(one.facts):
                shown = leaks.shown_text(one.content)
                secret = self._secret_of(one)
                if not (self._quiz.is_told_by(shown) or self._quiz.tells(secret)):
                    self._quiz.add(shown, secret)
                    self._add(one)
                    return one
        return None

    def _secret_of(self, one: Candidate) -> leaks.Secret:
        return leaks.secret_of(one.content, self._names.get(_single_key(one), ()))

    def _add(self, one: Candidate) -> None:
        self._types[one.type] += 1
        self._probed.update(one.facts)


def _single_key(one: Candidate) -> str:
    return key_text(one.content) if len(one.facts) == 1 else ""


def _names_in(pool: Iterable[Candidate]) -> dict[str, tuple[str, ...]]:
    """Return by the name that is shown all names that typed questions accept for it, whatever form asks for it."""
    names: dict[str, tuple[str, ...]] = {}
    for one in pool:
        if isinstance(one.content, ShortQuestion):
            shown = one.content.accept[0]
            names[shown] = (*names.get(shown, ()), *one.content.accept)
    return names


class _Shelf:
    """The facts of a topic that wait to be asked, each as the list of its questions: those asked least come first.

    Facts that can be asked in the same types lie on one pile, so that drawing need not look at each of them.
    """

    def __init__(self) -> None:
        self._levels: dict[_Level, dict[tuple[bool, frozenset[str]], deque[tuple[int, list[Candidate]]]]] = {}
        self._count = 0

    def put(self, group: list[Candidate]) -> None:
        """Put the questions of a fact behind those of the facts that are there."""
        pile = group[0].is_large, frozenset(one.type for one in group)
        level = self._levels.setdefault(_level_of(group), {})
        level.setdefault(pile, deque()).append((self._count, group))
        self._count += 1

    def has(self, *, with_large: bool) -> bool:
        """Whether anything is left."""
        return any(with_large or not is_large for level in self._levels.values() for is_large, _ in level)

    def least_seen(self, *, with_large: bool) -> _Level:
        """Return the rank of the facts that come first, and how often those were asked that were asked least."""
        return min(
            seen
            for seen, level in self._levels.items()
            if any(with_large or not is_large for is_large, _ in level)
        )

    def take(self, types: Counter[str], *, with_large: bool) -> list[Candidate]:
        """Take out of the facts asked least the first that can be asked in the type drawn least."""
        seen = self.least_seen(with_large=with_large)
        level = self._levels[seen]
        pile = min(
            (name for name in level if with_large or not name[0]),
            key=lambda name: (min(types[kind] for kind in name[1]), level[name][0][0]),
        )
        group = level[pile].popleft()[1]
        if not level[pile]:
            del level[pile]
        if not level:
            del self._levels[seen]
        return group


def _by_topic(pool: Iterable[Candidate], rng: random.Random) -> dict[_Topic, _Shelf]:
    """Return for each topic its facts, each with its questions; what several facts are asked by stands by itself."""
    by_facts: dict[tuple[UUID, ...], list[Candidate]] = {}
    for one in pool:
        by_facts.setdefault(one.facts, []).append(one)
    groups = sorted(by_facts.values(), key=lambda group: (_level_of(group), rng.random()))
    names = sorted({_topic_of(group) for group in groups}, key=str)
    rng.shuffle(names)
    shelves = {name: _Shelf() for name in names}
    for group in groups:
        shelves[_topic_of(group)].put(group)
    return shelves


def _topic_of(group: Sequence[Candidate]) -> _Topic:
    return group[0].question_set, group[0].topic


def _level_of(group: Sequence[Candidate]) -> _Level:
    return min(one.rank for one in group), sum(one.times_seen for one in group)
