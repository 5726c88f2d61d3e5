"""Pages of library."""

from __future__ import annotations

from flask import Blueprint, render_template

bp = Blueprint("library", __name__, url_prefix="/library")


@bp.get("/")
def index() -> str:
    """Show the front page."""
    return render_template("base.html")
