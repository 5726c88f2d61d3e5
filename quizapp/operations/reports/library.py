"""The sets of the library, each with what is in it and what one learner holds of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from quizapp.database import db
from quizapp.models import Deck, Fact, QuestionSet
from quizapp.models.question_sets import SetState
from quizapp.operations import study
from quizapp.operations.study.decks import is_asked

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from quizapp.models import Learner

PAGE = 24


@dataclass(slots=True)
class SetEntry:
    """A set with the facts that are asked by standing; begun and held of those not invented; `due` as study has it."""

    question_set: QuestionSet
    standings: dict[str, int] = field(default_factory=dict)
    begun: int = 0
    held: float = 0.0
    due: int = 0
    is_deck: bool = False

    @property
    def facts(self) -> int:
        """How many facts are asked, invented ones apart."""
        return sum(count for standing, count in self.standings.items() if standing != "fictional")

    @property
    def fictional(self) -> int:
        """How many facts the source invents."""
        return self.standings.get("fictional", 0)

    @property
    def with_note(self) -> int:
        """How many facts differ from the record, contradict one another or are vague, without being invented."""
        return self.facts - self.standings.get("documented", 0)

    @property
    def share(self) -> float | None:
        """The share that would be recalled today, 0 to 1; None where nothing was begun."""
        return self.held / self.facts if self.facts and self.begun else None


def list_library(
    learner: Learner | None, now: datetime, words: str = "", page: int = 1
) -> tuple[list[SetEntry], int]:
    """Return one page of the published sets whose title holds every word, and the number of pages."""
    wanted = [QuestionSet.state == SetState.PUBLISHED]
    wanted += [QuestionSet.title.icontains(word, autoescape=True) for word in words.split()]
    total = db.session.execute(select(func.count()).select_from(QuestionSet).where(*wanted)).scalar_one()
    sets = (
        db.session.execute(
            select(QuestionSet)
            .where(*wanted)
            .order_by(QuestionSet.position, QuestionSet.title, QuestionSet.id)
            .limit(PAGE)
            .offset((page - 1) * PAGE)
        )
        .scalars()
        .all()
    )
    return _entries(sets, learner, now), max(1, -(-total // PAGE))


def list_drafts(user_id: uuid.UUID) -> list[SetEntry]:
    """Return the user's own sets that are not published, the last changed first."""
    sets = (
        db.session.execute(
            select(QuestionSet)
            .where(QuestionSet.owner_id == user_id, QuestionSet.state == SetState.DRAFT)
            .order_by(QuestionSet.updated_at.desc())
        )
        .scalars()
        .all()
    )
    return _entries(sets, None, None)


def _entries(sets: Sequence[QuestionSet], learner: Learner | None, now: datetime | None) -> list[SetEntry]:
    entries = {question_set.id: SetEntry(question_set) for question_set in sets}
    if not entries:
        return []
    counts = db.session.execute(
        select(Fact.question_set_id, Fact.standing, func.count())
        .where(Fact.question_set_id.in_(entries), is_asked())
        .group_by(Fact.question_set_id, Fact.standing)
    )
    for set_id, standing, count in counts:
        entries[set_id].standings[standing] = count
    if learner is not None and now is not None:
        _add_own(entries, learner, now)
    return list(entries.values())


def _add_own(entries: dict[uuid.UUID, SetEntry], learner: Learner, now: datetime) -> None:
    own = db.session.execute(
        select(Deck).where(Deck.learner_id == learner.id, Deck.question_set_id.in_(entries))
    ).scalars()
    decks = [(deck.question_set_id, deck) for deck in own]
    for (set_id, _), session in zip(decks, study.load_sessions(learner, decks, now), strict=True):
        entries[set_id].is_deck = True
        entries[set_id].due = session.counts.due + session.counts.returning
    for row in study.list_topic_memory(learner, study.today_of(learner, now), list(entries)):
        if not row.is_fiction:
            entries[row.set_id].begun += row.begun
            entries[row.set_id].held += row.recalled or 0.0
