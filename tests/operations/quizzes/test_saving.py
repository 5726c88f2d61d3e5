"""Saving: one statement decides as the rule does, what was refused is told and recorded, and no key is read."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from quizapp import clock
from quizapp.core.attempts import (
    AttemptState,
    AttemptView,
    Cause,
    Decision,
    QuestionView,
    Save,
    may_save,
)
from quizapp.core.timing import GRACE_SECONDS, ExtraTime
from quizapp.database import db, run_tx
from quizapp.models import Attempt, AttemptEvent, AttemptResponse
from quizapp.operations import quizzes

KEYS = [uuid.UUID(int=number) for number in (1, 2)]
GIVEN = [None, {"text": "Rhine"}, {"text": "Rhône"}]
#: What lets a save pass comes more often, so that each reason to refuse it is met by itself.
ENDS = [-GRACE_SECONDS - 1, -GRACE_SECONDS, -1, 0, 60, None, None]
offsets = st.sampled_from([None if end is None else timedelta(seconds=end) for end in ENDS])
mostly = st.sampled_from([True, True, True, True, False])


#: A save that passes; each reason to refuse it is tried by itself as well.
PASSES = {
    "is_open": True,
    "deadline": timedelta(0),
    "turn": 2,
    "closes": timedelta(0),
    "is_checked": False,
    "last": None,
    "sent": Save(KEYS[0], 1, GIVEN[1]),
}
OVER = timedelta(seconds=-GRACE_SECONDS - 1)


def _all_saves(sitting):
    return sitting.events("saved")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(
    is_open=mostly,
    deadline=offsets,
    turn=st.sampled_from([None, 1, 2, 3]),
    closes=offsets,
    is_checked=mostly.map(lambda is_so: not is_so),
    last=st.none()
    | st.builds(
        Save,
        st.sampled_from(KEYS),
        st.integers(1, 3),
        st.sampled_from(GIVEN),
        st.sampled_from([None, 1, 3]),
    ),
    sent=st.builds(
        Save,
        st.sampled_from([uuid.UUID(int=9), *KEYS]),
        st.sampled_from([0, 1, 2, 3, 4, 4, 4]),
        st.sampled_from(GIVEN),
        st.sampled_from([None, 1, 3]),
    ),
)
@example(**PASSES)
@example(**{**PASSES, "is_open": False})
@example(**{**PASSES, "deadline": OVER})
@example(**{**PASSES, "turn": 3})
@example(**{**PASSES, "closes": OVER})
@example(**{**PASSES, "is_checked": True})
def test_the_statement_decides_as_the_rule_does(ten, is_open, deadline, turn, closes, is_checked, last, sent):
    now = clock.now()
    deadline_at = None if deadline is None else now + deadline
    closes_at = None if closes is None else now + closes

    def prepare():
        db.session.execute(
            sa.update(Attempt).values(
                state="open" if is_open else "closed",
                finished_at=None if is_open else now,
                deadline_at=deadline_at,
                turn=turn,
                navigation="free" if turn is None else "forward",
            )
        )
        db.session.execute(
            sa.update(AttemptResponse)
            .where(AttemptResponse.position == 2)
            .values(
                closes_at=closes_at,
                checked_at=now if is_checked else None,
                save_key=None if last is None else last.key,
                sequence=0 if last is None else last.sequence,
                response=None if last is None else last.content,
                certainty=None if last is None else last.certainty,
            )
        )

    run_tx(prepare)
    attempt = AttemptView(AttemptState.OPEN if is_open else AttemptState.CLOSED, deadline_at, turn)
    expected = may_save(attempt, QuestionView(2, closes_at, is_checked, last), now, sent)

    done = run_tx(lambda: quizzes.save_response(ten.learner_id, ten.attempt_id, 2, sent, now))

    assert done.decision == expected
    kept = sent if expected == Decision.SAVE else last
    row = ten.row(2)
    assert (done.kept, done.sequence, done.certainty) == (row.response, row.sequence, row.certainty)
    if kept is not None:
        assert (row.save_key, row.sequence, row.response, row.certainty) == (
            kept.key,
            kept.sequence,
            kept.content,
            kept.certainty,
        )


def test_saving_reads_no_question(ten):
    run: list[str] = []

    def see(_connection, _cursor, statement, _values, _context, _many):
        run.append(statement)

    sent = Save(uuid.uuid4(), 1, {"text": "Rhine"}, 2)
    late = Save(uuid.uuid4(), 1, {"text": "Rhône"})
    sa.event.listen(db.engine, "before_cursor_execute", see)
    try:
        for one in (sent, sent, late):
            run_tx(lambda one=one: quizzes.save_response(ten.learner_id, ten.attempt_id, 1, one, clock.now()))
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", see)
    tables = " ".join(run)
    assert "UPDATE responses" in tables
    assert "question" not in tables
    # Saved by one statement and told by another, for the record.
    assert len([statement for statement in run if "BEGIN" not in statement]) <= 2 + 2 + 3


def test_fifty_identical_saves_change_one_row_and_are_recorded_once(ten, app):
    sent = Save(uuid.uuid4(), 1, {"text": "Rhine"})
    decisions, problems = [], []

    def save():
        with app.app_context():
            try:
                for _ in range(5):
                    done = run_tx(
                        lambda: quizzes.save_response(ten.learner_id, ten.attempt_id, 1, sent, clock.now())
                    )
                    decisions.append(done.decision)
            except Exception as problem:
                problems.append(problem)

    threads = [threading.Thread(target=save) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert problems == []
    assert sorted(decisions, key=str) == [Decision.DUPLICATE] * 49 + [Decision.SAVE]
    assert [event.detail for event in _all_saves(ten)] == [{"sequence": 1, "given": {"text": "Rhine"}}]
    assert ten.row(1).sequence == 1


def test_each_save_is_recorded_with_what_was_given_and_how_certain(ten):
    ten.send(3, {"text": "Rhine"}, sequence=1, certainty=2)
    ten.after(seconds=5)
    ten.send(3, None, sequence=2)
    first, second = _all_saves(ten)
    assert (first.position, first.detail) == (
        3,
        {"sequence": 1, "given": {"text": "Rhine"}, "certainty": 2},
    )
    assert second.detail == {"sequence": 2, "given": None}
    assert second.at - first.at == timedelta(seconds=5)
    assert (ten.row(3).certainty, ten.row(3).responded_at) == (None, clock.now())


def test_a_refusal_is_recorded_once_for_each_key_with_what_was_refused(ten):
    ten.send(1, {"text": "Rhine"}, sequence=5)
    key = uuid.uuid4()
    for _ in range(3):
        assert ten.send(1, {"text": "Po"}, sequence=4, key=key).decision == Decision.STALE
    ten.send(1, {"text": "Po"}, sequence=4)
    ten.after(hours=1)
    for _ in range(3):
        assert ten.send(2, {"text": "Po"}, key=key).decision == Decision.CLOSED
    overtaken, late = ten.events("overtaken"), ten.events("late")
    assert len(overtaken) == 2
    assert overtaken[0].detail == {"sequence": 4, "given": {"text": "Po"}, "why": "stale"}
    assert [(event.position, event.detail["why"]) for event in late] == [(2, "closed")]


def test_of_a_preview_nothing_is_recorded(ten):
    run_tx(lambda: db.session.execute(sa.update(Attempt).values(is_preview=True)))
    run_tx(lambda: db.session.execute(sa.delete(AttemptEvent)))
    assert ten.send(1, ten.key_of(1)).decision == Decision.SAVE
    quizzes.close_attempt(ten.learner_id, ten.attempt_id, clock.now(), Cause.SUBMIT)
    assert ten.events() == []


def test_a_stranger_saves_nothing(ten, make):
    stranger, sent = make.guest(), Save(uuid.uuid4(), 1, {"text": "Rhine"})
    assert run_tx(lambda: quizzes.save_response(stranger, ten.attempt_id, 1, sent, clock.now())) is None
    assert ten.send(99, {"text": "Rhine"}) is None
    assert ten.row(1).response is None


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-1, Decision.SAVE),
        (GRACE_SECONDS, Decision.SAVE),
        (GRACE_SECONDS + 1, Decision.CLOSED),
    ],
)
def test_a_response_a_second_before_the_deadline_counts_and_a_second_after_grace_does_not(
    ten, seconds, expected
):
    given = ten.key_of(1)
    ten.after(seconds=600 + seconds)
    assert ten.send(1, given).decision == expected
    ten.after(minutes=5)
    quizzes.close_overdue(clock.now())
    assert ten.attempt().finished_at == ten.attempt().started_at + timedelta(minutes=10)
    assert ten.attempt().score == (1 if expected == Decision.SAVE else 0)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-1, Decision.SAVE),
        (GRACE_SECONDS, Decision.SAVE),
        (GRACE_SECONDS + 1, Decision.QUESTION_OVER),
    ],
)
def test_the_time_of_one_question_is_kept_as_strictly(sit, make, seconds, expected):
    sitting = sit(make.question_set(facts=4)).start(count=3, navigation="forward", question_seconds=60)
    sitting.after(seconds=60 + seconds)
    assert sitting.send(1, sitting.key_of(1)).decision == expected
    # Its time over, the next one still has its own.
    run_tx(lambda: quizzes.turn_to(sitting.learner_id, sitting.attempt_id, 2, clock.now()))
    assert sitting.send(2, sitting.key_of(2)).decision == Decision.SAVE


def test_extra_time_given_during_an_attempt_holds_for_the_next_save(ten):
    ten.after(minutes=11)
    assert ten.send(1, {"text": "x"}).decision == Decision.CLOSED
    run_tx(lambda: quizzes.grant_extra_time(ten.learner_id, ExtraTime(percent=25), clock.now()))
    assert ten.send(1, {"text": "x"}).decision == Decision.SAVE


def test_saving_finds_its_rows_by_their_keys(ten, database_kind):
    if database_kind != "sqlite":
        pytest.skip("asks SQLite how it would go about it")
    from quizapp.operations.quizzes import saving

    values = {
        "learner_id": ten.learner_id.bytes,
        "attempt_id": ten.attempt_id.bytes,
        "position": 1,
        **dict.fromkeys(("content", "certainty", "sequence", "key", "now", "since"), ""),
    }
    for statement in (saving._SAVE, saving._KEPT):
        text = statement._texts["sqlite"]
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values).all()
        steps = [row[3] for row in plan if "responses" in row[3] or " a " in row[3]]
        assert steps
        assert all("USING PRIMARY KEY (learner_id=? AND" in step for step in steps), steps
