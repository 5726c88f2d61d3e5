from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import DamerauLevenshtein

from quizapp.core.bank_index import MANY, MANY_NAMES, Ring, index_of
from quizapp.core.facts import Entity, NumberValue
from quizapp.core.matching import fold
from tests.bank_strategies import bank_of, banks, country_fact, day_fact, number_fact, shuffled


def crowd(names):
    """A bank of one fact and as many lands as there are names."""
    bank = bank_of(country_fact(0, "chad"))
    lands = {f"land-{place}": Entity(f"land-{place}", "country", name) for place, name in enumerate(names)}
    return replace(bank, entities=dict(bank.entities) | lands)


def test_an_index_is_built_once_a_bank_and_never_shared():
    bank = bank_of(country_fact(0, "chad"))

    assert index_of(bank) is index_of(bank)
    assert index_of(replace(bank)) is not index_of(bank)
    assert replace(bank) == bank


@settings(max_examples=40, deadline=None)
@given(banks(), st.integers(0, 99))
def test_the_order_of_the_facts_changes_nothing_that_is_looked_up(bank, seed):
    one, other = index_of(bank), index_of(shuffled(bank, seed))

    assert (one.facts, one.linked, one.asking, one.lists) == (
        other.facts,
        other.linked,
        other.asking,
        other.lists,
    )
    for fact in bank.facts:
        assert one.lent_to(fact) == other.lent_to(fact)


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=4), unique=True, max_size=40), st.integers(1, 50))
def test_a_draw_from_a_ring_takes_each_once_and_as_many_as_there_are(names, count):
    drawn = Ring(names).draw("somewhere", count)

    assert len(drawn) == len(set(drawn)) == min(count, len(names))
    assert set(drawn) <= set(names)
    assert drawn == Ring(reversed(names)).draw("somewhere", count)


def test_a_crowd_is_looked_at_in_part_and_differently_for_each_fact():
    bank = crowd(f"Land {number}" for number in range(1000))
    index = index_of(bank)
    fact = bank.facts[0]
    parts = [
        {entity.id for entity in index.entities_for(replace(fact, id=name), "country")}
        for name in ("one", "other")
    ]

    assert all(MANY // 4 <= len(part) <= MANY for part in parts)
    assert parts[0] != parts[1]


def test_of_very_many_dates_and_counts_the_nearest_are_looked_at():
    days = [day_fact(0, f"{1000 + number}-06-13", id=f"day-{number}") for number in range(300)]
    counts = [number_fact(0, 100 + number, id=f"count-{number}") for number in range(300)]
    bank = bank_of(*days, *counts)
    index = index_of(bank)
    years = [date.earliest.year for date, _ in index.dates_for(days[150], days[150].value.date)]
    numbers = [number for number, _ in index.numbers_for(counts[150], 250, 0.1)]

    assert years == sorted(years)
    assert set(range(1140, 1160)) <= set(years) <= set(range(1130, 1170))
    assert 224 in numbers
    assert 278 in numbers
    assert not {number for number in numbers if 226 <= number <= 277}


def test_counts_of_the_same_relation_are_enough_where_there_are_eight():
    own = [number_fact(0, number, id=f"own-{number}") for number in range(10, 18)]
    other = [number_fact(0, number, id=f"other-{number}", relation="weighed") for number in range(30, 33)]
    index = index_of(bank_of(*own, *other))

    assert [number for number, _ in index.numbers_for(own[0], 10, 0.1)] == list(range(10, 18))
    assert [number for number, _ in index.numbers_for(other[0], 30, 0.1)] == [*range(10, 18), 30, 31, 32]


def test_a_count_below_nothing_is_passed_over_by_its_own_margin():
    counts = [
        number_fact(0, -number, id=f"count-{number}", value=NumberValue(-number, "degrees"))
        for number in range(300)
    ]
    numbers = [number for number, _ in index_of(bank_of(*counts)).numbers_for(counts[100], -100, 0.1)]

    assert {-89, -112} <= set(numbers)
    assert not {number for number in numbers if -111 <= number <= -90}


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.text("abcd ", min_size=3, max_size=7).filter(str.strip),
        min_size=MANY_NAMES + 1,
        max_size=MANY_NAMES + 40,
        unique=True,
    ),
    st.data(),
)
def test_no_name_two_slips_away_is_lost_in_a_crowd(names, data):
    own = data.draw(st.sampled_from(names))
    beside = set(index_of(crowd(names)).names_beside("country", [own]))

    assert {name for name in names if DamerauLevenshtein.distance(fold(name), fold(own)) <= 2} <= beside
