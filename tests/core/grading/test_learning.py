from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.grading import Outcome, chance_of_guessing, events_settled, grade, verdicts
from quizapp.core.questions import (
    MapQuestion,
    MarksResponse,
    MatchingQuestion,
    MultipleQuestion,
    OrderingQuestion,
    OrderResponse,
    PairsResponse,
)
from tests.question_parts import question_of
from tests.question_strategies import in_part, key_response, maps, multiples, new_types, orderings, responses


@given(st.data())
def test_a_score_lies_from_0_to_1_and_is_1_for_the_whole_key_alone(data):
    question = data.draw(new_types())
    done = grade(question, data.draw(responses(question)))

    assert 0 <= done.score <= 1
    assert (done.outcome is Outcome.RIGHT) == (done.score == 1)
    assert (done.outcome is Outcome.PARTLY) == (0 < done.score < 1)
    assert grade(question, key_response(question)).outcome is Outcome.RIGHT


@given(st.data())
def test_only_the_whole_key_is_right(data):
    question = data.draw(in_part())
    response = data.draw(responses(question))
    key = key_response(question)
    is_key = (
        isinstance(response, MarksResponse) and set(response.marks) == set(key.marks)
    ) or response == key

    assert (grade(question, response).outcome is Outcome.RIGHT) == is_key


@given(st.data())
def test_each_fact_is_judged_once_at_most_and_by_the_whole_key_as_right(data):
    question = data.draw(new_types())
    found = verdicts(question, data.draw(responses(question)))

    assert len({verdict.fact for verdict in found}) == len(found)
    assert all(0 <= verdict.fact < len(question.facts) for verdict in found)
    assert all(0 <= verdict.guess < 1 for verdict in found)
    assert [verdict.fact for verdict in verdicts(question, key_response(question))] == [
        *range(len(question.facts))
    ]
    assert all(verdict.right for verdict in verdicts(question, key_response(question)))


@given(in_part())
def test_a_blank_says_nothing_of_any_fact(question):
    assert verdicts(question, None) == ()
    assert verdicts(question, MarksResponse(())) == () or isinstance(
        question, OrderingQuestion | MatchingQuestion
    )


@given(st.one_of(multiples(), maps()))
def test_marking_everything_scores_nothing(question):
    shown = question.options if isinstance(question, MultipleQuestion) else question.places
    done = grade(question, MarksResponse(tuple(one.id for one in shown)))

    assert (done.outcome, done.score) == (Outcome.WRONG, 0)


@given(st.one_of(multiples(), maps()), st.data())
def test_one_more_right_mark_never_lowers_the_score_and_one_more_wrong_mark_never_raises_it(question, data):
    marks = data.draw(responses(question))
    keys = key_response(question).marks
    shown = question.options if isinstance(question, MultipleQuestion) else question.places
    before = grade(question, marks).score
    given_marks = marks.marks if marks else ()
    for one in shown:
        if one.id not in given_marks:
            after = grade(question, MarksResponse((*given_marks, one.id))).score
            assert after >= before if one.id in keys else after <= before


@given(st.one_of(multiples(), maps()), st.data())
def test_of_marks_each_key_is_judged_as_it_was_marked(question, data):
    response = data.draw(responses(question))
    keys = (
        question.targets
        if isinstance(question, MapQuestion)
        else tuple(option.id for option in question.options if option.correct)
    )
    if response is not None:
        found = {verdict.fact: verdict.right for verdict in verdicts(question, response)}
        wanted = {place: key in response.marks for place, key in enumerate(keys)}
        if grade(question, response).score == 0:
            wanted = {place: right for place, right in wanted.items() if not right}
        assert found == wanted


def test_marking_everything_says_nothing_of_what_was_hit():
    question = question_of("multiple")
    assert verdicts(question, MarksResponse(tuple(option.id for option in question.options))) == ()


