"""Questions of every type in one line each, for tests that look at one part of them."""

from __future__ import annotations

from typing import Any

from quizapp.core.questions import (
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
    id_of_text,
    pair_of,
)


def options_of(right: tuple[str, ...], wrong: tuple[str, ...]) -> tuple[Option, ...]:
    """The right options, then the wrong ones."""
    return tuple(Option(id_of_text(text), text, text in right, "Because.") for text in (*right, *wrong))


def question_of(kind: str, *, stem: str = "What is asked?", keys: tuple[str, ...] = ("Oslo",)) -> AnyQuestion:
    """A question with these keys; a date has September 2014, a count 34 envoys, and a statement is true."""
    common: dict[str, Any] = {
        "id": f"x/{kind}", "facts": ("f",), "stem": stem, "explanation": "Told.", "cite": Citation(""),
        "standing": "documented", "treatment": "plain", "topic": "a",
    }  # fmt: skip
    match kind:
        case "choice":
            return ChoiceQuestion(**common, options=options_of(keys[:1], ("Quito", "Turin")))
        case "multiple":
            return MultipleQuestion(**common, options=options_of(keys, ("Quito", "Turin")))
        case "true-false":
            return TrueFalseQuestion(**common, options=options_of(("True",), ("False",)))
        case "short":
            return ShortQuestion(**common, accept=keys)
        case "cloze":
            return ClozeQuestion(**common, accept=keys)
        case "date":
            return DateQuestion(**common, accept=("2014-09",), parts=("month", "year"))
        case "numeric":
            return NumericQuestion(**common, number=34, unit="envoys")
        case "ordering":
            return OrderingQuestion(**common, sequence=tuple(map(event_of, keys)))
        case "matching":
            return MatchingQuestion(**common, pairs=tuple(pair_of(f"Fair of {key}", key) for key in keys))
        case _:
            places = tuple(Place(key, key, point=(0.0, 0.0)) for key in (*keys, "Quito"))
            return MapQuestion(**common, places=places, targets=keys)
