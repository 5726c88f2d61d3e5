"""What a result can hold: of the attempt as a whole, and of each of its questions. What may not be seen is not there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from quizapp.core.grading import Outcome

if TYPE_CHECKING:
    import uuid

    from quizapp.core.certainty import Level
    from quizapp.operations.quizzes.results.comparing import Comparison
    from quizapp.operations.quizzes.results.disclosing import View
    from quizapp.operations.quizzes.results.scoring import Sheet
    from quizapp.operations.quizzes.results.telling import Told


@dataclass(frozen=True, slots=True)
class SetPlace:
    """A set that an attempt asked: its name, and whether it is among the learner's decks.

    `slug` is empty where the learner may not look at it; `missed` says whether something of it was not right, as far as
    that may be told.
    """

    id: uuid.UUID
    slug: str
    title: str
    is_deck: bool
    missed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnResponse:
    """What was asked and what was given, and nothing of how it was judged."""

    type: str
    stem: str
    standing: str
    given: str | None
    certainty: int | None
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """How a response was judged: outcome, marks of the most there were, and why they are what they are.

    `before` is the outcome of the last earlier attempt that asked the same question.
    """

    outcome: str
    marks: float
    max_marks: float
    is_scored: bool
    decision: str
    is_overridden: bool
    comment: str
    before: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One question of an attempt; what may not be seen is None.

    Where `is_closed`, another quiz of this learner that is still a secret asks one of its facts: nothing is told of it.
    """

    position: int
    section: int
    topic: str
    weight: float
    is_closed: bool
    own: OwnResponse | None = None
    marked: Marked | None = None
    told: Told | None = None

    @property
    def is_not_right(self) -> bool:
        """Whether it is known, and may be told, that this was not right."""
        return self.marked is not None and self.marked.outcome not in (Outcome.RIGHT, Outcome.NEUTRAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptResult:
    """What an attempt tells now; what may not be seen is None or empty.

    `is_released` says whether its responses are reviews, or become some. `mistakes` is the number of facts to be studied
    again.
    """

    view: View
    is_released: bool
    is_preview: bool
    questions: int
    given: int
    lines: list[Line]
    sets: list[SetPlace]
    sheet: Sheet | None
    comparison: Comparison | None
    certainty: list[Level]
    mistakes: int

    @property
    def told(self) -> list[Told]:
        """The questions whose keys may be seen."""
        return [line.told for line in self.lines if line.told is not None]

    @property
    def is_deck(self) -> bool:
        """Whether all that was asked is among the learner's decks, as far as it can be."""
        return all(place.is_deck for place in self.sets if place.slug)

    @property
    def not_right(self) -> list[Line]:
        """What was not right, to be gone through again."""
        return [line for line in self.lines if line.is_not_right]
