"""An attempt at a quiz: when a response is saved, how the attempt ends, and what it scores."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from quizapp.core import timing
from quizapp.core.marking import LEAST_CERTAIN, MOST_CERTAIN

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID


class AttemptState(StrEnum):
    """An attempt is open, then closed for good."""

    OPEN = "open"
    CLOSED = "closed"


class Navigation(StrEnum):
    """One question a page with or without going back, or all of them on one page."""

    FREE = "free"
    FORWARD = "forward"
    PAGE = "page"


class FinishedBy(StrEnum):
    """What ended an attempt: the learner, or an instructor for them, submitted it, or time ran out."""

    LEARNER = "learner"
    DEADLINE = "deadline"


class Decision(StrEnum):
    """What becomes of a response that was sent."""

    SAVE = "save"
    DUPLICATE = "duplicate"
    STALE = "stale"
    KEY_REUSED = "key-reused"
    CLOSED = "closed"
    NOT_ITS_TURN = "not-its-turn"
    FIXED = "fixed"
    QUESTION_OVER = "question-over"


class CheckDecision(StrEnum):
    """What becomes of checking a question on the way."""

    CHECKED = "checked"
    OFF = "off"
    BLANK = "blank"
    CLOSED = "closed"
    NOT_ITS_TURN = "not-its-turn"


class Cause(StrEnum):
    """Why an attempt is looked at for closing."""

    SUBMIT = "submit"
    SWEEP = "sweep"


class SaveRefusedError(Exception):
    """A response was not saved; what was saved before is kept."""


class AttemptClosedError(SaveRefusedError):
    """The attempt was submitted or its time ran out."""


class StaleResponseError(SaveRefusedError):
    """A later response to the same question is already saved, from another tab or device."""


class KeyReusedError(SaveRefusedError):
    """The key of an earlier save came back with other content."""


class NotItsTurnError(SaveRefusedError):
    """Another question has its turn, and one cannot go back."""


class ResponseFixedError(SaveRefusedError):
    """The question was checked: its key is known since."""


class QuestionOverError(SaveRefusedError):
    """The time for this one question ran out."""


@dataclass(frozen=True, slots=True)
class AttemptView:
    """What the rules need to know of an attempt.

    `deadline` is None when it has no end. `turn` is the position of the one question that is asked now, None where all
    may be responded to.
    """

    state: AttemptState
    deadline: datetime | None = None
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Save:
    """One save of one question's response.

    `key` is the client's idempotency key, `sequence` grows with each save of that question and starts above 0,
    `content` is what was given (None: blank), `certainty` how certain the learner says to be, 1 to 3. Raises
    `ValueError` for another certainty.
    """

    key: UUID
    sequence: int
    content: object
    certainty: int | None = None

    def __post_init__(self) -> None:
        if self.certainty is not None and not LEAST_CERTAIN <= self.certainty <= MOST_CERTAIN:
            raise ValueError(f"certainty is {LEAST_CERTAIN} to {MOST_CERTAIN}, not {self.certainty}")


@dataclass(frozen=True, slots=True)
class QuestionView:
    """What the rules need to know of one question of an attempt.

    `closes_at` is the end of its own time, None without one. `last` is the last save kept of it, None if none is.
    """

    position: int
    closes_at: datetime | None = None
    is_checked: bool = False
    last: Save | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """What ended an attempt, and when."""

    finished_by: FinishedBy
    finished_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionGrade:
    """Points of one question, at most `max_points`; below 0 where a wrong response costs some.

    A neutral one (the record where the source differs) is explained, not scored. One on a fictional statement
    is scored apart.
    """

    topic: str
    points: float
    max_points: float = 1.0
    is_neutral: bool = False
    is_fictional: bool = False

    def __post_init__(self) -> None:
        if self.max_points < 0 or not self.points <= self.max_points:
            raise ValueError(f"points are at most {self.max_points}, not {self.points}")


@dataclass(frozen=True, slots=True)
class Tally:
    """Points reached and reachable, questions scored, and questions explained but not scored.

    The score is a sum that wrong responses may take below 0.
    """

    score: float
    max_score: float
    questions: int
    neutral: int

    @property
    def percent(self) -> float | None:
        """The share reached, 0 to 100; None when nothing was scored."""
        return 100 * max(0.0, self.score) / self.max_score if self.max_score else None


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of an attempt: in all, by topic in the order of the questions, and apart what is fiction."""

    total: Tally
    by_topic: dict[str, Tally]
    fiction: Tally

    @property
    def score(self) -> float:
        """Points reached, never below 0, fiction apart."""
        return max(0.0, self.total.score)

    @property
    def max_score(self) -> float:
        """Points that could be reached, fiction apart."""
        return self.total.max_score

    @property
    def percent(self) -> float | None:
        """The share reached, 0 to 100; None when nothing was scored."""
        return self.total.percent


