"""Finds templates, static files and question banks, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _root() -> Path:
    # A wheel carries the three folders inside the package; in a checkout they stand beside it.
    installed = _PACKAGE / "_files"
    return installed if installed.is_dir() else _PACKAGE.parent


def templates() -> Path:
    """Return the folder of Jinja templates."""
    return _root() / "templates"


def static() -> Path:
    """Return the folder of stylesheets, scripts, faces and pictures."""
    return _root() / "static"


def questions() -> Path:
    """Return the folder of shipped question banks and their schemas."""
    return _root() / "questions"


def migrations() -> Path:
    """Return the folder of Alembic migrations."""
    return _PACKAGE / "migrations"
