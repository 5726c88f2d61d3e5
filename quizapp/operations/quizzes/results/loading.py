"""What a closed attempt tells its learner: nothing is held that may not be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from quizapp.core.attempts import AttemptState
from quizapp.core.certainty import Level, Stated, sum_levels
from quizapp.core.disclosure import Item
from quizapp.core.grading import Outcome, response_from_dict, response_text
from quizapp.core.marking import rules_from_dict
from quizapp.core.questions import AnyQuestion, question_from_dict
from quizapp.core.regrading import UNADJUSTED
from quizapp.database import db
from quizapp.models import (
    Attempt,
    AttemptResponse,
    Deck,
    Learner,
    Question,
    QuestionRevision,
    QuestionSet,
    Quiz,
)
from quizapp.models.question_sets import SetState
from quizapp.models.quizzes import is_pinned
from quizapp.operations.attempt_secrecy import find_closed_facts
from quizapp.operations.quizzes.events import Event, list_events
from quizapp.operations.quizzes.grading import load_adjustments
from quizapp.operations.quizzes.results.comparing import Comparison, compare
from quizapp.operations.quizzes.results.disclosing import View, view_of
from quizapp.operations.quizzes.results.effects import load_effects
from quizapp.operations.quizzes.results.holding import AttemptResult, Line, Marked, OwnResponse, SetPlace
from quizapp.operations.quizzes.results.missing import may_study, missed_keys
from quizapp.operations.quizzes.results.scoring import marks_of, sheet_of
from quizapp.operations.quizzes.results.telling import decision_of, tell
from quizapp.operations.quizzes.reviewing import find_facts
from quizapp.operations.study import today_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from typing import TypeAlias

    _Row: TypeAlias = tuple[AttemptResponse, uuid.UUID, AnyQuestion]

#: Outcomes that a stated certainty was worth something in.
JUDGED = (Outcome.RIGHT, Outcome.PARTLY, Outcome.WRONG)


def load_result(learner: Learner, attempt: Attempt, quiz: Quiz, now: datetime) -> AttemptResult:
    """Return what a closed attempt tells its learner now; raises `ValueError` while it is open."""
    if attempt.state != AttemptState.CLOSED:
        raise ValueError("an open attempt tells nothing")
    rows = _load_rows(learner.id, attempt.id)
    view = view_of(attempt, quiz, now)
    is_released = attempt.released_at is not None and not attempt.is_preview
    shows_score = Item.SCORE in view
    asked = [(row, question) for row, _, question in rows]
    comparison = compare(attempt, quiz) if shows_score and not attempt.is_preview else None
    closed = _closed_positions(learner.id, attempt, rows)
    missed = {
        (set_id, key)
        for row, set_id, question in rows
        if row.position not in closed
        for key in missed_keys(row, question)
    }
    is_studied = may_study(attempt, quiz, now)
    sets = _load_sets(
        learner, {set_id for _, set_id, _ in rows}, {set_id for set_id, _ in missed} if is_studied else ()
    )
    return AttemptResult(
        view=view,
        is_released=is_released,
        is_preview=attempt.is_preview,
        questions=len(rows),
        given=sum(row.response is not None for row, _, _ in rows),
        lines=_lines(learner, attempt, rows, view, closed, sets, comparison, now),
        sets=sorted(sets.values(), key=lambda place: place.title),
        sheet=sheet_of(attempt, asked, quiz.due_at) if shows_score else None,
        comparison=comparison,
        certainty=_levels(attempt, asked) if shows_score else [],
        mistakes=len(missed) if is_studied else 0,
    )


def _load_rows(learner_id: uuid.UUID, attempt_id: uuid.UUID) -> list[_Row]:
    return [
        (row, set_id, question_from_dict(content))
        for row, set_id, content in db.session.execute(
            select(AttemptResponse, Question.question_set_id, QuestionRevision.content)
            .join(Question, Question.id == AttemptResponse.question_id)
            .join(QuestionRevision, is_pinned())
            .where(AttemptResponse.learner_id == learner_id, AttemptResponse.attempt_id == attempt_id)
            .order_by(AttemptResponse.position)
        )
    ]


def _closed_positions(learner_id: uuid.UUID, attempt: Attempt, rows: Sequence[_Row]) -> set[int]:
    """Return where something is asked that another quiz, or an open attempt at this one, keeps a secret.

    Of attempts at this quiz that have ended the same may be seen as of this one.
    """
    closed = find_closed_facts(learner_id, ended_at_quiz=attempt.quiz_id)
    if not closed:
        return set()
    facts = find_facts((set_id, question.facts) for _, set_id, question in rows)
    return {
        row.position
        for row, set_id, question in rows
        if any(facts[set_id].get(key) in closed for key in question.facts)
    }


def _load_sets(
    learner: Learner, set_ids: Collection[uuid.UUID], missed: Collection[uuid.UUID]
) -> dict[uuid.UUID, SetPlace]:
    found = db.session.execute(select(QuestionSet).where(QuestionSet.id.in_(set_ids))).scalars().all()
    decks = set(
        db.session.execute(
            select(Deck.question_set_id).where(
                Deck.learner_id == learner.id, Deck.question_set_id.in_(set_ids)
            )
        ).scalars()
    )
    places = {}
    for one in found:
        is_deck = one.id in decks
        is_seen = one.can_see(learner.user) or (is_deck and one.state == SetState.ARCHIVED)
        places[one.id] = SetPlace(one.id, one.slug if is_seen else "", one.title, is_deck, one.id in missed)
    return places


def _lines(
    learner: Learner,
    attempt: Attempt,
    rows: Sequence[_Row],
    view: View,
    closed: Collection[int],
    sets: dict[uuid.UUID, SetPlace],
    comparison: Comparison | None,
    now: datetime,
) -> list[Line]:
    shows_memory = Item.KEY in view and attempt.released_at is not None and not attempt.is_preview
    seen = [(row, question) for row, _, question in rows if row.position not in closed]
    effects = load_effects(learner.id, seen if shows_memory else (), today_of(learner, now))
    adjustments = load_adjustments(attempt.quiz_id) if Item.SCORE in view else {}
    highest = rules_from_dict(attempt.marking).highest
    over = _positions_over(attempt, rows)
    lines = []
    for row, set_id, question in rows:
        adjustment = adjustments.get(row.question_id, UNADJUSTED)
        is_told = row.position not in closed
        own = marked = told = None
        if is_told and Item.RESPONSES in view:
            own = _own_response(row, question, is_over=row.position in over)
        if is_told and Item.SCORE in view:
            marked = Marked(
                outcome=row.outcome or Outcome.BLANK,
                marks=marks_of(row),
                max_marks=row.weight * highest,
                is_scored=row.outcome != Outcome.NEUTRAL,
                decision=decision_of(row, question, adjustment),
                is_overridden=row.override_marks is not None,
                comment=row.override_comment,
                before=None if comparison is None else comparison.before.get(row.question_id),
            )
        if is_told and Item.KEY in view:
            told = tell(
                row,
                question,
                adjustment,
                explains=Item.EXPLANATIONS in view,
                effects=effects.of(row, question),
                slug=sets[set_id].slug,
                is_deck=sets[set_id].is_deck,
            )
        lines.append(
            Line(
                position=row.position,
                section=row.section,
                topic=question.topic,
                weight=row.weight,
                is_closed=not is_told,
                own=own,
                marked=marked,
                told=told,
            )
        )
    return lines


def _own_response(row: AttemptResponse, question: AnyQuestion, *, is_over: bool) -> OwnResponse:
    response = None if row.response is None else response_from_dict(row.response)
    return OwnResponse(
        type=question.type,
        stem=question.stem,
        standing=question.standing,
        given=response_text(question, response),
        certainty=row.certainty,
        is_over=is_over,
    )


def _positions_over(attempt: Attempt, rows: Sequence[_Row]) -> set[int]:
    """Return the questions that were left because their own time was over."""
    if attempt.question_seconds is None or attempt.finished_at is None:
        return set()
    left = {
        event.position - 1: event.at
        for event in list_events(attempt.learner_id, attempt.id)
        if event.kind == Event.TURNED and event.position is not None
    }
    return {
        row.position
        for row, _, _ in rows
        if row.closes_at is not None and left.get(row.position, attempt.finished_at) >= row.closes_at
    }


def _levels(attempt: Attempt, asked: Sequence[tuple[AttemptResponse, AnyQuestion]]) -> list[Level]:
    if not rules_from_dict(attempt.marking).certainty:
        return []
    return sum_levels(stated_of(row) for row, _ in asked if row.outcome in JUDGED)


def stated_of(row: AttemptResponse) -> Stated:
    """Return a graded response with the certainty stated for it."""
    return Stated(row.certainty, row.score or 0.0, marks_of(row), row.weight)
