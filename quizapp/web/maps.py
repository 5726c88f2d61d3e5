"""World maps of the pages: the projection, where each country stands, and what is drawn of it."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from quizapp import paths
from quizapp.core.matching import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from quizapp.core.questions import Place

#: Width of the whole earth in units of the map; the height follows from the projection.
WIDTH: Final = 10_000
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_ROOT3: Final = math.sqrt(3)
_SCALE: Final = WIDTH * 3 * _A1 / (4 * _ROOT3 * math.pi)
#: From where to where a map of the world reaches: nobody lives beyond.
_NORTH, _SOUTH = 84.0, -57.0
#: No view is smaller than this: half a continent tells where a town is.
_NARROWEST, _LOWEST = 1000.0, 560.0
_MARGIN: Final = 0.08
#: What is smaller than the first share of the view gets a dot as well; up to the second it has one for narrow screens,
#: unless the map is crowded.
_SMALL, _RATHER_SMALL = 0.016, 0.045
_CROWDED: Final = 80
#: Width to height of the world's view, and of the frame on a wide screen.
_RATIO: Final = 2.1


class Box(NamedTuple):
    """A rectangle in units of the map, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def extent(self) -> float:
        """The longer side."""
        return max(self.right - self.left, self.bottom - self.top)


class View(NamedTuple):
    """What an SVG calls its view box: the corner, and the size."""

    x: float
    y: float
    width: float
    height: float

    def __str__(self) -> str:
        return " ".join(f"{part:.0f}" for part in self)


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory of the map; `box` is that of its main parts, `area` in square kilometres.

    One without an area has no shape in the data, and is a dot at its `centre`.
    """

    code: str
    name: str
    box: Box
    centre: tuple[float, float]
    area: int

    @property
    def has_shape(self) -> bool:
        """Whether world.svg holds an outline of it."""
        return self.area > 0


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be drawn: a point (lat, lon) in degrees, or else the country of a code.

    `state` is a class of map.css (`held`, `marked` ...), `words` says the same in words, `href` makes it a link.
    """

    id: str
    name: str
    code: str | None = None
    point: Sequence[float] | None = None
    state: str = ""
    words: str = ""
    href: str | None = None

    @property
    def title(self) -> str:
        """Name and state, to be read out."""
        return f"{self.name}, {self.words}" if self.words else self.name


