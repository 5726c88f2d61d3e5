"""Every bank that ships: sound, fresh, honest about its source, and of no help to those who know nothing."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp import paths
from quizapp.core import item_checks, leaks
from quizapp.core.drawing import Candidate, draw
from quizapp.core.facts import Standing, Treatment
from quizapp.core.generation import generate
from quizapp.core.questions import TrueFalseQuestion, question_to_dict
from quizapp.formats import questions_json
from quizapp.formats.facts_yaml import read_bank
from tests.questions.oracle import Oracle

if TYPE_CHECKING:
    from pathlib import Path

    from quizapp.core.facts import Bank
    from quizapp.core.item_checks import Flaw
    from quizapp.core.questions import AnyQuestion

FOLDERS = sorted(file.parent for file in paths.questions().glob("*/facts.yaml"))
# At least so many members make a list, of which no outsider may stand in more than a third of the questions.
LIST = 6


@dataclass(frozen=True)
class Shipped:
    """A bank with the questions that its facts give, and what the rules find in them."""

    folder: Path
    bank: Bank
    questions: list[AnyQuestion]
    flaws: list[Flaw]


@pytest.fixture(scope="session")
def shipped():
    """Every bank, read, generated and checked once."""
    found = {}
    for folder in FOLDERS:
        bank = read_bank(folder / "facts.yaml")
        questions = generate(bank)
        found[folder.name] = Shipped(folder, bank, questions, item_checks.check(bank, questions))
    return found


@pytest.fixture(params=[folder.name for folder in FOLDERS])
def one(shipped, request):
    return shipped[request.param]


def test_a_bank_is_called_as_its_folder(one):
    assert one.bank.id == one.folder.name
    assert one.bank.source.about


def test_the_questions_beside_the_facts_are_those_the_facts_give(one):
    assert (one.folder / "questions.json").read_bytes() == questions_json.dump(one.bank, one.questions)


def test_no_question_has_a_hard_flaw(one):
    assert [flaw for flaw in one.flaws if flaw.severity == "hard"] == []


def test_there_are_at_most_two_soft_flaws_per_hundred_questions_true_false_counted_apart(one):
    statements = {question.id for question in one.questions if isinstance(question, TrueFalseQuestion)}
    flawed = [flaw.question for flaw in one.flaws if flaw.severity == "soft" and flaw.rule != "leak"]
    of_statements = sum(question in statements for question in flawed)

    assert of_statements <= 0.02 * len(statements)
    assert len(flawed) - of_statements <= 0.02 * (len(one.questions) - len(statements))


@pytest.fixture(scope="session")
def oracles():
    """A second opinion on each bank, from its file alone."""
    return {
        folder.name: Oracle(yaml.load((folder / "facts.yaml").read_bytes(), yaml.CBaseLoader))  # noqa: S506
        for folder in FOLDERS
    }


def test_a_second_opinion_finds_nothing_right_among_what_is_offered_as_wrong(one, oracles):
    assert oracles[one.bank.id].faults(map(question_to_dict, one.questions)) == []


def test_a_right_option_planted_among_the_wrong_ones_is_found_by_the_rule_and_the_second_opinion(
    one, oracles
):
    rule = [rule for rule in item_checks.RULES if rule.name == "true-distractor"]
    planted = []
    for question in one.questions:
        if question.type == "choice":
            key = next(option for option in question.options if option.correct)
            wrong = replace(key, id="planted", text=key.text.upper(), correct=False)
            planted.append(replace(question, options=(*question.options, wrong)))
    ids = {question.id for question in planted}

    assert ids == {fault.question for fault in oracles[one.bank.id].faults(map(question_to_dict, planted))}
    assert ids == {flaw.question for flaw in item_checks.check(one.bank, planted, rule)}


def test_a_member_left_out_of_the_keys_of_its_list_is_found_by_the_rule_and_the_second_opinion(one, oracles):
    rule = [rule for rule in item_checks.RULES if rule.name == "true-distractor"]
    lists = [question for question in one.questions if question.type in {"multiple", "map"}]
    planted = []
    for question in lists:
        if question.type == "multiple":
            first, *others = (option for option in question.options if option.correct)
            wrong = [option for option in question.options if not option.correct]
            options = (replace(first, correct=False), *others, *wrong)
            planted.append(replace(question, options=options))
        elif len(question.targets) > 1:
            planted.append(replace(question, targets=question.targets[1:]))
    ids = {question.id for question in planted}

    assert ids == {fault.question for fault in oracles[one.bank.id].faults(map(question_to_dict, planted))}
    assert ids == {flaw.question for flaw in item_checks.check(one.bank, planted, rule)}


def test_no_trick_beats_chance_over_all_banks(shipped):
    report = item_checks.report([question for one in shipped.values() for question in one.questions])

    assert report.types["choice"] >= item_checks.ENOUGH_CHOICES
    assert [(trick.name, round(trick.rate - trick.chance, 3)) for trick in report.telling] == []
    assert "keys do not stand evenly after the shuffle" not in report.remarks


def test_no_fact_or_type_dominates_a_bank(one):
    remarks = item_checks.report(one.questions).remarks

    assert not [text for text in remarks if "probe the fact" in text or "questions are of type" in text]


def test_every_question_says_where_the_source_says_so(one):
    by_record = one.bank.source.package is not None
    assert all(question.cite.words and (by_record or question.cite.spans) for question in one.questions)


def test_every_asked_fact_has_a_question(one):
    probed = {fact for question in one.questions for fact in question.facts}

    assert {fact.id for fact in one.bank.facts if fact.is_asked} == probed


def test_inventions_are_asked_only_by_the_source_and_explained(one):
    for fact in one.bank.facts:
        if fact.standing is not Standing.DOCUMENTED:
            assert fact.note
        if fact.standing is Standing.FICTIONAL:
            assert fact.treatment in {Treatment.ACCORDING_TO_SOURCE, Treatment.EXCLUDE}


def test_a_member_of_a_list_is_probed_by_its_own_name_alone(one):
    for question in one.questions:
        fact = one.bank.by_id[question.facts[0]]
        if fact.member_of and len(question.facts) == 1:
            if question.type == "choice":
                assert [option.fact for option in question.options if option.correct] == [fact.id]
            else:
                assert one.bank.text_of(fact.value) in question.stem


def test_no_outsider_of_a_list_stands_in_most_of_its_choices(one):
    choices = [question for question in one.questions if question.type == "choice"]
    lists = Counter(one.bank.by_id[question.facts[0]].member_of for question in choices)
    used = Counter(
        (one.bank.by_id[question.facts[0]].member_of, option.text)
        for question in choices
        for option in question.options
        if not option.correct
    )

    assert all(count <= lists[name] / 3 for (name, _), count in used.items() if name and lists[name] >= LIST)


@pytest.fixture(scope="session")
def pools(shipped):
    """What may be drawn from each bank."""
    return {
        name: [
            Candidate(
                question=uuid5(NAMESPACE_URL, question.id),
                facts=tuple(uuid5(NAMESPACE_URL, f"{name}/{fact}") for fact in question.facts),
                topic=question.topic,
                content=question,
            )
            for question in one.questions
        ]
        for name, one in shipped.items()
    }


@settings(max_examples=30, deadline=None)
@given(
    name=st.sampled_from([folder.name for folder in FOLDERS]), count=st.integers(1, 50), seed=st.integers()
)
def test_no_question_of_a_draw_gives_another_away_and_no_fact_is_probed_twice(pools, name, count, seed):
    drawn = draw(pools[name], count, random.Random(seed))
    shown = [leaks.shown_text(candidate.content) for candidate in drawn]
    told = [
        (one.content.id, drawn[place].content.id)
        for one in drawn
        for place, text in enumerate(shown)
        if drawn[place] is not one and leaks.gives_away(text, leaks.secret_of(one.content))
    ]
    facts = [fact for one in drawn for fact in one.facts]

    assert told == []
    assert len(set(facts)) == len(facts)
    assert sum(one.is_large for one in drawn) <= count // 5
    assert len(drawn) == count
