"""Runs migrations on the application's own engine."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from quizapp.database import UtcDateTime, Uuid16, tell_sizes

#: The virtual tables of FTS5 and the tables that SQLite keeps for them.
FULL_TEXT = re.compile(r"(fact|question)_words(_(data|idx|content|docsize|config))?$")
KEPT_BY_POSTGRESQL = {
    (f"{kind}_texts", name) for kind in ("fact", "question") for name in ("words", f"ix_{kind}_texts_words")
}


def render_item(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """Write our own types by name, so that a migration reads like the model."""
    if kind == "type" and isinstance(item, Uuid16 | UtcDateTime):
        autogen_context.imports.add("from quizapp import database")
        return f"database.{type(item).__name__}()"
    return False


def include_object(item: Any, name: str | None, kind: str, _is_reflected: bool, _other: Any) -> bool:
    """Leave out what full-text search keeps beside its tables: migrations alone make it, and no model knows it."""
    if kind == "table":
        return not FULL_TEXT.match(name or "")
    if kind in {"column", "index"}:
        return (item.table.name, name) not in KEPT_BY_POSTGRESQL
    return True


@contextmanager
def tables_made_anew(connection: Connection) -> Iterator[None]:
    """Let SQLite make a table anew without deleting, row by row, what refers to it.

    The pragma is heard outside of transactions only, and so it is said to the driver before there is one.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        # Whoever interrupts a migration finds the connection closed.
        with suppress(sqlite3.ProgrammingError):
            driver.execute("PRAGMA foreign_keys=ON")


def run() -> None:
    """Bring the database up to the newest revision."""
    db = current_app.extensions["migrate"].db
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=render_item,
            include_object=include_object,
            transaction_per_migration=True,
        )
        with tables_made_anew(connection), context.begin_transaction():
            context.run_migrations()
        tell_sizes(connection)


run()
