"""Forms of quizzes: what one's own asks, and the name under which a learner joins another's."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from quizapp.core.disclosure import AFTER_THE_ATTEMPT, AT_ONCE
from quizapp.core.quiz_contents import MOST_QUESTIONS
from quizapp.database import new_row_id
from quizapp.operations.quizzes import LONGEST_NAME
from quizapp.web.rendering import plural, topic_label

if TYPE_CHECKING:
    from quizapp.core.disclosure import Disclosure
    from quizapp.operations.quizzes import Stock, Subject

_COUNTS = (5, 10, 20)
_MINUTES = (5, 10, 20)
#: More than any set holds: what can be asked is said for the topics chosen.
_BEYOND = 10**9
LONGEST_MINUTES = 24 * 60


class MultiCheckboxField(SelectMultipleField):  # type: ignore[misc]
    """Several of a list, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PlainNumberField(IntegerField):  # type: ignore[misc]
    """A whole number, asked for in words of its own where it is none or lies beyond its limits."""

    def __init__(self, label: str, least: int, most: int, message: str, **arguments: Any) -> None:
        self.message = message
        super().__init__(label, [Optional(), NumberRange(least, most, message)], **arguments)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata(valuelist)
        except ValueError as problem:
            raise ValueError(self.message) from problem


