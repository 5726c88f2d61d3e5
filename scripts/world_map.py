"""Draw static/maps/world.svg and write static/maps/places.json from the map data of the npm package world-atlas.

scripts/vendor.py does it for the package it fetches; `python -m scripts.world_map PATH/countries-50m.json` for a file that is
there. The data is Natural Earth's, 1:50 million, in the public domain. The same input gives the same bytes; what is
written is checked in, with its source and fingerprints in static/vendor/VENDOR.json.
"""

from __future__ import annotations

import hashlib
import heapq
import itertools
import json
import sys
from pathlib import Path
from typing import Any

from quizapp.web.maps import WIDTH, project
from scripts.countries_iso import DOTS, NAMES, UNNUMBERED, read_codes

MAPS = Path(__file__).resolve().parent.parent / "static" / "maps"
Point = tuple[float, float]
Ring = list[Point]

#: The file of version 2.0.2.
KNOWN = "04342cdc1e3016bcd7db1630de95684d67b79fe3c8c460321e87aef469502394"
#: A corner is dropped where the triangle it makes is smaller than this, in square units of the map.
CORNER = 45.0
#: An island is dropped where it is smaller than this and not the largest part of its country.
ISLAND = 80.0
#: South of this latitude lies what no view begins with; both limits are so many times larger there.
FAR_SOUTH, SKETCH = -60.0, 8
#: Parts smaller than this share of the largest do not count for the box of a country: overseas lands, far islands.
MAIN_PART = 0.2
#: Square kilometres in a square unit: the projection keeps areas, 510,065,600 in all.
AREA_UNIT = 510_065_600 / 42_881_000


def decode_arcs(topology: dict[str, Any]) -> list[Ring]:
    """Return the arcs of a TopoJSON file in degrees (lon, lat): delta-encoded integers under its transform.

    An arc that passes the 180th meridian goes on beyond 180 degrees.
    """
    (scale_x, scale_y), (shift_x, shift_y) = (
        topology["transform"]["scale"],
        topology["transform"]["translate"],
    )
    arcs = []
    for steps in topology["arcs"]:
        column = row = 0
        arc: Ring = []
        for step_x, step_y in steps:
            column += step_x
            row += step_y
            arc.append((column * scale_x + shift_x, row * scale_y + shift_y))
        arcs.append(unwrap(arc))
    return arcs


def unwrap(points: Ring) -> Ring:
    """Return the points with whole turns added, so that no step is longer than half the way round."""
    unwrapped = points[:1]
    for lon, lat in points[1:]:
        unwrapped.append((lon - 360 * round((lon - unwrapped[-1][0]) / 360), lat))
    return unwrapped


def cut(ring: Ring) -> list[Ring]:
    """Return the ring in pieces of the map: parted at the 180th meridian, and closed along the pole if it goes round it."""
    ring = unwrap(ring)
    first, last = ring[0], ring[-1]
    if abs(last[0] - first[0]) > 180:
        pole = 90.0 if first[1] > 0 else -90.0
        ring = [*ring, (last[0], pole), (first[0], pole), first]
    if all(-180 <= lon <= 180 for lon, _ in ring):
        return [ring]
    turns = range(round(min(lon for lon, _ in ring) / 360), round(max(lon for lon, _ in ring) / 360) + 1)
    pieces = []
    for turn in turns:
        piece = [(lon - 360 * turn, lat) for lon, lat in ring]
        piece = clip([(-lon, lat) for lon, lat in clip(piece)])
        if area_of(piece) > 0:
            pieces.append([(-lon, lat) for lon, lat in piece])
    return pieces


def clip(ring: Ring) -> Ring:
    """Return what of a ring lies at 180 degrees or less.

    Sutherland and Hodgman, "Reentrant polygon clipping", Communications of the ACM 17 (1974), for one edge.
    """
    kept: Ring = []
    for (lon1, lat1), (lon2, lat2) in itertools.pairwise(ring):
        if lon1 <= 180:
            kept.append((lon1, lat1))
        if (lon1 <= 180) != (lon2 <= 180):
            kept.append((180.0, lat1 + (lat2 - lat1) * (180 - lon1) / (lon2 - lon1)))
    return [*kept, kept[0]] if kept else []


