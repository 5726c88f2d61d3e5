from __future__ import annotations

from quizapp.core.dates import PartialDate
from quizapp.core.facts import DateValue, Entity, EntityValue, NumberValue, Source, TextValue
from tests.bank_strategies import full_bank


def test_a_value_is_shown_by_name_date_count_or_phrase():
    bank = full_bank()

    assert bank.text_of(EntityValue("turkey")) == "Turkey"
    assert bank.text_of(DateValue(PartialDate.parse("2014-09-05"))) == "5 September 2014"
    assert bank.text_of(NumberValue(34, "envoys")) == "34 envoys"
    assert bank.text_of(NumberValue(1250)) == "1,250"
    assert bank.text_of(TextValue("free trade")) == "free trade"


def test_every_right_spelling_of_a_value_is_known():
    bank = full_bank()

    assert bank.names_of(EntityValue("turkey")) == ("Turkey", "Türkiye")
    assert bank.names_of(NumberValue(34, "envoys")) == (
        "34 envoys",
        "thirty-four envoys",
        "34",
        "thirty-four",
    )


def test_a_source_is_called_by_its_name_its_document_or_its_package():
    assert Source(name="Book of Harbours", document="harbours.txt").label == "Book of Harbours"
    assert Source(document="harbours.txt").label == "harbours.txt"
    assert Source(package="countries", version="3.4").label == "countries 3.4"
    assert Source().label == ""


def test_a_place_is_called_by_its_code_or_else_by_its_own_id():
    assert Entity("norway", "country", "Norway", code="NOR", point=(60.0, 9.0)).place == "NOR"
    assert Entity("oslo", "city", "Oslo", point=(59.9, 10.7)).place == "oslo"
    assert Entity("saga", "book", "Saga").place is None
