"""The interventions bank by its content: what its source invents, errs in or hedges is never taught as the record."""

from __future__ import annotations

import hashlib
import re

import pytest

from quizapp import paths
from quizapp.core.coverage import coverage
from quizapp.core.dates import read_date
from quizapp.core.facts import DateValue, EntityValue, NumberValue, Standing, Treatment
from quizapp.core.generation import generate
from quizapp.core.matching import holds, words_of
from quizapp.core.questions import ChoiceQuestion
from quizapp.formats.facts_yaml import read_bank
from quizapp.formats.uncited_yaml import read_reasons

FOLDER = paths.questions() / "interventions"
DOCUMENT = FOLDER.parents[2] / "shared" / "source" / "000_a78426b0112b4780.txt"
beside_its_document = pytest.mark.skipif(
    not DOCUMENT.exists(), reason="the source document is not beside the project"
)

EXCLUDED = {
    "wales-number",
    "brussels-heading-date",
    "brussels-same-nations",
    "kurdistan-membership",
    "un-proposals",
    "un-preparations-date",
    "un-units-origin",
    "un-migrants",
    "turkey-attacks-suspect",
    "turkish-police-month",
    "suruc-victims",
    "iran-support-increasing",
    "infobox-end-date",
    "infobox-al-qaeda-strikes",
    "infobox-refugees",
    "infobox-refugee-crisis",
    "infobox-executions",
    "infobox-rise-and-fall",
}
BOUND_TO_THE_SOURCE = {
    "brussels-number",
    "paris-leader",
    "russia-coalition-leader",
    "riyadh-against",
    "consulate-number",
    "consulate-country",
    "iran-aircraft-combat",
    "infobox-start-date",
    "withdrawal-reasons.ceasefire-success",
    "withdrawal-reasons.government-security",
}
INVENTIONS = re.compile(r"peacekeep|erbil|kurdistan|2281|green camp|scotland", re.IGNORECASE)
SAYS_WHOSE = re.compile(r"\bthe (source|infobox)\b", re.IGNORECASE)
HEDGE = re.compile(r"\bsuspect|\bsuspicion|\bdisputed", re.IGNORECASE)
LISTS = {
    "wales-ministers": "AUS CAN DEU DNK FRA GBR ITA TUR",
    "baghdad-centre-members": "IRN IRQ RUS SYR",
    "russian-coordination": "ISR JOR",
    "riyadh-members": (
        "ARE BEN BGD BHR CIV COM DJI EGY GAB GIN JOR KWT LBN LBY MAR MDV MLI MRT MYS NER NGA PAK PSE QAT SAU SDN "
        "SEN SLE SOM TCD TGO TUN TUR YEM"
    ),
    "infobox-locations": "AFG IRQ LBY NGA SYR",
    "situation-map-countries": "IRQ LBN SYR",
    "wales-theatres": "IRQ SYR",
    "soleimani-sources": "GBR USA",
}
NEVER_OUTSIDE = {
    "wales-ministers": {"Poland", "United States"},
    "riyadh-members": {
        "Afghanistan",
        "Oman",
        "Uganda",
        "Brunei",
        "Gambia",
        "Burkina Faso",
        "Kenya",
        "Indonesia",
        "Syria",
    },
    "infobox-locations": {"Turkey", "Lebanon", "Egypt", "Yemen"},
    "russian-coordination": {"United States", "Turkey", "Iraq", "Iran", "Syria"},
}


@pytest.fixture(scope="module")
def bank():
    return read_bank(FOLDER / "facts.yaml")


@pytest.fixture(scope="module")
def questions(bank):
    return generate(bank)


@pytest.fixture(scope="module")
def document():
    return DOCUMENT.read_text(encoding="utf-8")


def of_list(bank, name):
    return [fact for fact in bank.facts if fact.member_of == name]


def test_what_is_excluded_is_known_by_name_and_keeps_its_reason(bank):
    excluded = [fact for fact in bank.facts if not fact.is_asked]

    assert {fact.id for fact in excluded} == EXCLUDED
    assert all(fact.note for fact in excluded)


def test_no_question_probes_an_excluded_statement(questions):
    assert EXCLUDED.isdisjoint(fact for question in questions for fact in question.facts)


