"""The world map: its projection, its data, and what is drawn of it for a page."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import math
import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp import paths
from quizapp.core.questions import Place
from quizapp.web import maps

Ring = list[tuple[float, float]]

LATITUDES = st.floats(-89, 89)
LONGITUDES = st.floats(-180, 180)
SIGHTS = {
    "ESP": ("Madrid", 40.42, -3.70),
    "ESH": ("Tifariti", 26.16, -10.57),
    "FJI": ("Lautoka", -17.62, 177.50),
    "IRQ": ("Erbil", 36.19, 44.01),
    "JPN": ("Nagano", 36.65, 138.19),
    "LSO": ("Roma", -29.45, 27.72),
    "NZL": ("Taupo", -38.69, 176.07),
    "PSE": ("Nablus", 32.22, 35.26),
    "RUS": ("Omsk", 54.99, 73.37),
    "SYR": ("Palmyra", 34.56, 38.28),
    "TUR": ("Ankara", 39.93, 32.86),
    "TWN": ("Nantou", 23.92, 120.97),
    "USA": ("Denver", 39.74, -104.99),
    "XKX": ("Pristina", 42.66, 21.17),
}


@cache
def _picture() -> str:
    return (paths.static() / "maps" / "world.svg").read_text("utf-8")


@cache
def _shapes() -> dict[str, list[Ring]]:
    """Read the outlines again from the paths of the picture."""
    shapes = {}
    for code, path in re.findall(r'<path id="([^"]+)"[^>]* d="([^"]+)"', _picture()):
        rings = []
        x = y = 0
        for piece in re.findall(r"m([^z]+)z", path):
            numbers = [int(number) for number in re.findall(r"-?\d+", piece)]
            steps = list(zip(numbers[::2], numbers[1::2], strict=True))
            x, y = x + steps[0][0], y + steps[0][1]
            ring = [(float(x), float(y))]
            for step_x, step_y in steps[1:]:
                ring.append((ring[-1][0] + step_x, ring[-1][1] + step_y))
            rings.append(ring)
        shapes[code] = rings
    return shapes


def _is_inside(point: tuple[float, float], rings: list[Ring]) -> bool:
    """Count how often a line from the point to the right meets the outlines."""
    x, y = point
    crossings = 0
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y1 > y) != (y2 > y) and x < x1 + (x2 - x1) * (y - y1) / (y2 - y1):
                crossings += 1
    return crossings % 2 == 1


def test_the_earth_fills_the_width_of_the_map_and_has_its_centre_in_the_middle() -> None:
    assert maps.project(0, -180)[0] == pytest.approx(0, abs=0.01)
    assert maps.project(0, 180)[0] == pytest.approx(maps.WIDTH)
    assert maps.project(0, 0)[0] == pytest.approx(maps.WIDTH / 2)
    assert maps.project(90, 0)[1] == pytest.approx(0, abs=0.01)
    # The pole is a line 0.592 times as long as the equator, the height 0.487 of the width: the paper's figures.
    assert (maps.project(90, 180)[0] - maps.project(90, -180)[0]) / maps.WIDTH == pytest.approx(
        0.5924, abs=5e-4
    )
    assert maps.project(-90, 0)[1] / maps.WIDTH == pytest.approx(0.48669, abs=5e-5)


@given(LATITUDES, LONGITUDES)
def test_the_map_is_symmetrical(lat: float, lon: float) -> None:
    x, y = maps.project(lat, lon)
    across, down = maps.project(-lat, -lon)
    assert x + across == pytest.approx(maps.WIDTH)
    assert y + down == pytest.approx(2 * maps.project(0, 0)[1])


@given(LATITUDES, st.floats(-179, 178))
def test_the_map_keeps_areas(lat: float, lon: float) -> None:
    size = 0.01
    corners = [
        maps.project(lat + dy * size, lon + dx * size) for dx, dy in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
    ]
    # Moved beside the origin, so that little is lost in the differences of large products.
    x0, y0 = corners[0]
    flat = [(x - x0, y - y0) for x, y in corners]
    drawn = abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(flat))) / 2
    real = math.radians(size) * (math.sin(math.radians(lat + size)) - math.sin(math.radians(lat)))
    sphere = 4 * math.pi * (maps._SCALE**2)
    assert drawn / sphere == pytest.approx(real / (4 * math.pi), rel=2e-3)


@pytest.mark.parametrize("code", SIGHTS)
def test_a_town_lies_in_its_country_and_in_no_other(code: str) -> None:
    _, lat, lon = SIGHTS[code]
    point = maps.project(lat, lon)
    found = {other for other, rings in _shapes().items() if _is_inside(point, rings)}
    assert found == {code}
    box = maps.countries()[code].box
    assert box.left <= point[0] <= box.right
    assert box.top <= point[1] <= box.bottom


def test_every_place_has_a_shape_or_is_a_dot_and_every_shape_is_a_place_or_belongs_to_no_code() -> None:
    with_shape = {code for code, country in maps.countries().items() if country.has_shape}
    assert with_shape == {code for code in _shapes() if not code.startswith("x-")}
    assert {"GIB", "TUV"} <= maps.countries().keys() - with_shape
    assert len(maps.countries()) == 250
    assert all(country.name and re.fullmatch("[A-Z]{3}", code) for code, country in maps.countries().items())


def test_no_outline_runs_across_the_map() -> None:
    for code, rings in _shapes().items():
        for ring in rings:
            for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
                assert 0 <= x1 <= maps.WIDTH
                # The south pole is a straight line on this map, and so is the 49th parallel.
                if code != "ATA":
                    assert math.hypot(x2 - x1, y2 - y1) < 900, code


@pytest.mark.parametrize(("one", "other"), [("IRQ", "SYR"), ("FRA", "DEU"), ("CHN", "RUS"), ("KEN", "UGA")])
def test_neighbours_share_their_border_point_by_point(one: str, other: str) -> None:
    corners = [{corner for ring in _shapes()[code] for corner in ring} for code in (one, other)]
    assert len(corners[0] & corners[1]) >= 4


def test_the_drawn_areas_are_those_of_the_countries() -> None:
    for code, square_km in {"BRA": 8_500_000, "IRQ": 438_000, "TUR": 780_000, "FRA": 640_000}.items():
        assert maps.countries()[code].area == pytest.approx(square_km, rel=0.03), code


def test_the_files_are_those_of_the_list_and_the_picture_is_small() -> None:
    listed = json.loads((paths.static() / "vendor" / "VENDOR.json").read_text("utf-8"))["packages"]
    files = next(package["files"] for package in listed if package["name"] == "world-atlas")
    assert {"maps/world.svg", "maps/places.json"} <= files.keys()
    for name, fingerprint in files.items():
        assert hashlib.sha256((paths.static() / name).read_bytes()).hexdigest() == fingerprint, name
    assert len(gzip.compress(_picture().encode())) <= 60_000


ITEMS = st.lists(
    st.one_of(
        st.sampled_from(sorted(maps.countries())).map(lambda code: maps.Item(code, code, code=code)),
        st.tuples(st.floats(-56, 83), LONGITUDES).map(lambda point: maps.Item("p", "A town", point=point)),
    ),
    min_size=1,
    max_size=8,
)


@given(ITEMS)
def test_the_view_holds_whatever_is_drawn(items: list[maps.Item]) -> None:
    drawing = maps.draw("A map", items)
    world, view = maps.world_view(), drawing.view
    assert view.width <= world.width + 1e-6
    assert view.height <= world.height + 1e-6
    for item in items:
        box = maps._box_of(item)
        if box.top >= world.y and box.bottom <= world.y + world.height:
            assert view.x - 1e-6 <= box.left
            assert box.right <= view.x + view.width + 1e-6
            assert view.y - 1e-6 <= box.top
            assert box.bottom <= view.y + view.height + 1e-6


def test_small_things_lie_on_large_ones_and_get_a_dot() -> None:
    items = [
        maps.Item("p", "Erbil", point=(36.19, 44.01)),
        maps.Item("v", "Vatican City", code="VAT"),
        maps.Item("i", "Italy", code="ITA"),
        maps.Item("u", "Tuvalu", code="TUV"),
    ]
    drawn = maps.draw("A map", items).drawn
    assert [one.item.id for one in drawn] == ["i", "v", "p", "u"]
    assert [one.shape for one in drawn] == ["ITA", "VAT", None, None]
    assert [one.dot is not None and not one.is_spare for one in drawn] == [False, True, True, True]


def test_what_cannot_be_placed_is_left_out_and_nothing_shows_the_world() -> None:
    drawing = maps.draw("A map", [maps.Item("x", "Atlantis", code="ATL"), maps.Item("y", "Nowhere")])
    assert drawing.drawn == ()
    assert drawing.is_world


PLACES = (
    Place("TUR", "Turkey", "TUR"),
    Place("IRQ", "Iraq", "IRQ"),
    Place("QAT", "Qatar", "QAT"),
    Place("erbil", "Erbil", None, (36.19, 44.01)),
    Place("ankara", "Ankara", None, (39.93, 32.86)),
)


def test_the_map_of_a_question_shows_all_its_places_alike_in_an_order_that_tells_nothing() -> None:
    drawing = maps.draw_control(PLACES, [])
    assert drawing == maps.draw_control(PLACES[::-1], [])
    assert {one.item.state for one in drawing.drawn} == {"free"}
    assert {one.item.words for one in drawing.drawn} == {""}
    marked = maps.draw_control(PLACES, ["IRQ"])
    assert marked.view == drawing.view
    assert [one.item.id for one in marked.drawn if one.item.state == "marked"] == ["IRQ"]


@pytest.mark.parametrize("targets", [("TUR",), ("erbil", "QAT"), tuple(place.id for place in PLACES)])
def test_the_view_of_a_question_is_the_same_whatever_is_right(targets: tuple[str, ...]) -> None:
    assert maps.draw_told(PLACES, targets, []).view == maps.draw_control(PLACES, []).view


def test_afterwards_each_place_is_told_in_a_state_and_in_words() -> None:
    drawn = maps.draw_told(PLACES, ("TUR", "IRQ"), ("TUR", "QAT")).drawn
    assert {one.item.id: (one.item.state, one.item.words) for one in drawn} == {
        "TUR": ("right", "marked, right"),
        "IRQ": ("missed", "missed"),
        "QAT": ("wrong", "marked, wrong"),
        "erbil": ("free", ""),
        "ankara": ("free", ""),
    }
    # Those that tell nothing lie below, whatever their size.
    told = maps.draw_told(PLACES, ("QAT",), ("QAT",)).drawn
    assert [one.item.id for one in told][:3] == ["TUR", "IRQ", "QAT"]
    told = maps.draw_told(PLACES, ("TUR",), ()).drawn
    assert [one.item.title for one in told][:3] == ["Iraq", "Qatar", "Turkey, missed"]
