"""Which questions an attempt gets: spread over topics and types, unseen first, none that gives another away."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quizapp.core.grading import key_text
from quizapp.core.matching import holds
from quizapp.core.questions import AnyQuestion, ShortQuestion, TrueFalseQuestion

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Sequence
    from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A question that may be drawn.

    `facts` are those it probes, `keys` the texts that would give it away, `times_seen` says how often the learner had
    it in an attempt.
    """

    question: UUID
    facts: tuple[UUID, ...]
    type: str
    topic: str
    stem: str
    keys: tuple[str, ...] = ()
    times_seen: int = 0


def telling_texts(question: AnyQuestion) -> tuple[str, ...]:
    """Return the texts that give a question away where they stand in another's stem; "True" tells nothing."""
    if isinstance(question, TrueFalseQuestion):
        return ()
    return question.accept if isinstance(question, ShortQuestion) else (key_text(question),)


def gives_away(one: Candidate, other: Candidate) -> bool:
    """Whether the stem of one question holds the key of the other, whichever of the two it is."""
    return any(holds(one.stem, key) for key in other.keys) or any(holds(other.stem, key) for key in one.keys)


def draw(candidates: Iterable[Candidate], count: int, rng: random.Random) -> list[Candidate]:
    """Return up to `count` questions, in the order in which they are asked.

    Each fact is probed once at most. Topics take turns, facts that were asked least come first, and among them those
    that can be asked in the type drawn least so far: many facts that know but one type do not crowd a quiz. There are
    fewer than `count` where there are fewer facts, or where each question left would answer one drawn or be answered
    by it. The same candidates, in whatever order they come, and the same state of `rng` give the same draw.
    """
    waiting = _by_topic(candidates, rng)
    drawn: list[Candidate] = []
    topics: Counter[str] = Counter()
    types: Counter[str] = Counter()
    probed: set[UUID] = set()
    while waiting and len(drawn) < count:
        topic = min(waiting, key=lambda name: (topics[name], _times_seen(waiting[name][0])))
        questions = _take(waiting[topic], types)
        if not waiting[topic]:
            del waiting[topic]
        ranked = sorted(questions, key=lambda one: (types[one.type], one.times_seen, rng.random()))
        chosen = _first_sound(ranked, drawn, probed)
        if chosen is not None:
            drawn.append(chosen)
            topics[topic] += 1
            types[chosen.type] += 1
            probed.update(chosen.facts)
    rng.shuffle(drawn)
    return drawn


def _by_topic(candidates: Iterable[Candidate], rng: random.Random) -> dict[str, list[list[Candidate]]]:
    """Return for each topic its facts, those asked least first, each as the list of its questions."""
    by_fact: dict[UUID, list[Candidate]] = {}
    for one in sorted(candidates, key=lambda one: one.question):
        by_fact.setdefault(one.facts[0], []).append(one)
    groups = sorted(by_fact.values(), key=lambda group: (sum(one.times_seen for one in group), rng.random()))
    names = sorted({group[0].topic for group in groups})
    rng.shuffle(names)
    return {name: [group for group in groups if group[0].topic == name] for name in names}


def _take(groups: list[list[Candidate]], types: Counter[str]) -> list[Candidate]:
    """Take out of the facts asked least the first that can be asked in the type drawn least."""
    least = _times_seen(groups[0])
    level = [group for group in groups if _times_seen(group) == least]
    taken = min(level, key=lambda group: min(types[one.type] for one in group))
    groups.remove(taken)
    return taken


def _times_seen(group: Sequence[Candidate]) -> int:
    return sum(one.times_seen for one in group)


def _first_sound(
    ranked: Sequence[Candidate], drawn: Sequence[Candidate], probed: set[UUID]
) -> Candidate | None:
    for one in ranked:
        if probed.isdisjoint(one.facts) and not any(gives_away(one, other) for other in drawn):
            return one
    return None
