"""Questions to and from the plain data that files and the database hold."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from quizapp.core.questions.kinds import (
    AnyQuestion,
    ChoiceQuestion,
    Citation,
    ClozeQuestion,
    DateQuestion,
    MapQuestion,
    MatchingQuestion,
    MultipleQuestion,
    NumericQuestion,
    Option,
    OrderingQuestion,
    Place,
    ShortQuestion,
    TrueFalseQuestion,
    event_of,
    pair_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_OF_OPTIONS: Final = (ChoiceQuestion, MultipleQuestion, TrueFalseQuestion)


def question_to_dict(question: AnyQuestion) -> dict[str, Any]:
    """Return the question in the form of `questions.json` (see questions/schema/questions.schema.json)."""
    return {
        "id": question.id,
        "facts": list(question.facts),
        "type": question.type,
        "stem": question.stem,
        **_parts_to_dict(question),
        "explanation": question.explanation,
        "cite": {"words": question.cite.words, "spans": [list(span) for span in question.cite.spans]},
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
        return kind(**_common_fields(data), **_READERS[kind](data))
    except KeyError as error:
        raise ValueError(f"question {label}: {error.args[0]!r} is missing") from error
    except (TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"question {label}: a field has the wrong shape ({error})") from error


def _parts_to_dict(question: AnyQuestion) -> dict[str, Any]:
    if isinstance(question, _OF_OPTIONS):
        return {"options": [asdict(option) for option in question.options]}
    if isinstance(question, DateQuestion):
        first, also = question.accept[0] if question.accept else "", list(question.accept[1:])
        accept: dict[str, Any] = {"date": first, "ask": "/".join(question.parts), "also": also}
        return {"accept": accept, "neutral": list(question.neutral)}
    if isinstance(question, NumericQuestion):
        accept = {
            "number": question.number,
            "tolerance": question.tolerance,
            "unit": question.unit,
            "also": list(question.also),
        }
        return {"accept": accept, "neutral": list(question.neutral)}
    if isinstance(question, OrderingQuestion):
        return {
            "sequence": [event.text for event in question.sequence],
            "because": [event.because for event in question.sequence],
        }
    if isinstance(question, MatchingQuestion):
        return {
            "pairs": [[pair.left, pair.right] for pair in question.pairs],
            "because": [pair.because for pair in question.pairs],
            "extra": list(question.extra),
        }
    if isinstance(question, MapQuestion):
        places = [asdict(place) | {"point": _listed(place.point)} for place in question.places]
        return {"places": places, "targets": list(question.targets)}
    return {
        "accept": list(question.accept),
        "neutral": list(question.neutral),
        "others": list(question.others),
    }


def _listed(point: tuple[float, float] | None) -> list[float] | None:
    return None if point is None else list(point)


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


def _read_options(data: dict[str, Any]) -> dict[str, Any]:
    return {"options": tuple(Option(**option) for option in data["options"])}


def _read_typed(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "accept": tuple(data["accept"]),
        "neutral": tuple(data.get("neutral", ())),
        "others": tuple(data.get("others", ())),
    }


def _read_date(data: dict[str, Any]) -> dict[str, Any]:
    accept = data["accept"]
    dates = (accept["date"], *accept.get("also", ()))
    return {
        "accept": dates,
        "parts": tuple(accept["ask"].split("/")),
        "neutral": tuple(data.get("neutral", ())),
    }


def _read_number(data: dict[str, Any]) -> dict[str, Any]:
    accept = data["accept"]
    return {
        "number": accept["number"],
        "tolerance": accept.get("tolerance", 0),
        "unit": accept.get("unit", ""),
        "also": tuple(accept.get("also", ())),
        "neutral": tuple(data.get("neutral", ())),
    }


def _read_sequence(data: dict[str, Any]) -> dict[str, Any]:
    texts = data["sequence"]
    reasons = data.get("because") or [""] * len(texts)
    return {"sequence": tuple(event_of(text, why) for text, why in zip(texts, reasons, strict=True))}


def _read_pairs(data: dict[str, Any]) -> dict[str, Any]:
    pairs = data["pairs"]
    reasons = data.get("because") or [""] * len(pairs)
    made = tuple(pair_of(left, right, why) for (left, right), why in zip(pairs, reasons, strict=True))
    return {"pairs": made, "extra": tuple(data.get("extra", ()))}


def _read_map(data: dict[str, Any]) -> dict[str, Any]:
    places = tuple(
        Place(**place | {"point": None if place["point"] is None else tuple(place["point"])})
        for place in data["places"]
    )
    return {"places": places, "targets": tuple(data["targets"])}


_READERS: Final[dict[type[AnyQuestion], Callable[[dict[str, Any]], dict[str, Any]]]] = {
    ChoiceQuestion: _read_options,
    MultipleQuestion: _read_options,
    TrueFalseQuestion: _read_options,
    ShortQuestion: _read_typed,
    ClozeQuestion: _read_typed,
    DateQuestion: _read_date,
    NumericQuestion: _read_number,
    OrderingQuestion: _read_sequence,
    MatchingQuestion: _read_pairs,
    MapQuestion: _read_map,
}

#: Every type by the name it has in files.
TYPES: Final[dict[str, type[AnyQuestion]]] = {kind.type: kind for kind in _READERS}
