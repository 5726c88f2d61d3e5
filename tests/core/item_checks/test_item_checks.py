from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from quizapp.core import item_checks
from quizapp.core.facts import EntityValue, NumberValue, Record, Treatment
from quizapp.core.generation import generate
from quizapp.core.questions import TYPES, Option, event_of
from tests.bank_strategies import PICK_ASK, bank_of, banks, country_fact, day_fact, member_facts, phrase_fact
from tests.core.item_checks.flaws import CASES
from tests.core.item_checks.sound import (
    AIM,
    BANK,
    CHOICE,
    COUNTED,
    DATE,
    DATED,
    LEFTS,
    MADE,
    MAP,
    MATCHING,
    MULTIPLE,
    NUMERIC,
    ORDERING,
    RIGHTS,
    SHORT,
    SOUND,
    STATEMENT,
    paired,
    place,
    with_texts,
)

# Every rule of the design's table, with the types it is for; none is left out or switched off.
OPTIONS = {"choice", "multiple"}
OFFERED = {"choice", "multiple", "true-false", "ordering", "matching", "map"}
TYPED = {"short", "cloze", "date", "numeric"}
ALL = OFFERED | TYPED
TABLE = {
    "hard": {
        "key-missing": ALL,
        "several-keys": {"choice", "true-false"},
        "too-few-options": OFFERED,
        "equal-options": OFFERED - {"matching"},
        "equal-sides": {"matching"},
        "label-in-option": OPTIONS,
        "true-distractor": {"choice", "multiple", "matching", "map"},
        "empty-text": ALL,
        "key-in-stem": ALL - {"true-false"},
        "other-key-elsewhere": ALL,
        "overlapping-responses": {"short", "cloze", "numeric"},
        "neutral-is-right": TYPED,
        "tolerance-too-wide": {"numeric"},
        "key-not-from-fact": ALL,
        "order-open": {"ordering"},
        "stray-target": {"map"},
        "misplaced": {"map"},
        "explanation-contradicts": ALL,
        "unsound-type": ALL,
        "too-precise": {"date", "choice", "matching"},
        "fiction-as-record": ALL,
        "unexplained-option": OFFERED,
    },
    "soft": {
        "all-or-none": OPTIONS,
        "combined-options": OPTIONS,
        "longest-is-key": OPTIONS,
        "echo-of-stem": OPTIONS,
        "article-cue": OPTIONS,
        "out-of-order": OPTIONS,
        "shares-most": OPTIONS,
        "option-in-option": OPTIONS,
        "mixed-kinds": OPTIONS,
        "mark-on-key": OPTIONS,
        "too-many-options": OPTIONS,
        "length-spread": OPTIONS,
        "other-kind-than-key": OPTIONS,
        "loose-words": OPTIONS,
        "negative-stem": ALL,
        "double-negative": ALL,
        "blank-in-stem": ALL,
        "stem-length": ALL,
        "duplicate-stem": ALL,
        "leak": ALL - {"true-false", "ordering"},
    },
}
RULES = [
    (severity, name, kind) for severity in TABLE for name in TABLE[severity] for kind in TABLE[severity][name]
]


def rules_of(question, *others, bank=BANK):
    return {
        flaw.rule for flaw in item_checks.check(bank, [question, *others]) if flaw.question == question.id
    }


def test_the_rules_are_those_of_the_table():
    found = {"hard": {}, "soft": {}}
    for rule in item_checks.RULES:
        found[rule.severity][rule.name] = set(rule.types)

    assert found == TABLE
    assert len(item_checks.RULES) == len({rule.name for rule in item_checks.RULES})
    assert set(TYPES) == ALL


def test_every_rule_is_seen_to_fire_for_every_type_it_is_for():
    assert {(case.rule, case.question.type) for case in CASES} == {(name, kind) for _, name, kind in RULES}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_flaw_is_found(case):
    assert case.rule in rules_of(case.question, *case.others, bank=case.bank)


