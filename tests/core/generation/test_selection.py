from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.core.facts import Entity, EntityValue
from quizapp.core.generation import generate, generate_for
from tests.bank_strategies import (
    bank_of,
    country_fact,
    day_fact,
    full_bank,
    number_fact,
    rich_banks,
    shuffled,
    with_places,
)

laws = settings(max_examples=40, deadline=None)

RECOGNISED = {"choice", "true-false"}
PRODUCED = {"short", "cloze", "date", "numeric", "map"}


def of_single_facts(bank, seed=0):
    """The questions that facts give by themselves, by fact; those of the record apart."""
    found = defaultdict(list)
    for fact in bank.facts:
        found[fact.id] += [one for one in generate_for(bank, fact, seed) if not one.id.endswith("-2")]
    return found


def hosts(count):
    """A bank of so many hosts, all of them on the map, in which every form is sound."""
    names = [f"{first}{second}land" for first in "BCDFGHKLMN" for second in ("ar", "el", "in", "os", "um")]
    lands = {
        f"land-{place}": Entity(f"land-{place}", "country", name, code=f"X{place:02}")
        for place, name in enumerate(names[:count])
    }
    treaties = {f"t-{place}": Entity(f"t-{place}", "treaty", f"Treaty {place}") for place in range(count)}
    facts = [
        country_fact(
            0,
            "chad",
            id=f"host-{place}",
            subject=f"t-{place}",
            value=EntityValue(f"land-{place}"),
            ask=f"Which country was host to treaty {place} of the league?",
            tell=f"Treaty {place} of the league had as its host [[{name}]].",
        )
        for place, name in enumerate(names[:count])
    ]
    return replace(bank_of(*facts), entities=lands | treaties)


@laws
@given(rich_banks(), st.integers(0, 3))
def test_a_fact_is_asked_in_one_form_to_recognise_and_one_to_produce_at_most(bank, seed):
    for questions in of_single_facts(bank, seed).values():
        kinds = [question.type for question in questions]
        assert sum(kind in RECOGNISED for kind in kinds) <= 1
        assert sum(kind in PRODUCED for kind in kinds) <= 1


@laws
@given(rich_banks())
def test_of_each_two_kinds_of_form_one_is_asked_where_any_is_sound(bank):
    for fact in bank.facts:
        sound = {one.type for one in generate_for(bank, fact, every_form=True)}
        asked = {one.type for one in generate_for(bank, fact)}
        assert asked <= sound
        assert bool(asked & RECOGNISED) == bool(sound & RECOGNISED)
        assert bool(asked & PRODUCED) == bool(sound & PRODUCED)


@laws
@given(rich_banks())
def test_ids_are_unique_and_name_bank_fact_or_set_and_type(bank):
    ids = [question.id for question in generate(bank)]
    names = {fact.id for fact in bank.facts} | {group.id for group in bank.sets}

    assert len(set(ids)) == len(ids)
    for question in generate(bank):
        own, name, kind = question.id.split("/")
        assert own == bank.id
        assert name in names
        assert kind == question.type or kind.removeprefix(f"{question.type}-").isdecimal()


@laws
@given(rich_banks(), st.integers(0, 99))
def test_the_order_of_the_facts_changes_nothing_that_is_asked(bank, seed):
    in_order = {question.id: question for question in generate(bank)}

    assert in_order == {question.id: question for question in generate(shuffled(bank, seed))}


@laws
@given(rich_banks())
def test_a_further_fact_changes_no_form_and_no_id_of_the_others_where_the_same_are_sound(bank):
    more = replace(bank, facts=(*bank.facts, day_fact(7, "2010-02-03")))
    for fact in bank.facts:
        sound = [
            {one.type for one in generate_for(one_bank, fact, every_form=True)} for one_bank in (bank, more)
        ]
        if sound[0] == sound[1]:
            ids = [[one.id for one in generate_for(one_bank, fact)] for one_bank in (bank, more)]
            assert ids[0] == ids[1]


def test_dates_are_entered_counts_typed_as_numbers_and_neither_is_left_out_of_a_sentence():
    bank = bank_of(day_fact(0, "2014-09-05"), number_fact(1, 34))

    assert {one.type for one in generate(bank)} & PRODUCED == {"date", "numeric"}


def test_a_number_that_may_not_be_typed_is_filled_in():
    made = generate(bank_of(number_fact(1, 34, never=("numeric",))))

    assert "cloze" in {one.type for one in made}


def test_about_a_quarter_is_judged_a_third_found_on_the_map_and_both_kinds_of_typing_occur():
    bank = hosts(50)
    kinds = Counter(question.type for seed in range(6) for question in generate(bank, seed))
    asked = 6 * 50

    assert 0.15 < kinds["true-false"] / asked < 0.35
    assert kinds["true-false"] + kinds["choice"] == asked
    assert 0.23 < kinds["map"] / asked < 0.43
    assert 0.33 < kinds["short"] / asked < 0.56
    assert 0.12 < kinds["cloze"] / asked < 0.32


def test_of_statements_that_could_be_either_about_half_are_true():
    truths = [
        question.options[0].correct
        for seed in range(12)
        for question in generate(hosts(50), seed)
        if question.type == "true-false"
    ]

    assert 0.35 < sum(truths) / len(truths) < 0.65


def test_a_statement_that_could_only_be_true_is_judged_where_no_choice_is_possible_alone():
    near = bank_of(*(day_fact(number, f"2014-09-0{number + 1}") for number in range(4)))
    lonely = bank_of(day_fact(0, "2014-09-05"))

    for seed in range(20):
        assert "true-false" not in {one.type for one in generate(near, seed)}
        assert {one.type for one in generate(lonely, seed)} & RECOGNISED == {"true-false"}


def test_every_form_shows_an_author_all_that_is_sound():
    bank = with_places(full_bank())
    (fact,) = (one for one in bank.facts if one.id == "treaty-0-host")

    assert [one.type for one in generate_for(bank, fact, every_form=True)] == [
        "choice",
        "true-false",
        "short",
        "cloze",
        "map",
    ]
    assert len(generate_for(bank, fact)) == 2
