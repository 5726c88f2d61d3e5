"""One attempt as its instructor sees it: every question with response and key, and what happened; looking is recorded."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from quizapp.core.grading import Outcome, key_text, response_from_dict, response_text
from quizapp.core.marking import rules_from_dict
from quizapp.core.questions import question_from_dict
from quizapp.database import db, run_tx
from quizapp.models import Attempt, AttemptEvent, AttemptResponse, QuestionRevision, User
from quizapp.models.quizzes import is_pinned
from quizapp.operations.quizzes.events import Event, list_events, record
from quizapp.operations.quizzes.grading import load_adjustments
from quizapp.operations.quizzes.supervising.deciding import range_of_marks
from quizapp.operations.quizzes.supervising.listing import names_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from quizapp.core.regrading import Adjustment

#: A second look within this time is the same look.
_LOOK: Final = timedelta(hours=1)
#: Entries of the record on one page.
_PER_PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One question of an attempt with what was given, what is right, and what it counts.

    `outcome` and `marks` are None until it is graded; marks lie between `lowest` and `highest`.
    """

    position: int
    question_id: uuid.UUID
    stem: str
    topic: str
    standing: str
    given: str | None
    key: str
    unit: str
    outcome: str | None
    marks: float | None
    lowest: float
    highest: float
    certainty: int | None
    is_flagged: bool
    responded_at: datetime | None
    checked_at: datetime | None
    override_marks: float | None
    override_comment: str
    adjustment: Adjustment | None

    @property
    def is_scored(self) -> bool:
        """Whether it counts for anybody."""
        return self.outcome != Outcome.NEUTRAL


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened, who it was about and who did it; `by` is empty for the learner and the clock.

    `given` is a response that was saved, as it is shown; None for any other event and for one that was taken away.
    """

    event: AttemptEvent
    learner: str
    by: str
    given: str | None = None


def list_watched(attempt: Attempt) -> list[Watched]:
    """Return the questions of an attempt in order. Keys are among it: for its instructor alone."""
    rules = rules_from_dict(attempt.marking)
    adjustments = load_adjustments(attempt.quiz_id)
    rows = db.session.execute(
        select(AttemptResponse, QuestionRevision.content)
        .join(QuestionRevision, is_pinned())
        .where(AttemptResponse.learner_id == attempt.learner_id, AttemptResponse.attempt_id == attempt.id)
        .order_by(AttemptResponse.position)
        .execution_options(populate_existing=True)
    )
    asked = []
    for row, content in rows:
        question = question_from_dict(content)
        response = None if row.response is None else response_from_dict(row.response)
        lowest, highest = range_of_marks(row.weight, rules)
        asked.append(
            Watched(
                position=row.position,
                question_id=row.question_id,
                stem=question.stem,
                topic=question.topic,
                standing=question.standing,
                given=response_text(question, response),
                key=key_text(question),
                unit=getattr(question, "unit", ""),
                outcome=row.outcome,
                marks=row.marks,
                lowest=lowest,
                highest=highest,
                certainty=row.certainty,
                is_flagged=row.is_flagged,
                responded_at=row.responded_at,
                checked_at=row.checked_at,
                override_marks=row.override_marks,
                override_comment=row.override_comment,
                adjustment=adjustments.get(row.question_id),
            )
        )
    return asked


def record_look(
    learner_id: uuid.UUID, quiz_id: uuid.UUID, attempt_id: uuid.UUID, now: datetime, user_id: uuid.UUID
) -> None:
    """Record that an instructor looks at an attempt, once an hour at most. Has its own transaction."""
    last = db.session.execute(
        select(AttemptEvent.at)
        .where(
            AttemptEvent.learner_id == learner_id,
            AttemptEvent.attempt_id == attempt_id,
            AttemptEvent.kind == Event.VIEWED,
            AttemptEvent.user_id == user_id,
        )
        .order_by(AttemptEvent.at.desc())
        .limit(1)
    ).scalar_one_or_none()
    if last is not None and now - last < _LOOK:
        return
    # Two windows opened at once are one look.
    event_id = uuid.uuid5(attempt_id, f"{user_id} after {last}")
    run_tx(
        lambda: record(learner_id, quiz_id, attempt_id, Event.VIEWED, now, user_id=user_id, event_id=event_id)
    )


def list_log(quiz_id: uuid.UUID, learner_id: uuid.UUID, attempt_id: uuid.UUID) -> list[Entry]:
    """Return what happened to an attempt, or, under the id of the quiz, to a learner's place at it; earliest first."""
    events = list_events(learner_id, attempt_id)
    return _entries(quiz_id, events, _read_given(learner_id, attempt_id, events))


def _read_given(
    learner_id: uuid.UUID, attempt_id: uuid.UUID, events: list[AttemptEvent]
) -> dict[uuid.UUID, str | None]:
    """Return the responses that events speak of, in words; those of an attempt that is deleted cannot be told."""
    told = [one for one in events if one.position is not None and one.detail.get("given") is not None]
    if not told:
        return {}
    rows = db.session.execute(
        select(AttemptResponse.position, QuestionRevision.content)
        .join(QuestionRevision, is_pinned())
        .where(AttemptResponse.learner_id == learner_id, AttemptResponse.attempt_id == attempt_id)
    )
    questions = {position: question_from_dict(content) for position, content in rows}
    return {
        one.id: response_text(questions[one.position], response_from_dict(one.detail["given"]))
        for one in told
        if one.position in questions
    }


def list_record(quiz_id: uuid.UUID, page: int = 1, *, with_looks: bool = False) -> tuple[list[Entry], bool]:
    """Return a page of what instructors and administrators did at a quiz, the latest first, and whether more follow."""
    statement = select(AttemptEvent).where(AttemptEvent.quiz_id == quiz_id, AttemptEvent.user_id.is_not(None))
    # What a regrade did to each of many attempts stands in the record of regrades.
    left_out = [Event.REGRADED] if with_looks else [Event.REGRADED, Event.VIEWED]
    statement = statement.where(AttemptEvent.kind.not_in(left_out))
    events = list(
        db.session.execute(
            statement.order_by(AttemptEvent.at.desc(), AttemptEvent.id.desc())
            .limit(_PER_PAGE + 1)
            .offset((max(1, page) - 1) * _PER_PAGE)
        ).scalars()
    )
    return _entries(quiz_id, events[:_PER_PAGE]), len(events) > _PER_PAGE


def _entries(
    quiz_id: uuid.UUID, events: list[AttemptEvent], given: Mapping[uuid.UUID, str | None] | None = None
) -> list[Entry]:
    names = names_of(quiz_id, list({event.learner_id for event in events}))
    users = {event.user_id for event in events if event.user_id is not None}
    by = {
        user_id: name or "An instructor"
        for user_id, name in db.session.execute(select(User.id, User.name).where(User.id.in_(users)))
    }
    return [
        Entry(
            event,
            names.get(event.learner_id, "Guest"),
            "" if event.user_id is None else by.get(event.user_id, "An instructor who left"),
            (given or {}).get(event.id),
        )
        for event in events
    ]
