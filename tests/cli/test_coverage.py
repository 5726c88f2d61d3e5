"""`quizapp facts coverage`: what no fact cites, why, and the share that is cited."""

from __future__ import annotations

import hashlib

import pytest
from click.testing import CliRunner

from quizapp.cli.facts import facts
from quizapp.formats.facts_yaml import fingerprint

CITED = "The old harbour opened in June 1629."
DOCUMENT = f"Harbours\n{CITED}\n"
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
    cite: [[9, 45]]
    print: {fingerprint([CITED])}
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


def run(folder, *more):
    source = folder.parent / "harbours.txt"
    return CliRunner().invoke(facts, ["coverage", str(folder), "--source", str(source), *more])


def explain(folder, text):
    (folder / "uncited.yaml").write_text(text, encoding="utf-8")


def test_a_gap_without_a_reason_fails_and_is_shown(folder):
    result = run(folder, "--least", "50")

    assert result.exit_code == 1
    assert "[0, 9] NO REASON GIVEN: Harbours" in result.stdout
    assert "uncited.yaml" in result.stderr


def test_with_its_reason_the_bank_passes_and_tells_its_share(folder):
    explain(folder, "bank: harbours\nreasons:\n  - {span: [0, 9], why: the title}\n")

    result = run(folder, "--least", "50")

    assert result.exit_code == 0
    assert "[0, 9] the title: Harbours" in result.stdout
    assert "36 of 46 characters cited (78.3%); 1 gaps, 0 without a reason" in result.stdout


def test_too_small_a_share_fails_whatever_the_reasons(folder):
    explain(folder, "bank: harbours\nreasons:\n  - {span: [0, 9], why: the title}\n")

    assert run(folder).exit_code == 1


def test_another_document_is_refused(folder):
    (folder.parent / "harbours.txt").write_text("another", encoding="utf-8")

    result = run(folder)

    assert result.exit_code == 1
    assert "not the document" in result.stderr


def test_a_broken_reasons_file_is_one_clear_line(folder):
    explain(folder, "bank: harbours\nreasons:\n  - {span: [9, 0], why: the title}\n")

    result = run(folder)

    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "uncited.yaml:3" in result.stderr


def test_without_a_name_a_document_of_no_bank_is_refused(folder):
    source = folder.parent / "harbours.txt"

    result = CliRunner().invoke(facts, ["coverage", "--source", str(source)])

    assert result.exit_code == 1
    assert "No bank was curated from" in result.stderr