@given(orderings(), st.data())
def test_of_an_order_the_score_is_the_share_of_neighbours_kept(question, data):
    order = data.draw(st.permutations([event.id for event in question.sequence]))
    key = [event.id for event in question.sequence]
    kept = len(set(itertools.pairwise(order)) & set(itertools.pairwise(key)))

    assert grade(question, OrderResponse(tuple(order))).score == kept / (len(key) - 1)


@pytest.mark.parametrize(
    ("order", "settled"),
    [
        ("abcde", [True, True, True, True, True]),
        ("eabcd", [True, True, True, None, False]),
        ("acdeb", [None, False, None, True, True]),
        ("bacde", [False, False, None, True, True]),
        ("cdeab", [True, False, None, True, True]),
        ("edcba", [False, False, False, False, False]),
    ],
)
def test_one_misplaced_event_is_wrong_and_those_around_it_are_not(order, settled):
    assert list(events_settled("abcde", order)) == settled


@given(st.permutations("abcdef"))
def test_an_event_is_right_if_its_neighbours_stand_beside_it_wherever_it_stands(order):
    around = ["", *order, ""]
    for place, settled in enumerate(events_settled("abcdef", order)):
        event, before, after = "abcdef"[place], "abcdef"[place - 1 : place], "abcdef"[place + 1 : place + 2]
        here = around.index(event)
        stands = before in ("", around[here - 1]) and after in ("", around[here + 1])
        assert (settled is True) == stands


@given(st.permutations("abcdef"))
def test_an_order_that_is_not_right_has_an_event_that_is_wrong(order):
    settled = events_settled("abcdef", order)
    assert (False in settled) == ("".join(order) != "abcdef")


def test_what_an_order_leaves_open_is_no_review():
    ordering = question_of("ordering", keys=("Oslo", "Lima", "Rome", "Bonn"))
    oslo, lima, rome, bonn = (event.id for event in ordering.sequence)
    found = verdicts(ordering, OrderResponse((bonn, oslo, lima, rome)))

    assert [(verdict.fact, verdict.right) for verdict in found] == [(0, True), (1, True), (3, False)]


@pytest.mark.parametrize("count", [3, 4, 5])
def test_the_chance_of_luck_with_an_event_is_what_counting_gives(count):
    ordering = question_of("ordering", keys=("Oslo", "Lima", "Rome", "Bonn", "Cork")[:count])
    key = [event.id for event in ordering.sequence]
    luck = {verdict.fact: verdict.guess for verdict in verdicts(ordering, OrderResponse(tuple(key)))}
    found = [events_settled(key, order) for order in itertools.permutations(key)]
    for place in range(count):
        assert sum(settled[place] is True for settled in found) / len(found) == pytest.approx(luck[place])


def test_of_a_matching_each_pair_that_was_made_is_judged_alone():
    matching = question_of("matching", keys=("Oslo", "Lima", "Rome"))
    one, two, three = matching.pairs
    found = verdicts(matching, PairsResponse(((one.id, one.right_id), (three.id, two.right_id))))

    assert [(verdict.fact, verdict.right) for verdict in found] == [(0, True), (2, False)]
    assert {verdict.guess for verdict in found} == {1 / 3}


def test_a_right_side_may_be_given_twice_and_is_right_once():
    matching = question_of("matching", keys=("Oslo", "Lima", "Rome"))
    right = matching.pairs[0].right_id
    done = grade(matching, PairsResponse(tuple((pair.id, right) for pair in matching.pairs)))

    assert done.score == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("kind", "chance"),
    [
        ("choice", 1 / 3),
        ("true-false", 1 / 2),
        ("short", 0),
        ("cloze", 0),
        ("date", 0),
        ("numeric", 0),
        ("multiple", 1 / 31),
        ("map", 1 / 4),
        ("ordering", 1 / 6),
        ("matching", 1 / 6),
    ],
)
def test_the_chance_of_guessing_the_whole_key_follows_the_form(kind, chance):
    assert chance_of_guessing(question_of(kind, keys=("Oslo", "Lima", "Rome"))) == pytest.approx(chance)
