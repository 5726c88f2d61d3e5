from __future__ import annotations

from dataclasses import replace

import pytest

from quizapp.core.fact_checks import entity_problems, fact_problems, repeated_ids, set_problems
from quizapp.core.facts import Entity, EntityValue, FactSet, Record, Source, Standing, Treatment
from tests.bank_strategies import (
    bank_of,
    country_fact,
    day_fact,
    full_bank,
    member_facts,
    number_fact,
    phrase_fact,
    with_places,
)


def problems_of(fact, bank=None):
    return {problem.field: problem.text for problem in fact_problems(bank or bank_of(fact), fact)}


@pytest.mark.parametrize("fact", full_bank().facts, ids=lambda fact: fact.id)
def test_a_sound_fact_has_no_problem(fact):
    assert problems_of(fact, full_bank()) == {}


@pytest.mark.parametrize(
    ("fact", "field", "words"),
    [
        (country_fact(0, "chad", topic="birds"), "topic", "unknown topic “birds”"),
        (country_fact(0, "chad", subject="atlantis"), "subject", "unknown entity “atlantis”"),
        (country_fact(0, "chad", value=EntityValue("atlantis")), "value", "unknown entity “atlantis”"),
        (
            country_fact(0, "chad", record=Record(EntityValue("mu"), "a book"), note="n"),
            "record",
            "unknown entity “mu”",
        ),
        (day_fact(0, "2014-06", accepted=("mid June",)), "accepted", "“mid June” is not a date"),
        (country_fact(0, "chad", cite=()), "cite", "no passage is cited"),
        (country_fact(0, "chad", fingerprint=""), "print", "fingerprint is missing"),
        (country_fact(0, "chad", cite=((9, 9),)), "cite", "empty or backwards"),
        (country_fact(0, "chad", tell="The host was Chad."), "tell", "marks 0 values"),
        (country_fact(0, "chad", tell="The [[host]] was [[Chad]]."), "tell", "marks 2 values"),
        (country_fact(0, "chad", tell="The host was [[Chad]]]]."), "tell", "marks 1 values"),
        (country_fact(0, "chad", tell="The host was [[Peru]]."), "tell", "marks “Peru”, the value is “Chad”"),
        (country_fact(0, "chad", tell="the host was [[Chad]]."), "tell", "small letter"),
        (number_fact(0, 34, tell="It bears [[some]] seals."), "tell", "the value is “34 envoys”"),
        (phrase_fact(0, "free trade", standing=Standing.VAGUE), "note", "there is no note"),
        (phrase_fact(0, "free trade", treatment=Treatment.NOTE), "note", "there is no note"),
        (
            country_fact(0, "chad", treatment=Treatment.ACCORDING_TO_SOURCE),
            "ask",
            "does not say that the source",
        ),
        (
            country_fact(0, "chad", treatment=Treatment.ACCORDING_TO_SOURCE),
            "tell",
            "does not say that the source",
        ),
        (country_fact(0, "chad", standing=Standing.FICTIONAL, note="n"), "treatment", "asked like a fact"),
    ],
)
def test_an_unsound_fact_is_told_what_is_wrong(fact, field, words):
    found = problems_of(fact)

    assert words in found[field]


def test_an_unknown_member_is_looked_for_among_the_members():
    fact = replace(member_facts(["chad"])[0], value=EntityValue("mu"))

    assert "unknown entity “mu”" in problems_of(fact)["members"]


def test_an_excluded_invention_needs_no_label():
    fact = country_fact(0, "chad", standing=Standing.FICTIONAL, treatment=Treatment.EXCLUDE, note="Invented.")

    assert problems_of(fact) == {}


def test_a_fact_of_a_package_cites_a_record():
    fact = country_fact(0, "chad", cite=(), fingerprint="")
    bank = replace(bank_of(fact), source=Source(package="countries", version="1", licence="MIT"))

    assert problems_of(fact, bank) == {"cite": "no record of the package is cited"}
    assert problems_of(replace(fact, record_key="TCD"), bank) == {}


def test_a_name_belongs_to_one_entity_of_its_kind():
    bank = bank_of()
    entities = dict(bank.entities) | {
        "persia": Entity("persia", "country", "PERSIA"),
        "chad-river": Entity("chad-river", "river", "Chad"),
    }
    found = list(entity_problems(replace(bank, entities=entities)))

    assert [entity for entity, _ in found] == ["persia"]
    assert "“persia” and “iran”" in found[0][1].text
    assert list(entity_problems(bank)) == []


