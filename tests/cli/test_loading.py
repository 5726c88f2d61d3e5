"""Banks brought into the library from their folders: in which order, and again only where something changed."""

from __future__ import annotations

import pytest

from quizapp import clock
from quizapp.cli.loading import StaleBankError, load_banks
from quizapp.database import db
from quizapp.formats import questions_json
from quizapp.formats.facts_yaml import read_bank
from quizapp.models.question_sets import list_published_sets

DOCUMENT = f"{{document: page.txt, sha256: {'0' * 64}, about: a page}}"
PACKAGE = "{name: plain 1.0, package: plain, registry: npm, version: 1.0.0, licence: MIT, about: a package}"
OF_DOCUMENT = f"cite: [[0, 36]]\n    print: {'0' * 16}"
OF_PACKAGE = "where: record 1\n    cite: one"


def write(folder, name, title, *, package=False, note=""):
    bank = folder / name
    bank.mkdir(exist_ok=True)
    (bank / "facts.yaml").write_text(
        f"""\
bank: {name}
title: {title}
language: en
topics: [places]
source: {PACKAGE if package else DOCUMENT}
entities:
  league: {{kind: league, name: the league}}
  chad: {{kind: country, name: Chad}}
facts:
  - id: league-host
    topic: places
    subject: league
    relation: met-in
    value: {{entity: chad}}
    ask: In which land did the old league meet?
    tell: The old league met in [[Chad]].
    {OF_PACKAGE if package else OF_DOCUMENT}
    standing: documented
    treatment: plain
    {note and f"note: {note}"}
""",
        encoding="utf-8",
    )
    build(bank)


def build(bank):
    (bank / "questions.json").write_bytes(questions_json.dump(read_bank(bank / "facts.yaml"), []))


def load(folder, *names):
    return [loaded.slug for loaded in load_banks(folder, clock.now(), names) if not loaded.is_unchanged]


def shelves():
    db.session.expire_all()
    return [question_set.slug for question_set in list_published_sets()]


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "banks"
    made.mkdir()
    write(made, "countries", "Countries", package=True)
    write(made, "elements", "Chemical elements", package=True)
    write(made, "interventions", "Interventions")
    return made


def test_what_people_curated_stands_before_tables_from_packages_and_these_by_their_ids(
    app, folder, cast, make
):
    make.question_set("atolls", owner=cast.ada)
    with app.app_context():
        assert load(folder) == ["interventions", "countries", "elements"]
        assert shelves() == ["interventions", "countries", "elements", "atolls"]


def test_banks_loaded_one_by_one_stand_in_the_same_order(app, folder):
    with app.app_context():
        for name in ("elements", "countries", "interventions"):
            assert load(folder, name) == [name]
        assert shelves() == ["interventions", "countries", "elements"]


def test_only_what_changed_is_loaded_again(app, folder):
    with app.app_context():
        load(folder)
        assert load(folder) == []
        write(folder, "elements", "Chemical elements", package=True, note="Since then no more.")
        assert load(folder) == ["elements"]


def test_questions_of_other_facts_stop_the_load_of_their_bank(app, folder):
    with app.app_context():
        load(folder, "interventions")
        before = (folder / "elements" / "questions.json").read_bytes()
        write(folder, "elements", "Elements", package=True, note="Another one.")
        (folder / "elements" / "questions.json").write_bytes(before)
        with pytest.raises(StaleBankError, match="quizapp banks build elements"):
            load(folder)
        assert shelves() == ["interventions", "countries"]