class NewQuizForm(FlaskForm):  # type: ignore[misc]
    """Topics, number of questions and time of a quiz."""

    #: Made with the page, so that a form sent twice makes one quiz.
    quiz_id = HiddenField()
    topics = MultiCheckboxField("Topics")
    count = RadioField("Questions", validate_choice=False)
    other_count = PlainNumberField(
        "Number of questions",
        1,
        _BEYOND,
        "Give the number of questions in digits, as a whole number from 1.",
    )
    time = RadioField("Time", validate_choice=False)
    other_minutes = PlainNumberField(
        "Minutes",
        1,
        LONGEST_MINUTES,
        f"Give the minutes in digits, as a whole number from 1 to {LONGEST_MINUTES}.",
    )
    feedback = RadioField("Keys and reasons", validate_choice=False)
    fiction = BooleanField("Include statements that the source invents")

    def __init__(self, subject: Subject, **arguments: Any) -> None:
        self.subject = subject
        super().__init__(**arguments)
        several = len(subject.sets) > 1
        self.topics.choices = [
            SelectChoice(
                value,
                f"{f'{one.title}: ' if several else ''}{topic_label(name) if name else 'Without a topic'} "
                f"({_stock_text(subject.stock_of(one), name)})",
            )
            for value, one, name in subject.list_topics()
        ]
        most = min(subject.count(with_fiction=True), MOST_QUESTIONS)
        counts = [number for number in _COUNTS if number <= most]
        self.count.choices = [
            *(SelectChoice(str(number)) for number in counts),
            SelectChoice("other", "Another number"),
        ]
        self.time.choices = [
            *(SelectChoice(str(number), f"{number} minutes") for number in _MINUTES),
            SelectChoice("other", "Another time"),
            SelectChoice("none", "No limit"),
        ]
        if not self.is_submitted():
            self.quiz_id.data = str(new_row_id())
            self.topics.data = [choice.value for choice in self.topics.choices]
            plain = min(subject.count(), MOST_QUESTIONS)
            self.count.data = next((str(number) for number in (10, 5) if number <= plain), "other")
            self.other_count.data = None if self.count.data != "other" else max(1, plain)
            self.time.data = "10"
        self.feedback.choices = [
            SelectChoice("end", "At the end, with the result"),
            SelectChoice("each", "As I go: I can check each question"),
        ]
        # A form without it is one of old.
        self.feedback.data = self.feedback.data or "end"

    @property
    def most(self) -> str:
        """How many questions there can be at most, in words."""
        plain, all_facts = (
            min(self.subject.count(with_fiction=with_fiction), MOST_QUESTIONS)
            for with_fiction in (False, True)
        )
        if plain == all_facts:
            return f"At most {plain}"
        return f"At most {plain}, with what the source invents {all_facts}"

    @property
    def chosen_topics(self) -> list[str]:
        """The topics to draw from; none where all are chosen."""
        chosen = list(dict.fromkeys(self.topics.data or []))
        return [] if len(chosen) == len(self.topics.choices or []) else chosen

    @property
    def chosen_count(self) -> int:
        """How many questions."""
        given = self.other_count.data if self.count.data == "other" else self.count.data
        return int(given or 0)

    @property
    def chosen_seconds(self) -> int | None:
        """The time limit; None for no limit."""
        if self.time.data == "none":
            return None
        return 60 * int((self.other_minutes.data if self.time.data == "other" else self.time.data) or 0)

    @property
    def chosen_disclosure(self) -> Disclosure:
        """When the keys are shown."""
        return AT_ONCE if self.feedback.data == "each" else AFTER_THE_ATTEMPT

    @property
    def chosen_title(self) -> str:
        """What the quiz is called."""
        names = [name for value, _, name in self.subject.list_topics() if value in self.chosen_topics]
        if not names or len(self.subject.sets) > 1:
            return self.subject.title
        return f"{self.subject.title}: {', '.join(name or 'without a topic' for name in names)}"

    @property
    def chosen_id(self) -> uuid.UUID:
        """The id of the quiz to be made."""
        return uuid.UUID(self.quiz_id.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """Leave out what stands in a field that was not chosen; it is not shown either."""
        for choice, number in ((self.count, self.other_count), (self.time, self.other_minutes)):
            if choice.data != "other":
                number.data, number.raw_data, number.process_errors = None, None, []
        return bool(super().validate(extra_validators))

    def validate_quiz_id(self, field: HiddenField) -> None:
        """Take a new id where the one that came is none."""
        try:
            uuid.UUID(field.data or "")
        except ValueError:
            field.data = str(new_row_id())

    def validate_topics(self, field: MultiCheckboxField) -> None:
        """Ask for at least one topic where there are any."""
        if field.choices and not field.data:
            raise ValidationError("Choose at least one topic.")

    def validate_count(self, field: RadioField) -> None:
        """Ask for a number that the chosen topics can give."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError("Choose how many questions.")
        if field.data == "other":
            if self.other_count.errors:
                return
            if self.other_count.data is None:
                raise ValidationError("Give the number of questions, or choose one of those above.")
            if self.other_count.data < 1 or self.other_count.data > _BEYOND:
                return
        if self.topics.choices and not self.topics.data:
            return
        there = self.subject.count(self.chosen_topics, with_fiction=bool(self.fiction.data))
        there = min(there, MOST_QUESTIONS)
        if self.chosen_count > there:
            if there == 0:
                raise ValidationError("There is nothing to ask about in what you chose: choose more.")
            are = "is" if there == 1 else "are"
            raise ValidationError(
                f"There {are} {plural(there, 'fact')} to ask about in what you chose: ask for at most {there}."
            )

    def validate_time(self, field: RadioField) -> None:
        """Ask for a time."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError("Choose a time.")
        if field.data == "other" and self.other_minutes.data is None and not self.other_minutes.errors:
            raise ValidationError("Give the minutes, or choose one of the times above.")

    def validate_feedback(self, field: RadioField) -> None:
        """Ask for one of the two."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError("Choose when the keys are shown.")


class JoinForm(FlaskForm):  # type: ignore[misc]
    """The name under which the instructor of a quiz knows a learner."""

    name = StringField(
        "Your name",
        [
            DataRequired("Enter your name, so that your instructor knows whose result it is."),
            Length(max=LONGEST_NAME, message=f"At most {LONGEST_NAME} letters."),
        ],
        filters=[lambda text: " ".join((text or "").split())],
    )


def _stock_text(stock: Stock, topic: str) -> str:
    text = plural(stock.plain.get(topic, 0), "fact")
    invented = stock.fictional.get(topic, 0)
    return f"{text}, and {invented} invented" if invented else text
