"""Questions that people write by hand: what is typed becomes a fact and a question, or plain words on what is wrong."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from quizapp.core.dates import PartialDate
from quizapp.core.facts import MARK, Bank, Source, Standing, Treatment
from quizapp.core.grading import TEXT_LIMIT, key_text
from quizapp.core.item_checks import HARD_RULES, SOFT_RULES
from quizapp.core.item_checks.model import Context, orders_of
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

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from quizapp.core.item_checks import Rule

MAX_STEM: Final = 1_000
MAX_OPTION: Final = 300
MAX_REASON: Final = 500
MAX_RESPONSE: Final = min(200, TEXT_LIMIT)
MAX_EXPLANATION: Final = 2_000
MAX_CITE: Final = 300
MIN_WRONG: Final = 2
MAX_WRONG: Final = 9
MAX_ALSO: Final = 20
BLANK: Final = "____"

# Priors, as for the generated types: recognising is easier than producing.
_DIFFICULTY: Final = {"true-false": 0.25, "choice": 0.35, "cloze": 0.55, "short": 0.6, "date": 0.65}
_RULES: Final[Mapping[str, Rule]] = {rule.name: rule for rule in HARD_RULES}
_CLASHES: Final = ("other-key-elsewhere", "overlapping-responses")
_RIGHT_REASON: Final = "That is right."
_ID: Final = re.compile(r"[a-z0-9-]+/[0-9a-f]{32}/[a-z-]+")


@dataclass(frozen=True, slots=True)
class DraftOption:
    """An option as it is typed; without a reason one is put in that says what is right."""

    text: str = ""
    because: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed into the row."""
        return not (self.text.strip() or self.because.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A question as it is typed; of the fields in the middle only those of its type count.

    choice: `right` and `wrong`, blank rows of which are passed over. true-false: `is_true`. short: `response` and
    `also`, further accepted ones. cloze: [[...]] in the stem marks the response; `also`. date: `year`, and as exactly
    as it is to be asked `month` and `day`.
    """

    type: str
    stem: str = ""
    right: DraftOption = DraftOption()
    wrong: tuple[DraftOption, ...] = ()
    is_true: bool | None = None
    response: str = ""
    also: tuple[str, ...] = ()
    year: int | None = None
    month: int | None = None
    day: int | None = None
    explanation: str = ""
    cite: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What stands in the way of saving: the field, rows as `wrong-0-text`, and words on what to do."""

    field: str
    message: str


class DraftError(ValueError):
    """A draft that cannot be saved; `problems` holds every reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{problem.field}: {problem.message}" for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Advice:
    """A weakness that does not stand in the way: what it is here, and what to do."""

    rule: str
    detail: str
    remedy: str


def tidy(text: str, *, keep_lines: bool = False) -> str:
    """Return the text composed (NFC), without control characters and needless space, as one line or as lines."""
    whole = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    printable = "".join(
        " " if unicodedata.category(character) in {"Cc", "Cs"} and character != "\n" else character
        for character in whole
    )
    if not keep_lines:
        return " ".join(printable.split())
    return re.sub(
        r"\n{3,}", "\n\n", "\n".join(" ".join(line.split()) for line in printable.split("\n"))
    ).strip()


def write(draft: Draft, *, slug: str, key: str) -> tuple[dict[str, Any], AnyQuestion]:
    """Return the content of the fact that the draft brings along, and its question `<slug>/<key>/<type>`.

    The content has the keys of a bank's fact. Raises `DraftError` with every problem, hard flaws among them.
    """
    clean = _tidied(draft)
    problems = list(_problems(clean))
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
    common = {
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
    return Draft(**common, response=key, also=question.accept[1:])


def clashes(questions: Sequence[AnyQuestion], others: Sequence[AnyQuestion]) -> dict[str, list[Problem]]:
    """Return by id which of the questions ask the words of another question of their set and contradict it."""
    context = _context([*others, *questions])
    rules = [_RULES[name] for name in _CLASHES]
    message = "Another question of this set asks the same words and has another key. Make the two differ."
    return {
        question.id: [Problem("stem", message)]
        for question in questions
        if any(True for _ in _found(question, rules, context))
    }


def advise(questions: Sequence[AnyQuestion], among: Sequence[AnyQuestion]) -> dict[str, list[Advice]]:
    """Return by id what could be better in these questions of a set; `among` is the whole set."""
    context = _context(among)
    stems = {question.id: f"“{question.stem}”" for question in among}
    return {
        question.id: [
            Advice(
                rule.name, _ID.sub(lambda found: stems.get(found[0], "another question"), detail), rule.remedy
            )
            for rule, detail in _found(question, SOFT_RULES, context)
        ]
        for question in questions
    }


def _tidied(draft: Draft) -> Draft:
    def option(row: DraftOption) -> DraftOption:
        return DraftOption(tidy(row.text), tidy(row.because))

    also = [text for text in map(tidy, draft.also) if text]
    stem = MARK.sub(lambda found: f"[[{found[1].strip()}]]", tidy(draft.stem))
    return replace(
        draft,
        stem=stem,
        right=option(draft.right),
        wrong=tuple(map(option, draft.wrong)),
        response=tidy(draft.response),
        also=tuple(also),
        explanation=tidy(draft.explanation),
        cite=tidy(draft.cite),
    )


def _problems(draft: Draft) -> Iterator[Problem]:
    """Yield what is missing, too long or impossible, field by field."""
    texts = [("stem", draft.stem, MAX_STEM), ("explanation", draft.explanation, MAX_EXPLANATION)]
    texts.append(("cite", draft.cite, MAX_CITE))
    if draft.type == "choice":
        rows = [("right", draft.right), *((f"wrong-{place}", row) for place, row in enumerate(draft.wrong))]
        texts += [(f"{name}-text", row.text, MAX_OPTION) for name, row in rows]
        texts += [(f"{name}-because", row.because, MAX_REASON) for name, row in rows]
    elif draft.type == "short":
        texts.append(("response", draft.response, MAX_RESPONSE))
    for field, text, limit in texts:
        if len(text) > limit:
            yield Problem(field, f"This has {len(text):,} characters. Shorten it to {limit:,}.")
    if not draft.stem:
        wanted = {"true-false": "statement", "cloze": "sentence"}.get(draft.type, "question")
        yield Problem("stem", f"Write the {wanted}.")
    match draft.type:
        case "choice":
            yield from _choice_problems(draft)
        case "true-false":
            yield from _statement_problems(draft)
        case "short":
            yield from _response_problems("response", draft.response, draft.also)
        case "cloze":
            yield from _cloze_problems(draft)
        case "date":
            yield from _date_problems(draft)
        case other:
            raise ValueError(f"unknown type {other!r}, known are {', '.join(_DIFFICULTY)}")


def _choice_problems(draft: Draft) -> Iterator[Problem]:
    if not draft.right.text:
        yield Problem("right-text", "Write the right option.")
    filled = [place for place, row in enumerate(draft.wrong) if row.text]
    for place, row in enumerate(draft.wrong):
        if row.because and not row.text:
            yield Problem(
                f"wrong-{place}-text", "There is a reason, but no option. Write it or clear the reason."
            )
    if len(filled) < MIN_WRONG:
        free = next((place for place, row in enumerate(draft.wrong) if row.is_blank), 0)
        count = "two wrong options" if not filled else "a second wrong option"
        yield Problem(f"wrong-{free}-text", f"Write {count}: a choice needs at least three options.")
    if len(filled) > MAX_WRONG:
        yield Problem(
            f"wrong-{filled[MAX_WRONG]}-text", f"At most {MAX_WRONG} wrong options. Leave the weakest out."
        )


def _statement_problems(draft: Draft) -> Iterator[Problem]:
    if draft.is_true is None:
        yield Problem("is_true", "Say whether the statement is true or false.")
    elif draft.is_true is False and not draft.explanation:
        yield Problem("explanation", "Say what is right instead: learners read it as the fact.")


def _response_problems(field: str, response: str, also: Sequence[str]) -> Iterator[Problem]:
    if not response:
        yield Problem(field, "Write the response that is right.")
    elif not fold(response):
        yield Problem(
            field, "It has no letter and no digit: what learners type could not be compared with it."
        )
    if len(also) > MAX_ALSO:
        yield Problem(
            "also", f"These are {len(also)} lines. At most {MAX_ALSO} further responses are accepted."
        )
    for text in also:
        if len(text) > MAX_RESPONSE:
            yield Problem("also", f"“{text[:30]}…” has {len(text)} characters. Shorten it to {MAX_RESPONSE}.")
        elif not fold(text):
            yield Problem("also", f"“{text}” has no letter and no digit. Leave it out.")


def _cloze_problems(draft: Draft) -> Iterator[Problem]:
    marked = MARK.findall(draft.stem)
    rest = MARK.sub("", draft.stem)
    if draft.stem and len(marked) != 1:
        count = "Nothing is marked" if not marked else f"{len(marked)} places are marked"
        yield Problem(
            "stem", f"{count}. Put [[ and ]] around exactly one word or phrase: it becomes the blank."
        )
    elif "[[" in rest or "]]" in rest:
        yield Problem(
            "stem", "There are brackets left over. Put [[ and ]] around exactly one word or phrase."
        )
    elif "__" in rest:
        yield Problem("stem", "Leave the underscores out: the blank is made from what stands in [[ and ]].")
    elif draft.stem and not fold(rest):
        yield Problem("stem", "Write the sentence around the blank as well.")
    if len(marked) == 1:
        if len(marked[0]) > MAX_RESPONSE:
            yield Problem(
                "stem", f"What is marked has {len(marked[0])} characters. Mark at most {MAX_RESPONSE}."
            )
        yield from _response_problems("stem", marked[0], draft.also)


def _date_problems(draft: Draft) -> Iterator[Problem]:
    if draft.year is None:
        yield Problem("year", "Give the year.")
    elif not 1 <= draft.year <= 9999:
        yield Problem("year", "Give a year from 1 to 9999.")
    elif draft.month is not None and not 1 <= draft.month <= 12:
        yield Problem("month", "Give a month from 1 to 12.")
    elif draft.day is not None and draft.month is None:
        yield Problem("month", "A day needs its month. Choose it, or clear the day.")
    elif draft.day is not None:
        try:
            PartialDate.parse(f"{draft.year:04}-{draft.month:02}-{draft.day:02}")
        except ValueError:
            yield Problem("day", "This day does not exist. Check day, month and year.")


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
            because = f"The statement is {'true' if draft.is_true else 'false'}. {draft.explanation}".rstrip()
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


def _default_reason(correct: bool, key: str) -> str:  # noqa: FBT001 - a property of the option
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
    rule = _RULES["equal-options"]
    context = _context(())
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
    context = _context([question])
    for rule, detail in _found(question, [_RULES["key-in-stem"]], context):
        yield Problem("stem", f"{_capital(detail)}. {_capital(rule.remedy)}.")
    for rule, detail in _found(question, [_RULES["explanation-contradicts"]], context):
        yield Problem("explanation", f"{_capital(detail)}. {_capital(rule.remedy)}.")
    for rule, detail in _found(question, [_RULES["label-in-option"]], context):
        rows = {f"wrong-{place}-text": row.text for place, row in enumerate(draft.wrong)}
        field = next(
            (name for name, text in rows.items() if text and detail.startswith(f"“{text}”")), "right-text"
        )
        yield Problem(field, f"{_capital(detail)}. {_capital(rule.remedy)}.")


def _context(questions: Sequence[AnyQuestion]) -> Context:
    bank = Bank("", "", "", (), Source(), {}, ())
    return Context(bank, questions)


def _found(question: AnyQuestion, rules: Sequence[Rule], context: Context) -> Iterator[tuple[Rule, str]]:
    for rule in rules:
        if question.type in rule.types:
            for detail in rule.find(question, context):
                yield rule, detail


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
