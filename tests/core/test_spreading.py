"""Load spread over days: never outside the fuzz, never worse than the day that chance had chosen."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.memory import Memory, Scheduling, due_in_days, fuzz_range
from quizapp.core.spreading import EVERY_DAY, REACH_DAYS, choose_day, due_range, spread_due

MONDAY = date(2024, 1, 1)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


@st.composite
def ranges(draw: st.DrawFn) -> tuple[date, date, date]:
    first = draw(st.integers(0, 10))
    last = first + draw(st.integers(0, 12))
    return day(first), day(last), day(draw(st.integers(first, last)))


loads = st.dictionaries(st.integers(0, 25).map(day), st.integers(0, 9))
shares = st.lists(st.sampled_from([0, 50, 100]), min_size=7, max_size=7)
pauses = st.one_of(
    st.none(), st.tuples(st.integers(0, 25), st.integers(0, 9)).map(lambda p: (day(p[0]), day(p[0] + p[1])))
)
memories = st.builds(Memory, st.floats(0.01, 30000), st.floats(1, 10))


def is_out(when: date, easy: list[int], paused: tuple[date, date] | None) -> bool:
    return easy[when.weekday()] == 0 or (paused is not None and paused[0] <= when <= paused[1])


@given(ranges(), loads, shares, pauses)
def test_the_day_lies_in_the_range_and_is_never_worse_than_the_preferred_one(
    within: tuple[date, date, date],
    waiting: dict[date, int],
    easy: list[int],
    paused: tuple[date, date] | None,
) -> None:
    first, last, preferred = within
    chosen = choose_day(first, last, waiting, easy, preferred, paused)

    assert first <= chosen <= last
    if not is_out(preferred, easy, paused):
        assert not is_out(chosen, easy, paused)
        share, wished = easy[chosen.weekday()], easy[preferred.weekday()]
        assert (waiting.get(chosen, 0) + 1) * wished <= (waiting.get(preferred, 0) + 1) * share


@given(ranges(), loads, shares, pauses)
def test_no_other_day_of_the_range_has_less_to_do_for_its_share(
    within: tuple[date, date, date],
    waiting: dict[date, int],
    easy: list[int],
    paused: tuple[date, date] | None,
) -> None:
    first, last, preferred = within
    chosen = choose_day(first, last, waiting, easy, preferred, paused)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    free = [one for one in days if not is_out(one, easy, paused)]
    if not free:
        return

    def relative(one: date) -> float:
        return (waiting.get(one, 0) + 1) / easy[one.weekday()]

    assert chosen in free
    assert relative(chosen) == min(map(relative, free))
    nearest = min(abs(one - preferred) for one in free if relative(one) == relative(chosen))
    assert abs(chosen - preferred) == nearest


@given(ranges(), shares, pauses)
def test_without_any_load_and_easy_days_the_preferred_day_stays(
    within: tuple[date, date, date], easy: list[int], paused: tuple[date, date] | None
) -> None:
    first, last, preferred = within

    assert choose_day(first, last, {}, EVERY_DAY, preferred) == preferred
    if all(is_out(first + timedelta(days=n), easy, paused) for n in range((last - first).days + 1)):
        # Where every day is out, at least none of a pause is taken for one that is only easy.
        chosen = choose_day(first, last, {}, easy, preferred, paused)
        has_easy = any(
            paused is None or not paused[0] <= first + timedelta(days=n) <= paused[1]
            for n in range((last - first).days + 1)
        )
        assert has_easy == (paused is None or not paused[0] <= chosen <= paused[1])


def test_a_day_at_half_load_gets_half_of_what_the_others_get() -> None:
    half_on_wednesday = [100, 100, 50, 100, 100, 100, 100]
    waiting: Counter[date] = Counter()
    for _ in range(45):
        waiting[choose_day(day(0), day(4), waiting, half_on_wednesday, day(2))] += 1

    assert sorted(waiting.values()) == [5, 10, 10, 10, 10]
    assert waiting[day(2)] == 5


def test_a_free_day_of_the_week_stays_free_whatever_the_others_carry() -> None:
    waiting = {day(4): 500, day(5): 500}

    assert choose_day(day(4), day(6), waiting, [100] * 6 + [0], day(6)) in {day(4), day(5)}
    assert choose_day(day(6), day(6), waiting, [100] * 6 + [0], day(6)) == day(6)


def test_a_day_of_a_pause_is_avoided_even_for_one_that_is_to_stay_free() -> None:
    free_sundays = [100] * 6 + [0]

    assert choose_day(day(4), day(6), {day(6): 90}, free_sundays, day(4), (day(3), day(5))) == day(6)
    assert choose_day(day(3), day(6), {day(6): 90}, EVERY_DAY, day(4), (day(3), day(5))) == day(6)


@given(memories, st.floats(0, 1, exclude_max=True))
def test_the_range_of_a_rating_lies_within_the_fuzz_and_around_the_fuzzed_day(
    memory: Memory, fuzz: float
) -> None:
    scheduling = Scheduling()
    lowest, highest = fuzz_range(due_in_days(memory, scheduling))
    first, last, preferred = due_range(memory, scheduling, fuzz, MONDAY)

    assert (preferred - MONDAY).days == due_in_days(memory, scheduling, fuzz)
    assert MONDAY + timedelta(days=lowest) <= first <= preferred <= last <= MONDAY + timedelta(days=highest)
    assert (last - first).days <= 2 * REACH_DAYS
    assert spread_due(memory, scheduling, fuzz, MONDAY, {}) == preferred


def test_cards_of_one_lesson_do_not_come_back_on_one_day() -> None:
    memory, waiting = Memory(30.0, 5.0), Counter[date]()
    for number in range(70):
        waiting[spread_due(memory, Scheduling(), number / 70, MONDAY, waiting)] += 1
    lowest, highest = fuzz_range(30)

    assert set(waiting) == {day(number) for number in range(lowest, highest + 1)}
    assert max(waiting.values()) - min(waiting.values()) <= 1
