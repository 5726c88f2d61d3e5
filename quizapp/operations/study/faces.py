"""Faces: what a card shows on either side, and what each rating of it would lead to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, tuple_

from quizapp.core.form_growth import FLASHCARD
from quizapp.core.leeches import is_leech
from quizapp.core.memory import Memory, Rating, fuzz_factor, next_outcomes
from quizapp.core.spreading import EVERY_DAY, spread_due
from quizapp.database import db
from quizapp.models import FactRevision, Learner
from quizapp.operations.statements import Statement, as_content, as_day, as_id
from quizapp.operations.study.asking import Asked, Wish, choose_questions
from quizapp.operations.study.decks import scheduling_with, today_of
from quizapp.operations.study.loads import read_loads
from quizapp.operations.study.repairs import Repairs, find_repairs

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

#: How far ahead the load of days is looked at: beyond it few cards lie on one day.
_LOOKED_AT = timedelta(days=120)

_FACES = Statement(
    "SELECT f.id, f.key, f.revision, f.topic, f.standing, f.treatment, r.content, "
    "s.slug, s.title, s.language, s.source, d.desired_retention, "
    "c.stability, c.difficulty, c.last_on, c.due_on, c.reps, c.lapses, c.fact_revision, "
    "m.note, m.flagged_at, m.wanted_form, m.leech_lapses "
    "FROM facts f JOIN fact_revisions r ON r.fact_id = f.id AND r.revision = f.revision "
    "JOIN question_sets s ON s.id = f.question_set_id "
    "LEFT JOIN cards c ON c.learner_id = :learner_id AND c.fact_id = f.id "
    "LEFT JOIN card_marks m ON m.learner_id = :learner_id AND m.fact_id = f.id "
    "LEFT JOIN decks d ON d.learner_id = :learner_id AND d.question_set_id = f.question_set_id "
    "WHERE f.id IN :facts"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One card to be shown.

    `content` is that of the current revision. `due_on` says for each rating on which day the card is due then, and
    `intervals` in how many days; both are empty where nothing is scheduled. `is_counted` says that a probe of this study
    day has moved the memory already: another one moves nothing. `asked` is the question to be graded, None where the
    learner rates. `old_statement` is what the learner last saw, where that was another one. `note`, `is_flagged` and
    `wanted_form` are the learner's own; `repairs` is there where a fact keeps slipping and help is to be offered.
    """

    fact_id: uuid.UUID
    key: str
    revision: int
    topic: str
    standing: str
    treatment: str
    set_slug: str
    set_title: str
    source: Mapping[str, Any]
    content: Mapping[str, Any]
    is_new: bool
    language: str = "en"
    is_counted: bool = False
    intervals: Mapping[Rating, int] = field(default_factory=dict)
    due_on: Mapping[Rating, date] = field(default_factory=dict)
    asked: Asked | None = None
    old_statement: str | None = None
    note: str = ""
    is_flagged: bool = False
    wanted_form: str | None = None
    lapses: int = 0
    repairs: Repairs | None = None


def load_faces(
    learner: Learner | None,
    fact_ids: Sequence[uuid.UUID],
    now: datetime,
    *,
    asks: bool = False,
    is_cram: bool = False,
) -> list[Face]:
    """Return the faces of these facts, in their order; facts that are gone are left out.

    With `asks` each is a question where one fits; without it only those that make poor flashcards, or that the learner
    wants in another form. Cramming schedules nothing. One query for the facts, one for the load of days; three more
    where questions are asked, and a few where a statement was corrected or a fact keeps slipping.
    """
    if not fact_ids:
        return []
    learner_id = None if learner is None else learner.id
    today = today_of(learner, now)
    found = _FACES.all({"learner_id": learner_id, "facts": list(fact_ids)})
    rows = {(read := _read(row)).id: read for row in found}
    asked = choose_questions(learner_id, [wish for row in rows.values() if (wish := _wish(row, asks=asks))])
    old = _load_old_statements(
        [row for row in rows.values() if (row.fact_revision or row.revision) < row.revision]
    )
    loads = _loads(learner, today) if not is_cram and len(asked) < len(rows) else {}
    repairs = _repairs(learner_id, rows.values(), asked)
    faces = []
    for fact_id in fact_ids:
        row = rows.get(fact_id)
        if row is not None:
            due_on: Mapping[Rating, date] = {}
            if not is_cram and fact_id not in asked:
                due_on = _due_days(row, learner, today, loads)
            faces.append(_face(row, today, due_on, asked.get(fact_id), old, repairs.get(fact_id)))
    return faces