@pytest.mark.parametrize("name", sorted(BOUND_TO_THE_SOURCE))
def test_what_the_record_contradicts_is_asked_by_the_source_alone(bank, name):
    fact = bank.by_id[name]

    assert fact.standing is Standing.INACCURATE
    assert fact.treatment is Treatment.ACCORDING_TO_SOURCE
    assert fact.note


def test_what_speaks_of_an_invention_is_labelled_fictional(bank):
    for fact in bank.facts:
        if fact.is_asked and INVENTIONS.search(f"{fact.ask} {fact.tell}"):
            assert fact.standing is Standing.FICTIONAL, fact.id


def test_what_is_labelled_fictional_speaks_of_an_invention_of_the_source(bank):
    of_the_force = {"un-force", "resolution-2281", "erbil-conference", "kurdistan"}
    for fact in bank.facts:
        if fact.standing is Standing.FICTIONAL and fact.subject not in of_the_force:
            assert INVENTIONS.search(f"{fact.ask} {fact.tell}"), fact.id


def test_a_fictional_statement_says_that_it_is_invented(bank):
    for fact in bank.facts:
        if fact.standing is Standing.FICTIONAL:
            assert re.search(r"invented", fact.note, re.IGNORECASE), fact.id


def test_no_question_on_an_invention_or_an_error_is_put_as_if_it_were_the_record(bank, questions):
    for question in questions:
        for fact in map(bank.by_id.__getitem__, question.facts):
            if fact.standing is Standing.FICTIONAL or fact.treatment is Treatment.ACCORDING_TO_SOURCE:
                assert SAYS_WHOSE.search(question.stem), question.id


def test_documented_and_invented_facts_are_never_asked_together(bank, questions):
    for question in questions:
        assert len({bank.by_id[fact].standing is Standing.FICTIONAL for fact in question.facts}) == 1, (
            question.id
        )


def test_the_brussels_meeting_keeps_the_date_of_its_paragraph_and_is_never_told_apart_from_its_heading(bank):
    fact = bank.by_id["brussels-date"]

    assert fact.value == DateValue(read_date("2014-12-03"))
    assert read_date("2014-09-03") in map(read_date, fact.never_wrong)
    assert "3 September 2014" in fact.note


def test_the_riyadh_coalition_may_be_dated_by_either_side_of_the_ocean(bank):
    fact = bank.by_id["riyadh-date"]

    assert fact.value == DateValue(read_date("2015-12-14"))
    assert fact.accepted == ("2015-12-15",)


def test_no_count_near_to_that_of_the_brussels_meeting_is_offered_as_wrong(questions):
    counts = [
        int(option.text.split()[0])
        for question in questions
        if question.facts == ("brussels-number",) and isinstance(question, ChoiceQuestion)
        for option in question.options
        if not option.correct
    ]

    assert counts
    assert all(abs(count - 60) > 6 for count in counts)


def test_the_real_resolution_2281_is_on_record(bank):
    by_date, by_matter = bank.by_id["un-resolution-date"].record, bank.by_id["un-resolution-content"].record

    assert by_date.value == DateValue(read_date("2016-04-26"))
    assert by_matter.value == EntityValue("minusca")


def test_each_record_is_asked_for_without_either_value_being_told(bank):
    for fact in (fact for fact in bank.facts if fact.record and fact.record.ask):
        assert 4 <= len(fact.record.ask.split()) <= 75, fact.id
        assert SAYS_WHOSE.search(fact.record.ask), fact.id
        told = (*bank.names_of(fact.record.value), *bank.names_of(fact.value))
        assert not any(holds(fact.record.ask, name) for name in told), fact.id


def test_a_count_near_to_that_of_the_record_is_no_matter_for_a_fact_check(bank):
    asked = {fact.id for fact in bank.facts if fact.record and fact.record.ask}

    assert asked.isdisjoint({"brussels-number", "consulate-number"})
    assert asked >= {"un-resolution-date", "un-resolution-content", "riyadh-against", "infobox-start-date"}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_exactly_the_members_that_the_document_names(bank, name):
    codes = [bank.entities[fact.value.entity].code for fact in of_list(bank, name)]

    assert sorted(codes) == LISTS[name].split()


