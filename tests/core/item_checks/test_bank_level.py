from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from quizapp.core import item_checks
from quizapp.core.generation import generate
from quizapp.core.questions import ChoiceQuestion, Option
from tests.bank_strategies import full_bank

QUESTIONS = generate(full_bank(), every_form=True)
CHOICE = next(question for question in QUESTIONS if isinstance(question, ChoiceQuestion))


def cued(number, key):
    """A choice whose key is the longest option and always stands at one place."""
    texts = ["red", "grey", "blue", "gold"]
    texts[key] = "a very long shade of green"
    options = [Option(f"o{place}", text, place == key, "Because.") for place, text in enumerate(texts)]
    return replace(CHOICE, id=f"harbours/cued-{number}/choice", options=tuple(options))


def test_the_report_counts_types_and_key_positions():
    report = item_checks.report(QUESTIONS)

    assert sum(report.types.values()) == len(QUESTIONS)
    assert sum(report.key_positions.values()) == report.types["choice"]
    assert 0 < report.true_share < 1


def test_a_sound_bank_gives_tricks_nothing():
    assert not [one for one in item_checks.report(QUESTIONS).strategies if one.beats_chance]


def test_a_bank_whose_key_is_always_longest_is_remarked_on():
    report = item_checks.report([cued(number, number % 4) for number in range(24)])
    rates = {one.name: one for one in report.strategies}

    assert rates["longest"].rate == 1
    assert rates["longest"].chance == 0.25
    assert rates["longest"].beats_chance
    assert rates["shortest"].rate == 0
    assert not rates["middle"].beats_chance
    assert any("“longest”" in remark for remark in report.remarks)


def test_keys_that_always_stand_in_the_middle_are_remarked_on():
    report = item_checks.report([cued(number, 1 + number % 2) for number in range(40)])

    assert {one.name for one in report.strategies if one.beats_chance} >= {"middle"}


def test_a_seeded_shuffle_spreads_keys_that_stand_at_one_place():
    positions = item_checks.report([cued(number, 0) for number in range(200)]).key_positions

    assert set(positions) == {1, 2, 3, 4}
    assert all(30 <= count <= 70 for count in positions.values())


def test_statements_that_are_nearly_all_true_are_remarked_on():
    true_one = next(one for one in QUESTIONS if one.type == "true-false" and one.options[0].correct)
    report = item_checks.report([replace(true_one, id=str(number)) for number in range(20)])

    assert report.true_share == 1
    assert any("20 of 20 true-false statements are true" in remark for remark in report.remarks)


def test_a_type_that_dominates_is_remarked_on():
    short = next(one for one in QUESTIONS if one.type == "short")
    report = item_checks.report([CHOICE, *(replace(short, id=str(number)) for number in range(9))])

    assert any("9 of 10 questions are of type short" in remark for remark in report.remarks)


def test_a_fact_that_dominates_is_remarked_on():
    same = [replace(CHOICE, id=str(number)) for number in range(13)]
    report = item_checks.report([*same, *QUESTIONS])

    assert any(f"questions probe the fact {CHOICE.facts[0]}" in remark for remark in report.remarks)
    assert not any("probe the fact" in remark for remark in item_checks.report(QUESTIONS).remarks)


def test_keys_that_the_shuffle_leaves_at_one_place_are_remarked_on():
    # One question shuffled the same way over and over: as if chance itself were broken.
    report = item_checks.report([cued(0, 1)] * 60)

    assert len(report.key_positions) == 1
    assert "keys do not stand evenly after the shuffle" in report.remarks
    assert "keys do not stand evenly after the shuffle" not in item_checks.report(QUESTIONS).remarks


def test_what_stands_first_or_last_as_written_is_a_trick_like_any_other():
    rates = {one.name: one.rate for one in item_checks.report([cued(1, 0)] * 3 + [cued(2, 3)]).strategies}

    assert (rates["first"], rates["last"]) == (0.75, 0.25)


def test_over_enough_questions_a_trick_that_helps_or_misleads_is_too_telling():
    longest = [cued(number, number % 4) for number in range(item_checks.ENOUGH_CHOICES)]
    telling = {one.name for one in item_checks.report(longest).telling}

    assert {"longest", "shortest"} <= telling
    assert telling.isdisjoint({"first", "last", "middle"})
    assert item_checks.report(longest[1:]).telling == ()


@given(st.integers(0, 3))
def test_a_trick_within_two_points_of_chance_tells_too_little(place):
    even = [cued(number, number % 4) for number in range(400)]
    a_few = [cued(number, place) for number in range(400, 404)]
    telling = {one.name for one in item_checks.report(even + a_few).telling}

    assert telling.isdisjoint({"first", "last", "middle"})


def test_an_empty_bank_has_nothing_to_report():
    report = item_checks.report([])

    assert (report.types, report.strategies, report.true_share, report.remarks) == ({}, (), None, ())
