"""Forms in which question sets and the five types of questions are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from flask_wtf import FlaskForm
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from quizapp.core.dates import MONTHS
from quizapp.core.grading import YEAR_ERROR
from quizapp.core.writing import MAX_WRONG, Draft, DraftOption, tidy
from quizapp.operations.question_sets import Description, topic_of
from quizapp.web.rendering import topic_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from wtforms import Field

    from quizapp.core.writing import Problem
    from quizapp.models import QuestionSet

_MAX_TITLE: Final = 200
_MAX_ABOUT: Final = 4_000
_MAX_TOPICS: Final = 20
_MAX_TOPIC: Final = 60
_ROWS: Final = 4
_MONTHS: Final = frozenset(map(str, range(1, 13)))

LANGUAGES: Final = {
    "ar": "Arabic", "zh": "Chinese", "cs": "Czech", "da": "Danish", "nl": "Dutch", "en": "English", "fi": "Finnish",
    "fr": "French", "de": "German", "el": "Greek", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "no": "Norwegian", "fa": "Persian", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "es": "Spanish", "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian",
    "vi": "Vietnamese",
}  # fmt: skip


def _line(text: str | None) -> str:
    return tidy(text or "")


def _chosen(value: str | None) -> str:
    return value or ""


def _lines(text: str | None) -> str:
    return tidy(text or "", keep_lines=True)


def date_words(draft: Draft) -> str:
    """Return the date of a draft as a person would write it."""
    parts = (draft.day, MONTHS[draft.month - 1] if draft.month else None, draft.year)
    return " ".join(str(part) for part in parts if part is not None)


class SetForm(FlaskForm):  # type: ignore[misc]
    """What a set says of itself."""

    title = StringField(
        "Title",
        filters=[_line],
        validators=[
            DataRequired("Give the set a title."),
            Length(max=_MAX_TITLE, message=f"Shorten the title to {_MAX_TITLE} characters."),
        ],
    )
    about = TextAreaField(
        "About",
        filters=[_lines],
        validators=[Length(max=_MAX_ABOUT, message=f"Shorten this to {_MAX_ABOUT:,} characters.")],
    )
    topics = StringField("Topics", filters=[_line])
    language = SelectField(
        "Language of the questions",
        default="en",
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
    )

    @classmethod
    def of(cls, question_set: QuestionSet) -> SetForm:
        """Return the form filled with what the set says now; what was sent goes before."""
        topics = ", ".join(map(topic_label, question_set.topics))
        return cls(
            data={
                "title": question_set.title,
                "about": question_set.about,
                "topics": topics,
                "language": question_set.language,
            }
        )

    def validate_topics(self, field: Field) -> None:
        """Refuse what makes no topic."""
        for name in _parts(field.data):
            if not topic_of(name):
                raise ValidationError(f"“{name[:_MAX_TOPIC]}” has no letter and no digit. Leave it out.")
            if len(topic_of(name)) > _MAX_TOPIC:
                raise ValidationError(f"“{name[:30]}…” is too long. Shorten it to {_MAX_TOPIC} characters.")
        if len(_parts(field.data)) > _MAX_TOPICS:
            raise ValidationError(f"A set has at most {_MAX_TOPICS} topics.")

    def description(self) -> Description:
        """Return what was typed."""
        topics = tuple(dict.fromkeys(topic_of(name) for name in _parts(self.topics.data)))
        return Description(self.title.data, self.about.data, topics, self.language.data)


def _parts(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


class WholeNumberField(IntegerField):  # type: ignore[misc]
    """A number whose error is in plain words."""

    problem = "Give a whole number of up to four digits."

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed; what is not a number is shown again as it was typed."""
        self.data = None
        text = valuelist[0].strip() if valuelist else ""
        if text and not (text.isascii() and text.isdecimal() and len(text) <= 4):
            raise ValueError(self.problem)
        self.data = int(text) if text else None


