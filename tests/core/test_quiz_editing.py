"""Editing the contents of a quiz: nothing is lost on the way."""

from __future__ import annotations

import uuid
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core import quiz_editing as editing
from quizapp.core.quiz_contents import Contents, DrawRule, FixedQuestion, Section

A, B, C = (FixedQuestion(uuid.UUID(int=n)) for n in (1, 2, 3))
RULE = DrawRule(count=5, sets=(uuid.UUID(int=9),), weight=2)
TWO = Contents((Section("First", (A, B)), Section("Second", (C, RULE))))

items = st.one_of(
    st.integers(1, 99).map(lambda n: FixedQuestion(uuid.UUID(int=n))),
    st.integers(1, 20).map(lambda n: DrawRule(count=n, sets=(uuid.UUID(int=1),))),
)
sections = st.builds(Section, st.text(max_size=3), st.lists(items, min_size=1, max_size=4).map(tuple))
filled = st.lists(sections, min_size=1, max_size=4).map(lambda some: Contents(tuple(some)))


@st.composite
def places(draw: st.DrawFn) -> tuple[Contents, int, int]:
    contents = draw(filled)
    section = draw(st.integers(1, len(contents.sections)))
    return contents, section, draw(st.integers(1, len(contents.sections[section - 1].items)))


@given(places(), st.sampled_from((-1, 1)))
def test_a_move_there_and_back_changes_nothing(where: tuple[Contents, int, int], step: int) -> None:
    contents, section, place = where
    item = editing.item_at(contents, section, place)
    moved, new_section, new_place = editing.move(contents, section, place, step)
    assert editing.item_at(moved, new_section, new_place) == item
    assert Counter(moved.items) == Counter(contents.items)
    if moved != contents:
        assert editing.move(moved, new_section, new_place, -step)[0] == contents


@given(places())
def test_what_was_removed_comes_back_in_its_place(where: tuple[Contents, int, int]) -> None:
    contents, section, place = where
    item = editing.item_at(contents, section, place)
    without = editing.remove(contents, section, place)
    assert without.count == contents.count - item.count
    assert editing.insert(without, section, place, item) == contents


@given(filled, st.data())
def test_joining_sections_loses_no_question_and_keeps_their_order(
    contents: Contents, data: st.DataObject
) -> None:
    section = data.draw(st.integers(1, len(contents.sections)))
    joined = editing.join_section(contents, section)
    assert list(joined.items) == list(contents.items)
    assert len(joined.sections) == max(1, len(contents.sections) - 1)


def test_an_item_moves_over_the_edge_of_its_section() -> None:
    up, section, place = editing.move(TWO, 2, 1, -1)
    assert (up.sections[0].items, section, place) == ((A, B, C), 1, 3)
    down, section, place = editing.move(TWO, 1, 2, 1)
    assert (down.sections[1].items, section, place) == ((B, C, RULE), 2, 1)
    assert editing.move(TWO, 1, 1, -1) == (TWO, 1, 1)
    assert editing.move(TWO, 2, 2, 1) == (TWO, 2, 2)


def test_items_are_added_at_the_end_of_a_section_and_of_empty_contents() -> None:
    added = editing.append(TWO, 1, [C, RULE])
    assert added.sections[0].items == (A, B, C, RULE)
    assert editing.append(Contents(()), 1, [A, B]) == Contents((Section("", (A, B)),))
    assert editing.append(TWO, 9, [A]).sections[1].items == (C, RULE, A)


def test_titles_and_weights_are_given_by_number() -> None:
    named = editing.rename(TWO, {2: "Later"})
    assert [one.title for one in named.sections] == ["First", "Later"]
    weighed = editing.weigh(TWO, {(1, 2): 3, (2, 2): 0.5})
    assert [item.weight for item in weighed.items] == [1, 3, 1, 0.5]
    with pytest.raises(ValueError, match="marks"):
        editing.weigh(TWO, {(1, 1): 0})


def test_marks_count_each_question_of_a_rule() -> None:
    assert editing.marks_of(TWO) == 3 + 5 * 2


def test_an_item_is_changed_where_it_stands() -> None:
    assert editing.change(TWO, 2, 2, A).sections[1].items == (C, A)
    assert editing.questions_of(TWO) == {A.question_id, B.question_id, C.question_id}


@pytest.mark.parametrize(("section", "place"), [(0, 1), (1, 0), (1, 3), (3, 1)])
def test_a_place_that_is_none_is_refused(section: int, place: int) -> None:
    for step in (editing.item_at, editing.remove):
        with pytest.raises(IndexError):
            step(TWO, section, place)
    with pytest.raises(IndexError):
        editing.move(TWO, section, place, 1)


def test_a_section_is_added_and_the_only_one_stays() -> None:
    assert editing.add_section(TWO).sections[2] == Section("", ())
    one = Contents((Section("Only", (A,)),))
    assert editing.join_section(one, 1) == one
    with pytest.raises(IndexError):
        editing.join_section(TWO, 3)
