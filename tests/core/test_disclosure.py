"""What is shown when, and when an attempt stops being a secret."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.disclosure import (
    AFTER_THE_ATTEMPT,
    ALL_AFTER_CLOSE,
    AT_ONCE,
    KEY_AFTER_CLOSE,
    Disclosure,
    Item,
    Phase,
    disclosure_from_dict,
    disclosure_to_dict,
    phase_at,
    releases_at,
)
from quizapp.core.timing import GRACE_SECONDS

CLOSES = datetime(2024, 5, 10, 9, 30, tzinfo=UTC)
GRACE = timedelta(seconds=GRACE_SECONDS)
FINISHED = CLOSES - timedelta(hours=1)
PRESETS = [AFTER_THE_ATTEMPT, AT_ONCE, KEY_AFTER_CLOSE, ALL_AFTER_CLOSE]
NOTHING = Disclosure(frozenset())
matrices = st.builds(Disclosure, st.frozensets(st.tuples(st.sampled_from(Item), st.sampled_from(Phase))))


@pytest.mark.parametrize("preset", PRESETS)
def test_the_presets_fit_together(preset: Disclosure) -> None:
    assert preset.problems() == []


@given(matrices)
def test_a_matrix_without_problems_takes_nothing_back_and_tells_no_part_of_a_secret(
    matrix: Disclosure,
) -> None:
    if matrix.problems():
        return
    for item in Item:
        shown = [matrix.shows(item, phase) for phase in (Phase.AFTER, Phase.CLOSED)]
        assert shown == sorted(shown)
    for phase in Phase:
        if matrix.shows(Item.EXPLANATIONS, phase):
            assert matrix.shows(Item.KEY, phase)
        if matrix.shows(Item.KEY, phase):
            assert matrix.shows(Item.SCORE, phase)


@pytest.mark.parametrize(
    ("ticked", "words"),
    [
        ({(Item.SCORE, Phase.AFTER)}, "must also be shown after the quiz closed"),
        ({(Item.KEY, Phase.CLOSED), (Item.RESPONSES, Phase.CLOSED)}, "knows the score"),
        ({(Item.EXPLANATIONS, Phase.CLOSED)}, "tell the key"),
        ({(Item.KEY, Phase.CLOSED), (Item.SCORE, Phase.CLOSED)}, "without one's own responses"),
        ({(Item.SCORE, phase) for phase in Phase}, "on checking"),
    ],
)
def test_what_does_not_fit_is_told_in_words(ticked: set[tuple[Item, Phase]], words: str) -> None:
    assert any(words in problem for problem in Disclosure(frozenset(ticked)).problems())


def test_own_responses_are_there_while_one_gives_them() -> None:
    assert NOTHING.shows(Item.RESPONSES, Phase.DURING)
    assert not NOTHING.shows(Item.RESPONSES, Phase.AFTER)


def test_only_what_shows_its_key_on_the_way_can_be_checked() -> None:
    assert [preset.checks for preset in PRESETS] == [False, True, False, False]


def test_what_waits_for_the_close_needs_one() -> None:
    assert [preset.needs_close for preset in PRESETS] == [False, False, True, True]


@pytest.mark.parametrize(
    ("now", "is_open", "closes_at", "expected"),
    [
        (FINISHED, True, CLOSES, Phase.DURING),
        (CLOSES + GRACE, False, CLOSES, Phase.AFTER),
        (CLOSES + GRACE + timedelta(seconds=1), False, CLOSES, Phase.CLOSED),
        (CLOSES + timedelta(days=9), False, None, Phase.AFTER),
    ],
)
def test_a_quiz_has_closed_when_no_response_can_arrive_any_more(
    now: datetime, is_open: bool, closes_at: datetime | None, expected: Phase
) -> None:
    assert phase_at(now, is_open=is_open, closes_at=closes_at) == expected


@pytest.mark.parametrize(
    ("matrix", "closes_at", "expected"),
    [
        (AFTER_THE_ATTEMPT, CLOSES, (FINISHED, True)),
        (AT_ONCE, None, (FINISHED, True)),
        (KEY_AFTER_CLOSE, CLOSES, (CLOSES + GRACE, True)),
        (ALL_AFTER_CLOSE, CLOSES, (CLOSES + GRACE, True)),
        (NOTHING, CLOSES, (CLOSES + GRACE, False)),
        (NOTHING, None, (FINISHED, False)),
        (KEY_AFTER_CLOSE, None, (FINISHED, True)),
    ],
)
def test_an_attempt_is_a_secret_until_its_key_may_be_seen(
    matrix: Disclosure, closes_at: datetime | None, expected: tuple[datetime, bool]
) -> None:
    assert releases_at(matrix, FINISHED, closes_at) == expected


@given(matrices, st.integers(-100, 100))
def test_no_secret_ends_before_the_attempt_does(matrix: Disclosure, minutes: int) -> None:
    at, _ = releases_at(matrix, FINISHED, FINISHED + timedelta(minutes=minutes))
    assert at >= FINISHED


@given(matrices)
def test_a_matrix_is_kept_as_it_is(matrix: Disclosure) -> None:
    assert disclosure_from_dict(disclosure_to_dict(matrix)) == matrix


def test_an_unknown_word_is_refused() -> None:
    with pytest.raises(ValueError, match="secret"):
        disclosure_from_dict({"secret": ["after"]})