def words(bank, kind, *facts, ask="", name="group"):
    """The problems of a set of these facts."""
    return [problem.text for problem in set_problems(bank, FactSet(name, kind, facts, ask))]


def test_an_ordering_needs_dates_that_cannot_touch():
    bank = bank_of(
        day_fact(0, "2014-06-13"), day_fact(1, "2014-06"), day_fact(2, "2014-08"), country_fact(3, "chad")
    )
    ids = [fact.id for fact in bank.facts]

    assert words(bank, "ordering", ids[0], ids[2]) == []
    assert words(bank, "matching", ids[0], ids[1]) == []
    assert words(bank, "ordering", ids[0], ids[1]) == ["the order of the set “group” is not certain"]
    assert words(bank, "ordering", ids[0], ids[3]) == ["the order of the set “group” is not certain"]
    assert words(bank, "multiple", "nothing") == ["the set “group” names an unknown fact “nothing”"]


def test_a_matching_needs_right_sides_of_one_kind_that_all_differ():
    other = replace(country_fact(3, "chad"), value=EntityValue("treaty-0"))
    facts = (country_fact(0, "chad"), country_fact(1, "iran"), country_fact(2, "chad"), other)
    bank = bank_of(*facts, day_fact(4, "2014"))
    ids = [fact.id for fact in bank.facts]

    assert words(bank, "matching", *ids[:2]) == []
    assert words(bank, "matching", ids[0], ids[2]) == ["two facts of the set “group” have the same value"]
    kinds = ["the right sides of the set “group” are of several kinds"]
    assert words(bank, "matching", ids[0], ids[3]) == kinds
    assert words(bank, "matching", ids[0], ids[4]) == kinds


@pytest.mark.parametrize("kind", ["multiple", "map"])
def test_what_is_marked_differs_in_value_or_in_subject_alone(kind):
    moved = replace(country_fact(3, "chad"), relation="moved-to")
    bank = with_places(
        bank_of(country_fact(0, "chad"), country_fact(1, "chad"), country_fact(2, "iran"), moved)
    )
    ids = [fact.id for fact in bank.facts]
    neither = ["the facts of the set “group” have neither different values nor one value of one relation"]

    assert words(bank, kind, ids[0], ids[2]) == []
    assert words(bank, kind, *ids[:3]) == neither
    assert words(bank, kind, ids[0], ids[3]) == neither


def test_what_a_map_asks_for_has_a_place_there():
    bank = bank_of(country_fact(0, "chad"), country_fact(1, "iran"), day_fact(2, "2014"), day_fact(3, "2015"))
    ids = [fact.id for fact in bank.facts]
    lost = ["something in the set “group” is not on the map"]

    assert words(bank, "map", *ids[:2]) == lost
    assert words(with_places(bank), "map", *ids[:2]) == []
    assert words(with_places(bank), "map", *ids[2:]) == lost


def test_a_set_says_that_the_source_says_so_where_one_of_its_facts_does():
    sourced = country_fact(1, "iran", treatment=Treatment.ACCORDING_TO_SOURCE)
    bank = bank_of(country_fact(0, "chad"), sourced)
    ids = [fact.id for fact in bank.facts]
    unsaid = ["“ask” of the set “group” does not say that the source says so"]

    assert words(bank, "matching", *ids) == []
    assert words(bank, "matching", *ids, ask="Which land is whose?") == unsaid
    assert words(bank, "matching", *ids, ask="Which land does the source give for each?") == []
    assert words(bank, "confusable", *ids, ask="Which land is whose?") == []


def test_a_set_never_has_the_id_of_a_fact():
    bank = bank_of(country_fact(0, "chad"), country_fact(1, "iran"))
    ids = [fact.id for fact in bank.facts]

    assert words(bank, "matching", *ids, name=ids[0]) == [f"the set “{ids[0]}” has the id of a fact"]


def test_ids_given_twice_are_named():
    fact = country_fact(0, "chad")
    groups = (FactSet("group", "multiple", ()), FactSet("group", "matching", ()))

    assert repeated_ids(bank_of(fact, fact, day_fact(0, "2014"), sets=groups)) == {fact.id, "group"}
