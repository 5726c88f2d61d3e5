"""Forms of quizzes: the rule for drawing, and what comes with each response."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import abort, request
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from quizapp.database import new_row_id
from quizapp.operations.quizzes.making import MOST_QUESTIONS
from quizapp.web.rendering import plural, topic_label

if TYPE_CHECKING:
    from quizapp.models import QuestionSet
    from quizapp.operations.quizzes import Stock

_COUNTS = (5, 10, 20)
_MINUTES = (5, 10, 20)
#: More than any set holds: what can be asked is said for the topics chosen.
_BEYOND = 10**9
LONGEST_MINUTES = 24 * 60
_MOST_SAVES = 1_000_000
_FIELDS = frozenset({"option", "text", "day", "month", "year"})
#: What a question of several things asks of each has a name that begins so.
_FIELD_STARTS = ("mark-", "place-", "pair-")
#: No question shows more things than this.
_MOST_FIELDS = 500


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
    fiction = BooleanField("Include statements that the source invents")

    def __init__(self, question_set: QuestionSet, stock: Stock, **arguments: Any) -> None:
        self.stock = stock
        super().__init__(**arguments)
        names = stock.topics_in(question_set.topics)
        # A set without topics has nothing to choose among.
        names = [] if names == [""] else names
        self.topics.choices = [
            SelectChoice(
                name, f"{topic_label(name) if name else 'Without a topic'} ({self._stock_text(name)})"
            )
            for name in names
        ]
        most = min(stock.count(with_fiction=True), MOST_QUESTIONS)
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
            self.topics.data = names
            plain = stock.count()
            self.count.data = next((str(number) for number in (10, 5) if number <= plain), "other")
            self.other_count.data = None if self.count.data != "other" else max(1, plain)
            self.time.data = "10"

    @property
    def most(self) -> str:
        """How many questions there can be at most, in words."""
        plain, all_facts = (
            min(self.stock.count(with_fiction=with_fiction), MOST_QUESTIONS) for with_fiction in (False, True)
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
        there = self.stock.count(self.chosen_topics, with_fiction=bool(self.fiction.data))
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

    def _stock_text(self, topic: str) -> str:
        text = plural(self.stock.plain.get(topic, 0), "fact")
        invented = self.stock.fictional.get(topic, 0)
        return f"{text}, and {invented} invented" if invented else text


def posted_save() -> tuple[uuid.UUID, int]:
    """Return the key and the sequence that came with a response; 400 without sound ones."""
    try:
        key, sequence = uuid.UUID(request.form.get("save_key", "")), int(request.form.get("sequence", ""))
    except ValueError:
        abort(
            400, "The page sent a response without its key. Reload it and try again; what was saved is kept."
        )
    if not 1 <= sequence <= _MOST_SAVES:
        abort(400, "The page sent a response out of order. Reload it and try again; what was saved is kept.")
    return key, sequence


def posted_response() -> dict[str, str]:
    """Return the fields of a response as they came, to be given back with the page."""
    names = [name for name in request.form if name in _FIELDS or name.startswith(_FIELD_STARTS)]
    return {name: request.form[name][:1000] for name in names[:_MOST_FIELDS]}
