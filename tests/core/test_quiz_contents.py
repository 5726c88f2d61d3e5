"""What a quiz asks: written down and read again, counted, and refused where it makes no sense."""

from __future__ import annotations

import json
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.facts import Standing
from quizapp.core.quiz_contents import (
    DIFFICULTIES,
    MOST_QUESTIONS,
    Contents,
    DrawRule,
    FixedQuestion,
    Section,
    contents_from_list,
    contents_to_list,
    one_rule,
)

SET, OTHER = UUID(int=1), UUID(int=2)

weights = st.floats(0.01, 100)
words = st.text("abc-", max_size=6)
fixed = st.builds(FixedQuestion, st.uuids(), weights)
rules = st.builds(
    DrawRule,
    count=st.integers(1, MOST_QUESTIONS),
    sets=st.lists(st.uuids(), min_size=1, max_size=3, unique=True).map(tuple),
    topics=st.lists(words, max_size=3).map(tuple),
    types=st.lists(st.sampled_from(["choice", "map"]), max_size=2).map(tuple),
    difficulties=st.lists(st.sampled_from(list(DIFFICULTIES)), max_size=3).map(tuple),
    standings=st.lists(st.sampled_from([one.value for one in Standing]), max_size=3).map(tuple),
    chosen_by=st.sampled_from(["unseen", "mistakes", "weak"]),
    weight=weights,
)
sections = st.builds(Section, st.text(max_size=20), st.lists(fixed | rules, max_size=4).map(tuple))
some_contents = st.builds(Contents, st.lists(sections, max_size=4).map(tuple))


@given(some_contents)
def test_contents_survive_being_kept_as_json(contents):
    assert contents_from_list(json.loads(json.dumps(contents_to_list(contents)))) == contents


@given(some_contents)
def test_a_quiz_wants_as_many_questions_as_its_items(contents):
    assert contents.count == sum(section.count for section in contents.sections)
    assert contents.count == sum(item.count for item in contents.items)


@given(some_contents)
def test_each_set_that_is_drawn_from_is_named_once(contents):
    assert len(set(contents.sets)) == len(contents.sets)
    assert set(contents.sets) == {set_id for rule in contents.rules for set_id in rule.sets}


def test_one_rule_draws_all_but_what_is_invented_unless_that_is_wanted():
    plain, invented = one_rule(5, SET, topics=["dates"]), one_rule(5, SET, with_fiction=True)
    assert (plain.count, plain.topics, plain.includes_fiction) == (5, ("dates",), False)
    assert (invented.topics, invented.includes_fiction) == ((), True)


def test_topics_of_several_rules_are_none_of_the_quiz():
    both = (DrawRule(count=1, sets=(SET,), topics=("dates",)), DrawRule(count=1, sets=(OTHER,)))
    assert Contents((Section("", both),)).topics == ()


@pytest.mark.parametrize(
    "settings",
    [
        {"count": 0},
        {"count": MOST_QUESTIONS + 1},
        {"sets": ()},
        {"chosen_by": "chance"},
        {"difficulties": ("deadly",)},
        {"weight": 0},
        {"weight": 101},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(settings):
    with pytest.raises(ValueError, match=r"."):
        DrawRule(**{"count": 1, "sets": (SET,), **settings})


@pytest.mark.parametrize("weight", [0, -1, 100.5, float("nan")])
def test_a_question_is_worth_something_and_not_the_world(weight):
    with pytest.raises(ValueError, match="marks"):
        FixedQuestion(SET, weight)


def test_the_steps_of_difficulty_follow_one_another_without_a_gap():
    bounds = list(DIFFICULTIES.values())
    assert (bounds[0][0], bounds[-1][1]) == (0, 1)
    assert all(one[1] == harder[0] for one, harder in pairwise(bounds))


@pytest.mark.parametrize("data", [[{"title": "A"}], [{"title": "", "items": [{"draw": 3}]}]])
def test_what_was_not_written_here_is_not_read(data):
    with pytest.raises(KeyError):
        contents_from_list(data)
