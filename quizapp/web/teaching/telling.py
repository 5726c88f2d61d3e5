"""What happened to an attempt, in plain words."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from quizapp.core.timing import ExtraTime
from quizapp.operations.quizzes import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from quizapp.models import AttemptEvent

_MISSING: Final = "–"


def extra_time_words(extra: ExtraTime) -> str:
    """Return extra time as a person would say it."""
    if extra.is_untimed:
        return "no time limit"
    return f"{extra.percent} % longer" if extra.percent else "no extra time"


def marks_words(marks: float | None) -> str:
    """Return marks with at most two decimals; an en dash where there are none."""
    # Adding nothing makes a negative zero a plain one.
    return _MISSING if marks is None else f"{round(marks, 2) + 0.0:g}".replace("-", "−")


def event_words(event: AttemptEvent) -> str:
    """Return what happened, without who did it and when."""
    tell = _WORDS.get(event.kind)
    return tell(event) if tell is not None else event.kind.replace("-", " ").capitalize()


def event_until(event: AttemptEvent) -> datetime | None:
    """Return the moment that an event speaks of, to be told in the reader's own zone."""
    until = event.detail.get("until") or event.detail.get("deadline_at")
    try:
        return datetime.fromisoformat(until) if isinstance(until, str) else None
    except ValueError:
        return None


def _of_question(words: str) -> Callable[[AttemptEvent], str]:
    def tell(event: AttemptEvent) -> str:
        where = "a question" if event.position is None else f"question {event.position}"
        return words.format(where)

    return tell


def _always(words: str) -> Callable[[AttemptEvent], str]:
    return lambda _event: words


def _flagged(event: AttemptEvent) -> str:
    is_taken_away = event.detail.get("is_flagged") is False
    return _of_question("Took the flag from {}" if is_taken_away else "Flagged {}")(event)


def _saved(event: AttemptEvent) -> str:
    is_cleared = "given" in event.detail and not event.detail["given"]
    return _of_question("Cleared the response to {}" if is_cleared else "Gave a response to {}")(event)


def _turned(event: AttemptEvent) -> str:
    is_anew = event.detail.get("is_anew")
    return _of_question("The time for {} began anew" if is_anew else "Went on to {}")(event)


def _extra_time(event: AttemptEvent) -> str:
    after = event.detail.get("after")
    if not isinstance(after, dict):
        return f"The time of the attempt was set anew: {extra_time_words(_extra_of(event.detail))}"
    where = "at every quiz" if event.detail.get("everywhere") else "at this quiz"
    return f"Set the extra time {where} to: {extra_time_words(_extra_of(after))}"


def _extra_of(told: Mapping[str, Any]) -> ExtraTime:
    return ExtraTime(bool(told.get("is_untimed")), int(told.get("percent", 0)))


def _reopened(event: AttemptEvent) -> str:
    score = event.detail.get("score")
    lost = "" if score is None else f"; its score of {marks_words(score)} was taken back"
    return f"Opened the attempt again{lost}"


def _overridden(event: AttemptEvent) -> str:
    detail = event.detail
    where = _of_question("{}")(event)
    if detail.get("is_taken_back"):
        return f"Left the marks of {where} to the grading: {marks_words(detail.get('marks'))}"
    before, after = marks_words(detail.get("marks_before")), marks_words(detail.get("marks"))
    return f"Set the marks of {where} from {before} to {after}"


def _restored(event: AttemptEvent) -> str:
    regraded = ", ".join(map(str, event.detail.get("regraded", [])))
    return "Restored the attempt" + (f", with what was regraded meanwhile: {regraded}" if regraded else "")


def _granted(event: AttemptEvent) -> str:
    after = event.detail.get("after", 0)
    return f"Granted {after} {'attempt' if after == 1 else 'attempts'} beyond those of the quiz"


_WORDS: Final[Mapping[str, Callable[[AttemptEvent], str]]] = {
    Event.JOINED: _always("Came to the quiz"),
    Event.STARTED: _always("Started the attempt"),
    Event.SAVED: _saved,
    Event.OVERTAKEN: _of_question(
        "A response to {} was refused: another tab or device had saved a later one"
    ),
    Event.LATE: _of_question("A response to {} came too late and was refused"),
    Event.FLAGGED: _flagged,
    Event.TURNED: _turned,
    Event.CHECKED: _of_question("Had {} checked and saw its key"),
    Event.SUBMITTED: _always("Submitted the attempt"),
    Event.TIMED_OUT: _always("Time was up: the attempt ended with what was saved"),
    Event.RELEASED: _always("The result was released"),
    Event.EXTRA_TIME: _extra_time,
    Event.REOPENED: _reopened,
    Event.DELETED: _always("Deleted the attempt"),
    Event.RESTORED: _restored,
    Event.OVERRIDDEN: _overridden,
    Event.GRANTED: _granted,
    Event.REGRADED: _of_question("Regraded {}"),
    Event.VIEWED: _always("Looked at the attempt"),
}
