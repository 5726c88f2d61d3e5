"""The application as commands use it: made with clear words where settings or database stand in the way."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from sqlalchemy.exc import DBAPIError

from quizapp.app import create_app
from quizapp.config import ConfigError
from quizapp.database import NotSavedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask


def make_app() -> Flask:
    """Return the application for the settings of the environment; a bad setting ends the command with its remedy."""
    try:
        return create_app()
    except ConfigError as problem:
        raise click.ClickException(str(problem)) from problem


@contextmanager
def database_in_words() -> Iterator[None]:
    """Turn what stands between us and the database into one line and a remedy."""
    try:
        yield
    except NotSavedError as problem:
        raise click.ClickException(
            f"{problem.reason} Nothing was changed. Check that no other program holds the database and that its "
            "folder may be written and has space, then run the command again."
        ) from problem
    except DBAPIError as problem:
        raise click.ClickException(
            f"The database did not answer ({str(problem.orig).strip().splitlines()[0]}). Nothing was changed. "
            "Check DATABASE_URL, and that the database is running and may be written."
        ) from problem
