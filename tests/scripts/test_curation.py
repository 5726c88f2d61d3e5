"""The curation scripts: what is left out, corrected and paired when a package's data become a bank."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.facts import DateValue
from quizapp.formats.facts_yaml import read_bank

CURATION = Path(__file__).resolve().parents[2] / "scripts" / "curation"

COUNTRIES = {
    "AA": {"name": "Aland", "capital": "Oldtown", "continent": "EU", "currency": ["AAD"]},
    "BB": {"name": "Beland", "capital": "Newtown", "continent": "EU", "currency": ["EUR"]},
    "CC": {"name": "Celand", "capital": "Newtown", "continent": "EU", "currency": ["EUR"]},
    "DD": {"name": "Deland", "capital": "Deland City", "continent": "EU", "currency": ["EUR", "DDF"]},
    "EE": {"name": "Eland", "capital": "", "continent": "AN", "currency": []},
}
CURRENCIES = {"AAD": "Aland Doubloon", "DDF": "Deland Fund", "EUR": "Euro", "BBX": "Beland Thaler"}
OVERRIDES = """\
corrections:
  - {record: EE, what: record, leave-out: true, why: nobody lives there}
  - {record: AA, what: capital, never-wrong: [Seat], note: The government sits in Seat., why: two towns}
  - {record: BBX, what: code, leave-out: true, why: out of use}
fund-codes: [DDF]
near-units: []
countries: {AA: {the: true}}
capitals: {AA: {aliases: [Old Town on Sea]}}
currencies: {}
units: {}
regions: {all: [AA, BB, CC, DD]}
"""
ELEMENT_OVERRIDES = """\
corrections:
  - {record: Bb, what: discovery, value: "1850", never-wrong: ["1870"], note: The package gives 1870., why: a slip}
  - {record: Cc, what: discovery, leave-out: true, why: disputed}
