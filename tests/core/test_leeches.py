"""When help with a leech is offered, and which."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.leeches import FIRST_LAPSES, FURTHER_LAPSES, Repair, is_leech, offers


@pytest.mark.parametrize(
    ("lapses", "seen", "expected"),
    [
        (7, 0, False),
        (8, 0, True),
        (30, 0, True),
        (8, 8, False),
        (11, 8, False),
        (12, 8, True),
        (16, 13, False),
        (17, 13, True),
        (3, 0, False),
    ],
)
def test_help_comes_at_eight_lapses_and_every_four_after_it_was_seen(
    lapses: int, seen: int, expected: bool
) -> None:
    assert is_leech(lapses, seen) is expected


@given(st.integers(0, 60))
def test_whoever_waves_help_away_each_time_is_asked_every_four_lapses(upto: int) -> None:
    seen, asked = 0, []
    for lapses in range(upto + 1):
        if is_leech(lapses, seen):
            asked.append(lapses)
            seen = lapses

    assert asked == list(range(FIRST_LAPSES, upto + 1, FURTHER_LAPSES))


def test_what_there_is_not_is_not_offered() -> None:
    assert offers(has_other_form=False, has_neighbour=False) == (Repair.NOTE, Repair.REST)
    assert set(offers(has_other_form=True, has_neighbour=True)) == set(Repair)
    assert Repair.COMPARE not in offers(has_other_form=True, has_neighbour=False)