@pytest.mark.parametrize("name", NEVER_OUTSIDE)
def test_no_member_and_nobody_in_doubt_is_offered_as_an_outsider(bank, questions, name):
    facts = of_list(bank, name)
    ids = {fact.id for fact in facts}
    offered = {
        option.text
        for question in questions
        if set(question.facts) <= ids
        for option in getattr(question, "options", ())
        if not option.correct
    }

    assert offered
    assert offered.isdisjoint({bank.text_of(fact.value) for fact in facts} | NEVER_OUTSIDE[name])
    assert all(NEVER_OUTSIDE[name] <= set(fact.never_wrong) for fact in facts)


def test_no_attack_is_asked_for_its_victims_or_its_authors(bank):
    for fact in bank.facts:
        if fact.is_asked and bank.entities[fact.subject].kind.startswith("attack"):
            assert not isinstance(fact.value, NumberValue), fact.id
            assert not re.search(r"\bkilled\b|\bdeaths?\b|\bvictims?\b|^who\b", fact.ask, re.IGNORECASE), (
                fact.id
            )


def test_the_suspicion_of_the_source_stays_a_suspicion(bank):
    for fact in bank.facts:
        is_suspected = fact.subject in {
            "reyhanli-attack",
            "diyarbakir-attack",
            "suruc-attack",
            "consulate-kidnapping",
        }
        if fact.is_asked and is_suspected:
            assert HEDGE.search(fact.ask), fact.id
            assert HEDGE.search(fact.tell), fact.id


def test_countries_and_towns_can_be_found_on_a_map(bank):
    for entity in bank.entities.values():
        if entity.kind == "country":
            assert re.fullmatch(r"[A-Z]{3}", entity.code or ""), entity.id
        if entity.kind.endswith(("city", "town")):
            assert entity.point, entity.id


def test_a_set_is_asked_by_one_question_and_never_mixes_fact_and_fiction(bank):
    for group in (group for group in bank.sets if group.kind != "confusable"):
        facts = [bank.by_id[one] for one in group.facts]
        assert 4 <= len(group.ask.split()) <= 75, group.id
        assert len({fact.standing is Standing.FICTIONAL for fact in facts}) == 1, group.id
        if any(fact.treatment is Treatment.ACCORDING_TO_SOURCE for fact in facts):
            assert SAYS_WHOSE.search(group.ask), group.id


def test_what_is_put_in_order_or_matched_is_named_without_its_value(bank):
    for group in (group for group in bank.sets if group.kind in {"ordering", "matching"}):
        labels = [bank.by_id[one].label for one in group.facts]
        assert all(labels), group.id
        assert len(set(labels)) == len(labels), group.id
        for one in group.facts:
            fact = bank.by_id[one]
            assert not any(holds(fact.label, name) for name in bank.names_of(fact.value)), one
            assert not re.search(r"\b20\d\d\b", fact.label), one


@beside_its_document
def test_the_document_is_cited_nearly_whole_and_what_is_left_is_explained(bank, document):
    assert hashlib.sha256(document.encode()).hexdigest() == bank.source.sha256
    found = coverage(bank, document, read_reasons(FOLDER / "uncited.yaml"))

    assert found.share >= 0.9
    assert found.unexplained == ()


@beside_its_document
def test_every_passage_is_the_one_that_was_cited(bank, document):
    for fact in bank.facts:
        cited = "\n".join(document[start:end] for start, end in fact.cite)
        assert hashlib.sha256(cited.encode()).hexdigest()[:16] == fact.fingerprint, fact.id


@beside_its_document
def test_no_sentence_of_the_document_is_copied(bank, document):
    names = sorted(
        (name for entity in bank.entities.values() for name in entity.names), key=len, reverse=True
    )
    copied = runs_of(document, names)
    for fact in bank.facts:
        for text in (fact.ask, fact.statement, fact.note, fact.pick_ask, fact.label):
            assert copied.isdisjoint(runs_of(text, names)), text


def runs_of(text, names, length=8):
    """Return every run of so many words; a name counts as one."""
    for name in (name for name in names if " " in name):
        text = text.replace(name, "name")
    words = words_of(text)
    return {words[start : start + length] for start in range(len(words) - length + 1)}
