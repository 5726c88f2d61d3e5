"""The bank of countries by its content: what is contested, shared or on the move is never asked as if it were plain."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
import yaml

from quizapp import paths
from quizapp.core.facts import EntityValue, Treatment
from quizapp.core.generation import generate
from quizapp.core.matching import words_of
from quizapp.core.questions import TrueFalseQuestion
from quizapp.formats.facts_yaml import read_bank

FOLDER = paths.questions() / "countries"
FACT_OF = {
    "capital": "{}-capital",
    "country-of-capital": "{}-country-of-capital",
    "currency": "{}-currency",
    "continent": "{}-continent",
    "code": "{}-code",
}
COMMON = {"city", "island", "islands", "north", "south", "saint", "port", "republic", "united", "states"}


@pytest.fixture(scope="module")
def bank():
    return read_bank(FOLDER / "facts.yaml")


@pytest.fixture(scope="module")
def corrections():
    overrides = yaml.safe_load((FOLDER / "overrides.yaml").read_text(encoding="utf-8"))
    return overrides["corrections"]


def related(bank, relation):
    return [fact for fact in bank.facts if fact.relation == relation]


def name_of(bank, country):
    return bank.entities[country].name


@pytest.mark.parametrize("country", ["bo", "za", "sz", "lk", "il", "ps", "gq", "id", "nr", "hk", "mo"])
def test_no_country_whose_capital_is_several_contested_or_on_the_move_is_asked_for_it(bank, country):
    assert not {f"{country}-capital", f"{country}-country-of-capital"} & bank.by_id.keys()


@pytest.mark.parametrize(
    ("country", "other"),
    [
        ("nl", "The Hague"),
        ("bj", "Cotonou"),
        ("ci", "Abidjan"),
        ("my", "Putrajaya"),
        ("tz", "Dar es Salaam"),
        ("bi", "Bujumbura"),
        ("ye", "Aden"),
        ("kz", "Nur-Sultan"),
        ("sd", "Port Sudan"),
        ("eg", "New Administrative Capital"),
    ],
)
def test_another_seat_or_name_is_noted_and_never_called_wrong(bank, country, other):
    fact = bank.by_id[f"{country}-capital"]

    assert other in fact.never_wrong
    assert fact.treatment is Treatment.NOTE


def test_a_capital_that_two_places_share_is_not_asked_backwards(bank):
    shared = Counter(fact.value for fact in related(bank, "capital"))
    backwards = {fact.subject for fact in related(bank, "country-of-capital")}

    assert {value.entity for value, count in shared.items() if count > 1} == {"capital-kingston"}
    assert (
        not {"capital-kingston", "capital-georgetown", "capital-basseterre", "capital-victoria"} & backwards
    )


def test_the_two_directions_of_a_capital_agree(bank):
    forwards = {(fact.subject, fact.value.entity) for fact in related(bank, "capital")}

    assert {(fact.value.entity, fact.subject) for fact in related(bank, "country-of-capital")} <= forwards


def test_no_stem_shares_a_telling_word_with_its_key(bank):
    for fact in bank.facts:
        if fact.relation in {"capital", "country-of-capital", "unit-of-currency", "issuer", "continent"}:
            said = {word for word in words_of(fact.ask) if len(word) > 3} - COMMON
            assert not said & set(words_of(bank.text_of(fact.value))), fact.id


def test_only_a_unit_of_one_currency_has_an_issuer(bank):
    units = Counter(
        words_of(entity.name)[-1] for entity in bank.entities.values() if entity.kind == "currency"
    )

    for fact in related(bank, "issuer"):
        assert units[words_of(name_of(bank, fact.subject))[-1]] == 1, fact.id


@pytest.mark.parametrize(("country", "former"), [("bg", "lev"), ("hr", "kuna")])
def test_who_has_joined_the_euro_is_not_asked_for_the_former_currency(bank, country, former):
    fact = bank.by_id[f"{country}-currency"]

    assert fact.value == EntityValue("unit-euro")
    assert former in fact.never_wrong


@pytest.mark.parametrize("country", ["zw", "pa", "ps"])
def test_no_country_of_several_currencies_is_asked_for_one(bank, country):
    assert f"{country}-currency" not in bank.by_id


@pytest.mark.parametrize("country", ["ru", "tr", "kz", "cy", "ge", "am", "az", "au"])
def test_no_country_on_two_continents_is_asked_for_one(bank, country):
    assert f"{country}-continent" not in bank.by_id


def test_egypt_and_asia_go_unscored(bank):
    assert "Asia" in bank.by_id["eg-continent"].never_wrong


def test_east_timor_is_placed_with_its_neighbours_in_asia_and_oceania_goes_unscored(bank):
    fact = bank.by_id["tl-continent"]

    assert fact.value == EntityValue("continent-asia")
    assert "Oceania" in fact.never_wrong
    assert "Oceania" in fact.note


@pytest.mark.parametrize(
    ("country", "own"), [("gg", "Guernsey pound"), ("im", "Manx pound"), ("fo", "Faroese króna")]
)
def test_a_territory_with_notes_of_its_own_may_name_them(bank, country, own):
    assert own in bank.by_id[f"{country}-currency"].accepted


def test_sterling_is_the_pound_of_those_who_use_it_and_of_nobody_else(bank):
    right = {
        fact.subject
        for fact in related(bank, "unit-of-currency")
        if "pound sterling" in (*bank.names_of(fact.value), *fact.accepted)
    }

    assert right == {"gb", "gg", "im", "je"}


def test_a_currency_whose_code_may_have_changed_with_its_zeros_is_not_asked_for_it(bank):
    assert not {"syp-code", "syp-currency-of-code"} & bank.by_id.keys()
    assert "sy-currency" in bank.by_id


def test_a_name_with_an_article_has_it_within_a_sentence(bank):
    with_article = {
        entity.id
        for entity in bank.entities.values()
        if entity.kind == "country" and f"the {entity.name}" in entity.aliases
    }

    assert with_article >= {"nl", "ph", "gb", "us", "ae", "bs"}
    for fact in related(bank, "country-of-capital") + related(bank, "issuer"):
        shown = name_of(bank, fact.value.entity)
        assert fact.marked == (f"the {shown}" if fact.value.entity in with_article else shown)


def test_a_map_asks_for_all_that_share_a_value(bank):
    sharing = defaultdict(set)
    for fact in bank.facts:
        sharing[fact.relation, fact.value].add(fact.id)
    maps = [group for group in bank.sets if group.kind == "map"]

    assert maps
    for group in maps:
        first = bank.by_id[group.facts[0]]
        assert set(group.facts) == sharing[first.relation, first.value], group.id


def test_the_right_sides_of_a_match_exclude_one_another(bank):
    for group in bank.sets:
        if group.kind == "matching":
            facts = [bank.by_id[one] for one in group.facts]
            for fact in facts:
                others = {bank.text_of(one.value) for one in facts if one is not fact}
                assert not others & {bank.text_of(fact.value), *fact.never_wrong}, group.id


def test_a_code_that_its_currency_spells_is_never_picked(bank):
    for fact in related(bank, "code"):
        code, name = bank.text_of(fact.value), name_of(bank, fact.subject)
        assert code[0] != name[0].upper() or {"choice", "true-false"} <= set(fact.never), fact.id


def test_turkey_ivory_coast_and_the_czech_republic_are_known_by_both_names(bank):
    for country, both in {
        "tr": {"Türkiye", "Turkey"},
        "ci": {"Ivory Coast", "Côte d'Ivoire"},
        "cz": {"Czechia", "Czech Republic"},
        "sz": {"Eswatini", "Swaziland"},
    }.items():
        assert both <= set(bank.entities[country].names)
    assert {"Kyiv", "Kiev"} <= set(bank.entities["capital-kyiv"].names)


def test_every_country_has_a_code_of_its_own(bank):
    codes = [entity.code for entity in bank.entities.values() if entity.kind == "country"]

    assert all(len(code) == 3 for code in codes)
    assert len(set(codes)) == len(codes)


def test_every_correction_has_a_reason_and_shows_in_the_facts(bank, corrections):
    for one in corrections:
        assert one["why"].strip()
        own = one["record"].lower()
        if one["what"] == "record":
            assert own not in bank.entities
        elif one["what"] in FACT_OF:
            fact = bank.by_id.get(FACT_OF[one["what"]].format(own))
            if one.get("leave-out"):
                assert fact is None, one
            else:
                assert fact is not None, one
                assert set(one.get("never-wrong", ())) <= set(fact.never_wrong), one
                assert set(one.get("never", ())) <= set(fact.never), one
                assert one.get("note", "") in fact.note, one


def test_every_fact_cites_its_record(bank):
    assert bank.source.label == "countries-list 3.4.1"
    assert all(fact.record_key and fact.record_key in fact.where for fact in bank.facts)


def test_a_false_statement_keeps_the_article_of_the_country_that_stands_in_it(bank):
    with_article = [
        entity.name for entity in bank.entities.values() if f"the {entity.name}" in entity.aliases
    ]
    opened = ("of", "by")
    bare = {f" {word} {name}." for name in with_article for word in opened}

    assert with_article
    for question in generate(bank):
        if isinstance(question, TrueFalseQuestion):
            assert not question.stem.endswith(tuple(bare)), question.stem
