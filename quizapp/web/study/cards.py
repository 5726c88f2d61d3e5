"""Cards by themselves: those that follow, for the player's script, and a fact beside what it is confused with."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from flask import abort, jsonify, render_template, request

from quizapp import clock
from quizapp.operations.study.repairs import find_beside
from quizapp.web.access import current_learner
from quizapp.web.study.answers import find_set_of, told_of
from quizapp.web.study.forms import read_have, read_want
from quizapp.web.study.player import AHEAD, load_page
from quizapp.web.study.scopes import named_scope, open_scope
from quizapp.web.study.views import bp

if TYPE_CHECKING:
    import uuid

    from flask import Response

    from quizapp.operations.study.repairs import Beside

#: Texts that differ in more than this share of their words are told whole: marking nearly all of them shows nothing.
_MOST_MARKED = 0.4


@bp.get("/cards")
def cards() -> Response:
    """Return the next cards of a session; nothing is written."""
    learner = current_learner()
    now = clock.now()
    scope = open_scope(named_scope(request.args), learner, now)
    if scope.problem:
        return jsonify(state="unclear", error=scope.problem)
    page = load_page(scope, learner, now, want=read_want(request.args, AHEAD), have=read_have(request.args))
    answer: Response = jsonify(told_of(page) | {"state": "read"})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/cards/<uuid:fact_id>/beside")
def beside(fact_id: uuid.UUID) -> str:
    """Show a fact beside those it is confused with, and where they differ."""
    find_set_of(fact_id)
    learner = current_learner()
    found = find_beside(None if learner is None else learner.id, fact_id)
    if found is None:
        abort(404)
    fact, others = found
    return render_template(
        "study/beside.html",
        fact=fact,
        others=[(other, compare(fact, other)) for other in others],
        scope=named_scope(request.args),
    )


def compare(fact: Beside, other: Beside) -> list[tuple[list[tuple[str, bool]], list[tuple[str, bool]]]]:
    """Return question and statement of both, each as (text, differs) in turn."""
    return [
        mark_differences(str(fact.content.get(name) or ""), str(other.content.get(name) or ""))
        for name in ("ask", "statement")
    ]


def mark_differences(one: str, other: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Return both texts in parts, each with whether it differs from the other text; word by word."""
    left, right = one.split(), other.split()
    matcher = difflib.SequenceMatcher(a=left, b=right, autojunk=False)
    if matcher.ratio() < 1 - _MOST_MARKED:
        return [(" ".join(left), False)], [(" ".join(right), False)]
    parts: tuple[list[tuple[str, bool]], list[tuple[str, bool]]] = ([], [])
    for kind, a, b, c, d in matcher.get_opcodes():
        for words, side in ((left[a:b], parts[0]), (right[c:d], parts[1])):
            if words:
                side.append((" ".join(words), kind != "equal"))
    return parts
