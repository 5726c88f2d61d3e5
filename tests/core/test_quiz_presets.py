"""The presets of a quiz, and what its settings must fit."""

from __future__ import annotations

import uuid
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core import disclosure
from quizapp.core.attempts import Navigation
from quizapp.core.disclosure import Disclosure, Item, Phase
from quizapp.core.marking import LateStep
from quizapp.core.quiz_contents import Contents, DrawRule, FixedQuestion, Section, one_rule
from quizapp.core.quiz_presets import PRESETS, SHOWN, Settings, problems, with_preset

if TYPE_CHECKING:
    from quizapp.core.quiz_presets import Problem

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEN = one_rule(10, uuid.UUID(int=1))
PLAIN = Settings(title="Rivers")
#: As an instructor would date it.
DATED = replace(PLAIN, opens_at=NOON, due_at=NOON + timedelta(days=7), closes_at=NOON + timedelta(days=14))


def found(settings: Settings, contents: Contents = TEN) -> list[tuple[str, bool]]:
    return [(one.field, one.is_missing) for one in problems(settings, contents)]


def hard(some: list[Problem]) -> list[Problem]:
    return [one for one in some if not one.is_missing]


def test_a_plain_quiz_has_no_problem() -> None:
    assert problems(PLAIN, TEN) == []


@pytest.mark.parametrize("name", list(PRESETS))
def test_a_preset_fits_together_once_the_quiz_is_dated(name: str) -> None:
    assert problems(with_preset(DATED, name), TEN) == []


@pytest.mark.parametrize("name", list(PRESETS))
def test_a_preset_can_be_kept_as_a_draft_before_it_is_dated(name: str) -> None:
    assert hard(problems(with_preset(PLAIN, name), TEN)) == []


@pytest.mark.parametrize("name", list(PRESETS))
def test_a_preset_leaves_words_and_dates_alone(name: str) -> None:
    own = replace(DATED, instructions="Bring a pencil.", password="oak", extra_time_percent=25)
    filled = with_preset(own, name)
    kept = ("title", "instructions", "password", "opens_at", "due_at", "closes_at", "extra_time_percent")
    assert all(getattr(filled, field) == getattr(own, field) for field in kept)


@given(first=st.sampled_from(list(PRESETS)), second=st.sampled_from(list(PRESETS)))
def test_the_preset_chosen_last_holds_whole(first: str, second: str) -> None:
    assert with_preset(with_preset(DATED, first), second) == with_preset(DATED, second)


def test_a_preset_sets_every_rule() -> None:
    words = {"title", "instructions", "password", "opens_at", "due_at", "closes_at", "extra_time_percent"}
    rules = {field.name for field in fields(Settings)} - words
    assert all(set(preset.values) == rules for preset in PRESETS.values())


def test_practice_can_be_checked_and_an_examination_tells_nothing_before_the_close() -> None:
    assert with_preset(PLAIN, "practice").shows.checks
    exam = with_preset(PLAIN, "examination").shows
    assert not any(exam.shows(item, Phase.AFTER) for item in Item)


@pytest.mark.parametrize("name", list(SHOWN))
def test_what_is_offered_to_be_shown_fits_together(name: str) -> None:
    assert SHOWN[name][1].problems() == []


def test_dates_come_in_order() -> None:
    day = timedelta(days=1)
    assert found(replace(PLAIN, opens_at=NOON, due_at=NOON)) == [("due_at", False)]
    assert found(replace(PLAIN, opens_at=NOON, closes_at=NOON - day)) == [("closes_at", False)]
    assert found(replace(PLAIN, due_at=NOON, closes_at=NOON - day)) == [("closes_at", False)]
    assert found(replace(PLAIN, due_at=NOON, closes_at=NOON)) == []


def test_what_shows_after_the_close_needs_one() -> None:
    late = replace(PLAIN, shows=disclosure.KEY_AFTER_CLOSE)
    assert found(late) == [("closes_at", True)]
    assert found(replace(late, closes_at=NOON)) == []


def test_late_credit_needs_a_due_moment_and_time_to_be_late() -> None:
    late = replace(PLAIN, late_steps=(LateStep(24, 50),))
    assert found(late) == [("due_at", True)]
    assert found(replace(late, due_at=NOON)) == []
    assert found(replace(late, due_at=NOON, closes_at=NOON)) == [("late_steps", False)]


def test_late_credit_falls_with_the_hours() -> None:
    due = replace(PLAIN, due_at=NOON)
    assert found(replace(due, late_steps=(LateStep(48, 50), LateStep(24, 80)))) == []
    assert found(replace(due, late_steps=(LateStep(24, 50), LateStep(48, 80)))) == [("late_steps", False)]
    assert found(replace(due, late_steps=(LateStep(24, 50), LateStep(24, 50)))) == [("late_steps", False)]


@pytest.mark.parametrize("navigation", list(Navigation))
def test_time_for_each_question_needs_the_way_without_return(navigation: Navigation) -> None:
    timed = replace(PLAIN, question_seconds=30, navigation=navigation)
    assert found(timed) == ([] if navigation == Navigation.FORWARD else [("question_seconds", False)])


def test_certainty_does_not_go_with_negative_marks() -> None:
    assert found(replace(PLAIN, certainty=True, negative_percent=25)) == [("negative_percent", False)]
    assert found(replace(PLAIN, certainty=True)) == []
    assert found(replace(PLAIN, negative_percent=25)) == []


def test_what_contradicts_itself_in_the_matrix_is_said() -> None:
    key_only = Disclosure(frozenset({(Item.KEY, Phase.AFTER)}))
    assert {field for field, _ in found(replace(PLAIN, shows=key_only))} == {"shows"}


def test_a_quiz_asks_something_but_not_too_much() -> None:
    assert found(PLAIN, Contents(())) == [("contents", True)]
    assert found(PLAIN, Contents((Section("Nothing", ()),))) == [("contents", True)]
    rule = DrawRule(count=200, sets=(uuid.UUID(int=1),))
    assert found(PLAIN, Contents((Section("", (rule,)),))) == []
    more = Contents((Section("", (rule, FixedQuestion(uuid.UUID(int=2)))),))
    assert found(PLAIN, more) == [("contents", False)]


@given(st.sets(st.tuples(st.sampled_from(list(Item)), st.sampled_from(list(Phase)))))
def test_no_problem_of_the_matrix_is_lost(ticked: set[tuple[Item, Phase]]) -> None:
    shows = Disclosure(frozenset(ticked))
    told = [one.words for one in problems(replace(DATED, shows=shows), TEN)]
    assert told == shows.problems()