@pytest.mark.parametrize(("severity", "name", "kind"), sorted(RULES))
def test_a_sound_question_breaks_no_rule(severity, name, kind):
    rule = next(one for one in item_checks.RULES if one.name == name)

    assert rule.severity == severity
    assert item_checks.check(BANK, [SOUND[kind]], [rule]) == []
    assert item_checks.check(BANK, list(SOUND.values()), [rule]) == []


@settings(max_examples=40, deadline=None)
@given(banks())
def test_what_is_generated_has_no_hard_flaw(bank):
    questions = generate(bank, every_form=True)

    assert [flaw for flaw in item_checks.check(bank, questions, item_checks.HARD_RULES)] == []  # noqa: C416


def test_a_sound_bank_has_hardly_a_soft_flaw():
    flaws = [flaw for flaw in item_checks.check(BANK, list(MADE.values())) if flaw.rule != "leak"]

    assert len(flaws) <= 0.02 * len(MADE)


def test_what_another_draw_of_options_may_mend_is_soft_and_about_options_alone():
    names = {rule.name for rule in item_checks.OPTION_RULES}

    assert names == {name for name, kinds in TABLE["soft"].items() if kinds == OPTIONS}


@pytest.mark.parametrize(
    ("question", "rule"),
    [
        (with_texts(CHOICE, "A. Lincoln", "Chad", "Iran"), "label-in-option"),
        (with_texts(COUNTED, "934 envoys", "9 envoys", "12 envoys"), "longest-is-key"),
        (with_texts(CHOICE, "Turkey", "Chad", "Iran"), "length-spread"),
        (replace(CHOICE, stem="Which of Turkey and Chad was host?"), "stem-length"),
        (replace(CHOICE, stem="Was it Turkey, Chad or Iran?"), "key-in-stem"),
        (replace(MULTIPLE, stem="Did Chad and Iraq belong to the league?"), "key-in-stem"),
        (replace(MATCHING, stem=f"Was {LEFTS[0]} made in {RIGHTS[1]}, or the others?"), "key-in-stem"),
        (replace(with_texts(CHOICE, "Iran", "Iraq", "Chad"), stem="Which was the host land"), "article-cue"),
        (replace(with_texts(CHOICE, "Iran", "Iraq", "Oman"), stem="The host of all was an"), "article-cue"),
        (replace(SHORT, stem="Which element has the symbol No?"), "negative-stem"),
        (
            replace(SHORT, stem="According to the source, which land was host?", standing="fictional"),
            "fiction-as-record",
        ),
        (with_texts(MULTIPLE, "Guinea-Bissau", "Chad", "Côte d'Ivoire", "Iran", keys=2), "longest-is-key"),
        (with_texts(MULTIPLE, *(f"Land {letter}" for letter in "abcdefghij"), keys=5), "too-many-options"),
        (replace(NUMERIC, tolerance=0.0), "tolerance-too-wide"),
        (replace(NUMERIC, neutral=(60,)), "neutral-is-right"),
        (replace(ORDERING, explanation=" ".join(LEFTS)), "explanation-contradicts"),
        (
            replace(MATCHING, explanation=f"{LEFTS[0]}: {RIGHTS[0]}; {LEFTS[1]}: {RIGHTS[1]}."),
            "explanation-contradicts",
        ),
        (
            replace(MATCHING, explanation=f"{LEFTS[0]} came before {LEFTS[1]}, drawn up in {RIGHTS[1]}."),
            "explanation-contradicts",
        ),
        (replace(ORDERING, sequence=(event_of("Fair of 2014"), *ORDERING.sequence[1:])), "key-in-stem"),
        (replace(MAP, explanation="Chad belonged to it, Iraq did not."), "explanation-contradicts"),
        (replace(DATE, explanation="Not 3 May 2013, but 5 September 2014."), "explanation-contradicts"),
        (replace(NUMERIC, explanation="Not 59 envoys, but 34 envoys."), "explanation-contradicts"),
    ],
)
def test_what_only_looks_like_a_flaw_is_not_reported(question, rule):
    assert rule not in rules_of(question)


