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
    DueOrder,
    Limits,
    Mode,
    NewOrder,
    Queue,
    QueueCard,
    TodayMark,
    after,
    build,
    cap,
    cards_left,
    estimate_minutes,
    estimate_seconds,
    is_fresh,
    next_card,
    next_cards,
    read_log,
    relief_quota,
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


def queue_card(number: int, **how: Any) -> QueueCard:
    return replace(card(number, due=how.pop("due", 0), recall=how.pop("recall", 0.5)), **how)


def confused(*pairs: tuple[int, int]) -> dict[int, tuple[UUID, ...]]:
    found: dict[int, tuple[UUID, ...]] = {}
    for one, other in pairs:
        found[one] = (*found.get(one, ()), UUID(int=other))
        found[other] = (*found.get(other, ()), UUID(int=one))
    return found


def shown(queue: Queue) -> list[int]:
    return numbers(next_cards(queue, 99))


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (DueOrder.RETRIEVABILITY, [3, 1, 2]),
        (DueOrder.DUE, [2, 3, 1]),
        (DueOrder.STABILITY, [1, 2, 3]),
    ],
)
def test_due_cards_come_in_the_order_wished_for(order: DueOrder, expected: list[int]) -> None:
    deck = [
        queue_card(1, due=-1, recall=0.5, stability=2.0),
        queue_card(2, due=-9, recall=0.9, stability=3.0),
        queue_card(3, due=-3, recall=0.2, stability=5.0),
    ]

    assert numbers(build(deck, Limits(5), TODAY, due_order=order).due) == expected


def test_the_order_by_lot_is_the_same_all_day_and_another_tomorrow_and_for_somebody_else() -> None:
    deck = [queue_card(number, due=-2) for number in range(1, 13)]

    def drawn(seed: bytes, day: date) -> list[int]:
        return numbers(build(deck, Limits(5), day, due_order=DueOrder.SHUFFLED, seed=seed).due)

    today = drawn(b"ada", TODAY)
    assert sorted(today) == list(range(1, 13))
    assert today == drawn(b"ada", TODAY)
    assert today != drawn(b"ada", TODAY + timedelta(days=1))
    assert today != drawn(b"ben", TODAY)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (NewOrder.MIXED, [1, 2, 11, 3, 4, 12, 5, 6, 13]),
        (NewOrder.FIRST, [11, 12, 13, 1, 2, 3, 4, 5, 6]),
        (NewOrder.LAST, [1, 2, 3, 4, 5, 6, 11, 12, 13]),
    ],
)
def test_new_facts_come_evenly_among_due_ones_or_before_or_after(
    order: NewOrder, expected: list[int]
) -> None:
    deck = [queue_card(n) for n in range(1, 7)] + [card(n) for n in (11, 12, 13)]

    assert shown(build(deck, Limits(3), TODAY, new_order=order)) == expected


@given(st.integers(1, 30), st.integers(1, 30))
def test_mixed_new_facts_are_nowhere_further_apart_than_their_share(due: int, new: int) -> None:
    deck = [queue_card(n) for n in range(1, due + 1)] + [card(100 + n) for n in range(new)]
    order = shown(build(deck, Limits(new), TODAY))
    begun = done = 0
    for number in order:
        begun, done = begun + (number >= 100), done + (number < 100)
        # Never a whole new one ahead of its share, and never as much as one and a due card behind.
        assert begun * due <= done * new
        assert done < due or begun <= new
        assert (begun + 1) * due > (done - 1) * new

    assert sorted(order) == sorted(numbers(deck))


@given(st.integers(0, 15), st.integers(0, 15), st.sampled_from(NewOrder), st.data())
def test_the_order_stays_as_it_was_as_cards_are_done(
    due: int, new: int, order: NewOrder, data: st.DataObject
) -> None:
    deck = [queue_card(n, recall=n / 100) for n in range(1, due + 1)] + [card(100 + n) for n in range(new)]
    whole = shown(build(deck, Limits(new), TODAY, new_order=order))
    done = whole[: data.draw(st.integers(0, len(whole)))]
    begun = sum(number >= 100 for number in done)
    left = [c for c in deck if c.fact.int not in done]
    limits = Limits(new, begun, due_done_today=len(done) - begun)

    assert shown(build(left, limits, TODAY, new_order=order)) == whole[len(done) :]


