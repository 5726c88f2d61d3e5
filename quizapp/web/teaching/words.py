"""Settings of a quiz in the words of the interface: one sentence for each group of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quizapp.core.attempts import Navigation
from quizapp.core.disclosure import Disclosure, Item, Phase
from quizapp.core.facts import Standing
from quizapp.core.marking import Scoring
from quizapp.core.quiz_presets import SHOWN
from quizapp.web.rendering import day_text, duration_text, plural

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from quizapp.core.quiz_presets import Settings

SCORING: Final[Mapping[Scoring, str]] = {
    Scoring.HIGHEST: "The best one",
    Scoring.AVERAGE: "The average of all",
    Scoring.FIRST: "The first one",
    Scoring.LAST: "The last one",
}
NAVIGATION: Final[Mapping[Navigation, str]] = {
    Navigation.FREE: "One question a page, back and forth",
    Navigation.FORWARD: "One question a page, without going back",
    Navigation.PAGE: "All questions on one page",
}
TYPES: Final[Mapping[str, str]] = {
    "choice": "Choice of one",
    "multiple": "Choice of several",
    "true-false": "True or false",
    "short": "Short response",
    "cloze": "Blank in a sentence",
    "date": "Date",
    "numeric": "Number",
    "ordering": "Order",
    "matching": "Pairs",
    "map": "Map",
}
STANDINGS: Final[Mapping[str, str]] = {
    Standing.DOCUMENTED: "Documented",
    Standing.INACCURATE: "Differs from the record",
    Standing.INCONSISTENT: "Source contradicts itself",
    Standing.VAGUE: "Vague in the source",
    Standing.FICTIONAL: "Fiction in the source",
}
DIFFICULTIES: Final[Mapping[str, str]] = {"easy": "Easy", "medium": "Medium", "hard": "Hard"}
CHOSEN_BY: Final[Mapping[str, str]] = {
    "unseen": "What the learner was asked least",
    "weak": "What the learner knows least",
    "mistakes": "Only what the learner got wrong last time",
}
ITEMS: Final[Mapping[Item, str]] = {
    Item.SCORE: "Score, and which were right",
    Item.RESPONSES: "Their own responses",
    Item.KEY: "The right responses",
    Item.EXPLANATIONS: "Explanations and sources",
}
PHASES: Final[Mapping[Phase, str]] = {
    Phase.DURING: "During the attempt",
    Phase.AFTER: "After the attempt",
    Phase.CLOSED: "After the close",
}


def moment_text(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment of the instructor's clock: `2 March 2026, 14:30`."""
    local = moment.astimezone(zone)
    return f"{day_text(local)}, {local:%H:%M}"


def zone_text(zone: ZoneInfo, now: datetime) -> str:
    """Return a zone with what it is off from UTC now: `Europe/Berlin (UTC+1)`."""
    offset = now.astimezone(zone).utcoffset()
    minutes = 0 if offset is None else round(offset.total_seconds() / 60)
    if minutes == 0:
        return str(zone) if str(zone) == "UTC" else f"{zone} (UTC)"
    hours, rest = divmod(abs(minutes), 60)
    return f"{zone} (UTC{'+' if minutes > 0 else '−'}{hours}{f':{rest:02}' if rest else ''})"


def time_words(settings: Settings) -> str:
    """Return how long an attempt may take."""
    limit = settings.time_limit_seconds
    parts = ["No time limit" if limit is None else f"{duration_text(limit)} in all"]
    if settings.question_seconds is not None:
        parts.append(f"{duration_text(settings.question_seconds)} for each question")
    if settings.extra_time_percent:
        parts.append(f"{settings.extra_time_percent} % extra time for everybody")
    return ", ".join(parts)