def test_two_right_options_are_one_too_many():
    two = [replace(option, correct=place < 2) for place, option in enumerate(CHOICE.options)]

    assert "several-keys" in rules_of(replace(CHOICE, options=tuple(two)))


def test_one_stem_with_two_keys_is_a_hard_flaw_of_both():
    other = replace(MADE["treaty-1-host/short"], stem=SHORT.stem.upper())

    assert "other-key-elsewhere" in rules_of(SHORT, other)
    assert "other-key-elsewhere" in rules_of(other, SHORT)
    assert "other-key-elsewhere" not in rules_of(SHORT, CHOICE)
    assert "duplicate-stem" in rules_of(other, replace(SHORT, id="harbours/aaa"))


@pytest.mark.parametrize("kind", ["multiple", "ordering", "matching", "map"])
def test_the_same_words_about_other_things_are_another_question(kind):
    other = {
        "multiple": with_texts(MULTIPLE, "Niger", "Turkey", "Iran", "Iraq", keys=2),
        "ordering": replace(ORDERING, sequence=ORDERING.sequence[1:]),
        "matching": paired((LEFTS[0], "Niger"), (LEFTS[1], "Iran"), (LEFTS[2], "Peru")),
        "map": replace(MAP, places=(*MAP.places, place("germany")), targets=("DEU",)),
    }[kind]

    found = rules_of(SOUND[kind], replace(other, id="harbours/aaa"))
    assert found.isdisjoint({"other-key-elsewhere", "duplicate-stem"})


def test_the_members_of_a_list_are_asked_alike_and_told_apart_by_their_options():
    bank = bank_of(*member_facts(["niger", "turkey", "jordan"], pick_ask=PICK_ASK))
    questions = generate(bank)

    assert {question.stem for question in questions} == {PICK_ASK}
    assert item_checks.check(bank, questions) == []


def test_what_is_asked_three_times_has_two_too_many():
    same = [replace(SHORT, id=f"harbours/same-{number}/short") for number in range(3)]
    flaws = item_checks.check(BANK, same)

    assert [(flaw.rule, flaw.question) for flaw in flaws] == [
        ("duplicate-stem", "harbours/same-1/short"),
        ("duplicate-stem", "harbours/same-2/short"),
    ]


@pytest.mark.parametrize("question", [SHORT, NUMERIC])
def test_two_facts_that_accept_the_same_to_the_same_stem_overlap(question):
    other = replace(question, id="harbours/zzz", facts=("treaty-1-host",))
    apart = replace(other, accept=("Peru",)) if question is SHORT else replace(other, number=59)

    assert "overlapping-responses" in rules_of(question, other)
    assert "overlapping-responses" not in rules_of(question, replace(question, id="harbours/zzz"))
    assert "overlapping-responses" not in rules_of(question, apart)


def test_of_many_counts_asked_alike_each_that_overlaps_is_found():
    many = [
        replace(NUMERIC, id=f"n{number}", facts=(f"f{number}",), number=value, tolerance=width)
        for number, (value, width) in enumerate([(10, 40), (20, 1), (40, 2), (70, 1), (90, 0)])
    ]
    flawed = {flaw.question for flaw in item_checks.check(BANK, many) if flaw.rule == "overlapping-responses"}

    assert flawed == {"n0", "n1", "n2"}


def test_a_fact_that_is_excluded_is_asked_by_nothing():
    excluded = bank_of(replace(BANK.by_id["treaty-0-host"], treatment=Treatment.EXCLUDE))

    assert "unsound-type" in rules_of(SHORT, bank=excluded)


