"""From a draft to a fact with its question, and back."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from quizapp.core.dates import PartialDate
from quizapp.core.facts import MARK, Standing, Treatment
from quizapp.core.grading import key_text
from quizapp.core.item_checks.model import orders_of
from quizapp.core.matching import fold
from quizapp.core.questions import (
    AnyQuestion,
    ChoiceQuestion,
    Citation,
    ClozeQuestion,
    DateQuestion,
    Option,
    ShortQuestion,
    TrueFalseQuestion,
)
from quizapp.core.writing.advice import RULES, context_of, found, plain
from quizapp.core.writing.drafts import Draft, DraftError, DraftOption, Problem, problems_of, tidied

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BLANK: Final = "____"

# Priors, as for the generated types: recognising is easier than producing.
_DIFFICULTY: Final = {"true-false": 0.25, "choice": 0.35, "cloze": 0.55, "short": 0.6, "date": 0.65}
_RIGHT_REASON: Final = "That is right."


def write(draft: Draft, *, slug: str, key: str) -> tuple[dict[str, Any], AnyQuestion]:
    """Return the content of the fact that the draft brings along, and its question `<slug>/<key>/<type>`.

    The content has the keys of a bank's fact. Raises `DraftError` with every problem, hard flaws among them.
    """
    clean = tidied(draft)
    problems = list(problems_of(clean))
    if problems:
        raise DraftError(problems)
    question = _question(clean, f"{slug}/{key}/{clean.type}", key)
    problems = [*_equal_options(clean, question), *_flaws(clean, question)]
    if problems:
        raise DraftError(problems)
    return _fact_content(clean, question), question


def read(question: AnyQuestion) -> Draft:
    """Return the draft that `write` makes this question of."""
    key = key_text(question)
    common: dict[str, Any] = {
        "type": question.type,
        "stem": question.stem,
        "explanation": _typed(question.explanation, _default_explanation(question)),
        "cite": question.cite.words,
        "topic": question.topic,
    }
    if isinstance(question, ChoiceQuestion):
        rows = [
            (
                option.correct,
                DraftOption(option.text, _typed(option.because, _default_reason(option.correct, key))),
            )
            for option in question.options
        ]
        right = next(row for correct, row in rows if correct)
        return Draft(**common, right=right, wrong=tuple(row for correct, row in rows if not correct))
    if isinstance(question, TrueFalseQuestion):
        return Draft(**common, is_true=key == "True")
    if isinstance(question, DateQuestion):
        date = PartialDate.parse(question.accept[0])
        month = date.earliest.month if "month" in question.parts else None
        day = date.earliest.day if "day" in question.parts else None
        return Draft(**common, year=date.earliest.year, month=month, day=day)
    if isinstance(question, ClozeQuestion):
        marked = question.stem.replace(BLANK, f"[[{key}]]")
        return Draft(**common | {"stem": marked}, also=question.accept[1:])
    if not isinstance(question, ShortQuestion):
        raise TypeError(f"a question of type {question.type} cannot be written by hand")
    return Draft(**common, response=key, also=question.accept[1:])


def _question(draft: Draft, question_id: str, key: str) -> AnyQuestion:
    common: dict[str, Any] = {
        "id": question_id,
        "facts": (key,),
        "stem": draft.stem,
        "explanation": draft.explanation,
        "cite": Citation(draft.cite),
        "standing": str(Standing.DOCUMENTED),
        "treatment": str(Treatment.PLAIN),
        "topic": draft.topic,
        "difficulty": _DIFFICULTY[draft.type],
    }
    question: AnyQuestion
    match draft.type:
        case "choice":
            question = ChoiceQuestion(**common, options=_options(draft, key))
        case "true-false":
            # The explanation stands beneath the options, once.
            because = f"The statement is {'true' if draft.is_true else 'false'}."
            options = (
                Option("true", "True", bool(draft.is_true), because, key),
                Option("false", "False", not draft.is_true, because, key),
            )
            question = TrueFalseQuestion(**common, options=options)
        case "date":
            given = {"day": draft.day, "month": draft.month, "year": draft.year}
            parts = [f"{draft.year:04}"]
            parts += [f"{part:02}" for part in (draft.month, draft.day) if part is not None]
            asked = tuple(name for name, part in given.items() if part is not None)
            question = DateQuestion(**common, accept=("-".join(parts),), parts=asked)
        case "cloze":
            accept = _distinct((MARK.findall(draft.stem)[0], *draft.also))
            question = ClozeQuestion(**common | {"stem": MARK.sub(BLANK, draft.stem)}, accept=accept)
        case _:
            question = ShortQuestion(**common, accept=_distinct((draft.response, *draft.also)))
    return question if draft.explanation else replace(question, explanation=_default_explanation(question))


def _options(draft: Draft, key: str) -> tuple[Option, ...]:
    """Return the options in a fixed order, numbers by size: where the key was typed must not show."""
    rows = [(True, draft.right), *((False, row) for row in draft.wrong if row.text)]
    options = [
        Option(
            hashlib.sha256(_said(row.text).encode()).hexdigest()[:8],
            row.text,
            correct,
            row.because or _default_reason(correct, draft.right.text),
            key if correct else None,
        )
        for correct, row in rows
    ]
    dates, numbers = orders_of(options)
    if all(date is not None for date in dates):
        order = {
            option.id: date.earliest.toordinal() for option, date in zip(options, dates, strict=True) if date
        }
        return tuple(sorted(options, key=lambda option: (order[option.id], option.text)))
    if all(number is not None for number in numbers):
        size = {
            option.id: number for option, number in zip(options, numbers, strict=True) if number is not None
        }
        return tuple(sorted(options, key=lambda option: (size[option.id], option.text)))
    return tuple(sorted(options, key=lambda option: (fold(option.text), option.text)))


def _fact_content(draft: Draft, question: AnyQuestion) -> dict[str, Any]:
    is_false = draft.type == "true-false" and not draft.is_true
    return {
        "ask": question.stem,
        "statement": _statement(draft, question),
        "key_text": key_text(question),
        "subject": "",
        "date": question.accept[0] if isinstance(question, DateQuestion) else None,
        "note": "" if is_false else draft.explanation,
        "where": draft.cite,
        "cite": [],
        "record_key": None,
        "record_text": None,
        "record_source": None,
        "member_of": None,
        # A statement can only be judged: turned over as a card it would ask nothing.
        "flashcard": draft.type != "true-false",
    }


def _statement(draft: Draft, question: AnyQuestion) -> str:
    if draft.type == "true-false":
        return question.stem if draft.is_true else draft.explanation
    key = key_text(question)
    if draft.type == "cloze":
        return question.stem.replace(BLANK, key)
    asked = question.stem if question.stem.endswith(("?", ":", "…")) else f"{question.stem.rstrip('.')}:"
    return f"{asked} {key}" if key.endswith((".", "!", "?")) else f"{asked} {key}."


def _default_explanation(question: AnyQuestion) -> str:
    key = key_text(question)
    if isinstance(question, TrueFalseQuestion):
        return f"The statement is {key.lower()}."
    return f"The right response is “{key}”."


def _default_reason(correct: bool, key: str) -> str:
    return _RIGHT_REASON if correct else f"The right response is “{key}”."


def _typed(text: str, default: str) -> str:
    return "" if text == default else text


def _said(text: str) -> str:
    """Return an option as it is compared; signs that fold to nothing stand for themselves."""
    return fold(text) or text.casefold()


def _distinct(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple({fold(text): text for text in reversed(texts)}.values())[::-1]


def _equal_options(draft: Draft, question: AnyQuestion) -> Iterator[Problem]:
    """Yield the wrong options that say the same as an earlier one, as words, as numbers or as dates."""
    if not isinstance(question, ChoiceQuestion):
        return
    rule = RULES["equal-options"]
    context = context_of(())
    rows = [
        ("right", draft.right),
        *((f"wrong-{place}", row) for place, row in enumerate(draft.wrong) if row.text),
    ]
    for (_, one), (field, other) in combinations(rows, 2):
        pair = tuple(
            Option(name, row.text, correct=False, because="") for name, row in (("a", one), ("b", other))
        )
        is_sign = not (fold(one.text) and fold(other.text))
        is_same = _said(one.text) == _said(other.text)
        if is_same or (not is_sign and any(rule.find(replace(question, options=pair), context))):
            yield Problem(
                f"{field}-text", f"“{other.text}” says the same as “{one.text}”. Change or clear one of them."
            )


def _flaws(draft: Draft, question: AnyQuestion) -> Iterator[Problem]:
    """Yield the hard flaws of the question taken by itself."""
    rows = {f"wrong-{place}-text": row.text for place, row in enumerate(draft.wrong) if row.text}
    fields = {
        "key-in-stem": "stem",
        "explanation-contradicts": "explanation",
        "label-in-option": "right-text",
    }
    rules = [RULES[name] for name in fields]
    for rule, detail in found(question, rules, context_of([question])):
        named = next((name for name, text in rows.items() if detail.startswith(f"“{text}”")), None)
        field = named if named and rule.name == "label-in-option" else fields[rule.name]
        yield Problem(field, f"{_capital(plain(detail))}. {_capital(plain(rule.remedy))}.")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
