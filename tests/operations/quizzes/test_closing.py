"""The end: graded by the rules of the start, marked for lateness, recorded, and swept many at a time."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from quizapp import clock
from quizapp.core.attempts import Cause, Decision
from quizapp.core.disclosure import KEY_AFTER_CLOSE, disclosure_to_dict
from quizapp.database import db, new_row_id, run_tx
from quizapp.models import Attempt, AttemptResponse, QuizAdjustment, Review
from quizapp.operations import quizzes


@pytest.fixture
def rivers(make):
    return make.question_set(facts=5)


def _respond(sitting, *rights, certainty=None):
    """Respond to the first questions, right or wrong."""
    for position, is_right in enumerate(rights, 1):
        sitting.send(position, sitting.key_of(position, right=is_right), certainty=certainty)


def _adjust(sitting, position, **decided):
    row, attempt = sitting.row(position), sitting.attempt()
    data = {"accepted": [], "refused": [], "is_credited": False, "is_dropped": False, **decided}
    one = QuizAdjustment(quiz_id=attempt.quiz_id, question_id=row.question_id, adjustment=data)
    run_tx(lambda: db.session.add(one))


@pytest.mark.parametrize(
    ("columns", "score", "most"),
    [
        ({}, 2, 4),
        ({"negative_percent": 50}, 1.5, 4),
        ({"certainty": True}, 4, 12),
    ],
)
def test_marks_follow_the_rules_pinned_at_the_start(sit, rivers, columns, score, most):
    sitting = sit(rivers).start(count=4, **columns)
    sitting.set_quiz(sitting.attempt().quiz_id, negative_percent=100, certainty=False)
    _respond(sitting, True, True, False, certainty=2 if columns.get("certainty") else None)
    sitting.submit()
    attempt = sitting.attempt()
    if columns.get("certainty"):
        score = 2 + 2 - 2
    assert (attempt.score, attempt.max_score) == (score, most)


def test_a_score_is_never_below_nothing_though_marks_are(sit, rivers):
    sitting = sit(rivers).start(count=4, certainty=True)
    _respond(sitting, False, True, certainty=3)
    sitting.submit()
    assert [sitting.row(position).marks for position in (1, 2, 3)] == [-6, 3, 0]
    assert (sitting.attempt().score, sitting.attempt().max_score) == (0, 12)


def test_weights_count(sit, rivers):
    sitting = sit(rivers).start(count=4)
    run_tx(
        lambda: db.session.execute(
            sa.update(AttemptResponse).where(AttemptResponse.position == 1).values(weight=2.5)
        )
    )
    _respond(sitting, True, False)
    sitting.submit()
    assert (sitting.attempt().score, sitting.attempt().max_score) == (2.5, 5.5)


@pytest.mark.parametrize(("minutes", "percent"), [(4, 100), (6, 50), (9, 0)])
def test_lateness_costs_by_the_time_of_the_end(sit, rivers, minutes, percent):
    sitting = sit(rivers)
    due = clock.now() + timedelta(minutes=5)
    sitting.start(count=4, due_at=due, late_steps=[[0.05, 50]])
    _respond(sitting, True, True, True, True)
    sitting.after(minutes=minutes)
    sitting.submit()
    attempt = sitting.attempt()
    assert (attempt.credit_percent, attempt.score, attempt.max_score) == (percent, 4 * percent / 100, 4)


def test_dropped_questions_count_for_nothing_and_credited_ones_for_all(sit, rivers):
    sitting = sit(rivers).start(count=4)
    _respond(sitting, True, False)
    _adjust(sitting, 1, is_dropped=True)
    _adjust(sitting, 2, is_credited=True)
    _adjust(sitting, 3, is_credited=True)
    sitting.close()
    assert [sitting.row(position).outcome for position in (1, 2, 3, 4)] == [
        "neutral",
        "right",
        "right",
        "blank",
    ]
    assert (sitting.attempt().score, sitting.attempt().max_score) == (2, 3)
    # None of it says anything about a memory.
    assert sitting.reviews() == {}


def test_a_response_accepted_on_review_is_a_recall(sit, rivers):
    sitting = sit(rivers).start(count=4)
    _respond(sitting, False, True)
    _adjust(sitting, 1, accepted=[sitting.row(1).response])
    _adjust(sitting, 2, refused=[sitting.row(2).response])
    sitting.close()
    by_id = {review.id: review.is_right for review in sitting.reviews().values()}
    assert [by_id[sitting.row(position).review_id] for position in (1, 2)] == [True, False]


def test_a_decision_taken_while_an_attempt_is_graded_counts(sit, rivers, monkeypatch):
    sitting = sit(rivers).start(count=4)
    _respond(sitting, False)
    grade_once = quizzes.closing._grade

    def grade_slowly(*told):
        graded = grade_once(*told)
        monkeypatch.setattr(quizzes.closing, "_grade", grade_once)
        _adjust(sitting, 1, is_credited=True)
        return graded

    monkeypatch.setattr(quizzes.closing, "_grade", grade_slowly)
    sitting.submit()
    assert sitting.attempt().score == 1


def test_the_record_says_who_ended_it_and_when(ten):
    instructor = new_row_id()
    ten.after(minutes=3)
    assert quizzes.close_attempt(
        ten.learner_id, ten.attempt_id, clock.now(), Cause.SUBMIT, user_id=instructor
    )
    [event] = ten.events("submitted")
    assert (event.user_id, event.at) == (instructor, clock.now())
    assert ten.attempt().finished_by == "learner"


def test_an_end_by_time_is_recorded_as_the_clocks(ten):
    ten.after(minutes=30)
    assert quizzes.close_attempt(
        ten.learner_id, ten.attempt_id, clock.now(), Cause.SUBMIT, user_id=new_row_id()
    )
    [event] = ten.events("timed-out")
    assert event.user_id is None
    assert event.detail["finished_at"] == ten.attempt().deadline_at.isoformat()
    assert ten.events("submitted") == []


def test_an_end_that_was_granted_holds_whatever_the_limit_says(ten):
    until = clock.now() + timedelta(hours=2)
    run_tx(lambda: db.session.execute(sa.update(Attempt).values(deadline_at=until, granted_until=until)))
    run_tx(lambda: quizzes.retime_learner(ten.learner_id, clock.now()))
    ten.after(hours=1)
    assert quizzes.close_overdue(clock.now()) == 0
    ten.after(hours=1, seconds=11)
    assert quizzes.close_overdue(clock.now()) == 1
    assert ten.attempt().finished_at == until


def test_a_preview_is_marked_and_never_reviewed(ten):
    run_tx(lambda: db.session.execute(sa.update(Attempt).values(is_preview=True)))
    ten.send(1, ten.key_of(1))
    ten.submit()
    assert (ten.attempt().score, ten.attempt().reviewed_at) == (1, clock.now())
    quizzes.close_overdue(clock.now())
    assert ten.reviews() == {}


def test_an_attempt_opened_again_and_ended_again_reviews_what_is_new(sit, rivers):
    sitting = sit(rivers).start(count=4)
    _respond(sitting, True)
    assert sitting.close() == 1
    released_at = sitting.attempt().released_at

    def reopen():
        db.session.execute(
            sa.update(Attempt).values(state="open", finished_at=None, finished_by=None, releases_at=None)
        )

    run_tx(reopen)
    sitting.after(minutes=1)
    sitting.send(2, sitting.key_of(2))
    sitting.submit()
    assert sitting.attempt().released_at == released_at
    assert quizzes.review_attempt(sitting.learner_id, sitting.attempt_id, clock.now()) == 2
    assert len(sitting.reviews()) == 2


def test_a_sweep_closes_many_at_once_and_one_that_fails_by_itself(
    app, make, frozen, rivers, sit, caplog, monkeypatch
):
    monkeypatch.setattr(quizzes.closing, "BATCH", 3)
    monkeypatch.setattr(quizzes.closing, "_LISTED", 4)
    sittings = []
    for _ in range(7):
        one = sit(rivers)
        one.learner_id = make.guest()
        sittings.append(one.start(count=2))
        _respond(one, True, False)
    broken = sittings[3]
    run_tx(
        lambda: db.session.execute(
            sa.update(AttemptResponse)
            .where(AttemptResponse.attempt_id == broken.attempt_id, AttemptResponse.position == 1)
            .values(response={"riddle": "x"})
        )
    )
    frozen.moment += timedelta(hours=1)
    assert quizzes.close_overdue(clock.now()) == 6
    assert caplog.text.count("could not be closed") == 1
    for one in sittings:
        attempt = one.attempt()
        if one is broken:
            assert attempt.state == "open"
        else:
            assert (attempt.state, attempt.score, len(one.reviews())) == ("closed", 1, 2)
            assert attempt.finished_at == attempt.started_at + timedelta(minutes=10)
            assert [event.kind for event in one.events("timed-out")] == ["timed-out"]


def test_a_sweep_without_time_leaves_reviews_to_the_next(sit, rivers, monkeypatch):
    sitting = sit(rivers).start(count=4)
    _respond(sitting, True, True)
    sitting.after(hours=1)
    ticks = iter([0.0, 1.0, 2.0])
    monkeypatch.setattr(quizzes.closing.clock, "monotonic", lambda: next(ticks, 99.0))
    assert quizzes.close_overdue(clock.now(), 10) == 1
    assert (sitting.attempt().state, sitting.reviews()) == ("closed", {})
    monkeypatch.undo()
    monkeypatch.setattr(clock, "now", lambda: sitting.frozen.moment)
    quizzes.close_overdue(clock.now())
    assert len(sitting.reviews()) == 2


def test_submits_sweeps_and_saves_at_once_end_in_one_state(sit, rivers, app):
    sitting = sit(rivers).start(count=4)
    keys = {position: sitting.key_of(position) for position in (1, 2, 3, 4)}
    sitting.after(minutes=10)
    overdue = clock.now() + timedelta(seconds=11)
    decisions, problems, closed = {}, [], []

    def save():
        for position, content in keys.items():
            decisions[position] = sitting.send(position, content).decision

    def submit():
        closed.append(
            quizzes.close_attempt(sitting.learner_id, sitting.attempt_id, clock.now(), Cause.SUBMIT)
        )

    def sweep():
        closed.append(bool(quizzes.close_overdue(overdue)))

    def run(work):
        with app.app_context():
            try:
                work()
            except Exception as problem:
                problems.append(problem)

    threads = [threading.Thread(target=run, args=(work,)) for work in (save, submit, sweep, submit)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert problems == []
    assert closed.count(True) == 1
    saved = {position for position, decision in decisions.items() if decision == Decision.SAVE}
    assert {position for position in keys if sitting.row(position).outcome == "right"} == saved
    assert sitting.attempt().score == len(saved)
    assert len(sitting.events("submitted", "timed-out")) == 1


def test_the_score_is_taken_again_from_the_rows(sit, rivers):
    closes = clock.now() + timedelta(days=1)
    sitting = sit(rivers).start(
        count=4, negative_percent=50, closes_at=closes, shows=disclosure_to_dict(KEY_AFTER_CLOSE)
    )
    _respond(sitting, True, False)
    sitting.submit()
    again = run_tx(lambda: quizzes.retotal(sitting.learner_id, sitting.attempt_id))
    assert again == (sitting.attempt().score, sitting.attempt().max_score) == (0.5, 4)
    run_tx(
        lambda: db.session.execute(
            sa.update(AttemptResponse).where(AttemptResponse.position == 3).values(override_marks=0.75)
        )
    )
    assert run_tx(lambda: quizzes.retotal(sitting.learner_id, sitting.attempt_id)) == (1.25, 4)
    assert sitting.row(3).marks == 0.75
    assert db.session.execute(sa.select(sa.func.count()).select_from(Review)).scalar_one() == 0


def test_sweeps_find_what_they_look_for_by_index(ten, database_kind):
    if database_kind != "sqlite":
        pytest.skip("asks SQLite how it would go about it")
    from quizapp.operations.quizzes import releasing, reviewing

    expected = {
        quizzes.closing._OVERDUE: "ix_attempts_deadline_at_open",
        releasing._DUE: "ix_attempts_releases_at_unreleased",
        reviewing._WAITING: "ix_attempts_released_at_unreviewed",
    }
    values = {"since": "", "now": "", "count": 1}
    for statement, index in expected.items():
        text = statement._texts["sqlite"]
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values).all()
        assert [index in row[3] for row in plan] == [True], plan
