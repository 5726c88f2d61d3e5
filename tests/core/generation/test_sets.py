from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings

from quizapp.core.dates import PartialDate
from quizapp.core.facts import DateValue, EntityValue, FactSet, Record, Standing, TextValue, Treatment
from quizapp.core.generation import generate, generate_set
from quizapp.core.questions import MapQuestion, MatchingQuestion, MultipleQuestion, OrderingQuestion
from tests.bank_strategies import (
    COUNTRIES,
    MEMBERS_ASK,
    PICK_ASK,
    bank_of,
    country_fact,
    day_fact,
    league_set,
    member_facts,
    number_fact,
    rich_banks,
    set_of,
    with_places,
)

laws = settings(max_examples=40, deadline=None)

ASK = "Which lands were hosts when these were drawn up?"
SOURCED = {"treatment": Treatment.ACCORDING_TO_SOURCE, "standing": Standing.FICTIONAL, "note": "Invented."}


def names_true_of(bank, facts):
    """Every name that some fact of the same subject and relation makes right: an oracle of the test's own."""
    links = {(fact.subject, fact.relation) for fact in facts}
    found = set()
    for other in bank.facts:
        if (other.subject, other.relation) in links:
            found |= set(other.never_wrong)
            values = [other.value, *([other.record.value] if other.record else [])]
            for value in values:
                if isinstance(value, EntityValue) and value.entity in COUNTRIES:
                    found |= {COUNTRIES[value.entity][0], *COUNTRIES[value.entity][1]}
    return found


def of_kind(bank, kind):
    return [question for question in generate(bank) if isinstance(question, kind)]


def the_only(bank, group, kind):
    (made,) = (one for one in generate_set(bank, group) if isinstance(one, kind))
    return made


@laws
@given(rich_banks())
def test_a_multiple_has_two_right_options_and_two_wrong_ones_at_least_and_no_other_true_one(bank):
    for question in of_kind(bank, MultipleQuestion):
        right = [option for option in question.options if option.correct]
        wrong = [option for option in question.options if not option.correct]
        facts = [bank.by_id[fact] for fact in question.facts]
        assert 4 <= len(question.options) <= 10
        assert len(right) >= 2
        assert len(wrong) >= 2
        assert [option.fact for option in right] == list(question.facts)
        assert len({option.id for option in question.options}) == len(question.options)
        assert all(option.because for option in question.options)
        if len({fact.subject for fact in facts}) == 1:
            assert not {option.text for option in wrong} & names_true_of(bank, facts)


@laws
@given(rich_banks())
def test_an_order_is_determined_and_told_by_no_event(bank):
    for question in of_kind(bank, OrderingQuestion):
        dates = [bank.by_id[fact].value.date for fact in question.facts]
        assert all(one.latest < other.earliest for one, other in pairwise(dates))
        assert 3 <= len(question.sequence) <= 7
        assert len({event.id for event in question.sequence}) == len(question.sequence)
        for event, date in zip(question.sequence, dates, strict=True):
            assert date.text() in event.because
            assert date.text() not in event.text


@laws
@given(rich_banks())
def test_a_matching_has_one_solution(bank):
    for question in of_kind(bank, MatchingQuestion):
        facts = [bank.by_id[fact] for fact in question.facts]
        rights = [text for _, text in question.rights]
        assert 3 <= len(question.pairs) <= 6
        assert len(set(rights)) == len(rights)
        assert len({pair.left for pair in question.pairs}) == len(question.pairs)
        for fact, pair in zip(facts, question.pairs, strict=True):
            others = set(rights) - {pair.right}
            assert not others & names_true_of(bank, [fact])
            assert pair.because


@laws
@given(rich_banks())
def test_of_a_map_every_target_is_shown_and_every_other_place_is_wrong(bank):
    for question in of_kind(bank, MapQuestion):
        facts = [bank.by_id[fact] for fact in question.facts]
        ids = [place.id for place in question.places]
        assert len(set(ids)) == len(ids)
        assert set(question.targets) <= set(ids)
        assert len(question.targets) == len(question.facts)
        assert len(ids) - len(question.targets) >= 4
        wrong = {place.name for place in question.places if place.id not in question.targets}
        assert not wrong & names_true_of(bank, facts)
        for place in question.places:
            assert (place.code is None) != (place.point is None)
            assert place.id == (place.code or bank.entities[place.id].id)
            assert place.because


