from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import DamerauLevenshtein

from quizapp.core import item_checks
from quizapp.core.dates import PartialDate
from quizapp.core.facts import (
    DateValue,
    Entity,
    EntityValue,
    NumberValue,
    Record,
    Standing,
    TextValue,
    Treatment,
)
from quizapp.core.generation import generate
from quizapp.formats import questions_json
from tests.bank_strategies import (
    COUNTRIES,
    PICK_ASK,
    bank_of,
    banks,
    country_fact,
    day_fact,
    full_bank,
    member_facts,
    number_fact,
    phrase_fact,
    shuffled,
    with_places,
)

laws = settings(max_examples=40, deadline=None)


def every_form(bank, seed=0):
    """All that is sound, not only what a bank asks."""
    return generate(bank, seed, every_form=True)


def days_of(text):
    """The days an English date of the test banks may mean, by arithmetic of the test's own."""
    months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    *day, month, year = text.split()
    first = date(int(year), months.index(month) + 1, int(day[0]) if day else 1)
    if day:
        return {first}
    return {
        date.fromordinal(first.toordinal() + offset)
        for offset in range(31)
        if date.fromordinal(first.toordinal() + offset).month == first.month
    }


def is_true(bank, fact, text):
    """Whether the bank makes `text` a right response to the fact: an oracle that shares no code with the generator."""
    if isinstance(fact.value, DateValue):
        return bool(days_of(text) & days_of(fact.marked))
    if isinstance(fact.value, NumberValue):
        number = int(text.split()[0])
        return abs(number - fact.value.number) <= 0.1 * max(number, fact.value.number)
    if isinstance(fact.value, TextValue):
        return text == fact.value.text
    same = [
        other.value.entity
        for other in bank.facts
        if (other.subject, other.relation) == (fact.subject, fact.relation)
    ]
    return text in {name for key in same for name in (COUNTRIES[key][0], *COUNTRIES[key][1])}


