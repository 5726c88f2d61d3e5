"""`quizapp banks index` makes the index of the search anew; a start adds what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from sqlalchemy import delete

from quizapp import clock
from quizapp.cli import loading
from quizapp.cli.banks import banks
from quizapp.core.queries import parse
from quizapp.database import db
from quizapp.models import FactText
from quizapp.operations import search

if TYPE_CHECKING:
    from flask import Flask

    from tests.factories import Factory


@pytest.fixture(autouse=True)
def _same_app(app: Flask, make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "make_app", lambda: app)
    make.question_set("rivers", facts=3)


def count(app: Flask) -> int:
    with app.app_context():
        return search.count_facts(parse("value"), None, clock.now()).number


def test_everything_is_found_again_after_the_command(app: Flask) -> None:
    result = CliRunner().invoke(banks, ["index"])
    assert result.exit_code == 0
    assert result.output == "Indexed 1 question set for the search.\n"
    assert count(app) == 3
    with app.app_context():
        db.session.execute(delete(FactText))
        db.session.commit()
    CliRunner().invoke(banks, ["index"])
    assert count(app) == 3


def test_loading_banks_indexes_what_is_missing(
    app: Flask, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading.paths, "questions", lambda: tmp_path)
    assert CliRunner().invoke(banks, ["load"]).exit_code == 0
    assert count(app) == 3
