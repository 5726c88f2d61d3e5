"""Today's log: what was probed, how it went, how long it took; read once for each look at a session."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from quizapp.core import study_queue
from quizapp.core.study_queue import Mode, TodayMark
from quizapp.operations.statements import Statement, as_id, as_moment

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection
    from datetime import date

    from quizapp.models import Learner

#: Seconds a card takes until the learner's own times are known.
TYPICAL_SECONDS: Final = 8.0
#: So many durations say something about a pace.
_ENOUGH_DURATIONS: Final = 5
#: Where reviews come from that a learner gave while studying.
_OWN: Final = frozenset({"study", "cram"})

# In the order of `evidence.standing`; its columns are unpacked by place.
_LOG = Statement(
    "SELECT r.id, r.fact_id, f.question_set_id, r.cancels, r.action, "
    "r.rating IS NOT NULL OR (r.cancels IS NULL AND r.action IS NULL), "
    "CASE WHEN r.rating IS NULL THEN r.is_right ELSE r.rating > 1 END, "
    "r.reviewed_at, r.source, r.duration_ms, r.is_long_term, r.stability_before IS NULL "
    "FROM reviews r CROSS JOIN facts f "
    "WHERE r.learner_id = :learner_id AND r.study_day = :today AND f.id = r.fact_id ORDER BY r.reviewed_at, r.id"
)


@dataclass(frozen=True, slots=True)
class DayLog:
    """One study day of a learner.

    `marks` says of each fact probed how it stands; `sets` has the set of each fact in the log. `begun` and `repeated`
    count the facts of each set that were new, and due, before they moved today. `taken_back` are facts without a mark:
    what happened to them was undone. `postponed` had their due date set by hand.
    """

    marks: dict[uuid.UUID, TodayMark] = field(default_factory=dict)
    sets: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)
    reviews: int = 0
    recalled: int = 0
    seconds: float = 0.0
    median_seconds: float = TYPICAL_SECONDS
    last_review: uuid.UUID | None = None
    begun: dict[uuid.UUID, int] = field(default_factory=dict)
    repeated: dict[uuid.UUID, int] = field(default_factory=dict)
    taken_back: frozenset[uuid.UUID] = frozenset()
    postponed: frozenset[uuid.UUID] = frozenset()

    def settled(self, set_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
        """Return the facts of these sets that were probed and are not to return."""
        return [
            fact
            for fact, mark in self.marks.items()
            if mark.forgotten_at is None and self.sets[fact] in set_ids
        ]

    def forgotten(self, set_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
        """Return the facts of these sets that are to return."""
        return [
            fact
            for fact, mark in self.marks.items()
            if mark.forgotten_at is not None and self.sets[fact] in set_ids
        ]

    def recent(self) -> list[uuid.UUID]:
        """Return the facts probed last, which decide what may follow."""
        return [fact for fact, mark in self.marks.items() if mark.others_since <= study_queue.BESIDE]


def read_day_log(learner: Learner | None, today: date, mode: Mode = Mode.DUE) -> DayLog:
    """Return a learner's day: one query, as long as the day was, gone through once."""
    if learner is None:
        return DayLog()
    rows = _LOG.all({"learner_id": learner.id, "today": today})
    if not rows:
        return DayLog()
    cancelled = {row[3] for row in rows}
    day = _Day(mode is Mode.CRAM)
    for review, fact, of_set, cancels, action, is_probe, *probe in rows:
        day.sets[fact] = of_set
        if cancels is not None:
            day.taken_back.add(fact)
        if action == "due":
            day.postponed.add(fact)
        if review in cancelled:
            continue
        if is_probe:
            day.add(review, fact, of_set, *probe)
        elif action == "reset" and not day.is_cramming:
            day.events.append((fact, None))
    return day.summed_up()


@dataclass(slots=True)
class _Day:
    """Sums of a day's rows. Ids and moments stay what a driver gave: there are far more rows than facts and sets."""

    is_cramming: bool
    events: list[tuple[Any, tuple[Any] | None]] = field(default_factory=list)
    sets: dict[Any, Any] = field(default_factory=dict)
    probes: int = 0
    recalled: int = 0
    durations: list[int] = field(default_factory=list)
    last_review: Any = None
    begun: dict[Any, int] = field(default_factory=dict)
    repeated: dict[Any, int] = field(default_factory=dict)
    taken_back: set[Any] = field(default_factory=set)
    postponed: set[Any] = field(default_factory=set)

    def add(
        self,
        review: Any,
        fact: Any,
        of_set: Any,
        is_remembered: bool,
        at: Any,
        source: str,
        duration_ms: int,
        is_moving: bool,
        is_new: bool,
    ) -> None:
        """Add a probe that stands."""
        self.probes += 1
        self.recalled += bool(is_remembered)
        if duration_ms > 0:
            self.durations.append(duration_ms)
        if source in _OWN:
            self.last_review = review
        if is_moving:
            counted = self.begun if is_new else self.repeated
            counted[of_set] = counted.get(of_set, 0) + 1
        if (source == "cram") == self.is_cramming:
            self.events.append((fact, (None if is_remembered else at,)))

    def summed_up(self) -> DayLog:
        ids = {fact: as_id(fact) for fact in self.sets}
        sets = {of_set: as_id(of_set) for of_set in set(self.sets.values())}
        marks = study_queue.mark_facts(
            (ids[fact], probe and (None if probe[0] is None else as_moment(probe[0]),))
            for fact, probe in self.events
        )
        durations = sorted(self.durations)
        return DayLog(
            marks=marks,
            sets={ids[fact]: sets[of_set] for fact, of_set in self.sets.items()},
            reviews=self.probes,
            recalled=self.recalled,
            seconds=sum(durations) / 1000,
            median_seconds=durations[len(durations) // 2] / 1000
            if len(durations) >= _ENOUGH_DURATIONS
            else TYPICAL_SECONDS,
            last_review=None if self.last_review is None else as_id(self.last_review),
            begun={sets[of_set]: count for of_set, count in self.begun.items()},
            repeated={sets[of_set]: count for of_set, count in self.repeated.items()},
            taken_back=frozenset(ids[fact] for fact in self.taken_back) - marks.keys(),
            postponed=frozenset(ids[fact] for fact in self.postponed),
        )
