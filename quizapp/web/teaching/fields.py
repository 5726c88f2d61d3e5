"""Fields that forms of quizzes need beyond those of the library."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from wtforms import Field, IntegerField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange, Optional, StopValidation
from wtforms.widgets import CheckboxInput, DateTimeLocalInput, ListWidget

from quizapp.core.disclosure import Disclosure, Item, Phase

_MOMENT: Final = "%Y-%m-%dT%H:%M"
_NUMBER: Final = "Give a whole number from {} to {}, in digits."


class NumberField(IntegerField):  # type: ignore[misc]
    """A whole number within limits, or nothing where it is not required; asked for in words of its own."""

    def __init__(
        self, label: str, least: int, most: int, *, is_required: bool = False, **arguments: Any
    ) -> None:
        self.message = _NUMBER.format(f"{least:,}", f"{most:,}")
        first = InputRequired(self.message) if is_required else Optional()
        super().__init__(label, [first, NumberRange(least, most, self.message)], **arguments)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; nothing is nothing."""
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = int(valuelist[0].strip())
            except ValueError as problem:
                raise ValueError(self.message) from problem

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Say once what is asked for: what is no number lies within no limits either."""
        if self.process_errors:
            raise StopValidation


class MultiCheckboxField(SelectMultipleField):  # type: ignore[misc]
    """Several of a list, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class MomentField(Field):  # type: ignore[misc]
    """A day and a time in the `zone` of its form; `data` is aware, None where nothing was given."""

    widget = DateTimeLocalInput()

    def __init__(self, label: str = "", *, _form: Any = None, **arguments: Any) -> None:
        self._owner = _form
        super().__init__(label, [Optional()], _form=_form, **arguments)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.astimezone(self._owner.zone).strftime(_MOMENT) if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what browsers send, with seconds or without, or with a space between day and time."""
        self.data = None
        given = valuelist[0].strip() if valuelist else ""
        if not given:
            return
        try:
            local = datetime.fromisoformat(given)
        except ValueError as problem:
            raise ValueError("Give a day and a time, as in 2026-03-02 14:30.") from problem
        if local.tzinfo is not None or not 1990 <= local.year <= 9000:
            raise ValueError("Give a day and a time, as in 2026-03-02 14:30.")
        moment = local.replace(tzinfo=self._owner.zone).astimezone(UTC)
        if moment.astimezone(self._owner.zone).replace(tzinfo=None) != local:
            raise ValueError("The clocks go forward over this time, so it does not come. Choose another.")
        self.data = moment


class MatrixField(Field):  # type: ignore[misc]
    """What is shown when, as boxes to tick, each named `<name>` with a value like `score.after`."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the boxes that were ticked; what is none of them is left out."""
        known = {f"{item}.{phase}": (item, phase) for item in Item for phase in Phase}
        self.data = Disclosure(frozenset(known[value] for value in valuelist if value in known))
