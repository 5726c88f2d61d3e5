from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from quizapp.core import item_checks
from quizapp.core.facts import Standing, Treatment
from quizapp.core.generation import generate
from quizapp.core.questions import Option
from tests.bank_strategies import PICK_ASK, bank_of, banks, country_fact, full_bank, member_facts, phrase_fact

BANK = full_bank()
QUESTIONS = {question.id.removeprefix("harbours/"): question for question in generate(BANK)}


def rules_of(question, *others, bank=BANK):
    return {
        flaw.rule for flaw in item_checks.check(bank, [question, *others]) if flaw.question == question.id
    }


def with_texts(question, *texts, key=0):
    options = [
        Option(f"o{place}", text, place == key, "Because.", None, None) for place, text in enumerate(texts)
    ]
    return replace(question, options=tuple(options))


HOST = QUESTIONS["treaty-0-host/choice"]
DATE = QUESTIONS["treaty-2-date/choice"]
COUNT = QUESTIONS["treaty-3-signers/choice"]
AIM = QUESTIONS["treaty-0-aim/choice"]
SHORT = QUESTIONS["treaty-0-host/short"]
ENTRY = QUESTIONS["treaty-2-date/date"]
CLOZE = QUESTIONS["treaty-0-host/cloze"]
TRUE = next(one for one in QUESTIONS.values() if one.type == "true-false" and one.options[0].correct)
FALSE = next(one for one in QUESTIONS.values() if one.type == "true-false" and one.options[1].correct)


@settings(max_examples=40, deadline=None)
@given(banks())
def test_what_is_generated_has_no_hard_flaw(bank):
    questions = generate(bank)

    assert [flaw for flaw in item_checks.check(bank, questions, item_checks.HARD_RULES)] == []  # noqa: C416


def test_a_sound_bank_has_hardly_a_soft_flaw():
    flaws = [flaw for flaw in item_checks.check(BANK, list(QUESTIONS.values())) if flaw.rule != "leak"]

    assert len(flaws) <= 0.02 * len(QUESTIONS)


@pytest.mark.parametrize(
    ("question", "rule"),
    [
        (replace(HOST, options=tuple(replace(one, correct=False) for one in HOST.options)), "key-missing"),
        (replace(SHORT, accept=()), "key-missing"),
        (replace(ENTRY, accept=()), "key-missing"),
        (replace(HOST, options=tuple(replace(one, correct=True) for one in HOST.options)), "several-keys"),
        (replace(HOST, options=HOST.options[:2]), "too-few-options"),
        (replace(TRUE, options=TRUE.options[::-1]), "too-few-options"),
        (with_texts(HOST, "Turkey", "chad", "CHAD"), "equal-options"),
        (with_texts(HOST, "Turkey", "Côte d'Ivoire", "Cote d’Ivoire"), "equal-options"),
        (with_texts(COUNT, "34 envoys", "9 envoys", "9 of them"), "equal-options"),
        (with_texts(DATE, "5 September 2014", "3 December 2014", "December 3rd, 2014"), "equal-options"),
        (
            replace(HOST, options=(*HOST.options[:2], replace(HOST.options[2], id=HOST.options[0].id))),
            "equal-options",
        ),
        (with_texts(HOST, "Turkey", "b) Chad", "Iran"), "label-in-option"),
        (with_texts(HOST, "A. Turkey", "B. Chad", "C. Iran"), "label-in-option"),
        (with_texts(HOST, "Turkey", "Türkiye", "Iran"), "true-distractor"),
        (with_texts(DATE, "5 September 2014", "September 2014", "2015"), "true-distractor"),
        (with_texts(COUNT, "34 envoys", "35 envoys", "9 envoys"), "true-distractor"),
        (with_texts(AIM, "free trade", "Free trade", "open seas"), "true-distractor"),
        (replace(HOST, stem=" "), "empty-text"),
        (replace(HOST, explanation=""), "empty-text"),
        (with_texts(HOST, "Turkey", "...", "Iran"), "empty-text"),
        (replace(SHORT, accept=("Turkey", "")), "empty-text"),
        (replace(SHORT, stem="Was TURKEY or another land the host?"), "key-in-stem"),
        (replace(SHORT, stem="Was Türkiye or another land the host?"), "key-in-stem"),
        (replace(ENTRY, stem="What happened in the assembly on September 5, 2014?"), "key-in-stem"),
        (replace(SHORT, accept=("Peru",)), "key-not-from-fact"),
        (replace(SHORT, facts=("unknown",)), "key-not-from-fact"),
        (replace(SHORT, facts=()), "key-not-from-fact"),
        (replace(ENTRY, accept=("2014-09-06",)), "key-not-from-fact"),
        (with_texts(HOST, "Peru", "Chad", "Iran"), "key-not-from-fact"),
        (
            replace(TRUE, options=tuple(replace(one, correct=not one.correct) for one in TRUE.options)),
            "key-not-from-fact",
        ),
        (
            replace(FALSE, options=tuple(replace(one, correct=not one.correct) for one in FALSE.options)),
            "key-not-from-fact",
        ),
        (replace(FALSE, explanation=f"Indeed: {FALSE.stem}"), "explanation-contradicts"),
        (
            replace(with_texts(HOST, "Turkey", "Chad", "Iran"), explanation="It was Chad."),
            "explanation-contradicts",
        ),
        (replace(ENTRY, facts=("treaty-0-date",), accept=("2014-06",)), "too-precise"),
        (replace(SHORT, standing=Standing.FICTIONAL), "fiction-as-record"),
        (replace(SHORT, treatment=Treatment.ACCORDING_TO_SOURCE), "fiction-as-record"),
        (
            replace(HOST, options=(replace(HOST.options[0], because=" "), *HOST.options[1:])),
            "unexplained-option",
        ),
    ],
)
def test_a_hard_flaw_is_found(question, rule):
    assert rule in rules_of(question)
    assert {one.severity for one in item_checks.RULES if one.name == rule} == {"hard"}


