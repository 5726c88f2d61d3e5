"""An attempt on its way: turns that do not come back, flags, and questions checked before the end."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from quizapp import clock
from quizapp.core.attempts import Cause, CheckDecision, Decision
from quizapp.core.disclosure import AT_ONCE, disclosure_to_dict
from quizapp.core.timing import ExtraTime
from quizapp.database import db, run_tx
from quizapp.models import QuestionRevision, QuizAdjustment
from quizapp.operations import quizzes
from quizapp.operations.attempt_secrecy import find_closed_facts
from tests.factories import other_key


@pytest.fixture
def forward(sit, make):
    """Four questions of a minute each, without going back."""
    return sit(make.question_set(facts=5)).start(count=4, navigation="forward", question_seconds=60)


@pytest.fixture
def checked(sit, make):
    """Four questions that can be checked on the way."""
    return sit(make.question_set(facts=5)).start(count=4, shows=disclosure_to_dict(AT_ONCE))


def _turn(sitting, position):
    return run_tx(lambda: quizzes.turn_to(sitting.learner_id, sitting.attempt_id, position, clock.now()))


def _check(sitting, position):
    return quizzes.check_response(sitting.learner_id, sitting.attempt_id, position, clock.now())


# ---- Turns ----


def test_turns_go_forward_one_by_one_and_never_back(forward):
    assert _turn(forward, 2) == 2
    assert _turn(forward, 1) == 2
    assert _turn(forward, 4) == 2
    assert forward.send(1, forward.key_of(1)).decision == Decision.NOT_ITS_TURN
    assert forward.send(3, forward.key_of(3)).decision == Decision.NOT_ITS_TURN
    assert forward.send(2, forward.key_of(2)).decision == Decision.SAVE
    assert [_turn(forward, position) for position in (3, 4, 5)] == [3, 4, 4]
    assert [quizzes.may_see(forward.attempt(), position, clock.now()) for position in (3, 4)] == [False, True]


def test_a_button_pressed_twice_turns_once_and_begins_the_time_once(forward):
    forward.after(seconds=10)
    _turn(forward, 2)
    forward.after(seconds=1)
    assert _turn(forward, 2) == 2
    assert forward.row(2).closes_at == clock.now() + timedelta(seconds=59)
    assert [event.position for event in forward.events("turned")] == [2]


def test_the_time_of_a_question_has_extra_time_and_ends_with_the_attempt(sit, make):
    sitting = sit(make.question_set(facts=5))
    sitting.start(count=4, navigation="forward", question_seconds=120, extra_time_percent=50)
    assert sitting.row(1).closes_at == clock.now() + timedelta(minutes=3)
    sitting.after(minutes=13)
    _turn(sitting, 2)
    assert sitting.row(2).closes_at == sitting.attempt().deadline_at
    assert sitting.attempt().deadline_at == sitting.attempt().started_at + timedelta(minutes=15)


def test_who_is_untimed_has_no_limit_of_a_question_either(sit, make):
    sitting = sit(make.question_set(facts=5))
    run_tx(lambda: quizzes.grant_extra_time(sitting.learner_id, ExtraTime(is_untimed=True), clock.now()))
    sitting.start(count=4, navigation="forward", question_seconds=60)
    _turn(sitting, 2)
    assert [sitting.row(position).closes_at for position in (1, 2)] == [None, None]


def test_after_the_end_and_where_one_can_go_back_no_turn_comes(forward, ten):
    assert _turn(ten, 2) is None
    forward.after(minutes=11)
    assert _turn(forward, 2) is None


# ---- Flags ----


def test_a_flag_is_recorded_when_it_changes(ten):
    for is_flagged in (True, True, False):
        assert run_tx(
            lambda flag=is_flagged: quizzes.flag_response(
                ten.learner_id, ten.attempt_id, 2, clock.now(), is_flagged=flag
            )
        )
    assert [(event.position, event.detail) for event in ten.events("flagged")] == [
        (2, {"is_flagged": True}),
        (2, {"is_flagged": False}),
    ]


# ---- Checks ----


def test_a_checked_question_is_graded_and_fixed(checked):
    checked.send(1, checked.key_of(1))
    checked.send(2, checked.key_of(2, right=False))
    assert (_check(checked, 1).outcome, _check(checked, 2).outcome) == ("right", "wrong")
    row = checked.row(1)
    assert (row.checked_at, row.outcome, row.score, row.marks) == (clock.now(), "right", 1, 1)
    assert checked.send(2, checked.key_of(2), sequence=2).decision == Decision.FIXED
    assert checked.row(2).response == checked.key_of(2, right=False)
    assert [event.position for event in checked.events("checked")] == [1, 2]


def test_a_blank_buys_no_key(checked):
    assert _check(checked, 1).decision == CheckDecision.BLANK
    checked.send(1, checked.key_of(1))
    checked.send(1, None, sequence=2)
    assert not _check(checked, 1)
    assert (checked.row(1).checked_at, checked.row(1).outcome) == (None, None)


def test_a_question_checked_twice_says_the_same_and_is_recorded_once(checked):
    checked.send(1, checked.key_of(1))
    first = _check(checked, 1)
    checked.after(seconds=9)
    assert _check(checked, 1) == first
    assert checked.row(1).checked_at == clock.now() - timedelta(seconds=9)
    assert len(checked.events("checked")) == 1


def test_where_nothing_is_checked_no_key_is_read(ten):
    ten.send(1, ten.key_of(1))
    run = []

    def see(_connection, _cursor, statement, _values, _context, _many):
        run.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", see)
    try:
        assert _check(ten, 1).decision == CheckDecision.OFF
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", see)
    assert "question_revisions" not in " ".join(run)
    assert ten.row(1).outcome is None


def test_a_response_changed_while_it_is_checked_is_checked_as_it_is_then(checked, monkeypatch):
    checked.send(1, checked.key_of(1))
    wrong = checked.key_of(1, right=False)
    load = quizzes.attempts.load_slots

    def load_slowly(*place):
        slots = load(*place)
        monkeypatch.setattr(quizzes.attempts, "load_slots", load)
        checked.send(1, wrong, sequence=2)
        return slots

    monkeypatch.setattr(quizzes.attempts, "load_slots", load_slowly)
    assert _check(checked, 1).outcome == "wrong"


def test_an_attempt_that_ends_while_a_question_is_checked_tells_no_key_by_it(checked, monkeypatch):
    checked.send(1, checked.key_of(1))
    load = quizzes.attempts.load_slots

    def load_slowly(*place):
        slots = load(*place)
        monkeypatch.setattr(quizzes.attempts, "load_slots", load)
        checked.submit()
        return slots

    monkeypatch.setattr(quizzes.attempts, "load_slots", load_slowly)
    assert _check(checked, 1).decision == CheckDecision.CLOSED
    assert checked.row(1).checked_at is None


def test_what_a_check_told_stands_at_the_end(checked):
    checked.send(1, checked.key_of(1))
    _check(checked, 1)
    row = checked.row(1)
    place = (row.question_id, row.question_revision)

    def rewrite():
        revision = db.session.get(QuestionRevision, place)
        revision.content = other_key(revision.content)

    run_tx(rewrite)
    checked.submit()
    assert checked.row(1).outcome == "right"
    assert checked.attempt().score == 1


def test_what_was_decided_about_a_question_since_goes_before_what_a_check_told(checked):
    checked.send(1, checked.key_of(1, right=False))
    _check(checked, 1)
    row, attempt = checked.row(1), checked.attempt()
    credit = {"accepted": [], "refused": [], "is_credited": True, "is_dropped": False}
    adjustment = QuizAdjustment(quiz_id=attempt.quiz_id, question_id=row.question_id, adjustment=credit)
    run_tx(lambda: db.session.add(adjustment))
    checked.submit()
    assert checked.row(1).outcome == "right"


def test_a_checked_question_stays_a_secret_elsewhere_until_the_end(checked):
    checked.send(1, checked.key_of(1))
    _check(checked, 1)
    assert len(find_closed_facts(checked.learner_id)) == 4
    quizzes.close_attempt(checked.learner_id, checked.attempt_id, clock.now(), Cause.SUBMIT)
    assert find_closed_facts(checked.learner_id) == frozenset()


def test_a_stranger_checks_and_turns_nothing(checked, make):
    stranger = make.guest()
    assert quizzes.check_response(stranger, checked.attempt_id, 1, clock.now()) is None
    assert run_tx(lambda: quizzes.turn_to(stranger, checked.attempt_id, 2, clock.now())) is None
