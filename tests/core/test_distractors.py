from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.core.dates import PartialDate
from quizapp.core.distractors import around, candidates, distinct, is_false, outsiders, ranked, truths_of
from quizapp.core.facts import DateValue, Entity, EntityValue, FactSet, NumberValue, Record, TextValue
from quizapp.core.matching import fold
from tests.bank_strategies import (
    COUNTRIES,
    bank_of,
    banks,
    country_fact,
    day_fact,
    member_facts,
    number_fact,
    phrase_fact,
)


def day(edtf):
    return DateValue(PartialDate.parse(edtf))


def provably_false(bank, fact, value):
    return is_false(bank, truths_of(bank, fact), value)


def propose(bank, fact, rng):
    pool = candidates(bank, fact)
    if isinstance(fact.value, DateValue | NumberValue):
        return around(pool, fact.value, rng.randint(0, 3), 3)
    return distinct(bank, ranked(pool, rng), 3)


@settings(max_examples=40, deadline=None)
@given(banks(), st.integers(0, 99))
def test_what_is_proposed_is_provably_false_of_one_kind_and_never_twice(bank, seed):
    for fact in bank.facts:
        proposed = propose(bank, fact, random.Random(seed))
        assert len(proposed) <= 3
        assert len({one.text.casefold() for one in proposed}) == len(proposed)
        for one in proposed:
            assert type(one.value) is type(fact.value)
            assert provably_false(bank, fact, one.value)
            assert one.fact != fact.id


@settings(max_examples=40, deadline=None)
@given(banks())
def test_no_fact_has_its_own_value_proved_false(bank):
    for fact in bank.facts:
        assert not provably_false(bank, fact, fact.value)


@pytest.mark.parametrize(
    ("edtf", "is_false"),
    [
        ("2014-09-06", True),
        ("2014-08", True),
        ("2014-09-05", False),
        ("2014-09", False),
        ("2014", False),
        ("2014-23", False),
        ("2014-12-15", False),
        ("2014-12", False),
        ("2014-11-02", False),
        ("2014-10-31", False),
        ("2014-11-01", True),
    ],
)
def test_a_date_that_may_mean_a_right_or_disputed_day_is_not_false(edtf, is_false):
    fact = day_fact(
        0,
        "2014-09-05",
        accepted=("2014-12-15",),
        never_wrong=("2 November 2014",),
        record=Record(day("2014-10-31"), "a chronicle"),
    )

    assert provably_false(bank_of(fact), fact, day(edtf)) == is_false


@pytest.mark.parametrize(
    ("number", "is_false"),
    [
        (34, False),
        (35, False),
        (37, False),
        (38, True),
        (31, False),
        (30, True),
        (60, False),
        (61, False),
        (90, True),
        (12, False),
    ],
)
def test_a_count_near_a_right_or_disputed_one_is_not_false(number, is_false):
    fact = number_fact(
        0, 34, never_wrong=("60 envoys",), record=Record(NumberValue(12, "envoys"), "a chronicle")
    )

    assert provably_false(bank_of(fact), fact, NumberValue(number, "envoys")) == is_false


def test_the_tenth_is_the_border_of_a_near_count():
    fact = number_fact(0, 100)

    assert not provably_false(bank_of(fact), fact, NumberValue(90, "envoys"))
    assert provably_false(bank_of(fact), fact, NumberValue(89, "envoys"))


def test_between_exact_numbers_only_the_same_number_is_not_false():
    exact = number_fact(0, 79, is_exact=True, never_wrong=("81 envoys",))
    bank = bank_of(exact, number_fact(1, 80, is_exact=True), number_fact(2, 78))

    assert [provably_false(bank, exact, NumberValue(number, "envoys")) for number in (78, 79, 80, 81)] == [
        True,
        False,
        True,
        False,
    ]
    assert {one.text for one in candidates(bank, exact)} == {"78 envoys", "80 envoys"}


