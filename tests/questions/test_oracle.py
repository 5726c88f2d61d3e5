"""The second opinion itself: it finds what is planted, and agrees with the rule on banks of all kinds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.core import item_checks
from quizapp.core.facts import DateValue, EntityValue, NumberValue
from quizapp.core.generation import generate
from quizapp.core.questions import Option, question_to_dict
from tests.bank_strategies import COUNTRIES, bank_of, banks, country_fact, day_fact, number_fact
from tests.questions.oracle import Fault, Oracle, count, days, same

FACTS = [
    {"id": "fair", "subject": "fair", "relation": "in", "ask": "Where was it?", "value": {"entity": "oslo"},
     "never_wrong": ["Bergen"], "tell": "It was in [[Oslo]]."},
    {"id": "day", "subject": "fair", "relation": "on", "ask": "When was it?", "value": {"date": "2014-09"},
     "accepted": ["2015"], "tell": "It was in [[September 2014]]."},
    {"id": "size", "subject": "fair", "relation": "size", "ask": "How many came?", "value": {"number": "34"},
     "tell": "It had [[34 guests]].",
     "record": {"value": {"number": "60"}, "source": "a chronicle", "ask": "How many by the record?"}},
    {"id": "atom", "subject": "fair", "relation": "atom", "ask": "Which number?", "value": {"number": "34"},
     "exact": "true", "tell": "It is [[34]]."},
    {"id": "aim", "subject": "fair", "relation": "aim", "ask": "What for?", "value": {"text": "free trade"},
     "tell": "It was for [[free trade]]."},
    {"id": "guests", "subject": "fair", "relation": "guest", "ask": "Was {member} there?",
     "members": ["riga", "kiel"], "tell": "There was [[{member}]]."},
    {"id": "pay-riga", "subject": "riga", "relation": "pays", "ask": "Riga?", "value": {"entity": "mark"}, "tell": "[[x]]"},
    {"id": "pay-kiel", "subject": "kiel", "relation": "pays", "ask": "Kiel?", "value": {"entity": "mark"}, "tell": "[[x]]"},
    {"id": "pay-oslo", "subject": "oslo", "relation": "pays", "ask": "Oslo?", "value": {"entity": "mark"}, "tell": "[[x]]"},
    {"id": "pay-turin", "subject": "turin", "relation": "pays", "ask": "Turin?", "value": {"entity": "lira"}, "tell": "[[x]]"},
]  # fmt: skip
ENTITIES = {
    "fair": {"kind": "event", "name": "Fair"},
    "oslo": {"kind": "city", "name": "Oslo", "aliases": ["Christiania"], "code": "OSL"},
    "oslo-town": {"kind": "city", "name": "Oslo Town", "code": "OSL"},
    "bergen": {"kind": "city", "name": "Bergen"},
    "riga": {"kind": "city", "name": "Riga"},
    "kiel": {"kind": "city", "name": "Kiel"},
    "turin": {"kind": "city", "name": "Turin", "aliases": ["Torino"]},
    "mark": {"kind": "coin", "name": "mark"},
    "lira": {"kind": "coin", "name": "lira"},
}
ORACLE = Oracle({"entities": ENTITIES, "facts": FACTS})


def asked(facts, *texts, kind="choice", stem="What is asked?"):
    options = [{"id": text, "text": text, "correct": False} for text in texts]
    return {"id": "q", "type": kind, "facts": facts, "stem": stem, "options": options}


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (asked(["fair"], "Turin", "CHRISTIANIA"), "CHRISTIANIA"),
        (asked(["fair"], "Turin", "Bergen"), "Bergen"),
        (asked(["fair"], "Turin", "Oslo Town"), "Oslo Town"),
        (asked(["fair"], "Turin", "Riga"), "Riga"),
        (asked(["day"], "May 2014", "3 September 2014"), "3 September 2014"),
        (asked(["day"], "May 2014", "autumn 2014"), "autumn 2014"),
        (asked(["day"], "May 2014", "May 2015"), "May 2015"),
        (asked(["size"], "9 guests", "35 guests"), "35 guests"),
        (asked(["size"], "9 guests", "61 guests"), "61 guests"),
        (asked(["size"], "34 guests", "62 guests", stem="How many by the record?"), "62 guests"),
        (asked(["atom"], "33", "34"), "34"),
        (asked(["aim"], "open seas", "trade"), "trade"),
        (asked(["guests.riga"], "Turin", "Kiel"), "Kiel"),
        (asked(["guests.riga", "guests.kiel"], "Turin", "Kiel", kind="multiple"), "Kiel"),
        (asked(["pay-riga", "pay-kiel"], "Turin", "Oslo", kind="multiple"), "Oslo"),
    ],
)
def test_a_planted_fault_is_found_and_the_sound_option_beside_it_is_not(question, text):
    assert ORACLE.faults([question]) == [Fault("q", text)]


def test_a_place_a_right_side_and_a_statement_are_judged_as_well():
    places = [{"id": name, "name": ENTITIES[name]["name"]} for name in ("riga", "kiel", "turin")]
    on_map = {
        "id": "m",
        "type": "map",
        "facts": ["guests.riga"],
        "stem": "Which?",
        "places": places,
        "targets": ["riga"],
    }
    pairs = [["Riga", "mark"], ["Turin", "lira"], ["Kiel", "lira"]]
    facts = ["pay-riga", "pay-turin", "pay-kiel"]
    matching = {"id": "p", "type": "matching", "facts": facts, "stem": "Which?", "pairs": pairs, "extra": []}
    statement = {
        "id": "t", "type": "true-false", "facts": ["fair"], "stem": "It was in Christiania.",
        "options": [{"id": "true", "text": "True", "correct": False}, {"id": "false", "text": "False", "correct": True}],
    }  # fmt: skip

    assert ORACLE.faults([on_map]) == [Fault("m", "Kiel")]
    assert ORACLE.faults([matching]) == [Fault("p", "mark")]
    assert ORACLE.faults([statement]) == [Fault("t", "Christiania")]
    assert ORACLE.faults([{**statement, "stem": "It was in Turin."}]) == []


def test_names_dates_and_counts_are_read_as_people_write_them():
    assert same("The Côte d’Ivoire") == same("cote d'ivoire")
    assert (
        days("5 September 2014") == days("2014-09-05") == days("September 5th, 2014") == (20140905, 20140905)
    )
    assert days("winter 2014") == days("2014-24") == (20141201, 20150231)
    assert days("2014-05/2014-06") == days("May 2014 to June 2014") == (20140501, 20140631)
    assert days("2014") == days("about 2014") == days("2014~") == (20140101, 20141231)
    assert (days("Oslo"), days("the year 2014"), count("1,200 guests"), count("Oslo")) == (
        None,
        None,
        1200,
        None,
    )


def data_of(bank):
    """The data from which a bank may have been read."""
    facts = [
        {
            "id": fact.id, "subject": fact.subject, "relation": fact.relation, "ask": fact.ask, "tell": fact.tell,
            "value": value_of(fact.value), "accepted": fact.accepted, "never_wrong": fact.never_wrong,
            "exact": str(fact.is_exact).lower(),
        }
        for fact in bank.facts
    ]  # fmt: skip
    entities = {
        one.id: {"kind": one.kind, "name": one.name, "aliases": one.aliases}
        | ({"code": one.code} if one.code else {})
        for one in bank.entities.values()
    }
    return {"entities": entities, "facts": facts}


def value_of(value):
    if isinstance(value, EntityValue):
        return {"entity": value.entity}
    if isinstance(value, DateValue):
        return {"date": value.date.edtf}
    return {"number": str(value.number)} if isinstance(value, NumberValue) else {"text": value.text}


PLANTED = (
    *(name for name, _ in COUNTRIES.values()), "Persia", "Tchad", "Treaty of Port B",
    "5 September 2014", "September 2014", "2015", "June 2014", "3 May 1999",
    "34 envoys", "35 envoys", "60 envoys", "9 envoys", "1 envoy",
    "free trade", "trade", "open seas", "wide open seas", "cheap bread",
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(banks(), st.sets(st.sampled_from(PLANTED), min_size=1, max_size=6))
def test_the_oracle_and_the_rule_agree_on_whatever_is_offered_as_wrong(bank, planted):
    oracle = Oracle(data_of(bank))
    rule = [one for one in item_checks.RULES if one.name == "true-distractor"]
    for question in generate(bank, every_form=True):
        if question.type not in {"choice", "multiple"}:
            continue
        assert oracle.faults([question_to_dict(question)]) == []
        wrong = tuple(
            Option(f"p{place}", text, False, "Planted.") for place, text in enumerate(sorted(planted))
        )
        flawed = replace(question, options=(*(one for one in question.options if one.correct), *wrong))
        found = {flaw.detail.split("”")[0].strip("“") for flaw in item_checks.check(bank, [flawed], rule)}

        assert {fault.text for fault in oracle.faults([question_to_dict(flawed)])} == found


@pytest.mark.parametrize(
    ("fact", "changes"),
    [
        (country_fact(0, "turkey"), {"never_wrong": ("Chad",)}),
        (day_fact(0, "2014-06-13"), {"accepted": ("2014-09",)}),
        (number_fact(0, 34), {"is_exact": True}),
        (number_fact(0, 34), {"never_wrong": ("59 envoys",)}),
    ],
)
def test_they_agree_on_what_a_fact_excepts(fact, changes):
    bank = bank_of(
        replace(fact, **changes), country_fact(1, "iran"), day_fact(1, "2015-06"), number_fact(1, 9)
    )
    options = tuple(Option(f"p{place}", text, False, "Planted.") for place, text in enumerate(PLANTED))
    template = next(one for one in generate(bank_of(country_fact(0, "turkey"))) if one.type == "choice")
    question = replace(template, facts=(fact.id,), options=options)
    rule = [one for one in item_checks.RULES if one.name == "true-distractor"]
    found = {flaw.detail.split("”")[0].strip("“") for flaw in item_checks.check(bank, [question], rule)}

    assert {one.text for one in Oracle(data_of(bank)).faults([question_to_dict(question)])} == found != set()
