"""Everything is written through one door: whole, again when the database was busy, or not at all."""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy import func, select

from quizapp import clock
from quizapp.database import NotSavedError, connection_for_one, db, new_learner_id, new_row_id, run_tx
from quizapp.models import Learner, QuestionSet
from quizapp.operations.statements import Statement

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask


def _add_learner() -> None:
    db.session.add(Learner(created_at=clock.now(), seen_on=clock.now().date()))
    db.session.flush()


def _count() -> int:
    return db.session.execute(select(func.count()).select_from(Learner)).scalar_one()


def test_sqlite_has_written_to_the_disk_before_it_says_so(tmp_path: Path) -> None:
    # Other tests have it not wait: what they write need not outlast the machine.
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'plain.sqlite3'}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    engine.dispose()


def test_what_a_unit_did_is_there_afterwards(app: Flask) -> None:
    with app.app_context():
        run_tx(_add_learner)
        assert _count() == 1


def test_a_unit_that_fails_leaves_nothing(app: Flask) -> None:
    def unit() -> None:
        _add_learner()
        raise ValueError("thought better of it")

    with app.app_context():
        with pytest.raises(ValueError, match="better"):
            run_tx(unit)
        assert _count() == 0


def test_plain_statements_of_a_unit_that_fails_leave_nothing(app: Flask) -> None:
    role_id = new_row_id()
    insert = Statement("INSERT INTO roles (id, name, description) VALUES (:id, 'plain', '')")
    find = Statement("SELECT name FROM roles WHERE id = :id")

    def unit() -> None:
        insert.run({"id": role_id})
        assert find.first({"id": role_id}).name == "plain"
        raise RuntimeError("no")

    with app.app_context():
        with pytest.raises(RuntimeError):
            run_tx(unit)
        assert find.first({"id": role_id}) is None


def test_a_statement_that_stands_alone_begins_no_transaction(app: Flask) -> None:
    count = Statement("SELECT count(*) FROM roles")
    with app.app_context():
        with connection_for_one() as connection:
            assert count.all_on(connection, {})
        assert not db.session().in_transaction()


def test_a_read_before_the_write_does_not_stand_in_its_way(app: Flask) -> None:
    with app.app_context():
        assert _count() == 0
        run_tx(_add_learner)
        assert _count() == 1


def test_writers_at_once_all_get_their_turn_and_see_each_other(app: Flask) -> None:
    with app.app_context():
        learner_id = new_learner_id()
        run_tx(
            lambda: db.session.add(Learner(id=learner_id, created_at=clock.now(), seen_on=clock.now().date()))
        )
    problems: list[BaseException] = []

    def raise_limit() -> None:
        db.session.get_one(Learner, learner_id).new_per_day += 1

    def work() -> None:
        with app.app_context():
            try:
                for _ in range(5):
                    run_tx(raise_limit)
            except BaseException as problem:
                problems.append(problem)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with app.app_context():
        assert db.session.get_one(Learner, learner_id).new_per_day == 10 + 20


@pytest.mark.only_on("sqlite")
def test_a_file_that_may_only_be_read_says_so_and_keeps_what_is_there(app: Flask) -> None:
    with app.app_context():
        run_tx(_add_learner)
        db.session.execute(db.text("PRAGMA query_only = ON"))
        with pytest.raises(NotSavedError, match="only be read"):
            run_tx(_add_learner)
        db.session.execute(db.text("PRAGMA query_only = OFF"))
        assert _count() == 1


@pytest.mark.only_on("sqlite")
def test_a_database_that_stays_locked_is_given_up_with_a_reason(app: Flask) -> None:
    with app.app_context():
        path = db.engine.url.database
        other = sqlite3.connect(path or "", isolation_level=None)
        db.session.execute(db.text("PRAGMA busy_timeout = 1"))
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(NotSavedError, match="busy"):
            run_tx(_add_learner)
        other.execute("ROLLBACK")
        other.close()
        run_tx(_add_learner)
        assert _count() == 1


def test_moments_come_back_aware_and_ids_whole(app: Flask) -> None:
    moment = clock.now()
    with app.app_context():
        made = QuestionSet(
            slug="a", title="A", origin="bank", topics=[], source={}, created_at=moment, updated_at=moment
        )
        db.session.add(made)
        db.session.commit()
        made_id = made.id
        db.session.expire_all()
        again = db.session.get_one(QuestionSet, made_id)
        assert (again.created_at, again.id) == (moment, made_id)
