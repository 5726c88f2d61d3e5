"""The evidence rule and the replay of a log: what a response is worth, and that nothing but the log counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quizapp.core.evidence import (
    CardState,
    LoggedReview,
    advance,
    fitter_rating,
    probe,
    replay,
    standing,
    uncancelled,
    weight,
)
from quizapp.core.memory import (
    DEFAULT_WEIGHTS,
    Memory,
    Rating,
    Scheduling,
    due_in_days,
    fuzz_factor,
    fuzz_range,
    initial,
    retrievability,
    step,
)

FACT = UUID(int=1)
FIRST = date(2024, 1, 1)
PLAIN = Scheduling()

chances = st.floats(0, 1)
guesses = st.floats(0, 0.99)
ratings = st.sampled_from(Rating)
gaps = st.integers(1, 400)
dates = st.integers(0, 60).map(lambda day: FIRST + timedelta(days=day))
memories = st.builds(Memory, st.floats(0.01, 2000), st.floats(1, 10))
any_memory = st.one_of(st.none(), memories)


def review(number: int, day: int, *, hour: int = 12, **how: Any) -> LoggedReview:
    on = FIRST + timedelta(days=day)
    at = datetime.combine(on, time(hour), tzinfo=UTC)
    return LoggedReview(id=UUID(int=number), fact=FACT, study_day=on, at=at, **how)


def days_later(card: CardState, fuzz: float | None) -> date:
    assert card.memory is not None
    assert card.last_on is not None
    return card.last_on + timedelta(days=due_in_days(card.memory, PLAIN, fuzz))


@st.composite
def logs(draw: st.DrawFn) -> list[LoggedReview]:
    """Probes over some days, several a day among them, cramming, actions, and rows that cancel some."""
    rows: list[LoggedReview] = []
    for number in range(draw(st.integers(1, 10))):
        how = draw(
            st.one_of(
                st.builds(lambda r: {"rating": r}, ratings),
                st.builds(lambda r, g: {"right": r, "guess": g}, st.booleans(), guesses),
                st.builds(lambda r, d: {"rating": r, "due_on": d}, ratings, dates),
                st.builds(lambda r, c: {"right": r, "is_cram": c}, st.booleans(), st.booleans()),
                st.just({"action": "reset"}),
                st.builds(lambda d: {"action": "due", "due_on": d}, dates),
            )
        )
        if rows and draw(st.integers(0, 3)) == 0:
            how["cancels"] = draw(st.sampled_from(rows)).id
            if draw(st.booleans()):
                how = {"cancels": how["cancels"]}
        rows.append(review(number + 1, draw(st.integers(0, 20)), hour=draw(st.integers(8, 20)), **how))
    return rows


@given(chances, chances)
def test_a_weight_lies_between_nothing_and_everything(recall: float, guess: float) -> None:
    assert 0 <= weight(recall, guess) <= 1


@given(chances, chances, chances)
def test_a_weight_grows_with_recall_and_falls_with_luck(one: float, other: float, fixed: float) -> None:
    low, high = sorted((one, other))

    assert weight(low, fixed) <= weight(high, fixed) + 1e-12
    assert weight(fixed, low) + 1e-12 >= weight(fixed, high)


@pytest.mark.parametrize(
    ("recall", "guess", "expected"),
    [(0.25, 0.25, 4 / 7), (0.25, 0.5, 0.4), (0.9, 0.5, 18 / 19), (0, 0.5, 0), (0, 0, 1)],
)
def test_a_weight_is_the_chance_that_a_right_response_was_recalled(
    recall: float, guess: float, expected: float
) -> None:
    assert weight(recall, guess) == pytest.approx(expected)


@pytest.mark.parametrize(("recall", "guess"), [(-0.1, 0.5), (1.1, 0.5), (0.5, -0.1), (0.5, 1.1)])
def test_a_chance_outside_nought_and_one_is_refused(recall: float, guess: float) -> None:
    with pytest.raises(ValueError, match="chances"):
        weight(recall, guess)


@given(any_memory, gaps)
def test_right_without_a_chance_of_guessing_is_plain_good(memory: Memory | None, gap: int) -> None:
    done = probe(memory, right=True, guess=0, elapsed_days=gap)

    assert done.memory == step(memory, Rating.GOOD, gap)
    assert (done.weight, done.rating) == (1, Rating.GOOD)


@given(any_memory, guesses, gaps)
def test_wrong_is_again_whatever_the_chance_of_guessing(
    memory: Memory | None, guess: float, gap: int
) -> None:
    done = probe(memory, right=False, guess=guess, elapsed_days=gap)

    assert done.memory == step(memory, Rating.AGAIN, gap)
    assert (done.weight, done.rating) == (0, Rating.AGAIN)


@given(any_memory, ratings, gaps)
def test_a_rating_of_ones_own_is_taken_at_its_word(memory: Memory | None, rating: Rating, gap: int) -> None:
    done = probe(memory, rating=rating, elapsed_days=gap)

    assert done.memory == step(memory, rating, gap)
    assert done.rating == rating
    assert done.weight == (rating != Rating.AGAIN)


def test_a_right_guess_on_a_new_fact_mixes_good_and_again_by_the_rule() -> None:
    done = probe(None, right=True, guess=0.25, elapsed_days=0)
    good, again = initial(Rating.GOOD), initial(Rating.AGAIN)

    assert done.weight == pytest.approx(4 / 7)
    assert done.memory.stability == pytest.approx(good.stability ** (4 / 7) * again.stability ** (3 / 7))
    assert done.memory.difficulty == pytest.approx(good.difficulty * 4 / 7 + again.difficulty * 3 / 7)
    assert done.predicted is None


@given(memories, gaps, st.floats(0.01, 0.99))
def test_a_right_guess_uses_the_recall_predicted_for_that_day(memory: Memory, gap: int, guess: float) -> None:
    done = probe(memory, right=True, guess=guess, elapsed_days=gap)

    assert done.predicted == retrievability(memory.stability, gap)
    assert done.weight == weight(done.predicted, guess)


@given(memories, gaps, st.tuples(guesses, guesses))
def test_more_luck_never_means_a_stronger_memory(
    memory: Memory | None, gap: int, two: tuple[float, float]
) -> None:
    small, large = sorted(two)
    surer = probe(memory, right=True, guess=small, elapsed_days=gap).memory
    luckier = probe(memory, right=True, guess=large, elapsed_days=gap).memory

    assert luckier.stability <= surer.stability * (1 + 1e-9)
    assert luckier.difficulty >= surer.difficulty * (1 - 1e-9)
    assert luckier.stability >= step(memory, Rating.AGAIN, gap).stability * (1 - 1e-9)


def test_a_right_response_that_can_only_be_luck_is_no_recall() -> None:
    nothing_left = (*DEFAULT_WEIGHTS[:20], 400.0)
    memory = Memory(0.001, 5.0)
    done = probe(memory, right=True, guess=0.5, elapsed_days=36500, weights=nothing_left)

    assert done.weight == 0
    assert done.memory == step(memory, Rating.AGAIN, 36500, nothing_left)


@pytest.mark.parametrize("how", [{}, {"rating": Rating.GOOD, "right": True}])
def test_a_probe_is_either_rated_or_graded(how: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="either rated or graded"):
        probe(None, elapsed_days=0, **how)


def test_fitters_see_good_in_the_share_that_the_weight_says() -> None:
    ids = [UUID(int=number) for number in range(2000)]

    assert sum(fitter_rating(i, 0.4) == Rating.GOOD for i in ids) == pytest.approx(800, abs=80)
    assert all(fitter_rating(i, 0.0) == Rating.AGAIN for i in ids)
    assert all(fitter_rating(i, 1.0) == Rating.GOOD for i in ids)
    assert {fitter_rating(i, 0.4) for i in ids} == {Rating.AGAIN, Rating.GOOD}


@given(st.lists(st.tuples(gaps, st.booleans(), guesses), min_size=1, max_size=10))
def test_replay_equals_stepping(history: list[tuple[int, bool, float]]) -> None:
    memory: Memory | None = None
    day, rows = 0, []
    for number, (gap, right, guess) in enumerate(history):
        memory = probe(memory, right=right, guess=guess, elapsed_days=gap).memory
        day += gap
        rows.append(review(number, day, right=right, guess=guess))
    card = replay(rows, PLAIN)

    assert card.memory == memory
    assert card.reps == len(rows)
    assert card.last_on == rows[-1].study_day
    assert card.last_at == card.probed_at == rows[-1].at
    assert card.last_right == rows[-1].right
    assert card.due_on == days_later(card, None)
    assert card.lapses == sum(not row.right for row in rows[1:])


@given(logs(), st.data())
def test_the_order_in_which_logs_are_merged_is_irrelevant(
    log: list[LoggedReview], data: st.DataObject
) -> None:
    assert replay(data.draw(st.permutations(log)), PLAIN) == replay(log, PLAIN)


@given(logs(), st.integers(0, 10))
def test_a_row_that_comes_twice_counts_once(log: list[LoggedReview], split: int) -> None:
    assert replay(log[:split] + log, PLAIN) == replay(log, PLAIN)


@given(logs())
def test_cramming_is_as_if_it_had_never_been(log: list[LoggedReview]) -> None:
    without = [
        # A row that cancels stays one, even if what it brought along was cramming.
        replace(row, rating=None, right=None, is_cram=False) if row.cancels and row.is_cram else row
        for row in log
        if row.cancels or not row.is_cram
    ]

    assert replay(log, PLAIN, b"card") == replay(without, PLAIN, b"card")


@given(logs())
def test_after_a_reset_only_what_came_later_counts(log: list[LoggedReview]) -> None:
    rows = standing(log)
    resets = [place for place, row in enumerate(rows) if row.action == "reset"]
    assume(resets)

    assert replay(log, PLAIN, b"card") == replay(rows[resets[-1] + 1 :], PLAIN, b"card")


@given(logs(), dates, ratings)
def test_a_date_set_moves_the_due_date_and_nothing_else_of_a_memory(
    log: list[LoggedReview], due_on: date, rating: Rating
) -> None:
    # No probe is older than the setting, and the one after it is not the first of its day.
    log = [*log, review(97, 21, rating=rating)]
    put_off = review(98, 21, hour=13, action="due", due_on=due_on)
    card = replay(log, PLAIN, b"card")
    moved = replay([*log, put_off, review(99, 21, hour=14, right=True)], PLAIN, b"card")

    assert replay([*log, put_off], PLAIN, b"card") == replace(card, due_on=due_on, probed_at=put_off.at)
    assert (moved.due_on, moved.memory, moved.reps) == (due_on, card.memory, card.reps)


@given(logs(), st.integers(0, 14))
def test_the_day_chosen_on_recording_comes_true_on_replay(log: list[LoggedReview], choice: int) -> None:
    probes = [row for row in uncancelled(log) if not row.is_cram]
    assume(probes)
    *earlier, last = probes
    state, done = advance(replay(earlier, PLAIN, b"card"), last, PLAIN, b"card")
    assume(done is not None)
    assert done is not None
    low, high = fuzz_range(due_in_days(done.memory, PLAIN))
    chosen = last.study_day + timedelta(days=low + choice % (high - low + 1))
    stored = replace(state, due_on=chosen)

    assert replay([*earlier, replace(last, due_on=chosen)], PLAIN, b"card") == stored
    assert advance(replay(earlier, PLAIN, b"card"), replace(last, due_on=chosen), PLAIN)[0] == stored


def test_a_day_chosen_for_another_memory_gives_way_to_the_fuzz() -> None:
    easy, good = review(1, 0, rating=Rating.EASY), review(2, 60, rating=Rating.GOOD)
    chosen = good.study_day + timedelta(days=replay_interval(easy, good))
    rows = [easy, replace(good, due_on=chosen)]
    alone = replay([good], PLAIN, b"card")

    too_early = replace(good, due_on=good.study_day + timedelta(days=1))
    assert replay([too_early], PLAIN, b"card").due_on == alone.due_on != too_early.due_on
    assert replay(rows, PLAIN, b"card").due_on == chosen
    assert replay([*rows, review(3, 61, cancels=easy.id)], PLAIN, b"card").due_on == alone.due_on != chosen


def replay_interval(*rows: LoggedReview) -> int:
    card = replay(rows, PLAIN)
    assert card.memory is not None
    return due_in_days(card.memory, PLAIN)


def test_cramming_before_the_first_probe_of_a_day_leaves_it_the_first() -> None:
    crammed = review(1, 0, hour=9, rating=Rating.EASY, is_cram=True)
    studied = review(2, 0, hour=10, rating=Rating.AGAIN)

    assert replay([crammed, studied], PLAIN) == replay([studied], PLAIN)
    assert replay([crammed], PLAIN) == CardState()
    assert [row.id.int for row in uncancelled([crammed, studied])] == [1, 2]


def test_a_card_that_was_reset_is_new_and_can_be_begun_on_the_same_day() -> None:
    rows = [review(1, 0, rating=Rating.GOOD), review(2, 9, rating=Rating.AGAIN)]
    reset = review(3, 9, hour=13, action="reset")
    again = review(4, 9, hour=14, rating=Rating.EASY)

    assert replay([*rows, reset], PLAIN) == CardState()
    assert replay([*rows, reset, again], PLAIN) == replay([again], PLAIN)
    assert replay([*rows, reset, review(5, 9, hour=15, cancels=reset.id)], PLAIN) == replay(rows, PLAIN)


def test_a_due_date_is_set_on_a_card_with_a_memory_alone_and_can_be_taken_back() -> None:
    studied = review(1, 0, rating=Rating.GOOD)
    put_off = review(2, 1, action="due", due_on=FIRST + timedelta(days=40))
    card = replay([studied, put_off], PLAIN)

    assert card.due_on == put_off.due_on
    # What is older than the setting of a date comes late, and only a replay puts it in its place.
    assert (card.probed_at, card.last_at) == (put_off.at, studied.at)
    assert replay([put_off], PLAIN) == CardState()
    assert replay([studied, put_off, review(3, 2, cancels=put_off.id)], PLAIN) == replay([studied], PLAIN)


def test_a_probe_after_a_date_was_set_schedules_as_usual() -> None:
    first, second = review(1, 0, rating=Rating.GOOD), review(3, 5, rating=Rating.GOOD)
    rows = [first, review(2, 1, action="due", due_on=FIRST + timedelta(days=40)), second]

    assert replay(rows, PLAIN, b"card") == replay([first, second], PLAIN, b"card")


@given(logs(), st.data())
def test_cancelling_equals_never_having_reviewed(log: list[LoggedReview], data: st.DataObject) -> None:
    undone = data.draw(st.sampled_from([row for row in log if row.cancels is None]))
    cancel = review(99, 21, cancels=undone.id)
    without = [row for row in log if row.id != undone.id]

    assert replay([*log, cancel], PLAIN) == replay(without, PLAIN)


def test_cancelling_everything_leaves_a_new_card() -> None:
    rows = [review(1, 0, right=True), review(2, 0, hour=13, cancels=UUID(int=1))]

    assert replay(rows, PLAIN) == CardState()
    assert replay([], PLAIN) == CardState()


def test_a_regrade_puts_its_outcome_in_the_place_of_the_first() -> None:
    wrong, later = review(1, 0, right=False), review(2, 5, rating=Rating.GOOD)
    regrade = review(3, 0, right=True, cancels=wrong.id)
    expected = replay([review(4, 0, right=True), later], PLAIN)

    assert replay([wrong, later, regrade], PLAIN) == expected


def test_a_second_regrade_does_not_bring_the_first_outcome_back() -> None:
    rows = [
        review(1, 0, right=False),
        review(2, 0, right=True, cancels=UUID(int=1)),
        review(3, 0, right=True, guess=0.5, cancels=UUID(int=2)),
    ]

    assert [row.id.int for row in uncancelled(rows)] == [3]


def test_only_the_first_probe_of_a_study_day_moves_the_memory() -> None:
    first = review(2, 0, hour=9, rating=Rating.AGAIN)
    second = review(1, 0, hour=10, rating=Rating.EASY)
    alone, both = replay([first], PLAIN), replay([second, first], PLAIN)

    assert both.memory == alone.memory == initial(Rating.AGAIN)
    assert (both.reps, both.lapses, both.due_on, both.last_at) == (1, 0, alone.due_on, first.at)
    assert (both.probed_at, both.last_right) == (second.at, True)
    assert (alone.probed_at, alone.last_right) == (first.at, False)


def test_cancelling_the_first_probe_of_a_day_makes_the_second_count() -> None:
    rows = [review(1, 0, hour=9, rating=Rating.AGAIN), review(2, 0, hour=10, rating=Rating.EASY)]

    assert replay([*rows, review(3, 0, cancels=UUID(int=1))], PLAIN).memory == initial(Rating.EASY)


def test_a_later_probe_on_an_earlier_study_day_is_log_only() -> None:
    before = review(1, 5, rating=Rating.GOOD)
    after_the_journey = LoggedReview(
        id=UUID(int=2),
        fact=FACT,
        study_day=FIRST + timedelta(days=4),
        at=before.at + timedelta(hours=3),
        right=False,
    )
    card = replay([before, after_the_journey], PLAIN)

    assert card.memory == initial(Rating.GOOD)
    assert card.last_on == before.study_day
    assert card.last_right is False


def test_equal_times_are_ordered_by_id() -> None:
    rows = [review(7, 0, rating=Rating.EASY), review(3, 0, rating=Rating.AGAIN)]

    assert replay(rows, PLAIN).memory == initial(Rating.AGAIN)


def test_forgetting_at_the_first_meeting_is_no_lapse() -> None:
    rows = [
        review(1, 0, rating=Rating.AGAIN),
        review(2, 1, rating=Rating.AGAIN),
        review(3, 2, rating=Rating.HARD),
    ]

    assert replay(rows, PLAIN).lapses == 1


@given(logs())
def test_advancing_one_by_one_equals_replay_and_reports_what_settled(log: list[LoggedReview]) -> None:
    state, settled = CardState(), 0
    for row in standing(log):
        before = state
        state, done = advance(state, row, PLAIN, b"card")
        if done is not None:
            settled += 1
            assert done.memory == state.memory
        elif row.action == "reset":
            assert state == CardState()
            settled = 0
        else:
            assert state.memory == before.memory

    assert state == replay(log, PLAIN, b"card")
    assert settled == state.reps


@given(logs())
def test_replay_is_due_after_the_interval_fuzzed_for_that_card_and_count(log: list[LoggedReview]) -> None:
    card = replay([row for row in log if row.due_on is None], PLAIN, b"card")
    assume(card.reps > 0)

    assert card.due_on == days_later(card, fuzz_factor(b"card", card.reps))


def test_the_weights_of_the_scheduling_are_used() -> None:
    other = Scheduling(weights=(*DEFAULT_WEIGHTS[:2], 9.0, *DEFAULT_WEIGHTS[3:]))

    assert replay([review(1, 0, right=True)], other).memory == initial(Rating.GOOD, other.weights)


def test_a_log_of_two_facts_is_refused() -> None:
    stranger = LoggedReview(
        id=UUID(int=2), fact=UUID(int=2), study_day=FIRST, at=datetime(2024, 1, 1, tzinfo=UTC), right=True
    )
    with pytest.raises(ValueError, match="one fact"):
        replay([review(1, 0, right=True), stranger], PLAIN)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({}, "neither"),
        ({"rating": Rating.GOOD, "right": True}, "both rated and graded"),
        ({"rating": Rating.GOOD, "action": "reset"}, "both a probe and an action"),
        ({"action": "reset", "is_cram": True}, "both a probe and an action"),
        ({"action": "due"}, "no due date"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(how: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        review(1, 0, **how)


@pytest.mark.parametrize(
    ("how", "remembered"),
    [
        ({"rating": Rating.AGAIN}, False),
        ({"rating": Rating.HARD}, True),
        ({"right": True}, True),
        ({"right": False}, False),
        ({"cancels": UUID(int=5)}, False),
    ],
)
def test_a_row_says_whether_the_fact_was_remembered(how: dict[str, Any], remembered: bool) -> None:
    assert review(1, 0, **how).is_remembered is remembered
