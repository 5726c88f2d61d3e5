"""The page with the map of a set: members of its lists and places of its events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template, request, url_for

from quizapp import clock
from quizapp.operations import reports
from quizapp.operations.study import today_of
from quizapp.web import maps
from quizapp.web.access import current_learner
from quizapp.web.library import places
from quizapp.web.library.views import bp, open_set

if TYPE_CHECKING:
    from collections.abc import Sequence


@bp.get("/<slug>/map", endpoint="map")
def show_map(slug: str) -> str:
    """Show one layer of a set on a map, tinted by the learner's memory, with the same in words beneath."""
    question_set = open_set(slug)
    learner = current_learner()
    lines = reports.list_facts(question_set.id, learner, today_of(learner, clock.now()))
    with_fiction = request.args.get("fiction") == "yes"
    layers = places.find_layers(lines, with_fiction=with_fiction)
    layer = _chosen(layers)
    begun = any(line.memory is not None for line in lines)
    drawing = None
    if layer is not None and layer.spots:
        items = places.draw_items(
            layer.spots, begun=begun, address=lambda line: url_for("library.fact", slug=slug, key=line.key)
        )
        drawing = maps.draw(f"Map of {question_set.title}", items)
    return render_template(
        "library/map.html",
        question_set=question_set,
        layers=layers,
        layer=layer,
        drawing=drawing,
        begun=begun,
        with_fiction=with_fiction,
        fictional=places.count_fiction(lines),
    )


def _chosen(layers: Sequence[places.Layer]) -> places.Layer | None:
    """Return the layer that the address names, the first without a name; one that does not exist is not found."""
    key, relation = request.args.get("list", ""), request.args.get("about", "")
    if not key and not relation:
        return layers[0] if layers else None
    found = next((layer for layer in layers if (layer.key, layer.relation) == (key, relation)), None)
    return found or abort(404)
