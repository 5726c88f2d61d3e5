"""The form grows with the memory: recognised first, produced once it holds, and another question each time."""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.form_growth import (
    FLASHCARD,
    PRODUCING,
    RECOGNISING,
    Candidate,
    Growth,
    Stage,
    choose_form,
    read_growth,
)
from quizapp.core.questions import TYPES

types = st.sampled_from(sorted(RECOGNISING | PRODUCING))


def question(number: int, form: str, facts: int = 1, begun: int = 0) -> Candidate:
    return Candidate(UUID(int=number), form, facts, begun)


candidates = st.lists(
    st.builds(question, st.integers(1, 99), types, st.integers(1, 3), st.integers(0, 3)),
    max_size=8,
    unique_by=lambda one: one.question,
)
stabilities = st.one_of(st.none(), st.floats(0.01, 60))
responses = st.lists(st.tuples(st.one_of(types, st.just(FLASHCARD)), st.booleans()), max_size=8)
growths = st.builds(read_growth, stabilities, responses)
turns = st.integers(0, 20)

CHOICE, TRUE_FALSE = question(1, "choice"), question(2, "true-false")
SHORT, DATE = question(3, "short"), question(4, "date")
ALL = [CHOICE, TRUE_FALSE, SHORT, DATE]


def test_every_type_is_either_recognised_or_produced() -> None:
    assert not RECOGNISING & PRODUCING
    assert set(TYPES) == RECOGNISING | PRODUCING


@pytest.mark.parametrize(
    ("growth", "stage"),
    [
        (Growth(), Stage.RECOGNISE),
        (Growth(6.9), Stage.RECOGNISE),
        (Growth(7.0), Stage.ALTERNATE),
        (Growth(20.9), Stage.ALTERNATE),
        (Growth(21.0), Stage.PRODUCE),
        (read_growth(40.0, [("short", False)]), Stage.RECOGNISE),
        (read_growth(40.0, [("short", False), ("choice", True)]), Stage.PRODUCE),
        (read_growth(40.0, [("short", False), ("date", False), ("choice", True)]), Stage.ALTERNATE),
        (read_growth(40.0, [("short", False)] * 4 + [("short", True)] * 2), Stage.PRODUCE),
        (read_growth(40.0, [("choice", False)] * 4), Stage.PRODUCE),
    ],
)
def test_a_memory_is_recognised_until_it_holds_and_produced_once_it_is_strong(
    growth: Growth, stage: Stage
) -> None:
    assert growth.stage is stage


@given(candidates, growths, st.one_of(st.none(), types), turns)
def test_what_is_chosen_is_there_and_all_its_facts_are_begun(
    offered: list[Candidate], growth: Growth, wanted: str | None, turn: int
) -> None:
    chosen = choose_form(offered, growth, wanted=wanted, turn=turn)
    if chosen is not None:
        assert chosen in offered
        assert chosen.facts == 1 or chosen.begun >= chosen.facts


@given(candidates, growths, turns)
def test_a_weak_memory_is_never_asked_to_produce(offered: list[Candidate], growth: Growth, turn: int) -> None:
    chosen = choose_form(offered, growth, turn=turn)
    if growth.stage is Stage.RECOGNISE:
        assert chosen is None or chosen.type in RECOGNISING
    else:
        askable = [one for one in offered if one.facts == 1 or one.begun >= one.facts]
        assert (chosen is None) == (not askable)


@given(candidates, growths, turns, st.data())
def test_the_order_of_the_candidates_is_irrelevant(
    offered: list[Candidate], growth: Growth, turn: int, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(offered))

    assert choose_form(shuffled, growth, turn=turn) == choose_form(offered, growth, turn=turn)


@pytest.mark.parametrize("stability", [None, 3.0, 12.0, 60.0])
def test_it_is_another_question_each_time(stability: float | None) -> None:
    growth = Growth(stability)
    shown = [choose_form(ALL, growth, turn=turn) for turn in range(12)]

    assert all(one != after for one, after in pairwise(shown))


def test_between_both_recognising_and_producing_take_turns_through_all_their_questions() -> None:
    shown = [choose_form(ALL, Growth(12.0), turn=turn) for turn in range(4)]

    assert [one.type in PRODUCING for one in shown if one] == [False, True, False, True]
    assert set(shown) == set(ALL)


def test_a_strong_memory_produces_and_recognises_only_where_nothing_else_is_there() -> None:
    strong = Growth(60.0)

    assert {choose_form(ALL, strong, turn=turn) for turn in range(4)} == {SHORT, DATE}
    assert choose_form([CHOICE], strong) == CHOICE


def test_where_nothing_fits_it_is_a_flashcard() -> None:
    assert choose_form([], Growth(60.0)) is None
    assert choose_form([SHORT, DATE], Growth()) is None
    assert choose_form([question(1, "map", facts=4, begun=3)], Growth(60.0)) is None


def test_the_form_that_the_learner_wants_wins_if_it_is_there() -> None:
    several = question(5, "matching", facts=4, begun=3)

    assert choose_form(ALL, Growth(), wanted="date") == DATE
    assert choose_form(ALL, Growth(60.0), wanted="choice", turn=3) == CHOICE
    assert choose_form(ALL, Growth(60.0), wanted=FLASHCARD) is None
    assert choose_form([*ALL, several], Growth(), wanted="matching") in {CHOICE, TRUE_FALSE}


@pytest.mark.parametrize("outcome", [True, False])
def test_producing_is_tried_again_however_it_went(outcome: bool) -> None:
    log: list[tuple[str, bool]] = []
    for turn in range(12):
        shown: Any = choose_form(ALL, read_growth(30.0, log), turn=turn)
        log.append((shown.type, outcome if shown.type in PRODUCING else True))

    assert any(form in PRODUCING for form, _ in log[-4:])