@dataclass(frozen=True, slots=True)
class Drawn:
    """An item in its place: the id of its shape in world.svg, or a dot, or both.

    `extent` is how long the shape is: shown large enough, it needs no dot. `is_spare` is a dot for a small screen only.
    """

    item: Item
    shape: str | None
    dot: tuple[int, int] | None
    extent: int = 0
    is_spare: bool = False
    area: int = field(repr=False, default=0)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map for a page: the view, and what is drawn in it, large things first; `title` says what it shows."""

    title: str
    view: View
    drawn: tuple[Drawn, ...]

    @property
    def is_world(self) -> bool:
        """Whether all inhabited land is in view."""
        return self.view == world_view()


def project(lat: float, lon: float) -> tuple[float, float]:
    """Return where a place (degrees) stands on the map, in its units, y downwards from the north pole.

    Equal Earth: Šavrič, Patterson and Jenny, "The Equal Earth map projection", International Journal of Geographical
    Information Science 33 (2019), equations 2 and 3.
    """
    theta = math.asin(_ROOT3 / 2 * math.sin(math.radians(lat)))
    square = theta * theta
    sixth = square**3
    slope = _A1 + 3 * _A2 * square + sixth * (7 * _A3 + 9 * _A4 * square)
    x = 2 * _ROOT3 * math.radians(lon) * math.cos(theta) / (3 * slope)
    y = theta * (_A1 + _A2 * square + sixth * (_A3 + _A4 * square))
    return WIDTH / 2 + _SCALE * x, _SCALE * (_TOP - y)


def _height_of_pole() -> float:
    theta = math.pi / 3
    return theta * (_A1 + _A2 * theta**2 + theta**6 * (_A3 + _A4 * theta**2))


_TOP: Final = _height_of_pole()


@cache
def countries() -> dict[str, Country]:
    """Return every country and territory of the map by its ISO 3166 alpha-3 code; Kosovo is XKX."""
    read = json.loads((paths.static() / "maps" / "places.json").read_text("utf-8"))
    return {
        code: Country(code, entry["name"], Box(*entry["box"]), tuple(entry["centre"]), entry["area"])
        for code, entry in read["places"].items()
    }


def can_place(code: str | None, point: Sequence[float] | None) -> bool:
    """Return whether something with this code or point can be drawn."""
    return point is not None or code in countries()


def draw(title: str, items: Iterable[Item], *, free_below: bool = False) -> Drawing:
    """Return a drawing of the items that can be placed, the view fitted to all of them.

    What is small lies on what is large, so that each can be hit; with `free_below` what tells nothing lies below the
    rest, so that it covers no outline.
    """
    placed = [item for item in items if can_place(item.code, item.point)]
    view = _fit([_box_of(item) for item in placed])
    small = _SMALL if len(placed) > _CROWDED else _RATHER_SMALL
    drawn = [_draw(item, view, small) for item in placed]
    drawn.sort(
        key=lambda one: (one.shape is None, free_below and one.item.state != "free", -one.area),
    )
    return Drawing(title, view, tuple(drawn))


def draw_control(places: Iterable[Place], marks: Iterable[str]) -> Drawing:
    """Return the map on which places are marked: it shows all of them alike, whichever are right."""
    marked = frozenset(marks)
    items = [
        Item(place.id, place.name, place.code, place.point, "marked" if place.id in marked else "free")
        # By name: the order in the page must not tell which are right.
        for place in sorted(places, key=lambda place: (place.name, place.id))
    ]
    return draw("Map of the places to choose from", items)


def draw_told(places: Iterable[Place], targets: Iterable[str], marks: Iterable[str]) -> Drawing:
    """Return the map of what was marked and what is right, in the view of the control."""
    items = []
    for place in places:
        state, words = judge(place.id, targets, marks)
        items.append(Item(place.id, place.name, place.code, place.point, state, words))
    return draw("Map of what you marked and what is right", items, free_below=True)


def judge(place_id: str, targets: Iterable[str], marks: Iterable[str]) -> tuple[str, str]:
    """Return the state of a place once it may be told, and the words for it."""
    is_target, is_marked = place_id in set(targets), place_id in set(marks)
    if is_target:
        return ("right", "marked, right") if is_marked else ("missed", "missed")
    return ("wrong", "marked, wrong") if is_marked else ("free", "")


def by_name(places: Iterable[Place]) -> list[Place]:
    """Return places in the order of their names, as a reader looks for them: accents count for nothing."""
    return sorted(places, key=lambda place: fold(place.name))


@cache
def world_view() -> View:
    """Return the view of all inhabited land."""
    top, bottom = project(_NORTH, 0)[1], project(_SOUTH, 0)[1]
    return View(0, top, WIDTH, bottom - top)


def _box_of(item: Item) -> Box:
    if item.point is None:
        return countries()[item.code or ""].box
    x, y = project(item.point[0], item.point[1])
    return Box(x, y, x, y)


def _draw(item: Item, view: View, small: float) -> Drawn:
    if item.point is not None:
        x, y = project(item.point[0], item.point[1])
        return Drawn(item, None, (round(x), round(y)))
    country = countries()[item.code or ""]
    share = country.box.extent / max(view.width, view.height * _RATIO)
    return Drawn(
        item,
        shape=country.code if country.has_shape else None,
        dot=(round(country.centre[0]), round(country.centre[1])) if share < small else None,
        extent=round(country.box.extent),
        is_spare=share >= _SMALL,
        area=country.area,
    )


def _fit(boxes: Sequence[Box]) -> View:
    """Return the view that holds all boxes with a margin, within the world's; without any box the world's."""
    world = world_view()
    if not boxes:
        return world
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    width = max((right - left) * (1 + 2 * _MARGIN), _NARROWEST)
    height = max((bottom - top) * (1 + 2 * _MARGIN), _LOWEST)
    # A wide view is as high as the frame, so that nothing beyond the poles comes into it.
    height = max(height, width / _RATIO)
    if width >= world.width * 0.8 or height >= world.height * 0.8:
        return world
    x = min(max((left + right - width) / 2, 0), world.width - width)
    y = min(max((top + bottom - height) / 2, world.y), world.y + world.height - height)
    return View(x, y, width, height)
