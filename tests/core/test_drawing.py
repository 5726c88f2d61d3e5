"""Drawing: every fact once, topics in turn, the unseen first, nothing that gives another away."""

from __future__ import annotations

import random
from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.drawing import Candidate, draw, gives_away, telling_texts
from quizapp.core.questions import (
    ChoiceQuestion,
    Citation,
    ClozeQuestion,
    DateQuestion,
    Option,
    TrueFalseQuestion,
)

TYPES = ("choice", "short", "cloze", "date", "true-false")


def candidate(number, fact, *, topic="a", kind="choice", stem="", keys=(), seen=0):
    return Candidate(
        question=UUID(int=number),
        facts=(UUID(int=1000 + fact),),
        type=kind,
        topic=topic,
        stem=stem or f"Question {number}?",
        keys=keys,
        times_seen=seen,
    )


@st.composite
def pools(draw_from):
    count = draw_from(st.integers(1, 25))
    return [
        candidate(
            number,
            draw_from(st.integers(0, 12)),
            kind=draw_from(st.sampled_from(TYPES)),
            stem=f"What of {draw_from(st.sampled_from(['Oslo', 'Rome', 'Lima', 'Bonn']))}?",
            keys=tuple(draw_from(st.sets(st.sampled_from(["Oslo", "Rome", "Lima", "Kiel"]), max_size=1))),
            seen=draw_from(st.integers(0, 3)),
        )
        for number in range(count)
    ]


@given(pools(), st.integers(0, 30), st.integers())
def test_a_draw_is_no_longer_than_asked_and_probes_each_fact_once_without_giving_anything_away(
    pool, count, seed
):
    drawn = draw(pool, count, random.Random(seed))
    assert len(drawn) <= count
    facts = [fact for one in drawn for fact in one.facts]
    assert len(set(facts)) == len(facts)
    assert not any(gives_away(one, other) for one in drawn for other in drawn if one is not other)


@given(pools(), st.integers(0, 30), st.integers(), st.randoms(use_true_random=False))
def test_a_draw_follows_from_the_seed_and_not_from_the_order_of_the_candidates(pool, count, seed, order):
    shuffled = pool[:]
    order.shuffle(shuffled)
    assert draw(pool, count, random.Random(seed)) == draw(shuffled, count, random.Random(seed))


@given(st.integers(1, 12), st.integers())
def test_topics_take_turns_until_one_runs_out(count, seed):
    pool = [candidate(n, n, topic="large") for n in range(20)] + [
        candidate(n, n, topic="small") for n in range(50, 56)
    ]
    topics = Counter(one.topic for one in draw(pool, count, random.Random(seed)))
    assert abs(topics["large"] - topics["small"]) <= 1


def test_a_topic_that_runs_out_leaves_its_turns_to_the_others():
    pool = [candidate(n, n, topic="large") for n in range(20)] + [candidate(50, 50, topic="small")]
    topics = Counter(one.topic for one in draw(pool, 10, random.Random(1)))
    assert topics == {"large": 9, "small": 1}


@given(st.integers())
def test_facts_asked_before_come_after_those_never_asked_whatever_question_it_was(seed):
    pool = [candidate(n, n) for n in range(5)]
    pool += [candidate(100 + n, 10 + n, seen=1) for n in range(5)]
    pool += [candidate(200 + n, 10 + n, seen=0) for n in range(5)]
    drawn = draw(pool, 5, random.Random(seed))
    assert {one.facts[0].int - 1000 for one in drawn} == {0, 1, 2, 3, 4}


@given(st.integers())
def test_of_the_questions_of_a_fact_the_type_drawn_least_is_taken(seed):
    pool = [candidate(10 * fact + at, fact, kind=kind) for fact in range(10) for at, kind in enumerate(TYPES)]
    types = Counter(one.type for one in draw(pool, 10, random.Random(seed)))
    assert set(types.values()) == {2}


@given(st.integers())
def test_many_facts_that_know_but_one_type_do_not_crowd_a_quiz(seed):
    pool = [candidate(n, n, kind="true-false") for n in range(60)]
    pool += [
        candidate(100 + 5 * n + at, 100 + n, kind=kind) for n in range(10) for at, kind in enumerate(TYPES)
    ]
    types = Counter(one.type for one in draw(pool, 10, random.Random(seed)))
    assert set(types.values()) == {2}


@given(st.integers())
def test_of_topics_with_equal_turns_the_one_that_has_something_new_goes_on(seed):
    pool = [candidate(1, 1, topic="a"), candidate(2, 2, topic="a", seen=1)]
    pool += [candidate(n, n, topic="b") for n in (3, 4)]
    assert {one.question.int for one in draw(pool, 3, random.Random(seed))} == {1, 3, 4}


def test_of_one_type_the_question_seen_least_is_taken():
    pool = [candidate(1, 1, seen=2), candidate(2, 1, seen=1)]
    assert [one.question.int for one in draw(pool, 1, random.Random(0))] == [2]


@pytest.mark.parametrize("seed", range(6))
def test_a_question_is_kept_out_whose_key_stands_in_the_stem_of_another(seed):
    told = candidate(1, 1, stem="Where did the meeting in Oslo end?", keys=("At noon",))
    asked = candidate(2, 2, stem="Which city hosted it?", keys=("Oslo",), seen=1)
    other = candidate(3, 2, stem="It was held in winter.", seen=2)
    assert draw([told, asked], 2, random.Random(seed)) == [told]
    assert {one.question.int for one in draw([told, asked, other], 2, random.Random(seed))} == {1, 3}
    assert gives_away(told, asked)
    assert gives_away(asked, told)


def test_a_key_inside_a_longer_word_gives_nothing_away():
    assert not gives_away(candidate(1, 1, stem="Which Nigerian city?"), candidate(2, 2, keys=("Niger",)))


def common(stem):
    return {
        "id": "x", "facts": ("f",), "stem": stem, "explanation": "", "cite": Citation(""),
        "standing": "documented", "treatment": "plain", "topic": "a",
    }  # fmt: skip


def test_what_gives_a_question_away_is_its_key_in_every_accepted_form_but_never_the_word_true():
    options = (Option("1", "Oslo", True, ""), Option("2", "Rome", False, ""))
    truth = (Option("true", "True", True, ""), Option("false", "False", False, ""))
    assert telling_texts(ChoiceQuestion(**common("?"), options=options)) == ("Oslo",)
    assert telling_texts(ClozeQuestion(**common("____"), accept=("Oslo", "Christiania"))) == (
        "Oslo",
        "Christiania",
    )
    dated = DateQuestion(**common("When?"), accept=("2014-09",), parts=("month", "year"))
    assert telling_texts(dated) == ("September 2014",)
    assert telling_texts(TrueFalseQuestion(**common("It is so."), options=truth)) == ()
