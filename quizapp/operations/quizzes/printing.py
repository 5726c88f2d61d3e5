"""A quiz on paper: the same questions in versions of another order, each with its key apart."""

from __future__ import annotations

import random
from dataclasses import dataclass
from string import ascii_uppercase
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from quizapp.core.grading import key_text
from quizapp.core.questions import (
    ChoiceQuestion,
    MatchingQuestion,
    MultipleQuestion,
    OrderingQuestion,
    TrueFalseQuestion,
)
from quizapp.database import db
from quizapp.models import QuestionFact
from quizapp.operations.attempt_secrecy import find_closed_facts
from quizapp.operations.quizzes.planning import NoQuestionsError, draw_plan
from quizapp.operations.quizzes.planning.stock import read_questions
from quizapp.operations.quizzes.showing import order_of, shown_of

if TYPE_CHECKING:
    import uuid

    from quizapp.core.questions import AnyQuestion
    from quizapp.models import Quiz
    from quizapp.operations.quizzes.showing import Shown

MOST_VERSIONS: Final = 4
#: Draws that can be asked for by number.
MOST_DRAWS: Final = 999


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """A question as it stands on paper: its number, the title of the section it opens, what is shown, and its key.

    `key` says what is right in letters and numbers of this version, `words` in words.
    """

    number: int
    section: str
    shown: Shown
    weight: float
    key: str
    words: str
    explanation: str
    citation: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One version of a quiz: its letter and its questions in order."""

    version: str
    questions: tuple[PaperQuestion, ...]

    @property
    def weight(self) -> float:
        """The marks of all questions together."""
        return sum(one.weight for one in self.questions)


def make_papers(
    learner_id: uuid.UUID, quiz: Quiz, versions: int, draw: int, *, with_secrets: bool
) -> list[Paper]:
    """Return a quiz on paper in so many versions, 1 to `MOST_VERSIONS`.

    All versions ask the same questions; order within sections and order of options differ as far as the quiz shuffles
    them. The same `draw` gives the same papers as long as the sets stay as they are; another one draws anew where the
    quiz draws. Without `with_secrets` what a quiz, this or another, keeps secret from the learner is left out. Raises
    `NoQuestionsError`.
    """
    seed = quiz.id.bytes + str(draw).encode()
    planned = draw_plan(learner_id, quiz, quiz.id, seed, with_open=True).slots
    secret = set() if with_secrets else _list_secret(learner_id, [slot["question_id"] for slot in planned])
    slots_of_all = [slot for slot in planned if slot["question_id"] not in secret]
    if not slots_of_all:
        raise NoQuestionsError
    questions = {
        question_id: read.question
        for question_id, read in read_questions({slot["question_id"] for slot in slots_of_all}).items()
    }
    sections = quiz.rule.sections
    papers = []
    for version in ascii_uppercase[:versions]:
        rng = random.Random(seed + version.encode())  # noqa: S311 - orders questions, guards nothing
        asked: list[PaperQuestion] = []
        for number, section in enumerate(sections, 1):
            slots = [slot for slot in slots_of_all if slot["section"] == number]
            if quiz.shuffles_questions and versions > 1:
                rng.shuffle(slots)
            for slot in slots:
                question = questions[slot["question_id"]]
                order = order_of(question, rng, shuffles=quiz.shuffles_options)
                asked.append(
                    PaperQuestion(
                        number=len(asked) + 1,
                        section=section.title if slot is slots[0] else "",
                        shown=shown_of(question, order),
                        weight=slot["weight"],
                        key=_key(question, shown_of(question, order)),
                        words=key_text(question),
                        explanation=question.explanation,
                        citation=question.cite.words,
                    )
                )
        papers.append(Paper(version, tuple(asked)))
    return papers


def _list_secret(learner_id: uuid.UUID, question_ids: list[uuid.UUID]) -> set[uuid.UUID]:
    closed = find_closed_facts(learner_id)
    rows = db.session.execute(
        select(QuestionFact.question_id).where(
            QuestionFact.question_id.in_(question_ids), QuestionFact.fact_id.in_(closed)
        )
    )
    return set(rows.scalars())


def _key(question: AnyQuestion, shown: Shown) -> str:
    """Return what is to be marked or written on this paper."""
    if isinstance(question, ChoiceQuestion | MultipleQuestion | TrueFalseQuestion):
        right = {option.id for option in question.options if option.correct}
        letters = [
            letter
            for letter, option in zip(ascii_uppercase, shown.options, strict=False)
            if option.id in right
        ]
        return ", ".join(letters)
    if isinstance(question, OrderingQuestion):
        place = {event.id: number for number, event in enumerate(question.sequence, 1)}
        return ", ".join(str(place[event.id]) for event in shown.events)
    if isinstance(question, MatchingQuestion):
        letters_of = {one.id: letter for letter, one in zip(ascii_uppercase, shown.rights, strict=False)}
        rights = {text: name for name, text in question.rights}
        pairs = [letters_of[rights[pair.right]] for pair in question.pairs]
        return ", ".join(f"{number}{letter}" for number, letter in enumerate(pairs, 1))
    return ""
