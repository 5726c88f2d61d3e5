from __future__ import annotations

from dataclasses import replace

from quizapp.core import item_checks
from quizapp.core.generation import generate
from quizapp.core.questions import ChoiceQuestion, Option
from tests.bank_strategies import full_bank

QUESTIONS = generate(full_bank())
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


def test_an_empty_bank_has_nothing_to_report():
    report = item_checks.report([])

    assert (report.types, report.strategies, report.true_share, report.remarks) == ({}, (), None, ())
