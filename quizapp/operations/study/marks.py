"""Marks: what a learner decides about cards apart from remembering them; each change can be taken back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, update

from quizapp.core.leeches import REST_DAYS
from quizapp.database import db
from quizapp.models import Card, CardMark, CardStep, Fact
from quizapp.operations.study.decks import today_of
from quizapp.operations.study.loads import move_load, rebuild_loads
from quizapp.operations.study.statistics import insert_into, upsert_into

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from quizapp.models import Learner

#: So many facts at most are changed at once.
MOST_FACTS: Final = 5000
LONGEST_NOTE: Final = 2000
#: So many ids are named in one statement: databases bound the number of parameters.
_PART: Final = 500
#: Of more cards than these the loads of days are counted anew, which is quicker than moving them one by one.
_FEW: Final = 100
_ONE_DAY = timedelta(days=1)


class Action(StrEnum):
    """What can be decided about a card."""

    SKIP = "skip"
    BURY = "bury"
    REST = "rest"
    SHOW = "show"
    SUSPEND = "suspend"
    RESUME = "resume"
    FLAG = "flag"
    UNFLAG = "unflag"
    NOTE = "note"
    FORM = "form"
    LEECH = "leech"


class StepConflictError(Exception):
    """The key of a step was used before for something else."""


class TooManyFactsError(ValueError):
    """More facts were named than are changed at once."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A step that was made: what it changed, fewer facts than were named where some were so already."""

    step_id: uuid.UUID
    action: Action
    facts: int
    is_repeat: bool = False


#: The columns that a step can change, with what they are where there is no mark.
_BLANK: Final[Mapping[str, Any]] = {
    "suspended_at": None,
    "hidden_through": None,
    "skipped_on": None,
    "skipped_at": None,
    "flagged_at": None,
    "note": "",
    "leech_lapses": 0,
    "wanted_form": None,
}
#: What decides whether a card is shown.
_HIDING: Final = frozenset({"suspended_at", "hidden_through"})


def find_marks(learner_id: uuid.UUID, fact_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, CardMark]:
    """Return the marks of these facts; a fact without one is left out."""
    found: dict[uuid.UUID, CardMark] = {}
    for part in _parts(fact_ids):
        marks = db.session.execute(
            select(CardMark)
            .where(CardMark.learner_id == learner_id, CardMark.fact_id.in_(part))
            .execution_options(populate_existing=True)
        ).scalars()
        found.update((mark.fact_id, mark) for mark in marks)
    return found


def change_marks(
    learner: Learner,
    fact_ids: Sequence[uuid.UUID],
    action: Action,
    *,
    step_id: uuid.UUID,
    now: datetime,
    note: str = "",
    form: str | None = None,
) -> Changed:
    """Decide the same about these facts, as one step that can be taken back; call it inside `run_tx`.

    The same `step_id` again changes nothing. `note` goes with NOTE, `form` with FORM (None leaves the form to the
    memory). Facts that are gone are left out. Raises `StepConflictError` where the id names another step,
    `TooManyFactsError` above `MOST_FACTS`, `ValueError` for a note that is too long. Flushes.
    """
    if len(fact_ids) > MOST_FACTS:
        raise TooManyFactsError(f"{len(fact_ids)} facts, and {MOST_FACTS} at most are changed at once")
    if len(note) > LONGEST_NOTE:
        raise ValueError(f"a note has at most {LONGEST_NOTE} characters")
    known = db.session.get(CardStep, (learner.id, step_id), populate_existing=True)
    if known is not None:
        if known.action != action or (fact_ids and known.fact_id not in fact_ids):
            raise StepConflictError
        return Changed(step_id, action, len(known.before), is_repeat=True)
    sets = _find_sets(fact_ids)
    marks = find_marks(learner.id, list(sets))
    lapses = (
        _find_lapses(learner.id, list(sets)) if action in {Action.REST, Action.FORM, Action.LEECH} else {}
    )
    today = today_of(learner, now)
    before: dict[str, dict[str, Any]] = {}
    for fact_id, set_id in sets.items():
        new = _columns(action, today, now, lapses.get(fact_id, 0), note.strip(), form)
        old = {name: getattr(marks[fact_id], name) if fact_id in marks else _BLANK[name] for name in new}
        if old != new:
            before[fact_id.hex] = {name: _packed(value) for name, value in old.items()}
            _write(learner.id, fact_id, set_id, new, now)
    if before:
        changed = [fact_id for fact_id in sets if fact_id.hex in before]
        db.session.execute(
            insert_into(CardStep).values(
                learner_id=learner.id,
                id=step_id,
                fact_id=changed[0],
                made_at=now,
                action=action,
                before=before,
            )
        )
        if _HIDING.intersection(*(columns for columns in before.values())):
            show_cards(learner.id, changed)
    return Changed(step_id, action, len(before))