@laws
@given(rich_banks())
def test_a_question_of_several_facts_is_as_doubtful_as_the_most_doubtful_of_them(bank):
    for group in bank.sets:
        for question in generate_set(bank, group):
            facts = [bank.by_id[fact] for fact in question.facts]
            standings = {str(fact.standing) for fact in facts}
            assert question.standing in standings
            assert (question.standing == "documented") == (standings == {"documented"})
            assert all(sentence in question.explanation for fact in facts if (sentence := fact.note))


def test_a_short_list_is_asked_as_a_whole_with_about_as_many_outsiders():
    members = ["niger", "turkey", "jordan", "chad"]
    bank = bank_of(*member_facts(members, pick_ask=PICK_ASK), sets=(league_set(members),))
    question = the_only(bank, bank.sets[0], MultipleQuestion)
    wrong = [option for option in question.options if not option.correct]

    assert question.id == "harbours/league/multiple"
    assert question.stem == MEMBERS_ASK
    assert {option.text for option in question.options if option.correct} == {
        "Niger",
        "Turkey",
        "Jordan",
        "Chad",
    }
    assert 3 <= len(wrong) <= 5
    assert all(option.because.startswith(f"Not among them: {option.text}.") for option in wrong)


def test_of_a_long_list_samples_are_asked_each_member_once_at_most():
    members = ["niger", "turkey", "jordan", "chad", "iran", "iraq", "germany"]
    bank = bank_of(*member_facts(members, pick_ask=PICK_ASK), sets=(league_set(members),))
    questions = generate_set(bank, bank.sets[0])
    facts = [fact for question in questions for fact in question.facts]

    assert [question.id for question in questions] == [
        "harbours/league/multiple-1",
        "harbours/league/multiple-2",
    ]
    assert len(set(facts)) == len(facts) == 7


@pytest.mark.parametrize("seed", range(6))
def test_no_name_in_a_sample_holds_another_or_is_three_times_as_long(seed):
    members = ["guinea", "guinea-bissau", "niger", "chad", "iran", "iraq", "jordan", "ivory-coast"]
    bank = bank_of(*member_facts(members, pick_ask=PICK_ASK), sets=(league_set(members),))
    for question in generate_set(bank, bank.sets[0], seed):
        right = {option.text for option in question.options if option.correct}
        assert not {"Guinea", "Guinea-Bissau"} <= right
        assert not {"Chad", "Côte d'Ivoire"} <= right
        assert len(right) >= 2


def test_a_list_that_nothing_picks_from_is_not_asked_as_a_whole():
    members = ["niger", "turkey", "jordan"]
    bank = with_places(bank_of(*member_facts(members), sets=(league_set(members),)))

    assert generate_set(bank, bank.sets[0]) == []


def test_every_member_of_a_list_is_found_on_the_map_and_what_is_in_doubt_is_not_shown():
    members = ["niger", "turkey", "jordan"]
    facts = member_facts(members, pick_ask=PICK_ASK, never_wrong=("Persia", "Iraq"))
    bank = with_places(bank_of(*facts, sets=(league_set(members),)))
    question = the_only(bank, bank.sets[0], MapQuestion)

    assert question.targets == ("NIG", "TUR", "jordan")
    assert {place.name for place in question.places} == {
        name for key, (name, _) in COUNTRIES.items() if key not in {"iran", "iraq"}
    }


def test_a_member_that_is_not_on_the_map_leaves_no_question_of_all_of_them():
    members = ["niger", "turkey", "jordan"]
    bank = with_places(bank_of(*member_facts(members, pick_ask=PICK_ASK), sets=(league_set(members),)))
    entities = dict(bank.entities) | {"turkey": replace(bank.entities["turkey"], code=None)}

    kinds = {one.type for one in generate_set(replace(bank, entities=entities), bank.sets[0])}
    assert kinds == {"multiple"}


