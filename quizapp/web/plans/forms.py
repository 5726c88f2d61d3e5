"""Forms of plans: what to know by when, and how many minutes a day there are for it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from quizapp.core.queries import MAX_LENGTH
from quizapp.operations.plans import LONGEST_DAYS, MOST_MINUTES, PlanError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from quizapp.models import QuestionSet

_MINUTES = f"Give the minutes a day as a whole number from 1 to {MOST_MINUTES}."
_DAY = "Give the day as a date, such as 2026-06-12."
_USUAL_MINUTES = 20
_USUAL_DAYS = 30


class _MinutesField(IntegerField):  # type: ignore[misc]
    """Minutes a day, asked for in words of its own where there is no whole number."""

    def __init__(self, **arguments: Any) -> None:
        range_ = NumberRange(1, MOST_MINUTES, _MINUTES)
        super().__init__("Minutes a day for it", [InputRequired(_MINUTES), range_], **arguments)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata(valuelist)
        except ValueError as problem:
            raise ValueError(_MINUTES) from problem


class _DayField(DateField):  # type: ignore[misc]
    """A day, asked for in words of its own where there is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed or picked."""
        try:
            super().process_formdata(valuelist)
        except ValueError as problem:
            raise ValueError(_DAY) from problem


class _Form(FlaskForm):  # type: ignore[misc]
    def blame(self, problem: PlanError) -> None:
        """Put what is wrong with a plan at the field that mends it, or above the form where it has no such field."""
        if problem.field in self:
            self[problem.field].errors = [*self[problem.field].errors, str(problem)]
        else:
            self.form_errors.append(str(problem))


class MinutesForm(_Form):
    """Other minutes for a plan that is open."""

    minutes = _MinutesField()


class PlanForm(_Form):
    """A set or part of it, the day, and the minutes."""

    question_set = SelectField(
        "Question set",
        [InputRequired("Choose a question set.")],
        name="set",
        validate_choice=True,
    )
    query = StringField(
        "Part of it",
        [Length(max=MAX_LENGTH, message=f"Keep it to {MAX_LENGTH:,} characters.")],
        name="q",
        filters=[lambda text: (text or "").strip()],
    )
    ready_on = _DayField("Known on", [InputRequired(_DAY)], name="on")
    minutes = _MinutesField()

    def __init__(self, sets: Sequence[QuestionSet], today: date, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.question_set.choices = [SelectChoice(made.slug, made.title) for made in sets]
        #: What the calendar of the browser offers; the plan itself checks.
        self.first, self.last = today + timedelta(days=1), today + timedelta(days=LONGEST_DAYS)

    def suggest(self, slug: str, minutes: int | None, today: date) -> None:
        """Fill an empty form with what most learners would write."""
        if slug:
            self.question_set.data = slug
        self.ready_on.data = today + timedelta(days=_USUAL_DAYS)
        self.minutes.data = minutes or _USUAL_MINUTES
