"""Every bank that ships: sound, fresh, and honest about its source."""

from __future__ import annotations

from collections import Counter

import pytest

from quizapp import paths
from quizapp.core import item_checks
from quizapp.core.facts import Standing, Treatment
from quizapp.core.generation import generate
from quizapp.formats import questions_json
from quizapp.formats.facts_yaml import read_bank

FOLDERS = sorted(file.parent for file in paths.questions().glob("*/facts.yaml"))


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: folder.name)
def folder(request):
    return request.param


@pytest.fixture(scope="module")
def bank(folder):
    return read_bank(folder / "facts.yaml")


@pytest.fixture(scope="module")
def questions(bank):
    return generate(bank)


def test_a_bank_is_called_as_its_folder(folder, bank):
    assert bank.id == folder.name
    assert bank.source.about


def test_the_questions_beside_the_facts_are_those_the_facts_give(folder, bank, questions):
    assert (folder / "questions.json").read_bytes() == questions_json.dump(bank, questions)


def test_no_question_has_a_hard_flaw(bank, questions):
    assert item_checks.check(bank, questions, item_checks.HARD_RULES) == []


def test_there_are_at_most_two_soft_flaws_per_hundred_questions(bank, questions):
    flaws = [
        flaw for flaw in item_checks.check(bank, questions, item_checks.SOFT_RULES) if flaw.rule != "leak"
    ]

    assert len(flaws) <= 0.02 * len(questions)


def test_no_trick_beats_chance(questions):
    assert [one for one in item_checks.report(questions).strategies if one.beats_chance] == []


def test_every_question_says_where_the_source_says_so(questions):
    assert all(question.cite.words and question.cite.spans for question in questions if question.facts)


def test_every_asked_fact_has_a_question(bank, questions):
    probed = {fact for question in questions for fact in question.facts}

    assert {fact.id for fact in bank.facts if fact.is_asked} == probed


def test_inventions_are_asked_only_by_the_source_and_explained(bank):
    for fact in bank.facts:
        if fact.standing is not Standing.DOCUMENTED:
            assert fact.note
        if fact.standing is Standing.FICTIONAL:
            assert fact.treatment in {Treatment.ACCORDING_TO_SOURCE, Treatment.EXCLUDE}


def test_a_member_of_a_list_is_probed_by_its_own_name_alone(bank, questions):
    for question in questions:
        fact = bank.by_id[question.facts[0]]
        if fact.member_of and question.type == "choice":
            assert [option.fact for option in question.options if option.correct] == [fact.id]
        elif fact.member_of:
            assert bank.text_of(fact.value) in question.stem


def test_no_outsider_of_a_list_stands_in_most_of_its_questions(bank, questions):
    lists = Counter(bank.by_id[question.facts[0]].member_of for question in questions)
    used = Counter(
        (bank.by_id[question.facts[0]].member_of, option.text)
        for question in questions
        if question.type == "choice"
        for option in question.options
        if not option.correct
    )

    assert all(count <= lists[name] / 3 for (name, _), count in used.items() if name and lists[name] >= 6)
