"""Forms in which a quiz is made and set."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from flask import request
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from quizapp.core.attempts import Navigation
from quizapp.core.marking import LateStep, Scoring
from quizapp.core.quiz_presets import PRESETS, SHOWN, Settings, with_preset
from quizapp.core.writing import tidy
from quizapp.database import new_row_id
from quizapp.web.teaching import words
from quizapp.web.teaching.fields import MatrixField, MomentField, NumberField

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

    from quizapp.core.quiz_presets import Problem
    from quizapp.models import QuestionSet

_MOST_TEXT: Final = 4_000
_LATE_LINES: Final = 4
_MOST_LATE_LINES: Final = 12
_MOST_HOURS: Final = 24 * 365
_UNITS: Final[Mapping[str, int]] = {"minutes": 60, "hours": 3600, "days": 86400}
_YEAR_SECONDS: Final = 365 * 86400


def _line(text: str | None) -> str:
    return tidy(text or "")


def _lines(text: str | None) -> str:
    return tidy(text or "", keep_lines=True)


class LateForm(Form):  # type: ignore[misc]
    """One line of the late credit."""

    hours = NumberField("Up to so many hours late", 1, _MOST_HOURS)
    percent = NumberField("counts so many per cent", 0, 100)

    def validate(self, extra_validators: Any = None) -> bool:
        """A line is given whole or not at all."""
        is_sound = bool(super().validate(extra_validators))
        if is_sound and (self.hours.data is None) != (self.percent.data is None):
            missing = self.hours if self.hours.data is None else self.percent
            missing.errors = ["Give both the hours and the per cent of a line, or neither."]
            return False
        return is_sound


class NewQuizForm(FlaskForm):  # type: ignore[misc]
    """What a quiz begins with: title, set, preset."""

    #: Made with the page, so that a form sent twice makes one quiz.
    quiz_id = HiddenField()
    title = StringField(
        "Title",
        filters=[_line],
        validators=[
            DataRequired("Give the quiz a title."),
            Length(max=200, message="Shorten the title to 200 characters."),
        ],
    )
    question_set = SelectField("Questions from")
    preset = RadioField("What it is for", validate_choice=False)

    def __init__(self, sets: Iterable[QuestionSet], **arguments: Any) -> None:
        super().__init__(**arguments)
        self.question_set.choices = [SelectChoice(str(one.id), one.title) for one in sets]
        self.preset.choices = [SelectChoice(name, one.label) for name, one in PRESETS.items()]
        if not self.is_submitted():
            self.quiz_id.data = str(new_row_id())
            self.preset.data = "homework"

    @property
    def chosen_id(self) -> uuid.UUID:
        """The id of the quiz to be made."""
        return uuid.UUID(self.quiz_id.data)

    def validate_quiz_id(self, field: HiddenField) -> None:
        """Take a new id where the one that came is none."""
        try:
            uuid.UUID(field.data or "")
        except ValueError:
            field.data = str(new_row_id())

    def validate_preset(self, field: RadioField) -> None:
        """One of the three."""
        if field.data not in PRESETS:
            raise ValidationError("Choose what the quiz is for; all can be changed later.")


class SettingsForm(FlaskForm):  # type: ignore[misc]
    """All settings of a quiz."""

    version = HiddenField()
    title = StringField(
        "Title",
        filters=[_line],
        validators=[
            DataRequired("Give the quiz a title."),
            Length(max=200, message="Shorten the title to 200 characters."),
        ],
    )
    instructions = TextAreaField(
        "Instructions",
        filters=[_lines],
        validators=[Length(max=_MOST_TEXT, message=f"Shorten this to {_MOST_TEXT:,} characters.")],
    )
    limit_minutes = NumberField("Time limit", 1, 24 * 60)
    question_seconds = NumberField("Time for each question", 5, 3600)
    extra_time_percent = NumberField("Extra time for everybody", 0, 400)
    opens_at = MomentField("Opens")
    due_at = MomentField("Due")
    closes_at = MomentField("Closes")
    late_steps = FieldList(FormField(LateForm), "Credit after the due moment", max_entries=_MOST_LATE_LINES)
    most_attempts = NumberField("Attempts allowed", 1, 100)
    wait_amount = NumberField("Wait between attempts", 0, 10_000)
    wait_unit = SelectField("Unit of the wait", choices=[SelectChoice(name, name) for name in _UNITS])
    scoring = SelectField(
        "Which attempt counts", choices=[SelectChoice(one.value, text) for one, text in words.SCORING.items()]
    )
    navigation = RadioField(
        "Way through the quiz",
        choices=[SelectChoice(one.value, text) for one, text in words.NAVIGATION.items()],
    )
    shuffles_questions = BooleanField("Mix the questions of each section")
    shuffles_options = BooleanField("Mix the options of each question")
    partial_credit = BooleanField("Give part of the marks for what is right in part")
    negative_percent = NumberField("Taken off for a wrong response", 0, 100)
    certainty = BooleanField("Ask how certain one is of each response")
    shows = MatrixField("What learners see, and when")
    password = StringField(
        "Password", filters=[_line], validators=[Length(max=80, message="Shorten it to 80 characters.")]
    )
    honour_line = StringField(
        "Honour line",
        filters=[_line],
        validators=[Length(max=500, message="Shorten it to 500 characters.")],
    )

    def __init__(self, settings: Settings, version: int, zone: ZoneInfo) -> None:
        self.zone = zone
        super().__init__(data=_data_of(settings, version))
        while len(self.late_steps.entries) < _LATE_LINES:
            self.late_steps.append_entry()

    @property
    def opened_version(self) -> int:
        """The version that the page was opened with; 0 where it names none, which is never the current one."""
        given = str(self.version.data or "")
        return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0

    def settings(self) -> Settings:
        """Return the settings as they were given; what could not be read is as nothing."""
        return Settings(
            title=self.title.data or "",
            instructions=self.instructions.data or "",
            honour_line=self.honour_line.data or "",
            password=self.password.data or "",
            time_limit_seconds=None if self.limit_minutes.data is None else 60 * self.limit_minutes.data,
            question_seconds=self.question_seconds.data,
            extra_time_percent=self.extra_time_percent.data or 0,
            opens_at=self.opens_at.data,
            due_at=self.due_at.data,
            closes_at=self.closes_at.data,
            late_steps=tuple(self._late_steps()),
            most_attempts=self.most_attempts.data,
            wait_seconds=(self.wait_amount.data or 0) * _UNITS.get(self.wait_unit.data, 60),
            scoring=_one_of(Scoring, self.scoring.data, Scoring.HIGHEST),
            shuffles_questions=bool(self.shuffles_questions.data),
            shuffles_options=bool(self.shuffles_options.data),
            navigation=_one_of(Navigation, self.navigation.data, Navigation.FREE),
            partial_credit=bool(self.partial_credit.data),
            negative_percent=_within(self.negative_percent.data, 100),
            certainty=bool(self.certainty.data),
            shows=self.shows.data,
        )

    def fill(self, choice: str) -> str | None:
        """Fill in a preset, or what is shown when, beside what was typed; returns its name, None for an unknown one."""
        typed = self.settings()
        if choice in PRESETS:
            self._set(_data_of(with_preset(typed, choice), 0))
            return PRESETS[choice].label
        if choice in SHOWN:
            self.shows.data = SHOWN[choice][1]
            return SHOWN[choice][0]
        return None

    def accept(self, problems: Iterable[Problem]) -> None:
        """Say at each setting what does not fit there."""
        for problem in problems:
            field = self._fields.get(problem.field)
            if field is None or field is self.late_steps:
                self.form_errors.append(problem.words)
            else:
                field.errors = [*field.errors, problem.words]

    def validate_wait_amount(self, field: Field) -> None:
        """A wait is at most a year."""
        if (field.data or 0) * _UNITS.get(self.wait_unit.data, 60) > _YEAR_SECONDS:
            raise ValidationError("A wait between two attempts is at most a year.")

    def _late_steps(self) -> Iterable[LateStep]:
        for entry in self.late_steps:
            hours, percent = entry.form.hours.data, entry.form.percent.data
            if hours is not None and percent is not None and hours > 0 and 0 <= percent <= 100:
                yield LateStep(hours, percent)

    def _set(self, data: Mapping[str, Any]) -> None:
        """Take up values in the place of what was typed, but for what could not be read and no preset sets."""
        kept = {"version", "title", "instructions", "password", "opens_at", "due_at", "closes_at"}
        kept |= {"extra_time_percent"}
        for name, value in data.items():
            if name not in kept and name != "late_steps":
                self[name].data, self[name].raw_data, self[name].process_errors = value, None, []
        while self.late_steps.entries:
            self.late_steps.pop_entry()
        for step in data["late_steps"]:
            self.late_steps.append_entry(step)
        while len(self.late_steps.entries) < _LATE_LINES:
            self.late_steps.append_entry()


def _data_of(settings: Settings, version: int) -> dict[str, Any]:
    """Return settings as the fields of the form hold them."""
    unit = next(name for name in ("days", "hours", "minutes") if settings.wait_seconds % _UNITS[name] == 0)
    limit = settings.time_limit_seconds
    return {
        "version": str(version),
        "title": settings.title,
        "instructions": settings.instructions,
        "honour_line": settings.honour_line,
        "password": settings.password,
        "limit_minutes": None if limit is None else max(1, round(limit / 60)),
        "question_seconds": settings.question_seconds,
        "extra_time_percent": settings.extra_time_percent or None,
        "opens_at": settings.opens_at,
        "due_at": settings.due_at,
        "closes_at": settings.closes_at,
        "late_steps": [{"hours": round(one.hours), "percent": one.percent} for one in settings.late_steps],
        "most_attempts": settings.most_attempts,
        "wait_amount": settings.wait_seconds // _UNITS[unit] or None,
        "wait_unit": unit if settings.wait_seconds else "hours",
        "scoring": settings.scoring.value,
        "navigation": settings.navigation.value,
        "shuffles_questions": settings.shuffles_questions,
        "shuffles_options": settings.shuffles_options,
        "partial_credit": settings.partial_credit,
        "negative_percent": settings.negative_percent or None,
        "certainty": settings.certainty,
        "shows": settings.shows,
    }


def _within(value: int | None, most: int) -> int:
    return min(max(0, value or 0), most)


def _one_of(kind: Any, value: str | None, default: Any) -> Any:
    return kind(value) if value in {one.value for one in kind} else default


def posted_filling() -> str:
    """Return the name of the preset whose button was pressed; empty where another one was."""
    return request.form.get("fill", "")
