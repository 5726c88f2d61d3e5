"""The cards that can come first, of all that wait in some decks or of those that were chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, or_, select

from quizapp.core import study_queue
from quizapp.core.memory import retrievability
from quizapp.core.study_queue import Mode, QueueCard
from quizapp.database import db
from quizapp.models import Card, CardMark, Fact
from quizapp.operations.study.decks import is_asked, scheduling_of
from quizapp.operations.study.sessions.looking import CANDIDATES, Look, Part, belongs
from quizapp.operations.study.sessions.waiting import (
    WINDOW,
    Waiting,
    load_begun,
    load_neighbours,
    load_waiting,
)

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement

    from quizapp.operations.study.sessions.session import Chosen

#: Of so many chosen facts at most it is known what they are confused with.
_MOST_SPACED: Final = 500


def cards_of(
    look: Look, parts: Sequence[Part], also: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[QueueCard]]:
    """Return the cards that can come first in each deck, those that return, and these facts' as well."""
    set_ids = {set_id for set_id, _ in look.decks}
    wanted = dict.fromkeys(look.log.forgotten(set_ids))
    wanted.update(dict.fromkeys(also))
    new = {*look.skipped, *also}
    if not look.is_paused:
        first_due = sorted(place for part in parts for place in part.first_due)
        # Those that are not asked any more are among them.
        count = CANDIDATES + sum(look.apart.values())
        wanted.update(dict.fromkeys(fact for _, fact in first_due[:count]))
        first_new = sorted(place for part in parts for place in part.first_new)
        earliest = [fact for _, fact in first_new[:CANDIDATES]]
        new.update(earliest)
        wanted.update(dict.fromkeys(earliest))
        if look.has_cards:
            wanted.update(dict.fromkeys([*look.corrected, *look.skipped]))
    found = load_waiting(look.learner_id, wanted, look.today)
    by_set = {part.set_id: part for part in parts}
    kept = [
        one
        for one in found.values()
        if one.set_id in by_set and _can_come(look, one, by_set[one.set_id], new)
    ]
    return _cards(look, parts, kept)


def _can_come(look: Look, one: Waiting, part: Part, new: Collection[uuid.UUID]) -> bool:
    if not belongs(one, part.deck) or one.fact in look.closed:
        return False
    if one.fact in look.log.marks:
        # A forgotten card returns unless it was put away since.
        return not one.is_hidden or look.log.marks[one.fact].forgotten_at is None
    if one.is_hidden or look.is_paused:
        return False
    if not one.has_card:
        return bool(part.new) and one.fact in new
    return True


def chosen_cards(look: Look, parts: Sequence[Part], chosen: Chosen) -> dict[uuid.UUID, list[QueueCard]]:
    """Return the cards of all chosen facts that can come, the first `WINDOW` of them."""
    decks = dict(look.decks)
    log, mode = look.log, look.mode
    if look.is_paused:
        return _cards(look, parts, [])
    is_left: ColumnElement[bool] = Card.shown_on <= look.today
    probed = log.forgotten(decks) + log.settled(decks)
    is_back = and_(chosen.returning, Fact.id.in_(log.forgotten(decks)))
    if mode is Mode.NEW:
        condition = or_(and_(chosen.condition, Card.fact_id.is_(None)), is_back)
    elif mode is Mode.DUE:
        is_left = or_(is_left, Card.fact_id.is_(None), Fact.id.in_([*probed, *look.corrected]))
        condition = or_(and_(chosen.condition, is_left), is_back)
    else:
        condition = chosen.condition
    rows = db.session.execute(
        select(Fact.id)
        .outerjoin(Card, and_(Card.learner_id == look.learner_id, Card.fact_id == Fact.id))
        .outerjoin(CardMark, and_(CardMark.learner_id == look.learner_id, CardMark.fact_id == Fact.id))
        .where(Fact.question_set_id.in_(list(decks)), is_asked(), condition)
        .order_by(Card.shown_on, Fact.introduced, Fact.id)
        .limit(WINDOW)
    ).scalars()
    facts = list(rows)
    found: list[Waiting] = []
    for start in range(0, len(facts), _MOST_SPACED):
        found += load_waiting(look.learner_id, facts[start : start + _MOST_SPACED], look.today).values()
    takes_all = mode in (Mode.AHEAD, Mode.CRAM)
    return _cards(
        look,
        parts,
        [
            one
            for one in found
            if one.fact not in look.closed
            and belongs(one, decks[one.set_id])
            and (not one.is_hidden or (takes_all and not (one.has_card and one.shown_on is None)))
        ],
    )


def _cards(look: Look, parts: Sequence[Part], found: Sequence[Waiting]) -> dict[uuid.UUID, list[QueueCard]]:
    neighbours = load_neighbours([one.fact for one in found]) if len(found) <= _MOST_SPACED else {}
    of_new = {neighbour for one in found if not one.has_card for neighbour in neighbours.get(one.fact, ())}
    begun = load_begun(look.learner_id, of_new)
    fresh = {
        fact
        for fact, (begun_on, stability) in begun.items()
        if study_queue.is_fresh(begun_on, stability, look.today)
    }
    cards: dict[uuid.UUID, list[QueueCard]] = {part.set_id: [] for part in parts}
    weights = scheduling_of(look.learner).weights
    for one in found:
        near = neighbours.get(one.fact, ())
        cards[one.set_id].append(_card(look, one, near, weights, not fresh.isdisjoint(near)))
    return cards


def _card(
    look: Look, one: Waiting, neighbours: tuple[uuid.UUID, ...], weights: tuple[float, ...], is_crowded: bool
) -> QueueCard:
    is_corrected = one.fact in look.corrected
    recall = 0.0
    if one.last_on is not None and not is_corrected:
        recall = retrievability(one.stability, (look.today - one.last_on).days, weights)
    return QueueCard(
        fact=one.fact,
        topic=one.topic,
        position=one.introduced,
        # What was corrected is shown next, whenever it was due.
        due_on=None if not one.has_card else look.today if is_corrected else one.shown_on,
        retrievability=recall,
        today=look.log.marks.get(one.fact),
        stability=one.stability,
        neighbours=neighbours,
        is_crowded=is_crowded and not one.has_card,
        skipped_at=one.skipped_at,
    )