def test_forgotten_ones_come_back_into_the_mix_once_enough_others_came_between() -> None:
    deck = [queue_card(n) for n in range(1, 7)]
    forgotten = card(9, today=TodayMark(NINE, 1))

    assert shown(build([*deck, forgotten], Limits(0), TODAY)) == [1, 2, 3, 9, 4, 5, 6]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (Limits(9), Counts(8, 5, 2)),
        (Limits(3), Counts(8, 3, 2)),
        (Limits(9, reviews_per_day=6), Counts(6, 5, 2)),
        (Limits(9, reviews_per_day=6, due_done_today=4), Counts(2, 5, 2)),
        (Limits(9, reviews_per_day=6, due_done_today=9), Counts(0, 5, 2)),
        (Limits(9, relief_left=3), Counts(3, 5, 2)),
        (Limits(9, reviews_per_day=6, due_done_today=5, relief_left=3), Counts(1, 5, 2)),
        (Limits(9, cards_left=20), Counts(8, 5, 2)),
        (Limits(9, cards_left=12), Counts(8, 2, 2)),
        (Limits(9, cards_left=7), Counts(5, 0, 2)),
        (Limits(9, cards_left=1), Counts(0, 0, 2)),
    ],
)
def test_a_limit_leaves_so_many_and_due_ones_go_before_new_ones(limits: Limits, expected: Counts) -> None:
    assert cap(8, 5, 2, limits) == expected


@pytest.mark.parametrize(
    ("budget", "spent", "expected"),
    [(None, 99.0, None), (60.0, 0.0, 6), (60.0, 55.0, 1), (60.0, 59.9, 1), (60.0, 60.0, 0), (60.0, 90.0, 0)],
)
def test_a_budget_holds_the_cards_that_begin_within_it(
    budget: float | None, spent: float, expected: int | None
) -> None:
    assert cards_left(budget, spent, 10.0) == expected


def test_the_budget_keeps_those_most_at_risk_whatever_order_they_are_shown_in() -> None:
    deck = [queue_card(n, due=-n, recall=n / 10) for n in range(1, 7)]
    queue = build([*deck, card(9)], Limits(5, cards_left=3), TODAY, due_order=DueOrder.DUE)

    assert numbers(queue.due) == [3, 2, 1]
    assert queue.new == ()


def test_counts_may_be_of_more_cards_than_were_read() -> None:
    deck = [queue_card(n) for n in (1, 2)] + [card(9)]
    queue = build(deck, Limits(50, reviews_per_day=200), TODAY, totals=Counts(900, 70, 0))

    assert queue.counts == Counts(200, 50, 0)
    assert numbers(queue.due) == [1, 2]
    assert after(queue, queue.due[0]).counts == Counts(199, 50, 0)


@given(st.integers(0, 500), st.integers(0, 200), st.integers(1, 60))
def test_relief_takes_equal_shares_and_leaves_nothing_on_the_last_day(
    due: int, done: int, days_left: int
) -> None:
    quota = relief_quota(due, done, days_left)

    assert 0 <= quota <= due
    assert relief_quota(due, done, 1) == relief_quota(due, done, 0) == due
    if quota:
        # What is done today does not change how much today holds.
        assert relief_quota(due - 1, done + 1, days_left) == quota - 1


@given(st.integers(0, 500), st.integers(1, 60))
def test_a_backlog_is_gone_after_the_days_and_no_day_is_heavier_than_the_first(due: int, days: int) -> None:
    first, left = relief_quota(due, 0, days), due
    for remaining in range(days, 0, -1):
        quota = relief_quota(left, 0, remaining)
        assert quota <= first
        left -= quota

    assert left == 0


MODES = [queue_card(1), queue_card(2, due=9), card(3), card(4, due=9, today=TodayMark(NINE, 5))]