@pytest.mark.parametrize(
    ("question", "rule"),
    [
        (with_texts(HOST, "Turkey", "Chad", "none of the above"), "all-or-none"),
        (with_texts(HOST, "Turkey", "Chad", "A and B"), "combined-options"),
        (with_texts(HOST, "Turkey", "Chad", "both 1 and 2"), "combined-options"),
        (with_texts(AIM, "free trade for everyone under the sun", "peace", "seas"), "longest-is-key"),
        (
            replace(
                with_texts(HOST, "assembly land", "Chad town", "Iran town"),
                stem="Which was the assembly of all?",
            ),
            "echo-of-stem",
        ),
        (
            replace(with_texts(HOST, "Iran", "Chad", "Turkey"), stem="The host of the assembly was an"),
            "article-cue",
        ),
        (with_texts(DATE, "5 September 2014", "13 June 2014", "3 December 2014"), "out-of-order"),
        (with_texts(COUNT, "34 envoys", "9 envoys", "59 envoys"), "out-of-order"),
        (with_texts(AIM, "free open trade", "free seas", "open harbours", "trade winds"), "shares-most"),
        (with_texts(HOST, "Guinea", "Equatorial Guinea", "Chad"), "option-in-option"),
        (with_texts(HOST, "Turkey", "Chad", "June 2014"), "mixed-kinds"),
        (with_texts(DATE, "5 September 2014", "June 2014", "2016"), "mixed-kinds"),
        (with_texts(HOST, "Turkey.", "Chad", "Iran"), "mark-on-key"),
        (with_texts(AIM, "Free trade", "open seas", "quiet borders"), "mark-on-key"),
        (with_texts(HOST, "Turkey", "Chad", "Iran", "Iraq", "Niger", "Jordan"), "too-many-options"),
        (with_texts(HOST, "Turkey", "Chad", "the Federal Republic of Nigeria"), "length-spread"),
        (with_texts(HOST, "Turkey", "Chad", "Treaty of Port B"), "other-kind-than-key"),
        (with_texts(AIM, "free trade", "always open seas", "quiet borders"), "loose-words"),
        (replace(SHORT, stem="Which land was not host to the assembly?"), "negative-stem"),
        (replace(SHORT, stem="Which land wasn't never host to the assembly?"), "double-negative"),
        (replace(SHORT, stem="The host of the assembly was ____ then."), "blank-in-stem"),
        (replace(CLOZE, stem="____ was host, and ____ was guest."), "blank-in-stem"),
        (replace(SHORT, stem="Which land?"), "stem-length"),
        (replace(SHORT, stem="word " * 76), "stem-length"),
    ],
)
def test_a_soft_flaw_is_found(question, rule):
    assert rule in rules_of(question)
    assert {one.severity for one in item_checks.RULES if one.name == rule} == {"soft"}


@pytest.mark.parametrize(
    ("question", "rule"),
    [
        (with_texts(HOST, "A. Lincoln", "Chad", "Iran"), "label-in-option"),
        (with_texts(COUNT, "9 envoys", "34 envoys", "120 envoys", key=1), "longest-is-key"),
        (with_texts(HOST, "Turkey", "Chad", "Iran"), "length-spread"),
        (replace(HOST, stem="Which of Turkey and Chad was host?"), "stem-length"),
        (
            replace(with_texts(HOST, "Turkey", "Chad", "Iran"), stem="Was it Turkey, Chad or Iran?"),
            "key-in-stem",
        ),
        (replace(with_texts(HOST, "Iran", "Iraq", "Chad"), stem="Which was the host land"), "article-cue"),
        (
            replace(SHORT, stem="According to the source, which land was host?", standing=Standing.FICTIONAL),
            "fiction-as-record",
        ),
    ],
)
def test_what_only_looks_like_a_flaw_is_not_reported(question, rule):
    assert rule not in rules_of(question)


