"""Papers of a quiz as a request asks for them, for whoever may have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request, url_for

from quizapp.models.quizzes import QuizKind
from quizapp.operations import quizzes
from quizapp.operations.quizzes import printing

if TYPE_CHECKING:
    from quizapp.models import Quiz
    from quizapp.operations.quizzes.printing import Paper


@dataclass(frozen=True, slots=True)
class AskedPapers:
    """The papers, how many versions of which draw, whether their keys are shown, and where the other page is."""

    papers: list[Paper]
    versions: int
    draw: int
    draws: bool
    shows_key: bool
    address: str
    other: str


def papers_asked_for(quiz: Quiz, papers_place: str, key_place: str, *, shows_key: bool) -> AskedPapers:
    """Return the papers that the address asks for; the two places are endpoints of the quiz.

    Whoever gives a quiz to others may see all of it; in a quiz of one's own nothing stands that another keeps secret.
    """
    versions = min(max(1, request.args.get("versions", 2, type=int)), printing.MOST_VERSIONS)
    draw = min(max(1, request.args.get("draw", 1, type=int)), printing.MOST_DRAWS)
    try:
        papers = printing.make_papers(
            quiz.made_by, quiz, versions, draw, with_secrets=quiz.kind == QuizKind.TAUGHT
        )
    except quizzes.NoQuestionsError:
        papers = []
    here, other = (key_place, papers_place) if shows_key else (papers_place, key_place)
    return AskedPapers(
        papers,
        versions,
        draw,
        bool(quiz.rule.rules),
        shows_key,
        url_for(here, quiz_id=quiz.id),
        url_for(other, quiz_id=quiz.id, versions=versions, draw=draw),
    )
