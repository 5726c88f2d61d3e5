from __future__ import annotations

import hashlib

import pytest
from click.testing import CliRunner

from quizapp import paths
from quizapp.cli.facts import facts
from quizapp.formats.facts_yaml import fingerprint

DOCUMENT = "The old harbour opened in June 1629.\n"
FACTS = f"""\
bank: harbours
title: Harbours
language: en
topics: [dates]
source: {{document: harbours.txt, sha256: {hashlib.sha256(DOCUMENT.encode()).hexdigest()}, about: a page}}
entities:
  harbour: {{kind: harbour, name: the old harbour}}
facts:
  - id: opening
    topic: dates
    subject: harbour
    relation: opened-in
    value: {{date: 1629-06}}
    ask: In which month and year did the old harbour open?
    tell: The old harbour opened in [[June 1629]].
    cite: [[0, 36]]
    print: {fingerprint([DOCUMENT[:36]])}
    standing: documented
    treatment: plain
"""


@pytest.fixture
def folder(tmp_path):
    bank = tmp_path / "harbours"
    bank.mkdir()
    (bank / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "harbours.txt").write_text(DOCUMENT, encoding="utf-8")
    return bank


def run(*arguments):
    return CliRunner().invoke(facts, ["check", *map(str, arguments)])


def test_a_sound_bank_is_counted(folder):
    result = run(folder)

    assert result.exit_code == 0
    assert result.stdout == "harbours: 1 facts, 1 entities, 0 sets, no error.\n"


def test_the_source_proves_the_citations(folder):
    result = run(folder, "--source", folder.parent / "harbours.txt")

    assert result.exit_code == 0
    assert "every citation proved" in result.stdout


def test_errors_are_printed_one_a_line_and_fail(folder):
    file = folder / "facts.yaml"
    file.write_text(
        FACTS.replace("topic: dates", "topic: birds").replace("1629-06}", "1629-60}"), encoding="utf-8"
    )
    result = run(folder)

    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert len(lines) >= 1
    assert lines[0].startswith(f"{file}:")
    assert "fact opening" in lines[0]


def test_a_wrong_span_fails_with_the_print_to_put_in(folder):
    (folder / "facts.yaml").write_text(FACTS.replace("[[0, 36]]", "[[4, 36]]"), encoding="utf-8")
    result = run(folder, "--source", folder.parent / "harbours.txt")

    assert result.exit_code == 1
    assert f"write print: {fingerprint([DOCUMENT[4:36]])}" in result.stderr


def test_a_source_that_is_not_utf8_is_refused(folder):
    (folder.parent / "harbours.txt").write_bytes(b"\xff\xfe")
    result = run(folder, "--source", folder.parent / "harbours.txt")

    assert result.exit_code == 1
    assert "is not UTF-8" in result.stderr


def test_an_unknown_bank_is_named_with_the_known_ones():
    result = run("atlantis")

    assert result.exit_code == 1
    assert "There is no bank “atlantis”. Known are: " in result.stderr


def test_without_a_name_every_shipped_bank_is_checked():
    result = run()

    assert result.exit_code == 0
    assert result.stdout.count("no error") == len(list(paths.questions().glob("*/facts.yaml")))


def test_a_folder_without_banks_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "questions", lambda: tmp_path)

    result = run()

    assert result.exit_code == 1
    assert "There is no bank in" in result.stderr