def is_open(attempt: AttemptView, now: datetime) -> bool:
    """Say whether responses still count: not ended, and in time even if no sweep has come by yet."""
    return attempt.state == AttemptState.OPEN and timing.accepts(now, attempt.deadline)


def may_save(attempt: AttemptView, question: QuestionView, now: datetime, sent: Save) -> Decision:
    """Decide on a response sent at this moment."""
    last = question.last
    # First of all, the retry of an acknowledged save is told so again, even after the end.
    if last is not None and sent.key == last.key:
        is_same = (sent.content, sent.certainty) == (last.content, last.certainty)
        return Decision.DUPLICATE if is_same else Decision.KEY_REUSED
    if not is_open(attempt, now):
        return Decision.CLOSED
    if not has_turn(attempt, question.position):
        return Decision.NOT_ITS_TURN
    if question.is_checked:
        return Decision.FIXED
    if not timing.accepts(now, question.closes_at):
        return Decision.QUESTION_OVER
    # A sequence of 0 or less is not even newer than nothing.
    if sent.sequence <= (0 if last is None else last.sequence):
        return Decision.STALE
    return Decision.SAVE


def may_check(
    attempt: AttemptView, question: QuestionView, now: datetime, *, checks: bool, is_blank: bool
) -> CheckDecision:
    """Decide on checking a question at this moment: for its key a response is given, and not taken back again."""
    if not is_open(attempt, now):
        return CheckDecision.CLOSED
    if not checks:
        return CheckDecision.OFF
    if not has_turn(attempt, question.position):
        return CheckDecision.NOT_ITS_TURN
    if question.is_checked:
        return CheckDecision.CHECKED
    return CheckDecision.BLANK if is_blank else CheckDecision.CHECKED


def has_turn(attempt: AttemptView, position: int) -> bool:
    """Say whether a question may be seen and responded to in an open attempt: all may where one can go back."""
    return attempt.turn is None or attempt.turn == position


def raise_if_refused(decision: Decision) -> None:
    """Raise the error that belongs to a refusal: a `SaveRefusedError`. Saved and duplicate pass."""
    match decision:
        case Decision.CLOSED:
            raise AttemptClosedError("The attempt has ended. What was saved before counts.")
        case Decision.STALE:
            raise StaleResponseError("A newer response to this question is saved. Reload to see it.")
        case Decision.KEY_REUSED:
            raise KeyReusedError("This save was already used for another response. Reload and send it again.")
        case Decision.NOT_ITS_TURN:
            raise NotItsTurnError("Another question has its turn, and one cannot go back. Reload to see it.")
        case Decision.FIXED:
            raise ResponseFixedError("This question was checked. The response it had then counts.")
        case Decision.QUESTION_OVER:
            raise QuestionOverError("The time for this question is over. What was saved before counts.")


def closes_as(attempt: AttemptView, now: datetime, cause: Cause) -> Closing | None:
    """Return how the attempt ends now; None if it stays as it is: ended before, or not yet due for a sweep.

    A sweep waits for the end of grace, so as not to overtake a response on its way. Submitting after it ends
    the attempt by time, with what was saved.
    """
    if attempt.state != AttemptState.OPEN:
        return None
    ended_at = timing.finished_at(now, attempt.deadline)
    if not timing.accepts(now, attempt.deadline):
        return Closing(FinishedBy.DEADLINE, ended_at)
    return Closing(FinishedBy.LEARNER, ended_at) if cause == Cause.SUBMIT else None


def result(grades: Iterable[QuestionGrade]) -> Result:
    """Add up the grades of an attempt; neutral responses drop out of the maximum."""
    plain: list[QuestionGrade] = []
    fiction: list[QuestionGrade] = []
    for grade in grades:
        (fiction if grade.is_fictional else plain).append(grade)
    topics = dict.fromkeys(grade.topic for grade in plain)
    return Result(
        _tally(plain),
        {topic: _tally([grade for grade in plain if grade.topic == topic]) for topic in topics},
        _tally(fiction),
    )


def _tally(grades: list[QuestionGrade]) -> Tally:
    scored = [grade for grade in grades if not grade.is_neutral]
    # fsum: thirds of points must add up to whole ones.
    return Tally(
        math.fsum(grade.points for grade in scored),
        math.fsum(grade.max_points for grade in scored),
        len(scored),
        len(grades) - len(scored),
    )