elements: {Aa: {aliases: [aaon]}}
"""


@pytest.fixture(scope="module")
def scripts():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(CURATION))
        names = ("bank_file", "countries", "elements")
        yield SimpleNamespace(**{name: importlib.import_module(name) for name in names})


@pytest.fixture
def countries(scripts, tmp_path):
    """Return a function that curates the little package, with or without changes."""

    def curate(overrides=OVERRIDES, records=COUNTRIES):
        (tmp_path / "minimal").mkdir(exist_ok=True)
        tables = {
            "countries": records,
            "continents": {"EU": "Europe", "AN": "Antarctica"},
            "currencies": {code: {"name": name} for code, name in CURRENCIES.items()},
            "minimal/countries.2to3": {code: code + code[0] for code in records},
        }
        for name, table in tables.items():
            (tmp_path / f"{name}.min.json").write_text(json.dumps(table))
        (tmp_path / "overrides.yaml").write_text(overrides)
        return scripts.countries.curate(tmp_path, tmp_path / "overrides.yaml")

    return curate


@pytest.fixture
def elements(scripts, tmp_path):
    """Return a function that curates a few elements."""

    def curate(*years, overrides=ELEMENT_OVERRIDES):
        (tmp_path / "overrides.yaml").write_text(overrides)
        named = zip(("Aa", "Bb", "Cc", "Dd", "Ee", "Ff"), years, strict=False)
        listed = [
            scripts.elements.Element(number, symbol, f"{symbol}ium", number, year)
            for number, (symbol, year) in enumerate(named, 1)
        ]
        return scripts.elements.curate(listed, tmp_path / "overrides.yaml")

    return curate


def bank_of(text):
    return read_bank(text.encode())


def test_what_is_written_is_a_bank_that_cites_its_records(countries):
    bank = bank_of(countries())

    assert bank.id == "countries"
    assert bank.by_id["aa-capital"].record_key == "AA"
    assert bank.by_id["aa-capital"].ask == "What is the capital of the Aland?"
    assert bank.entities["capital-oldtown"].aliases == ("Old Town on Sea",)


def test_a_record_that_is_left_out_leaves_nothing_behind(countries):
    bank = bank_of(countries())

    assert "ee" not in bank.entities
    assert not [fact for fact in bank.facts if fact.record_key in {"EE", "BBX"}]


def test_a_correction_changes_the_fact_and_is_noted(countries):
    fact = bank_of(countries()).by_id["aa-capital"]

    assert fact.never_wrong == ("Seat",)
    assert fact.note == "The government sits in Seat."
    assert fact.treatment == "note"


def test_a_capital_of_two_countries_is_not_asked_backwards(countries):
    bank = bank_of(countries())

    assert {"bb-capital", "cc-capital", "aa-country-of-capital"} <= bank.by_id.keys()
    assert not {"bb-country-of-capital", "cc-country-of-capital"} & bank.by_id.keys()


def test_a_capital_that_is_named_after_its_country_is_not_asked(countries):
    assert "dd-capital" not in bank_of(countries()).by_id


def test_the_order_of_the_records_changes_nothing(countries):
    assert countries() == countries(records=dict(reversed(COUNTRIES.items())))


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (OVERRIDES.replace("record: BBX", "record: QZZ"), "QZZ, code"),
        (OVERRIDES.replace("record: AA, what: capital", "record: AA, what: capitol"), "AA, capitol"),
        (OVERRIDES.replace(", why: two towns", ""), "a correction needs record, what and why"),
        (OVERRIDES.replace("fund-codes: [DDF]", "fund-codes: []"), "DD: .* say which"),
        (OVERRIDES.replace("[AA, BB, CC, DD]", "[AA, BB, CC]"), "in no region.*DD"),
    ],
)
def test_overrides_that_do_not_fit_the_package_stop_the_script(countries, scripts, broken, said):
    with pytest.raises(scripts.bank_file.CurationError, match=said):
        countries(broken)


def test_a_corrected_year_takes_the_place_of_the_packages_own(elements):
    fact = bank_of(elements(1800, 1870, 1900)).by_id["bb-discovery"]

    assert isinstance(fact.value, DateValue)
    assert fact.value.date.edtf == "1850"
    assert fact.never_wrong == ("1870",)
    assert fact.note == "The package gives 1870."


def test_a_correction_that_says_what_the_package_says_is_refused(elements, scripts):
    with pytest.raises(scripts.bank_file.CurationError, match="the package gives 1850 itself"):
        elements(1800, 1850, 1900)


def test_an_element_of_old_or_in_dispute_has_no_year(elements):
    bank = bank_of(elements(None, 1870, 1900))

    assert {fact.id for fact in bank.facts if fact.relation == "discovery"} == {"bb-discovery"}


def test_elements_whose_disputed_years_overlap_are_not_put_in_order(elements):
    order = next(
        group
        for group in bank_of(elements(1700, 1790, 1800, 1860, 1900, 1950)).sets
        if group.kind == "ordering"
    )

    assert order.facts == ("aa-discovery", "bb-discovery", "ee-discovery", "ff-discovery")


@pytest.mark.parametrize(
    ("stem", "key", "is_given_away"),
    [
        ("Kuwait", "Kuwait City", True),
        ("Tunisia", "Tunis", True),
        ("Guinea-Bissau", "Bissau", True),
        ("São Tomé and Príncipe", "São Tomé", True),
        ("Saint Lucia", "Saint John's", False),
        ("Dominica", "Roseau", False),
        ("Algeria", "Algiers", False),
    ],
)
def test_a_stem_that_shares_a_telling_word_with_its_key_gives_it_away(scripts, stem, key, is_given_away):
    assert scripts.bank_file.gives_away(stem, key) is is_given_away


@pytest.mark.parametrize(
    ("code", "name", "is_spelled"),
    [("KES", "Kenyan shilling", True), ("CHF", "Swiss franc", False), ("ISK", "Icelandic króna", True)],
)
def test_a_code_may_be_spelled_by_a_name(scripts, code, name, is_spelled):
    assert scripts.bank_file.is_spelled_by(code, name) is is_spelled


@given(st.lists(st.integers(), max_size=60), st.integers(1, 9), st.integers(1, 9))
def test_items_are_dealt_out_evenly_and_each_once(scripts, items, size, least):
    dealt = scripts.bank_file.spread(items, size, least)

    assert sorted(one for part in dealt for one in part) == (sorted(items) if len(items) >= least else [])
    assert len({len(part) for part in dealt}) <= 2
