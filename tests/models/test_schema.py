"""The migrations make what the models say, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from flask_migrate import check as compare
from flask_migrate import downgrade, upgrade

from quizapp.extensions import db

if TYPE_CHECKING:
    from flask import Flask


def test_migrations_from_empty_give_the_models(app: Flask) -> None:
    with app.app_context():
        compare()  # leaves with SystemExit where they differ


def test_migrations_go_down_to_nothing_and_up_again(app: Flask) -> None:
    with app.app_context():
        downgrade(revision="base")
        assert set(sa.inspect(db.engine).get_table_names()) <= {"alembic_version"}
        upgrade()
        assert set(db.metadata.tables) <= set(sa.inspect(db.engine).get_table_names())
        # Other tests have the same connections, which may remember the tables that were.
        db.engine.dispose()


def test_hot_tables_are_kept_by_learner(app: Flask) -> None:
    with app.app_context():
        for name in ("cards", "reviews", "attempts", "responses", "daily_statistics", "decks"):
            columns = sa.inspect(db.engine).get_pk_constraint(name)["constrained_columns"]
            assert columns[0] == "learner_id", name


@pytest.mark.only_on("sqlite")
def test_hot_tables_have_no_row_ids_on_sqlite(app: Flask) -> None:
    with app.app_context():
        for name in ("cards", "reviews", "attempts", "responses", "daily_statistics", "decks"):
            made = db.session.execute(
                sa.text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name}
            )
            assert "WITHOUT ROWID" in made.scalar_one(), name
