from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from quizapp.core.generation import generate
from quizapp.formats import FORMATS, questions_json
from quizapp.formats.questions_json import QuestionsError, dump, load
from tests.bank_strategies import banks, full_bank


@settings(max_examples=25, deadline=None)
@given(banks())
def test_a_file_reads_back_as_the_questions_that_were_written(bank):
    questions = generate(bank)
    content = dump(bank, questions)
    stored = load(content)

    assert stored.questions == tuple(questions)
    assert (stored.bank, stored.facts_sha256) == (bank.id, bank.facts_sha256)
    assert dump(bank, stored.questions) == content


def test_a_date_is_written_with_what_is_asked_and_what_is_also_right():
    data = json.loads(dump(full_bank(), generate(full_bank())))
    date = next(question for question in data["questions"] if question["type"] == "date")

    assert date["accept"] == {"date": "2014-06-13", "ask": "day/month/year", "also": []}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data.update(format=2), "format"),
        (lambda data: data.pop("bank"), "bank"),
        (lambda data: data["questions"][0].pop("options"), "options"),
        (lambda data: data["questions"][0].update(extra=1), "extra"),
        (lambda data: data["questions"][0]["options"][0].update(correct="yes"), "correct"),
        (lambda data: data["questions"][0].update(difficulty=7), "difficulty"),
        (
            lambda data: data["questions"][0].update(type="ordering", sequence=["a", "b"], because=["c"]),
            "shape",
        ),
    ],
)
def test_a_damaged_file_is_refused_with_the_place(change, words):
    data = json.loads(dump(full_bank(), generate(full_bank())))
    change(data)

    with pytest.raises(QuestionsError, match=words) as caught:
        load(json.dumps(data).encode())
    assert "build it again" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 100_000, b"\xff\xfe", b"[]", b'"text"'])
def test_what_is_no_question_file_is_refused(content):
    with pytest.raises(QuestionsError):
        load(content)


def test_a_huge_file_is_refused_unread(monkeypatch):
    monkeypatch.setattr(questions_json, "MAX_BYTES", 10)

    with pytest.raises(QuestionsError, match="over 10 bytes"):
        load(b" " * 11)


def test_every_format_is_registered():
    assert set(FORMATS) == {"facts.yaml", "questions.json", "pasted lines"}