@pytest.mark.parametrize("seed", range(6))
def test_facts_of_one_value_have_their_subjects_marked(seed):
    same = [country_fact(0, "chad"), country_fact(1, "chad", never_wrong=("Treaty of Port e",))]
    others = [country_fact(number, key) for number, key in enumerate(("iran", "iraq", "jordan"), 2)]
    doubtful = [
        country_fact(5, "turkey", never_wrong=("Tchad",)),
        country_fact(6, "niger", accepted=("Chad",)),
    ]
    group = set_of("multiple", *same, ask="Which of the treaties were drawn up in the land of the lake?")
    (question,) = generate_set(bank_of(*same, *others, *doubtful, sets=(group,)), group, seed)

    assert {one.text for one in question.options if one.correct} == {"Treaty of Port A", "Treaty of Port b"}
    assert {one.text for one in question.options if not one.correct} == {
        "Treaty of Port c",
        "Treaty of Port d",
    }
    assert all("Not so of" in one.because for one in question.options if not one.correct)


def test_places_of_several_facts_are_marked_together():
    hosts = [country_fact(number, key) for number, key in enumerate(("niger", "iran", "jordan"))]
    group = set_of("map", *hosts, ask=ASK)
    bank = with_places(bank_of(*hosts, sets=(group,)))
    question = the_only(bank, group, MapQuestion)

    assert question.targets == ("NIG", "IRA", "jordan")
    assert question.facts == tuple(fact.id for fact in hosts)
    assert len(question.places) == len(COUNTRIES)


@pytest.mark.parametrize("days", [("2014-06-13", "2014-06", "2014-08"), ("2014-06-13", "2014-08")])
def test_an_open_or_a_short_order_is_no_question(days):
    facts = [day_fact(number, edtf) for number, edtf in enumerate(days)]
    group = set_of("ordering", *facts)

    assert generate_set(bank_of(*facts, sets=(group,)), group) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"accepted": ("2014-09-10",)},
        {"record": Record(DateValue(PartialDate.parse("2014-09-10")), "a chronicle")},
        {"value": DateValue(PartialDate.parse("2016~"))},
    ],
)
def test_a_second_right_date_or_an_approximate_one_leaves_the_order_open(changes):
    facts = [day_fact(number, edtf) for number, edtf in enumerate(("2014-06-13", "2014-08-15", "2014-09-05"))]
    facts[1] = replace(facts[1], **changes)
    group = set_of("ordering", *facts)

    assert generate_set(bank_of(*facts, sets=(group,)), group) == []


def test_events_stand_by_their_labels_and_one_that_tells_its_date_is_left_out():
    labels = ("first treaty", "treaty of December", "treaty of 2015", "last treaty", "great treaty")
    days = ("2013-05-01", "2014-12-03", "2015-06-05", "2016-03-14", "2016-05")
    facts = [
        day_fact(number, edtf, label=label)
        for number, (edtf, label) in enumerate(zip(days, labels, strict=True))
    ]
    group = set_of("ordering", *reversed(facts))
    question = the_only(bank_of(*facts, sets=(group,)), group, OrderingQuestion)

    assert [(event.text, event.because) for event in question.sequence] == [
        ("First treaty", "On 1 May 2013."),
        ("Last treaty", "On 14 March 2016."),
        ("Great treaty", "In May 2016."),
    ]
    assert question.stem == "In which order did these events happen, the earliest first?"


@pytest.mark.parametrize("kind", ["ordering", "matching"])
def test_a_stem_of_its_own_says_that_the_source_says_so_where_it_must(kind):
    facts = [
        day_fact(number, f"201{number}-06-01", **(SOURCED if number == 1 else {})) for number in range(3)
    ]
    group = set_of(kind, *facts)
    (question,) = generate_set(bank_of(*facts, sets=(group,)), group)

    assert question.stem.startswith("According to the source, ")
    assert (question.standing, question.treatment) == ("fictional", "according-to-source")


