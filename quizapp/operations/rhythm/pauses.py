"""A pause: nothing is shown, and no streak breaks, not even long afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from quizapp.database import db
from quizapp.models import Learner

if TYPE_CHECKING:
    import uuid

#: So many pauses that are over are kept, the last ones.
MOST_PAUSES: Final = 50
_ONE_DAY: Final = timedelta(days=1)


def is_paused(learner: Learner, day: date) -> bool:
    """Return whether a study day lies in the learner's pause."""
    if learner.paused_from is None or learner.paused_through is None:
        return False
    return learner.paused_from <= day <= learner.paused_through


def list_pauses(learner: Learner) -> list[tuple[date, date]]:
    """Return the first and last days of the learner's pauses, those that are over and the one that is not."""
    pauses = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in learner.past_pauses]
    if learner.paused_from is not None and learner.paused_through is not None:
        pauses.append((learner.paused_from, learner.paused_through))
    return pauses


def pause(learner_id: uuid.UUID, first: date, last: date, today: date) -> None:
    """Show nothing from the first day through the last. Of a pause before, the days that passed stay paused."""
    learner = db.session.get_one(Learner, learner_id)
    _keep_what_passed(learner, today)
    learner.paused_from, learner.paused_through = first, last


def resume(learner_id: uuid.UUID, today: date) -> None:
    """End a pause today. The days that were paused stay so, for the streak; a pause still to come is forgotten."""
    learner = db.session.get_one(Learner, learner_id)
    if learner.paused_through is None or learner.paused_through < today:
        return
    _keep_what_passed(learner, today)
    learner.paused_from = learner.paused_through = None


def join_pauses(learner: Learner, other: Learner) -> None:
    """Add to a learner's pauses what had passed of another's when either was last seen."""
    _keep(learner, list_pauses(other), max(learner.seen_on, other.seen_on))


def _keep_what_passed(learner: Learner, today: date) -> None:
    if learner.paused_from is not None and learner.paused_through is not None:
        _keep(learner, [(learner.paused_from, learner.paused_through)], today)


def _keep(learner: Learner, pauses: list[tuple[date, date]], today: date) -> None:
    """Keep the days before today of these pauses among those that are over."""
    passed = [(first, min(last, today - _ONE_DAY)) for first, last in pauses if first < today]
    if passed:
        kept = {*map(tuple, learner.past_pauses), *((a.isoformat(), b.isoformat()) for a, b in passed)}
        # A new list: a change within the old one would go unnoticed.
        learner.past_pauses = [list(pair) for pair in sorted(kept)][-MOST_PAUSES:]
