"""The start of an attempt: its questions pinned, once, however often the button is pressed."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from quizapp.core import timing
from quizapp.core.attempts import AttemptState, Navigation
from quizapp.core.marking import rules_to_dict
from quizapp.core.quiz_contents import FixedQuestion
from quizapp.database import db
from quizapp.models import Attempt, AttemptResponse, QuestionFact
from quizapp.models.quizzes import QuizKind
from quizapp.operations.quizzes.events import Event, record
from quizapp.operations.quizzes.planning import HeldError, NoQuestionsError, Plan, plan_attempt, seed_of
from quizapp.operations.quizzes.planning.stock import select_held
from quizapp.operations.quizzes.terms import (
    NotPermittedError,
    WrongPasswordError,
    extra_time_of,
    permit_of,
)
from quizapp.operations.study import insert_into

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from quizapp.core.timing import ExtraTime
    from quizapp.models import Quiz

__all__ = [
    "HeldError",
    "NoQuestionsError",
    "NotPermittedError",
    "Plan",
    "StalePlanError",
    "WrongPasswordError",
    "plan_attempt",
    "seed_of",
    "start_attempt",
]


class StalePlanError(Exception):
    """Another quiz was started since the plan was made, and asks some of the same facts."""


def start_attempt(
    learner_id: uuid.UUID,
    quiz: Quiz,
    plan: Plan,
    now: datetime,
    *,
    is_preview: bool = False,
    password: str = "",
) -> uuid.UUID:
    """Start an attempt as planned and return its id; call it inside `run_tx`.

    Where an attempt at this quiz is open already, that one is returned and nothing is made. A preview needs neither
    permit nor password, keeps nothing secret, and takes the place of the learner's earlier ones of this quiz. Raises
    `NotPermittedError`, `WrongPasswordError`, `StalePlanError`.
    """
    _discard_previews(learner_id, quiz.id)
    going_on = _find_open(learner_id, quiz.id)
    if going_on is not None:
        return going_on
    if not is_preview:
        permit = permit_of(learner_id, quiz, now)
        if permit.refusal is not None:
            raise NotPermittedError(permit)
        if not hmac.compare_digest(password.strip().encode(), quiz.password.strip().encode()):
            raise WrongPasswordError
    extra = extra_time_of(learner_id, quiz)
    # A quiz that has closed can still be looked through.
    is_past = is_preview and quiz.closes_at is not None and quiz.closes_at <= now
    closes_at = None if is_past else quiz.closes_at
    inserted = db.session.execute(
        insert_into(Attempt)
        .values(
            learner_id=learner_id,
            id=plan.attempt_id,
            quiz_id=quiz.id,
            state=AttemptState.OPEN,
            started_at=now,
            time_limit_seconds=quiz.time_limit_seconds,
            extra_time_percent=extra.percent,
            is_untimed=extra.is_untimed,
            deadline_at=timing.deadline(now, quiz.time_limit_seconds, extra, closes_at),
            is_preview=is_preview,
            navigation=quiz.navigation,
            turn=1 if quiz.navigation == Navigation.FORWARD else None,
            question_seconds=quiz.question_seconds,
            checks=quiz.disclosure.checks,
            marking=rules_to_dict(quiz.marking),
            credit_percent=100,
        )
        .on_conflict_do_nothing()
        .returning(Attempt.id)
    ).scalar_one_or_none()
    if inserted is None:
        going_on = _find_open(learner_id, quiz.id)
        if going_on is None:
            raise AssertionError("an attempt that stands in the way is open")
        return going_on
    if not is_preview and _is_stale(learner_id, quiz, plan):
        raise StalePlanError
    db.session.execute(insert(AttemptResponse), _rows(learner_id, quiz, plan, extra, now))
    if not is_preview:
        record(learner_id, quiz.id, plan.attempt_id, Event.STARTED, now, event_id=plan.attempt_id)
    return plan.attempt_id


def _rows(
    learner_id: uuid.UUID, quiz: Quiz, plan: Plan, extra: ExtraTime, now: datetime
) -> list[dict[str, Any]]:
    first_closes_at = None
    if quiz.question_seconds is not None and quiz.navigation == Navigation.FORWARD:
        seconds = timing.lengthened(quiz.question_seconds, extra)
        first_closes_at = None if seconds is None else now + timedelta(seconds=seconds)
    return [
        {
            "learner_id": learner_id,
            "attempt_id": plan.attempt_id,
            "is_flagged": False,
            "sequence": 0,
            "closes_at": first_closes_at if slot["position"] == 1 else None,
            **slot,
        }
        for slot in plan.slots
    ]


def _is_stale(learner_id: uuid.UUID, quiz: Quiz, plan: Plan) -> bool:
    """Whether another quiz keeps one of the planned facts secret; a fixed question of a taught one minds open ones only."""
    planned = [slot["question_id"] for slot in plan.slots]
    fixed: set[uuid.UUID] = set()
    if quiz.kind == QuizKind.TAUGHT:
        fixed = {item.question_id for item in quiz.rule.items if isinstance(item, FixedQuestion)}
    return _holds(learner_id, quiz, [one for one in planned if one not in fixed], only_open=False) or _holds(
        learner_id, quiz, [one for one in planned if one in fixed], only_open=True
    )


def _holds(learner_id: uuid.UUID, quiz: Quiz, question_ids: list[uuid.UUID], *, only_open: bool) -> bool:
    if not question_ids:
        return False
    probed = select(QuestionFact.fact_id).where(QuestionFact.question_id.in_(question_ids))
    taken = select_held(learner_id, quiz, only_open=only_open).where(QuestionFact.fact_id.in_(probed))
    return db.session.execute(taken.limit(1)).first() is not None


def _discard_previews(learner_id: uuid.UUID, quiz_id: uuid.UUID) -> None:
    db.session.execute(
        delete(Attempt)
        .where(Attempt.learner_id == learner_id, Attempt.quiz_id == quiz_id, Attempt.is_preview.is_(True))
        .execution_options(synchronize_session=False)
    )


def _select_open(learner_id: uuid.UUID, quiz_id: uuid.UUID) -> Any:
    return select(Attempt.id).where(
        Attempt.learner_id == learner_id, Attempt.quiz_id == quiz_id, Attempt.state == AttemptState.OPEN
    )


def _find_open(learner_id: uuid.UUID, quiz_id: uuid.UUID) -> uuid.UUID | None:
    found: uuid.UUID | None = db.session.execute(_select_open(learner_id, quiz_id)).scalar_one_or_none()
    return found
