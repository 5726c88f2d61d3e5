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


def test_an_ordering_needs_dates_that_cannot_touch():
    bank = bank_of(
        day_fact(0, "2014-06-13"), day_fact(1, "2014-06"), day_fact(2, "2014-08"), country_fact(3, "chad")
    )
    ids = [fact.id for fact in bank.facts]

    def words(kind, *facts):
        return [problem.text for problem in set_problems(bank, FactSet("group", kind, facts))]

    assert words("ordering", ids[0], ids[2]) == []
    assert words("matching", ids[0], ids[1]) == []
    assert words("ordering", ids[0], ids[1]) == ["the order of the set “group” is not certain"]
    assert words("ordering", ids[0], ids[3]) == ["the order of the set “group” is not certain"]
    assert words("multiple", "nothing") == ["the set “group” names an unknown fact “nothing”"]


def test_ids_given_twice_are_named():
    fact = country_fact(0, "chad")
    groups = (FactSet("group", "multiple", ()), FactSet("group", "matching", ()))

    assert repeated_ids(bank_of(fact, fact, day_fact(0, "2014"), sets=groups)) == {fact.id, "group"}
