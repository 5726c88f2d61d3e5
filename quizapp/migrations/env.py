"""Runs migrations on the application's own engine."""

from typing import Any

from alembic import context
from flask import current_app

from quizapp.database import UtcDateTime, Uuid16


def render_item(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """Write our own types by name, so that a migration reads like the model."""
    if kind == "type" and isinstance(item, Uuid16 | UtcDateTime):
        autogen_context.imports.add("from quizapp import database")
        return f"database.{type(item).__name__}()"
    return False


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
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