def restore_marks(learner_id: uuid.UUID, step: CardStep, now: datetime) -> list[uuid.UUID]:
    """Put back what a step changed and say that it was taken back; returns its facts. Call it inside `run_tx`.

    What was changed again since then is put back too: steps are taken back the last first. Facts that are gone are
    left out. Flushes.
    """
    sets = _find_sets([uuid.UUID(hex=fact) for fact in step.before])
    for fact_id, set_id in sets.items():
        old = {name: _unpacked(name, value) for name, value in step.before[fact_id.hex].items()}
        _write(learner_id, fact_id, set_id, old, now)
    db.session.execute(
        update(CardStep)
        .where(CardStep.learner_id == learner_id, CardStep.id == step.id)
        .values(undone_at=now)
    )
    show_cards(learner_id, list(sets))
    return list(sets)


def show_cards(learner_id: uuid.UUID, fact_ids: Sequence[uuid.UUID]) -> None:
    """Have these cards shown from the day that their due dates and marks make; the days' loads follow. Flushes."""
    moved: list[tuple[uuid.UUID, uuid.UUID, date | None, date | None]] = []
    for part in _parts(fact_ids):
        rows = db.session.execute(
            select(
                Card.fact_id,
                Card.question_set_id,
                Card.due_on,
                Card.shown_on,
                CardMark.suspended_at,
                CardMark.hidden_through,
            )
            .outerjoin(
                CardMark, (CardMark.learner_id == Card.learner_id) & (CardMark.fact_id == Card.fact_id)
            )
            .where(Card.learner_id == learner_id, Card.fact_id.in_(part))
        ).all()
        for row in rows:
            day = shown_on(
                row.due_on, is_suspended=row.suspended_at is not None, hidden_through=row.hidden_through
            )
            if day != row.shown_on:
                moved.append((row.fact_id, row.question_set_id, row.shown_on, day))
    if not moved:
        return
    db.session.execute(
        update(Card),
        [{"learner_id": learner_id, "fact_id": fact_id, "shown_on": day} for fact_id, _, _, day in moved],
    )
    if len(moved) > _FEW:
        rebuild_loads(learner_id)
        return
    for _, set_id, before, day in moved:
        move_load(learner_id, set_id, before, day)


def shown_on(due_on: date, *, is_suspended: bool, hidden_through: date | None) -> date | None:
    """Return the study day from which a card is shown; None while it is suspended."""
    if is_suspended:
        return None
    return due_on if hidden_through is None else max(due_on, hidden_through + _ONE_DAY)


def _find_sets(fact_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Return the set of each fact that is there, in the order in which they were named."""
    found: dict[uuid.UUID, uuid.UUID] = {}
    for part in _parts(fact_ids):
        rows = db.session.execute(select(Fact.id, Fact.question_set_id).where(Fact.id.in_(part)))
        found.update((row.id, row.question_set_id) for row in rows)
    return {fact_id: found[fact_id] for fact_id in dict.fromkeys(fact_ids) if fact_id in found}


def _find_lapses(learner_id: uuid.UUID, fact_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    found: dict[uuid.UUID, int] = {}
    for part in _parts(fact_ids):
        rows = db.session.execute(
            select(Card.fact_id, Card.lapses).where(Card.learner_id == learner_id, Card.fact_id.in_(part))
        )
        found.update((row.fact_id, row.lapses) for row in rows)
    return found


def _columns(
    action: Action, today: date, now: datetime, lapses: int, note: str, form: str | None
) -> dict[str, Any]:
    """Return what an action writes."""
    columns: dict[Action, dict[str, Any]] = {
        Action.SKIP: {"skipped_on": today, "skipped_at": now},
        Action.BURY: {"hidden_through": today},
        Action.REST: {"hidden_through": today + _ONE_DAY * (REST_DAYS - 1), "leech_lapses": lapses},
        Action.SHOW: {"hidden_through": None},
        Action.SUSPEND: {"suspended_at": now},
        Action.RESUME: {"suspended_at": None},
        Action.FLAG: {"flagged_at": now},
        Action.UNFLAG: {"flagged_at": None},
        Action.NOTE: {"note": note},
        Action.FORM: {"wanted_form": form, "leech_lapses": lapses},
        Action.LEECH: {"leech_lapses": lapses},
    }
    return columns[action]


def _write(
    learner_id: uuid.UUID, fact_id: uuid.UUID, set_id: uuid.UUID, columns: Mapping[str, Any], now: datetime
) -> None:
    key = {"learner_id": learner_id, "fact_id": fact_id}
    changed = {**columns, "updated_at": now}
    values = {**key, "question_set_id": set_id, **_BLANK, **changed}
    db.session.execute(upsert_into(CardMark.__table__, tuple(key), tuple(sorted(changed))), values)


def _packed(value: Any) -> Any:
    """Return a column as JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value


def _unpacked(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name.endswith("_at"):
        return datetime.fromisoformat(value)
    if name in {"hidden_through", "skipped_on"}:
        return date.fromisoformat(value)
    return value


def _parts(fact_ids: Sequence[uuid.UUID]) -> Iterator[Sequence[uuid.UUID]]:
    for start in range(0, len(fact_ids), _PART):
        yield fact_ids[start : start + _PART]