def test_a_question_of_several_facts_is_bound_by_each_of_them():
    invented = replace(
        BANK,
        facts=tuple(
            replace(fact, treatment=Treatment.ACCORDING_TO_SOURCE) if fact.id == "league.chad" else fact
            for fact in BANK.facts
        ),
    )
    assert {"fiction-as-record"} == rules_of(MULTIPLE, bank=invented)
    assert rules_of(replace(MULTIPLE, stem=f"By the source, {PICK_ASK}"), bank=invented) == set()


def test_a_key_told_by_a_question_on_the_same_fact_is_no_leak():
    telling = replace(SHORT, id="harbours/zzz", stem="Which land joined after Turkey was host?")

    assert "leak" not in rules_of(CHOICE, telling)
    assert "leak" in rules_of(CHOICE, replace(telling, facts=("treaty-5-date",)))


def test_a_member_named_for_another_reason_tells_nothing_of_the_list():
    telling = replace(SHORT, id="harbours/zzz", facts=("treaty-5-date",), stem="Who was the king of Chad?")

    assert "leak" not in rules_of(MULTIPLE, telling)
    assert "leak" in rules_of(MULTIPLE, replace(telling, stem="Which lands of Chad belonged to the league?"))


def test_events_and_left_sides_tell_as_much_as_a_stem():
    told = replace(CHOICE, id="harbours/zzz", facts=("treaty-5-date",))
    asked = replace(with_texts(told, LEFTS[0], "Fair of Oslo", "Fair of Riga"), stem="What was signed then?")

    assert "leak" in rules_of(asked, ORDERING)
    assert "leak" in rules_of(asked, MATCHING)
    assert "leak" not in rules_of(asked, MULTIPLE)


def test_a_statement_kept_as_true_or_false_agrees_with_its_own_fact():
    bank = bank_of(phrase_fact(0, "true"))
    question = replace(STATEMENT, facts=("treaty-0-aim",), stem="Harbours were open to all who came.")
    question = replace(
        question, options=tuple(replace(one, correct=one.id == "true") for one in question.options)
    )

    assert "key-not-from-fact" not in rules_of(question, bank=bank)
    assert "key-not-from-fact" in rules_of(question, bank=bank_of(phrase_fact(0, "false")))


def test_which_one_does_not_give_away_the_count_one():
    fact = replace(BANK.by_id["treaty-0-signers"], ask="Which one was it?")
    question = replace(MADE["treaty-0-signers/cloze"], stem="Which four lands had ____ envoys?")

    assert "key-in-stem" not in rules_of(question, bank=bank_of(fact))


def test_a_flaw_says_what_it_is_and_what_to_do():
    flaw = next(
        flaw
        for flaw in item_checks.check(BANK, [with_texts(CHOICE, "Turkey", "Chad")])
        if flaw.severity == "hard"
    )

    assert (flaw.rule, flaw.question) == ("too-few-options", CHOICE.id)
    assert flaw.detail == "only 2 options"
    assert flaw.remedy == "give at least three options"


def test_a_hand_written_question_on_unknown_things_is_not_called_wrong():
    fact = country_fact(0, "turkey")
    question = with_texts(CHOICE, "Turkey", "Peru", "Chile")

    assert "true-distractor" not in rules_of(question, bank=bank_of(fact))
    assert "true-distractor" not in rules_of(replace(question, facts=("unknown",)))


def recorded(value, source_says, **changes):
    """A bank of one fact whose record has another value, and what asks for the record."""
    fact = replace(
        source_says, record=Record(value, "a chronicle", "By the chronicle, what was it then?"), **changes
    )
    return bank_of(fact, *BANK.facts[6:9]), fact


