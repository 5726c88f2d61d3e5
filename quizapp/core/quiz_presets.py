"""The settings of a quiz as one value, three ways to fill them in, and what in them does not fit together."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from quizapp.core import disclosure
from quizapp.core.attempts import Navigation
from quizapp.core.marking import LateStep, Scoring
from quizapp.core.quiz_contents import MOST_QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from quizapp.core.disclosure import Disclosure
    from quizapp.core.quiz_contents import Contents

_HONOUR: Final = "I work on my own and use no notes, books or other help."


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of a quiz but its questions. Times are aware; None sets no limit; limits and waits are in seconds."""

    title: str
    instructions: str = ""
    honour_line: str = ""
    password: str = ""
    time_limit_seconds: int | None = None
    question_seconds: int | None = None
    extra_time_percent: int = 0
    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None
    late_steps: tuple[LateStep, ...] = ()
    most_attempts: int | None = None
    wait_seconds: int = 0
    scoring: Scoring = Scoring.HIGHEST
    shuffles_questions: bool = True
    shuffles_options: bool = True
    navigation: Navigation = Navigation.FREE
    partial_credit: bool = True
    negative_percent: int = 0
    certainty: bool = False
    shows: Disclosure = disclosure.AFTER_THE_ATTEMPT


@dataclass(frozen=True, slots=True)
class Preset:
    """A way to fill the settings in: what it is called, what it is for, and what it sets."""

    label: str
    line: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """What does not fit, in words, and the setting where it is mended; "contents" is what is asked.

    What is only `missing` may still come: it stands in the way of publishing, not of keeping a draft.
    """

    field: str
    words: str
    is_missing: bool = False


def _complete(**values: Any) -> dict[str, Any]:
    """Return what a preset sets: every rule of the quiz, but none of its words and dates."""
    own = {"title", "instructions", "password", "opens_at", "due_at", "closes_at", "extra_time_percent"}
    start = Settings(title="")
    return {one.name: getattr(start, one.name) for one in fields(Settings) if one.name not in own} | values


#: By the names that stand in forms, in the order in which they are offered.
PRESETS: Final[Mapping[str, Preset]] = {
    "practice": Preset(
        "Practice",
        "As often as one likes, without a clock; each question can be checked at once.",
        _complete(shows=disclosure.AT_ONCE),
    ),
    "homework": Preset(
        "Homework",
        "Three attempts before a due date, the best counts; the key is shown when the quiz has closed.",
        _complete(
            most_attempts=3,
            late_steps=(LateStep(24, 80), LateStep(72, 50)),
            shows=disclosure.KEY_AFTER_CLOSE,
        ),
    ),
    "examination": Preset(
        "Examination",
        "One attempt of an hour with an honour line; nothing is told before the quiz has closed.",
        _complete(
            time_limit_seconds=3600,
            most_attempts=1,
            honour_line=_HONOUR,
            shows=disclosure.ALL_AFTER_CLOSE,
        ),
    ),
}

#: What is shown when, by the names that stand in forms.
SHOWN: Final[Mapping[str, tuple[str, Disclosure]]] = {
    "at-once": ("On checking each question", disclosure.AT_ONCE),
    "after": ("After the attempt", disclosure.AFTER_THE_ATTEMPT),
    "key-after-close": ("Score first, key after the close", disclosure.KEY_AFTER_CLOSE),
    "all-after-close": ("All after the close", disclosure.ALL_AFTER_CLOSE),
}


def with_preset(settings: Settings, name: str) -> Settings:
    """Return settings with the rules of a preset; words and dates stay. Raises `KeyError` for an unknown name."""
    return replace(settings, **PRESETS[name].values)


def problems(settings: Settings, contents: Contents) -> list[Problem]:
    """Return what does not fit together in a quiz, or is missing before it can be given to learners."""
    return [
        *_of_dates(settings),
        *_of_lateness(settings),
        *_of_rules(settings),
        *(Problem("shows", words) for words in settings.shows.problems()),
        *_of_contents(contents),
    ]


def _of_dates(settings: Settings) -> Iterator[Problem]:
    opens_at, due_at, closes_at = settings.opens_at, settings.due_at, settings.closes_at
    if opens_at and due_at and due_at <= opens_at:
        yield Problem("due_at", "The quiz is due before it opens. Choose a later moment.")
    if opens_at and closes_at and closes_at <= opens_at:
        yield Problem("closes_at", "The quiz closes before it opens. Choose a later moment.")
    if due_at and closes_at and closes_at < due_at:
        yield Problem("closes_at", "The quiz closes before it is due. Choose the due moment or a later one.")
    if settings.shows.needs_close and closes_at is None:
        yield Problem(
            "closes_at",
            "Something is shown only after the quiz has closed. Say when it closes.",
            is_missing=True,
        )


def _of_lateness(settings: Settings) -> Iterator[Problem]:
    steps = settings.late_steps
    if not steps:
        return
    if settings.due_at is None:
        yield Problem(
            "due_at",
            "There is a credit for late attempts, but no due moment to be late for. Set one, or clear the credit.",
            is_missing=True,
        )
    elif settings.closes_at == settings.due_at:
        yield Problem(
            "late_steps",
            "The quiz closes when it is due, so nobody can be late. Close it later, or clear the credit.",
        )
    in_order = sorted(steps, key=lambda step: step.hours)
    if any(first.hours == second.hours for first, second in pairwise(in_order)):
        yield Problem("late_steps", "Two lines of the late credit end at the same hour. Remove one.")
    if any(first.percent < second.percent for first, second in pairwise(in_order)):
        yield Problem("late_steps", "A later attempt would count more than an earlier one.")


def _of_rules(settings: Settings) -> Iterator[Problem]:
    if settings.question_seconds is not None and settings.navigation != Navigation.FORWARD:
        yield Problem(
            "question_seconds",
            "Each question can have its own time only where one cannot go back. Choose that way through the quiz.",
        )
    if settings.certainty and settings.negative_percent:
        yield Problem(
            "negative_percent",
            "Certainty has its own negative marks. Set these to 0, or do without certainty.",
        )


def _of_contents(contents: Contents) -> Iterator[Problem]:
    if contents.count == 0:
        yield Problem("contents", "The quiz has no questions yet. Add some.", is_missing=True)
    if contents.count > MOST_QUESTIONS:
        yield Problem(
            "contents",
            f"The quiz has {contents.count} questions; {MOST_QUESTIONS} is the most. Remove some.",
        )