def flat(ring: Ring) -> Ring:
    """Return the ring as it stands on the map."""
    return [project(lat, lon) for lon, lat in ring]


def triangle(one: Point, two: Point, three: Point) -> float:
    """Return the area of a triangle."""
    return abs((two[0] - one[0]) * (three[1] - one[1]) - (three[0] - one[0]) * (two[1] - one[1])) / 2


def simplify(arc: Ring) -> Ring:
    """Drop the corners of an arc that matter least on the map; its ends stay, and of a ring four points.

    Visvalingam and Whyatt, "Line generalisation by repeated elimination of points", The Cartographic Journal 30 (1993).
    """
    degrees, arc = arc, flat(arc)
    last = len(arc) - 1
    before = list(range(-1, last))
    after = list(range(1, last + 2))
    areas = {at: triangle(arc[at - 1], arc[at], arc[at + 1]) for at in range(1, last)}
    queue = [(area, at) for at, area in areas.items()]
    heapq.heapify(queue)
    limit = CORNER * (SKETCH if all(lat < FAR_SOUTH for _, lat in degrees) else 1)
    fewest = 4 if degrees[0] == degrees[-1] else 2
    while queue and len(areas) + 2 > fewest:
        area, at = heapq.heappop(queue)
        if areas.get(at) != area:
            continue
        if area >= limit:
            break
        del areas[at]
        left, right = before[at], after[at]
        after[left], before[right] = right, left
        for near in (left, right):
            if near in areas:
                # What was behind a dropped corner is at least as important as that corner was.
                areas[near] = max(area, triangle(arc[before[near]], arc[near], arc[after[near]]))
                heapq.heappush(queue, (areas[near], near))
    return [degrees[at] for at in range(last + 1) if at in {0, last} or at in areas]


def join(indexes: list[int], arcs: list[Ring]) -> Ring:
    """Return the ring that the arcs make one after another; ~i is arc i backwards. Its last point is its first."""
    ring: Ring = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring.extend(arc if not ring else arc[1:])
    return ring


def spread(indexes: list[int], arcs: list[Ring]) -> list[Ring]:
    """Return the pieces on the map of the ring that these arcs make."""
    return [flat(piece) for piece in cut(join(indexes, arcs))]


def total(pieces: list[Ring]) -> float:
    """Return the area that the pieces of a ring enclose."""
    return sum(area_of(piece) for piece in pieces)


def area_of(ring: Ring) -> float:
    """Return the area that a ring encloses."""
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(ring))) / 2


