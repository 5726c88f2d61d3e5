"""Map questions: one place, or every place of a list, to be marked on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quizapp.core.bank_index import stable_hash
from quizapp.core.facts import EntityValue
from quizapp.core.generation import marking
from quizapp.core.generation.making import reason, sentence
from quizapp.core.generation.typed import has_rivals
from quizapp.core.questions import MapQuestion, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from quizapp.core.facts import Entity
    from quizapp.core.generation.making import Gathering, Making
    from quizapp.core.generation.marking import Mark

LEAST_WRONG: Final = 4
MOST_WRONG_OF_LIST: Final = 80
MOST_WRONG_OF_ONE: Final = 40
MOST_TARGETS: Final = 60


def make(making: Making) -> MapQuestion | None:
    """Return the question for one place among those of its kind; None where it or too few others are on the map."""
    bank, fact = making.bank, making.fact
    if not isinstance(fact.value, EntityValue) or fact.member_of is not None or has_rivals(fact, bank):
        return None
    target = bank.entities[fact.value.entity]
    if target.place is None:
        return None
    wrong = [
        (bank.entities[one.value.entity], one.fact, reason(bank, one))
        for one in making.pool.distractors
        if isinstance(one.value, EntityValue)
    ]
    right = (target, fact.id, sentence(fact.statement))
    places = _places([right], _drawn(wrong, making.id, MOST_WRONG_OF_ONE))
    if len(places) <= LEAST_WRONG:
        return None
    return MapQuestion(stem=fact.ask, places=places, targets=(target.place,), **making.common())


def make_all(gathering: Gathering) -> list[MapQuestion]:
    """Return the question that asks for every place of a set; nothing where one of them is not on the map."""
    facts = marking.facts_for(gathering)
    if not 2 <= len(facts) <= MOST_TARGETS or not gathering.group.ask or len(facts) < _asked(gathering):
        return []
    right = _on_map(marking.right_marks(gathering.bank, facts))
    targets = tuple(entity.place for entity, _, _ in right if entity.place)
    if len(set(targets)) < len(facts):
        return []
    wrong = _on_map(marking.wrong_marks(gathering, facts))
    places = _places(right, _drawn(wrong, gathering.id, MOST_WRONG_OF_LIST))
    if len(places) < len(targets) + LEAST_WRONG:
        return []
    names = "; ".join(sorted(entity.name for entity, _, _ in right))
    return [
        MapQuestion(
            stem=gathering.group.ask,
            places=places,
            targets=targets,
            **gathering.common(facts, f"To be marked: {names}."),
        )
    ]


# A place in the making: the entity, the fact that speaks of it, and why it is right or wrong.
_Spot = tuple["Entity", str | None, str]


def _asked(gathering: Gathering) -> int:
    return sum(fact.is_asked for fact in gathering.facts)


def _on_map(marks: Iterable[Mark]) -> list[_Spot]:
    return [(mark.entity, mark.fact, mark.because) for mark in marks if mark.entity and mark.entity.place]


def _drawn(wrong: Iterable[_Spot], name: str, most: int) -> list[_Spot]:
    """Return the wrong places that are on the map; of very many, some by the hash of the question and theirs."""
    spots = [spot for spot in wrong if spot[0].place]
    return sorted(spots, key=lambda spot: stable_hash(f"{name}:{spot[0].id}"))[:most]


def _places(right: Sequence[_Spot], wrong: Sequence[_Spot]) -> tuple[Place, ...]:
    """Return the places by their names, each once."""
    places: dict[str, Place] = {}
    for entity, fact, because in (*right, *wrong):
        if entity.place is not None and entity.place not in places:
            # A country that has a shape on the map needs no point.
            point = None if entity.code else entity.point
            places[entity.place] = Place(entity.place, entity.name, entity.code, point, fact, because)
    return tuple(sorted(places.values(), key=lambda place: (place.name, place.id)))
