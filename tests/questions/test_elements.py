"""The bank of chemical elements by its content: no disputed year and no disputed place is asked as if it were plain."""

from __future__ import annotations

from itertools import pairwise

import pytest
import yaml

from quizapp import paths
from quizapp.core.facts import NumberValue, Treatment
from quizapp.formats.facts_yaml import read_bank

FOLDER = paths.questions() / "elements"
OF_OLD = ["c", "s", "fe", "cu", "zn", "as", "ag", "sn", "sb", "au", "hg", "pb", "bi"]
DISPUTED = ["o", "sr", "v", "co", "re", "os", "ir", "pt", "rn", "pa", "no", "lr", "rf", "db", "nh", "og"]


@pytest.fixture(scope="module")
def bank():
    return read_bank(FOLDER / "facts.yaml")


@pytest.fixture(scope="module")
def corrections():
    overrides = yaml.safe_load((FOLDER / "overrides.yaml").read_text(encoding="utf-8"))
    return overrides["corrections"]


def related(bank, relation):
    return [fact for fact in bank.facts if fact.relation == relation]


def year_of(fact):
    return fact.value.date.edtf


@pytest.mark.parametrize(
    ("element", "year", "by_the_package"),
    [
        ("he", "1868", "1895"),
        ("nd", "1885", "1925"),
        ("y", "1794", "1789"),
        ("se", "1817", "1818"),
        ("am", "1944", "1945"),
        ("bh", "1981", "1976"),
    ],
)
def test_a_year_that_the_package_has_wrong_is_corrected_and_noted(bank, element, year, by_the_package):
    fact = bank.by_id[f"{element}-discovery"]

    assert year_of(fact) == year
    assert by_the_package in fact.never_wrong
    assert fact.treatment is Treatment.NOTE
    assert by_the_package in fact.note


@pytest.mark.parametrize("element", OF_OLD + DISPUTED)
def test_what_was_known_of_old_or_is_disputed_has_no_year(bank, element):
    assert f"{element}-discovery" not in bank.by_id


def test_what_was_found_twice_leaves_the_other_year_unscored(bank):
    for element, other in {"ho": "1879", "br": "1825", "ti": "1795", "ac": "1902"}.items():
        assert other in bank.by_id[f"{element}-discovery"].never_wrong


def test_the_symbols_and_the_numbers_of_all_118_elements_go_both_ways(bank):
    forwards = {fact.subject: fact.value.entity for fact in related(bank, "symbol")}
    backwards = {fact.value.entity: fact.subject for fact in related(bank, "name-of-symbol")}
    numbers = {fact.subject: fact.value.number for fact in related(bank, "number")}
    named = {fact.value.entity: int(fact.label) for fact in related(bank, "name-of-number")}

    assert forwards == backwards
    assert numbers == named
    assert sorted(numbers.values()) == list(range(1, 119))


def test_a_number_is_exact(bank):
    numbers = [fact for fact in bank.facts if isinstance(fact.value, NumberValue)]

    assert numbers
    assert all(fact.is_exact for fact in numbers)


def test_groups_are_1_to_18_and_the_inner_rows_and_group_3_in_dispute_have_none(bank):
    groups = {fact.subject: fact.value.number for fact in related(bank, "group")}
    numbers = {fact.subject: fact.value.number for fact in related(bank, "number")}
    without = {number for subject, number in numbers.items() if subject not in groups}

    assert set(groups.values()) == set(range(1, 19))
    assert without == {*range(57, 72), *range(89, 104)}


@pytest.mark.parametrize(("element", "group", "unscored"), [("h", 1, "17"), ("he", 18, "2")])
def test_hydrogen_and_helium_have_a_note_on_their_place(bank, element, group, unscored):
    fact = bank.by_id[f"{element}-group"]

    assert fact.value.number == group
    assert unscored in fact.never_wrong
    assert fact.note


def test_both_spellings_of_three_elements_are_right(bank):
    for element, both in {
        "al": {"aluminium", "aluminum"},
        "cs": {"caesium", "cesium"},
        "s": {"sulfur", "sulphur"},
    }.items():
        assert both <= set(bank.entities[element].names)


def test_the_events_of_an_order_are_ten_years_apart_by_their_disputed_years_too(bank):
    orders = [group for group in bank.sets if group.kind == "ordering"]

    assert len(orders) >= 10
    for group in orders:
        spans = [
            sorted(map(int, (year_of(fact), *fact.never_wrong)))
            for fact in map(bank.by_id.__getitem__, group.facts)
        ]
        assert all(after[0] - before[-1] >= 10 for before, after in pairwise(spans)), group.id


def test_a_group_is_asked_for_with_all_its_elements(bank):
    for group in bank.sets:
        if group.kind == "multiple":
            value = bank.by_id[group.facts[0]].value
            assert set(group.facts) == {fact.id for fact in related(bank, "group") if fact.value == value}


def test_every_correction_has_a_reason_and_shows_in_the_facts(bank, corrections):
    for one in corrections:
        assert one["why"].strip()
        fact = bank.by_id.get(f"{one['record'].lower()}-{one['what']}")
        if one.get("leave-out"):
            assert fact is None, one
        else:
            assert fact is not None, one
            assert set(one.get("never-wrong", ())) <= set(fact.never_wrong), one
            assert one.get("event", "") in fact.ask, one


def test_every_fact_cites_its_record(bank):
    assert bank.source.label == "mendeleev 1.3.0"
    assert all(fact.record_key and fact.record_key in fact.where for fact in bank.facts)