class YearField(WholeNumberField):
    """A year, as a response can give it."""

    problem = YEAR_ERROR
    missing = "Give the year."

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed; there is no year 0."""
        super().process_formdata(valuelist)
        if not self.data:
            raise ValueError(self.missing if self.data is None else self.problem)


class OptionForm(Form):  # type: ignore[misc]
    """An option with its reason."""

    text = StringField("Option")
    because = StringField("Why it is wrong")


class RowsField(FieldList):  # type: ignore[misc]
    """Rows of a form; names that none of its rows can have are passed over."""

    def _extract_indices(self, prefix: str, formdata: Iterable[str]) -> Iterator[int]:
        known = tuple(f"{prefix}-{place}-" for place in range(self.max_entries))
        found: Iterator[int] = super()._extract_indices(
            prefix, [name for name in formdata if name.startswith(known)]
        )
        return found


class RightOptionForm(OptionForm):
    """The right option."""

    text = StringField("Option", validators=[DataRequired("Write the right option.")])
    because = StringField("Why it is right")


class QuestionForm(FlaskForm):  # type: ignore[misc]
    """What every type has; `seen` is the version that the editor opened, `key` names a new question."""

    kind: ClassVar[str] = ""
    label: ClassVar[str] = ""
    use: ClassVar[str] = ""

    key = HiddenField()
    seen = HiddenField()
    stem = TextAreaField("Question", validators=[DataRequired("Write the question.")])
    explanation = TextAreaField("Explanation")
    cite = StringField("Where it says so")
    topic = SelectField("Topic", filters=[_chosen])

    @classmethod
    def of(cls, question_set: QuestionSet, draft: Draft | None = None, **hidden: str) -> QuestionForm:
        """Return the form of a set, filled with a draft where nothing was sent."""
        form = cls(data={**({} if draft is None else cls.fill(draft)), **hidden})
        form.topic.choices = [
            SelectChoice("", "No topic"),
            *(SelectChoice(topic, topic_label(topic)) for topic in question_set.topics),
        ]
        return form

    @classmethod
    def fill(cls, draft: Draft) -> dict[str, Any]:
        """Return the data of the fields for a draft."""
        names = ("stem", "explanation", "cite", "topic")
        return {name: getattr(draft, name) for name in names} | cls.special(draft)

    @classmethod
    def special(cls, draft: Draft) -> dict[str, Any]:  # noqa: ARG003 - the types read it
        """Return the data of the fields that only this type has; the shared form has none."""
        return {}

    def typed(self) -> dict[str, Any]:
        """Return what was typed into the fields that only this type has, as a draft takes it; here there are none."""
        return {}

    def draft(self) -> Draft:
        """Return what was typed."""
        return Draft(
            type=self.kind,
            stem=self.stem.data or "",
            explanation=self.explanation.data or "",
            cite=self.cite.data or "",
            topic=self.topic.data or "",
            **self.typed(),
        )

    def show(self, problems: Iterable[Problem]) -> None:
        """Put each problem to its field; a field that has an error already keeps that one."""
        for problem in problems:
            place: Any = self
            above: list[Any] = []
            for step in problem.field.split("-"):
                above.append(place)
                place = place[int(step)] if step.isdigit() else getattr(place, "form", place)[step]
            if place.errors:
                continue
            place.errors = [problem.message]
            for field in above:
                if isinstance(field, FieldList):
                    field.errors = [*field.errors, problem.message]


class ChoiceForm(QuestionForm):
    """One right option among several."""

    kind = "choice"
    label = "Choice"
    use = "One right option among several wrong ones."

    right = FormField(RightOptionForm, "Right option")
    wrong = RowsField(FormField(OptionForm), "Wrong options", min_entries=_ROWS, max_entries=MAX_WRONG)

    @classmethod
    def special(cls, draft: Draft) -> dict[str, Any]:
        """Return the data of the options."""

        def row(option: DraftOption) -> dict[str, str]:
            return {"text": option.text, "because": option.because}

        return {"right": row(draft.right), "wrong": [row(option) for option in draft.wrong]}

    def typed(self) -> dict[str, Any]:
        """Return the options."""

        def option(row: OptionForm) -> DraftOption:
            return DraftOption(row.text.data or "", row.because.data or "")

        return {"right": option(self.right.form), "wrong": tuple(option(row.form) for row in self.wrong)}

    def add_row(self) -> None:
        """Make room for another wrong option."""
        if len(self.wrong) < MAX_WRONG:
            self.wrong.append_entry()


class StatementForm(QuestionForm):
    """A statement to be judged."""

    kind = "true-false"
    label = "True or false"
    use = "A statement to be judged."

    stem = TextAreaField("Statement", validators=[DataRequired("Write the statement.")])
    is_true = RadioField(
        "The statement is",
        choices=[SelectChoice("true", "True"), SelectChoice("false", "False")],
        validate_choice=False,
    )

    @classmethod
    def special(cls, draft: Draft) -> dict[str, Any]:
        """Return the data of the judgement."""
        return {"is_true": None if draft.is_true is None else ("true" if draft.is_true else "false")}

    def typed(self) -> dict[str, Any]:
        """Return the judgement."""
        return {"is_true": {"true": True, "false": False}.get(self.is_true.data)}


class ShortForm(QuestionForm):
    """A short typed response."""

    kind = "short"
    label = "Short response"
    use = "A name, a word or a number, typed from memory."

    response = StringField("Right response", validators=[DataRequired("Write the response that is right.")])
    also = TextAreaField("Also accepted")

    @classmethod
    def special(cls, draft: Draft) -> dict[str, Any]:
        """Return the data of the responses."""
        return {"response": draft.response, "also": "\n".join(draft.also)}

    def typed(self) -> dict[str, Any]:
        """Return the responses."""
        return {"response": self.response.data or "", "also": tuple((self.also.data or "").splitlines())}


class ClozeForm(QuestionForm):
    """A sentence with one blank."""

    kind = "cloze"
    label = "Blank in a sentence"
    use = "A sentence in which one word or phrase is to be filled in."

    stem = TextAreaField("Sentence", validators=[DataRequired("Write the sentence.")])
    also = TextAreaField("Also accepted")

    @classmethod
    def special(cls, draft: Draft) -> dict[str, Any]:
        """Return the data of the further responses."""
        return {"also": "\n".join(draft.also)}

    def typed(self) -> dict[str, Any]:
        """Return the further responses."""
        return {"also": tuple((self.also.data or "").splitlines())}


class DateForm(QuestionForm):
    """A date as exactly as it is to be asked."""

    kind = "date"
    label = "Date"
    use = "A day, a month or a year, typed from memory."

    day = WholeNumberField("Day")
    month = SelectField(
        "Month",
        filters=[_chosen],
        choices=[
            SelectChoice("", "Not asked"),
            *(SelectChoice(str(number), name) for number, name in enumerate(MONTHS, 1)),
        ],
    )
    year = YearField("Year", validators=[InputRequired(YearField.missing)])

    @classmethod
    def special(cls, draft: Draft) -> dict[str, Any]:
        """Return the data of the date."""
        return {"day": draft.day, "month": str(draft.month or ""), "year": draft.year}

    def typed(self) -> dict[str, Any]:
        """Return the date."""
        month = self.month.data or ""
        return {
            "day": self.day.data,
            "month": int(month) if month in _MONTHS else None,
            "year": self.year.data,
        }


class PasteForm(FlaskForm):  # type: ignore[misc]
    """Lines to be read as questions."""

    text = TextAreaField("Lines", validators=[DataRequired("Paste at least one line.")])
    topic = SelectField("Topic for all of them", filters=[_chosen])
    mode = RadioField(
        "If a line has a problem",
        default="good",
        choices=[
            SelectChoice("good", "Add the good lines and keep the others here"),
            SelectChoice("all", "Add nothing until every line is good"),
        ],
    )

    @classmethod
    def of(cls, question_set: QuestionSet) -> PasteForm:
        """Return the form of a set."""
        form = cls()
        form.topic.choices = [
            SelectChoice("", "No topic"),
            *(SelectChoice(topic, topic_label(topic)) for topic in question_set.topics),
        ]
        return form


KINDS: Final[dict[str, type[QuestionForm]]] = {
    form.kind: form for form in (ChoiceForm, StatementForm, ShortForm, ClozeForm, DateForm)
}