def many_hosts(count):
    """A bank of so many hosts, days and counts that no question looks at all of them."""
    syllables = ("ba", "ce", "di", "fo", "gu", "ha", "ke", "li")
    names = [
        "".join(syllables[number // 8**place % 8] for place in range(4)).title() for number in range(count)
    ]
    found = {}
    facts = []
    for number, name in enumerate(names):
        found[f"land-{number}"] = Entity(f"land-{number}", "country", name)
        found[f"treaty-{number}"] = Entity(f"treaty-{number}", "treaty", f"Treaty {number}")
        day = (date(1500, 1, 1) + timedelta(days=97 * number)).isoformat()
        own = {"subject": f"treaty-{number}"}
        host = country_fact(0, "chad", id=f"host-{number}", value=EntityValue(f"land-{number}"), **own)
        facts += [
            replace(
                host,
                ask=f"Which land was host to treaty {number}?",
                tell=f"Treaty {number} had as host [[{name}]].",
            ),
            replace(
                day_fact(0, day, id=f"day-{number}", **own),
                ask=f"When was treaty {number} put before the assembly?",
                tell=f"Treaty {number} was put before the assembly on [[{PartialDate.parse(day).text()}]].",
            ),
            replace(
                number_fact(0, 1000 + 50 * number, id=f"seals-{number}", **own),
                ask=f"How many envoys put a seal to treaty {number}?",
                tell=f"To treaty {number} put their seals [[{1000 + 50 * number} envoys]].",
            ),
        ]
    return replace(bank_of(*facts), entities=found)


@laws
@given(banks())
def test_a_choice_has_one_right_option_and_no_other_true_one(bank):
    for question in every_form(bank):
        if question.type == "choice":
            fact = bank.by_id[question.facts[0]]
            assert [is_true(bank, fact, option.text) for option in question.options] == [
                option.correct for option in question.options
            ]
            assert sum(option.correct for option in question.options) == 1
            assert 3 <= len(question.options) <= 4
            assert len({option.id for option in question.options}) == len(question.options)
            assert all(option.because for option in question.options)
            assert all(option.correct == (option.strategy is None) for option in question.options)


@laws
@given(banks())
def test_a_statement_is_judged_as_the_bank_judges_it(bank):
    for question in every_form(bank):
        if question.type == "true-false":
            fact = bank.by_id[question.facts[0]]
            before, after = fact.tell.split("[[")[0], fact.tell.split("]]")[1]
            said = question.stem.removeprefix(before).removesuffix(after)
            assert [option.id for option in question.options] == ["true", "false"]
            assert question.options[0].correct == is_true(bank, fact, said)
            assert question.options[1].correct != question.options[0].correct


@laws
@given(banks())
def test_no_key_stands_in_the_stem_of_a_question_that_asks_for_it(bank):
    for question in every_form(bank):
        fact = bank.by_id[question.facts[0]]
        if question.type != "true-false":
            assert fact.marked not in question.stem


@laws
@given(banks(), st.integers(0, 3))
def test_the_same_facts_and_seed_give_the_same_bytes(bank, seed):
    assert questions_json.dump(bank, every_form(bank, seed)) == questions_json.dump(
        bank, every_form(bank, seed)
    )


@laws
@given(banks(), st.integers(0, 99))
def test_the_order_of_the_facts_changes_no_question(bank, seed):
    in_order = {question.id: question for question in every_form(bank)}
    mixed = {question.id: question for question in every_form(shuffled(bank, seed))}

    assert in_order == mixed


@laws
@given(banks())
def test_excluded_facts_and_forbidden_types_are_never_asked(bank):
    for question in every_form(bank):
        fact = bank.by_id[question.facts[0]]
        assert fact.treatment is not Treatment.EXCLUDE
        assert question.type not in fact.never
        assert question.id == f"{bank.id}/{fact.id}/{question.type}"


@laws
@given(banks())
def test_dates_and_counts_stand_in_order_names_by_the_alphabet(bank):
    for question in every_form(bank):
        if question.type == "choice":
            texts = [option.text for option in question.options]
            value = bank.by_id[question.facts[0]].value
            if isinstance(value, NumberValue):
                assert texts == sorted(texts, key=lambda text: int(text.split()[0]))
            elif isinstance(value, DateValue):
                assert texts == sorted(texts, key=lambda text: min(days_of(text)))
            else:
                assert texts == sorted(texts, key=lambda text: text.replace("ô", "o").casefold())


@pytest.mark.parametrize(
    ("edtf", "parts"),
    [
        ("2014-09-05", ("day", "month", "year")),
        ("2014-06", ("month", "year")),
        ("2014", ("year",)),
        ("2014-22", None),
        ("2014-06~", None),
        ("2014-06/2014-08", None),
    ],
)
def test_a_date_is_asked_for_exactly_as_precisely_as_it_is_printed(edtf, parts):
    made = {question.type: question for question in every_form(bank_of(day_fact(0, edtf)))}

    assert (made["date"].parts if "date" in made else None) == parts


def test_a_second_date_is_accepted_and_the_record_is_neutral():
    fact = day_fact(
        0,
        "2014-12-14",
        accepted=("2014-12-15",),
        never_wrong=("16 December 2014",),
        record=Record(DateValue(PartialDate.parse("2014-12-17")), "a chronicle"),
        note="The chronicle is a day late.",
    )
    made = {question.type: question for question in every_form(bank_of(fact))}

    assert made["date"].accept == ("2014-12-14", "2014-12-15")
    assert made["date"].neutral == ("2014-12-17", "2014-12-16")
    assert "15 December 2014" in made["cloze"].accept
    assert "17 December 2014" in made["cloze"].neutral
    assert made["cloze"].accept[0] == "14 December 2014"
    assert "The chronicle is a day late." in made["date"].explanation
    assert "The record: 17 December 2014 (a chronicle)." in made["date"].explanation


def test_a_date_within_the_right_one_is_right_and_not_neutral():
    month = day_fact(0, "2014-09", accepted=(), never_wrong=("2014-09-07",))
    later = day_fact(
        0,
        "2014-09-05",
        id="its-day",
        ask="On which day was it sealed?",
        tell="Sealed on [[5 September 2014]].",
    )
    made = {question.id: question for question in every_form(bank_of(month, later))}

    assert made["harbours/treaty-0-date/date"].neutral == ()


def test_a_statement_is_never_false_by_what_another_fact_tells_in_the_same_words():
    told = "A land that was host to some treaty is {}."
    hosts = ("niger", "chad", "jordan", "turkey")
    bank = bank_of(
        *(
            country_fact(number, key, tell=told.format(f"[[{COUNTRIES[key][0]}]]"), relation=f"host-{number}")
            for number, key in enumerate(hosts)
        )
    )

    for seed in range(20):
        for question in every_form(bank, seed):
            if question.type == "true-false" and not question.options[0].correct:
                assert question.stem not in {told.format(COUNTRIES[key][0]) for key in hosts}


def test_a_count_is_asked_with_its_unit_outside_the_blank():
    made = {question.type: question for question in every_form(bank_of(number_fact(0, 34)))}

    assert made["cloze"].stem.endswith("bears the seals of ____ envoys.")
    assert made["cloze"].accept[:2] == ("34", "thirty-four")
    assert "34 envoys" in made["cloze"].accept
    assert "short" not in made
    assert "choice" not in made


def test_a_count_is_typed_as_a_number_and_what_else_may_be_given_is_known():
    fact = number_fact(
        0,
        34,
        accepted=("35", "thirty-six envoys"),
        never_wrong=("60 envoys", "some forty"),
        record=Record(NumberValue(12, "envoys"), "a chronicle"),
        note="The chronicle counts twelve.",
    )
    made = {question.type: question for question in every_form(bank_of(fact))}

    assert (made["numeric"].number, made["numeric"].tolerance, made["numeric"].unit) == (34, 0, "envoys")
    assert made["numeric"].also == (35, 36)
    assert made["numeric"].neutral == (12, 60)
    assert made["numeric"].stem == fact.ask


@pytest.mark.parametrize(
    "changes",
    [
        {"standing": Standing.VAGUE, "note": "Loose."},
        {"never": ("numeric",)},
        {"value": TextValue("several")},
    ],
)
def test_what_is_vague_or_no_number_is_not_typed_as_one(changes):
    assert "numeric" not in {one.type for one in every_form(bank_of(number_fact(0, 34, **changes)))}


def test_two_numbers_that_would_be_right_are_not_typed():
    bank = bank_of(number_fact(0, 34), number_fact(0, 59, id="second"))

    assert "numeric" not in {one.type for one in every_form(bank)}


def test_a_place_is_found_among_those_of_its_kind_and_no_member_of_a_list_is_sought_alone():
    members = member_facts(["niger", "turkey"], pick_ask=PICK_ASK)
    bank = with_places(bank_of(country_fact(1, "chad", never_wrong=("Iran",)), *members))
    (found,) = (one for one in every_form(bank) if one.type == "map")

    assert found.id == "harbours/treaty-1-host/map"
    assert found.targets == ("chad",)
    assert {place.name for place in found.places} == {name for name, _ in COUNTRIES.values()} - {"Iran"}


@pytest.mark.parametrize("placed", [3, 4])
def test_a_place_is_sought_among_four_others_at_least(placed):
    bank = with_places(bank_of(country_fact(0, "chad")))
    kept = ("chad", "iran", "iraq", "niger", "turkey")[: placed + 1]
    entities = {
        key: entity for key, entity in bank.entities.items() if entity.kind == "treaty" or key in kept
    }

    kinds = {one.type for one in every_form(replace(bank, entities=entities))}
    assert ("map" in kinds) == (placed == 4)


def test_a_phrase_is_a_choice_only_among_three_siblings():
    three = bank_of(
        *(
            phrase_fact(number, text)
            for number, text in enumerate(("free trade", "open seas", "common coinage"))
        )
    )
    four = bank_of(*three.facts, phrase_fact(3, "mutual defence"))

    assert not [question for question in every_form(three) if question.type == "choice"]
    assert len([question for question in every_form(four) if question.type == "choice"]) == 4


def test_a_long_phrase_is_never_typed():
    fact = phrase_fact(0, "a lasting peace between all the harbours")

    assert {question.type for question in every_form(bank_of(fact))} == {"true-false"}


def test_what_two_facts_answer_is_never_typed():
    one, other = country_fact(0, "chad"), replace(country_fact(0, "jordan"), id="second-host")

    assert {question.type for question in every_form(bank_of(one, other))} <= {"true-false", "choice"}


def test_what_is_true_of_the_same_thing_is_neutral_where_it_is_not_asked_for():
    one = country_fact(0, "chad")
    other = replace(
        country_fact(0, "jordan"),
        id="second-host",
        ask="Which land by the sea was host to the second meeting?",
        tell="The land by the sea that was host to the second meeting is [[Jordan]].",
    )
    made = {question.id: question for question in every_form(bank_of(one, other))}
    first = day_fact(0, "2014-06-13")
    second = replace(
        day_fact(0, "2015-06-05"), id="again", ask="And when once more?", tell="Then [[5 June 2015]]."
    )
    dates = {question.id: question for question in every_form(bank_of(first, second))}

    assert made["harbours/treaty-0-host/short"].neutral == ("Jordan",)
    assert made["harbours/second-host/cloze"].neutral == ("Chad", "Tchad")
    assert dates["harbours/treaty-0-date/date"].neutral == ("2015-06-05",)


def test_an_interval_is_neither_typed_nor_entered():
    bank = bank_of(*(day_fact(number, f"201{number}-06/201{number}-08") for number in range(4)))

    assert {question.type for question in every_form(bank)} == {"choice", "true-false"}
    assert {question.type for question in every_form(bank_of(day_fact(0, "2014/2015")))} == {"true-false"}


def test_two_wrong_options_that_fit_do_instead_of_three():
    bank = bank_of(country_fact(0, "chad"))
    entities = {key: bank.entities[key] for key in ("treaty-0", "chad", "iran", "iraq", "ivory-coast")}
    (choice,) = (one for one in every_form(replace(bank, entities=entities)) if one.type == "choice")

    assert [option.text for option in choice.options] == ["Chad", "Iran", "Iraq"]


def test_options_that_can_only_overlap_are_no_question():
    bank = bank_of(country_fact(0, "chad"))
    entities = {key: bank.entities[key] for key in ("treaty-0", "chad", "guinea", "guinea-bissau")}

    assert "choice" not in {one.type for one in every_form(replace(bank, entities=entities))}


def test_every_member_is_picked_out_among_three_outsiders_and_no_statement_is_made_of_it():
    members = ["niger", "guinea", "turkey", "jordan", "chad", "iran"]
    questions = every_form(bank_of(*member_facts(members, pick_ask=PICK_ASK)))

    assert {(question.type, question.stem) for question in questions} == {("choice", PICK_ASK)}
    for question, member in zip(questions, members, strict=True):
        assert question.facts == (f"league.{member}",)
        assert [one.text for one in question.options if one.correct] == [COUNTRIES[member][0]]
        wrong = {one.text for one in question.options if not one.correct}
        assert len(wrong) == 3
        assert wrong <= {"Nigeria", "Iraq", "Côte d'Ivoire", "Germany", "Guinea-Bissau"}


def test_outsiders_stand_in_about_as_many_questions_each():
    members = member_facts(
        ["niger", "guinea", "turkey", "jordan", "chad"], pick_ask=PICK_ASK, never_wrong=("Guinea-Bissau",)
    )
    questions = every_form(bank_of(*members))
    used = Counter(one.text for question in questions for one in question.options if not one.correct)

    assert set(used) == {"Nigeria", "Iran", "Iraq", "Côte d'Ivoire", "Germany"}
    assert max(used.values()) - min(used.values()) <= 2


def test_every_option_of_a_list_says_whether_it_is_on_it_and_what_else_the_source_says_of_it():
    host = country_fact(1, "germany")
    others = [
        replace(one, member_of="pact", id=f"pact.{one.id}", subject="treaty-2", tell="The pact had [[Iraq]].")
        for one in member_facts(["iraq"])
    ]
    members = member_facts(["niger", "turkey", "jordan", "chad", "iran"], pick_ask=PICK_ASK)
    bank = bank_of(host, *others, *members)
    said = {
        one.text: one
        for question in every_form(bank)
        if question.stem == PICK_ASK
        for one in question.options
    }

    assert said["Turkey"].because == "The league of harbours counted Turkey among its members."
    assert (
        said["Germany"].because
        == f"Not among them: Germany. What the source does say of it: {host.statement}"
    )
    assert said["Germany"].fact == host.id
    assert said["Iraq"].fact == "pact.league.iraq"
    assert said["Nigeria"].because == "Not among them: Nigeria."


def test_a_list_that_asks_for_no_pick_makes_true_statements_of_its_members_alone():
    members = ["niger", "guinea", "turkey", "jordan", "chad", "iran"]
    questions = every_form(bank_of(*member_facts(members)))

    assert {question.type for question in questions} == {"true-false"}
    assert len({question.stem for question in questions}) == 6
    for question, member in zip(questions, members, strict=True):
        assert question.options[0].correct
        assert COUNTRIES[member][0] in question.stem


@pytest.mark.parametrize(
    "changes",
    [
        {"never": ("choice",)},
        {"never_wrong": tuple(name for name, _ in COUNTRIES.values() if name != "Iraq")},
    ],
)
def test_a_member_that_cannot_be_picked_out_is_asked_by_a_true_statement(changes):
    questions = every_form(bank_of(*member_facts(["niger", "turkey"], pick_ask=PICK_ASK, **changes)))

    assert [(question.type, question.options[0].correct) for question in questions] == [
        ("true-false", True)
    ] * 2


def test_an_outsider_that_is_never_wrong_or_stands_in_the_question_is_no_option():
    changes = {
        "never_wrong": ("Nigeria", "Ivory Coast"),
        "pick_ask": "Which of these joined Germany in the league?",
    }
    members = member_facts(["niger", "guinea", "turkey", "jordan"], **changes)
    texts = {one.text for question in every_form(bank_of(*members)) for one in question.options}

    assert {"Niger", "Guinea", "Turkey", "Jordan", "Iraq", "Iran"} <= texts
    assert not texts & {"Nigeria", "Côte d'Ivoire", "Germany"}


def test_a_long_name_is_set_beside_names_as_long_as_can_be():
    bank = bank_of(*member_facts(["niger"], pick_ask=PICK_ASK))
    long_names = [
        Entity(f"long-{number}", "country", f"Principality of {name}") for number, name in enumerate("XYZ")
    ]
    short_names = [Entity(f"short-{number}", "country", name * 3) for number, name in enumerate("bcdfghjklm")]
    names = {entity.id: entity for entity in (*long_names, *short_names)}
    names["niger"] = Entity("niger", "country", "Confederation of N")
    bank = replace(bank, entities=names | {"treaty-0": bank.entities["treaty-0"]})
    fact = replace(
        bank.facts[0], tell="The league of harbours counted [[Confederation of N]] among its members."
    )
    (choice,) = every_form(replace(bank, facts=(fact,)))

    assert all("of" in option.text for option in choice.options)


def test_of_very_many_values_the_questions_are_as_sound_and_the_same_in_any_order():
    bank = many_hosts(400)
    questions = every_form(bank)

    assert item_checks.check(bank, questions, item_checks.HARD_RULES) == []
    kinds = {"choice", "true-false", "short", "cloze", "date", "numeric"}
    assert {question.type for question in questions} == kinds
    assert {question.id: question for question in questions} == {
        question.id: question for question in every_form(shuffled(bank, 1))
    }


def test_of_very_many_names_those_that_a_slip_confuses_are_still_kept_apart():
    bank = many_hosts(400)
    short = next(question for question in every_form(bank) if question.id == "harbours/host-7/short")
    own = short.accept[0]
    near = {
        entity.name
        for entity in bank.entities.values()
        if entity.kind == "country"
        and 0 < DamerauLevenshtein.distance(entity.name.casefold(), own.casefold()) <= 2
    }

    assert near
    assert near <= set(short.others)
    assert len(short.others) < 200


def test_about_half_of_the_statements_are_true():
    bank = bank_of(
        *(
            day_fact(number, edtf)
            for number, edtf in enumerate(("2014-01-01", "2015-01-01", "2016-01-01", "2017-01-01"))
        )
    )
    truths = [
        question.options[0].correct
        for seed in range(60)
        for question in every_form(bank, seed)
        if question.type == "true-false"
    ]

    assert 0.4 < sum(truths) / len(truths) < 0.6


def test_a_statement_is_never_false_by_a_few_days_alone():
    bank = bank_of(day_fact(0, "2014-09-05"), day_fact(1, "2014-09-08"))

    for seed in range(30):
        for question in every_form(bank, seed):
            if question.type == "true-false":
                assert question.options[0].correct


def test_the_reasons_of_a_true_or_false_differ_and_at_most_one_repeats_the_statement():
    for question in every_form(full_bank()):
        if question.type == "true-false":
            statement = full_bank().by_id[question.facts[0]].statement
            reasons = [option.because for option in question.options]
            assert reasons[0] != reasons[1]
            is_false = not question.options[0].correct
            assert [statement in reason for reason in reasons] == [False, is_false]
            assert not any("belongs to another" in reason for reason in reasons)


def test_wrong_options_say_where_they_belong():
    made = {question.id: question for question in every_form(full_bank())}
    choice = made["harbours/treaty-0-date/choice"]

    for option in choice.options:
        if not option.correct:
            assert full_bank().by_id[option.fact].statement in option.because
            assert option.strategy == "nearest-date"
    assert choice.cite.words == "Book of Harbours, chapter one"
    assert choice.cite.spans == ((0, 5),)


def test_an_option_keeps_its_id_when_others_change():
    small = full_bank()
    large = replace(small, facts=(*small.facts, day_fact(6, "2014-07-01")))
    ids = {}
    for bank in (small, large):
        for question in every_form(bank):
            for option in getattr(question, "options", ()):
                assert ids.setdefault(option.text, option.id) == option.id


def test_inventions_never_stand_among_the_options_of_documented_facts():
    fiction = {
        "standing": Standing.FICTIONAL,
        "treatment": Treatment.ACCORDING_TO_SOURCE,
        "note": "Invented.",
    }
    real = [country_fact(0, "chad"), country_fact(1, "jordan"), country_fact(2, "turkey")]
    bank = bank_of(
        *real,
        country_fact(3, "germany", **fiction),
        day_fact(4, "2014-01-01", **fiction),
        day_fact(5, "2015-01-01"),
    )
    for seed in range(20):
        for question in every_form(bank, seed):
            if question.facts[0].endswith("-host") and question.facts[0] != "treaty-3-host":
                assert not any(option.text == "Germany" for option in getattr(question, "options", ()))
                assert "Germany" not in question.stem


def test_statements_by_the_source_alone_are_held_to_be_harder():
    made = {question.id: question for question in every_form(full_bank())}

    assert made["harbours/treaty-4-host/short"].difficulty > made["harbours/treaty-3-host/short"].difficulty
    assert made["harbours/treaty-3-host/short"].difficulty > made["harbours/treaty-3-host/choice"].difficulty
    assert made["harbours/treaty-4-host/short"].neutral == ("Iran", "Persia")
    assert "Iran" not in made["harbours/treaty-4-host/short"].others


def test_a_fact_of_a_package_cites_its_record():
    fact = country_fact(0, "chad", cite=(), record_key="TCD", where="")
    short = next(question for question in every_form(bank_of(fact)) if question.type == "short")

    assert short.cite.words == "Book of Harbours, record TCD"


def test_a_value_that_opens_the_sentence_keeps_its_capital():
    fact = country_fact(0, "chad", tell="[[Chad]] was host when the first treaty was drawn up.")

    assert fact.statement_with("the league").startswith("The league was host")
    assert fact.marked == "Chad"
    assert replace(fact, tell="No mark.").marked == ""
    assert isinstance(fact.value, EntityValue)
