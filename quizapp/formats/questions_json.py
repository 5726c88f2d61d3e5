"""`questions.json`: generated questions as bytes that are the same for the same facts and seed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from quizapp.core.questions import question_from_dict, question_to_dict
from quizapp.formats.facts_yaml.shape import breaches

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quizapp.core.facts import Bank
    from quizapp.core.questions import AnyQuestion

FORMAT: Final = 1
MAX_BYTES: Final = 50 * 1024 * 1024


class QuestionsError(ValueError):
    """A file that is not the questions of a bank; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """The questions of a bank and the SHA-256 of the facts they were generated from."""

    bank: str
    facts_sha256: str
    questions: tuple[AnyQuestion, ...]


def dump(bank: Bank, questions: Iterable[AnyQuestion]) -> bytes:
    """Return the file's bytes: fixed order of fields, one question a line, UTF-8, a newline at the end."""
    head: dict[str, Any] = {"format": FORMAT, "bank": bank.id, "facts_sha256": bank.facts_sha256}
    opening = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    lines = ",\n".join(
        f"  {json.dumps(question_to_dict(question), ensure_ascii=False)}" for question in questions
    )
    return f'{opening},\n "questions": [\n{lines}\n ]\n}}\n'.encode()


def load(content: bytes) -> QuestionFile:
    """Read the file's bytes; raises `QuestionsError` if they do not agree with questions.schema.json."""
    if len(content) > MAX_BYTES:
        raise QuestionsError(f"the file has over {MAX_BYTES:,} bytes: build it again from its facts")
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as broken:
        raise QuestionsError(f"not valid JSON ({broken}): build it again from its facts") from broken
    breach = next(breaches("questions.schema.json", data), None)
    if breach is not None:
        place = "/".join(map(str, breach.path)) or "the file"
        raise QuestionsError(f"{place}: {breach.message[:200]}: build it again from its facts")
    try:
        questions = tuple(map(question_from_dict, data["questions"]))
    except ValueError as problem:
        raise QuestionsError(f"{problem}: build it again from its facts") from problem
    return QuestionFile(data["bank"], data["facts_sha256"], questions)