def _read(row: Any) -> Any:
    """Return a row with ids, days and contents as they are everywhere."""
    return SimpleNamespace(
        **{
            **row._asdict(),
            "id": as_id(row.id),
            "content": as_content(row.content),
            "source": as_content(row.source),
            "last_on": None if row.last_on is None else as_day(row.last_on),
            "due_on": None if row.due_on is None else as_day(row.due_on),
        }
    )


def _wish(row: Any, *, asks: bool) -> Wish | None:
    """Return how a fact is to be asked; None for a flashcard."""
    must = not row.content.get("flashcard", True)
    wanted = row.wanted_form
    if must and wanted == FLASHCARD:
        wanted = None
    if wanted == FLASHCARD or not (asks or must or wanted):
        return None
    return Wish(row.id, row.stability, wanted, must)


def _face(
    row: Any,
    today: date,
    due_on: Mapping[Rating, date],
    asked: Asked | None,
    old: Mapping[uuid.UUID, str],
    repairs: Repairs | None,
) -> Face:
    before = old.get(row.id)
    return Face(
        fact_id=row.id,
        key=row.key,
        revision=row.revision,
        topic=row.topic,
        standing=row.standing,
        treatment=row.treatment,
        set_slug=row.slug,
        set_title=row.title,
        source=row.source,
        content=row.content,
        is_new=row.stability is None,
        language=row.language,
        is_counted=row.last_on is not None and row.last_on >= today,
        intervals={rating: max(0, (day - today).days) for rating, day in due_on.items()},
        due_on=due_on,
        asked=asked,
        old_statement=before if before != row.content.get("statement") else None,
        note=row.note or "",
        is_flagged=row.flagged_at is not None,
        wanted_form=row.wanted_form,
        lapses=row.lapses or 0,
        repairs=repairs,
    )


def _due_days(
    row: Any, learner: Learner | None, today: date, loads: Mapping[date, int]
) -> dict[Rating, date]:
    """Return the day to which each rating leads, within the fuzz that a review is stored with, where least waits."""
    scheduling = scheduling_with(learner, row.desired_retention)
    if row.stability is not None and row.last_on >= today:
        # Probed today already: nothing moves any more.
        return dict.fromkeys(Rating, max(today, row.due_on))
    memory = None if row.stability is None else Memory(row.stability, row.difficulty)
    elapsed = 0 if memory is None else (today - row.last_on).days
    fuzz = fuzz_factor(row.id.bytes, (row.reps or 0) + 1)
    easy, paused = _week_of(learner)
    return {
        rating: spread_due(outcome.memory, scheduling, fuzz, today, loads, easy, paused)
        for rating, outcome in next_outcomes(memory, elapsed, scheduling).items()
    }


def _week_of(learner: Learner | None) -> tuple[Sequence[int], tuple[date, date] | None]:
    """Return the learner's shares of the days of a week, and the pause that was announced."""
    if learner is None:
        return EVERY_DAY, None
    if learner.paused_from is None or learner.paused_through is None:
        return learner.easy_days, None
    return learner.easy_days, (learner.paused_from, learner.paused_through)


def _loads(learner: Learner | None, today: date) -> Mapping[date, int]:
    if learner is None:
        return {}
    return read_loads(learner.id, today, today + _LOOKED_AT)


def _repairs(
    learner_id: uuid.UUID | None, rows: Iterable[Any], asked: Mapping[uuid.UUID, Asked]
) -> dict[uuid.UUID, Repairs]:
    """Return what may help with those of the facts that keep slipping."""
    slipping = [row for row in rows if row.lapses and is_leech(row.lapses, row.leech_lapses or 0)]
    if learner_id is None or not slipping:
        return {}
    forms = {row.id: FLASHCARD for row in slipping}
    forms.update((fact_id, one.question.type) for fact_id, one in asked.items() if fact_id in forms)
    poor = [row.id for row in slipping if not row.content.get("flashcard", True)]
    return find_repairs(learner_id, forms, no_flashcard=poor)


def _load_old_statements(rows: Sequence[Any]) -> dict[uuid.UUID, str]:
    if not rows:
        return {}
    seen = [(row.id, row.fact_revision) for row in rows]
    return {
        fact_id: content.get("statement", "")
        for fact_id, content in db.session.execute(
            select(FactRevision.fact_id, FactRevision.content).where(
                tuple_(FactRevision.fact_id, FactRevision.revision).in_(seen)
            )
        )
    }
