"""Multiple questions: every right option is to be marked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from quizapp.core import item_checks, numerals
from quizapp.core.bank_index import stable_hash
from quizapp.core.dates import read_date
from quizapp.core.generation import marking
from quizapp.core.matching import fold, holds
from quizapp.core.questions import MultipleQuestion, Option, id_of_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quizapp.core.facts import Fact
    from quizapp.core.generation.making import Gathering
    from quizapp.core.generation.marking import Mark

FEWEST: Final = 2
MOST_OPTIONS: Final = 10
# A list of up to so many is asked for as a whole. Of a longer one samples are asked for, in a few questions: what they leave
# out, the choices of single members and the map ask for.
MOST_KEYS: Final = 6
SAMPLE: Final = 5
MOST_SAMPLES: Final = 3
_SPREAD: Final = 3
_DRAWS: Final = 12


def make(gathering: Gathering) -> list[MultipleQuestion]:
    """Return the questions of a set: one for a short list, up to three samples of a long one; none without a stem."""
    facts = marking.facts_for(gathering)
    if len(facts) < FEWEST or not gathering.group.ask:
        return []
    wrong = marking.wrong_marks(gathering, facts)
    if len(facts) <= MOST_KEYS:
        made = [_question(gathering, facts, wrong)]
    else:
        samples = _samples(gathering, facts)
        made = [
            _question(replace(gathering, number=number), sample, wrong)
            for number, sample in enumerate(samples, 1)
        ]
    return [question for question in made if question is not None]


def _samples(gathering: Gathering, facts: Sequence[Fact]) -> list[list[Fact]]:
    """Return samples of a long list, by the hash of its facts; names in one are of like length and none holds another."""
    texts = {
        mark.fact: mark.text for mark in marking.right_marks(gathering.bank, facts) if mark.fact is not None
    }
    count = min(MOST_SAMPLES, -(-len(facts) // SAMPLE))
    size = min(SAMPLE, -(-len(facts) // count))
    waiting = sorted(facts, key=lambda fact: stable_hash(f"{gathering.seed}:{fact.id}"))
    samples = []
    for _ in range(count):
        sample: list[Fact] = []
        for fact in waiting:
            if len(sample) < size and all(_go_together(texts[fact.id], texts[one.id]) for one in sample):
                sample.append(fact)
        waiting = [fact for fact in waiting if fact not in sample]
        if len(sample) >= FEWEST:
            samples.append(sorted(sample, key=lambda fact: fact.id))
    return samples


def _go_together(one: str, other: str) -> bool:
    shorter, longer = sorted((len(one), len(other)))
    return longer <= _SPREAD * shorter and not (holds(one, other) or holds(other, one))


def _question(gathering: Gathering, facts: Sequence[Fact], wrong: Sequence[Mark]) -> MultipleQuestion | None:
    """Return the question with about as many wrong options as right ones, so that their number tells nothing."""
    bank = gathering.bank
    right = marking.right_marks(bank, facts)
    if len({fold(mark.text) for mark in right}) < len(right):
        return None
    fair = [one for one in wrong if not any(_overlap(one.text, key.text) for key in right)]
    rng = gathering.rng("options")
    count = min(max(FEWEST, len(right) + rng.randint(-1, 1)), MOST_OPTIONS - len(right))
    best: tuple[int, MultipleQuestion] | None = None
    for _ in range(_DRAWS):
        taken = _drawn(rng.sample(fair, len(fair)), right, count)
        if len(taken) < FEWEST:
            break
        options = sorted(map(_option, (*right, *taken)), key=lambda option: _order(option.text))
        keyed = [fact for option in options if option.correct for fact in facts if fact.id == option.fact]
        keys = ", ".join(option.text for option in options if option.correct)
        question = MultipleQuestion(
            stem=gathering.group.ask,
            options=tuple(options),
            **gathering.common(keyed, f"To be marked: {keys}."),
        )
        flaws = len(item_checks.check(bank, [question], item_checks.OPTION_RULES))
        if best is None or flaws < best[0]:
            best = flaws, question
        if flaws == 0:
            break
    return best[1] if best else None


def _drawn(shuffled: Sequence[Mark], right: Sequence[Mark], count: int) -> list[Mark]:
    """Take wrong options of which none holds another; those of a length like the right ones' come first."""
    shortest, longest = (choose(len(mark.text) for mark in right) for choose in (min, max))
    order = sorted(shuffled, key=lambda one: not longest / _SPREAD <= len(one.text) <= shortest * _SPREAD)
    taken: list[Mark] = []
    for one in order:
        if len(taken) < count and not any(_overlap(one.text, other.text) for other in taken):
            taken.append(one)
    return taken


def _overlap(one: str, other: str) -> bool:
    return holds(one, other) or holds(other, one)


def _option(mark: Mark) -> Option:
    return Option(
        id_of_text(mark.text), mark.text, mark.strategy is None, mark.because, mark.fact, mark.strategy
    )


def _order(text: str) -> tuple[float, str]:
    """Return where an option stands: dates and numbers in their order, others by the alphabet."""
    date = read_date(text)
    number = date.earliest.toordinal() if date else numerals.read(text)
    return (number if number is not None else 0.0, fold(text))
