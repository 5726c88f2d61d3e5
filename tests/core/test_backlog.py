"""A backlog spread over days: nothing is left out, most at risk comes first, and waiting never gains anything."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core import backlog
from quizapp.core.backlog import OverdueCard
from quizapp.core.memory import retrievability

TODAY = date(2026, 3, 1)
CARDS = st.lists(
    st.builds(OverdueCard, st.floats(0.1, 1000, allow_nan=False), st.integers(0, 2000)), max_size=40
)
LOADS = st.dictionaries(
    st.integers(-40, 40).map(lambda ahead: TODAY + timedelta(days=ahead)), st.integers(0, 200), max_size=20
)


def days_of(first: int, last: int) -> tuple[date, date]:
    return TODAY + timedelta(days=first), TODAY + timedelta(days=last)


def test_a_backlog_is_heavy_from_more_than_two_usual_days_on() -> None:
    assert not backlog.is_heavy(40, 20)
    assert backlog.is_heavy(41, 20)


def test_all_in_one_day_waits_for_nothing_and_loses_nothing() -> None:
    made = backlog.spread(10, [OverdueCard(5, 9)] * 10, 1, 8)
    assert (made.days, made.cards_a_day, made.minutes_a_day, made.lost) == (1, 10, 2, 0)


def test_two_cards_over_two_days_lose_what_the_safer_one_forgets_in_a_day() -> None:
    risky, safe = OverdueCard(2, 20), OverdueCard(50, 20)
    lost = retrievability(50, 20) - retrievability(50, 21)
    for cards in ([risky, safe], [safe, risky]):
        assert backlog.spread(2, cards, 2, 8).lost == pytest.approx(lost)


def test_waiting_a_week_loses_what_every_card_forgets_in_it() -> None:
    lost = retrievability(5, 9) - retrievability(5, 16)
    assert backlog.lost_by_waiting([OverdueCard(5, 9)] * 3, 7) == pytest.approx(3 * lost)


def test_a_span_is_a_day_at_least() -> None:
    with pytest.raises(ValueError, match="over 0 days"):
        backlog.spread(1, [], 0, 8)


@given(CARDS, st.integers(1, 60))
def test_spreading_loses_no_less_than_nothing_and_no_more_than_waiting_to_the_last_day(
    cards: list[OverdueCard], days: int
) -> None:
    lost = backlog.spread(len(cards), cards, days, 8).lost
    assert -1e-9 <= lost <= backlog.lost_by_waiting(cards, days - 1) + 1e-9


@given(LOADS, st.integers(0, 30), st.none() | st.integers(-5, 40))
def test_no_card_is_left_out_and_none_is_asked_twice(
    loads: dict[date, int], first_of_pause: int, relief: int | None
) -> None:
    through = None if relief is None else TODAY + timedelta(days=relief)
    paused = days_of(first_of_pause, first_of_pause + 5)
    asked = backlog.cards_by_day(loads, TODAY, 60, relief_through=through, paused=paused)
    assert [day for day, _ in asked] == [TODAY + timedelta(days=ahead) for ahead in range(60)]
    assert sum(cards for _, cards in asked) == sum(loads.values())
    assert not any(cards for day, cards in asked if paused[0] <= day <= paused[1])


def test_what_is_overdue_is_asked_today() -> None:
    loads = {TODAY - timedelta(days=3): 7, TODAY: 2, TODAY + timedelta(days=1): 4}
    assert [cards for _, cards in backlog.cards_by_day(loads, TODAY, 3)] == [9, 4, 0]


def test_what_is_overdue_is_spread_through_the_last_day_of_relief() -> None:
    loads = {TODAY - timedelta(days=3): 10}
    asked = backlog.cards_by_day(loads, TODAY, 5, relief_through=TODAY + timedelta(days=2))
    assert [cards for _, cards in asked] == [4, 3, 3, 0, 0]


def test_what_falls_into_a_pause_waits_for_its_end() -> None:
    loads = {TODAY - timedelta(days=1): 3, TODAY + timedelta(days=1): 4}
    asked = backlog.cards_by_day(loads, TODAY, 4, paused=days_of(0, 1))
    assert [cards for _, cards in asked] == [0, 0, 7, 0]
