"""What the pages of planning post: over how many days a backlog is spread, a pause, and easy days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, RadioField, SelectChoice
from wtforms.validators import InputRequired, NumberRange, ValidationError

from quizapp.core.backlog import LONGEST_SPAN

#: The longest pause.
_YEAR: Final = timedelta(days=366)
_USUAL: Final = 100
_SHARES: Final = ((0, "No study"), (50, "Fewer"), (_USUAL, "Usual"))
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NO_DAY = "Choose a day, as in 2026-03-01."
_NO_SPAN = f"Enter a whole number from 2 to {LONGEST_SPAN}."


class SpanForm(FlaskForm):  # type: ignore[misc]
    """Over how many days a backlog is spread; read from the address too, to look at what it would mean."""

    days = IntegerField(
        "Another number of days",
        [InputRequired(_NO_SPAN), NumberRange(2, LONGEST_SPAN, _NO_SPAN)],
    )


class PauseForm(FlaskForm):  # type: ignore[misc]
    """The first and the last day of a pause."""

    first = DateField("First day", [InputRequired(_NO_DAY)])
    last = DateField("Last day", [InputRequired(_NO_DAY)])

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        for field in (self.first, self.last):
            if field.process_errors:
                field.process_errors = [_NO_DAY]

    def validate_first(self, field: DateField) -> None:
        """A pause begins today or later."""
        if field.data is None:
            return
        if field.data < self._today:
            raise ValidationError(f"A pause begins today ({self._today.isoformat()}) or later.")
        if field.data > self._today + _YEAR:
            raise ValidationError("A pause begins within a year.")

    def validate_last(self, field: DateField) -> None:
        """A pause ends after it began, within a year."""
        if self.first.data is None or field.data is None:
            return
        if field.data < self.first.data:
            raise ValidationError("The last day comes before the first. Choose a later one.")
        if field.data - self.first.data >= _YEAR:
            raise ValidationError("A pause lasts at most a year. Choose an earlier last day.")


class EasyDaysForm(FlaskForm):  # type: ignore[misc]
    """How much is studied on each day of the week; on one at least as much as usual."""

    def __init__(self, *args: Any, shares: list[int] | None = None, **kwargs: Any) -> None:
        given = dict(zip(self.names(), shares or [], strict=False))
        super().__init__(*args, data=given, **kwargs)

    @staticmethod
    def names() -> list[str]:
        """Return the names of the fields, Monday first."""
        return [day.lower() for day in DAYS]

    @property
    def shares(self) -> list[int]:
        """Return the shares of the days in per cent, Monday first."""
        return [self[name].data for name in self.names()]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each day, and that one at least is usual."""
        if not super().validate(extra_validators):
            return False
        if _USUAL in self.shares:
            return True
        self.form_errors.append("Leave one day at least as usual: the others' cards have to come somewhere.")
        return False


for _name, _label in zip(EasyDaysForm.names(), DAYS, strict=True):
    setattr(
        EasyDaysForm,
        _name,
        RadioField(
            _label,
            coerce=int,
            choices=[SelectChoice(share, words) for share, words in _SHARES],
            validators=[InputRequired(f"Choose how much you study on a {_label}.")],
        ),
    )