def test_a_loose_number_of_the_same_thing_keeps_its_near_ones_from_being_false():
    exact, loose = number_fact(0, 79, is_exact=True), number_fact(0, 60, id="loose")
    bank = bank_of(exact, loose)

    assert not provably_false(bank, exact, NumberValue(61, "envoys"))
    assert provably_false(bank, exact, NumberValue(78, "envoys"))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_is_in_several_lists_is_a_wrong_option_for_none_of_them(data):
    names = sorted(COUNTRIES)
    leagues = data.draw(
        st.lists(
            st.lists(st.sampled_from(names), min_size=1, max_size=5, unique=True), min_size=2, max_size=4
        )
    )
    facts = [
        replace(
            fact,
            id=f"list-{number}.{fact.value.entity}",
            member_of=f"list-{number}",
            subject=f"treaty-{number}",
            ask=f"Did {fact.value.entity} belong to league {number}?",
        )
        for number, members in enumerate(leagues)
        for fact in member_facts(members)
    ]
    joined = [
        replace(
            country_fact(0, names[0]),
            id=f"joined-{name}-{number}",
            subject=name,
            relation="joined",
            value=EntityValue(f"treaty-{number}"),
            ask=f"Which treaty did {name} join as number {number}?",
        )
        for number, members in enumerate(leagues)
        for name in members[:1]
    ]
    led = [
        replace(country_fact(number, members[0]), relation="led-by", ask=f"Which land led league {number}?")
        for number, members in enumerate(leagues)
    ]
    bank = bank_of(*facts, *{fact.id: fact for fact in (*joined, *led)}.values())
    lists = {f"treaty-{number}": set(members) for number, members in enumerate(leagues)}
    for fact in bank.facts:
        for one in candidates(bank, fact):
            pair = {fact.subject, one.value.entity}
            assert not any({key, name} == pair for key, members in lists.items() for name in members)


@settings(max_examples=60, deadline=None)
@given(banks(), st.integers(0, 99), st.sampled_from(sorted(COUNTRIES)))
def test_two_names_of_one_thing_are_never_options_against_each_other(bank, seed, key):
    twin = Entity("twin", "country", COUNTRIES[key][0].upper(), ("The Twin",))
    also = Entity("also", "country", "Twin, The")
    bank = replace(bank, entities=dict(bank.entities) | {"twin": twin, "also": also})
    for fact in bank.facts:
        shown = [fact.value, *(one.value for one in propose(bank, fact, random.Random(seed)))]
        entities = [bank.entities[value.entity] for value in shown if isinstance(value, EntityValue)]
        folded = [{fold(name) for name in entity.names} for entity in entities]
        assert sum(map(len, folded)) == len(set().union(*folded))


@pytest.mark.parametrize("entity", ["chad", "turkey", "iran", "iraq"])
def test_names_that_are_accepted_disputed_or_on_record_are_not_false(entity):
    fact = country_fact(
        0,
        "chad",
        accepted=("Türkiye",),
        never_wrong=("IRAQ",),
        record=Record(EntityValue("iran"), "a chronicle"),
    )

    assert not provably_false(bank_of(fact), fact, EntityValue(entity))
    assert provably_false(bank_of(fact), fact, EntityValue("jordan"))


def test_two_entities_of_one_name_or_code_are_not_told_apart():
    fact = country_fact(0, "chad")
    bank = bank_of(fact)
    entities = dict(bank.entities)
    entities["chad"] = replace(entities["chad"], code="TCD")
    entities["tchad"] = Entity("tchad", "country", "Tchad")
    entities["former-chad"] = Entity("former-chad", "country", "French Chad", code="TCD")
    bank = replace(bank, entities=entities)

    assert not provably_false(bank, fact, EntityValue("tchad"))
    assert not provably_false(bank, fact, EntityValue("former-chad"))


def test_what_another_fact_says_of_the_same_thing_is_not_false():
    fact, other = country_fact(0, "chad"), replace(country_fact(0, "jordan"), id="second-host")
    same_ask = replace(country_fact(1, "turkey"), ask=fact.ask.upper())
    bank = bank_of(fact, other, same_ask)

    assert not provably_false(bank, fact, EntityValue("jordan"))
    assert not provably_false(bank, fact, EntityValue("turkey"))


def test_what_is_linked_the_other_way_round_is_not_false():
    joined = replace(
        country_fact(0, "chad"), subject="turkey", relation="joined", value=EntityValue("treaty-1")
    )
    member = replace(country_fact(2, "turkey"), subject="treaty-2", relation="has-member")
    led = replace(country_fact(3, "chad"), subject="turkey", relation="led", value=EntityValue("treaty-3"))
    bank = bank_of(joined, member, led)

    assert not provably_false(bank, joined, EntityValue("treaty-2"))
    assert not provably_false(bank, joined, EntityValue("treaty-3"))
    assert provably_false(bank, joined, EntityValue("treaty-4"))


def test_a_value_of_another_kind_is_never_called_false():
    fact = country_fact(0, "chad")

    assert not provably_false(bank_of(fact), fact, EntityValue("treaty-4"))
    assert not provably_false(bank_of(fact), fact, TextValue("a pond"))
    assert not provably_false(bank_of(fact), fact, NumberValue(3))


