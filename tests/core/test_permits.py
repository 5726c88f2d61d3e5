"""Whether an attempt may start: when the quiz is open, how often, and how long after the last one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.permits import Permit, Refusal, StartRules, may_start

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
moments = st.integers(-100, 100).map(lambda hours: NOON + hours * HOUR)
some_rules = st.builds(
    StartRules,
    opens_at=st.none() | moments,
    closes_at=st.none() | moments,
    most_attempts=st.none() | st.integers(1, 5),
    wait_seconds=st.sampled_from([0, 60, 3600, 36_000]),
)
finished_at = st.lists(moments, max_size=5)


def test_without_rules_an_attempt_may_start_as_often_as_one_likes():
    assert may_start(StartRules(), [NOON] * 50, NOON) == Permit()


@pytest.mark.parametrize(
    ("rules", "finished", "permit"),
    [
        (StartRules(opens_at=NOON), [], Permit()),
        (StartRules(opens_at=NOON + HOUR), [], Permit(Refusal.NOT_OPEN_YET, NOON + HOUR)),
        (StartRules(closes_at=NOON), [], Permit(Refusal.CLOSED)),
        (StartRules(closes_at=NOON + HOUR), [], Permit()),
        (StartRules(most_attempts=2), [NOON], Permit(left=1)),
        (StartRules(most_attempts=1), [NOON], Permit(Refusal.NONE_LEFT, left=0)),
        (StartRules(wait_seconds=60), [NOON - HOUR, NOON], Permit(Refusal.WAIT, NOON + timedelta(minutes=1))),
        (StartRules(wait_seconds=3600), [NOON - HOUR], Permit()),
        (StartRules(wait_seconds=7200, closes_at=NOON + HOUR), [NOON], Permit(Refusal.WAIT)),
    ],
)
def test_each_rule_refuses_in_its_own_way(rules, finished, permit):
    assert may_start(rules, finished, NOON) == permit


@given(some_rules, finished_at, moments, st.integers(0, 3))
def test_a_start_is_permitted_only_while_the_quiz_is_open_and_attempts_are_left(rules, finished, now, extra):
    permit = may_start(rules, finished, now, extra_attempts=extra)
    if permit.refusal is None:
        assert rules.opens_at is None or now >= rules.opens_at
        assert rules.closes_at is None or now < rules.closes_at
        assert rules.most_attempts is None or len(finished) < rules.most_attempts + extra
        assert all(now >= at + timedelta(seconds=rules.wait_seconds) for at in finished if rules.wait_seconds)


@given(some_rules, finished_at, moments, st.integers(0, 3))
def test_what_is_told_to_be_waited_for_helps(rules, finished, now, extra):
    permit = may_start(rules, finished, now, extra_attempts=extra)
    if permit.until is not None:
        assert permit.until > now
        later = may_start(rules, finished, permit.until, extra_attempts=extra)
        # Who waits for the opening may find that the quiz was set to close before, or has to wait for more.
        assert later.refusal != permit.refusal


@given(some_rules, finished_at, moments, st.integers(0, 3))
def test_a_granted_attempt_never_takes_anything_away(rules, finished, now, extra):
    before = may_start(rules, finished, now, extra_attempts=extra)
    after = may_start(rules, finished, now, extra_attempts=extra + 1)
    assert (after.left is None) == (before.left is None)
    assert before.left is None or after.left >= before.left
    assert before.refusal is not None or after.refusal is None
