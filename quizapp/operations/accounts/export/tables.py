"""The query for each list of an export, in an order that needs no sorting where a list can be long."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select

from quizapp.database import db
from quizapp.models import (
    Attempt,
    AttemptEvent,
    AttemptResponse,
    Card,
    CardMark,
    CardStep,
    DailyLoad,
    DailyRecall,
    DailyStatistics,
    Deck,
    Fact,
    FactRevision,
    Fit,
    MemoryCensus,
    MistakeReport,
    PlanDay,
    Question,
    QuestionFact,
    QuestionRevision,
    QuestionSet,
    Quiz,
    QuizTaker,
    RegradedResponse,
    Review,
    StudyPlan,
)
from quizapp.operations.accounts.export.cells import plain

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select


def select_parts(learner_id: uuid.UUID | None) -> dict[str, Select[Any]]:
    """Return the query for each list of a learner, by its name."""
    asked = FactRevision.content["ask"].as_string().label("asks")
    current = and_(FactRevision.fact_id == Fact.id, FactRevision.revision == Fact.revision)
    of_set, of_fact = QuestionSet.slug.label("question_set"), Fact.key.label("fact")

    def of_facts(table: Any, *order: Any) -> Select[Any]:
        return (
            select(of_set, of_fact, *_columns(table))
            .join(Fact, Fact.id == table.fact_id)
            .join(QuestionSet, QuestionSet.id == Fact.question_set_id)
            .where(table.learner_id == learner_id)
            .order_by(*order)
        )

    def of_sets(table: Any, *order: Any) -> Select[Any]:
        return (
            select(of_set, *_columns(table))
            .join(QuestionSet, QuestionSet.id == table.question_set_id)
            .where(table.learner_id == learner_id)
            .order_by(*order)
        )

    def of_quizzes(table: Any, *order: Any) -> Select[Any]:
        # An event outlives its attempt, and its quiz.
        return (
            select(Quiz.title.label("quiz"), *_columns(table))
            .outerjoin(Quiz, Quiz.id == table.quiz_id)
            .where(table.learner_id == learner_id)
            .order_by(*order)
        )

    return {
        "decks": of_sets(Deck, Deck.question_set_id),
        "cards": select(of_set, of_fact, asked, *_columns(Card))
        .join(Fact, Fact.id == Card.fact_id)
        .join(QuestionSet, QuestionSet.id == Card.question_set_id)
        .outerjoin(FactRevision, current)
        .where(Card.learner_id == learner_id)
        .order_by(Card.fact_id),
        "card_marks": of_facts(CardMark, CardMark.fact_id),
        "card_steps": of_facts(CardStep, CardStep.id),
        # Ids are made in the order of time.
        "reviews": of_facts(Review, Review.id),
        "statistics": of_sets(
            DailyStatistics,
            DailyStatistics.study_day,
            DailyStatistics.question_set_id,
            DailyStatistics.topic,
        ),
        "daily_recall": of_sets(
            DailyRecall,
            DailyRecall.study_day,
            DailyRecall.question_set_id,
            DailyRecall.is_fiction,
            DailyRecall.form,
            DailyRecall.tenth,
        ),
        "daily_loads": of_sets(DailyLoad, DailyLoad.question_set_id, DailyLoad.shown_on),
        "study_plans": of_sets(StudyPlan, StudyPlan.id),
        "plan_days": select(StudyPlan.title.label("plan"), *_columns(PlanDay))
        .join(StudyPlan, and_(StudyPlan.learner_id == PlanDay.learner_id, StudyPlan.id == PlanDay.plan_id))
        .where(PlanDay.learner_id == learner_id)
        .order_by(PlanDay.plan_id, PlanDay.day),
        "fits": select(*_columns(Fit)).where(Fit.learner_id == learner_id).order_by(Fit.id),
        "memory_censuses": select(*_columns(MemoryCensus)).where(MemoryCensus.learner_id == learner_id),
        "quizzes": select(of_set, *_columns(Quiz, "made_by"))
        .join(QuestionSet, QuestionSet.id == Quiz.question_set_id)
        .where(Quiz.made_by == learner_id)
        .order_by(Quiz.created_at),
        "attempts": select(Quiz.title.label("quiz"), *_columns(Attempt))
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(Attempt.learner_id == learner_id)
        .order_by(Attempt.started_at),
        "responses": _select_responses(learner_id),
        "quiz_takers": of_quizzes(QuizTaker, QuizTaker.joined_at),
        "attempt_events": of_quizzes(AttemptEvent, AttemptEvent.id),
        "regraded_responses": select(*_columns(RegradedResponse))
        .where(RegradedResponse.learner_id == learner_id)
        .order_by(RegradedResponse.regrade_id, RegradedResponse.attempt_id, RegradedResponse.position),
        "mistake_reports": _select_reports(learner_id),
    }


def _select_responses(learner_id: uuid.UUID | None) -> Select[Any]:
    stem = QuestionRevision.content["stem"].as_string().label("stem")
    shown = and_(
        QuestionRevision.question_id == AttemptResponse.question_id,
        QuestionRevision.revision == AttemptResponse.question_revision,
    )
    return (
        select(Question.key.label("question"), stem, *_columns(AttemptResponse))
        .join(Question, Question.id == AttemptResponse.question_id)
        .outerjoin(QuestionRevision, shown)
        .where(AttemptResponse.learner_id == learner_id)
        .order_by(AttemptResponse.attempt_id, AttemptResponse.position)
    )


def _select_reports(learner_id: uuid.UUID | None) -> Select[Any]:
    """Return the query for the mistakes a learner reported, with what is asked and never its key."""
    stem = QuestionRevision.content["stem"].as_string()
    ask = FactRevision.content["ask"].as_string()
    asked_so = and_(
        QuestionRevision.question_id == MistakeReport.question_id,
        QuestionRevision.revision == MistakeReport.revision,
    )
    stated_so = and_(
        FactRevision.fact_id == MistakeReport.fact_id, FactRevision.revision == MistakeReport.revision
    )
    return (
        select(
            QuestionSet.slug.label("question_set"),
            func.coalesce(stem, ask).label("about"),
            *_columns(MistakeReport, "question_set_id"),
        )
        .join(QuestionSet, QuestionSet.id == MistakeReport.question_set_id)
        .outerjoin(QuestionRevision, asked_so)
        .outerjoin(FactRevision, stated_so)
        .where(MistakeReport.learner_id == learner_id)
        .order_by(MistakeReport.created_at, MistakeReport.id)
    )


def own_sets(user_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the sets a person wrote, with every revision of what is in them."""
    sets = _rows(
        select(*_columns(QuestionSet, "owner_id"))
        .where(QuestionSet.owner_id == user_id)
        .order_by(QuestionSet.slug)
    )
    for one in sets:
        mine = uuid.UUID(one["id"])
        one["facts"] = _rows(
            select(
                *_columns(Fact, "question_set_id", "revision"),
                *_columns(FactRevision, "fact_id", "created_at"),
            )
            .join(FactRevision, FactRevision.fact_id == Fact.id)
            .where(Fact.question_set_id == mine)
            .order_by(Fact.position, Fact.key, FactRevision.revision)
        )
        one["questions"] = _rows(
            select(
                *_columns(Question, "question_set_id", "revision"),
                *_columns(QuestionRevision, "question_id", "created_at"),
            )
            .join(QuestionRevision, QuestionRevision.question_id == Question.id)
            .where(Question.question_set_id == mine)
            .order_by(Question.position, Question.key, QuestionRevision.revision)
        )
        one["probes"] = _rows(
            select(*_columns(QuestionFact))
            .join(Question, Question.id == QuestionFact.question_id)
            .where(Question.question_set_id == mine)
            .order_by(QuestionFact.question_id, QuestionFact.position)
        )
    return sets


def _columns(table: Any, *without: str) -> list[ColumnElement[Any]]:
    """Return all columns of a table, so that one added later is exported too; whose they are goes without saying."""
    hidden = {"learner_id", *without}
    return [column for column in table.__table__.columns if column.name not in hidden]


def _rows(statement: Select[Any]) -> list[dict[str, Any]]:
    return [
        {name: plain(value) for name, value in row.items()}
        for row in db.session.execute(statement).mappings()
    ]
