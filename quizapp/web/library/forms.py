"""The form with which a learner reports a mistake."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from quizapp.models.mistakes import Reason
from quizapp.operations.mistakes import FACT_REASONS, MOST_WORDS, REASONS


def _stripped(text: str | None) -> str:
    # Browsers send two characters for the end of a line and count one.
    return (text or "").replace("\r\n", "\n").strip()


class MistakeForm(FlaskForm):  # type: ignore[misc]
    """What is wrong, and in which way."""

    reason = RadioField("What is wrong?", validators=[InputRequired("Choose what is wrong.")])
    words = TextAreaField(
        "In your words",
        filters=[_stripped],
        validators=[Length(max=MOST_WORDS, message=f"Shorten this to {MOST_WORDS:,} characters.")],
    )
    revision = HiddenField()

    def __init__(self, *, of_fact: bool, **values: object) -> None:
        super().__init__(**values)
        self.reason.choices = [
            SelectChoice(reason.value, label)
            for reason, label in (FACT_REASONS if of_fact else REASONS).items()
        ]

    def validate_words(self, field: TextAreaField) -> None:
        """Ask for words where the reason alone says nothing."""
        if self.reason.data == Reason.OTHER and not field.data:
            raise ValidationError("Say in a few words what is wrong.")
