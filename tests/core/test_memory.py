"""The FSRS-6 step: that it is FSRS-6, and the laws a memory keeps."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import fsrs
import pytest
from fsrs.scheduler import LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS
from hypothesis import assume, example, given
from hypothesis import strategies as st

from quizapp.core.memory import (
    DEFAULT_WEIGHTS,
    Memory,
    Rating,
    Scheduling,
    Weights,
    due_in_days,
    fuzz_factor,
    fuzz_range,
    fuzzed_interval,
    hash_to_unit,
    initial,
    interval_days,
    next_outcomes,
    retrievability,
    step,
)

START = datetime(2024, 3, 1, 12, tzinfo=UTC)

ratings = st.sampled_from(Rating)
gaps = st.integers(1, 400)
histories = st.lists(st.tuples(gaps, ratings), min_size=1, max_size=12)
retentions = st.floats(0.7, 0.99)
some_weights = st.tuples(
    *(
        st.floats(low, high)
        for low, high in zip(LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
    )
)
memories = st.builds(Memory, st.floats(0.001, 5000), st.floats(1, 10))


def follow(history: list[tuple[int, Rating]], weights: Weights) -> Memory:
    memory: Memory | None = None
    for gap, rating in history:
        memory = step(memory, rating, gap, weights)
    assert memory is not None
    return memory


def assert_agrees_with_the_reference(
    history: list[tuple[int, Rating]], weights: Weights, retention: float
) -> None:
    scheduler = fsrs.Scheduler(
        weights, retention, learning_steps=(), relearning_steps=(), enable_fuzzing=False
    )
    card, memory, now = fsrs.Card(card_id=1, due=START), None, START
    for gap, rating in history:
        now += timedelta(days=gap)
        if memory is not None:
            assert retrievability(memory.stability, gap, weights) == pytest.approx(
                scheduler.get_card_retrievability(card, now), rel=1e-6
            )
        card, _ = scheduler.review_card(card, fsrs.Rating(int(rating)), now)
        memory = step(memory, rating, gap, weights)
        assert memory.stability == pytest.approx(card.stability, rel=1e-6)
        assert memory.difficulty == pytest.approx(card.difficulty, rel=1e-6)
        assert interval_days(memory.stability, retention, weights) == (card.due - now).days


@given(histories, retentions)
def test_agrees_with_the_reference_over_any_history(
    history: list[tuple[int, Rating]], retention: float
) -> None:
    assert_agrees_with_the_reference(history, DEFAULT_WEIGHTS, retention)


@given(histories, some_weights, retentions)
def test_agrees_with_the_reference_whatever_the_weights(
    history: list[tuple[int, Rating]], weights: Weights, retention: float
) -> None:
    assert_agrees_with_the_reference(history, weights, retention)


def test_default_weights_are_those_of_the_reference() -> None:
    assert fsrs.Scheduler().parameters == DEFAULT_WEIGHTS


def test_a_known_history_gives_known_numbers() -> None:
    memory = follow(
        [(1, Rating.GOOD), (2, Rating.GOOD), (11, Rating.AGAIN), (2, Rating.HARD)], DEFAULT_WEIGHTS
    )

    assert memory.stability == pytest.approx(3.5457640668533923)
    assert memory.difficulty == pytest.approx(8.254074519842886)


@given(memories)
def test_recall_is_certain_at_once_and_ninety_percent_after_the_stability(memory: Memory) -> None:
    assert retrievability(memory.stability, 0) == 1
    assert retrievability(memory.stability, memory.stability) == pytest.approx(0.9)


@given(memories, st.floats(0, 1000), st.floats(0.5, 1000))
def test_recall_falls_with_time(memory: Memory, elapsed: float, more: float) -> None:
    assert (
        0 < retrievability(memory.stability, elapsed + more) < retrievability(memory.stability, elapsed) <= 1
    )


def test_time_before_the_review_counts_as_none() -> None:
    assert retrievability(5.0, -3) == 1


@given(memories, gaps)
def test_a_better_rating_never_leaves_a_weaker_or_harder_memory(memory: Memory, gap: int) -> None:
    after = [step(memory, rating, gap) for rating in Rating]

    assert [m.stability for m in after] == sorted(m.stability for m in after)
    assert [m.difficulty for m in after] == sorted((m.difficulty for m in after), reverse=True)


@given(memories, gaps)
def test_recall_never_weakens_and_forgetting_never_strengthens(memory: Memory, gap: int) -> None:
    assert step(memory, Rating.HARD, gap).stability >= memory.stability
    assert step(memory, Rating.AGAIN, gap).stability <= max(memory.stability, 0.001)


@given(histories, some_weights)
def test_a_memory_stays_within_its_bounds(history: list[tuple[int, Rating]], weights: Weights) -> None:
    memory = follow(history, weights)

    assert memory.stability >= 0.001
    assert 1 <= memory.difficulty <= 10


@given(ratings, st.floats(-5, 400))
def test_a_fact_never_probed_starts_anew_whatever_the_days(rating: Rating, elapsed: float) -> None:
    assert step(None, rating, elapsed) == initial(rating)


def test_a_first_stability_of_nothing_is_raised_to_the_minimum() -> None:
    assert initial(Rating.AGAIN, (0.0, *DEFAULT_WEIGHTS[1:])).stability == 0.001


def test_forgetting_leaves_the_minimum_of_stability() -> None:
    assert step(Memory(0.001, 5.0), Rating.AGAIN, 1).stability == 0.001


@pytest.mark.parametrize("elapsed", [0, 0.99, -1])
def test_a_second_step_within_a_day_is_refused(elapsed: float) -> None:
    with pytest.raises(ValueError, match="once a study day"):
        step(Memory(3.0, 5.0), Rating.GOOD, elapsed)


@given(memories, retentions, st.integers(1, 36500))
def test_an_interval_lies_between_one_day_and_the_maximum(
    memory: Memory, retention: float, maximum: int
) -> None:
    assert 1 <= interval_days(memory.stability, retention, maximum=maximum) <= maximum


@given(st.floats(2, 2000), retentions)
def test_after_the_interval_recall_is_about_what_was_desired(stability: float, retention: float) -> None:
    days = interval_days(stability, retention)
    assume(1 < days < 36500)

    assert retrievability(stability, days + 1) < retention < retrievability(stability, days - 1)


def test_a_stability_beyond_all_days_gives_the_maximum() -> None:
    assert interval_days(1e300, 0.7, maximum=365) == 365
    assert interval_days(1e308, 0.01) == 36500


@pytest.mark.parametrize("retention", [0, 1, -0.2, 1.5])
def test_an_impossible_desired_retention_is_refused(retention: float) -> None:
    with pytest.raises(ValueError, match="desired retention"):
        interval_days(5.0, retention)


@given(st.one_of(st.none(), memories), gaps, retentions)
def test_outcomes_are_what_each_rating_would_do(memory: Memory, gap: int, retention: float) -> None:
    scheduling = Scheduling(desired_retention=retention)
    outcomes = next_outcomes(memory, gap, scheduling)

    assert list(outcomes) == list(Rating)
    for rating, outcome in outcomes.items():
        assert outcome.memory == step(memory, rating, gap)
        assert outcome.interval_days == interval_days(outcome.memory.stability, retention)


@given(st.one_of(st.none(), memories), gaps, st.floats(0, 1, exclude_max=True))
def test_fuzz_keeps_the_outcomes_in_order(memory: Memory, gap: int, fuzz: float) -> None:
    days = [o.interval_days for o in next_outcomes(memory, gap, Scheduling(), fuzz).values()]

    assert days == sorted(days)


def test_due_days_follow_every_part_of_the_scheduling() -> None:
    memory = Memory(100.0, 5.0)

    assert due_in_days(memory, Scheduling()) == 100
    assert due_in_days(memory, Scheduling(desired_retention=0.95)) < 100
    assert due_in_days(memory, Scheduling(maximum_days=30)) == 30
    assert due_in_days(memory, Scheduling(maximum_days=30), fuzz=0.999) == 30
    assert (
        due_in_days(memory, Scheduling(desired_retention=0.8, weights=(*DEFAULT_WEIGHTS[:20], 0.5))) == 240
    )  # 100 (0.8^-2 - 1) / (0.9^-2 - 1)


@pytest.mark.parametrize(
    ("interval", "lowest", "highest"),
    [(1, 1, 1), (2, 2, 2), (3, 2, 4), (7, 5, 9), (20, 17, 23), (100, 93, 107)],
)
def test_fuzz_moves_an_interval_within_its_range_and_no_further(
    interval: int, lowest: int, highest: int
) -> None:
    assert fuzzed_interval(interval, 0.0) == lowest
    assert fuzzed_interval(interval, 1 - 2**-53) == highest
    reached = {fuzzed_interval(interval, place / 1000) for place in range(1000)}
    assert reached == set(range(lowest, highest + 1))


@given(st.integers(1, 36500), st.floats(0, 1, exclude_max=True), st.integers(1, 36500))
@example(3, 0.0, 1)
def test_fuzz_never_passes_the_maximum(interval: int, factor: float, maximum: int) -> None:
    assert 1 <= fuzzed_interval(min(interval, maximum), factor, maximum) <= maximum


@given(st.integers(1, 40000), st.integers(1, 36500))
def test_the_fuzz_range_holds_the_interval_and_every_fuzzed_one_and_ends_at_the_maximum(
    interval: int, maximum: int
) -> None:
    interval = min(interval, maximum)
    lowest, highest = fuzz_range(interval, maximum)

    assert 1 <= lowest <= interval <= highest <= maximum
    assert fuzzed_interval(interval, 0.0, maximum) == lowest
    assert fuzzed_interval(interval, 1 - 2**-53, maximum) == highest


def test_fuzz_depends_on_the_card_and_the_count_alone() -> None:
    assert fuzz_factor(b"card", 3) == fuzz_factor(b"card", 3)
    assert len({fuzz_factor(card, reps) for card in (b"one", b"two") for reps in range(50)}) == 100


def test_hashes_spread_evenly_over_the_unit_interval() -> None:
    rng = random.Random(1)
    values = [hash_to_unit(rng.randbytes(16)) for _ in range(4000)]

    assert all(0 <= value < 1 for value in values)
    for tenth in range(10):
        assert sum(tenth <= value * 10 < tenth + 1 for value in values) == pytest.approx(400, abs=80)