@pytest.mark.parametrize(
    ("mode", "due", "new"),
    [(Mode.DUE, [1], [3]), (Mode.NEW, [], [3]), (Mode.AHEAD, [1, 2], [3]), (Mode.CRAM, [1, 2], [3])],
)
def test_a_mode_says_what_is_gone_through(mode: Mode, due: list[int], new: list[int]) -> None:
    queue = build(MODES, Limits(5), TODAY, mode=mode)

    assert (numbers(queue.due), numbers(queue.new), numbers(queue.returning)) == (due, new, [4])


@pytest.mark.parametrize("mode", [Mode.AHEAD, Mode.CRAM])
def test_nothing_limits_what_was_chosen_to_be_gone_through_whole(mode: Mode) -> None:
    queue = build(MODES, Limits(0, reviews_per_day=0, cards_left=0), TODAY, mode=mode)

    assert queue.counts == Counts(2, 1, 1)


def test_cramming_reads_its_own_log_and_studying_does_not_see_it() -> None:
    log = [row(1, 10, 0, right=False, is_cram=True), row(2, 20, 1), row(3, 30, 2, right=True, is_cram=True)]

    assert read_log(log, TODAY) == {UUID(int=20): TodayMark(None, 0)}
    assert read_log(log, TODAY, Mode.CRAM) == {
        UUID(int=10): TodayMark(NINE, 1),
        UUID(int=30): TodayMark(None, 0),
    }


def test_a_card_that_was_reset_today_has_no_mark_unless_it_was_probed_again() -> None:
    log = [row(1, 10, 0), row(2, 20, 1), row(3, 10, 2, action="reset"), row(4, 20, 3, action="reset")]

    assert read_log(log, TODAY) == {}
    assert read_log([*log, row(5, 20, 4)], TODAY) == {UUID(int=20): TodayMark(None, 0)}


def test_skipped_cards_come_last_the_one_skipped_last_last() -> None:
    later = NINE + timedelta(minutes=5)
    deck = [
        queue_card(1, recall=0.1, skipped_at=later),
        queue_card(2),
        card(3),
        replace(card(4), skipped_at=NINE),
        card(5, today=TodayMark(NINE, 0)),
    ]
    queue = build(deck, Limits(5), TODAY)

    assert queue.counts == Counts(2, 2, 1)
    assert shown(queue) == [2, 3, 5, 4, 1]


@pytest.mark.parametrize(
    ("days", "stability", "fresh"),
    [(0, 50.0, True), (2, 50.0, True), (3, 50.0, False), (3, 6.9, True), (7, 6.9, True), (8, 1.0, False)],
)
def test_a_fact_is_fresh_for_two_days_and_for_seven_while_it_does_not_hold(
    days: int, stability: float, fresh: bool
) -> None:
    assert is_fresh(TODAY - timedelta(days=days), stability, TODAY) is fresh


def test_a_new_fact_waits_while_one_it_is_confused_with_is_fresh_if_there_are_others() -> None:
    crowded = replace(card(1), is_crowded=True)

    assert numbers(build([crowded, card(2), card(3)], Limits(2), TODAY).new) == [2, 3]
    assert numbers(build([crowded, card(2)], Limits(2), TODAY).new) == [2, 1]
    assert numbers(build([crowded], Limits(2), TODAY).new) == [1]


def test_of_two_new_facts_that_are_confused_only_the_first_is_begun_if_there_are_others() -> None:
    pairs = confused((1, 2))
    deck = [replace(card(n), neighbours=pairs.get(n, ())) for n in (1, 2, 3)]

    assert numbers(build(deck, Limits(2), TODAY).new) == [1, 3]
    assert numbers(build(deck, Limits(3), TODAY).new) == [1, 3, 2]


def known_deck(*pairs: tuple[int, int], count: int = 9, stability: float = 30.0) -> list[QueueCard]:
    beside = confused(*pairs)
    return [
        queue_card(n, recall=n / 100, stability=stability, neighbours=beside.get(n, ()))
        for n in range(1, count + 1)
    ]


