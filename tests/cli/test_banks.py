from __future__ import annotations

import json
import shutil

import pytest
from click.testing import CliRunner

from quizapp.cli.banks import banks
from quizapp.core import item_checks

HEAD = f"""\
bank: harbours
title: Harbours
language: en
topics: [places]
source: {{document: harbours.txt, sha256: {"0" * 64}, about: a page}}
entities:
  league: {{kind: league, name: the league}}
  assembly: {{kind: league, name: the assembly}}
  chad: {{kind: country, name: Chad}}
  iran: {{kind: country, name: Iran}}
  iraq: {{kind: country, name: Iraq}}
  peru: {{kind: country, name: Peru}}
facts:
"""
FACT = f"""\
  - id: league-host
    topic: places
    subject: league
    relation: met-in
    value: {{entity: chad}}
    ask: In which land did the old league meet?
    tell: The old league met in [[Chad]].
    cite: [[0, 36]]
    print: {"0" * 16}
    standing: documented
    treatment: plain
    never: [true-false, cloze]
"""
STATED = (
    FACT.replace("league-host", "assembly-host")
    .replace("subject: league", "subject: assembly")
    .replace("old league", "last assembly")
    .replace("entity: chad", "entity: peru")
    .replace("[[Chad]]", "[[Peru]]")
    .replace("[true-false, cloze]", "[choice, short, cloze]")
)
FACTS = HEAD + FACT + STATED


@pytest.fixture
def folder(tmp_path):
    bank = tmp_path / "harbours"
    bank.mkdir()
    (bank / "facts.yaml").write_text(FACTS, encoding="utf-8")
    return bank


def run(*arguments):
    return CliRunner().invoke(banks, [*map(str, arguments)])


def test_building_writes_the_questions_once(folder):
    first, second = run("build", folder), run("build", folder)

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout == "harbours: 3 questions written.\n"
    assert second.stdout == "harbours: 3 questions already up to date.\n"
    assert sorted(file.name for file in folder.iterdir()) == ["facts.yaml", "questions.json"]


def test_what_was_built_passes_the_check(folder):
    run("build", folder)
    result = run("check", folder)

    assert result.exit_code == 0
    assert "questions.json is up to date" in result.stdout
    assert "3 questions: 1 choice, 1 short, 1 true-false" in result.stdout
    assert "0 hard flaws; soft flaws per 100 questions: 0.0, of true-false 0.0" in result.stdout
    assert "Over 1 choice questions of these banks, one who knows nothing is right" in result.stdout
    assert "fewer than 400: that proves nothing, and fails nothing" in result.stdout


def test_the_report_says_where_keys_stand_and_how_many_statements_are_true(folder):
    run("build", folder)
    lines = run("check", folder).stdout.splitlines()

    assert [line for line in lines if "true-false statements are true" in line] in (
        ["  1 of 1 true-false statements are true (100%)"],
        ["  0 of 1 true-false statements are true (0%)"],
    )
    assert [line for line in lines if "key positions" in line] in [
        [f"  key positions after the shuffle: 1 at {place}"] for place in range(1, 5)
    ]


def test_without_choices_and_statements_there_is_no_share_and_no_position_to_report(folder):
    typed = FACT.replace("[true-false, cloze]", "[choice, true-false]")
    (folder / "facts.yaml").write_text(HEAD + typed, encoding="utf-8")
    run("build", folder)
    result = run("check", folder)

    assert result.exit_code == 0
    assert "  no true-false statements\n" in result.stdout
    assert "  no key positions: there is no choice question\n" in result.stdout


def test_missing_questions_fail(folder):
    result = run("check", folder)

    assert result.exit_code == 1
    assert "missing: run `quizapp banks build`" in result.stdout


def test_questions_of_older_facts_fail(folder):
    run("build", folder)
    (folder / "facts.yaml").write_text(FACTS.replace("old league", "first league"), encoding="utf-8")
    result = run("check", folder)

    assert result.exit_code == 1
    assert "stale: the facts have changed" in result.stdout


def test_questions_edited_by_hand_fail(folder):
    run("build", folder)
    file = folder / "questions.json"
    file.write_text(
        file.read_text(encoding="utf-8").replace("In which land", "In what land"), encoding="utf-8"
    )
    result = run("check", folder)

    assert result.exit_code == 1
    assert "not what the facts give now" in result.stdout


