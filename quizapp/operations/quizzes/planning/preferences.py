"""Which of the questions that may be drawn come first for a learner: unseen ones, mistakes, what is known least.

Ids are as the driver gives them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from quizapp.core.memory import retrievability
from quizapp.core.study_days import study_day
from quizapp.database import db
from quizapp.models import Learner
from quizapp.operations.attempt_secrecy import select_facts_in_open_attempts
from quizapp.operations.quizzes.planning.stock import raw_ids
from quizapp.operations.statements import Statement, as_day

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from quizapp.operations.quizzes.planning.stock import RawId

#: Facts known about as well as one another are of one rank; those never begun come after all others.
_RANKS: Final = 20

_SEEN: Final = Statement(
    "SELECT r.question_id, count(*) AS times FROM responses r WHERE r.learner_id = :learner_id GROUP BY r.question_id"
)
# A probe that was taken back counts for nothing, nor does what is no probe.
_LAST: Final = (
    "(SELECT r.is_right FROM reviews r WHERE r.learner_id = c.learner_id AND r.fact_id = c.fact_id "
    "AND r.action IS NULL AND r.cancels IS NULL AND NOT EXISTS (SELECT 1 FROM reviews taken "
    "WHERE taken.learner_id = r.learner_id AND taken.cancels = r.id) "
    "ORDER BY r.reviewed_at DESC, r.id DESC LIMIT 1)"
)
_MISTAKES: Final = Statement(
    "SELECT c.fact_id FROM cards c WHERE c.learner_id = :learner_id AND c.question_set_id IN :set_ids "  # noqa: S608
    f"AND NOT {_LAST}"
)
_CARDS: Final = Statement(
    "SELECT c.fact_id, c.stability, c.last_on FROM cards c "
    "WHERE c.learner_id = :learner_id AND c.question_set_id IN :set_ids"
)


def count_seen(learner_id: uuid.UUID) -> dict[RawId, int]:
    """Return how often the learner had each question in an attempt."""
    return {question_id: times for question_id, times in _SEEN.all({"learner_id": learner_id})}  # noqa: C416


def list_mistaken(learner_id: uuid.UUID, set_ids: Sequence[uuid.UUID]) -> set[RawId]:
    """Return the facts of which the learner's last review was wrong."""
    rows = _MISTAKES.all({"learner_id": learner_id, "set_ids": list(set_ids)})
    return {fact_id for (fact_id,) in rows}


def rank_by_memory(learner_id: uuid.UUID, set_ids: Sequence[uuid.UUID], now: datetime) -> dict[RawId, int]:
    """Return for each fact that the learner began its rank: the lower, the less likely it is recalled now."""
    learner = db.session.get_one(Learner, learner_id)
    today = study_day(now, learner.time_zone, learner.rollover_hour)
    rows: Sequence[Any] = _CARDS.all({"learner_id": learner_id, "set_ids": list(set_ids)})
    return {
        fact_id: int(_RANKS * retrievability(stability, (today - as_day(last_on)).days))
        for fact_id, stability, last_on in rows
    }


def rank_of(facts: Sequence[RawId], ranks: Mapping[RawId, int]) -> int:
    """Return the rank of a question: that of the fact known least among those that it probes."""
    return min(ranks.get(fact_id, _RANKS + 1) for fact_id in facts)


def count_to_practise(learner_id: uuid.UUID, set_ids: Sequence[uuid.UUID]) -> tuple[int, int]:
    """Return how many facts the learner got wrong last, and how many were begun; what an open quiz asks is not counted."""
    held = raw_ids(db.session.execute(select_facts_in_open_attempts(learner_id)).scalars())
    values = {"learner_id": learner_id, "set_ids": list(set_ids)}
    begun = {fact_id for fact_id, *_ in _CARDS.all(values)}
    return len(list_mistaken(learner_id, set_ids) - held), len(begun - held)