def test_a_phrase_that_holds_the_key_or_stands_in_it_is_not_false():
    fact = phrase_fact(0, "free trade")

    assert not provably_false(bank_of(fact), fact, TextValue("Free trade by sea"))
    assert not provably_false(bank_of(fact), fact, TextValue("trade"))
    assert provably_false(bank_of(fact), fact, TextValue("open seas"))


def test_dates_are_the_nearest_of_the_bank_on_both_sides():
    days = ("2014-01-10", "2014-02-10", "2014-03-10", "2014-04-10", "2014-05-10", "2014-06-10", "2014-07-10")
    bank = bank_of(*(day_fact(number, edtf) for number, edtf in enumerate(days)))
    fact = bank.facts[3]
    seen = set()
    for seed in range(60):
        chosen = sorted(one.value.date.edtf for one in propose(bank, fact, random.Random(seed)))
        seen.add(sum(one < fact.value.date.edtf for one in chosen))
        together = sorted([*chosen, "2014-04-10"])
        assert days[days.index(together[0]) : days.index(together[-1]) + 1] == tuple(together)

    assert seen == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("edtfs", "months"),
    [
        (("1825", "1826", "1828", "1831", "1836", "1820", "1819"), 5 * 12),
        (("1825", "1826", "1828", "1832", "1823", "1820"), 3 * 12),
        (("2014-06", "2014-07", "2014-08", "2014-09", "2014-04", "2014-02"), 2),
        (("2014-06", "2014-07", "2014-08", "2014-09"), 1),
    ],
    ids=["five years", "as many years as can be", "two months", "one month"],
)
def test_years_and_months_stand_apart_as_far_as_the_bank_has_such(edtfs, months):
    bank = bank_of(*(day_fact(number, edtf) for number, edtf in enumerate(edtfs)))
    fact = bank.facts[0]

    for seed in range(20):
        dates = [one.value.date for one in (fact, *propose(bank, fact, random.Random(seed)))]
        orders = sorted(12 * date.earliest.year + date.earliest.month for date in dates)
        assert len(dates) == 4
        assert min(later - one for one, later in pairwise(orders)) == months


def test_dates_at_the_edge_are_filled_from_the_other_side():
    bank = bank_of(*(day_fact(number, f"2014-0{number + 1}-10") for number in range(4)))

    for seed in range(20):
        assert len(propose(bank, bank.facts[0], random.Random(seed))) == 3
        assert len(propose(bank, bank.facts[3], random.Random(seed))) == 3


def test_a_month_is_set_among_months():
    bank = bank_of(
        day_fact(0, "2014-06"), day_fact(1, "2014-09-05"), day_fact(2, "2014-06-13"), day_fact(3, "2013~")
    )

    assert [one.text for one in candidates(bank, bank.facts[0])] == ["September 2014"]


def test_counts_take_the_unit_that_is_asked_for():
    diplomats = number_fact(1, 49, value=NumberValue(49, "diplomats"))
    silent = number_fact(2, 120, never=("choice",))
    bank = bank_of(number_fact(0, 34), diplomats, silent)

    assert [one.text for one in candidates(bank, bank.facts[0])] == ["49 envoys"]


def test_recorded_confusions_come_first():
    facts = [country_fact(number, key) for number, key in enumerate(("niger", "chad", "jordan", "nigeria"))]
    group = FactSet("alike", "confusable", ("treaty-0-host", "treaty-3-host"))
    bank = bank_of(*facts, sets=(group,))

    for seed in range(10):
        first = propose(bank, bank.facts[0], random.Random(seed))[0]
        assert (first.text, first.strategy, first.fact) == ("Nigeria", "recorded-confusion", "treaty-3-host")


def test_what_the_stem_already_names_is_no_option():
    fact = country_fact(0, "chad", ask="Which neighbour of Jordan was host when the treaty was drawn up?")

    assert "Jordan" not in {one.text for one in candidates(bank_of(fact), fact)}


def test_one_option_never_stands_in_another():
    bank = bank_of(
        *(country_fact(number, key) for number, key in enumerate(("chad", "guinea", "guinea-bissau")))
    )

    for seed in range(30):
        texts = {one.text for one in propose(bank, bank.facts[0], random.Random(seed))}
        assert not {"Guinea", "Guinea-Bissau"} <= texts


def test_outsiders_are_all_that_are_provably_no_members():
    bank = bank_of(*member_facts(["niger", "guinea"]))
    names = {one.text for one in outsiders(bank, bank.facts[0])}

    assert names == {one.text for one in outsiders(bank, bank.facts[1])}
    assert {"Nigeria", "Chad", "Guinea-Bissau"} <= names
    assert not names & {"Niger", "Guinea", "Treaty of Port A"}
