"""Drawing: every fact once, topics in turn, the unseen first, nothing that gives another away."""

from __future__ import annotations

import random
from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core import leaks
from quizapp.core.drawing import MOST_FACTS, Candidate, Wish, draw, draw_all
from tests.question_parts import question_of

TYPES = ("choice", "short", "cloze", "date", "true-false")


def candidate(
    number,
    fact,
    *,
    topic="a",
    kind="choice",
    stem="",
    keys=("Nowhere",),
    seen=0,
    facts=1,
    rank=0,
    set_id=None,
):
    return Candidate(
        question=UUID(int=number),
        facts=tuple(UUID(int=1000 + fact + further) for further in range(facts)),
        topic=topic,
        content=question_of(kind, stem=stem or f"Question {number}?", keys=keys),
        times_seen=seen,
        rank=rank,
        question_set=None if set_id is None else UUID(int=set_id),
    )


@st.composite
def pools(draw_from):
    count = draw_from(st.integers(1, 25))
    return [
        candidate(
            number,
            draw_from(st.integers(0, 12)),
            kind=draw_from(st.sampled_from((*TYPES, "multiple"))),
            stem=f"What of {draw_from(st.sampled_from(['Oslo', 'Rome', 'Lima', 'Bonn']))}?",
            keys=draw_from(st.sampled_from([("Oslo",), ("Rome", "Roma"), ("Lima",), ("Kiel",)])),
            seen=draw_from(st.integers(0, 3)),
            facts=draw_from(st.sampled_from([1, 1, 1, 2, 5])),
        )
        for number in range(count)
    ]


def gives_away(one, other):
    return leaks.gives_away(leaks.shown_text(one.content), leaks.secret_of(other.content))


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


@given(st.integers(1, 40), st.integers())
def test_of_five_questions_one_at_most_probes_many_facts(count, seed):
    pool = [candidate(n, n) for n in range(40)]
    pool += [candidate(100 + n, 100 + 10 * n, kind="multiple", facts=MOST_FACTS + 1) for n in range(40)]
    drawn = draw(pool, count, random.Random(seed))
    assert len(drawn) == count
    assert sum(one.is_large for one in drawn) <= count // 5


def test_questions_of_many_facts_fill_a_quiz_for_which_nothing_else_is_left():
    pool = [candidate(n, 10 * n, kind="multiple", facts=MOST_FACTS + 1) for n in range(4)]
    assert len(draw([candidate(50, 50), *pool], 4, random.Random(1))) == 4


@given(st.integers())
def test_no_fact_of_a_list_is_probed_beside_the_list(seed):
    pool = [candidate(1, 1, kind="multiple", facts=6), *(candidate(n, n) for n in range(2, 9))]
    drawn = draw(pool, 8, random.Random(seed))
    facts = [fact for one in drawn for fact in one.facts]
    assert len(set(facts)) == len(facts)


def test_a_name_that_a_typed_question_accepts_gives_away_every_question_with_that_key():
    typed = candidate(1, 1, kind="short", keys=("Oslo", "Christiania"), stem="Where is the fjord?")
    picked = candidate(2, 2, keys=("Oslo",), stem="Which city hosted it?")
    telling = candidate(3, 3, keys=("At noon",), stem="When did the ship leave Christiania?")
    for seed in range(6):
        drawn = {one.question.int for one in draw([typed, picked, telling], 3, random.Random(seed))}
        assert drawn in ({1, 2}, {3})


@pytest.mark.parametrize("seed", range(6))
def test_a_question_is_kept_out_whose_key_stands_in_the_stem_of_another(seed):
    told = candidate(1, 1, stem="Where did the meeting in Oslo end?", keys=("At noon",))
    asked = candidate(2, 2, stem="Which city hosted it?", keys=("Oslo",), seen=1)
    other = candidate(3, 2, stem="It was held in winter.", seen=2)
    assert draw([told, asked], 2, random.Random(seed)) == [told]
    assert {one.question.int for one in draw([told, asked, other], 2, random.Random(seed))} == {1, 3}


# ---- Several rules, beside what is fixed ----


@given(pools(), pools(), st.lists(st.integers(0, 24), max_size=3, unique=True), st.integers())
def test_what_is_drawn_clashes_neither_with_what_is_fixed_nor_with_what_another_rule_drew(
    pool, other, fixed_at, seed
):
    fixed = [pool[at] for at in fixed_at[:1] if at < len(pool)]
    drawn = draw_all(fixed, [Wish(pool, 4), Wish(other, 4)], random.Random(seed))
    together = [one for part in drawn for one in part]
    facts = [fact for one in [*fixed, *together] for fact in one.facts]
    assert len(set(facts)) == len(facts)
    both = [*fixed, *together]
    assert not any(gives_away(one, another) for one in both for another in both if one is not another)


@given(st.integers())
def test_a_rule_with_few_facts_is_met_before_one_that_could_use_them_up(seed):
    few = [candidate(n, n, topic="few") for n in range(3)]
    many = few + [candidate(n, n, topic="many") for n in range(10, 20)]
    drawn = draw_all((), [Wish(many, 6), Wish(few, 3)], random.Random(seed))
    assert [len(part) for part in drawn] == [6, 3]
    assert {one.topic for one in drawn[1]} == {"few"}


@given(st.integers())
def test_a_lower_rank_comes_before_topics_and_before_what_was_never_asked(seed):
    weak = [candidate(n, n, seen=5, rank=1) for n in range(3)]
    known = [candidate(10 + n, 10 + n, rank=9) for n in range(5)]
    drawn = draw([*known, *weak], 4, random.Random(seed))
    assert {one.question.int for one in weak} < {one.question.int for one in drawn}


@given(st.integers())
def test_sets_take_turns_however_many_topics_they_have(seed):
    one_topic = [candidate(n, n, set_id=1) for n in range(10)]
    many_topics = [candidate(50 + n, 50 + n, topic=f"t{n}", set_id=2) for n in range(10)]
    drawn = draw([*one_topic, *many_topics], 8, random.Random(seed))
    assert Counter(one.question_set.int for one in drawn) == {1: 4, 2: 4}
