"""What of a set stands on a map: its layers, and in each the places with their facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from quizapp.core.matching import fold
from quizapp.operations.reports import Group, MemoryState, fold_members
from quizapp.web.maps import Item, can_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from quizapp.operations.reports import FactLine

#: More facts than this are told apart by what they say of a place: one map of them would be a wall of links.
_MOST = 150
_FEWEST_MEMBERS = 2
#: What a map shows, in plain words, where the name of the relation says too little.
_TITLES = {
    "capital": "Countries and their capitals",
    "country-of-capital": "Capitals and their countries",
    "unit-of-currency": "Currencies of countries",
    "issuer": "Who issues a currency",
    "continent": "Countries and their continents",
    "attended-by": "who was pressed for support",
    "promised-support-in": "where support was promised",
    "known-from-sources-of": "whose sources report it",
    "set-up-by": "its founders",
    "coordinated-with": "who coordinated with it",
    "has-member": "its members",
    "lists-location": "locations it lists",
    "entered": "lands it entered",
    "shows-country": "countries it shows",
}
#: The weakest memory of a place's facts is what its tint tells.
_WEAKEST_FIRST = (MemoryState.SLIPPING, MemoryState.NEW, MemoryState.HELD)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with the facts that stand there; its id is the code, or the point in degrees."""

    id: str
    name: str
    code: str | None
    point: tuple[float, float] | None
    lines: tuple[FactLine, ...]

    @property
    def state(self) -> MemoryState:
        """The weakest memory of its facts."""
        return min((line.state for line in self.lines), key=_WEAKEST_FIRST.index)

    @property
    def said(self) -> str:
        """What its first fact says of it: the other end of that fact; empty where the place is neither end."""
        ends = [str(self.lines[0].content.get(name) or "") for name in ("subject", "key_text")]
        return ends[1 - ends.index(self.name)] if self.name in ends else ""

    @property
    def is_fictional(self) -> bool:
        """Whether all that stands there is invented."""
        return all(line.is_fictional for line in self.lines)


@dataclass(frozen=True, slots=True)
class Layer:
    """What one map shows: the members of the list `key`, facts of one `relation`, or all; `text` says it in a sentence.

    `closed` is how many of its facts an open quiz keeps back; `spots` are the others, by name.
    """

    key: str
    relation: str
    title: str
    text: str
    spots: tuple[Spot, ...]
    closed: int

    @property
    def standing(self) -> str | None:
        """How all of its facts stand to the record; None where they differ."""
        found = {line.standing for spot in self.spots for line in spot.lines}
        return found.pop() if len(found) == 1 else None

    @property
    def facts(self) -> int:
        """How many facts it shows."""
        return sum(len(spot.lines) for spot in self.spots)


def count_fiction(lines: Iterable[FactLine]) -> int:
    """Return how many invented facts stand on a map and may be shown."""
    return sum(_is_placed(line) and line.is_fictional and not line.is_closed for line in lines)


def find_layers(lines: Iterable[FactLine], *, with_fiction: bool) -> list[Layer]:
    """Return the layers of a set: facts of no list first, then each list with members on a map."""
    placed = [line for line in lines if _is_placed(line) and (with_fiction or not line.is_fictional)]
    entries = fold_members(placed)
    events = [entry for entry in entries if not isinstance(entry, Group)]
    groups = [entry for entry in entries if isinstance(entry, Group) and len(entry.lines) >= _FEWEST_MEMBERS]
    subjects = [str(group.first.content.get("subject") or "") for group in groups]
    layers = []
    if len(events) <= _MOST:
        layers.append(_layer("", "", "Places", "Each fact that names a country or a town.", events))
    else:
        for relation in dict.fromkeys(_relation(line) for line in events):
            title = _sentence(_plain(relation)) or "Places"
            of_it = [line for line in events if _relation(line) == relation]
            layers.append(_layer("", relation, title, "", of_it))
    for group, subject in zip(groups, subjects, strict=True):
        relation = _relation(group.first)
        title = subject or group.title
        if subject and (subjects.count(subject) > 1 or relation in _TITLES):
            title = f"{subject}: {_plain(relation) or group.title}"
        layers.append(_layer(group.key, "", _sentence(title), group.title, group.lines))
    return [layer for layer in layers if layer.spots or layer.closed]


def draw_items(spots: Iterable[Spot], *, begun: bool, address: Callable[[FactLine], str]) -> list[Item]:
    """Return what is drawn: a place with one fact leads to its page, one with several to its entry in the list."""
    items = []
    for spot in spots:
        state = "fictional" if spot.is_fictional else str(spot.state) if begun else "plain"
        href = address(spot.lines[0]) if len(spot.lines) == 1 else f"#place-{spot.id}"
        items.append(Item(spot.id, spot.name, spot.code, spot.point, state, href=href))
    return items


def _relation(line: FactLine) -> str:
    return str(line.content["place"].get("relation") or "")


def _plain(relation: str) -> str:
    return _TITLES.get(relation) or relation.replace("-", " ")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _layer(key: str, relation: str, title: str, text: str, lines: Sequence[FactLine]) -> Layer:
    shown = [line for line in lines if not line.is_closed]
    # Of a list nothing is shown while one of it is asked: what is missing would be the key.
    if (key or relation) and len(shown) < len(lines):
        shown = []
    return Layer(key, relation, title, text, _spots(shown), len(lines) - len(shown))


def _spots(lines: Iterable[FactLine]) -> tuple[Spot, ...]:
    by_id: dict[str, list[FactLine]] = {}
    for line in lines:
        by_id.setdefault(_spot_id(line.content["place"]), []).append(line)
    spots = []
    for spot_id, there in by_id.items():
        place = there[0].content["place"]
        point = place.get("point")
        spots.append(
            Spot(
                id=spot_id,
                name=place["name"],
                code=None if point else place["code"],
                point=(point[0], point[1]) if point else None,
                lines=tuple(there),
            )
        )
    return tuple(sorted(spots, key=lambda spot: fold(spot.name)))


def _spot_id(place: dict[str, object]) -> str:
    point = place.get("point")
    if isinstance(point, list):
        return "p" + "_".join(str(part).replace(".", "-") for part in point)
    return str(place["code"])


def _is_placed(line: FactLine) -> bool:
    place = line.content.get("place") or {}
    return line.is_asked and can_place(place.get("code"), place.get("point"))
