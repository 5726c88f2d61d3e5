"""The study queue: what comes next follows from cards and today's log, and a session ends with nothing forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.evidence import LoggedReview
from quizapp.core.memory import Rating
from quizapp.core.study_queue import (
    RETURN_AFTER,
    Counts,
    Limits,
    Queue,
    QueueCard,
    TodayMark,
    build,
    estimate_minutes,
    estimate_seconds,
    next_card,
    read_log,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

TODAY = date(2024, 5, 10)
NINE = datetime(2024, 5, 10, 9, tzinfo=UTC)


def card(
    number: int,
    *,
    due: int | None = None,
    recall: float = 0.0,
    today: TodayMark | None = None,
    position: int | None = None,
) -> QueueCard:
    return QueueCard(
        fact=UUID(int=number),
        topic="dates",
        position=number if position is None else position,
        due_on=None if due is None else TODAY + timedelta(days=due),
        retrievability=recall,
        today=today,
    )


def row(number: int, fact: int, minute: int, *, day: date = TODAY, **how: Any) -> LoggedReview:
    return LoggedReview(
        id=UUID(int=number),
        fact=UUID(int=fact),
        study_day=day,
        at=NINE + timedelta(minutes=minute),
        **(how or {"rating": Rating.GOOD}),
    )


def numbers(cards: Iterable[QueueCard]) -> list[int]:
    return [c.fact.int for c in cards]


marks = st.builds(
    TodayMark,
    st.one_of(st.none(), st.integers(0, 5).map(lambda minute: NINE + timedelta(minutes=minute))),
    st.integers(0, 9),
)
decks = st.lists(
    st.builds(
        card,
        st.integers(1, 60),
        due=st.one_of(st.none(), st.integers(-3, 3)),
        recall=st.sampled_from([0.2, 0.5, 0.9]),
        today=st.one_of(st.none(), marks),
        position=st.integers(0, 5),
    ),
    max_size=25,
    unique_by=lambda c: c.fact,
)
limits = st.builds(Limits, st.integers(0, 10), st.integers(0, 12))


@given(decks, limits)
def test_every_due_card_appears_exactly_once(deck: list[QueueCard], limit: Limits) -> None:
    queue = build(deck, limit, TODAY)
    expected = [c for c in deck if c.today is None and c.due_on is not None and c.due_on <= TODAY]

    assert sorted(numbers(queue.due)) == sorted(numbers(expected))


@given(decks, limits)
def test_no_card_is_in_two_parts_and_none_comes_from_elsewhere(deck: list[QueueCard], limit: Limits) -> None:
    queue = build(deck, limit, TODAY)
    everything = numbers(queue.due + queue.new + queue.returning)

    assert len(everything) == len(set(everything)) == queue.counts.total
    assert set(everything) <= set(numbers(deck))


@given(decks, limits)
def test_never_more_new_cards_than_the_limit_leaves(deck: list[QueueCard], limit: Limits) -> None:
    queue = build(deck, limit, TODAY)
    unseen = [c for c in deck if c.due_on is None and c.today is None]

    assert len(queue.new) == min(len(unseen), max(0, limit.new_per_day - limit.new_done_today))
    assert all(c.due_on is None for c in queue.new)


@given(decks, limits, st.data())
def test_the_order_in_which_cards_are_read_is_irrelevant(
    deck: list[QueueCard], limit: Limits, data: st.DataObject
) -> None:
    assert build(data.draw(st.permutations(deck)), limit, TODAY) == build(deck, limit, TODAY)


def test_the_weakest_memory_comes_first_and_ties_go_by_fact() -> None:
    deck = [
        card(4, due=0, recall=0.9),
        card(3, due=-1, recall=0.5),
        card(2, due=-9, recall=0.9),
        card(1, due=0, recall=0.7),
    ]

    assert numbers(build(deck, Limits(5), TODAY).due) == [3, 1, 2, 4]


def test_new_cards_follow_the_bank() -> None:
    deck = [card(1, position=2), card(2, position=0), card(3, position=1), card(4, position=0)]

    assert numbers(build(deck, Limits(3), TODAY).new) == [2, 4, 3]


def test_a_card_is_due_from_its_day_on_and_not_before() -> None:
    assert numbers(build([card(1, due=0), card(2, due=1)], Limits(5), TODAY).due) == [1]


def test_a_card_probed_today_is_done_unless_forgotten() -> None:
    deck = [
        card(1, due=0, today=TodayMark(None, 0)),
        card(2, today=TodayMark(None, 0)),
        card(3, due=3, today=TodayMark(NINE, 0)),
    ]
    queue = build(deck, Limits(5), TODAY)

    assert queue.counts == Counts(due=0, new=0, returning=1)
    assert numbers(queue.returning) == [3]


def test_due_comes_before_new_and_an_empty_queue_is_the_end() -> None:
    due, new = card(1, due=0), card(2)

    assert next_card(build([new, due], Limits(5), TODAY)) == due
    assert next_card(build([new], Limits(5), TODAY)) == new
    assert next_card(Queue()) is None


def test_a_forgotten_card_returns_once_four_others_came_between() -> None:
    due = card(1, due=0)
    soon = card(2, due=1, today=TodayMark(NINE, 3))
    now = card(2, due=1, today=TodayMark(NINE, 4))

    assert next_card(build([due, soon], Limits(5), TODAY)) == due
    assert next_card(build([due, now], Limits(5), TODAY)) == now


def test_a_forgotten_card_returns_when_nothing_else_is_left() -> None:
    first, second = (
        card(2, today=TodayMark(NINE, 1)),
        card(1, today=TodayMark(NINE + timedelta(minutes=1), 0)),
    )

    assert next_card(build([second, first], Limits(5), TODAY)) == first


def test_the_log_says_what_was_forgotten_and_how_many_others_came_since() -> None:
    log = [
        row(1, 10, 0, rating=Rating.AGAIN),
        row(2, 20, 1, right=False),
        row(3, 30, 2),
        row(4, 20, 3, right=True),
    ]

    assert read_log(log, TODAY) == {
        UUID(int=10): TodayMark(NINE, 3),
        UUID(int=20): TodayMark(None, 0),
        UUID(int=30): TodayMark(None, 1),
    }


def test_the_log_of_other_days_and_what_was_cancelled_leave_no_mark() -> None:
    log = [
        row(1, 10, 0, day=TODAY - timedelta(days=1), rating=Rating.AGAIN),
        row(2, 20, 1, rating=Rating.AGAIN),
        row(3, 20, 2, cancels=UUID(int=2)),
        row(4, 30, 3),
    ]

    assert read_log(log, TODAY) == {UUID(int=30): TodayMark(None, 0)}


def test_a_card_forgotten_after_it_was_remembered_returns_too() -> None:
    log = [row(1, 10, 0), row(2, 10, 5, right=False)]

    assert read_log(log, TODAY)[UUID(int=10)].forgotten_at == NINE + timedelta(minutes=5)


def play(deck: list[QueueCard], new_per_day: int, outcomes: list[bool]) -> list[LoggedReview]:
    """Study until the queue is empty, rebuilding it from cards and log at each step; return the log."""
    log: list[LoggedReview] = []
    for number in range(400):
        seen = read_log(log, TODAY)
        begun = sum(c.due_on is None and c.fact in seen for c in deck)
        cards = [replace(c, today=seen.get(c.fact)) for c in deck]
        shown = next_card(build(cards, Limits(new_per_day, begun), TODAY))
        if shown is None:
            return log
        right = outcomes[number] if number < len(outcomes) else True
        log.append(row(number + 1, shown.fact.int, number, right=right))
    raise AssertionError("the session never ended")


untouched_decks = st.lists(
    st.builds(card, st.integers(1, 40), due=st.one_of(st.none(), st.integers(-2, 1)), recall=st.floats(0, 1)),
    max_size=12,
    unique_by=lambda c: c.fact,
)


@given(untouched_decks, st.integers(0, 6), st.lists(st.booleans(), max_size=30))
def test_a_session_ends_with_every_shown_card_remembered_and_none_left_out(
    deck: list[QueueCard], new_per_day: int, outcomes: list[bool]
) -> None:
    log = play(deck, new_per_day, outcomes)
    last = {review.fact: review.right for review in log}
    unseen = [c for c in deck if c.due_on is None]

    assert all(last.values())
    assert {c.fact for c in deck if c.due_on is not None and c.due_on <= TODAY} <= set(last)
    assert sum(c.fact in last for c in unseen) == min(new_per_day, len(unseen))
    assert len(log) == len(last) + sum(not review.right for review in log)


@given(untouched_decks, st.lists(st.booleans(), max_size=30))
def test_a_forgotten_card_waits_for_others_while_there_are_any(
    deck: list[QueueCard], outcomes: list[bool]
) -> None:
    log = play(deck, 6, outcomes)
    for index, shown in enumerate(log):
        earlier = [i for i in range(index) if log[i].fact == shown.fact]
        if earlier and index - earlier[-1] - 1 < RETURN_AFTER:
            # It came early, so every card after it had been shown before.
            known = {review.fact for review in log[:index]}
            assert all(review.fact in known for review in log[index:])


def test_time_left_is_cards_times_the_median_and_minutes_round_up() -> None:
    counts = Counts(due=3, new=2, returning=1)

    assert estimate_seconds(counts, 10.5) == 63
    assert estimate_minutes(counts, 10.5) == 2
    assert estimate_minutes(counts, 10) == 1
    assert estimate_minutes(Counts(0, 0, 0), 10) == 0


@pytest.mark.parametrize(("done", "left"), [(0, 5), (4, 1), (5, 0), (9, 0)])
def test_new_cards_begun_today_use_up_the_limit(done: int, left: int) -> None:
    assert Limits(5, done).new_left == left
