"""What one quiz asks: its sections with their questions and rules, edited step by step."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, render_template, request, session, url_for

from quizapp.core import quiz_editing as editing
from quizapp.core.quiz_contents import (
    MOST_QUESTIONS,
    MOST_WEIGHT,
    Contents,
    Section,
    contents_from_list,
    contents_to_list,
)
from quizapp.core.writing import tidy
from quizapp.database import run_tx
from quizapp.operations import quizzes
from quizapp.web.access import instructor_required
from quizapp.web.teaching import words
from quizapp.web.teaching.access import current_teacher, editable_quiz
from quizapp.web.teaching.views import CONFLICT, UNPROCESSABLE, bp

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from werkzeug.wrappers.response import Response

    from quizapp.models import QuestionSet, Quiz

_MOST_TITLE = 120
#: Key of the session that holds what was removed last.
_REMOVED = "removed_item"
WEIGHT = f"Give marks above 0 and at most {MOST_WEIGHT}, such as 1 or 0.5."
_CHANGED = (
    "Somebody changed this quiz since you opened the page, so nothing was changed now. This is how it stands; "
    "do it again if you still want to."
)


@bp.get("/quizzes/<uuid:quiz_id>/questions")
@instructor_required
def questions(quiz_id: uuid.UUID) -> str:
    """Show what the quiz asks, with what should be looked at."""
    quiz = editable_quiz(quiz_id)
    return _page(quiz, quiz.rule)


@bp.post("/quizzes/<uuid:quiz_id>/questions")
@instructor_required
def change_questions(quiz_id: uuid.UUID) -> str | Response | tuple[str, int]:
    """Save titles and marks, and take the step whose button was pressed."""
    quiz = editable_quiz(quiz_id)
    version = request.form.get("version", 0, type=int)
    if version != quiz.version:
        flash(_CHANGED, "error")
        return _page(quiz, quiz.rule), CONFLICT
    typed, wrong = _read_typed(quiz.rule)
    if wrong:
        return _page(quiz, typed, wrong=wrong), UNPROCESSABLE
    try:
        changed, target, removed = _step(typed, request.form.get("do", "save"))
    except (IndexError, ValueError):
        abort(400, "The page asked for a step that does not exist. Reload it; what was saved is kept.")
    if not save_contents(quiz_id, lambda _: changed, version):
        return _page(editable_quiz(quiz_id), changed), UNPROCESSABLE
    if removed is not None:
        session[_REMOVED] = {"quiz": str(quiz_id), **removed}
    elif request.form.get("do", "save") == "save":
        flash("Titles and marks are saved.", "success")
    return redirect(url_for("teaching.questions", quiz_id=quiz_id, _anchor=target), 303)


@bp.post("/quizzes/<uuid:quiz_id>/questions/undo")
@instructor_required
def restore_question(quiz_id: uuid.UUID) -> Response:
    """Put back what was removed last."""
    editable_quiz(quiz_id)
    kept = _removed(quiz_id)
    session.pop(_REMOVED, None)
    if kept is None:
        flash("There is nothing to put back.", "info")
    else:
        section, place, item = kept
        save_contents(quiz_id, lambda contents: editing.insert(contents, section, place, item))
        flash("It is back in its place.", "success")
    return redirect(url_for("teaching.questions", quiz_id=quiz_id), 303)


def save_contents(
    quiz_id: uuid.UUID, change: Callable[[Contents], Contents], version: int | None = None
) -> bool:
    """Change what the quiz asks, and say why not where it does not fit; without a version, as it stands now."""

    def unit() -> None:
        quiz = editable_quiz(quiz_id)
        quizzes.change_contents(quiz_id, change(quiz.rule), quiz.version if version is None else version)

    try:
        run_tx(unit)
    except quizzes.UnfitError as problem:
        flash(f"Nothing was changed. {problem.problems[0].words}", "error")
    except quizzes.ChangedMeanwhileError:
        flash(_CHANGED, "error")
    else:
        return True
    return False


def offered_sets(quiz: Quiz) -> list[QuestionSet]:
    """Return the sets from which this instructor may take questions for this quiz."""
    owners = {current_teacher().id} | ({quiz.owner_id} if quiz.owner_id else set())
    return quizzes.list_offered_sets(owners)


def read_weight(text: str) -> float | None:
    """Return marks as they were typed, with a point or a comma; None for anything that is no weight."""
    try:
        weight = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return round(weight, 4) if math.isfinite(weight) and 1e-4 <= weight <= MOST_WEIGHT else None


def _page(quiz: Quiz, contents: Contents, *, wrong: dict[str, str] | None = None) -> str:
    fixed = quizzes.load_offered(editing.questions_of(contents))
    named = {set_id for rule in contents.rules for set_id in rule.sets}
    kept = _removed(quiz.id)
    return render_template(
        "teaching/questions.html",
        quiz=quiz,
        contents=contents if contents.sections else Contents((Section("", ()),)),
        fixed=fixed,
        sets={one.id: one.title for one in quizzes.list_offered_sets([], named)},
        advice=quizzes.advise(quiz, contents),
        marks=editing.marks_of(contents) * quiz.marking.highest,
        attempted=quizzes.count_attempts(quiz.id),
        words=words,
        wrong=wrong or {},
        removed=kept is not None,
        most=MOST_QUESTIONS,
    )


def _read_typed(contents: Contents) -> tuple[Contents, dict[str, str]]:
    """Return the contents with the titles and marks of the form, and the marks that are none, by their fields."""
    titles, weights, wrong = {}, {}, {}
    for number, section in enumerate(contents.sections, 1):
        title = request.form.get(f"title-{number}")
        if title is not None:
            titles[number] = tidy(title)[:_MOST_TITLE]
        for place, _ in enumerate(section.items, 1):
            name = f"weight-{number}-{place}"
            if name in request.form:
                weight = read_weight(request.form[name])
                if weight is None:
                    wrong[name] = WEIGHT
                else:
                    weights[number, place] = weight
    return editing.weigh(editing.rename(contents, titles), weights), wrong


def _step(contents: Contents, step: str) -> tuple[Contents, str, dict[str, Any] | None]:
    """Take a step such as `up-1-2`; returns the contents, the place to show, and what was removed."""
    name, *numbers = step.split("-")
    at = [int(number) for number in numbers]
    match name, at:
        case "save", []:
            return contents, "", None
        case "section", []:
            grown = editing.add_section(contents if contents.sections else Contents((Section("", ()),)))
            return grown, f"section-{len(grown.sections)}", None
        case "join", [section]:
            return editing.join_section(contents, section), f"section-{max(1, section - 1)}", None
        case "up" | "down", [section, place]:
            moved, section, place = editing.move(contents, section, place, -1 if name == "up" else 1)
            return moved, f"item-{section}-{place}", None
        case "remove", [section, place]:
            item = editing.item_at(contents, section, place)
            kept = contents_to_list(Contents((Section("", (item,)),)))[0]["items"][0]
            removed = {"section": section, "place": place, "item": kept}
            return editing.remove(contents, section, place), f"section-{section}", removed
    raise ValueError(step)


def _removed(quiz_id: uuid.UUID) -> tuple[int, int, Any] | None:
    """Return place and item of what was removed last from this quiz in this browser."""
    kept = session.get(_REMOVED)
    if not isinstance(kept, dict) or kept.get("quiz") != str(quiz_id):
        return None
    item = contents_from_list([{"title": "", "items": [kept["item"]]}]).sections[0].items[0]
    return kept["section"], kept["place"], item