def test_two_right_options_are_one_too_many():
    two = [replace(option, correct=place < 2) for place, option in enumerate(HOST.options)]

    assert "several-keys" in rules_of(replace(HOST, options=tuple(two)))
    assert "several-keys" not in rules_of(HOST)


def test_a_stem_that_ends_with_an_article_all_options_fit_is_no_cue():
    question = replace(with_texts(HOST, "Iran", "Iraq", "Ethiopia"), stem="The host of the assembly was an")

    assert "article-cue" not in rules_of(question)


def test_one_stem_with_two_keys_is_a_hard_flaw_of_both():
    other = replace(QUESTIONS["treaty-1-host/short"], stem=SHORT.stem.upper())

    assert "other-key-elsewhere" in rules_of(SHORT, other)
    assert "other-key-elsewhere" in rules_of(other, SHORT)
    assert "other-key-elsewhere" not in rules_of(SHORT, QUESTIONS["treaty-0-host/choice"])
    assert "duplicate-stem" in rules_of(other, replace(SHORT, id="harbours/aaa"))


def test_the_members_of_a_list_are_asked_alike_and_told_apart_by_their_options():
    bank = bank_of(*member_facts(["niger", "turkey", "jordan"], pick_ask=PICK_ASK))
    questions = generate(bank)

    assert {question.stem for question in questions} == {PICK_ASK}
    assert item_checks.check(bank, questions) == []


def test_what_is_asked_three_times_has_two_too_many():
    same = [replace(SHORT, id=f"harbours/same-{place}/short") for place in range(3)]
    flaws = item_checks.check(BANK, same)

    assert [(flaw.rule, flaw.question) for flaw in flaws] == [
        ("duplicate-stem", "harbours/same-1/short"),
        ("duplicate-stem", "harbours/same-2/short"),
    ]


def test_two_facts_that_accept_the_same_to_the_same_stem_overlap():
    other = replace(SHORT, id="harbours/zzz", facts=("treaty-1-host",))

    assert "overlapping-responses" in rules_of(SHORT, other)
    assert "overlapping-responses" not in rules_of(SHORT, replace(SHORT, id="harbours/zzz"))
    assert "overlapping-responses" not in rules_of(SHORT, replace(other, accept=("Peru",)))


def test_a_type_that_the_fact_forbids_is_unsound():
    forbidden = bank_of(replace(BANK.by_id["treaty-0-host"], never=("short",)))
    excluded = bank_of(replace(BANK.by_id["treaty-0-host"], treatment=Treatment.EXCLUDE))

    assert "unsound-type" in rules_of(SHORT, bank=forbidden)
    assert "unsound-type" in rules_of(SHORT, bank=excluded)
    assert "unsound-type" not in rules_of(SHORT)


def test_a_stem_that_answers_another_question_is_a_leak():
    telling = replace(
        QUESTIONS["treaty-1-host/short"],
        stem="Which land joined after Turkey was host when the Treaty of Port A was drawn up?",
    )

    assert item_checks.gives_away(telling, SHORT)
    assert "leak" in rules_of(SHORT, telling)
    assert not item_checks.gives_away(QUESTIONS["treaty-1-host/short"], SHORT)
    assert not item_checks.gives_away(SHORT, SHORT)
    assert not item_checks.gives_away(telling, TRUE)
    assert "leak" not in rules_of(SHORT, replace(telling, facts=SHORT.facts))


def test_a_statement_kept_as_true_or_false_agrees_with_its_own_fact():
    bank = bank_of(phrase_fact(0, "true"))
    question = replace(TRUE, facts=("treaty-0-aim",), stem="Harbours were open to all who came.")

    assert "key-not-from-fact" not in rules_of(question, bank=bank)
    assert "key-not-from-fact" in rules_of(question, bank=bank_of(phrase_fact(0, "false")))


def test_which_one_does_not_give_away_the_count_one():
    fact = replace(BANK.by_id["treaty-0-signers"], ask="Which one was it?")
    question = replace(QUESTIONS["treaty-0-signers/cloze"], stem="Which four lands had ____ envoys?")

    assert "key-in-stem" not in rules_of(question, bank=bank_of(fact))


def test_a_flaw_says_what_it_is_and_what_to_do():
    flaw = next(
        flaw
        for flaw in item_checks.check(BANK, [with_texts(HOST, "Turkey", "Chad")])
        if flaw.severity == "hard"
    )

    assert (flaw.rule, flaw.question) == ("too-few-options", HOST.id)
    assert flaw.detail == "only 2 options"
    assert flaw.remedy == "give at least three options"


def test_rule_names_are_unique():
    names = [rule.name for rule in item_checks.RULES]

    assert len(set(names)) == len(names)


def test_a_hand_written_question_on_unknown_things_is_not_called_wrong():
    fact = country_fact(0, "turkey")
    question = with_texts(HOST, "Turkey", "Peru", "Chile")

    assert "true-distractor" not in rules_of(question, bank=bank_of(fact))
    assert "true-distractor" not in rules_of(replace(question, facts=("unknown",)))
