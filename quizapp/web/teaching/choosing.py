"""Looking for questions among all that a quiz may ask, and adding them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for

from quizapp.core import quiz_editing as editing
from quizapp.core.quiz_contents import DIFFICULTIES, MOST_QUESTIONS, Contents, FixedQuestion
from quizapp.operations import quizzes
from quizapp.web.access import instructor_required
from quizapp.web.rendering import plural
from quizapp.web.teaching import words
from quizapp.web.teaching.access import editable_quiz
from quizapp.web.teaching.contents import WEIGHT, offered_sets, read_weight, save_contents
from quizapp.web.teaching.views import bp

if TYPE_CHECKING:
    from werkzeug.wrappers.response import Response

    from quizapp.models import QuestionSet, Quiz

_PAGE = 25
_LAST_PAGE = 10_000
_MOST_TEXT = 200
_LOOKED_FOR = frozenset({"section", "set", "topic", "type", "difficulty", "standing", "text", "page"})


@bp.get("/quizzes/<uuid:quiz_id>/questions/add")
@instructor_required
def choose_questions(quiz_id: uuid.UUID) -> str:
    """Look for questions to be asked in every attempt."""
    quiz = editable_quiz(quiz_id)
    sets = offered_sets(quiz)
    wanted = _wanted(quiz, sets)
    page = min(max(1, request.args.get("page", 1, type=int)), _LAST_PAGE)
    found, total = quizzes.find_questions(wanted, limit=_PAGE, offset=(page - 1) * _PAGE)
    topics = {topic for one in sets if one.id in wanted.sets for topic in one.topics}
    return render_template(
        "teaching/choose.html",
        quiz=quiz,
        contents=quiz.rule,
        section=_section(quiz.rule),
        sets=sets,
        topics=sorted(topics - {""}),
        words=words,
        asked=request.args,
        found=found,
        total=total,
        there=editing.questions_of(quiz.rule),
        page=page,
        pages=-(-total // _PAGE),
        kept={
            name: value
            for name, value in request.args.items()
            if name in _LOOKED_FOR and name != "page" and (value or name == "set")
        },
    )


@bp.post("/quizzes/<uuid:quiz_id>/questions/add")
@instructor_required
def add_questions(quiz_id: uuid.UUID) -> Response:
    """Add the questions that were ticked."""
    quiz = editable_quiz(quiz_id)
    chosen = list(dict.fromkeys(_ids(request.form.getlist("question"))))
    back: dict[str, Any] = {name: value for name, value in request.args.items() if name in _LOOKED_FOR}
    section = _section(quiz.rule)
    offered = quizzes.load_offered(chosen)
    allowed = {one.id for one in offered_sets(quiz)}
    weight = read_weight(request.form.get("weight", "1"))
    if weight is None:
        flash(f"Nothing was added. {WEIGHT}", "error")
        return redirect(url_for("teaching.choose_questions", quiz_id=quiz_id, **back), 303)
    sound = [
        one
        for one in chosen
        if one in offered and offered[one].question_set_id in allowed and not offered[one].is_retired
    ]
    if not sound:
        flash("Nothing was added: tick at least one question.", "error")
        return redirect(url_for("teaching.choose_questions", quiz_id=quiz_id, **back), 303)

    def added(contents: Contents) -> Contents:
        new = [FixedQuestion(one, weight) for one in sound if one not in editing.questions_of(contents)]
        return editing.append(contents, section, new)

    if save_contents(quiz_id, added):
        flash(f"{plural(len(sound), 'question')} added.", "success")
    if request.form.get("go") == "more":
        return redirect(url_for("teaching.choose_questions", quiz_id=quiz_id, **back), 303)
    return redirect(url_for("teaching.questions", quiz_id=quiz_id, _anchor=f"section-{section}"), 303)


def _section(contents: Contents) -> int:
    return min(max(1, request.args.get("section", 1, type=int)), max(1, len(contents.sections)))


def _wanted(quiz: Quiz, sets: list[QuestionSet]) -> quizzes.Wanted:
    """Return what is looked for; what no field offers is left out."""
    ids = [one.id for one in sets]
    chosen = request.args.get("set", str(quiz.question_set_id) if "set" not in request.args else "")
    named = [one for one in ids if str(one) == chosen]

    def given(name: str, known: Any) -> list[str]:
        value = request.args.get(name, "")
        return [value] if value and (known is None or value in known) else []

    return quizzes.Wanted(
        sets=named or ids,
        topics=given("topic", None),
        types=given("type", words.TYPES),
        difficulties=given("difficulty", DIFFICULTIES),
        standings=given("standing", words.STANDINGS),
        text=" ".join(request.args.get("text", "").split())[:_MOST_TEXT],
    )


def _ids(values: list[str]) -> list[uuid.UUID]:
    found = []
    for value in values[:MOST_QUESTIONS]:
        try:
            found.append(uuid.UUID(value))
        except ValueError:
            continue
    return found