def centre_of(ring: Ring) -> Point:
    """Return the centre of gravity of what a ring encloses, or of its box where it encloses nothing."""
    doubled = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(ring))
    if abs(doubled) < 1e-6:
        xs, ys = [x for x, _ in ring], [y for _, y in ring]
        return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    pairs = list(itertools.pairwise(ring))
    x = sum((x1 + x2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairs)
    y = sum((y1 + y2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairs)
    return x / (3 * doubled), y / (3 * doubled)


def path_of(rings: list[Ring]) -> str:
    """Return the rings as the data of an SVG path: whole numbers, relative, with as few signs between as will do."""
    text = ""
    at_x = at_y = 0
    for ring in rings:
        corners: list[tuple[int, int]] = []
        for x, y in ring[:-1]:
            corner = (round(x), round(y))
            if not corners or corner != corners[-1]:
                corners.append(corner)
        if len(corners) < 3:
            # Smaller than a unit: a speck that still can be hit and tinted.
            x, y = corners[0]
            corners = [(x, y), (x + 2, y), (x + 1, y + 2)]
        text += f"m{_pair(corners[0][0] - at_x, corners[0][1] - at_y)}"
        steps = [(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in itertools.pairwise(corners)]
        text += "".join(
            f"{'l' if not n else '' if x < 0 else ' '}{_pair(x, y)}" for n, (x, y) in enumerate(steps)
        )
        text += "z"
        # Closing brings the pen back to where the ring began.
        at_x, at_y = corners[0]
    return text


def _pair(x: int, y: int) -> str:
    return f"{x}{'' if y < 0 else ' '}{y}"


def polygons_by_code(topology: dict[str, Any]) -> tuple[dict[str, list[list[list[int]]]], dict[str, str]]:
    """Return the polygons of each country, as lists of rings of arcs, and its name in the data."""
    codes = read_codes()
    polygons: dict[str, list[list[list[int]]]] = {}
    names: dict[str, str] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        name = geometry["properties"]["name"]
        code = codes[geometry["id"]] if geometry.get("id") else UNNUMBERED[name]
        parts = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        polygons.setdefault(code, []).extend(parts)
        # A reef that the data counts apart has its country's number.
        if code not in names or len(parts) > 1:
            names[code] = name
    return polygons, names


def draw(topology: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the picture and the list of places."""
    exact = decode_arcs(topology)
    coarse = [simplify(arc) for arc in exact]
    polygons, names = polygons_by_code(topology)
    shapes: list[tuple[float, str, str]] = []
    places: dict[str, dict[str, Any]] = {}
    for code, parts in polygons.items():
        exact_parts = [[spread(ring, exact) for ring in part] for part in parts]
        # The outer ring is the largest: round the south pole the data has the coast as a hole in nothing.
        outer = [max(range(len(rings)), key=lambda at: total(rings[at])) for rings in exact_parts]
        outlines = [piece for rings, at in zip(exact_parts, outer, strict=True) for piece in rings[at]]
        sizes = [area_of(outline) for outline in outlines]
        largest = max(sizes)
        island = ISLAND * (SKETCH if code == "ATA" else 1)
        drawn = [
            piece
            for part, rings, at in zip(parts, exact_parts, outer, strict=True)
            if total(rings[at]) >= min(island, largest)
            for number, ring in enumerate(part)
            if number == at or total(rings[number]) >= island
            # Between two neighbours a tiny country may be simplified away: it is drawn as it is.
            for piece in (spread(ring, coarse) if len(join(ring, coarse)) > 3 else rings[number])
        ]
        shapes.append((sum(sizes), code, path_of(drawn)))
        if code.startswith("x-"):
            continue
        main = [
            point
            for outline, size in zip(outlines, sizes, strict=True)
            if size >= MAIN_PART * largest
            for point in outline
        ]
        xs, ys = [x for x, _ in main], [y for _, y in main]
        centre = centre_of(outlines[sizes.index(largest)])
        places[code] = {
            "name": NAMES.get(code, names[code]),
            "box": [round(side) for side in (min(xs), min(ys), max(xs), max(ys))],
            "centre": [round(part) for part in centre],
            "area": max(1, round(sum(sizes) * AREA_UNIT)),
        }
    for code, (name, lat, lon) in DOTS.items():
        x, y = (round(part) for part in project(lat, lon))
        places[code] = {"name": name, "box": [x, y, x, y], "centre": [x, y], "area": 0}
    # Small countries lie on large ones, whose holes for them may have been dropped.
    paths = "\n".join(
        f'<path id="{code}" vector-effect="non-scaling-stroke" d="{path}"/>'
        for _, code, path in sorted(shapes, key=lambda shape: (-shape[0], shape[1]))
    )
    height = round(project(-90, 0)[1])
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}">\n<g id="land">\n{paths}\n</g>\n</svg>\n'
    return picture, places


def draw_files(content: bytes) -> dict[Path, bytes]:
    """Return world.svg and places.json, by their paths, made from the content of countries-50m.json."""
    if hashlib.sha256(content).hexdigest() != KNOWN:
        sys.exit("This is not countries-50m.json of world-atlas 2.0.2; look at what changed, then set KNOWN.")
    picture, places = draw(json.loads(content))
    rows = ",\n".join(
        f"{json.dumps(code)}: {json.dumps(places[code], ensure_ascii=False)}" for code in sorted(places)
    )
    listed = f'{{"written_by": "scripts/world_map.py", "places": {{\n{rows}\n}}}}\n'
    return {MAPS / "world.svg": picture.encode(), MAPS / "places.json": listed.encode()}


def main() -> None:
    """Read the file named and write both files."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m scripts.world_map PATH/countries-50m.json")
    MAPS.mkdir(parents=True, exist_ok=True)
    for path, written in draw_files(Path(sys.argv[1]).read_bytes()).items():
        path.write_bytes(written)
        print(f"{path.name}: {len(written):,} bytes")


if __name__ == "__main__":
    main()