def test_damaged_questions_fail(folder):
    (folder / "questions.json").write_text("{", encoding="utf-8")
    result = run("check", folder)

    assert result.exit_code == 1
    assert "unreadable: not valid JSON" in result.stdout


def test_a_hard_flaw_is_never_written(folder):
    run("build", folder)
    before = (folder / "questions.json").read_bytes()
    flawed = FACT.replace("In which land did", "In which land, Chad or another, did")
    (folder / "facts.yaml").write_text(HEAD + flawed, encoding="utf-8")
    built, checked = run("build", folder), run("check", folder)

    assert (built.exit_code, checked.exit_code) == (1, 1)
    assert "hard key-in-stem: harbours/league-host/choice: the stem holds the key “Chad”" in built.stderr
    assert "was left as it was" in built.stderr
    assert (folder / "questions.json").read_bytes() == before


def test_broken_facts_fail_with_their_line(folder):
    (folder / "facts.yaml").write_text(HEAD + FACT.replace("entity: chad", "entity: mu"), encoding="utf-8")
    built, checked = run("build", folder), run("check", folder)

    assert (built.exit_code, checked.exit_code) == (1, 1)
    for result in (built, checked):
        assert "facts.yaml:18: fact league-host: unknown entity “mu”" in result.stderr


def test_the_report_as_json_holds_everything(folder):
    run("build", folder)
    found = json.loads(run("check", folder, "--json").stdout)
    (report,) = found["banks"]

    assert (report["bank"], report["state"], report["questions"], report["hard"]) == (
        "harbours",
        "up to date",
        3,
        0,
    )
    assert report["report"]["types"] == {"choice": 1, "short": 1, "true-false": 1}
    assert report["flaws"] == []
    assert (report["soft_per_100"], report["soft_per_100_true_false"]) == (0, 0)
    assert found["pooled"]["types"] == report["report"]["types"]
    assert found["pooled"]["telling"] == []


def write_many(folder, old, new):
    """A bank of twelve facts, each with some words changed."""
    facts = "".join(
        FACT.replace("league-host", f"host-{number}")
        .replace("old league", f"league number {number} of all")
        .replace("relation: met-in", f"relation: met-in-{number}")
        .replace(old, new)
        for number in range(12)
    )
    (folder / "facts.yaml").write_text(HEAD + facts, encoding="utf-8")
    run("build", folder)


def test_more_soft_flaws_than_may_be_are_printed_and_fail(folder):
    write_many(folder, "In which land did", "In which land, not at sea, did")
    result = run("check", folder)

    assert result.exit_code == 1
    assert "soft negative-stem" in result.stderr
    assert "questions.json is up to date" in result.stdout


def test_soft_flaws_of_statements_are_counted_apart(folder):
    stated = STATED.replace("The last assembly", "The last assembly, not the first,")
    (folder / "facts.yaml").write_text(HEAD + FACT + stated, encoding="utf-8")
    run("build", folder)
    result = run("check", folder)

    assert result.exit_code == 1
    assert "soft flaws per 100 questions: 0.0, of true-false 100.0" in result.stdout


def test_two_banks_are_pooled(folder, tmp_path):
    other = tmp_path / "piers"
    shutil.copytree(folder, other)
    for one in (folder, other):
        run("build", one)
    found = json.loads(run("check", folder, other, "--json").stdout)

    assert len(found["banks"]) == 2
    assert found["pooled"]["types"]["choice"] == 2


def test_a_trick_that_helps_over_all_banks_fails(folder, monkeypatch):
    run("build", folder)
    monkeypatch.setattr(item_checks.bank_level, "ENOUGH_CHOICES", 1)
    result = run("check", folder)

    assert result.exit_code == 1
    assert " points above chance — too far" in result.stdout


def test_a_folder_that_cannot_be_written_keeps_the_old_questions(folder, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.write_bytes", refuse)
    result = run("build", folder)

    assert result.exit_code == 1
    assert "cannot be written (Permission denied)" in result.stderr
    assert [file.name for file in folder.iterdir()] == ["facts.yaml"]
