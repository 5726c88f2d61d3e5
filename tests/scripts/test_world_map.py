"""The drawing of the map data: what is cut, simplified and written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts import world_map

SQUARE = [(170.0, 0.0), (190.0, 0.0), (190.0, 20.0), (170.0, 20.0), (170.0, 0.0)]


def _topology(arcs: list[list[list[int]]], geometries: list[dict[str, object]]) -> dict[str, object]:
    return {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": arcs,
        "objects": {"countries": {"geometries": geometries}},
    }


def _country(number: str, name: str, arcs: list[list[int]]) -> dict[str, object]:
    return {"id": number, "type": "Polygon", "properties": {"name": name}, "arcs": arcs}


def test_a_ring_across_the_180th_meridian_is_cut_in_two_and_loses_no_land() -> None:
    pieces = world_map.cut(SQUARE)
    assert sorted((min(x for x, _ in piece), max(x for x, _ in piece)) for piece in pieces) == [
        (-180, -170),
        (170, 180),
    ]
    assert sum(world_map.area_of(piece) for piece in pieces) == pytest.approx(400)


@given(st.integers(-3, 3), st.integers(-170, 170))
def test_whole_turns_change_nothing(turns: int, shift: int) -> None:
    ring = [(lon - 180 + shift, lat) for lon, lat in SQUARE]
    turned = [(lon + 360 * turns, lat) for lon, lat in ring]
    areas = [
        sorted(round(world_map.area_of(piece), 6) for piece in world_map.cut(one)) for one in (ring, turned)
    ]
    assert areas[0] == areas[1]


def test_a_coast_round_the_pole_is_closed_along_it() -> None:
    coast = [(float(lon % 360), -70.0) for lon in range(0, 361, 30)]
    pieces = world_map.cut(coast)
    assert sum(world_map.area_of(piece) for piece in pieces) == pytest.approx(360 * 20)
    assert min(lat for piece in pieces for _, lat in piece) == -90


def test_corners_that_matter_little_are_dropped_and_ends_stay() -> None:
    nearly_straight = [(0.0, 0.0), (1.0, 0.001), (2.0, 0.0), (3.0, 5.0)]
    assert world_map.simplify(nearly_straight) == [(0.0, 0.0), (2.0, 0.0), (3.0, 5.0)]
    speck = [(0.0, 0.0), (0.01, 0.0), (0.01, 0.01), (0.005, 0.02), (0.0, 0.01), (0.0, 0.0)]
    assert len(world_map.simplify(speck)) == 4


def test_a_path_says_where_its_corners_are() -> None:
    rings = [
        [(10.2, 20.0), (30.0, 20.0), (30.0, 40.0), (10.2, 20.0)],
        [(5.0, 5.0), (9.0, 4.0), (7.0, 9.0), (5.0, 5.0)],
    ]
    assert world_map.path_of(rings) == "m10 20l20 0 0 20zm-5-15l4-1-2 5z"


def test_a_speck_is_still_a_shape() -> None:
    assert world_map.path_of([[(3.1, 3.1), (3.2, 3.1), (3.2, 3.2), (3.1, 3.1)]]) == "m3 3l2 0-1 2z"


def test_neighbours_are_drawn_from_one_border() -> None:
    # Two squares side by side, on the 10th meridian; the border between them is arc 0.
    arcs = [
        [[10, 0], [1, 4], [-1, 6]],
        [[10, 10], [-10, 0], [0, -10], [10, 0]],
        [[10, 10], [10, 0], [0, -10], [-10, 0]],
    ]
    picture, places = world_map.draw(
        _topology(arcs, [_country("250", "France", [[0, 1]]), _country("276", "Germany", [[0, 2]])])
    )
    paths = dict(re.findall(r'id="(\w+)"[^>]* d="([^"]+)"', picture))
    assert paths.keys() == {"FRA", "DEU"}
    assert places["FRA"]["name"] == "France"
    bulge = world_map.project(4, 11)[0]
    assert places["FRA"]["box"][2] == round(bulge) > places["DEU"]["box"][0]
    assert world_map.draw(
        _topology(arcs, [_country("250", "France", [[0, 1]]), _country("276", "Germany", [[0, 2]])])
    ) == (picture, places)


def test_another_file_is_refused() -> None:
    with pytest.raises(SystemExit, match="look at what changed"):
        world_map.draw_files(b"{}")