def test_a_left_side_that_holds_its_right_side_is_no_pair():
    hosts = [
        country_fact(number, key, label=label)
        for number, (key, label) in enumerate(
            [("niger", "one"), ("iran", "the Persian one"), ("chad", "three"), ("iraq", "the fair of Iraq")]
        )
    ]
    fourth = country_fact(4, "jordan", label="five")
    group = set_of("matching", *hosts, fourth)
    question = the_only(bank_of(*hosts, fourth, sets=(group,)), group, MatchingQuestion)

    assert [(pair.left, pair.right) for pair in question.pairs] == [
        ("One", "Niger"),
        ("The Persian one", "Iran"),
        ("Three", "Chad"),
        ("Five", "Jordan"),
    ]


def test_counts_of_different_things_are_matched_without_their_units():
    facts = [number_fact(0, 4), number_fact(1, 26), number_fact(2, 59)]
    ships = replace(facts[2], value=replace(facts[2].value, unit="ships"))
    group = set_of("matching", *facts)
    shown = [
        [pair.right for pair in the_only(bank_of(*found, sets=(group,)), group, MatchingQuestion).pairs]
        for found in (facts, [*facts[:2], ships])
    ]

    assert shown == [["4 envoys", "26 envoys", "59 envoys"], ["4", "26", "59"]]


def test_values_that_may_both_be_right_are_never_matched():
    near = [number_fact(0, 34), number_fact(1, 35), number_fact(2, 59), number_fact(3, 120)]
    group = set_of("matching", *near)
    exact = [replace(fact, is_exact=True) for fact in near]

    rights = [
        [pair.right for pair in the_only(bank_of(*found, sets=(group,)), group, MatchingQuestion).pairs]
        for found in (near, exact)
    ]
    assert rights == [
        ["34 envoys", "59 envoys", "120 envoys"],
        ["34 envoys", "35 envoys", "59 envoys", "120 envoys"],
    ]


@pytest.mark.parametrize("kind", ["ordering", "matching", "multiple", "map"])
def test_excluded_facts_and_facts_that_forbid_the_type_stand_in_no_set(kind):
    facts = [
        day_fact(number, f"201{number}-06-01") if kind == "ordering" else country_fact(number, key)
        for number, key in enumerate(("niger", "iran", "jordan", "chad", "turkey"))
    ]
    facts[0] = replace(facts[0], treatment=Treatment.EXCLUDE)
    facts[1] = replace(facts[1], never=(kind,))
    group = set_of(kind, *facts, ask=ASK)
    asked = {
        fact
        for question in generate_set(with_places(bank_of(*facts, sets=(group,))), group)
        for fact in question.facts
    }

    assert asked == (set() if kind == "map" else {fact.id for fact in facts[2:]})


def test_a_set_of_confusable_facts_or_of_unknown_ones_asks_nothing():
    fact = country_fact(0, "chad")

    for group in (FactSet("a", "confusable", (fact.id,)), FactSet("b", "matching", ("nothing",))):
        assert generate_set(bank_of(fact, sets=(group,)), group) == []


def test_phrases_of_one_subject_are_marked_among_phrases_of_the_same_relation():
    base = country_fact(0, "chad")
    texts = ("free trade", "open seas", "mutual defence", "shared harbours", "common coinage")
    facts = [
        replace(
            base,
            id=f"aim-{number}",
            subject="treaty-0" if number < 2 else f"treaty-{number}",
            relation="aimed-at",
            value=TextValue(text),
            ask=f"What was aim {number} of the treaties?",
            tell=f"Treaty {max(number, 1)} aimed at [[{text}]].",
        )
        for number, text in enumerate(texts)
    ]
    group = set_of("multiple", *facts[:2], ask="What did the first of the treaties aim at?")
    question = the_only(bank_of(*facts, sets=(group,)), group, MultipleQuestion)

    assert {one.text for one in question.options if one.correct} == set(texts[:2])
    assert all(
        "That belongs to another statement" in one.because for one in question.options if not one.correct
    )
