"""What only a bank as a whole shows: where keys stand, and what a learner who knows nothing would score by a trick."""

from __future__ import annotations

import hashlib
import math
import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from quizapp.core.matching import words_of
from quizapp.core.questions import ChoiceQuestion, TrueFalseQuestion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from quizapp.core.questions import AnyQuestion, Option

# A trick is worth reporting where it beats chance by this many standard errors.
_BEYOND_CHANCE: Final = 3.0
_DOMINANT_SHARE: Final = 0.6
_DOMINANT_FACT, _DOMINANT_FACT_SHARE = 12, 0.05
#: Over so many choice questions no trick may be further from chance than this: where it does worse, its opposite does better.
ENOUGH_CHOICES: Final = 400
MOST_FROM_CHANCE: Final = 0.02


@dataclass(frozen=True, slots=True)
class Strategy:
    """A trick without knowledge: the share of choice questions it gets right, and what blind choice would get."""

    name: str
    rate: float
    chance: float
    beats_chance: bool


@dataclass(frozen=True, slots=True)
class BankReport:
    """Counts by type, key positions after the shuffle, tricks, and remarks in words; true-false is counted apart."""

    types: dict[str, int]
    key_positions: dict[int, int]
    strategies: tuple[Strategy, ...]
    true_share: float | None
    remarks: tuple[str, ...]

    @property
    def telling(self) -> tuple[Strategy, ...]:
        """The tricks that are further from chance than they may be; none where there are too few choices to tell."""
        if self.types.get(ChoiceQuestion.type, 0) < ENOUGH_CHOICES:
            return ()
        return tuple(one for one in self.strategies if abs(one.rate - one.chance) > MOST_FROM_CHANCE)


def report(questions: Sequence[AnyQuestion], seed: int = 0) -> BankReport:
    """Look at questions, of a bank or of several, as one who knows nothing would.

    `seed` drives the shuffle whose key positions are counted.
    """
    types = Counter(question.type for question in questions)
    choices = [question for question in questions if isinstance(question, ChoiceQuestion)]
    statements = [question for question in questions if isinstance(question, TrueFalseQuestion)]
    positions = Counter(_key_position(question, seed) for question in choices)
    strategies = (
        tuple(_measure(name, score, choices) for name, score in _STRATEGIES.items()) if choices else ()
    )
    trues = sum(
        option.correct for question in statements for option in question.options if option.id == "true"
    )
    true_share = trues / len(statements) if statements else None
    remarks = [
        *_on_strategies(strategies),
        *_on_positions(positions, choices),
        *_on_statements(trues, len(statements)),
        *_on_types(types),
        *_on_facts(questions),
    ]
    return BankReport(
        types=dict(sorted(types.items())),
        key_positions=dict(sorted(positions.items())),
        strategies=strategies,
        true_share=true_share,
        remarks=tuple(remarks),
    )


def _on_strategies(strategies: Sequence[Strategy]) -> Iterator[str]:
    for one in strategies:
        if one.beats_chance:
            yield f"the trick “{one.name}” is right in {one.rate:.0%}, blind choice in {one.chance:.0%}"


def _on_positions(positions: Counter[int], choices: Sequence[ChoiceQuestion]) -> Iterator[str]:
    """Yield whether keys stand unevenly: the chi-squared of their places, beyond its mean by three deviations."""
    expected: defaultdict[int, float] = defaultdict(float)
    for question in choices:
        for place in range(1, len(question.options) + 1):
            expected[place] += 1 / len(question.options)
    squares = sum((positions[place] - hoped) ** 2 / hoped for place, hoped in expected.items())
    freedom = max(len(expected) - 1, 1)
    if squares > freedom + _BEYOND_CHANCE * math.sqrt(2 * freedom):
        yield "keys do not stand evenly after the shuffle"


def _on_statements(trues: int, count: int) -> Iterator[str]:
    if count and _exceeds(max(trues, count - trues) / count, 0.5, count):
        yield f"{trues} of {count} true-false statements are true"


def _on_types(types: Counter[str]) -> Iterator[str]:
    total = types.total()
    for name, count in types.items():
        if len(types) > 1 and count > _DOMINANT_SHARE * total:
            yield f"{count} of {total} questions are of type {name}"


def _on_facts(questions: Sequence[AnyQuestion]) -> Iterator[str]:
    probed = Counter(fact for question in questions for fact in question.facts)
    for fact, count in sorted(probed.items()):
        if count > _DOMINANT_FACT and count > _DOMINANT_FACT_SHARE * len(questions):
            yield f"{count} of {len(questions)} questions probe the fact {fact}"


def _key_position(question: ChoiceQuestion, seed: int) -> int:
    digest = hashlib.sha256(f"{seed}:{question.id}".encode()).digest()
    options = list(question.options)
    random.Random(digest).shuffle(options)  # noqa: S311 -- a check of evenness, nothing secret
    return next((place for place, option in enumerate(options, 1) if option.correct), 0)


def _measure(
    name: str, score: Callable[[ChoiceQuestion, Option], float], choices: Sequence[ChoiceQuestion]
) -> Strategy:
    right = chance = 0.0
    for question in choices:
        scores = [score(question, option) for option in question.options]
        best = [
            option for option, value in zip(question.options, scores, strict=True) if value == max(scores)
        ]
        right += sum(option.correct for option in best) / max(len(best), 1)
        chance += 1 / max(len(question.options), 1)
    rate, blind = right / len(choices), chance / len(choices)
    return Strategy(name, rate, blind, _exceeds(rate, blind, len(choices)))


def _exceeds(rate: float, chance: float, count: int) -> bool:
    return rate > chance + _BEYOND_CHANCE * math.sqrt(chance * (1 - chance) / count)


def _shared_with_stem(question: ChoiceQuestion, option: Option) -> float:
    return len(set(words_of(question.stem)) & set(words_of(option.text)))


def _like_the_others(question: ChoiceQuestion, option: Option) -> float:
    own = set(words_of(option.text))
    return sum(len(own & set(words_of(other.text))) for other in question.options if other.id != option.id)


def _middle(question: ChoiceQuestion, option: Option) -> float:
    return -abs(question.options.index(option) - (len(question.options) - 1) / 2)


_STRATEGIES: Final[dict[str, Callable[[ChoiceQuestion, Option], float]]] = {
    "longest": lambda _, option: len(option.text),
    "shortest": lambda _, option: -len(option.text),
    "shares words with the stem": _shared_with_stem,
    "most like the others": _like_the_others,
    "middle": _middle,
    "first": lambda question, option: -question.options.index(option),
    "last": lambda question, option: question.options.index(option),
}
