"""Forms in which an instructor decides about attempts: open again, marks, more attempts, more time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, StopValidation, ValidationError

from quizapp.core.timing import ExtraTime

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from wtforms import Field

_LONGEST_REASON: Final = 500
_LONGEST_COMMENT: Final = 2000
_MOST_PERCENT: Final = 400
_MOST_ATTEMPTS: Final = 100
_UNITS: Final = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}
_LONGEST: Final = timedelta(days=60)


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


class CountField(IntegerField):  # type: ignore[misc]
    """A whole number whose error is in plain words; what is not a number is shown again as it was typed."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed."""
        self.data = None
        text = valuelist[0].strip() if valuelist else ""
        if text and not (text.isascii() and text.isdecimal() and len(text) <= 5):
            raise ValueError("Give a whole number, such as 30.")
        self.data = int(text) if text else None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Say one thing at a time: what is no number lies within no limits either."""
        if self.process_errors:
            raise StopValidation


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """A decision that needs no more than its reason."""

    reason = StringField(
        "Reason",
        filters=[_line],
        description="For the record of the quiz. The learner sees it only in a download of their data.",
        validators=[
            Length(max=_LONGEST_REASON, message=f"Shorten the reason to {_LONGEST_REASON} characters.")
        ],
    )


class ReopenForm(ReasonForm):
    """How long an attempt is open again; nothing is until its old deadline, where that is still to come."""

    length = CountField("Open again for")
    unit = SelectField("Unit", default="minutes", choices=[SelectChoice(name, name) for name in _UNITS])

    def __init__(self, *, needs_length: bool) -> None:
        super().__init__()
        self.needs_length = needs_length

    def validate_length(self, field: Field) -> None:
        """Refuse no time at all, and more of it than anybody means."""
        if field.errors:
            return
        if field.data is None:
            if self.needs_length:
                raise ValidationError("Say for how long the attempt is open again.")
        elif field.data < 1:
            raise ValidationError("Give at least 1 minute.")
        elif field.data * _UNITS.get(self.unit.data, _LONGEST) > _LONGEST:
            raise ValidationError("An attempt can be open again for at most 60 days.")

    def until(self, now: datetime) -> datetime | None:
        """Return when it ends; None for its old deadline."""
        return None if self.length.data is None else now + self.length.data * _UNITS[self.unit.data]


class GrantForm(ReasonForm):
    """How many attempts a learner has beyond those of the quiz."""

    extra = CountField(
        "Attempts granted",
        validators=[
            InputRequired("Give a number; 0 is none beyond those of the quiz."),
            NumberRange(0, _MOST_ATTEMPTS, f"Give a number from 0 to {_MOST_ATTEMPTS}."),
        ],
    )


class ExtraTimeForm(ReasonForm):
    """No extra time, so many percent of it, or no limit at all."""

    kind = RadioField(
        "Extra time",
        choices=[
            SelectChoice("none", "None"),
            SelectChoice("percent", "Longer, by so many percent"),
            SelectChoice("untimed", "No time limit"),
        ],
        validators=[InputRequired("Choose one.")],
    )
    percent = CountField(
        "Percent longer",
        description="25 makes 60 minutes 75.",
    )

    @classmethod
    def of(cls, extra: ExtraTime, prefix: str) -> ExtraTimeForm:
        """Return the form filled with what holds now; what was sent goes before. `prefix` tells two of them apart."""
        kind = "untimed" if extra.is_untimed else "percent" if extra.percent else "none"
        return cls(data={"kind": kind, "percent": extra.percent or None}, prefix=prefix)

    def validate_percent(self, field: Field) -> None:
        """Ask for the number where one is meant."""
        if self.kind.data != "percent" or field.errors:
            return
        if field.data is None:
            raise ValidationError("Give the percent, such as 25.")
        if not 1 <= field.data <= _MOST_PERCENT:
            raise ValidationError(f"Give a number from 1 to {_MOST_PERCENT}.")

    def extra(self) -> ExtraTime:
        """Return what was chosen."""
        if self.kind.data == "untimed":
            return ExtraTime(is_untimed=True)
        return ExtraTime(percent=(self.percent.data or 0) if self.kind.data == "percent" else 0)


class MarksError(ValueError):
    """Marks or a comment that cannot be read; the message says what to enter."""


def posted_marks(fields: Mapping[str, Any]) -> tuple[float | None, str]:
    """Read marks (a decimal point or comma; nothing takes them back) and the comment; raises `MarksError`."""
    comment = "\n".join(line.rstrip() for line in str(fields.get("comment", "")).strip().splitlines())
    if len(comment) > _LONGEST_COMMENT:
        raise MarksError(f"Shorten the comment to {_LONGEST_COMMENT:,} characters.")
    text = str(fields.get("marks", "")).strip().replace("−", "-").replace(",", ".")
    if not text:
        return None, comment
    digits = text.removeprefix("-").replace(".", "", 1)
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 8):
        raise MarksError("Give a number, such as 1 or 0.5, or leave it empty.")
    return float(text), comment
