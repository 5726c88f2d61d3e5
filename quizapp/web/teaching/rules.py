"""Rules by which questions of one quiz are drawn."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from quizapp.core import quiz_editing as editing
from quizapp.core.facts import Standing
from quizapp.core.quiz_contents import MOST_QUESTIONS, DrawRule
from quizapp.operations import quizzes
from quizapp.web.access import instructor_required
from quizapp.web.rendering import plural, topic_label
from quizapp.web.teaching import words
from quizapp.web.teaching.access import editable_quiz
from quizapp.web.teaching.contents import offered_sets, read_weight, save_contents
from quizapp.web.teaching.fields import MultiCheckboxField, NumberField
from quizapp.web.teaching.views import CONFLICT, UNPROCESSABLE, bp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers.response import Response

    from quizapp.models import QuestionSet, Quiz

_FIRST_COUNT = 5


class RuleForm(FlaskForm):  # type: ignore[misc]
    """How many questions, from where, and which of them."""

    version = HiddenField()
    count = NumberField("Number of questions", 1, MOST_QUESTIONS, is_required=True)
    sets = MultiCheckboxField("From these sets")
    topics = MultiCheckboxField("Topics", validate_choice=False)
    types = MultiCheckboxField("Types")
    difficulties = MultiCheckboxField("Difficulty")
    standings = MultiCheckboxField("Statements")
    chosen_by = RadioField("Which come first")
    weight = StringField("Marks for each")

    def __init__(self, sets: list[QuestionSet], rule: DrawRule, version: int) -> None:
        super().__init__(
            data={
                "version": str(version),
                "count": rule.count,
                "sets": [str(one) for one in rule.sets],
                "topics": list(rule.topics),
                "types": list(rule.types),
                "difficulties": list(rule.difficulties),
                "standings": list(rule.standings or _PLAIN),
                "chosen_by": rule.chosen_by,
                "weight": f"{rule.weight:g}",
            }
        )
        self.sets.choices = [SelectChoice(str(one.id), one.title) for one in sets]
        chosen = [one for one in sets if str(one.id) in (self.sets.data or ())]
        topics = list(dict.fromkeys(topic for one in chosen for topic in one.topics if topic))
        self.topics.choices = [SelectChoice(one, topic_label(one)) for one in topics]
        self.topics.data = [one for one in self.topics.data or () if one in topics]
        self.types.choices = _choices(words.TYPES)
        self.difficulties.choices = _choices(words.DIFFICULTIES)
        self.standings.choices = _choices(words.STANDINGS)
        self.chosen_by.choices = _choices(words.CHOSEN_BY)

    def rule(self) -> DrawRule | None:
        """Return the rule as it was given; None where it is none."""
        weight = read_weight(self.weight.data or "")
        if not self.sets.data or weight is None or not self.count.data:
            return None
        standings = tuple(self.standings.data or ())
        return DrawRule(
            count=self.count.data,
            sets=tuple(uuid.UUID(one) for one in self.sets.data),
            topics=tuple(self.topics.data or ()),
            types=tuple(self.types.data or ()),
            difficulties=tuple(self.difficulties.data or ()),
            standings=() if set(standings) == set(_PLAIN) else standings,
            chosen_by=self.chosen_by.data,
            weight=weight,
        )

    def validate_sets(self, field: MultiCheckboxField) -> None:
        """A rule draws from somewhere."""
        if not field.data:
            raise ValidationError("Choose at least one set.")

    def validate_standings(self, field: MultiCheckboxField) -> None:
        """None at all would leave nothing to ask."""
        if not field.data:
            raise ValidationError("Choose at least one kind of statement.")

    def validate_weight(self, field: StringField) -> None:
        """Marks are a number above nothing."""
        if read_weight(field.data or "") is None:
            raise ValidationError("Give marks above 0 and at most 100, such as 1 or 0.5.")


#: What is drawn where a rule names no standing.
_PLAIN = tuple(one.value for one in Standing if one != Standing.FICTIONAL)


@bp.route("/quizzes/<uuid:quiz_id>/questions/rule", methods=["GET", "POST"])
@instructor_required
def new_rule(quiz_id: uuid.UUID) -> str | Response | tuple[str, int]:
    """Add a rule to a section."""
    quiz = editable_quiz(quiz_id)
    section = min(max(1, request.args.get("section", 1, type=int)), max(1, len(quiz.rule.sections)))
    start = DrawRule(count=_FIRST_COUNT, sets=(quiz.question_set_id,))
    form = RuleForm(offered_sets(quiz), start, quiz.version)
    if form.is_submitted() and form.validate():
        rule = form.rule()
        if rule is not None and request.form.get("go") != "count":
            if save_contents(quiz_id, lambda contents: editing.append(contents, section, [rule])):
                flash(f"{plural(rule.count, 'question')} by rule added.", "success")
            return redirect(url_for("teaching.questions", quiz_id=quiz_id, _anchor=f"section-{section}"), 303)
    return _page(quiz, form, section, None)


@bp.route(
    "/quizzes/<uuid:quiz_id>/questions/rule/<int(max=1000):section>/<int(max=1000):place>",
    methods=["GET", "POST"],
)
@instructor_required
def change_rule(quiz_id: uuid.UUID, section: int, place: int) -> str | Response | tuple[str, int]:
    """Change a rule where it stands."""
    quiz = editable_quiz(quiz_id)
    item = _rule_at(quiz, section, place)
    form = RuleForm(offered_sets(quiz), item, quiz.version)
    if form.is_submitted() and form.validate():
        rule = form.rule()
        if rule is not None and request.form.get("go") != "count":
            if form.version.data != str(quiz.version):
                flash(
                    "Somebody changed this quiz since you opened the page. What you gave is kept below: "
                    "save again to put it in the place of this rule.",
                    "error",
                )
                form.version.data, form.version.raw_data = str(quiz.version), None
                return _page(quiz, form, section, place, CONFLICT)
            version = quiz.version
            if save_contents(
                quiz_id, lambda contents: editing.change(contents, section, place, rule), version
            ):
                flash("The rule is saved.", "success")
            return redirect(
                url_for("teaching.questions", quiz_id=quiz_id, _anchor=f"item-{section}-{place}"), 303
            )
    return _page(quiz, form, section, place)


def _rule_at(quiz: Quiz, section: int, place: int) -> DrawRule:
    try:
        item = editing.item_at(quiz.rule, section, place)
    except IndexError:
        abort(404)
    if not isinstance(item, DrawRule):
        abort(404)
    return item


def _page(quiz: Quiz, form: RuleForm, section: int, place: int | None, code: int = 200) -> tuple[str, int]:
    rule = None if form.errors else form.rule()
    page = render_template(
        "teaching/rule.html",
        quiz=quiz,
        form=form,
        section=section,
        place=place,
        fits=None if rule is None else quizzes.count_fitting(quiz, rule),
        wanted=None if rule is None else rule.count,
    )
    return page, UNPROCESSABLE if form.errors else code


def _choices(words_of: Mapping[Any, str]) -> list[SelectChoice]:
    return [SelectChoice(str(value), text) for value, text in words_of.items()]