def date_words(settings: Settings, zone: ZoneInfo) -> str:
    """Return when the quiz can be taken."""
    parts = [
        f"{word} {moment_text(moment, zone)}"
        for word, moment in (("opens", settings.opens_at), ("due", settings.due_at))
        if moment
    ]
    if settings.late_steps and settings.due_at:
        steps = ", ".join(f"{step.percent} % up to {step.hours:g} h late" for step in settings.late_steps)
        parts.append(f"then {steps}")
    if settings.closes_at:
        parts.append(f"closes {moment_text(settings.closes_at, zone)}")
    if not parts:
        return "Open as long as it is published"
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def attempt_words(settings: Settings) -> str:
    """Return how often the quiz can be taken, and which attempt counts."""
    most = settings.most_attempts
    if most == 1:
        return "One attempt"
    parts = ["As often as one likes" if most is None else plural(most, "attempt")]
    if settings.wait_seconds:
        parts.append(f"{_wait_text(settings.wait_seconds)} between two")
    parts.append(
        {
            Scoring.HIGHEST: "the best counts",
            Scoring.AVERAGE: "their average counts",
            Scoring.FIRST: "the first counts",
            Scoring.LAST: "the last counts",
        }[settings.scoring]
    )
    return ", ".join(parts)


def way_words(settings: Settings) -> str:
    """Return how one goes through the quiz."""
    mixed = [
        word
        for word, is_mixed in (
            ("questions", settings.shuffles_questions),
            ("options", settings.shuffles_options),
        )
        if is_mixed
    ]
    return (
        f"{NAVIGATION[settings.navigation]}; {' and '.join(mixed) + ' mixed' if mixed else 'nothing mixed'}"
    )


def mark_words(settings: Settings) -> str:
    """Return how responses are marked."""
    parts = ["Partly right counts in part" if settings.partial_credit else "Only what is wholly right counts"]
    if settings.certainty:
        parts.append("with certainty marking")
    elif settings.negative_percent:
        parts.append(f"a wrong response costs {settings.negative_percent} % of its marks")
    else:
        parts.append("a wrong response costs nothing")
    return ", ".join(parts)


def shown_words(shows: Disclosure) -> str:
    """Return what learners see when, in one sentence."""
    known = next((words for words, matrix in SHOWN.values() if matrix == shows), None)
    if known is not None:
        return {
            "On checking each question": "All at once, on checking each question",
            "After the attempt": "All of it after the attempt",
            "Score first, key after the close": "Score after the attempt, key after the close",
            "All after the close": "Nothing before the close, then all of it",
        }[known]
    parts = []
    for phase, when in PHASES.items():
        items = [
            word
            for item, word in (
                (Item.SCORE, "score"),
                (Item.RESPONSES, "responses"),
                (Item.KEY, "key"),
                (Item.EXPLANATIONS, "explanations"),
            )
            if (item, phase) in shows.ticked
        ]
        if items:
            parts.append(f"{', '.join(items)} {when[:1].lower()}{when[1:]}")
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] if text else "Nothing, ever"


def door_words(settings: Settings) -> str:
    """Return what is asked before the start."""
    parts = []
    if settings.password:
        parts.append("a password")
    if settings.honour_line:
        parts.append("an honour line")
    return (
        f"{' and '.join(parts).capitalize()} before the start"
        if parts
        else "Nothing is asked before the start"
    )


def differences(mine: Settings, other: Settings) -> list[str]:
    """Return the settings in which two versions differ, by the names that stand in the form."""
    names = {
        "title": "title",
        "instructions": "instructions",
        "honour_line": "honour line",
        "password": "password",
        "time_limit_seconds": "time limit",
        "question_seconds": "time for each question",
        "extra_time_percent": "extra time",
        "opens_at": "opening",
        "due_at": "due moment",
        "closes_at": "close",
        "late_steps": "late credit",
        "most_attempts": "attempts allowed",
        "wait_seconds": "wait between attempts",
        "scoring": "which attempt counts",
        "shuffles_questions": "mixing of questions",
        "shuffles_options": "mixing of options",
        "navigation": "way through the quiz",
        "partial_credit": "partial credit",
        "negative_percent": "negative marks",
        "certainty": "certainty",
        "shows": "what learners see",
    }
    return [text for name, text in names.items() if getattr(mine, name) != getattr(other, name)]


def _wait_text(seconds: int) -> str:
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds % size == 0:
            return plural(seconds // size, name)
    return duration_text(seconds)
