"""How much of each topic is in memory today, without reading all cards of whoever has very many.

Few cards are counted as they are. For many, a census made in the background is brought up to date: forgetting as it
was foreseen, reviews by the statistics of the days since.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, or_, select

from quizapp.core.memory import retrievability
from quizapp.core.study_days import UnknownTimeZoneError
from quizapp.database import db, run_tx
from quizapp.models import Card, DailyStatistics, Deck, Fact, Learner, MemoryCensus, QuestionSet
from quizapp.models.question_sets import SetState
from quizapp.models.reviews import FICTION
from quizapp.operations.study.decks import is_asked, scheduling_of, today_of
from quizapp.operations.study.statistics import counted_topic, upsert_into

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from sqlalchemy import ColumnElement

#: So many cards are counted while a page waits; of more, a census is made in the background.
COUNTED_AT_ONCE: Final = 2000
#: Days after a census for which it foresees what is forgotten; between them it is taken as even.
_FORESEEN: Final = (0, 1, 3, 7, 14, 30)
#: Whoever was not seen for longer gets a census when they come back.
_SEEN_WITHIN: Final = timedelta(days=2)

_Key = tuple[uuid.UUID, str]

#: Facts that are asked, by topic, of sets as they were last changed: the same for every learner.
_facts_known: dict[tuple[uuid.UUID, datetime], dict[str, int]] = {}


@dataclass(frozen=True, slots=True)
class TopicMemory:
    """One topic of one set: facts asked, facts begun, and the sum of their chances of recall today.

    Invented facts of a set stand in a row of their own. `slug` is empty where the set is not in the library.
    `recalled` is None while many cards wait to be counted for the first time.
    """

    set_id: uuid.UUID
    title: str
    slug: str
    topic: str
    is_fiction: bool
    facts: int
    begun: int
    recalled: float | None

    @property
    def recall(self) -> float | None:
        """Mean chance of recall of the facts begun, 0 to 1."""
        return self.recalled / self.begun if self.begun and self.recalled is not None else None

    @property
    def share(self) -> float | None:
        """The share of all facts that would be recalled today, 0 to 1; None where nothing was begun."""
        if not self.begun or not self.facts or self.recalled is None:
            return None
        return min(1.0, self.recalled / self.facts)


@dataclass(slots=True)
class _Held:
    begun: int = 0
    recalled: float | None = 0.0


def list_topic_memory(
    learner: Learner, today: date, set_ids: Collection[uuid.UUID] | None = None
) -> list[TopicMemory]:
    """Return the topics of these sets, or of all that the learner studies or was asked about, as the library has them.

    Reads at most `COUNTED_AT_ONCE` cards. From a census, shares are within half a point of what counting would give.
    """
    held = _held_now(learner, today)
    wanted = {set_id for set_id, _ in held} if set_ids is None else set(set_ids)
    of_decks = select(Deck.question_set_id).where(Deck.learner_id == learner.id)
    condition: ColumnElement[bool] = QuestionSet.id.in_(wanted)
    if set_ids is None:
        condition = or_(condition, QuestionSet.id.in_(of_decks))
    sets = db.session.execute(
        select(QuestionSet).where(condition).order_by(QuestionSet.position, QuestionSet.title)
    ).scalars()
    found = []
    for question_set in sets:
        facts = _facts_by_topic(question_set)
        order = {topic: place for place, topic in enumerate(question_set.topics)}
        topics = sorted(
            (topic for topic in facts if topic != FICTION),
            key=lambda name: (order.get(name, len(order)), name),
        )
        for topic in [*topics, FICTION]:
            here = held.get((question_set.id, topic), _Held())
            if topic != FICTION or here.begun:
                found.append(
                    TopicMemory(
                        set_id=question_set.id,
                        title=question_set.title,
                        slug=question_set.slug if question_set.state == SetState.PUBLISHED else "",
                        topic=topic,
                        is_fiction=topic == FICTION,
                        facts=facts.get(topic, 0),
                        begun=here.begun,
                        recalled=here.recalled,
                    )
                )
    return found


def has_many_cards(learner_id: uuid.UUID) -> bool:
    """Return whether the learner has more cards than are counted at once; stops counting there."""
    some = select(Card.fact_id).where(Card.learner_id == learner_id).limit(COUNTED_AT_ONCE + 1).subquery()
    return db.session.execute(select(func.count()).select_from(some)).scalar_one() > COUNTED_AT_ONCE


def make_census(learner_id: uuid.UUID, now: datetime) -> None:
    """Count what a learner with many cards holds of each topic and keep it; of few cards nothing is kept.

    Reads all cards: for background work. Its transaction is its own.
    """
    learner = db.session.get(Learner, learner_id)
    if learner is None:
        return
    if not has_many_cards(learner_id):
        run_tx(lambda: db.session.execute(delete(MemoryCensus).where(MemoryCensus.learner_id == learner_id)))
        return
    day = today_of(learner, now)
    counted_by_then = _statistics(learner_id, DailyStatistics.study_day == day)
    topics = []
    for (set_id, topic), (begun, sums) in _foresee(learner, day).items():
        new_facts, risen = counted_by_then.get((set_id, topic), (0, 0.0))
        topics.append(
            {"set": str(set_id), "topic": topic, "begun": begun, "recalled": sums, "new_facts": new_facts, "risen": risen}
        )  # fmt: skip
    key, values = {"learner_id": learner_id}, {"made_on": day, "made_at": now, "topics": topics}
    run_tx(
        lambda: db.session.execute(
            upsert_into(MemoryCensus.__table__, tuple(key), tuple(values)), {**key, **values}
        )
    )


def list_uncounted(now: datetime) -> list[uuid.UUID]:
    """Return the learners seen lately who have many cards and no census of their study day."""
    learners = db.session.execute(
        select(Learner, MemoryCensus.made_on)
        .outerjoin(MemoryCensus, MemoryCensus.learner_id == Learner.id)
        .where(Learner.seen_on >= (now - _SEEN_WITHIN).date())
        .order_by(Learner.id)
    ).all()
    return [learner.id for learner, made_on in learners if _is_uncounted(learner, made_on, now)]


def _is_uncounted(learner: Learner, made_on: date | None, now: datetime) -> bool:
    try:
        today = today_of(learner, now)
    except UnknownTimeZoneError:
        # Unknown since the system's zones changed: no reason to leave everybody else uncounted.
        return False
    return made_on != today and has_many_cards(learner.id)


def _facts_by_topic(question_set: QuestionSet) -> dict[str, int]:
    key = (question_set.id, question_set.updated_at)
    if key not in _facts_known:
        if len(_facts_known) > 500:
            _facts_known.clear()
        topic = counted_topic()
        rows = db.session.execute(
            select(topic, func.count())
            .where(Fact.question_set_id == question_set.id, is_asked())
            .group_by(topic)
        )
        _facts_known[key] = {str(name): int(count) for name, count in rows}
    return _facts_known[key]


def _held_now(learner: Learner, today: date) -> dict[_Key, _Held]:
    if not has_many_cards(learner.id):
        return {
            key: _Held(begun, sums[0])
            for key, (begun, sums) in _foresee(learner, today, horizons=(0,)).items()
        }
    census = db.session.get(MemoryCensus, learner.id)
    if census is None:
        uncounted = _statistics(learner.id, DailyStatistics.study_day <= today)
        return {key: _Held(new_facts, None) for key, (new_facts, _) in uncounted.items()}
    return _brought_up_to_date(census, today)


def _brought_up_to_date(census: MemoryCensus, today: date) -> dict[_Key, _Held]:
    days = max(0, (today - census.made_on).days)
    since = _statistics(census.learner_id, DailyStatistics.study_day >= census.made_on)
    held: dict[_Key, _Held] = {}
    for row in census.topics:
        held[uuid.UUID(row["set"]), row["topic"]] = _Held(
            row["begun"] - row["new_facts"], _between(row["recalled"], days) - row["risen"]
        )
    for key, (new_facts, risen) in since.items():
        here = held.setdefault(key, _Held())
        here.begun += new_facts
        here.recalled = min(float(here.begun), (here.recalled or 0.0) + risen)
    return held


def _statistics(learner_id: uuid.UUID, condition: ColumnElement[bool]) -> dict[_Key, tuple[int, float]]:
    """Return for each set and topic the facts begun, and by how much reviews raised recall on their day.

    A long-term review leads from the predicted chance of recall to certainty, a new fact from nothing to it.
    """
    table = DailyStatistics
    rows = db.session.execute(
        select(
            table.question_set_id,
            table.topic,
            func.sum(table.new_facts),
            func.sum(table.predicted_reviews),
            func.sum(table.predicted_recall),
        )
        .where(table.learner_id == learner_id, condition)
        .group_by(table.question_set_id, table.topic)
    )
    return {
        (set_id, topic): (int(new), int(new) + int(reviews) - float(predicted))
        for set_id, topic, new, reviews, predicted in rows
    }


def _foresee(
    learner: Learner, today: date, horizons: tuple[int, ...] = _FORESEEN
) -> dict[_Key, tuple[int, list[float]]]:
    """Return for each set and topic the cards, and the sums of their chances of recall so many days from today."""
    weights = scheduling_of(learner).weights
    rows = db.session.execute(
        select(Card.question_set_id, counted_topic(), Card.stability, Card.last_on)
        .join(Fact, Fact.id == Card.fact_id)
        .where(Card.learner_id == learner.id, is_asked())
        .execution_options(yield_per=5000)
    )
    found: dict[_Key, tuple[int, list[float]]] = {}
    for set_id, topic, stability, last_on in rows:
        begun, sums = found.get((set_id, topic)) or (0, [0.0] * len(horizons))
        elapsed = (today - last_on).days
        for place, days in enumerate(horizons):
            sums[place] += retrievability(stability, elapsed + days, weights)
        found[set_id, topic] = (begun + 1, sums)
    return found


def _between(sums: list[float], days: int) -> float:
    """Return what was foreseen for so many days on, evenly between the days foreseen."""
    for place in range(1, len(_FORESEEN)):
        first, last = _FORESEEN[place - 1], _FORESEEN[place]
        if days <= last:
            part = (days - first) / (last - first)
            return sums[place - 1] * (1 - part) + sums[place] * part
    return sums[-1]
