"""Questions as values: one class per type, and what a learner may give in response.

A question is plain data: `to_dict` writes the form that `questions.json` and the database hold, `question_from_dict`
reads it back. How a response is judged is the matter of `grading`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: why it is right or wrong, and for a distractor where it comes from."""

    id: str
    text: str
    correct: bool
    because: str
    fact: str | None = None
    strategy: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """Where the source says so, in words a person can follow, and the [start, end) spans."""

    words: str
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What every question carries, whatever its type. `difficulty` is a prior in [0, 1], replaced by data."""

    type: ClassVar[str] = ""

    id: str
    facts: tuple[str, ...]
    stem: str
    explanation: str
    cite: Citation
    standing: str
    treatment: str
    topic: str
    difficulty: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceQuestion(Question):
    """One right option among several."""

    type: ClassVar[str] = "choice"
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueFalseQuestion(Question):
    """A statement to be judged; its options have the ids `true` and `false`."""

    type: ClassVar[str] = "true-false"
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortQuestion(Question):
    """A short typed response; `accept` lists the right ones, the first is shown.

    `neutral` are responses that the record supports where the source differs: explained, not scored.
    `others` are names of other entities of the same kind, which a near miss must not be taken for.
    """

    type: ClassVar[str] = "short"
    accept: tuple[str, ...]
    neutral: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClozeQuestion(ShortQuestion):
    """A sentence with one blank, written as `____` in the stem."""

    type: ClassVar[str] = "cloze"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateQuestion(Question):
    """A date to be entered with exactly the printed precision.

    `accept` and `neutral` are EDTF strings; the first of `accept` is shown. `parts` names what is asked for, in
    order: a subset of day, month, year.
    """

    type: ClassVar[str] = "date"
    accept: tuple[str, ...]
    parts: tuple[str, ...]
    neutral: tuple[str, ...] = ()


AnyQuestion = ChoiceQuestion | TrueFalseQuestion | ShortQuestion | ClozeQuestion | DateQuestion

TYPES: dict[str, type[AnyQuestion]] = {
    kind.type: kind
    for kind in (ChoiceQuestion, TrueFalseQuestion, ShortQuestion, ClozeQuestion, DateQuestion)
}


@dataclass(frozen=True, slots=True)
class OptionResponse:
    """The id of the option a learner picked."""

    option: str


@dataclass(frozen=True, slots=True)
class TextResponse:
    """What a learner typed."""

    text: str


@dataclass(frozen=True, slots=True)
class DateResponse:
    """The parts of a date as entered; a part not asked for is None."""

    year: int | None = None
    month: int | None = None
    day: int | None = None


Response = OptionResponse | TextResponse | DateResponse


def question_to_dict(question: AnyQuestion) -> dict[str, Any]:
    """Return the question in the form of `questions.json` (see questions/schema/questions.schema.json)."""
    data: dict[str, Any] = {
        "id": question.id,
        "facts": list(question.facts),
        "type": question.type,
        "stem": question.stem,
    }
    if isinstance(question, ChoiceQuestion | TrueFalseQuestion):
        data["options"] = [asdict(option) for option in question.options]
    elif isinstance(question, DateQuestion):
        data["accept"] = {
            "date": question.accept[0] if question.accept else "",
            "ask": "/".join(question.parts),
            "also": list(question.accept[1:]),
        }
        data["neutral"] = list(question.neutral)
    else:
        data["accept"] = list(question.accept)
        data["neutral"] = list(question.neutral)
        data["others"] = list(question.others)
    cite = {"words": question.cite.words, "spans": [list(span) for span in question.cite.spans]}
    return data | {
        "explanation": question.explanation,
        "cite": cite,
        "standing": question.standing,
        "treatment": question.treatment,
        "topic": question.topic,
        "difficulty": question.difficulty,
    }


def question_from_dict(data: dict[str, Any]) -> AnyQuestion:
    """Read a question written by `question_to_dict`; raises `ValueError` naming what is missing or unknown."""
    label = data.get("id", "without an id")
    kind = TYPES.get(data.get("type", ""))
    if kind is None:
        raise ValueError(f"question {label}: unknown type {data.get('type')!r}, known are {', '.join(TYPES)}")
    try:
        return kind(**_common_fields(data), **_typed_fields(kind, data))
    except KeyError as error:
        raise ValueError(f"question {label}: {error.args[0]!r} is missing") from error
    except (TypeError, AttributeError) as error:
        raise ValueError(f"question {label}: a field has the wrong shape ({error})") from error


def _common_fields(data: dict[str, Any]) -> dict[str, Any]:
    cite = data["cite"]
    return {
        "id": data["id"],
        "facts": tuple(data["facts"]),
        "stem": data["stem"],
        "explanation": data["explanation"],
        "cite": Citation(cite["words"], tuple((start, end) for start, end in cite["spans"])),
        "standing": data["standing"],
        "treatment": data["treatment"],
        "topic": data["topic"],
        "difficulty": data["difficulty"],
    }


def _typed_fields(kind: type[AnyQuestion], data: dict[str, Any]) -> dict[str, Any]:
    if issubclass(kind, ChoiceQuestion | TrueFalseQuestion):
        return {"options": tuple(Option(**option) for option in data["options"])}
    if issubclass(kind, DateQuestion):
        accept = data["accept"]
        parts = tuple(accept["ask"].split("/"))
        dates = (accept["date"], *accept.get("also", ()))
        return {"accept": dates, "parts": parts, "neutral": tuple(data.get("neutral", ()))}
    return {
        "accept": tuple(data["accept"]),
        "neutral": tuple(data.get("neutral", ())),
        "others": tuple(data.get("others", ())),
    }
