"""Makes what learners did: reviews of facts, attempts at quizzes. Time is that of a frozen clock's start."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from quizapp import clock
from quizapp.core.attempts import Cause
from quizapp.core.memory import Rating
from quizapp.core.quiz_contents import Contents, FixedQuestion, Section, contents_to_list
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import (
    Attempt,
    AttemptResponse,
    Fact,
    FactRevision,
    Learner,
    Question,
    QuestionRevision,
    Quiz,
)
from quizapp.operations import mistakes, quizzes
from quizapp.operations.study import Given, record_review

if TYPE_CHECKING:
    import uuid

    from flask import Flask

    from tests.factories import MadeSet, Person

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def review(
    app: Flask, learner_id: uuid.UUID, fact_id: uuid.UUID, *, days_ago: float = 0, right: bool = True
) -> uuid.UUID:
    """Rate a fact some days before today's noon."""
    given = Given(
        id=new_row_id(),
        fact_id=fact_id,
        form="flashcard",
        source="study",
        at=NOON - timedelta(days=days_ago),
        rating=Rating.GOOD if right else Rating.AGAIN,
        duration_ms=6000,
    )
    with app.app_context():
        run_tx(lambda: record_review(db.session.get_one(Learner, learner_id), given))
    return given.id


def attempt(
    app: Flask,
    learner_id: uuid.UUID,
    made: MadeSet,
    questions: list[uuid.UUID],
    *,
    state: str = "open",
    scores: tuple[float, ...] = (),
    days_ago: int = 0,
) -> uuid.UUID:
    """Make an attempt that asks these questions; a closed one was released at its end."""
    started = NOON - timedelta(days=days_ago, minutes=9)
    is_closed = state == "closed"
    ended = started + timedelta(minutes=5) if is_closed else None
    with app.app_context():
        quiz = Quiz(
            question_set_id=made.id,
            made_by=learner_id,
            title="Ten on rivers",
            question_count=len(questions),
            created_at=started,
        )
        db.session.add(quiz)
        db.session.flush()
        sitting = Attempt(
            learner_id=learner_id,
            id=new_row_id(),
            quiz_id=quiz.id,
            state=state,
            started_at=started,
            finished_at=ended,
            finished_by="learner" if is_closed else None,
            releases_at=ended,
            released_at=ended,
            score=1.0 if is_closed else None,
            max_score=2.0 if is_closed else None,
        )
        db.session.add(sitting)
        db.session.flush()
        for position, question_id in enumerate(questions, 1):
            db.session.add(
                AttemptResponse(
                    learner_id=learner_id,
                    attempt_id=sitting.id,
                    position=position,
                    question_id=question_id,
                    question_revision=1,
                    form="choice",
                    option_order=[],
                    score=scores[position - 1] if scores else None,
                )
            )
        db.session.commit()
        return sitting.id


def taught_quiz(
    made: MadeSet, teacher: Person, questions: list[uuid.UUID], *, state: str = "published", **settings: Any
) -> uuid.UUID:
    """Make an instructor's quiz of these questions, in an application context; `settings` are its columns."""
    quiz_id = new_row_id()
    items = tuple(FixedQuestion(question_id) for question_id in questions)
    run_tx(
        lambda: db.session.add(
            Quiz(
                id=quiz_id,
                kind="taught",
                state=state,
                question_set_id=made.id,
                made_by=teacher.learner_id,
                owner_id=teacher.user_id,
                title="Rivers, examined",
                contents=contents_to_list(Contents((Section("", items),))),
                question_count=len(questions),
                created_at=clock.now(),
                **settings,
            )
        )
    )
    return quiz_id


def closed_attempt(
    learner_id: uuid.UUID,
    quiz_id: uuid.UUID,
    asked: list[uuid.UUID],
    given: list[dict[str, Any] | None],
) -> uuid.UUID:
    """Write an attempt with these responses, and have it closed, in an application context."""
    attempt_id = new_row_id()

    def unit() -> None:
        db.session.add(
            Attempt(learner_id=learner_id, id=attempt_id, quiz_id=quiz_id, started_at=clock.now(), marking={})
        )
        db.session.flush()
        for position, (question_id, response) in enumerate(zip(asked, given, strict=True), 1):
            db.session.add(
                AttemptResponse(
                    learner_id=learner_id,
                    attempt_id=attempt_id,
                    position=position,
                    question_id=question_id,
                    question_revision=1,
                    form=db.session.get_one(Question, question_id).type,
                    response=response,
                    responded_at=None if response is None else clock.now(),
                )
            )

    run_tx(unit)
    quizzes.close_attempt(learner_id, attempt_id, clock.now(), Cause.SUBMIT)
    return attempt_id


def make_members(app: Flask, made: MadeSet, count: int) -> None:
    """Make the first facts of a set members of one list."""
    with app.app_context():
        for number, fact in enumerate(made.facts[:count]):
            row = db.session.get_one(Fact, fact.id)
            row.key = f"nations.n{number}"
            for question_id in fact.questions.values():
                asked = db.session.get_one(QuestionRevision, (question_id, 1))
                asked.content = asked.content | {"facts": [row.key]}
            revision = db.session.get_one(FactRevision, (fact.id, 1))
            revision.content = revision.content | {"member_of": "nations"}
        db.session.commit()


def report(
    learner_id: uuid.UUID,
    *,
    question_id: uuid.UUID | None = None,
    fact_id: uuid.UUID | None = None,
    reason: str = "unclear",
    words: str = "",
    at: datetime = NOON,
) -> None:
    """Report a mistake in a question or a fact; call it inside an application context."""
    if question_id is not None:
        target = mistakes.find_question(question_id, learner_id)
    else:
        assert fact_id is not None
        target = mistakes.find_fact(fact_id, learner_id)
    assert target is not None
    run_tx(lambda: mistakes.report_mistake(learner_id, target, reason, words, at))