def test_where_the_record_is_asked_for_the_word_of_the_source_is_a_fair_wrong_option():
    record = NumberValue(36, "envoys")
    bank, fact = recorded(record, BANK.by_id["treaty-3-signers"], never_wrong=("90 envoys",))
    asked = replace(
        with_texts(COUNTED, "36 envoys", "26 envoys", "120 envoys"),
        stem=fact.record.ask,
        explanation="36 envoys.",
    )

    assert rules_of(asked, bank=bank) <= {"out-of-order"}
    source_says = with_texts(asked, "26 envoys", "34 envoys", "120 envoys")
    assert "key-not-from-fact" in rules_of(source_says, bank=bank)
    for disputed in ("37 envoys", "91 envoys"):
        assert "true-distractor" in rules_of(with_texts(asked, "36 envoys", "9 envoys", disputed), bank=bank)


def test_the_day_that_the_source_gives_is_wrong_by_the_record_and_the_records_day_by_the_source():
    first, second = day_fact(0, "2015-12-14"), day_fact(0, "2015-12-15")
    bank, fact = recorded(second.value, first, accepted=("2015-12-15",))
    asked = with_texts(DATED, "15 December 2015", "14 December 2015", "3 May 2014")
    asked = replace(asked, facts=(fact.id,), stem=fact.record.ask, explanation="On 15 December 2015.")

    assert rules_of(asked, bank=bank) <= {"out-of-order"}
    assert "true-distractor" in rules_of(replace(asked, stem=fact.ask), bank=bank)


def test_what_is_tied_to_the_same_thing_is_no_wrong_option_where_the_record_is_asked_for():
    tied = country_fact(0, "jordan", id="guest", relation="had-as-guest", ask="Who was guest there?")
    _, fact = recorded(EntityValue("iran"), BANK.by_id["treaty-0-host"])
    bank = bank_of(fact)
    asked = replace(with_texts(CHOICE, "Iran", "Turkey", "Jordan"), stem=fact.record.ask, explanation="Iran.")

    assert "true-distractor" not in rules_of(asked, bank=bank)
    assert "true-distractor" in rules_of(asked, bank=replace(bank, facts=(*bank.facts, tied)))


def test_the_record_is_no_key_of_what_the_source_is_asked_for():
    bank, fact = recorded(NumberValue(90, "envoys"), BANK.by_id["treaty-3-signers"])

    assert "key-not-from-fact" in rules_of(replace(NUMERIC, number=90), bank=bank)
    assert "key-not-from-fact" not in rules_of(
        replace(NUMERIC, number=90, stem=fact.record.ask, explanation="90 envoys."), bank=bank
    )


def test_where_facts_say_one_thing_of_several_these_are_what_is_marked():
    facts = [country_fact(number, host) for number, host in enumerate(("chad", "chad", "iran"))]
    probed = ("treaty-0-host", "treaty-1-host")
    names = [BANK.entities[f"treaty-{number}"].name for number in range(4)]
    options = tuple(
        Option(f"o{place}", name, place < 2, "Because.", probed[place] if place < 2 else None)
        for place, name in enumerate(names)
    )
    asked = replace(MULTIPLE, options=options, facts=probed, stem="Which of these met there in spring?")

    assert rules_of(asked, bank=bank_of(*facts)) == set()
    assert "key-not-from-fact" in rules_of(replace(asked, facts=probed[:1]), bank=bank_of(*facts))
    assert "key-not-from-fact" in rules_of(asked, bank=bank_of(facts[0], country_fact(1, "iran")))
    also_true = bank_of(*facts[:2], country_fact(2, "chad"))
    assert "true-distractor" in rules_of(asked, bank=also_true)
    disputed = bank_of(replace(facts[0], never_wrong=(names[3],)), *facts[1:])
    assert "true-distractor" in rules_of(asked, bank=disputed)


def test_a_phrase_that_holds_the_key_or_stands_in_it_is_too_near_to_it():
    assert "true-distractor" in rules_of(with_texts(AIM, "free trade", "trade", "open seas"))
    assert "true-distractor" in rules_of(with_texts(AIM, "free trade", "free trade for all", "open seas"))
    assert "true-distractor" not in rules_of(with_texts(AIM, "free trade", "fair winds", "open seas"))
