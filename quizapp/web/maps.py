"""World maps of the pages: the projection, where each country stands, and what is drawn of it."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from quizapp import paths

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Width of the whole earth in units of the map; the height follows from the projection.
WIDTH: Final = 10_000
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_ROOT3: Final = math.sqrt(3)
_SCALE: Final = WIDTH * 3 * _A1 / (4 * _ROOT3 * math.pi)
#: From where to where a map of the world reaches: nobody lives beyond.
_NORTH, _SOUTH = 84.0, -57.0
#: Width to height of every view.
_RATIO: Final = 1.9
#: No view is narrower than this: half a continent tells where a town is.
_NARROWEST: Final = 900.0
_MARGIN: Final = 0.08
#: What is smaller than this share of the view's width gets a dot as well.
_SMALL: Final = 0.012


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
    """One thing to be drawn: a country by its code, or a point (lat, lon) in degrees.

    `state` is a class of map.css (`held`, `marked` ...), `words` says the same in words, `href` makes it a link, `mark`
    is the id that a click on it marks.
    """

    name: str
    code: str | None = None
    point: tuple[float, float] | None = None
    state: str = ""
    words: str = ""
    href: str | None = None
    mark: str | None = None

    @property
    def title(self) -> str:
        """Name and state, to be read out."""
        return f"{self.name}, {self.words}" if self.words else self.name


@dataclass(frozen=True, slots=True)
class Drawn:
    """An item with its place on the drawing: the id of its shape in world.svg, or a dot, or both."""

    item: Item
    shape: str | None
    dot: tuple[int, int] | None
    area: float = field(repr=False, default=0.0)
    #: How long its shape is; beyond a certain length on the screen it needs no dot.
    extent: int = 0


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map for a page: the view, and what is drawn in it, large things first; `title` says what it shows."""

    title: str
    view: View
    drawn: tuple[Drawn, ...]


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


def draw(title: str, items: Iterable[Item], *, whole_world: bool = False) -> Drawing:
    """Return a drawing of the items that can be placed, the view fitted to all of them unless it is the whole world."""
    placed = [item for item in items if can_place(item.code, item.point)]
    view = world_view() if whole_world or not placed else _fit(_box_of(item) for item in placed)
    drawn = [_draw(item, view) for item in placed]
    # What is small lies on what is large; of the same size the order given.
    return Drawing(title, view, tuple(sorted(drawn, key=lambda one: (one.shape is None, -one.area))))


def world_view() -> View:
    """Return the view of all inhabited land."""
    top, bottom = project(_NORTH, 0)[1], project(_SOUTH, 0)[1]
    return View(0, top, WIDTH, bottom - top)


def _box_of(item: Item) -> Box:
    if item.point is not None:
        x, y = project(*item.point)
        return Box(x, y, x, y)
    return countries()[item.code or ""].box


def _draw(item: Item, view: View) -> Drawn:
    if item.point is not None:
        x, y = project(*item.point)
        return Drawn(item, None, (round(x), round(y)))
    country = countries()[item.code or ""]
    is_small = country.box.extent < view.width * _SMALL
    dot = (round(country.centre[0]), round(country.centre[1])) if is_small else None
    shape = country.code if country.has_shape else None
    return Drawn(item, shape, dot, country.area, round(country.box.extent))


def _fit(boxes: Iterable[Box]) -> View:
    """Return the view that holds all boxes with a margin, in the shape of every view, within the world's."""
    left, top, right, bottom = (
        pick(sides) for pick, sides in zip((min, min, max, max), zip(*boxes, strict=True), strict=True)
    )
    world = world_view()
    width = max(right - left, (bottom - top) * _RATIO, _NARROWEST) * (1 + 2 * _MARGIN)
    height = width / _RATIO
    if width >= world.width or height >= world.height:
        return world
    x = (left + right - width) / 2
    y = (top + bottom - height) / 2
    return View(
        min(max(x, 0), world.width - width),
        min(max(y, world.y), world.y + world.height - height),
        width,
        height,
    )
