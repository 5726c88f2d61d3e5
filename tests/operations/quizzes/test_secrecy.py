"""What the rest of the application tells of an attempt before and after its release."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from quizapp import clock
from quizapp.core.disclosure import (
    ALL_AFTER_CLOSE,
    KEY_AFTER_CLOSE,
    Disclosure,
    disclosure_to_dict,
)
from quizapp.database import db, run_tx
from quizapp.models import Attempt, Learner
from quizapp.operations import attempt_secrecy, mistakes, quizzes, reports
from quizapp.operations.search.viewer import Viewer


@pytest.fixture
def exam(sit, make):
    """Four questions, the second of them wrong, of a quiz that tells nothing before it closes in an hour."""
    return _sit_exam(sit, make, ALL_AFTER_CLOSE)


def _sit_exam(sit, make, shows, **columns):
    sitting = sit(make.question_set(facts=5))
    closes_at = clock.now() + timedelta(hours=1)
    sitting.start(count=4, closes_at=closes_at, shows=disclosure_to_dict(shows), **columns)
    for position in (1, 2) if not columns else ():
        sitting.send(position, sitting.key_of(position, right=position == 1))
    return sitting


def _mistaken(sitting):
    learner = db.session.get(Learner, sitting.learner_id)
    return Viewer(learner, clock.now()).mistaken


def test_a_list_of_scores_waits_for_what_may_be_shown(exam):
    exam.submit()
    assert reports.list_quizzes(exam.learner_id) == []
    exam.after(hours=2)
    quizzes.close_overdue(clock.now())
    assert [line.score for line in reports.list_quizzes(exam.learner_id)] == [1]


def test_a_score_that_is_shown_before_its_keys_is_listed(sit, make):
    exam = _sit_exam(sit, make, KEY_AFTER_CLOSE)
    exam.submit()
    assert exam.attempt().released_at is None
    assert [line.score for line in reports.list_quizzes(exam.learner_id)] == [1]


def test_a_score_that_is_never_shown_is_never_listed_and_previews_neither(sit, make):
    exam = _sit_exam(sit, make, Disclosure(frozenset()))
    exam.submit()
    exam.after(hours=2)
    quizzes.close_overdue(clock.now())
    assert reports.list_quizzes(exam.learner_id) == []
    exam.set_quiz(exam.attempt().quiz_id, shows=disclosure_to_dict(ALL_AFTER_CLOSE))
    assert len(reports.list_quizzes(exam.learner_id)) == 1
    run_tx(lambda: db.session.execute(sa.update(Attempt).values(is_preview=True)))
    assert reports.list_quizzes(exam.learner_id) == []


def test_the_mistakes_that_are_searched_for_are_those_of_the_last_quiz_that_may_tell(exam):
    exam.submit()
    assert _mistaken(exam) == frozenset()
    exam.after(hours=2)
    quizzes.close_overdue(clock.now())
    first = _mistaken(exam)
    assert len(first) == 1
    later = clock.now() + timedelta(hours=9)
    exam.start(count=2, closes_at=later, shows=disclosure_to_dict(ALL_AFTER_CLOSE))
    exam.submit()
    assert _mistaken(exam) == first


def test_a_mistake_is_reported_by_what_was_shown_and_no_more(sit, make):
    exam = _sit_exam(sit, make, ALL_AFTER_CLOSE, navigation="forward")
    run_tx(lambda: quizzes.turn_to(exam.learner_id, exam.attempt_id, 2, clock.now()))
    asked = {position: exam.row(position).question_id for position in (1, 2, 3)}

    def texts():
        return {
            position: bool(mistakes.find_question(question_id, exam.learner_id).text)
            for position, question_id in asked.items()
        }

    assert texts() == {1: True, 2: True, 3: False}
    exam.submit()
    assert texts() == {1: True, 2: True, 3: False}
    assert mistakes.find_question(asked[1], exam.learner_id).fact_key is None
    exam.after(hours=2)
    quizzes.close_overdue(clock.now())
    assert texts() == {1: True, 2: True, 3: True}
    assert mistakes.find_question(asked[1], exam.learner_id).fact_key is not None


def test_without_a_secret_one_statement_says_so(exam, make, database_kind):
    exam.submit()
    exam.after(hours=2)
    quizzes.close_overdue(clock.now())
    run = []

    def see(_connection, _cursor, statement, _values, _context, _many):
        run.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", see)
    try:
        assert attempt_secrecy.find_closed_facts(exam.learner_id) == frozenset()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", see)
    assert len([statement for statement in run if "SELECT" in statement]) == 1
    if database_kind == "sqlite":
        text = attempt_secrecy._ANY._texts["sqlite"]
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", {"learner_id": b"x"})
        assert ["ix_attempts_learner_id_unreleased" in row[3] for row in plan] == [True]