def test_known_facts_that_are_confused_stand_side_by_side() -> None:
    deck = known_deck((1, 7), (2, 9), (1, 5))

    assert shown(build(deck, Limits(0), TODAY)) == [1, 7, 5, 2, 9, 3, 4, 6, 8]


def test_no_more_than_two_follow_at_once_and_each_card_comes_once() -> None:
    deck = known_deck((1, 9), (1, 8), (1, 7), (1, 6))

    assert shown(build(deck, Limits(0), TODAY)) == [1, 9, 8, 2, 3, 4, 5, 6, 7]


def test_facts_that_do_not_hold_yet_are_not_put_side_by_side() -> None:
    weak = known_deck((1, 7), stability=6.9)
    one_is_weak = [replace(c, stability=3.0) if c.fact.int == 7 else c for c in known_deck((1, 7))]
    lead_is_weak = [replace(c, stability=3.0) if c.fact.int == 1 else c for c in known_deck((1, 7))]

    for deck in (weak, one_is_weak, lead_is_weak):
        assert shown(build(deck, Limits(0), TODAY)) == list(range(1, 10))


def test_nothing_follows_a_card_that_was_just_forgotten() -> None:
    deck = known_deck((1, 7))
    forgotten = replace(deck[0], today=TodayMark(NINE, 0))
    remembered = replace(deck[0], today=TodayMark(None, 0))

    assert shown(build([forgotten, *deck[1:]], Limits(0), TODAY))[0] == 2
    assert shown(build([remembered, *deck[1:]], Limits(0), TODAY))[0] == 7


pair_lists = st.lists(
    st.tuples(st.integers(1, 20), st.integers(1, 20)).filter(lambda pair: pair[0] != pair[1]),
    max_size=8,
    unique_by=lambda pair: tuple(sorted(pair)),
)


@given(
    untouched_decks,
    pair_lists,
    st.integers(0, 6),
    st.sampled_from(NewOrder),
    st.sets(st.integers(1, 40)),
    st.data(),
)
def test_the_cards_foretold_are_those_that_come_when_each_is_remembered(
    deck: list[QueueCard],
    pairs: list[tuple[int, int]],
    new_per_day: int,
    order: NewOrder,
    known: set[int],
    data: st.DataObject,
) -> None:
    beside = confused(*pairs)
    deck = [
        replace(
            c,
            neighbours=beside.get(c.fact.int, ()),
            stability=30.0 if c.due_on is not None and c.fact.int in known else 1.0,
        )
        for c in deck
    ]

    def queue(log: list[LoggedReview]) -> Queue:
        seen = read_log(log, TODAY)
        fresh = {c.fact for c in deck if c.due_on is None and c.fact in seen}
        cards = [
            replace(c, today=seen.get(c.fact), is_crowded=not fresh.isdisjoint(c.neighbours)) for c in deck
        ]
        done = sum(c.due_on is not None and c.fact in seen for c in deck)
        return build(cards, Limits(new_per_day, len(fresh), due_done_today=done), TODAY, new_order=order)

    log: list[LoggedReview] = []
    for number in range(data.draw(st.integers(0, 6))):
        card_shown = next_card(queue(log))
        if card_shown is None:
            break
        right = data.draw(st.booleans())
        log.append(row(number + 1, card_shown.fact.int, number, right=right))
    foretold = numbers(next_cards(queue(log), 99))
    came = []
    while (card_shown := next_card(queue(log))) is not None:
        came.append(card_shown.fact.int)
        log.append(row(1000 + len(log), card_shown.fact.int, 100 + len(log), right=True))

    assert foretold == came


@given(decks, limits, st.integers(0, 30), st.sets(st.integers(1, 60).map(lambda n: UUID(int=n))))
def test_excluded_cards_are_left_out_and_come_all_the_same(
    deck: list[QueueCard], limit: Limits, count: int, exclude: set[UUID]
) -> None:
    queue = build(deck, limit, TODAY)
    whole = next_cards(queue, 99)

    assert len(whole) == queue.counts.total
    assert len(set(numbers(whole))) == len(whole)
    assert next_cards(queue, count, exclude) == [c for c in whole if c.fact not in exclude][:count]
