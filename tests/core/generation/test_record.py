from __future__ import annotations

import pytest
from hypothesis import given, settings

from quizapp.core.dates import PartialDate
from quizapp.core.facts import DateValue, EntityValue, NumberValue, Record, Standing, TextValue, Treatment
from quizapp.core.generation import generate, generate_for
from tests.bank_strategies import (
    RECORD_ASK,
    bank_of,
    country_fact,
    day_fact,
    number_fact,
    phrase_fact,
    rich_banks,
)

SOURCED = {
    "standing": Standing.INACCURATE,
    "treatment": Treatment.ACCORDING_TO_SOURCE,
    "note": "The chronicle gives another land.",
}


def of_record(bank, fact):
    return [one for one in generate_for(bank, fact) if one.id.endswith("/choice-2")]


def told(record, **changes):
    """A bank whose first host is told otherwise by the record."""
    fact = country_fact(0, "nigeria", record=record, **SOURCED | changes)
    return bank_of(fact, country_fact(1, "turkey"), country_fact(2, "jordan")), fact


@settings(max_examples=40, deadline=None)
@given(rich_banks())
def test_the_record_s_value_is_the_key_and_the_source_s_own_a_wrong_option(bank):
    for question in generate(bank):
        if question.id.endswith("/choice-2"):
            fact = bank.by_id[question.facts[0]]
            right = [option for option in question.options if option.correct]
            source = [option for option in question.options if option.strategy == "source-says"]
            assert [option.text for option in right] == [bank.text_of(fact.record.value)]
            assert [option.text for option in source] == [bank.text_of(fact.value)]
            assert question.stem == fact.record.ask
            assert 3 <= len(question.options) <= 4


def test_a_fact_check_says_what_the_source_says_and_what_the_record_says():
    bank, fact = told(Record(EntityValue("iran"), "a chronicle", RECORD_ASK))
    (question,) = of_record(bank, fact)
    said = {option.text: option for option in question.options}

    assert question.id == "harbours/treaty-0-host/choice-2"
    assert said["Iran"].correct
    assert said["Nigeria"].because == (
        f"That is what the source says; the record says otherwise. The source: {fact.statement}"
    )
    assert question.explanation == (
        f"The record: Iran (a chronicle). The source says: {fact.statement} The chronicle gives another land."
    )
    assert (question.standing, question.treatment) == ("inaccurate", "note")
    assert question.facts == (fact.id,)


@pytest.mark.parametrize(
    ("record", "changes"),
    [
        (Record(EntityValue("iran"), "a chronicle"), {}),
        (Record(EntityValue("iran"), "a chronicle", "Was Persia the host of the assembly, or who was?"), {}),
        (Record(EntityValue("treaty-1"), "a chronicle", RECORD_ASK), {}),
        (Record(EntityValue("nigeria"), "a chronicle", RECORD_ASK), {}),
        (Record(TextValue("no land at all"), "a chronicle", RECORD_ASK), {}),
        (Record(EntityValue("iran"), "a chronicle", RECORD_ASK), {"accepted": ("Persia",)}),
        (Record(EntityValue("iran"), "a chronicle", RECORD_ASK), {"never": ("choice",)}),
        (Record(EntityValue("iran"), "a chronicle", RECORD_ASK), {"treatment": Treatment.EXCLUDE}),
    ],
    ids=[
        "nothing asks for it",
        "the stem holds the key",
        "another kind",
        "the same",
        "another type",
        "accepted too",
        "forbidden",
        "excluded",
    ],
)
def test_no_fact_check_is_made_where_it_would_be_unsound(record, changes):
    assert of_record(*told(record, **changes)) == []


@pytest.mark.parametrize(
    ("fact", "value", "is_asked"),
    [
        (day_fact(0, "2014-09-05"), DateValue(PartialDate.parse("2014-12-03")), True),
        (day_fact(0, "2014-09-05"), DateValue(PartialDate.parse("2014-12")), False),
        (day_fact(0, "2014-09-05"), DateValue(PartialDate.parse("2014-09-05~")), False),
        (number_fact(0, 49), NumberValue(46, "envoys"), True),
        (number_fact(0, 49), NumberValue(46, "ships"), False),
        (phrase_fact(0, "free trade"), TextValue("open seas"), True),
    ],
)
def test_the_two_are_told_apart_in_one_precision_and_one_unit(fact, value, is_asked):
    record = Record(value, "a chronicle", "What does the chronicle give in the place of that?")
    asked = fact.__class__(**{name: getattr(fact, name) for name in fact.__slots__} | {"record": record})
    others = (
        [day_fact(number, f"201{number}-02-03") for number in range(1, 8)]
        + [number_fact(number, 100 * number) for number in range(1, 8)]
        + [phrase_fact(number, text) for number, text in enumerate(("common coin", "new roads", "salt"), 1)]
    )

    assert bool(of_record(bank_of(asked, *others), asked)) == is_asked
