"""The slots of an attempt: each question in its place, with the order of what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quizapp.core.quiz_contents import DrawRule
from quizapp.operations.quizzes.showing import order_of

if TYPE_CHECKING:
    import random
    import uuid
    from collections.abc import Mapping, Sequence

    from quizapp.core.drawing import Candidate
    from quizapp.core.quiz_contents import Contents
    from quizapp.models import Quiz
    from quizapp.operations.quizzes.planning.stock import Found, Read


def slots_of(
    quiz: Quiz,
    contents: Contents,
    fixed: Mapping[uuid.UUID, Found],
    drawn: Sequence[Sequence[Candidate]],
    questions: Mapping[uuid.UUID, Read],
    rng: random.Random,
) -> tuple[dict[str, Any], ...]:
    """Return the slots of an attempt, as `AttemptResponse` keeps them: what is fixed and what was drawn, in the places that the contents give them."""
    parts = iter(drawn)
    slots: list[dict[str, Any]] = []
    asked: set[uuid.UUID] = set()
    for number, section in enumerate(contents.sections, 1):
        of_section: list[tuple[uuid.UUID, float]] = []
        for item in section.items:
            if isinstance(item, DrawRule):
                of_section += [(one.question, item.weight) for one in next(parts)]
            elif item.question_id in fixed and item.question_id not in asked:
                asked.add(item.question_id)
                of_section.append((item.question_id, item.weight))
        if quiz.shuffles_questions and len(section.items) > 1:
            rng.shuffle(of_section)
        for question_id, weight in of_section:
            revision, question = questions[question_id]
            slots.append(
                {
                    "position": len(slots) + 1,
                    "question_id": question_id,
                    "question_revision": revision,
                    "form": question.type,
                    "option_order": order_of(question, rng, shuffles=quiz.shuffles_options),
                    "section": number,
                    "weight": weight,
                }
            )
    return tuple(slots)
